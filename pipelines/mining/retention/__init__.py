"""Retention: which days, people and projects have outlived their purpose, and their deletion."""

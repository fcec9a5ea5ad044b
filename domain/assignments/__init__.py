"""Assignments: approval × consent × terms. When an event may be kept, and what a project may be mined from."""

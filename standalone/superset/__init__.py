"""Superset's virtual environment."""

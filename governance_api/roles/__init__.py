"""Roles: what accounts are assigned, and what each role contains."""

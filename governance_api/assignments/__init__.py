"""Assignments: approval × consent × frozen terms, as one view; and what of a project may still change."""

"""Condition trees: one form, one reading, two backends (a Python predicate and a SQL expression).

What follows from a condition that holds belongs to `event_filters` and `categorization_rules`.
"""

"""Condition trees: one form, one reading, two backends (a Python predicate and a SQL expression).

Event filters, categorization rules and automated task scopes are made of them. Add an operator in `tree`, then in both
backends; a property test holds the two to the same answers.
"""

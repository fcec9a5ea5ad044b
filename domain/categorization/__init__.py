"""Categorization rules: what they mean, what may be saved, and the same as one SQL query."""

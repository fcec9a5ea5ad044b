"""Measures what redaction finds, what it takes for nothing, and what a title costs."""

"""Categorization rules, kept as versioned rule sets: a version once saved never changes."""

"""Purges: the proof that what outlived its purpose was deleted, with counts per table."""

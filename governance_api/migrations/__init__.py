"""Creates and changes the schema `governance`: numbered Alembic revisions, applied under a lock.

Add a revision in `versions/` and change the noun's `tables.py` with it; a test compares the two.
"""

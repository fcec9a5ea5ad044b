"""How the schema `governance` comes to be and changes: numbered Alembic revisions, applied under a lock.

The tables as Python sees them stand in the nouns' `tables.py`; a test holds the two to each other.
"""

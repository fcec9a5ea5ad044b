"""Imports recordings of other tools as raw events, through the same ingestion as an agent's.

Add an importer as a reader module here and a row of `READERS` in `delivery`: see CONTRIBUTING.md.
"""

"""Reaches what lies outside the process: governance tables, the API, dbt, audit trails.

Add a resource here when an asset needs another system, and name it in `wiring`.
"""

"""Pure functions from landed events to aggregates: they take a lake and plain facts, and write files of the lake.

No orchestrator, no web, no PostgreSQL: a caller reads the facts (`pipelines.resources`) and publishes the results.
"""

"""Sets the pipelines going: rows that the API wrote and files that ingestion landed. The API never calls Dagster.

Add a sensor here when a run shall follow from something new; `definitions` lists it.
"""

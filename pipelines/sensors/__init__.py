"""What sets the pipelines going: rows that the API wrote and files that ingestion landed.

The API never calls Dagster; what a run does belongs to the assets.
"""

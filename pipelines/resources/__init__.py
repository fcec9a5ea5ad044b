"""What lies outside the process: governance tables, the API, dbt, audit trails.

What their contents mean belongs to `pipelines.mining`.
"""

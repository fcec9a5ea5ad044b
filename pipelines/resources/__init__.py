"""What lies outside the process: governance tables, the API, dbt, audit trails. Meaning belongs to `pipelines.mining`."""

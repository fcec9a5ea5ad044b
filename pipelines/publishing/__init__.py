"""From aggregates in the lake to tables of the PostgreSQL schema `marts`.

What an aggregate means belongs to dbt; when one is published, to `pipelines.assets`.
"""

"""What one machine needs of Dagster beside its configuration: pooled storage, and the state of its runs."""

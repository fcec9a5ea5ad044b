"""What one machine needs of Dagster beside its configuration: pooled storage, runs that are forks, and their state."""

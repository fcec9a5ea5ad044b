"""Says which runs go first in Dagster's queue."""

BEFORE_DAYS = {"dagster/priority": "10"}
"""Tags of a run that somebody waits for; runs of days have no priority of their own, and wait behind it."""

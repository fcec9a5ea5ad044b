"""The steps of the pipeline as plain calls, without an orchestrator: days, one project, the purge."""

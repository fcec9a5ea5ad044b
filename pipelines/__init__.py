"""The pipeline from landed events to published marts: plain calls (`steps`) and Dagster definitions (`definitions`)."""

"""What every route shares with its callers: bounds on bodies, problems as answers, paging, strict bodies, /health."""

"""What every request meets: bounds on bodies, safe headers, problems as answers, paging, strict bodies, /health."""

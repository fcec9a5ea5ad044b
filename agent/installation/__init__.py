"""Makes the agent start with the session, and browsers find its messaging host."""

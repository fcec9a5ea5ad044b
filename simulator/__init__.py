"""A workforce that does not exist: its working days, the raw events of its agents, and the truth about both."""

"""A workforce that does not exist: its working days, the raw events of its agents, and the truth about both.

Nothing here observes anybody; what the product computes from these events belongs to the pipelines.
"""

"""The road from landed events to published marts, as calls (`road`) and as Dagster definitions (`definitions`).

Who may be observed, and what becomes of a request, belongs to the governance API.
"""

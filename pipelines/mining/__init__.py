"""What happens to events on the way from landing to aggregates: functions of a lake and of facts, nothing else.

No orchestrator, no web, no PostgreSQL: those who call these functions bring the facts and publish the results.
"""

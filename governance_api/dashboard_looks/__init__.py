"""Looks at dashboards and downloads from Superset, carried from its own log into the audit log."""

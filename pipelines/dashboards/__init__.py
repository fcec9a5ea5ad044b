"""Brings the YAML in `superset/` into a running Superset: rendering, deployment and access."""

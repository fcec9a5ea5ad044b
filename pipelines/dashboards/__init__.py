"""Brings the YAML in `superset/` into a running Superset: rendering, deployment, access and the reading role."""

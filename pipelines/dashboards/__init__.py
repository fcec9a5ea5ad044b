"""From the YAML in `superset/` to dashboards in a running Superset: rendering, deployment, access and the reading role.

What the dashboards show stands in `superset/`; how their numbers come about, in `dbt/models/aggregates/`.
"""

"""The files under `superset/`, read strictly and rendered into the bundle that Superset imports."""

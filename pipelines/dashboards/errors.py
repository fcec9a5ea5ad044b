"""What can go wrong between the committed YAML and a running Superset, each as one sentence ending in the remedy."""


class DashboardsError(Exception):
    """The dashboards cannot be rendered or deployed. `str(error)` says what, where and what to do."""


class BundleError(DashboardsError):
    """A YAML file under `superset/` contradicts its schema or another file."""


class SupersetError(DashboardsError):
    """Superset refused a request, or is not the Superset we expect."""

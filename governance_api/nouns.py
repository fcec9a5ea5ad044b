"""The nouns of the governance API. Name a new noun's folder here: its tables and its routes are then known.

A request is compared with the routes in this order.
"""

NOUNS = (
    "tokens",
    "accounts",
    "roles",
    "people",
    "workstation_accounts",
    "projects",
    "data_requests",
    "approvals",
    "agents",
    "consents",
    "assignments",
    "losses",
    "event_filters",
    "categorization",
    "mining_jobs",
    "purges",
    "dashboard_looks",
    "configuration",
    "audit",
)

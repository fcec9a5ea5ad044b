"""Fills in what every database holds: a first rule set, the configuration's defaults, predefined event filters.

Runs after each upgrade and adds only what is missing.
"""

from sqlalchemy import Engine

from governance_api.categorization.service import fill_first_rule_set
from governance_api.configuration.service import fill_defaults
from governance_api.event_filters.service import fill_predefined
from governance_api.sessions import build_sessions


def seed(engine: Engine) -> None:
    """Adds what is missing in one transaction."""
    with build_sessions(engine).begin() as session:
        fill_defaults(session)
        fill_predefined(session)
        fill_first_rule_set(session)

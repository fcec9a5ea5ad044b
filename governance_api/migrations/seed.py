"""What every database holds from the start: one empty rule set, the configuration's defaults, predefined event filters.

Runs after each upgrade and adds only what is missing; accounts belong to `bootstrap`.
"""

from sqlalchemy import Engine


def seed(engine: Engine) -> None:
    """Adds what is missing in one transaction."""

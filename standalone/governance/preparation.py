"""Creates or upgrades the governance tables and the first accounts, in a process of its own.

One process for both, because importing the governance API costs more than the work itself.
"""

import os

from governance_api.bootstrap import bootstrap
from governance_api.clock import utc_now
from governance_api.database import build_engine
from governance_api.migrations.upgrade import upgrade
from governance_api.settings import settings_from_environment


def main() -> None:
    engine = build_engine(settings_from_environment().database_url)
    try:
        upgrade(engine)
        bootstrap(engine, os.environ, now=utc_now())
    finally:
        engine.dispose()


if __name__ == "__main__":
    main()

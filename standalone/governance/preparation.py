"""The governance API's tables and first accounts, made ready in one process: its imports cost more than its work.

What tables and accounts there are belongs to `governance_api`.
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

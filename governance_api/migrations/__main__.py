"""`python -m governance_api.migrations upgrade`: the only command, for people and for process control."""

import argparse
import sys

from governance_api.database import build_engine
from governance_api.migrations.upgrade import upgrade
from governance_api.settings import settings_from_environment


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m governance_api.migrations")
    parser.add_argument("command", choices=["upgrade"], help="bring the database to the newest revision")
    parser.parse_args()
    engine = build_engine(settings_from_environment().database_url)
    try:
        upgrade(engine)
    finally:
        engine.dispose()
    sys.stdout.write("The governance schema is up to date.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

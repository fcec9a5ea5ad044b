"""`python -m standalone.serving MODULE:FUNCTION --port N`: serves the application that the function makes."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from domain.errors import DomainError
from domain.network.addresses import proxies_of
from standalone.ports import LOOPBACK
from standalone.serving.encryption import server_context
from standalone.serving.limits import limits_from_environment
from standalone.serving.server import build_server


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m standalone.serving", description=__doc__)
    parser.add_argument(
        "application", help="the function that makes it, such as governance_api.app:app_from_environment"
    )
    parser.add_argument("--host", default=LOOPBACK)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--certificate", type=Path)
    parser.add_argument("--key", type=Path)
    parser.add_argument(
        "--websocket-bytes", type=int, default=0, metavar="N", help="longest message; without it, no websockets"
    )
    given = parser.parse_args(arguments)
    if (given.certificate is None) != (given.key is None):
        parser.error("give --certificate and --key, or neither.")
    try:
        proxies = proxies_of(os.environ.get("TASK_MINING_TRUSTED_PROXIES", ""))
    except DomainError as error:
        parser.error(str(error))
    server = build_server(
        given.application,
        is_factory=True,
        host=given.host,
        port=given.port,
        limits=limits_from_environment(os.environ),
        context=server_context(given.certificate, given.key) if given.certificate else None,
        proxies=proxies,
        max_message_bytes=given.websocket_bytes,
    )
    server.run()
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())

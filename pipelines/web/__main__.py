"""`python -m pipelines.web`: Dagster's web server, for people who signed in at the governance service."""

import argparse
import os
from contextlib import closing
from pathlib import Path

import uvicorn
from dagster import DagsterInstance
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.version import __version__

from pipelines.settings import required
from pipelines.web.contexts import AccountProcessContext
from pipelines.web.server import build_app
from pipelines.web.sessions import GovernanceSessions

STATEMENT_MILLISECONDS, POOL_RECYCLE_SECONDS, POOL_OVERFLOW = 15_000, 3_600, 20
MAX_MESSAGE_BYTES = 1024 * 1024
#: Open websockets end with the server.
GRACEFUL_SECONDS = 10


def main() -> None:
    given = _arguments()
    api_url = os.environ.get("TASK_MINING_API_URL", "http://127.0.0.1:8700")
    own_url = os.environ.get("TASK_MINING_DAGSTER_URL", f"http://127.0.0.1:{given.port}")
    public_url = os.environ.get("TASK_MINING_DAGSTER_PUBLIC_URL") or own_url
    token = required(os.environ, "TASK_MINING_DAGSTER_TOKEN", "the token of account dagster")
    with closing(GovernanceSessions(url=api_url, token=token)) as sessions, DagsterInstance.get() as instance:
        instance.optimize_for_webserver(STATEMENT_MILLISECONDS, POOL_RECYCLE_SECONDS, POOL_OVERFLOW)
        with AccountProcessContext(instance, WorkspaceFileTarget([given.workspace]), version=__version__) as workspace:
            app = build_app(
                instance,
                workspace,
                sessions=sessions,
                own_urls=(public_url, own_url),
                api_url=os.environ.get("TASK_MINING_PUBLIC_URL") or api_url,
            )
            uvicorn.run(
                app,
                host=given.host,
                port=given.port,
                log_level="warning",
                proxy_headers=False,
                ws_max_size=MAX_MESSAGE_BYTES,
                timeout_graceful_shutdown=GRACEFUL_SECONDS,
                ssl_certfile=given.ssl_certfile,
                ssl_keyfile=given.ssl_keyfile,
            )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8701)
    parser.add_argument("-w", "--workspace", required=True)
    parser.add_argument("--ssl-certfile", type=Path)
    parser.add_argument("--ssl-keyfile", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()

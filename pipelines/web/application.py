"""Dagster's web server for people who signed in at the governance service, made of what the environment says."""

import os
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, closing

from dagster import DagsterInstance
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.version import __version__
from starlette.applications import Starlette

from pipelines.settings import required
from pipelines.web.access import AccessControl
from pipelines.web.contexts import AccountProcessContext
from pipelines.web.server import build_app
from pipelines.web.sessions import GovernanceSessions

STATEMENT_MILLISECONDS, POOL_RECYCLE_SECONDS, POOL_OVERFLOW = 15_000, 3_600, 20


def app_from_environment() -> AccessControl:
    """For `python -m standalone.serving pipelines.web.application:app_from_environment`.

    What it opens is closed with the server. Raises SettingsError.
    """
    api_url = os.environ.get("TASK_MINING_API_URL", "http://127.0.0.1:8700")
    own_url = os.environ.get("TASK_MINING_DAGSTER_URL", "http://127.0.0.1:8701")
    public_url = os.environ.get("TASK_MINING_DAGSTER_PUBLIC_URL") or own_url
    token = required(os.environ, "TASK_MINING_DAGSTER_TOKEN", "the token of account dagster")
    workspace_file = required(os.environ, "TASK_MINING_DAGSTER_WORKSPACE", "the path of Dagster's workspace.yaml")
    with ExitStack() as opening:
        sessions = opening.enter_context(closing(GovernanceSessions(url=api_url, token=token)))
        instance = opening.enter_context(DagsterInstance.get())
        instance.optimize_for_webserver(STATEMENT_MILLISECONDS, POOL_RECYCLE_SECONDS, POOL_OVERFLOW)
        target = WorkspaceFileTarget([workspace_file])
        workspace = opening.enter_context(AccountProcessContext(instance, target, version=__version__))
        opened = opening.pop_all()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        with opened:
            yield

    return build_app(
        instance,
        workspace,
        sessions=sessions,
        own_urls=(public_url, own_url),
        api_url=os.environ.get("TASK_MINING_PUBLIC_URL") or api_url,
        lifespan=lifespan,
    )

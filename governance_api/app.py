"""Puts the service together: settings, database, clock, every noun's routes, ingestion and the pages.

Functions that one noun needs of a noun above it are handed in here. Importing this module does nothing.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

import msgspec
from fastapi import APIRouter, FastAPI
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

import governance_api.edge.health
import governance_api.pages.routes
from domain import __version__
from domain.network.addresses import TrustedProxies
from domain.policies import AgentPolicy
from governance_api.accounts.collaborators import AccountCollaborators
from governance_api.agents.service import authenticate_agent
from governance_api.assignments.collaborators import DeletionCollaborators
from governance_api.audit.anchors.delivery import AnchorDelivery
from governance_api.audit.anchors.folder import AnchorFolder
from governance_api.audit.anchors.keeper import AnchorKeeper
from governance_api.audit.refusals.counter import FailureCounter
from governance_api.clock import Clock, utc_now
from governance_api.database import build_engine
from governance_api.edge import documentation, problems
from governance_api.edge.middleware import Edge
from governance_api.ingestion.routes import build_router
from governance_api.mining_jobs.service import end_mining_jobs, lock_mining_jobs
from governance_api.nouns import NOUNS
from governance_api.openid.claims import roles_of_groups
from governance_api.openid.service import Provider
from governance_api.pages.openid_sign_in import CALLBACK
from governance_api.pages.origins import SameOrigin
from governance_api.pages.rendering import render_problem
from governance_api.people.service import get_workstation_user_id
from governance_api.security.addresses import answered_address
from governance_api.security.recognition import Recognition
from governance_api.sessions import build_sessions
from governance_api.settings import Settings, settings_from_environment
from governance_api.tokens.service import (
    address_rule,
    authenticate,
    authenticate_browser,
    authenticate_person,
    revoke_all_tokens,
)

DESCRIPTION = (
    "Who may collect what from whom, and the proof of it. Every refusal is a problem (RFC 9457) whose `detail` is one "
    "sentence that ends in the remedy."
)


def create_app(settings: Settings, *, engine: Engine | None = None, clock: Clock = utc_now) -> FastAPI:
    """The whole service. A given engine stays the caller's to dispose of."""
    used = engine or build_engine(settings.database_url, pool_size=settings.pool_size)
    sessions = build_sessions(used)
    keeper = _anchor_keeper(settings, sessions, clock)
    failures = FailureCounter(sessions, address_rule=address_rule, clock=clock)
    ingestion_router, ingestion = build_router(used, settings.lake, clock=clock)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        ingestion.start()
        failures.start()
        if keeper is not None:
            keeper.start()
        try:
            yield
        finally:
            ingestion.stop()
            failures.stop()
            if keeper is not None:
                keeper.stop()
            if engine is None:
                used.dispose()

    app = FastAPI(
        title="Task Mining governance",
        description=DESCRIPTION,
        version=__version__,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        responses=problems.PROBLEM_RESPONSES,
        generate_unique_id_function=lambda route: f"{route.tags[0] if route.tags else 'page'}-{route.name}",
    )
    app.state.settings = settings
    app.state.sessions = sessions
    app.state.anchor_keeper = keeper
    app.state.clock = clock
    app.state.recognition = Recognition(
        of_account=authenticate,
        of_browser=authenticate_browser,
        of_person=authenticate_person,
        of_agent=authenticate_agent,
    )
    app.state.openid = _openid_provider(settings)
    app.state.account_collaborators = AccountCollaborators(
        get_workstation_user_id=get_workstation_user_id, end_tokens=revoke_all_tokens
    )
    app.state.deletion_collaborators = DeletionCollaborators(
        lock_mining_jobs=lock_mining_jobs, end_mining_jobs=end_mining_jobs
    )
    # Routes are asked in this order, and event batches are many.
    for router in (
        ingestion_router,
        *map(_routes_of, NOUNS),
        governance_api.edge.health.router,
        governance_api.pages.routes.router,
    ):
        app.include_router(router)
    app.mount("/pages/static", governance_api.pages.routes.build_static_files())
    problems.install(
        app, html=render_problem, note=lambda request, error: failures.note(error, answered_address(request))
    )
    app.add_middleware(SameOrigin, own_urls=[settings.api_url], html=render_problem)
    app.add_middleware(Edge, places=settings.pool_size, html=render_problem)
    if settings.trusted_proxies:
        app.add_middleware(
            ProxyHeadersMiddleware, trusted_hosts=TrustedProxies(settings.trusted_proxies).in_every_form()
        )
    app.openapi = _with_own_schemas(app.openapi)  # type: ignore[method-assign]
    documentation.install(app)
    return app


def _openid_provider(settings: Settings) -> Provider | None:
    """None where everybody signs in here. Asks nothing of the provider yet: it may start later than this service."""
    if settings.openid is None:
        return None
    roles_of_groups(settings.openid)
    return Provider(settings.openid, redirect_uri=f"{settings.api_url.rstrip('/')}{CALLBACK}")


def app_from_environment() -> FastAPI:
    """For `python -m standalone.serving governance_api.app:app_from_environment`."""
    return create_app(settings_from_environment())


def _anchor_keeper(settings: Settings, sessions: sessionmaker[Session], clock: Clock) -> AnchorKeeper | None:
    if settings.audit_folder is None:
        return None
    delivery = AnchorDelivery(
        post_url=settings.anchor_post_url, mail_to=settings.anchor_mail_to, smtp_url=settings.smtp_url
    )
    return AnchorKeeper(sessions, AnchorFolder(settings.audit_folder), delivery, clock=clock)


def _routes_of(noun: str) -> APIRouter:
    router: APIRouter = import_module(f"governance_api.{noun}.routes").router
    return router


def _with_own_schemas(generate: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    """Adds the schemas of what is no pydantic model: problems, and the policy of the domain."""

    def openapi() -> dict[str, Any]:
        document = generate()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        template = "#/components/schemas/{name}"
        _, policy = msgspec.json.schema_components([AgentPolicy], ref_template=template, schema_hook=_schema_of)
        schemas.update(policy)
        schemas["Problem"] = problems.Problem.model_json_schema()
        return document

    return openapi


def _schema_of(kind: type) -> dict[str, Any]:
    """Of the one field that travels unread: the condition of an event filter."""
    return {"description": "A condition: all, any, not, or field, operator and value"} if kind is object else {}

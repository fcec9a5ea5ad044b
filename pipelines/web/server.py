"""Dagster's web server with accounts: who asks decides what GraphQL shows as possible and what it does."""

import logging
from collections.abc import Callable, Sequence
from inspect import isawaitable
from typing import Any

from dagster import DagsterInstance
from dagster_webserver.webserver import DagsterWebserver
from starlette.applications import Starlette
from starlette.types import Lifespan

from pipelines.web.access import AccessControl
from pipelines.web.contexts import AccountContext, AccountProcessContext
from pipelines.web.launches import guard_storage, project_ids_of
from pipelines.web.mutations import MUTATIONS, failed_among, run_ids_of
from pipelines.web.sessions import Action, ActionRefusedError, GovernanceSilentError, Sessions

FORBIDDEN, UNAVAILABLE = 403, 503
MAX_ARGUMENTS, MAX_REASON = 4_000, 1_000
#: Milliseconds between two looks of the pages at what changes.
POLL_EVERY_MS = 2_000
_log = logging.getLogger(__name__)


class AccountWebserver(DagsterWebserver[AccountProcessContext, AccountContext]):
    """Looks at each mutation before it is carried out, and again when it was."""

    sessions: Sessions

    def build_graphql_middleware(self) -> list[Callable[..., Any]]:
        """A plain function: graphql-core passes over methods without a word."""

        def checked(following: Callable[..., Any], root: Any, info: Any, **arguments: Any) -> Any:
            if info.parent_type.name != "Mutation":
                return following(root, info, **arguments)
            return self._carry_out(lambda: following(root, info, **arguments), info, arguments)

        return [checked]

    async def _carry_out(self, mutation: Callable[[], Any], info: Any, arguments: dict[str, Any]) -> Any:
        context: AccountContext = info.context
        try:
            self._check(info.field_name, arguments, context)
            answer = mutation()
            if isawaitable(answer):
                answer = await answer
        except Exception as error:
            self._record_failures(info.field_name, dict.fromkeys(context.recorded, str(error)), context)
            raise
        else:
            self._record_failures(info.field_name, failed_among(context.recorded, answer), context)
            return answer
        finally:
            context.recorded.clear()

    def _check(self, field: str, arguments: dict[str, Any], context: AccountContext) -> None:
        """What is not a launch is in the audit log when this returns.

        Raises ActionRefusedError, GovernanceSilentError.
        """
        account, action = context.account, MUTATIONS.get(field)
        if action is None:
            raise ActionRefusedError(f"{field} is not open to anybody here: use the pages of Dagster.")
        if not (account.is_admin or (account.may_launch and action is not Action.CHANGE)):
            raise ActionRefusedError(f"Your roles may not {field}: ask an admin.")
        if action is Action.TERMINATE:
            for run_id in run_ids_of(arguments):
                run = context.instance.get_run_by_id(run_id)
                projects = project_ids_of(run, context) if run else []
                self._record(context, action, run_id, project_ids=projects, facts={"mutation": field})
        elif action is Action.CHANGE:
            facts = {"arguments": str(arguments)[:MAX_ARGUMENTS]}
            self._record(context, action, field, project_ids=[], facts=facts)

    def _record(
        self, context: AccountContext, action: Action, subject: str, *, project_ids: list[int], facts: dict[str, Any]
    ) -> None:
        self.sessions.record(context.account, action, subject, project_ids=project_ids, facts=facts)
        context.recorded.append(subject)

    def _record_failures(self, field: str, failures: dict[str, str], context: AccountContext) -> None:
        """The mutation's own answer goes to whoever asked, also where this cannot be written down."""
        for subject, reason in failures.items():
            facts = {"mutation": field, "error": reason[:MAX_REASON]}
            try:
                self.sessions.record(context.account, Action.FAILURE, subject, project_ids=[], facts=facts)
            except (ActionRefusedError, GovernanceSilentError):
                _log.exception("The audit log says that %s did %s, which failed: %s", subject, field, reason)

    def _determine_status_code(self, resolver_errors: Any, captured_errors: Any) -> int:
        causes = [cause for error in resolver_errors or () for cause in (error, error.original_error)]
        causes += captured_errors or ()
        if any(isinstance(cause, GovernanceSilentError) for cause in causes):
            return UNAVAILABLE
        if any(isinstance(cause, ActionRefusedError) for cause in causes):
            return FORBIDDEN
        return super()._determine_status_code(resolver_errors, captured_errors)


def build_app(
    instance: DagsterInstance,
    workspace: AccountProcessContext,
    *,
    sessions: Sessions,
    own_urls: Sequence[str],
    api_url: str,
    lifespan: Lifespan[Starlette] | None = None,
) -> AccessControl:
    """Dagster's app behind the sign-in. From here on the instance adds runs only for somebody.

    `own_urls` are where browsers and programs find it, the first being the one that people are told; `api_url` is
    where they sign in; `lifespan` is entered when the server starts and left when it ends.
    """
    guard_storage(instance.run_storage, sessions)
    server = AccountWebserver(workspace, live_data_poll_rate=POLL_EVERY_MS)
    server.sessions = sessions
    app = server.create_asgi_app(lifespan=lifespan)
    return AccessControl(app, sessions=sessions, own_urls=own_urls, api_url=api_url)

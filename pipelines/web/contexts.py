"""What Dagster's side of a request knows: who asks, what they may see as possible, what was written down of them."""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from dagster._core.workspace.context import WorkspaceProcessContext, WorkspaceRequestContext
from dagster._core.workspace.permissions import PermissionResult

from pipelines.web.mutations import ANALYSTS_PERMISSIONS
from pipelines.web.sessions import Account

ACCOUNT = "task_mining.account"
"""Under this key of the ASGI scope the account waits that `access` recognised."""
NOBODY = Account("", frozenset(), "")
NOT_YOURS = PermissionResult(enabled=False, disabled_reason="Your role may not do this.")


class AccountContext(WorkspaceRequestContext):
    """What one request sees; without an account, as Dagster makes one after reloading, it may change nothing."""

    account: Account = NOBODY

    def __init__(self, **known: Any) -> None:
        super().__init__(**known)
        self.recorded: list[str] = []
        """Subjects of the audit entries that this request has made by now."""

    @property
    def show_instance_config(self) -> bool:
        return False

    @property
    def permissions(self) -> Mapping[str, PermissionResult]:
        return self._of_account(super().permissions)

    def permissions_for_location(self, *, location_name: str) -> Mapping[str, PermissionResult]:
        return self._of_account(super().permissions_for_location(location_name=location_name))

    def _of_account(self, known: Mapping[str, PermissionResult]) -> dict[str, PermissionResult]:
        return {name: result if self._may(str(name)) else NOT_YOURS for name, result in known.items()}

    def _may(self, permission: str) -> bool:
        return self.account.is_admin or (self.account.may_launch and permission in ANALYSTS_PERMISSIONS)


#: Read where a run is added: Dagster hands no context down there. Each request runs in a copy of its own.
CURRENT: ContextVar[AccountContext | None] = ContextVar("current request", default=None)


class AccountProcessContext(WorkspaceProcessContext):
    """Knows the account of a request by what `access` left in its scope."""

    def create_request_context(self, source: Any | None = None) -> AccountContext:
        context = AccountContext(
            instance=self.instance,
            current_workspace=self.get_current_workspace(),
            process_context=self,
            version=self.version,
            source=source,
            read_only=self.read_only,
        )
        if source is not None:
            context.account = source.scope.get(ACCOUNT) or NOBODY
            CURRENT.set(context)
        return context

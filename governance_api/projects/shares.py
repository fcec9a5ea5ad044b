"""With whom a project is shared, for viewing or for editing.

A stakeholder with whom it is shared sees its dashboards; that is arranged where dashboards are deployed.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from governance_api.accounts.service import get_account, get_account_by_login
from governance_api.audit.service import AuditTag, record
from governance_api.projects.service import get_editable
from governance_api.projects.tables import ProjectShare
from governance_api.security.callers import Caller


@dataclass(frozen=True, kw_only=True)
class Share:
    """An account and what it may do with the project."""

    account_id: int
    login: str
    display_name: str
    permission: str


def share_project(
    session: Session, project_id: int, *, login: str, permission: str, by: Caller, now: datetime
) -> Share:
    """Sharing again with the same account replaces the permission."""
    get_editable(session, project_id, by=by)
    account = get_account_by_login(session, login)
    values = {"project_id": project_id, "account_id": account.account_id, "permission": permission}
    sharing = insert(ProjectShare).values(**values)
    session.execute(
        sharing.on_conflict_do_update(index_elements=["project_id", "account_id"], set_={"permission": permission})
    )
    record(session, AuditTag.PROJECT_SHARED, project_id, by=by, now=now, login=login, permission=permission)
    return Share(
        account_id=account.account_id, login=account.login, display_name=account.display_name, permission=permission
    )


def unshare_project(session: Session, project_id: int, account_id: int, *, by: Caller, now: datetime) -> None:
    get_editable(session, project_id, by=by)
    account = get_account(session, account_id)
    condition = (ProjectShare.project_id == project_id, ProjectShare.account_id == account_id)
    session.execute(delete(ProjectShare).where(*condition))
    record(session, AuditTag.PROJECT_UNSHARED, project_id, by=by, now=now, login=account.login)


def list_shares(session: Session, project_id: int) -> list[Share]:
    rows = session.scalars(
        select(ProjectShare).where(ProjectShare.project_id == project_id).order_by(ProjectShare.project_share_id)
    )
    accounts = [(get_account(session, row.account_id), row.permission) for row in rows]
    return [
        Share(account_id=each.account_id, login=each.login, display_name=each.display_name, permission=permission)
        for each, permission in accounts
    ]

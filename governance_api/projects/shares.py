"""Shares a project with accounts, for viewing or for editing.

A stakeholder with whom it is shared sees its dashboards.
"""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from governance_api.accounts.service import accounts_by_id, get_account, get_account_by_login
from governance_api.audit.service import AuditTag, record
from governance_api.edge.paging import Page
from governance_api.projects.kinds import Permission
from governance_api.projects.schemas import ShareAnswer
from governance_api.projects.service import lock_editable
from governance_api.projects.tables import ProjectShare
from governance_api.security.callers import Caller


def share_project(
    session: Session, project_id: int, *, login: str, permission: Permission, by: Caller, now: datetime
) -> ShareAnswer:
    """Sharing again with the same account replaces the permission."""
    lock_editable(session, project_id, by=by)
    account = get_account_by_login(session, login)
    values = {"project_id": project_id, "account_id": account.account_id, "permission": permission}
    sharing = insert(ProjectShare).values(**values)
    session.execute(
        sharing.on_conflict_do_update(index_elements=["project_id", "account_id"], set_={"permission": permission})
    )
    record(session, AuditTag.PROJECT_SHARED, project_id, by=by, now=now, login=login, permission=permission)
    return ShareAnswer(
        account_id=account.account_id, login=account.login, display_name=account.display_name, permission=permission
    )


def unshare_project(session: Session, project_id: int, account_id: int, *, by: Caller, now: datetime) -> None:
    lock_editable(session, project_id, by=by)
    account = get_account(session, account_id)
    condition = (ProjectShare.project_id == project_id, ProjectShare.account_id == account_id)
    session.execute(delete(ProjectShare).where(*condition))
    record(session, AuditTag.PROJECT_UNSHARED, project_id, by=by, now=now, login=account.login)


def list_shares(session: Session, project_id: int, page: Page) -> list[ShareAnswer]:
    """In the order of the accounts' ids."""
    statement = select(ProjectShare).where(ProjectShare.project_id == project_id)
    rows = session.scalars(page.of(statement, ProjectShare.account_id.expression)).all()
    accounts = accounts_by_id(session, [row.account_id for row in rows])
    return [
        ShareAnswer(
            account_id=row.account_id,
            login=accounts[row.account_id].login,
            display_name=accounts[row.account_id].display_name,
            permission=row.permission,
        )
        for row in rows
    ]

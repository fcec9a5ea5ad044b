"""Maps accounts of operating systems to workstation users, and says which accounts are a person's."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.identity.workstation_accounts import WorkstationAccount, is_same_account, parse_account
from governance_api.audit.service import AuditTag, record
from governance_api.database import lock_until_commit
from governance_api.edge.paging import Page
from governance_api.people.service import WorkstationUser, get_workstation_user_id
from governance_api.security.callers import Caller
from governance_api.workstation_accounts.errors import WorkstationAccountTakenError, WorkstationAccountUnknownError
from governance_api.workstation_accounts.tables import MappedAccount


def map_account(
    session: Session, account: WorkstationAccount, *, workstation_user_login: str, by: Caller, now: datetime
) -> MappedAccount:
    """From now on the person's agents enrol from mapped accounts alone, no more from one named like the login."""
    workstation_user_id = get_workstation_user_id(session, workstation_user_login)
    lock_until_commit(session, "workstation accounts")
    if any(is_same_account(each.account, account) for each in session.scalars(select(MappedAccount))):
        raise WorkstationAccountTakenError(account.text)
    mapped = MappedAccount(
        workstation_user_id=workstation_user_id,
        account_login=account.login,
        account_domain=account.domain,
        account_identifier=account.identifier,
        mapped_by=by.account_id,
        mapped_at=now,
    )
    session.add(mapped)
    session.flush()
    facts = {"workstation_user_id": workstation_user_id, "account": account.text, "identifier": account.identifier}
    record(session, AuditTag.WORKSTATION_ACCOUNT_MAPPED, mapped.workstation_account_id, by=by, now=now, **facts)
    return mapped


def unmap_account(session: Session, workstation_account_id: int, *, by: Caller, now: datetime) -> None:
    """Agents that are enrolled go on."""
    mapped = session.get(MappedAccount, workstation_account_id)
    if mapped is None:
        raise WorkstationAccountUnknownError(workstation_account_id)
    facts = {"workstation_user_id": mapped.workstation_user_id, "account": mapped.account.text}
    session.delete(mapped)
    record(session, AuditTag.WORKSTATION_ACCOUNT_UNMAPPED, workstation_account_id, by=by, now=now, **facts)


def list_mapped_accounts(session: Session, page: Page) -> list[MappedAccount]:
    key = MappedAccount.workstation_account_id.expression
    return list(session.scalars(page.of(select(MappedAccount), key)))


def people_of_account(
    session: Session, found: WorkstationAccount, people: Sequence[WorkstationUser]
) -> list[WorkstationUser]:
    """Those among them whose account it is: by their mapped accounts, or by their login where none is mapped."""
    accounts: dict[int, list[WorkstationAccount]] = {each.workstation_user_id: [] for each in people}
    mapped = select(MappedAccount).where(MappedAccount.workstation_user_id.in_(accounts))
    for each in session.scalars(mapped):
        accounts[each.workstation_user_id].append(each.account)
    return [
        person
        for person in people
        if any(
            is_same_account(registered, found)
            for registered in accounts[person.workstation_user_id] or [parse_account(person.login)]
        )
    ]

"""/workstation-users: registers, imports, lists and changes them. What is collected about them is never served here."""

from typing import Annotated

from fastapi import APIRouter, Body, status

from governance_api.clock import Now
from governance_api.database import Transaction
from governance_api.edge.paging import PageAsked
from governance_api.people.csv_import import import_workstation_users
from governance_api.people.permissions import ManagesWorkstationUsers, ReadsWorkstationUsers
from governance_api.people.schemas import (
    ImportAnswer,
    WorkstationUserAnswer,
    WorkstationUserChange,
    WorkstationUserCreation,
)
from governance_api.people.service import (
    Registration,
    change_workstation_user,
    create_workstation_user,
    list_workstation_users,
)

router = APIRouter(prefix="/workstation-users", tags=["workstation users"])


@router.post("", status_code=status.HTTP_201_CREATED)
def create(
    body: WorkstationUserCreation, caller: ManagesWorkstationUsers, transaction: Transaction, now: Now
) -> WorkstationUserAnswer:
    """Registers somebody who may be observed once a request was approved."""
    return create_workstation_user(transaction, Registration(**body.model_dump()), by=caller, now=now)


@router.get("")
def list_them(_: ReadsWorkstationUsers, transaction: Transaction, page: PageAsked) -> list[WorkstationUserAnswer]:
    return list_workstation_users(transaction, page)


@router.post("/import")
def import_them(
    caller: ManagesWorkstationUsers,
    transaction: Transaction,
    now: Now,
    content: Annotated[bytes, Body(media_type="text/csv")] = b"",
) -> ImportAnswer:
    """Registers or changes all of a CSV file (login, display_name, time_zone, team, manager_login), or nobody."""
    return import_workstation_users(transaction, content, by=caller, now=now)


@router.patch("/{workstation_user_id}")
def change(
    workstation_user_id: int,
    body: WorkstationUserChange,
    caller: ManagesWorkstationUsers,
    transaction: Transaction,
    now: Now,
) -> WorkstationUserAnswer:
    """Changes what is given: reporting line, time zone, team, name."""
    changes = {name: value for name, value in body.model_dump(exclude_unset=True).items() if name != "is_active"}
    nullable = {name: value for name, value in changes.items() if value is not None or name == "manager_login"}
    return change_workstation_user(
        transaction, workstation_user_id, nullable, is_active=body.is_active, by=caller, now=now
    )

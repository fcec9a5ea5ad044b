"""Files a data request: checks whom and when it is about, and opens one approval for each named person."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from domain.aliases import AnonymizationLevel
from domain.assignments.terms import Terms
from governance_api.accounts.service import get_account_by_login
from governance_api.audit.service import AuditTag, record
from governance_api.configuration.service import Group, get_value
from governance_api.data_requests.decisions import Decision
from governance_api.data_requests.errors import (
    NobodyCanApproveError,
    NobodyNamedError,
    NotInProjectError,
    PersonInactiveError,
    RequestDatesReversedError,
    RequestTooOpenError,
    StartMissingError,
    TermsOfProjectError,
)
from governance_api.data_requests.schemas import DataRequestAnswer, DataRequestCreation
from governance_api.data_requests.service import describe_data_request
from governance_api.data_requests.tables import Approval, DataRequest
from governance_api.people.service import WorkstationUser, get_people_by_logins, list_unanswered
from governance_api.projects.service import check_open, get_editable, list_people, lock_editable
from governance_api.security.callers import Caller

TERMS = ("goals", "visibility", "anonymization_level")


def file_data_request(session: Session, filing: DataRequestCreation, *, by: Caller, now: datetime) -> DataRequestAnswer:
    """Raises the errors of this noun, nothing half done."""
    people = _people_of(session, filing, by=by)
    starts_on, ends_on = _dates_of(session, filing, by=by)
    named: list[str] = get_value(session, Group.AGENT, "applications_with_named_content")  # as configured now
    terms = {**_terms_of(session, filing, by=by), "applications_with_named_content": named}
    behalf = get_account_by_login(session, filing.on_behalf_of_login) if filing.on_behalf_of_login else None
    request = DataRequest(
        name=filing.name,
        description=filing.description,
        purpose=filing.purpose,
        starts_on=starts_on,
        ends_on=ends_on,
        project_id=filing.project_id,
        **terms,
        requested_by=by.account_id,
        on_behalf_of=behalf.account_id if behalf else None,
        created_at=now,
    )
    session.add(request)
    session.flush()
    session.add_all(
        Approval(
            data_request_id=request.data_request_id,
            workstation_user_id=person.workstation_user_id,
            decision=Decision.PENDING,
        )
        for person in people
    )
    session.flush()
    record(
        session,
        AuditTag.DATA_REQUEST_CREATED,
        request.data_request_id,
        by=by,
        now=now,
        name=filing.name,
        purpose=filing.purpose,
        starts_on=starts_on,
        ends_on=ends_on,
        project_id=filing.project_id,
        **terms,
        on_behalf_of=filing.on_behalf_of_login,
        logins=[person.login for person in people],
    )
    return describe_data_request(session, request)


def _people_of(session: Session, filing: DataRequestCreation, *, by: Caller) -> list[WorkstationUser]:
    in_project: list[WorkstationUser] = []
    if filing.project_id is not None:
        project = lock_editable(session, filing.project_id, by=by)  # its terms stay what they are until they are frozen
        check_open(project)
        in_project = list_people(session, filing.project_id)
    people = in_project
    if filing.workstation_user_logins is not None:
        people = get_people_by_logins(session, filing.workstation_user_logins)
        members = {person.workstation_user_id for person in in_project}
        strangers = [person.login for person in people if person.workstation_user_id not in members]
        if filing.project_id is not None and strangers:
            raise NotInProjectError(strangers)
    if not people:
        raise NobodyNamedError
    if unanswered := [person.login for person in list_unanswered(session, people)]:
        raise NobodyCanApproveError(unanswered)
    if inactive := [person.login for person in people if not person.is_active]:
        raise PersonInactiveError(inactive)
    return people


def _terms_of(session: Session, filing: DataRequestCreation, *, by: Caller) -> dict[str, Any]:
    """The terms as columns. Those of a project are the project's now."""
    given = {name: value for name in TERMS if (value := getattr(filing, name)) is not None}
    if filing.project_id is not None:
        if given:
            raise TermsOfProjectError(list(given))
        project = get_editable(session, filing.project_id, by=by)
        return {name: getattr(project, name) for name in (*TERMS, "collection_cadence")}
    asked = Terms(**given | ({"goals": frozenset(given["goals"])} if "goals" in given else {}))
    minimum = AnonymizationLevel(get_value(session, Group.ANONYMIZATION, "minimum_level"))
    if not asked.anonymization_level.is_at_least(minimum):
        raise RequestTooOpenError(asked.anonymization_level, minimum)
    return {
        "goals": sorted(asked.goals),
        "collection_cadence": asked.cadence,
        "visibility": asked.visibility,
        "anonymization_level": asked.anonymization_level,
    }


def _dates_of(session: Session, filing: DataRequestCreation, *, by: Caller) -> tuple[date, date | None]:
    starts_on, ends_on = filing.starts_on, filing.ends_on
    if filing.project_id is not None:
        project = get_editable(session, filing.project_id, by=by)
        starts_on, ends_on = starts_on or project.starts_on, ends_on or project.ends_on
    if starts_on is None:
        raise StartMissingError
    if ends_on is not None and ends_on < starts_on:
        raise RequestDatesReversedError(starts_on, ends_on)
    return starts_on, ends_on

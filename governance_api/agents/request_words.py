"""Says to the person who asked for a collection, and who will see what comes of it and under which name."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from domain.aliases import AnonymizationLevel
from domain.assignments.terms import Visibility
from governance_api.accounts.service import accounts_by_id
from governance_api.data_requests.service import DataRequest
from governance_api.projects.service import Project, projects_by_id

_NAMES = {
    AnonymizationLevel.LOGIN_NAME: "your login name",
    AnonymizationLevel.INITIALS: "your initials",
    AnonymizationLevel.ANONYMIZED_CODE: "a code in place of your name",
}


@dataclass(frozen=True, kw_only=True)
class RequestWords:
    """For the person who is asked."""

    asked_by: str
    seen_by: str


def words_of_requests(session: Session, requests: Mapping[int, DataRequest]) -> dict[int, RequestWords]:
    """By the same keys as the requests."""
    asking = {account for each in requests.values() for account in (each.requested_by, each.on_behalf_of) if account}
    accounts = accounts_by_id(session, asking)
    names = {account_id: account.display_name or account.login for account_id, account in accounts.items()}
    projects = projects_by_id(session, {each.project_id for each in requests.values() if each.project_id is not None})
    return {
        key: RequestWords(
            asked_by=_asked_by(request, names),
            seen_by=_seen_by(request, None if request.project_id is None else projects[request.project_id]),
        )
        for key, request in requests.items()
    }


def _asked_by(request: DataRequest, names: Mapping[int, str]) -> str:
    asked_by = names.get(request.requested_by, "an account that is no longer there")
    if request.on_behalf_of is None or request.on_behalf_of == request.requested_by:
        return asked_by
    return f"{asked_by}, for {names.get(request.on_behalf_of, 'somebody who is no longer there')}"


def _seen_by(request: DataRequest, project: Project | None) -> str:
    whose = "every project that names this request" if project is None else f"the project “{project.name}”"
    results = f"Results are of this visibility: {request.visibility}"
    if request.visibility is Visibility.GROUP:
        results = "Results show figures of the group, and nobody in it by name or code"
    if request.visibility is Visibility.INDIVIDUAL:
        name = _NAMES.get(request.anonymization_level, request.anonymization_level)
        results = f"Results show each person; you appear there under {name}"
    return f"The analysts of {whose}, whom they share it with, and administrators. {results}."

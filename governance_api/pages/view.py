"""Puts what the manager's pages show into words: approvals grouped by the data request they answer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from domain.aliases import AnonymizationLevel
from domain.assignments.terms import Cadence, Visibility
from domain.event_filters.rules import FilterAction
from governance_api.accounts.service import display_names_of
from governance_api.approvals.service import ApprovalAnswer, Decision, list_requests_for_manager
from governance_api.configuration.service import Group, values_of
from governance_api.edge.paging import Page
from governance_api.event_filters.service import list_active_filters
from governance_api.projects.service import Project, projects_by_id
from governance_api.security.callers import Caller

#: What each collector contributes to the sentence about how often something is done.
HOW_OFTEN = {
    "clicks": ("clicks",),
    "keys": ("types",),
    "clipboard": ("copies", "pastes"),
    "scroll": ("scrolls",),
}
SHOWN_AS = {
    AnonymizationLevel.LOGIN_NAME: "with their login",
    AnonymizationLevel.INITIALS: "by their initials",
    AnonymizationLevel.ANONYMIZED_CODE: "only by a code, such as WU\u20117F3A2C",
}
VISIBLE = {
    Visibility.GROUP: "Figures about the group as a whole",
    Visibility.INDIVIDUAL: "Figures about the group, and about each person",
}
CADENCES = {
    Cadence.TARGETED: "Only while a person records a named task",
    Cadence.CONTINUOUS: "All the time a person is at work on the workstation",
}
SHOWN_IN_GROUPS = "by no name and no code"
USED_BY_NAME = (
    "Which buttons, menu items, tabs, check boxes and fields are used, by what is written on or beside them; "
    "of links, lists, tables and texts only that one was used"
)
#: Data requests on one page.
CARDS = 50
WITHOUT_PROJECT = "in no dashboard until a project with these analyses names the request"


@dataclass(frozen=True, kw_only=True)
class RequestCard:
    """One data request as one manager sees it: only their own people are in it."""

    data_request_id: int
    name: str
    purpose: str
    description: str
    dates: str
    asked_by: str
    on_behalf_of: str | None
    project_name: str | None
    goals: str
    cadence: str
    shown_as: str
    visible: str
    named_in: str
    approvals: Sequence[ApprovalAnswer]


@dataclass(frozen=True, kw_only=True)
class CardPage:
    """Some of the cards; `next_after` is where the following ones begin, or None after the last."""

    cards: Sequence[RequestCard]
    next_after: int | None


@dataclass(frozen=True, kw_only=True)
class CollectionFacts:
    """What is, and what never is, collected, as the configuration has it now."""

    collected: Sequence[str]
    protected: str
    is_private_mode_allowed: bool
    user_data_days: int
    project_days: int


def waiting_cards(session: Session, caller: Caller, *, after: int = 0) -> CardPage:
    """Oldest request first."""
    return _cards(session, caller, (Decision.PENDING,), after=after)


def decided_cards(session: Session, caller: Caller, *, after: int = 0) -> CardPage:
    """Newest request first."""
    decided = (Decision.APPROVED, Decision.REJECTED, Decision.WITHDRAWN)
    return _cards(session, caller, decided, after=after, is_newest_first=True)


def collection_facts(session: Session) -> CollectionFacts:
    agent, retention = values_of(session, Group.AGENT), values_of(session, Group.RETENTION)
    names = [each.name for each in list_active_filters(session) if each.action is FilterAction.EXCLUDE]
    return CollectionFacts(
        collected=collected(
            agent["disabled_collectors"],
            idle_seconds=agent["idle_threshold_seconds"],
        ),
        protected=_enumeration([f"{name[:1].lower()}{name[1:]}" for name in names]),
        is_private_mode_allowed=agent["is_private_mode_allowed"],
        user_data_days=retention["user_data_days"],
        project_days=retention["project_days"],
    )


def collected(disabled: Collection[str], *, idle_seconds: int) -> list[str]:
    """One line per kind of thing that agents note, without the collectors that are switched off."""
    how_often = [word for name, words in HOW_OFTEN.items() if name not in disabled for word in words]
    minutes = max(1, round(idle_seconds / 60))
    where = "application and window title" if "browser" in disabled else "application, window title and web address"
    lines = [
        f"Which {where} are in front; secrets and personal numbers are looked for and masked, which cannot find all",
    ]
    if "browser" not in disabled:
        lines.append("Of a web address the site and the plain words of its path; never what follows ? or #")
    if not {"browser", "clicks"} <= {*disabled}:
        lines.append(USED_BY_NAME)
    if how_often:
        lines.append(
            f"How often one {_enumeration(how_often)}: counts only, and no keys in password fields and terminals"
        )
    if "browser" not in disabled:
        lines.append("How many characters a field of a web page holds when it is left; never of a password field")
    if "call" not in disabled:
        lines.append("Whether there is a call or the window in front plays sound, so that it does not count as absence")
    away = "a minute" if minutes == 1 else f"{minutes} minutes"
    return [
        *lines,
        f"When somebody is away for {away}, locks the screen, signs in or out, or is in private mode",
        "Which named task a person records, with its number, when they start and stop it themselves",
    ]


def in_words(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def instant_in_words(instant: datetime) -> str:
    return f"{in_words(instant.date())}, {instant:%H:%M} UTC"


#: What a browser calls itself, the more particular names first: most say that they are several of these.
BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def client_in_words(client: str) -> str:
    """Browser and system where they are known; else the program by its own name."""
    browser = next((name for mark, name in BROWSERS.items() if mark in client), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in client), "")
    if browser:
        return f"{browser} on {system}" if system else browser
    return client.partition("/")[0][:40] or "A program"


def dates_in_words(starts_on: date, ends_on: date | None) -> str:
    if ends_on is None:
        return f"From {in_words(starts_on)}, without an end date"
    if starts_on == ends_on:
        return in_words(starts_on)
    first = f"{starts_on:%a} {starts_on.day} {starts_on:%b}" if starts_on.year == ends_on.year else in_words(starts_on)
    return f"{first} to {in_words(ends_on)}"


def _cards(
    session: Session, caller: Caller, decisions: Collection[Decision], *, after: int, is_newest_first: bool = False
) -> CardPage:
    page = Page(limit=CARDS + 1, after=after, is_newest_first=is_newest_first)
    found = list_requests_for_manager(session, caller, page, decisions=decisions)
    shown = found[:CARDS]
    firsts = [approvals[0] for approvals in shown]
    asking = {login for each in firsts for login in (each.requested_by_login, each.on_behalf_of_login) if login}
    names = display_names_of(session, asking)
    projects = projects_by_id(session, {each.project_id for each in firsts if each.project_id is not None})
    return CardPage(
        cards=[_card(approvals, names, projects) for approvals in shown],
        next_after=firsts[-1].data_request_id if len(found) > CARDS else None,
    )


def _card(
    approvals: Sequence[ApprovalAnswer], display_names: Mapping[str, str], projects: Mapping[int, Project]
) -> RequestCard:
    first = approvals[0]
    project = projects[first.project_id] if first.project_id is not None else None
    behalf = first.on_behalf_of_login
    return RequestCard(
        data_request_id=first.data_request_id,
        name=first.data_request_name,
        purpose=first.purpose,
        description=first.description,
        dates=dates_in_words(first.starts_on, first.ends_on),
        asked_by=display_names[first.requested_by_login],
        on_behalf_of=display_names[behalf] if behalf else None,
        project_name=project.name if project else None,
        goals=_enumeration([goal.replace("_", " ") for goal in first.goals]).capitalize(),
        cadence=CADENCES.get(first.collection_cadence, first.collection_cadence),
        shown_as=_shown_as(first) + ("" if project else f"; {WITHOUT_PROJECT}"),
        visible=VISIBLE.get(first.visibility, first.visibility),
        named_in=_enumeration(first.applications_with_named_content),
        approvals=approvals,
    )


def _shown_as(approval: ApprovalAnswer) -> str:
    is_group = approval.visibility is Visibility.GROUP
    level = approval.anonymization_level
    return SHOWN_IN_GROUPS if is_group else SHOWN_AS.get(level, level)


def _enumeration(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)

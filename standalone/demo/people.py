"""Creates the demonstration's accounts, one per role, and registers its workstation users."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from simulator.office.people import TEAMS, Person
from standalone.governance.api import Api
from standalone.settings import Settings


@dataclass(frozen=True)
class DemoAccount:
    """Somebody who can sign in with the demo's password."""

    login: str
    display_name: str
    role: str
    purpose: str


ANALYST = DemoAccount("ana", "Ana Alves", "analyst", "owns the projects, files data requests, mines")
POWER_USER = DemoAccount("paul", "Paul Prior", "power_user", "writes the categorization rules")
STAKEHOLDER = DemoAccount("stella", "Stella Stern", "stakeholder", "reads the dashboards shared with her")
GUARDIAN = DemoAccount("greta", "Greta Gold", "guardian", "sees requests, configuration and the audit log, no data")
MANAGERS = tuple(
    DemoAccount(team.manager_login, team.manager_name, "manager", f"decides for {team.name.lower()}") for team in TEAMS
)
ACCOUNTS = (ANALYST, POWER_USER, *MANAGERS, STAKEHOLDER, GUARDIAN)


@dataclass(frozen=True)
class RecordedPerson:
    """The person of the real recordings, under the login that stands in them."""

    login: str = "vleno"
    display_name: str = "Recorded person"
    time_zone: str = "Australia/Melbourne"
    team: str = "Recordings"
    manager_login: str = MANAGERS[0].login


def register_people(settings: Settings, people: Iterable[Person]) -> None:
    """Accounts first, because a workstation user's manager must exist."""
    with admin_of(settings) as admin:
        for account in ACCOUNTS:
            body = {"login": account.login, "display_name": account.display_name, "roles": [account.role]}
            admin.post("/accounts", body | {"password": settings.passwords.demo})
        admin.post_bytes("/workstation-users/import", _csv_of(people), media_type="text/csv")


def is_registered(settings: Settings) -> bool:
    """Whether a demonstration was begun in this state folder."""
    with admin_of(settings) as admin:
        return any(account["login"] == ANALYST.login for account in admin.list("/accounts", key="account_id"))


def admin_of(settings: Settings) -> Api:
    return Api(settings.api_url).sign_in("admin", settings.passwords.admin)


def signed_in(settings: Settings, account: DemoAccount) -> Api:
    return Api(settings.api_url).sign_in(account.login, settings.passwords.demo)


def _csv_of(people: Iterable[Person]) -> bytes:
    recorded = RecordedPerson()
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("login", "display_name", "time_zone", "team", "manager_login"))
    for each in people:
        writer.writerow((each.login, each.display_name, each.time_zone, each.team.name, each.team.manager_login))
    writer.writerow((recorded.login, recorded.display_name, recorded.time_zone, recorded.team, recorded.manager_login))
    return text.getvalue().encode()

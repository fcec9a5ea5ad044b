"""Who works in the simulated workforce: teams, people, managers, hours, habits. Add a team here."""

from enum import StrEnum

import msgspec

from simulator.chance import stream
from simulator.parameters import Parameters


class Evening(StrEnum):
    """How a person leaves the workstation."""

    LOCKS = "locks"
    SIGNS_OUT = "signs_out"
    SLEEPS = "sleeps"


class Team(msgspec.Struct, frozen=True):
    """Where a person belongs, who decides about their data, and which work they do."""

    name: str
    work: str
    manager_login: str
    manager_name: str


SERVICE_DESK = Team(name="Service desk", work="incident", manager_login="mia", manager_name="Mia Winter")
CUSTOMER_SERVICE = Team(name="Customer service", work="customer_case", manager_login="max", manager_name="Max Sommer")
BACK_OFFICE = Team(name="Back office", work="invoice", manager_login="mona", manager_name="Mona Herbst")
TEAMS = (SERVICE_DESK, CUSTOMER_SERVICE, BACK_OFFICE)


class Person(msgspec.Struct, frozen=True):
    """One workstation user. `starts_hour` and `shift_hours` are local; a late shift passes midnight."""

    number: int
    """Within the team, from 0."""
    login: str
    display_name: str
    team: Team
    time_zone: str
    host: str
    starts_hour: float
    shift_hours: float
    evening: Evening
    has_clock_ahead: bool


_FIRST_NAMES = (
    "Anna", "Ben", "Clara", "David", "Elif", "Felix", "Greta", "Hugo", "Ida", "Jonas", "Klara", "Liam",
    "Maja", "Noah", "Olga", "Pavel", "Quentin", "Rosa", "Samir", "Tara", "Uwe", "Vera", "Wanda", "Yusuf",
)  # fmt: skip
_LAST_NAMES = ("Berg", "Lind", "Moor", "Tann", "Bach", "Feld", "Wald", "Stein", "Kamp", "Rode", "Hain")


def workforce_people(parameters: Parameters) -> list[Person]:
    """Everybody, team by team. Adding people to a team changes nobody who was there before."""
    return [
        _person(parameters, team=team, team_number=team_number, number=number)
        for team_number, team in enumerate(TEAMS)
        for number in range(parameters.people_per_team)
    ]


def _person(parameters: Parameters, *, team: Team, team_number: int, number: int) -> Person:
    chance = stream(parameters.seed, "person", team.name, number)
    first = _FIRST_NAMES[(team_number * 8 + number) % len(_FIRST_NAMES)]
    last = _LAST_NAMES[(team_number * 3 + number) % len(_LAST_NAMES)]
    time_zone = parameters.time_zones[number % len(parameters.time_zones)]
    is_late = team is CUSTOMER_SERVICE and number % 6 == 3
    return Person(
        number=number,
        login=f"{first}.{last}{team_number}{number:02d}".lower(),
        display_name=f"{first} {last}",
        team=team,
        time_zone=time_zone,
        host=f"WS-{team_number + 1}{number:03d}",
        starts_hour=16.0 if is_late else 7.5 + chance.random() * 1.5,
        shift_hours=8.6 if is_late else 8.0 + chance.random(),
        evening=tuple(Evening)[(team_number + number) % 3],
        has_clock_ahead=chance.random() < parameters.rates.clock_ahead_share,
    )

"""The fixed set of configuration records: group, name, default, bounds, and what each is for.

Add a record here; its row appears with the next upgrade of the database.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.activity_states import OFF_THRESHOLD_SECONDS
from domain.aliases import AnonymizationLevel
from domain.categorization.rules import LOCK_CATEGORY, OFF_CATEGORY
from domain.contexts import DEFAULT_REPLACEMENT
from domain.policies import DefaultStatus
from governance_api.configuration.bounds import (
    Bounds,
    DateOrNone,
    ListOfRecordNumberPatterns,
    ListOfWords,
    OneOf,
    Switch,
    TextUpTo,
    WholeNumber,
)
from governance_api.security.addresses import AddressDetail


class Group(StrEnum):
    """Grammar: the part of the product that the records steer."""

    AGENT = "agent"
    SYSTEM = "system"
    SIGN_IN = "sign_in"
    ANONYMIZATION = "anonymization"
    NOTIFICATIONS = "notifications"
    RETENTION = "retention"


@dataclass(frozen=True)
class ConfigurationRecord:
    group: Group
    name: str
    default: Any
    bounds: Bounds
    description: str


#: Below this, a group is a person: no configuration goes under it.
SMALLEST_GROUP_SIZE = 5

#: What an agent can be told to leave out, by the names it knows them by.
COLLECTORS = ("browser", "call", "clicks", "clipboard", "keys", "scroll")

CONSENT_TEXT = (
    "Your organisation asks to record which applications you work in, the titles of their windows and the addresses of "
    "web pages; which buttons, menu items, tabs, check boxes and fields you use, by what is written on or beside them; "
    "how often you click, type, copy, paste and scroll; how many characters a field of a web page holds when you leave "
    "it; whether you are in a call; when you sign in and out, lock the screen, are away or in private mode; and which "
    "task you record, with its number, when you start and stop it yourself. A title can name people and matters: "
    "passwords, e-mail addresses, card and account numbers are looked for and masked, and not everything can be found. "
    "What you type and what you copy is never recorded, nor are pictures, texts, links, lists and tables that a window "
    "shows, unless a program is named below. Of a password field it is recorded that you used it, and nothing else. "
    "You can pause with private mode, unless your organisation has switched it off, and you can withdraw this consent "
    "at any time."
)
PRIVATE_STARTUP_TEXT = "You are in private mode: nothing is recorded. It ends by itself."
PRIVATE_TIMEOUT_TEXT = "Private mode ends soon. You can extend it."

_AGENT = Group.AGENT
_SYSTEM = Group.SYSTEM
_YEARS = WholeNumber(0, 3_650)

_RECORDS = (
    ConfigurationRecord(
        _AGENT, "config_update_seconds", 30, WholeNumber(5, 3_600), "How often an agent asks for its policy"
    ),
    ConfigurationRecord(
        _AGENT, "default_status", "standard", OneOf(tuple(DefaultStatus)), "What an agent does after sign-in"
    ),
    ConfigurationRecord(
        _AGENT, "element_timeout_milliseconds", 100, WholeNumber(0, 1_000), "How long a look at a UI element may take"
    ),
    ConfigurationRecord(
        _AGENT, "restart_check_seconds", 30, WholeNumber(5, 3_600), "How often an agent checks that it still runs"
    ),
    ConfigurationRecord(
        _AGENT,
        "disabled_collectors",
        [],
        ListOfWords(COLLECTORS),
        "What agents do not collect at all; without “call”, calls and sound that is listened to are idle time",
    ),
    ConfigurationRecord(
        _AGENT,
        "applications_with_named_content",
        [],
        ListOfWords(),
        "Programs in which links, list items, table cells and radio buttons are told by name, too; never web pages. "
        "Managers and the people observed are shown this list; a program that is added counts for data requests filed "
        "from then on, one that is taken out for none",
    ),
    ConfigurationRecord(
        _AGENT, "maximum_value_length", 1_024, WholeNumber(0, 1_024), "Characters kept of the name of a UI element"
    ),
    ConfigurationRecord(_AGENT, "is_private_mode_allowed", True, Switch(), "Whether people can pause recording"),
    ConfigurationRecord(_AGENT, "shows_tray_icon", True, Switch(), "Whether the agent shows itself in the tray"),
    ConfigurationRecord(
        _AGENT, "idle_threshold_seconds", 180, WholeNumber(30, 3_600), "Without input for this long, a person is idle"
    ),
    ConfigurationRecord(
        _AGENT, "private_mode_seconds", 1_800, WholeNumber(60, 86_400), "How long private mode lasts if nothing is said"
    ),
    ConfigurationRecord(
        _AGENT,
        "task_after_lock_seconds",
        1_800,
        WholeNumber(60, 86_400),
        "Locked for this long, the recording of a task ends, at the lock",
    ),
    ConfigurationRecord(
        _AGENT, "task_limit_seconds", 28_800, WholeNumber(600, 86_400), "The recording of a task never lasts longer"
    ),
    ConfigurationRecord(
        _AGENT,
        "captured_kept_days",
        7,
        WholeNumber(1, 90),
        "Days for which people can read on their workstation what was sent of them",
    ),
    ConfigurationRecord(
        Group.SIGN_IN, "idle_minutes", 60, WholeNumber(5, 1_440), "A session that is not used for this long ends"
    ),
    ConfigurationRecord(
        Group.SIGN_IN,
        "session_hours",
        12,
        WholeNumber(1, 720),
        "A session that begins from now on ends after this long",
    ),
    ConfigurationRecord(
        Group.SIGN_IN,
        "address_in_audit_log",
        AddressDetail.NETWORK.value,
        OneOf(tuple(AddressDetail)),
        "How much the audit log keeps of the address from which somebody signed in, or tried to",
    ),
    ConfigurationRecord(
        _AGENT,
        "record_number_patterns",
        [],
        ListOfRecordNumberPatterns(),
        "Numbers that agents keep in titles although they look like a telephone or identity number (case ids)",
    ),
    ConfigurationRecord(_SYSTEM, "aggregation_days", 7, WholeNumber(1, 366), "Days that dashboards show at first"),
    ConfigurationRecord(
        _SYSTEM,
        "excluded_categories",
        [OFF_CATEGORY, LOCK_CATEGORY],
        ListOfWords(),
        "Categories that dashboards leave out",
    ),
    ConfigurationRecord(
        _SYSTEM,
        "off_threshold_seconds",
        OFF_THRESHOLD_SECONDS,
        WholeNumber(600, 86_400),
        "Locked or private for longer becomes off",
    ),
    ConfigurationRecord(_SYSTEM, "licence_period_days", 180, WholeNumber(1, 3_650), "Length of a licence period"),
    ConfigurationRecord(_SYSTEM, "licence_period_starts_on", None, DateOrNone(), "First day of a licence period"),
    ConfigurationRecord(
        _SYSTEM, "maximum_treemap_categories", 99, WholeNumber(1, 999), "More become “Minor activities”"
    ),
    ConfigurationRecord(
        _SYSTEM,
        "minimum_group_size",
        10,
        WholeNumber(SMALLEST_GROUP_SIZE, 1_000),
        "People that must stand behind a figure about people",
    ),
    ConfigurationRecord(
        Group.ANONYMIZATION, "replacement", DEFAULT_REPLACEMENT, TextUpTo(64, low=1), "What a masked attribute reads"
    ),
    ConfigurationRecord(
        Group.ANONYMIZATION,
        "minimum_level",
        AnonymizationLevel.ANONYMIZED_CODE.value,
        OneOf(tuple(AnonymizationLevel)),
        "No project may show people more openly than this",
    ),
    ConfigurationRecord(
        Group.NOTIFICATIONS, "consent_text", CONSENT_TEXT, TextUpTo(8_000, low=1), "What a person is asked to accept"
    ),
    ConfigurationRecord(
        Group.NOTIFICATIONS,
        "private_startup_text",
        PRIVATE_STARTUP_TEXT,
        TextUpTo(2_000),
        "Shown when private mode begins; empty: it has no timeout",
    ),
    ConfigurationRecord(
        Group.NOTIFICATIONS,
        "private_timeout_text",
        PRIVATE_TIMEOUT_TEXT,
        TextUpTo(2_000),
        "Shown before private mode ends; empty: it cannot be extended",
    ),
    ConfigurationRecord(
        Group.RETENTION, "user_data_days", 30, WholeNumber(1, 3_650), "Days that data in no project is kept"
    ),
    ConfigurationRecord(
        Group.RETENTION, "project_days", 10, _YEARS, "Days that a project's data is kept after it is closed"
    ),
    ConfigurationRecord(
        Group.RETENTION, "datamart_days", 10, _YEARS, "Days a datamart is kept after its project was opened"
    ),
)

RECORDS: dict[tuple[str, str], ConfigurationRecord] = {(each.group.value, each.name): each for each in _RECORDS}

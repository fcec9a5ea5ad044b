"""Reads the CSV files of the Action Logger (browser and spreadsheet plug-ins) into observations.

Add an event type of the plug-ins to `KINDS` when one appears; until then its rows are skipped and counted.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from domain.contexts import APPLICATION_MAX, URL_MAX, WINDOW_TITLE_MAX, Context
from domain.element_roles import OTHER, told_element
from domain.event_batches import Element
from domain.event_kinds import EventKind
from domain.raw_events import ELEMENT_ID_MAX, ELEMENT_NAME_MAX
from standalone.importing.errors import UnreadableRecordingError
from standalone.importing.observations import Observation, Recording, digest_of

Row = dict[str, str]

REQUIRED_COLUMNS = ("timeStamp", "userID", "targetApp", "eventType", "url", "content")

#: Rows of this application say that something was copied, not where: attention stays where it was.
CLIPBOARD = "OS-Clipboard"

#: What is written on these is part of the page; the inner text of anything else may be content.
LABELLED_TAGS = frozenset({"BUTTON"})

#: Tag and type, or the tag alone → the role by which `domain.element_roles` decides what is told.
ROLES = {
    "button": "button",
    "input:button": "button",
    "input:submit": "button",
    "input:reset": "button",
    "input:checkbox": "checkbox",
    "input:radio": "radio",
    "input:number": "spinbutton",
    "input:search": "searchbox",
    "input:password": "password",
    "input": "textbox",
    "textarea": "textbox",
    "select": "combobox",
    "option": "option",
    "a": "link",
    "td": "cell",
    "th": "columnheader",
    "tr": "row",
    "li": "listitem",
    "img": "img",
    "form": "form",
    "label": "label",
}

KINDS = {
    EventKind.WINDOW_FOCUSED: ("navigate_to", "navigateTo", "createNewTab", "selectTab", "openWorkbook", "addWorkbook"),
    EventKind.CLICKED: (
        *("clickTextField", "clickButton", "clickLink", "clickCheckbox", "clickRadioButton", "doubleClick"),
        *("getCell", "getRange", "selectWorksheet", "selectField", "closeTab", "closeWorkbook"),
    ),
    EventKind.ELEMENT_CHANGED: (
        *("editField", "editCell", "editRange", "selectOptions", "addWorksheet", "renameWorksheet", "deleteWorksheet"),
    ),
    EventKind.COPIED: ("copy", "copyCell", "copyRange"),
    EventKind.CUT: ("cut", "cutCell", "cutRange"),
    EventKind.PASTED: ("paste", "pasteIntoCell", "pasteIntoRange"),
    EventKind.SUBMITTED: ("form_submit", "formSubmit", "submit"),
}
KIND_BY_EVENT_TYPE = {event_type: kind for kind, event_types in KINDS.items() for event_type in event_types}


def read_action_logger(path: Path) -> Recording:
    """Raises UnreadableRecordingError with the line. Rows of unknown event types are skipped and counted."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableRecordingError(path, 1, f"it cannot be read ({error.strerror})", "name a CSV file") from error
    skipped: Counter[str] = Counter()
    observations: list[Observation] = []
    users: set[str] = set()
    rows = _understood(path, _rows(path, _text(path, content)))
    rows.sort(key=lambda each: each[0])  # the plug-ins write a little out of order
    context = Context()
    for occurred_at, address, row in rows:
        users |= {row["userID"]} - {""}
        kind = KIND_BY_EVENT_TYPE.get(row["eventType"])
        if kind is None:
            skipped[f"event type {row['eventType']!r} is not known"] += 1
            continue
        if row["targetApp"] != CLIPBOARD:
            context = _context(row, address)
        observations.append(Observation(occurred_at, kind, context, _element(row), _value_length(row)))
    if len(users) > 1:
        names = ", ".join(sorted(users))
        raise UnreadableRecordingError(path, 2, f"it holds rows of several people ({names})", "split it by userID")
    if not observations:
        raise UnreadableRecordingError(path, 2, "it holds no row of a known event type", "record something")
    return Recording(observations=observations, digest=digest_of(content), skipped=dict(skipped))


def _understood(path: Path, rows: Iterable[tuple[int, Row]]) -> list[tuple[datetime, str, Row]]:
    """(instant, address, row) of each; raises the first row's fault, with the number of faulty rows after it."""
    understood, faults = [], []
    for line, row in rows:
        try:
            understood.append((_instant(path, line, row["timeStamp"]), _address(path, line, row["url"]), row))
        except UnreadableRecordingError as fault:
            faults.append(fault)
    if faults:
        first = faults[0]
        raise UnreadableRecordingError(path, first.line, first.what, first.remedy, more=len(faults) - 1)
    return understood


def _text(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableRecordingError(path, line, "it is not UTF-8 there", "save the file as UTF-8") from error


def _rows(path: Path, text: str) -> Iterator[tuple[int, Row]]:
    """(line on which the row begins, the row), every row with as many fields as the header.

    Read leniently: the spreadsheet plug-in writes bare quotes inside quoted fields. Quoting that is really broken
    shows in the number of fields.
    """
    reader = csv.reader(io.StringIO(text, newline=""), escapechar="\\")
    begins_at = 1
    try:
        header = next(reader, [])
        if missing := [name for name in REQUIRED_COLUMNS if name not in header]:
            what = f"the header lacks {', '.join(missing)}"
            raise UnreadableRecordingError(path, 1, what, "name a CSV file of the Action Logger")
        begins_at = reader.line_num + 1
        for fields in reader:
            is_left_open = bool(fields) and fields[-1].endswith("\n")
            if fields and (len(fields) != len(header) or is_left_open):
                what = (
                    f"the quoting is broken: {len(fields)} fields where the header has {len(header)}, or one left open"
                )
                raise UnreadableRecordingError(path, begins_at, what, "close or double the quotes of that row")
            if fields:
                yield begins_at, dict(zip(header, fields, strict=True))
            begins_at = reader.line_num + 1
    except csv.Error as error:
        what = f"the quoting is broken in the row that begins there ({error})"
        raise UnreadableRecordingError(path, begins_at, what, "close or double the quotes of that row") from error


def _instant(path: Path, line: int, text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        what = f"timeStamp is {text!r}"
        raise UnreadableRecordingError(path, line, what, "write instants like 2020-02-25T00:36:16.639Z")
    return instant


def _address(path: Path, line: int, url: str) -> str:
    """Where an address points, not what it carries: what was asked for, typed or signed in with stays out."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        what, remedy = f"url is {url!r} ({error})", "correct that address, or leave the field empty"
        raise UnreadableRecordingError(path, line, what, remedy) from error
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))


def _context(row: Row, address: str) -> Context:
    workbook = " - ".join(part for part in (row.get("target.workbookName"), row.get("target.sheetName")) if part)
    title = workbook or row.get("target.title", "")
    return Context(row["targetApp"][:APPLICATION_MAX], title[:WINDOW_TITLE_MAX], address[:URL_MAX])


def _element(row: Row) -> Element:
    tag = row.get("target.tagName", "")
    kind = f"{tag}:{row.get('target.type', '')}".lower()
    role = ROLES.get(kind) or ROLES.get(tag.lower()) or (OTHER if tag else "")
    label = row.get("target.innerText", "").strip() if tag in LABELLED_TAGS else ""
    name, element_id = row.get("target.name") or label, row.get("target.id", "")
    return told_element(Element(role, name[:ELEMENT_NAME_MAX], element_id[:ELEMENT_ID_MAX]))


def _value_length(row: Row) -> int:
    """How long a value was; never the value, and nothing at all of a secret one."""
    if row.get("target.type") == "password":
        return 0
    return len(row["content"] or row.get("target.value", ""))

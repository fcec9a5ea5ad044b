"""What may be told of an interface element, by its role: the table of capture, browser extension and ingestion.

Add a role as a row of `TOLD_BY_ROLE`, in the word by which AT-SPI or ARIA knows it; for ARIA also in
`agent/browser_extension/roles.js` (a test prints what belongs there). A role without a row is told as "other", without
a name.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from domain.contexts import Context
from domain.event_batches import Element

OTHER = "other"
"""Told instead of a role that has no row: whoever writes a page can write anything there."""


class Told(StrEnum):
    """What is told of an element besides its role."""

    NAME = "name"
    """A control: what is written on it."""
    LABEL = "label"
    """A field: what it is called by the label beside it, never what is in it."""
    NOTHING = "nothing"
    """Content: its name is what the person reads. Kept only of applications that the configuration names."""
    USE = "use"
    """A secret: that it was used. No name, no id, no count, no length."""


def _rows(told: Told, *roles: str) -> dict[str, Told]:
    return dict.fromkeys(roles, told)


#: Roles of web pages (ARIA). The extension has the same rows.
ARIA_ROLES: Mapping[str, Told] = MappingProxyType(
    _rows(Told.NAME, "button", "checkbox", "menuitem", "menuitemcheckbox", "switch", "tab")
    | _rows(Told.LABEL, "combobox", "searchbox", "slider", "spinbutton", "textbox")
    | _rows(Told.NOTHING, "article", "cell", "columnheader", "document", "figure", "form", "grid", "gridcell", "group")
    | _rows(Told.NOTHING, "heading", "image", "img", "label", "link", "list", "listbox", "listitem", "log", "menu")
    | _rows(Told.NOTHING, "menubar", "menuitemradio", "option", "radio", "radiogroup", "region", "row", "rowheader")
    | _rows(Told.NOTHING, "table", "tablist", "tabpanel", "toolbar", "tree", "treegrid", "treeitem", "dialog", OTHER)
    | _rows(Told.USE, "password", "one-time code", "card", "secret")
)

#: Roles of desktop programs (AT-SPI), where they differ from those of pages.
_DESKTOP_ROLES: Mapping[str, Told] = MappingProxyType(
    _rows(Told.NAME, "check box", "check menu item", "menu item", "page tab", "push button", "push button menu")
    | _rows(Told.NAME, "toggle button")
    | _rows(Told.LABEL, "combo box", "date editor", "editbar", "entry", "spin button", "text")
    | _rows(Told.NOTHING, "calendar", "canvas", "caption", "color chooser", "column header", "desktop icon", "filler")
    | _rows(Told.NOTHING, "document email", "document frame", "document presentation", "document spreadsheet")
    | _rows(Told.NOTHING, "document text", "document web", "file chooser", "frame", "html container", "icon")
    | _rows(Told.NOTHING, "internal frame", "layered pane", "list box", "list item", "page tab list", "panel")
    | _rows(Told.NOTHING, "paragraph", "radio button", "radio menu item", "row header", "scroll bar", "scroll pane")
    | _rows(Told.NOTHING, "section", "split pane", "static", "status bar", "table cell", "table column header")
    | _rows(
        Told.NOTHING, "table row", "table row header", "terminal", "tool bar", "tree item", "tree table", "viewport"
    )
    | _rows(Told.NOTHING, "window", "alert", "notification", "progress bar", "separator", "statusbar", "menu bar")
    | _rows(Told.USE, "password text")
)

TOLD_BY_ROLE: Mapping[str, Told] = MappingProxyType({**_DESKTOP_ROLES, **ARIA_ROLES})

CONTENT_AROUND = frozenset(
    {"cell", "file chooser", "gridcell", "list box", "list item", "listbox", "listitem", "option", "row", "table cell"}
    | {"table row", "tree item", "treeitem", "tree", "tree table"}
)
"""Within these a control is named by the content around it (the folders of a file dialog): told by its role."""

_PLAIN_ID = re.compile(r"[A-Za-z][A-Za-z_.:-]{0,99}")


def told_of(role: str) -> Told | None:
    """None for a role that has no row."""
    return TOLD_BY_ROLE.get(role.casefold())


def is_secret(role: str) -> bool:
    return told_of(role) is Told.USE


def told_element(element: Element, *, is_content_named: bool = False) -> Element:
    """What may be told of it. An id with digits, or with anything but letters and marks between, names a thing."""
    if not element.role:
        return Element()
    told = told_of(element.role)
    if told is None:
        return Element(role=OTHER)
    if told is Told.USE or (told is Told.NOTHING and not is_content_named):
        return Element(role=element.role)
    if _PLAIN_ID.fullmatch(element.element_id) or not element.element_id:
        return element
    return Element(element.role, element.name)


def is_content_named(context: Context, plain_names: frozenset[str]) -> bool:
    """Whether the configuration asks for names of content there (`plain_applications`). Of a web page it never can."""
    if not plain_names or context.url:
        return False
    application = plain_application(context.application)
    return bool(application) and application in plain_names


def plain_applications(names: Iterable[str]) -> frozenset[str]:
    """Once for a policy, however many events are asked about."""
    return frozenset(map(plain_application, names))


def plain_application(name: str) -> str:
    return name.casefold().removesuffix(".exe")

"""Finds the element under a point by AT-SPI: its role and, of a control or a field, what it is called.

What may be told of which role is `domain.element_roles`.
"""

from collections.abc import Callable, Sequence
from typing import Any

from agent.dbus.messages import MethodCall
from domain.element_roles import CONTENT_AROUND, Told, told_of
from domain.event_batches import Element

Call = Callable[[MethodCall], Sequence[Any]]
"""Asks over the accessibility bus; raises OSError."""

ACCESSIBLE = "org.a11y.atspi.Accessible"
COMPONENT = "org.a11y.atspi.Component"
PROPERTIES = "org.freedesktop.DBus.Properties"
REGISTRY = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
NULL = "/org/a11y/atspi/null"
SCREEN_COORDINATES = 0
LABELLED_BY = 2
DEPTH_MAX = 24
HEIGHT_MAX = 12
_ROOT_ROLES = frozenset({"application", "frame", "dialog", "window", "alert"})

Reference = tuple[str, str]


def find_element(call: Call, x: int, y: int, *, pid: int | None) -> Element | None:
    """None when the application does not speak AT-SPI or nothing is there."""
    for application in _applications(call, pid):
        for frame in _children(call, application):
            found = _deepest(call, frame, x, y)
            if found is not None:
                return _describe(call, found)
    return None


def role_of(call: Call, of: Reference) -> str:
    (role,) = call(MethodCall(*of, ACCESSIBLE, "GetRoleName"))
    return str(role)


def _applications(call: Call, pid: int | None) -> list[Reference]:
    known = _children(call, REGISTRY)
    if pid is None:
        return []
    bus = "org.freedesktop.DBus"
    return [
        reference
        for reference in known
        if list(call(MethodCall(bus, "/org/freedesktop/DBus", bus, "GetConnectionUnixProcessID", "s", [reference[0]])))
        == [pid]
    ]


def _children(call: Call, of: Reference) -> list[Reference]:
    (children,) = call(MethodCall(*of, ACCESSIBLE, "GetChildren"))
    return [(name, path) for name, path in children if path != NULL]


def _deepest(call: Call, start: Reference, x: int, y: int) -> Reference | None:
    """Containers answer with the child at the point: down until one answers with itself or nothing."""
    found: Reference | None = None
    current = start
    for _ in range(DEPTH_MAX):
        point = [x, y, SCREEN_COORDINATES]
        ((name, path),) = call(MethodCall(*current, COMPONENT, "GetAccessibleAtPoint", "iiu", point))
        if path == NULL or (name, path) == current:
            break
        found = current = (name, path)
    return found


def _describe(call: Call, found: Reference) -> Element:
    """Of content the name is asked for as well: a program may be one whose content the configuration names."""
    role = role_of(call, found)
    told = told_of(role)
    if told is None or told is Told.USE:
        return Element(role=role[:64])
    if told is Told.LABEL:  # its own name is what is chosen or typed
        return Element(role[:64], _label(call, found)[:1024])
    if told is Told.NAME and _is_within_content(call, found):
        return Element(role=role[:64])
    return Element(role[:64], (_name(call, found) or _label(call, found))[:1024])


def _is_within_content(call: Call, found: Reference) -> bool:
    """A button of a file dialog is named by a folder, one in a list by its item."""
    current = found
    for _ in range(HEIGHT_MAX):
        ((_, parent),) = call(MethodCall(*current, PROPERTIES, "Get", "ss", [ACCESSIBLE, "Parent"]))
        current = (parent[0], parent[1])
        if current[1] == NULL:
            return False
        role = role_of(call, current)
        if role in CONTENT_AROUND:
            return True
        if role in _ROOT_ROLES:
            return False
    return True


def _name(call: Call, of: Reference) -> str:
    ((_, name),) = call(MethodCall(*of, PROPERTIES, "Get", "ss", [ACCESSIBLE, "Name"]))
    return str(name)


def _label(call: Call, of: Reference) -> str:
    (relations,) = call(MethodCall(*of, ACCESSIBLE, "GetRelationSet"))
    for kind, targets in relations:
        if kind == LABELLED_BY and targets:
            return _name(call, (targets[0][0], targets[0][1]))
    return ""

"""Finds the element under a point by AT-SPI: its role and name, never its content, and of secrets the role alone.

Add a role to `SECRET_ROLES` or `_CONTENT_ROLES` when its name would tell what was typed or is shown.
"""

from collections.abc import Callable, Sequence
from typing import Any

from agent.dbus.messages import MethodCall
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
SECRET_ROLES = frozenset({"password text"})
#: Their name is what was typed into them or what they show, not what they are called.
_CONTENT_ROLES = frozenset({"terminal", "text", "entry", "editbar", "document text", "paragraph", "document web"})

Reference = tuple[str, str]


def find_element(call: Call, x: int, y: int, *, pid: int | None) -> Element | None:
    """None when the application does not speak AT-SPI or nothing is there."""
    for application in _applications(call, pid):
        for frame in _children(call, application):
            found = _deepest(call, frame, x, y)
            if found is not None:
                return _describe(call, found)
    return None


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
    (role,) = call(MethodCall(*found, ACCESSIBLE, "GetRoleName"))
    if role in SECRET_ROLES:
        return Element(role=role)
    name = "" if role in _CONTENT_ROLES else _name(call, found)
    if not name:
        name = _label(call, found)
    return Element(role=role[:64], name=name[:1024])


def _name(call: Call, of: Reference) -> str:
    ((_, name),) = call(MethodCall(*of, PROPERTIES, "Get", "ss", [ACCESSIBLE, "Name"]))
    return str(name)


def _label(call: Call, of: Reference) -> str:
    (relations,) = call(MethodCall(*of, ACCESSIBLE, "GetRelationSet"))
    for kind, targets in relations:
        if kind == LABELLED_BY and targets:
            return _name(call, (targets[0][0], targets[0][1]))
    return ""

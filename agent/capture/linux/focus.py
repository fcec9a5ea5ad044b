"""Hears by AT-SPI when the keyboard goes to another field, and asks of it one thing: whether it is a secret one.

In doubt it is: a program that does not answer in time may be asking for a password. So may a terminal within another
program, such as the one of an editor: what runs there decides, and does not say so.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from jeepney import HeaderFields, Message

from agent.capture.linux.elements import ACCESSIBLE, REGISTRY, Reference, role_of
from agent.capture.observations import FieldFocused
from agent.dbus.messages import BusError, MethodCall, bus_call, names_of
from domain.element_roles import is_secret

ANSWER_SECONDS = 0.1
EVENTS = "org.a11y.atspi.Event.Object"
_RULE = f"type='signal',interface='{EVENTS}',member='StateChanged',arg0='focused'"
_EVENT = "object:state-changed:focused"
_TERMINAL, _TERMINAL_CLASS = "terminal", "xterm-helper-textarea"
"""The role of one, and the class of the text field into which those of web techniques (xterm.js) take the keys."""

_TEXT_ROLES = frozenset({"entry", "text"})
_REGISTRY_PATH = "/org/a11y/atspi/registry"


class Ask(Protocol):
    """Asks over the accessibility bus; raises BusError."""

    def __call__(self, call: MethodCall, *, seconds: float = ...) -> Sequence[Any]: ...


class FocusWatch:
    """Used by the buses' thread."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._focused: Reference | None = None

    def listen(self) -> None:
        """Programs tell of what somebody has asked the registry for. Raises BusError."""
        self._ask(bus_call("AddMatch", "s", [_RULE]))
        registry = (REGISTRY[0], _REGISTRY_PATH, REGISTRY[0])
        try:
            self._ask(MethodCall(*registry, "RegisterEvent", "sass", [_EVENT, [], ""]))
        except BusError:  # before AT-SPI 2.44
            self._ask(MethodCall(*registry, "RegisterEvent", "s", [_EVENT]))

    def observation_of(self, message: Message, *, at_us: int) -> FieldFocused | None:
        """None for what is no change of focus."""
        path, interface, member = names_of(message)
        if (interface, member) != (EVENTS, "StateChanged") or message.body[0] != "focused":
            return None
        field = (str(message.header.fields.get(HeaderFields.sender, "")), path)
        if not message.body[1]:  # lost: of interest only where nothing else has been told of since
            was_this = field == self._focused
            self._focused = None if was_this else self._focused
            return FieldFocused(at_us, is_secret=False) if was_this else None
        self._focused = field
        try:
            return FieldFocused(at_us, is_secret=self._is_secret(field))
        except BusError:
            return FieldFocused(at_us, is_secret=True)

    def _is_secret(self, field: Reference) -> bool:
        role = role_of(self._in_time, field)
        if role not in _TEXT_ROLES:
            return is_secret(role) or role == _TERMINAL
        match self._in_time(MethodCall(*field, ACCESSIBLE, "GetAttributes")):
            case ({**attributes},):
                return _TERMINAL_CLASS in str(attributes.get("class", "")).split()
            case _:
                return True

    def _in_time(self, call: MethodCall) -> Sequence[Any]:
        return self._ask(call, seconds=ANSWER_SECONDS)

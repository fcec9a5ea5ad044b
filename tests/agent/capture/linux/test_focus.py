"""Which field the keyboard goes to: asked for its role, of a text also whether it is a terminal's; secret in doubt."""

from collections.abc import Sequence
from typing import Any

import pytest
from jeepney import DBusAddress, HeaderFields, Message, new_signal

from agent.capture.linux.focus import EVENTS, FocusWatch
from agent.capture.observations import FieldFocused
from agent.dbus.messages import BusError, MethodCall


def _focus(path: str, *, is_focused: bool, detail: str = "focused") -> Message:
    body = (detail, int(is_focused), 0, ("i", 0), ("s", ""))
    message = new_signal(DBusAddress(path, interface=EVENTS), "StateChanged", "siivv", body)
    message.header.fields[HeaderFields.sender] = ":1.7"
    return message


class Program:
    """Answers with a role per path, and with the same attributes of all; None: not in time."""

    def __init__(self, roles: dict[str, str | None], attributes: object = None) -> None:
        self.roles, self.asked = roles, list[str]()
        self._attributes = {} if attributes is None else attributes

    def __call__(self, call: MethodCall, *, seconds: float = 1.0) -> Sequence[Any]:
        self.asked.append(call.member)
        role = self.roles[call.path]
        if role is None:
            raise BusError("nobody answers in time")
        return (self._attributes if call.member == "GetAttributes" else role,)


@pytest.mark.parametrize(
    ("role", "is_secret"), [("password text", True), ("terminal", True), ("push button", False), (None, True)]
)
def test_a_field_is_secret_by_its_role_and_in_doubt(role: str | None, is_secret: bool) -> None:
    program = Program({"/field": role})
    assert FocusWatch(program).observation_of(_focus("/field", is_focused=True), at_us=5) == FieldFocused(5, is_secret)
    assert program.asked == ["GetRoleName"]


@pytest.mark.parametrize("role", ["entry", "text"])
@pytest.mark.parametrize(
    ("attributes", "is_secret"),
    [
        ({}, False),
        ({"class": "inputarea monaco-mouse-cursor-text"}, False),
        ({"tag": "textarea", "class": "focus xterm-helper-textarea"}, True),
        ("odd", True),
    ],
    ids=["a field", "the text of an editor", "its terminal", "an odd answer"],
)
def test_a_text_is_secret_where_a_terminal_takes_the_keys(role: str, attributes: object, is_secret: bool) -> None:
    program = Program({"/field": role}, attributes)
    assert FocusWatch(program).observation_of(_focus("/field", is_focused=True), at_us=5) == FieldFocused(5, is_secret)
    assert program.asked == ["GetRoleName", "GetAttributes"], "nothing of what is in it"


def test_a_secret_field_is_left_when_it_says_so_and_not_when_another_does() -> None:
    watch = FocusWatch(Program({"/name": "text", "/password": "password text"}))
    watch.observation_of(_focus("/name", is_focused=True), at_us=1)
    assert watch.observation_of(_focus("/password", is_focused=True), at_us=2) == FieldFocused(2, is_secret=True)
    assert watch.observation_of(_focus("/name", is_focused=False), at_us=3) is None
    assert watch.observation_of(_focus("/password", is_focused=False), at_us=4) == FieldFocused(4, is_secret=False)


def test_what_is_no_focus_is_nothing() -> None:
    watch = FocusWatch(Program({}))
    assert watch.observation_of(_focus("/field", is_focused=True, detail="showing"), at_us=1) is None

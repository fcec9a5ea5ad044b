"""What is told of the element under a point: a tree of AT-SPI as programs show it."""

from collections.abc import Sequence
from typing import Any

import pytest

from agent.capture.linux.elements import NULL, find_element
from agent.dbus.messages import MethodCall
from domain.event_batches import Element

PID = 4711


class Tree:
    """One program with one window, its elements from the outermost to the one that was hit: (role, name)."""

    def __init__(self, *elements: tuple[str, str], label: str = "") -> None:
        self.elements, self.label = elements, label

    def __call__(self, call: MethodCall) -> Sequence[Any]:
        number = int(call.path.rpartition("/")[2]) if call.path.startswith("/e/") else -1
        role, name = self.elements[number] if number >= 0 else ("label", self.label)
        parent = ("p", f"/e/{number - 1}" if number else NULL)
        answers = {
            "GetConnectionUnixProcessID": PID,
            "GetChildren": [("p", "/app" if call.path.endswith("root") else "/e/0")],
            "GetAccessibleAtPoint": ("p", f"/e/{number + 1}" if number + 1 < len(self.elements) else NULL),
            "GetRoleName": role,
            "GetRelationSet": [(2, [("p", "/label")])] if self.label else [],
            "Get": ("(so)", parent) if "Parent" in call.arguments else ("s", name),
        }
        return (answers[call.member],)

    def found(self) -> Element | None:
        return find_element(self, 1, 1, pid=PID)


def test_a_control_is_told_by_what_is_written_on_it() -> None:
    assert Tree(("frame", "Orders"), ("panel", ""), ("push button", "Save")).found() == Element("push button", "Save")


@pytest.mark.parametrize("role", ["text", "entry", "combo box", "spin button"])
def test_a_field_is_told_by_its_label_and_never_by_its_own_name(role: str) -> None:
    assert Tree(("frame", ""), (role, "4,711.00"), label="Amount").found() == Element(role, "Amount")
    assert Tree(("frame", ""), (role, "4,711.00")).found() == Element(role)


def test_of_a_password_field_its_role_alone_is_told() -> None:
    assert Tree(("frame", ""), ("password text", "hunter2"), label="hunter2").found() == Element("password text")


@pytest.mark.parametrize("around", ["file chooser", "table cell", "list item", "tree item", "list box"])
def test_a_control_within_content_is_told_by_its_role(around: str) -> None:
    tree = Tree(("dialog", "Open"), (around, "Diagnoses"), ("panel", ""), ("toggle button", "Diagnoses"))
    assert tree.found() == Element("toggle button")


def test_a_control_too_deep_to_know_what_it_stands_in_is_told_by_its_role() -> None:
    tree = Tree(("frame", ""), *[("panel", "")] * 15, ("push button", "Save"))
    assert tree.found() == Element("push button")


def test_another_programs_element_is_not_taken() -> None:
    assert find_element(Tree(("frame", ""), ("push button", "Save")), 1, 1, pid=PID + 1) is None

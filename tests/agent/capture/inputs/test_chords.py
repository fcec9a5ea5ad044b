"""Copy, cut and paste by keyboard, on every desktop's own keys."""

import pytest

from agent.capture.inputs.chords import Chords
from domain.event_kinds import EventKind


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        (["ctrl_l", "c"], EventKind.COPIED),
        (["ctrl_r", "C"], EventKind.COPIED),
        (["ctrl_l", "shift", "C"], EventKind.COPIED),
        (["ctrl", "x"], EventKind.CUT),
        (["ctrl_l", "v"], EventKind.PASTED),
        (["\x03"], EventKind.COPIED),
        (["ctrl_l", "insert"], EventKind.COPIED),
        (["shift", "insert"], EventKind.PASTED),
        (["shift_r", "delete"], EventKind.CUT),
        (["c"], None),
        (["shift", "c"], None),
        (["ctrl", "q"], None),
        (["cmd", "c"], None),
    ],
)
def test_what_a_chord_means(keys: list[str], kind: EventKind | None) -> None:
    chords = Chords()
    assert [chords.press(key) for key in keys][-1] is kind


def test_a_modifier_that_is_up_means_nothing() -> None:
    chords = Chords()
    chords.press("ctrl_l")
    chords.release("ctrl_l")
    assert chords.press("c") is None


def test_on_a_mac_it_is_the_command_key() -> None:
    chords = Chords(is_mac=True)
    chords.press("cmd")
    assert chords.press("v") is EventKind.PASTED
    chords.release("cmd")
    chords.press("ctrl")
    assert chords.press("v") is None

"""Keys have a name only where a chord needs one, by the layout that is on, as other programs understand them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.capture.x11.keyboard import name_of

CYRILLIC_ES, GREEK_PSI = 0x06D3, 0x07F8


@pytest.mark.parametrize(
    ("symbols", "group", "name"),
    [
        ([0x63, 0x43, 0, 0], 0, "c"),
        ([0x43, 0x63], 0, "c"),
        ([0xFFE3, 0], 0, "ctrl_l"),
        ([0xFF63, 0], 0, "insert"),
        ([0xFFFF, 0], 0, "delete"),
        ([0xFF9E, 0xFFB0], 0, "insert"),
        ([0xFF9F, 0xFFAE], 0, "delete"),
        ([0x6A, 0x4A, 0x63, 0x43], 0, ""),
        ([0x6A, 0x4A, 0x63, 0x43], 1, "c"),
        ([0x63, 0x43, CYRILLIC_ES, CYRILLIC_ES], 1, "c"),
        ([GREEK_PSI, GREEK_PSI, 0x63, 0x43], 0, "c"),
        ([0x61, 0x41], 0, ""),
        ([], 0, ""),
    ],
    ids=[
        "c",
        "C before c",
        "control",
        "insert",
        "delete",
        "insert on the number pad",
        "delete on the number pad",
        "Dvorak's j is no c",
        "but the c of the layout beside it is",
        "a Cyrillic key that is c beside it",
        "a Greek key that is c beside it",
        "a letter of no chord",
        "no key",
    ],
)
def test_a_key_is_called_what_the_layout_says(symbols: list[int], group: int, name: str) -> None:
    assert name_of(symbols, group) == name


@given(st.lists(st.integers(0, 2**32 - 1), max_size=8), st.integers(0, 3))
def test_no_other_key_ever_has_a_name(symbols: list[int], group: int) -> None:
    known = {"", "c", "x", "v", "insert", "delete", "shift_l", "shift_r", "ctrl_l", "ctrl_r"}
    assert name_of(symbols, group) in known

"""What Windows is given fits its fields, and what it tells is understood as documented."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from agent.tray.menu import MenuEntry, TrayState, menu_of
from agent.tray.pictures import SIZE, disc
from agent.tray.windows import rules
from agent.tray.windows.rules import Meaning

TASKBAR = 0xC123


def test_a_choice_of_the_icon_opens_the_menu_by_mouse_and_by_keyboard() -> None:
    for event in (rules.WM_CONTEXTMENU, rules.NIN_SELECT, rules.NIN_KEYSELECT):
        more = rules.ICON_MESSAGE & 0 | 1 << 16 | event  # the icon's number stands above
        assert rules.meaning_of(rules.ICON_MESSAGE, more, taskbar_created=TASKBAR) is Meaning.MENU
    moved = 0x0200
    assert rules.meaning_of(rules.ICON_MESSAGE, moved, taskbar_created=TASKBAR) is Meaning.NOTHING


def test_other_messages_mean_what_they_say() -> None:
    meanings = {
        rules.LOOK_AGAIN: Meaning.LOOK,
        rules.WM_CLOSE: Meaning.CLOSE,
        rules.WM_DESTROY: Meaning.END,
        TASKBAR: Meaning.NEW_TASKBAR,
        0x000F: Meaning.NOTHING,
    }
    assert {each: rules.meaning_of(each, 0, taskbar_created=TASKBAR) for each in meanings} == meanings
    assert rules.meaning_of(0, 0, taskbar_created=0) is Meaning.NOTHING


@given(st.integers(-32768, 32767), st.integers(-32768, 32767))
def test_the_place_may_be_left_of_the_first_monitor(x: int, y: int) -> None:
    assert rules.point_of((y & 0xFFFF) << 16 | x & 0xFFFF) == (x, y)


@given(st.text(), st.integers(1, 300))
def test_texts_fit_their_fields(text: str, units: int) -> None:
    clipped = rules.clipped(text, units)
    assert len(clipped.encode("utf-16-le", "surrogatepass")) <= 2 * units
    assert clipped == text or clipped.endswith("…")


def test_a_number_means_the_entry_that_was_shown_under_it() -> None:
    entries = menu_of(TrayState(closed_because="", tasks=("R&D",)))
    lines = rules.menu_lines(entries)
    assert (rules.MF_GRAYED, 1, "Task Mining: recording") in lines
    assert (rules.MF_SEPARATOR, 0, None) in lines
    (number,) = [number for _, number, label in lines if label == "Start “R&&D”"]
    assert rules.words_of(entries, number) == ("task", "start", "--", "R&D")
    assert rules.words_of(entries, 0) == rules.words_of(entries, 99) == rules.words_of((MenuEntry("told"),), 1) == ()


def test_the_picture_is_the_disc_from_the_bottom_up() -> None:
    red = (0xD0, 0x34, 0x2C)
    image = rules.icon_resource(red)
    length, width, height, planes, bits = struct.unpack_from("<IiiHH", image)
    assert (length, width, height, planes, bits) == (40, SIZE, 2 * SIZE, 1, 32)
    assert len(image) == 40 + SIZE * SIZE * 4 + SIZE * 4
    for x, y in ((SIZE // 2, SIZE // 2), (0, 0), (SIZE // 2, 1)):
        alpha, *colour = disc(red)[(y * SIZE + x) * 4 :][:4]
        at = 40 + ((SIZE - 1 - y) * SIZE + x) * 4
        assert [*image[at : at + 4]] == [*reversed(colour), alpha]

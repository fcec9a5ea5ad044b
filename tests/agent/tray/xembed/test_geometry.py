"""A menu stands on its monitor, beside the pointer, and only what does something can be chosen."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from agent.tray.menu import MenuEntry, TrayState, menu_of
from agent.tray.xembed.geometry import REST, Area, area_of, height_of, is_inside, next_row, place, row_at, rows_of
from agent.tray.xembed.lettering import DENSE_FONTS, FONTS, characters, wanted_fonts

ENTRIES = st.lists(
    st.builds(MenuEntry, st.text(max_size=8), st.sampled_from([(), ("status",), ("private", "on")])), max_size=30
)
LENGTHS = st.integers(1, 3000)
AREA = Area(1280, 100, 800, 600)


@given(st.tuples(st.integers(1280, 2079), st.integers(100, 699)), st.integers(1, 800), st.integers(1, 600))
def test_a_menu_stays_on_its_monitor_and_beside_the_pointer(point: tuple[int, int], width: int, height: int) -> None:
    x, y = place(point, (width, height), AREA)
    assert 1280 <= x <= x + width <= 2080
    assert 100 <= y <= y + height <= 700


def test_a_menu_opens_to_the_side_that_has_room() -> None:
    assert place((1300, 120), (200, 100), AREA) == (1300, 120)
    assert place((2070, 690), (200, 100), AREA) == (1870, 590)


def test_the_monitor_is_the_one_under_the_pointer() -> None:
    areas = (Area(0, 0, 1280, 1024), AREA)
    assert area_of((1279, 5), areas, (2080, 1024)) == areas[0]
    assert area_of((1290, 150), areas, (2080, 1024)) == AREA
    assert area_of((5, 5), (), (2080, 1024)) == Area(0, 0, 2080, 1024)


@given(ENTRIES, st.integers(6, 40), st.integers(100, 3000))
def test_rows_follow_each_other_and_fit(entries: list[MenuEntry], text_height: int, height_max: int) -> None:
    rows = rows_of(entries, text_height=text_height, height_max=height_max)
    assert height_of(rows) <= height_max
    assert all(row.top + row.height == after.top for row, after in pairwise(rows))
    if len(rows) < len(entries):
        assert rows[-1].entry == REST


@given(ENTRIES, st.integers(-5, 400), st.integers(-5, 400))
def test_what_is_hit_does_something(entries: list[MenuEntry], x: int, y: int) -> None:
    rows = rows_of(entries, text_height=12, height_max=400)
    hit = row_at(rows, (x, y), width=200)
    if hit is not None:
        assert rows[hit].entry.words
        assert is_inside((x, y), (200, height_of(rows)))


def test_the_keys_go_round_over_what_can_be_chosen() -> None:
    rows = rows_of(menu_of(TrayState(closed_because="")), text_height=12, height_max=400)
    assert [row.entry.label for row in rows][:4] == ["Task Mining: recording", "Status", "", "Private mode"]
    assert next_row(rows, None, 1) == 1
    assert next_row(rows, 1, 1) == 3
    assert next_row(rows, 1, -1) == next_row(rows, None, -1) == len(rows) - 1
    assert next_row((), None, 1) is None


@given(st.text(max_size=40), st.booleans())
def test_every_text_can_be_drawn(text: str, has_unicode: bool) -> None:
    assert all(0 <= each < (0x10000 if has_unicode else 0x100) for each in characters(text, has_unicode=has_unicode))


def test_a_font_of_few_characters_shows_plain_quotes_and_question_marks() -> None:
    assert bytes(characters("Start “Zürich” 東", has_unicode=False)).decode("latin-1") == 'Start "Zürich" ?'


def test_small_dots_get_larger_letters() -> None:
    assert wanted_fonts("Xft.dpi:\t192\nXft.hinting: 1") == DENSE_FONTS
    assert wanted_fonts("Xft.dpi:\t96") == wanted_fonts("Xft.dpi: odd") == wanted_fonts("") == FONTS

"""What serves Windows and macOS, driven by real keys, clicks and the wheel: pynput listens on X as well."""

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.capture.inputs.pynput_inputs import PynputInputs
from agent.capture.observations import ChordSeen, ClickedBeside, ClickSeen, KeyCounted, Observation, ScrollSeen
from agent.capture.own_surfaces import Place, Spot
from agent.clocks import SessionClock, SystemClock
from agent.policy.drafts import ElementSlot
from domain.event_kinds import EventKind
from tests.fakes.desktop import Desktop, desktop, missing, wait_for

pytestmark = [
    pytest.mark.x11,
    pytest.mark.skipif(bool(missing()), reason=missing()),
    # Python-xlib, as pynput uses it.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
TYPED = "qwertyplokm"
"""No letter of a chord, and none twice."""


class _Ear:
    """Started inputs and what they have told."""

    def __init__(self) -> None:
        self.seen: list[Observation] = []
        self.points: list[tuple[int, int]] = []
        self.inputs = PynputInputs(
            self.seen.append,
            SessionClock(SystemClock().now).now_us,
            self._find,
            find_spot=self._find_spot,
            find_front=lambda: 7,
        )
        self.place = Place.FRONT

    def _find(self, x: int, y: int) -> ElementSlot | None:
        self.points.append((x, y))
        return None

    def _find_spot(self, x: float, y: float) -> Spot:
        return Spot(self.place, 8 if self.place is Place.ELSEWHERE else 0)

    def of(self, kind: type) -> list[Any]:
        return [each for each in self.seen if isinstance(each, kind)]


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    with desktop(tmp_path) as found:
        monkeypatch.setenv("DISPLAY", found.environment["DISPLAY"])
        found.activate(found.terminal("alpha"))
        yield found


@pytest.fixture
def ear(screen: Desktop) -> Iterator[_Ear]:
    found = _Ear()
    found.inputs.start()
    listeners = [*found.inputs._listeners]
    yield found
    found.inputs.stop()

    def have_ended() -> bool:
        """Under X one that was stopped ends with the next event."""
        screen.run("xdotool", "mousemove_relative", "--", "1", "1", "keydown", "shift", "keyup", "shift")
        return not any(listener.is_alive() for listener in listeners)

    wait_for(have_ended, what="the listeners' end")


def test_keys_clicks_and_the_wheel_are_counted_in_order(screen: Desktop, ear: _Ear) -> None:
    assert ear.inputs.is_alive
    for _ in range(3):
        screen.run("xdotool", "mousemove", "300", "200", "click", "1")
        screen.write("hello")
        screen.run("xdotool", "click", "--repeat", "2", "5")
        screen.run("xdotool", "click", "3")
    wait_for(lambda: len(ear.of(ClickSeen)) == 6, what="the last click")
    wait_for(lambda: len(ear.seen) == 3 * (1 + 5 + 2 + 1), what="all that was done")
    assert len(ear.of(KeyCounted)) == 15
    assert len(ear.of(ScrollSeen)) == 6
    assert set(ear.points) == {(300, 200)}
    times = [each.at_us for each in ear.seen]
    assert max(times) - min(times) < 60_000_000


def test_what_is_done_to_the_agents_own_is_not_told_and_nothing_is_looked_up_elsewhere(
    screen: Desktop, ear: _Ear
) -> None:
    for ear.place in (Place.OWN, Place.ELSEWHERE):
        screen.run("xdotool", "mousemove_relative", "--", "1", "1", "click", "1", "click", "5")
        wait_for(lambda: len(ear.points) == 0 and ear.inputs._wheel._place is ear.place, what="the wheel's turn")
    (seen,) = ear.seen
    assert isinstance(seen, ClickedBeside)
    assert seen.window == 8, "the wheel brings nothing to the front"
    assert ear.points == []


def test_a_key_held_down_is_one_key(screen: Desktop, ear: _Ear) -> None:
    screen.run("xdotool", "keydown", "a", "sleep", "1", "keyup", "a")
    screen.key("b")
    wait_for(lambda: len(ear.of(KeyCounted)) >= 2, what="both keys")
    assert len(ear.of(KeyCounted)) == 2


def test_chords_are_told_by_their_meaning(screen: Desktop, ear: _Ear) -> None:
    screen.key("ctrl+c", "ctrl+x", "ctrl+v", "shift+Insert", "ctrl+Insert", "shift+Delete", "ctrl+q", "c")
    wait_for(lambda: len(ear.of(KeyCounted)) == 15, what="every key")
    wait_for(lambda: len(ear.of(ChordSeen)) == 6, what="six chords")
    copied, cut, pasted = EventKind.COPIED, EventKind.CUT, EventKind.PASTED
    assert [each.kind for each in ear.of(ChordSeen)] == [copied, cut, pasted, pasted, copied, cut]


def _reachable(*roots: object) -> list[object]:
    """All that can be reached from these, but for classes, modules and code."""
    found, waiting = dict[int, object](), [*roots]
    while waiting:
        each = waiting.pop()
        if id(each) in found or isinstance(each, type) or type(each).__name__ in {"module", "function", "code"}:
            continue
        found[id(each)] = each
        waiting += gc.get_referents(each)
    return [*found.values()]


def test_no_character_is_kept_anywhere(screen: Desktop, ear: _Ear) -> None:
    screen.write(TYPED)
    wait_for(lambda: len(ear.of(KeyCounted)) == len(TYPED), what="every key")
    screen.run("xdotool", "keydown", "z")  # one that is still down
    wait_for(lambda: len(ear.of(KeyCounted)) == len(TYPED) + 1, what="the key that is held")
    ours = _reachable(ear.seen, ear.inputs._keys, ear.inputs._chords)
    assert not [each for each in ours if isinstance(each, str) and each in {*TYPED, "z"}]
    screen.run("xdotool", "keyup", "z")
    screen.key("ctrl+c")
    wait_for(lambda: ear.of(ChordSeen), what="the chord")
    gc.collect()
    kept = {getattr(each, "char", None) for each in gc.get_objects() if type(each).__name__ == "KeyCode"}
    assert not kept & {*TYPED}, "neither here nor in pynput"


def test_stopped_it_hears_nothing(screen: Desktop, ear: _Ear) -> None:
    ear.inputs.stop()
    assert not ear.inputs.is_alive
    screen.write("hello")
    assert ear.seen == []

"""The wheel's place is asked once for a point, and anew when the pointer, the window in front or time moves on."""

from agent.capture.inputs.wheel_places import STEP_WITHIN_US, WheelPlaces
from agent.capture.own_surfaces import Place

HERE, THERE = (10, 20), (11, 20)


class _Screen:
    """What is there, and how often somebody asked."""

    def __init__(self) -> None:
        self.place, self.asked_count = Place.FRONT, 0
        self._wheel = WheelPlaces()

    def _find(self) -> Place:
        self.asked_count += 1
        return self.place

    def turn(self, point: tuple[int, int], at_us: int, *, front: int | None = 7) -> Place:
        return self._wheel.place(point, front=front, at_us=at_us, find=self._find)


def test_a_wheel_that_turns_on_is_over_the_same_window() -> None:
    screen = _Screen()
    places = [screen.turn(HERE, step * STEP_WITHIN_US) for step in range(1, 6)]
    assert (places, screen.asked_count) == ([Place.FRONT] * 5, 1)
    screen.turn(HERE, 6 * STEP_WITHIN_US + 1)
    assert screen.asked_count == 2


def test_another_point_or_another_window_in_front_is_asked_for_anew() -> None:
    screen = _Screen()
    screen.turn(HERE, 1)
    screen.place = Place.ELSEWHERE
    assert screen.turn(THERE, 2) is Place.ELSEWHERE
    screen.place = Place.FRONT
    assert screen.turn(THERE, 3, front=8) is Place.FRONT
    screen.place = Place.ELSEWHERE
    assert screen.turn(THERE, 4, front=None) is Place.ELSEWHERE
    assert screen.asked_count == 4


def test_what_was_the_agents_own_may_be_gone_with_the_next_step() -> None:
    screen = _Screen()
    screen.place = Place.OWN
    assert screen.turn(HERE, 1) is Place.OWN
    screen.place = Place.FRONT
    assert screen.turn(HERE, 2) is Place.FRONT

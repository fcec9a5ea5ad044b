"""Who is admitted when many are there already, and who has to go for it."""

import asyncio
from collections.abc import Callable

from standalone.serving.connections import Connections
from standalone.serving.limits import ConnectionLimits
from standalone.serving.refusals import EndReason


class Caller:
    """A connection that remembers how it ended."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.body_bytes = 0
        self.ended: EndReason | None = None

    def watch(self, elapsed_seconds: float) -> None:
        """It is never too slow."""

    def end(self, reason: EndReason) -> None:
        self.ended = reason


def within_a_loop(story: Callable[[], None]) -> None:
    async def told() -> None:
        story()

    asyncio.run(told())


def filled(connections: Connections, count: int, *, host: str = "10.0.0.1") -> list[Caller]:
    callers = [Caller(connections.address_of(host)) for _ in range(count)]
    assert all(connections.admit(caller) for caller in callers)
    return callers


def test_whoever_is_waited_for_longest_makes_room_and_nobody_who_is_worked_for() -> None:
    def story() -> None:
        connections = Connections(ConnectionLimits(max_count=4))
        worked, first, second, third = filled(connections, 4)
        connections.is_worked_for(worked)
        connections.is_waited_for(first)  # anew: its next request began
        assert connections.admit(Caller("10.0.0.9"))
        assert [each.ended for each in (worked, first, second, third)] == [None, None, EndReason.CROWDED_OUT, None]
        assert len(connections) == 4

    within_a_loop(story)


def test_the_many_of_one_address_make_room_among_themselves() -> None:
    def story() -> None:
        connections = Connections(ConnectionLimits(max_count=100, max_count_per_address=3))
        other = filled(connections, 1, host="10.0.0.2")
        many = filled(connections, 10)
        assert [each.ended is None for each in many] == [False] * 7 + [True] * 3
        assert other[0].ended is None
        assert len(connections) == 4

    within_a_loop(story)


def test_where_all_are_worked_for_nobody_is_admitted() -> None:
    def story() -> None:
        connections = Connections(ConnectionLimits(max_count=2))
        callers = filled(connections, 2)
        for caller in callers:
            connections.is_worked_for(caller)
        assert not connections.admit(Caller("10.0.0.9"))
        assert connections.ended == {EndReason.NO_ROOM: 1}
        connections.release(callers[0])
        connections.release(callers[0])
        assert len(connections) == 1
        assert connections.admit(Caller("10.0.0.9"))

    within_a_loop(story)


def test_a_proxy_stands_for_many_clients() -> None:
    def story() -> None:
        limits = ConnectionLimits(max_count=100, max_count_per_address=3)
        connections = Connections(limits, exempt=["10.0.0.0/24", "2001:db8::1"])
        for host in ("10.0.0.1", "::ffff:10.0.0.2", "2001:db8::1"):
            assert all(each.ended is None for each in filled(connections, 20, host=host)), host
        for host in ("10.0.1.1", "::ffff:10.0.1.2", "2001:db8::2"):
            assert filled(connections, 4, host=host)[0].ended is EndReason.CROWDED_OUT, host

    within_a_loop(story)


def test_a_proxy_is_not_ended_for_others_of_its_network() -> None:
    def story() -> None:
        connections = Connections(ConnectionLimits(max_count_per_address=3), exempt=["2001:db8::1"])
        (proxy,) = filled(connections, 1, host="2001:db8::1")
        filled(connections, 10, host="2001:db8::2")
        assert proxy.ended is None

    within_a_loop(story)


def test_the_slowest_body_makes_room_for_others() -> None:
    def story() -> None:
        connections = Connections(ConnectionLimits(max_body_bytes=100))
        slow, working, quick = filled(connections, 3)
        assert connections.hold_body(slow, 60)
        assert connections.hold_body(working, 30)
        connections.is_worked_for(working)
        assert connections.hold_body(quick, 50)
        assert (slow.ended, working.ended, connections.body_bytes) == (EndReason.CROWDED_OUT, None, 80)
        assert not connections.hold_body(quick, 50)
        connections.let_go_of_body(working)
        assert connections.hold_body(quick, 50)
        connections.release(quick)
        assert connections.body_bytes == 0

    within_a_loop(story)


def test_an_address_is_what_one_client_has_at_least() -> None:
    address_of = Connections(ConnectionLimits(), exempt=["2001:db8::1"]).address_of
    assert address_of("::ffff:10.0.0.1") == "10.0.0.1"
    assert address_of("2001:db8::2") == address_of("2001:db8::2:3") == "2001:db8::/64"
    assert address_of("2001:db8:0:0::1") == "2001:db8::1"

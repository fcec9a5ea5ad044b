"""The agent as its own process beside a real sound server: a call and a film are no idle time, until one is told so."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.event_batches import to_microseconds
from domain.event_kinds import EventKind
from domain.policies import AgentPolicy, AgentSettings
from tests.agent.sounding import find_streams, no_sound, play, pulseaudio, record
from tests.fakes.agent_process import AgentProcess, agent_process, open_policy
from tests.fakes.agent_service import AgentService
from tests.fakes.desktop import Desktop, desktop, missing, process, wait_for

pytestmark = [pytest.mark.x11, pytest.mark.skipif(bool(missing() or no_sound()), reason=missing() or no_sound())]

THRESHOLD_SECONDS = 3


class _Office:
    """A desktop with sound, at which somebody has just written something and is waiting now."""

    def __init__(self, screen: Desktop, agent: AgentProcess, service: AgentService) -> None:
        self.screen, self.agent, self.service = screen, agent, service

    def idle_marks(self) -> list[tuple[EventKind, float]]:
        """What the agent said of idle time, and when it says that was."""
        kinds = {EventKind.IDLE_STARTED, EventKind.IDLE_ENDED}
        return [
            (event.kind, to_microseconds(event.occurred_at) / 1e6)
            for event in self.agent.events()
            if event.kind in kinds
        ]

    def write(self) -> float:
        """When it had been written."""
        keys = sum(event.key_count for event in self.agent.events())
        self.screen.write("x")
        at = time.time()
        wait_for(lambda: sum(event.key_count for event in self.agent.events()) > keys, what="the key")
        return at

    def wait_for_stream(self, kind: str) -> None:
        """Before it is there, nobody speaks or plays anything yet."""
        wait_for(lambda: find_streams(self.screen.environment, kind), what=f"one of the {kind}")

    def wait_past_threshold(self, since: float) -> None:
        wait_for(lambda: time.time() > since + 2 * THRESHOLD_SECONDS, what="twice the threshold")


def _policy(version: str, *disabled: str) -> AgentPolicy:
    settings = AgentSettings(
        idle_threshold_seconds=THRESHOLD_SECONDS, disabled_collectors=disabled, config_update_seconds=1
    )
    return open_policy(version=version, settings=settings)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[_Office]:
    with desktop(tmp_path) as screen, AgentService(policy=_policy("1")) as service:
        for name in ("PULSE_SERVER", "PULSE_RUNTIME_PATH"):
            screen.environment.pop(name, None)
        with pulseaudio(tmp_path, screen.environment), agent_process(tmp_path, service, screen.environment) as agent:
            screen.activate(screen.editor("notes"))
            yield _Office(screen, agent, service)


def test_somebody_who_speaks_is_not_idle_and_is_from_the_moment_the_call_ends(office: _Office) -> None:
    with process(*record(), environment=office.screen.environment):
        office.wait_for_stream("source-outputs")
        written = office.write()
        office.wait_past_threshold(written)
        assert office.idle_marks() == []
    ended = time.time()
    wait_for(office.idle_marks, what="idle time")
    ((kind, at),) = office.idle_marks()
    assert kind is EventKind.IDLE_STARTED
    assert written + THRESHOLD_SECONDS < at < ended + 1, "not since the last key"


def test_a_film_in_the_window_in_front_is_not_idle_time_and_music_behind_it_is(office: _Office) -> None:
    environment = office.screen.environment
    with process(*play(), environment=environment):
        office.wait_for_stream("sink-inputs")
        began = time.time()
        written = office.write()
        wait_for(office.idle_marks, what="idle time")
        ((kind, at),) = office.idle_marks()
        assert kind is EventKind.IDLE_STARTED
        assert began - 1 < at < written + 1
    office.screen.terminal("film", command=f"exec {' '.join(play())}")
    office.screen.activate(office.screen.find("film"))
    wait_for(lambda: office.idle_marks()[-1][0] is EventKind.IDLE_ENDED, what="somebody who watches")
    office.wait_past_threshold(office.idle_marks()[-1][1])
    assert office.idle_marks()[-1][0] is EventKind.IDLE_ENDED
    office.screen.activate(office.screen.find("notes"))
    wait_for(lambda: office.idle_marks()[-1][0] is EventKind.IDLE_STARTED, what="idle time, with the film behind")


def test_where_calls_are_switched_off_a_call_is_idle_time_at_once(office: _Office) -> None:
    with process(*record(), environment=office.screen.environment):
        office.wait_for_stream("source-outputs")
        office.wait_past_threshold(office.write())
        assert office.idle_marks() == []
        office.service.policy = _policy("2", "call")
        wait_for(office.idle_marks, what="idle time")
        assert [kind for kind, _ in office.idle_marks()] == [EventKind.IDLE_STARTED]
        office.service.policy = _policy("3")
        wait_for(lambda: office.idle_marks()[-1][0] is EventKind.IDLE_ENDED, what="somebody who speaks")

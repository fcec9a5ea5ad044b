"""The agent as its own process in one of several sessions: its lock, sleep and sign-out are in the spool."""

import os
import signal
from pathlib import Path

import pytest

from domain.event_kinds import EventKind
from tests.agent.signed_in import logind, no_logind
from tests.fakes.agent_process import AgentProcess, agent_process, open_policy
from tests.fakes.agent_service import AgentService
from tests.fakes.desktop import desktop, missing, wait_for

pytestmark = [pytest.mark.x11, pytest.mark.skipif(bool(missing() or no_logind()), reason=missing() or no_logind())]


def _kinds(agent: AgentProcess) -> list[EventKind]:
    return [event.kind for event in agent.events() if event.kind is not EventKind.WINDOW_FOCUSED]


def test_from_sign_in_to_sign_out(tmp_path: Path) -> None:
    story = [EventKind.SESSION_STARTED]
    with desktop(tmp_path, has_bus=True) as screen, logind(tmp_path, os.environ) as manager:
        manager.add("mine")
        manager.add("others")
        screen.environment |= {
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={tmp_path}/system-bus",
            "XDG_SESSION_ID": "mine",
        }
        with (
            AgentService(policy=open_policy()) as service,
            agent_process(tmp_path, service, screen.environment) as agent,
        ):
            screen.activate(screen.terminal("notes"))

            def follows(*kinds: EventKind) -> None:
                story.extend(kinds)
                wait_for(lambda: _kinds(agent) == story, what=f"{kinds}")

            follows()
            manager.session("others", "Lock")
            manager.session("mine", "Lock")
            follows(EventKind.LOCKED)
            manager.session("mine", "Unlock")
            follows(EventKind.UNLOCKED)
            manager.sleep(is_asleep=True)
            follows(EventKind.SLEPT)
            wait_for(lambda: not manager.delays(), what="the sleep that had waited for it")
            manager.sleep(is_asleep=False)
            follows(EventKind.WOKE)
            wait_for(manager.delays, what="the next sleep being delayed")
            manager.show("mine", is_active=False)  # somebody else signs in
            follows(EventKind.LOCKED)
            screen.write("their secret")
            manager.show("mine", is_active=True)
            follows(EventKind.UNLOCKED)
            agent.process.send_signal(signal.SIGTERM)
            follows(EventKind.SESSION_ENDED)
        assert manager.delays() == []
    times = [event.occurred_at for event in agent.events()]
    assert times == sorted(times)
    assert sum(event.key_count for event in agent.events()) == 0

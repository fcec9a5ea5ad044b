"""Measures whether every spooled event arrives: hostile server, sender killed at random; and after a week offline.

`peer_figures` does the same to the peer.
"""

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID

from agent.sending.sender import Sender
from agent.service_link.client import ServiceClient, parse_address
from agent.spool.store import SpoolStore
from benchmarks.agent.figure import Figure
from domain import __version__
from domain.event_batches import AgentSession, from_microseconds
from domain.event_kinds import EventKind
from domain.raw_events import RawEvent
from tests.fakes.agent_process import ROOT
from tests.fakes.agent_service import AgentService, hostile

WEEK_US = 7 * 86_400_000_000


def fill(spool: Path, count: int) -> SpoolStore:
    """So many events over the last week: clicks in forty windows."""
    store = SpoolStore(spool)
    number = store.begin_session(AgentSession(UUID(int=7), "jane", "pc-1", "UTC", __version__))
    began = time.time_ns() // 1000 - WEEK_US
    for first in range(0, count, 1000):
        events = []
        for sequence in range(first, min(first + 1000, count)):
            at_us = began + sequence * (WEEK_US // count)
            title = f"INC{sequence % 40:07d} - Service desk"
            events.append(RawEvent(sequence, from_microseconds(at_us), EventKind.CLICKED, "firefox", title))
        store.append(number, events)
    return store


def measure(*, event_count: int = 20_000, week_count: int = 200_000) -> list[Figure]:
    return [_hostile(event_count), _after_a_week(week_count)]


def _hostile(count: int) -> Figure:
    chance = random.Random(11)  # noqa: S311 - repeatable misfortune
    with tempfile.TemporaryDirectory() as folder, AgentService() as service:
        spool = Path(folder) / "spool.sqlite"
        fill(spool, count).close()
        service.misbehaves = hostile(chance, hang_seconds=0.5)
        kills, code = 0, 1
        while code != 0 and kills < 200:
            command = [sys.executable, "-m", "benchmarks.agent.sender_process", str(spool), service.url]
            process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
            try:
                code = process.wait(timeout=chance.uniform(0.4, 1.5))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                kills += 1
        arrived = {sequence for _, sequence in service.delivered}
        repeated = sum(count > 1 for count in service.delivered.values())
    lost = count - len(arrived)
    return Figure(
        "queued events lost, hostile server, sender killed",
        f"{lost} of {count:,}; {repeated} duplicates ({kills} × kill -9)",
        "0; 0 duplicates",
        is_met=lost == 0 and repeated == 0,
        peer="aw-client: next lines",
    )


def _after_a_week(count: int) -> Figure:
    with tempfile.TemporaryDirectory() as folder, AgentService() as service:
        store = fill(Path(folder) / "spool.sqlite", count)
        client = ServiceClient(parse_address(service.url))
        sender = Sender(store, client, uniform=random.uniform)
        began = time.monotonic()
        while store.waiting_count:
            sender.step()
        seconds = time.monotonic() - began
        arrived, losses = len(service.delivered), store.list_losses()
        client.close()
        store.close()
    return Figure(
        "seven days offline, then back",
        f"{arrived:,} of {count:,} in {seconds:.0f} s",
        "all, ≤ 10 minutes",
        is_met=arrived == count and not losses and seconds <= 600,
    )

"""Follows the event kinds of ADDED from the agent's gate to the activities, and prints what became of them as JSON.

`test_adding_an_event_kind` runs it in a copy of the tree whose table has these kinds.
"""

import json
import sys
from pathlib import Path

import msgspec

from agent.browser.messages import read_messages
from agent.control.captured import CapturedEvent
from agent.control.wording import tell_event
from agent.policy.drafts import ObservedContext
from agent.policy.gate import closed_because
from domain.dates.days import local_day
from domain.event_batches import COLUMNS_MEDIA_TYPE, ROWS_MEDIA_TYPE, BatchHeader, batch_of_rows
from domain.event_filters.predefined import PREDEFINED_EVENT_FILTERS
from domain.event_kinds import EventKind
from governance_api.ingestion.wire_forms.decoding import decode_batch
from pipelines.checks.expectations import check_raw_events
from pipelines.mining.lake.files import Lake
from pipelines.steps.days import process_days
from tests.agent.builders import NOW, Desk, agent_session, raw_event
from tests.pipelines.builders import Landing, collection_facts, dbt_builder, read_dataset

ADDED = ("zoomed", "call_started")
EXCLUDED = ObservedContext("keepassxc", "Passwords.kdbx - KeePassXC")


def main(folder: Path) -> None:
    print(json.dumps({**at_the_agent(folder), **in_the_lake(folder)}))


def at_the_agent(folder: Path) -> dict[str, object]:
    """What the gate, the filters and the spool let through, and whether it was written at once."""
    kinds = [EventKind(name) for name in ADDED]
    desk = Desk(folder)
    desk.window(1, "editor", "letter.txt")
    durable = []
    for number, kind in enumerate(kinds):
        desk.drafts.commit(now_us=desk.now_us, is_last=True)
        desk.drafts.note(kind, desk.at(2 + number))
        durable.append(desk.drafts.due_us(now_us=desk.now_us) == desk.now_us)
        desk.drafts.note(kind, desk.now_us, context=EXCLUDED)
    situation = desk.presence.situation()
    spooled = [event for event in desk.events if event.kind in kinds]
    desk.presence.is_locked = True
    return {
        "open": [closed_because(situation, at_us=NOW, kind=kind) for kind in kinds],
        "locked": [closed_because(desk.presence.situation(), at_us=NOW, kind=kind) for kind in kinds],
        "spooled": [[str(event.kind), event.application] for event in spooled],
        "durable": durable,
        "from_browser": [is_message(kind) for kind in kinds],
        "told": [tell_event(CapturedEvent(event, None)).partition("waiting")[2].strip() for event in spooled],
    }


def is_message(kind: EventKind) -> bool:
    try:
        return bool(read_messages([{"kind": str(kind), "at_ms": NOW / 1000}]))
    except ValueError:
        return False


def in_the_lake(folder: Path) -> dict[str, object]:
    """What both wire forms carry, and what compaction, SQL and checks make of it."""
    kinds = [EventKind(name) for name in ADDED]
    events = [
        raw_event(0, kind=EventKind.SESSION_STARTED),
        raw_event(1, kind=EventKind.WINDOW_FOCUSED),
        raw_event(2, kind=EventKind.IDLE_STARTED),
        *(raw_event(60 * (1 + number), kind=kind) for number, kind in enumerate(kinds)),
        *(
            raw_event(600 + number, kind=kind, application=EXCLUDED.application, window_title=EXCLUDED.window_title)
            for number, kind in enumerate(kinds)
        ),
        raw_event(900, kind=EventKind.SESSION_ENDED),
    ]
    session = agent_session()
    columns = msgspec.msgpack.encode(batch_of_rows("key", session, events))
    rows = b"\n".join(msgspec.json.encode(each) for each in (BatchHeader("key", session), *events))
    decoded = [
        decode_batch(body, media_type=media_type, encoding="identity").events.kind
        for body, media_type in ((columns, COLUMNS_MEDIA_TYPE), (rows, ROWS_MEDIA_TYPE))
    ]
    lake = Lake(folder / "lake")
    landing = Landing(lake)
    landing.add(1, session, events)
    facts = collection_facts(landing, time_zones={1: "UTC"}, event_filters=PREDEFINED_EVENT_FILTERS)
    assert not process_days(lake, facts, dbt_builder()).built.discrepancies
    pool = read_dataset(lake, "event_pool").to_pylist()
    return {
        "wire": [[name for name in map(name_of, codes) if name in ADDED] for codes in decoded],
        "pool": [[name_of(row["kind"]), row["context_key"] == 0] for row in pool if name_of(row["kind"]) in ADDED],
        "states": [row["state"] for row in read_dataset(lake, "activities").to_pylist()],
        "is_sound": check_raw_events(lake, [local_day(NOW, "UTC")]).passed,
    }


def name_of(code: int) -> str:
    return str(EventKind.from_code(int(code)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

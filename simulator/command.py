"""The command `python -m simulator`: writes a workforce to files, or delivers it to a running API.

People must be registered and data requests approved before anything is delivered; `make demo` does both.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec
from backports import zstd

from domain.errors import DomainError
from simulator.office.rules import rule_set
from simulator.office.work_items import task_scopes
from simulator.parameters import Parameters, Rates, last_working_day
from simulator.sending.agent_connection import DeliveryError
from simulator.sending.agents import Delivered, WorkforceDelivery
from simulator.truth.audit_trail import write_audit_trail
from simulator.truth.expected import EventCounts, Truth
from simulator.workforce import simulate


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        parameters = Parameters(
            last_on=options.last_on or last_working_day(),
            seed=options.seed,
            people_per_team=options.people_per_team,
            working_days=options.working_days,
            events_per_batch=options.events_per_batch,
            rates=Rates(events_per_person_day=options.events_per_person_day),
        )
        if options.action == "write":
            counts = write_workforce(parameters, options.folder)
        else:
            counts = _deliver(parameters, options).receipts
    except (DomainError, DeliveryError) as error:
        print(error, file=sys.stderr)
        return 1
    print(sentence_of(counts))
    return 0


def write_workforce(parameters: Parameters, folder: Path) -> EventCounts:
    """Batches in the order of delivery (`batches/00000001.msgpack.zst`), `itsm.csv`, `truth.json`, rules and scopes."""
    batches = folder / "batches"
    batches.mkdir(parents=True, exist_ok=True)
    truth, number = Truth(), 0
    for day in simulate(parameters):
        truth.add(day.truth)
        for number, delivery in enumerate(day.deliveries, start=number + 1):  # noqa: B020 - numbers go on over the days
            body = zstd.compress(msgspec.msgpack.encode(delivery.batch), 3)
            (batches / f"{number:08d}.msgpack.zst").write_bytes(body)
    write_audit_trail(folder, truth)
    for name, content in (("truth", truth), ("rule_set", rule_set()), ("task_scopes", task_scopes())):
        (folder / f"{name}.json").write_bytes(msgspec.json.encode(content))
    return truth.counts


def sentence_of(counts: EventCounts) -> str:
    refused = ", ".join(f"{count:,} {reason}" for reason, count in sorted(counts.refused.items())) or "none"
    parts = f"{counts.accepted:,} accepted + {counts.duplicate:,} duplicate + refused: {refused}"
    return f"{counts.sent:,} events sent = {parts}"


def _deliver(parameters: Parameters, options: argparse.Namespace) -> Delivered:
    delivered = WorkforceDelivery(
        parameters,
        api_url=options.api_url,
        registration_key=_key_in(options.registration_key_file),
        connections=options.connections,
    ).run()
    write_audit_trail(options.folder, delivered.truth)
    (options.folder / "truth.json").write_bytes(msgspec.json.encode(delivered.truth))
    for line in delivered.unexpected:
        print(line, file=sys.stderr)
    return delivered


def _key_in(file: Path | None) -> str:
    return (file.read_text(encoding="ascii") if file else sys.stdin.readline()).strip()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description="A workforce that does not exist.")
    actions = parser.add_subparsers(dest="action", required=True)
    write = actions.add_parser("write", help="write event batches, audit trail, rules and truth to a folder")
    deliver = actions.add_parser("deliver", help="send the event batches to the API; audit trail and truth to a folder")
    for action in (write, deliver):
        action.add_argument("folder", type=Path)
        action.add_argument("--seed", type=int, default=7)
        action.add_argument("--people-per-team", type=int, default=8, help="in each of three teams (default 8)")
        action.add_argument("--working-days", type=int, default=10)
        action.add_argument("--last-on", type=date.fromisoformat, help="last working day (default: the last one over)")
        action.add_argument("--events-per-person-day", type=int, default=Rates().events_per_person_day)
        action.add_argument("--events-per-batch", type=int, default=1000)
    deliver.add_argument("--api-url", required=True)
    deliver.add_argument(
        "--registration-key-file",
        type=Path,
        help="holds an agent registration key for all the people (default: standard input, since `ps` shows arguments)",
    )
    deliver.add_argument("--connections", type=int, default=8)
    return parser

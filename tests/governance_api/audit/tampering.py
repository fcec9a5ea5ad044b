"""Ways to falsify an audit log and its anchors with all rights on database and disk, but without the signing key."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import psycopg

from governance_api.audit.anchors.folder import ANCHORS, AnchorFolder
from governance_api.audit.chain import BEGINNING, Link, digest_of

Log = list[Link]
_READ = """
    select audit_entry_id, occurred_at, account_id, agent_id, tag, noun_id, facts::text, previous_digest, digest
    from governance.audit_entries order by audit_entry_id
"""
_NAMES = (
    "audit_entry_id",
    "occurred_at",
    "account_id",
    "agent_id",
    "tag",
    "noun_id",
    "facts",
    "previous_digest",
    "digest",
)


@dataclass(frozen=True)
class Database:
    """The log, read and written past every trigger."""

    url: str

    def read(self) -> Log:
        with psycopg.connect(self.url) as connection:
            return [Link(**dict(zip(_NAMES, row, strict=True))) for row in connection.execute(_READ)]

    def write(self, log: Log) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute("set session_replication_role = replica")
            connection.execute("delete from governance.audit_entries")
            with connection.cursor() as cursor:
                cursor.executemany(
                    f"insert into governance.audit_entries ({', '.join(_NAMES)})"
                    " values (%s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s)",
                    [_row(link) for link in log],
                )


def _row(link: Link) -> tuple[Any, ...]:
    return tuple(getattr(link, name) for name in _NAMES)


def rechained(log: Log) -> Log:
    """With every digest computed anew, as somebody would who knows how it is done."""
    chained: Log = []
    for link in log:
        fresh = replace(link, previous_digest=chained[-1].digest if chained else BEGINNING)
        chained.append(replace(fresh, digest=digest_of(fresh)))
    return chained


def changed(log: Log, dice: random.Random) -> Log:
    place = dice.randrange(len(log))
    change: dict[str, Any] = dice.choice(
        [{"noun_id": f"{log[place].noun_id}0"}, {"tag": "token:issued"}, {"facts": '{"forged": true}'}]
    )
    return [*log[:place], replace(log[place], **change), *log[place + 1 :]]


def with_one_taken_away(log: Log, dice: random.Random) -> Log:
    place = dice.randrange(len(log))
    return log[:place] + log[place + 1 :]


def with_two_exchanged(log: Log, dice: random.Random) -> Log:
    one, other = sorted(dice.sample(range(len(log)), 2))
    swapped = [*log]
    swapped[one] = replace(log[other], audit_entry_id=log[one].audit_entry_id)
    swapped[other] = replace(log[one], audit_entry_id=log[other].audit_entry_id)
    return swapped


def with_one_made_up(log: Log, dice: random.Random) -> Log:
    """In the middle: those behind it move on by one."""
    place = dice.randrange(len(log))
    moved = [replace(link, audit_entry_id=link.audit_entry_id + 1) for link in log[place:]]
    made_up = replace(log[place], facts='{"made": "up"}')
    return [*log[:place], replace(made_up, digest=digest_of(made_up)), *moved]


def cut(log: Log, dice: random.Random) -> Log:
    return log[: dice.randrange(len(log))]


def emptied(_: Log, __: random.Random) -> Log:
    return []


OF_THE_LOG: tuple[Callable[[Log, random.Random], Log], ...] = (
    changed,
    with_one_taken_away,
    with_two_exchanged,
    with_one_made_up,
    cut,
    emptied,
)


def tamper_with_log(log: Log, dice: random.Random) -> tuple[str, Log]:
    """Half of the time every digest is computed anew afterwards. What came of it is another log than before."""
    way = dice.choice(OF_THE_LOG)
    falsified = way(log, dice)
    if dice.random() < 0.5 and falsified:
        return f"{way.__name__}, recomputed", rechained(falsified)
    return way.__name__, falsified


def tamper_with_anchors(folder: AnchorFolder, dice: random.Random) -> str:
    """Lines taken away, exchanged or rewritten."""
    lines = folder.lines()
    place = dice.randrange(len(lines))
    ways = {
        "anchor taken away": lines[:place] + lines[place + 1 :],
        "anchors cut": lines[:place],
        "anchor changed": [*lines[:place], lines[place].replace('"number": ', '"number": 1'), *lines[place + 1 :]],
        "anchor of another digest": [*lines[:place], _with_other_digest(lines[place]), *lines[place + 1 :]],
        "anchors emptied": [],
    }
    name = dice.choice(list(ways))
    (folder.path / ANCHORS).write_text("".join(f"{line}\n" for line in ways[name]))
    return name


def _with_other_digest(line: str) -> str:
    before, _, after = line.partition('"head_digest": "')
    return f'{before}"head_digest": "{"f" * 64}{after[64:]}'

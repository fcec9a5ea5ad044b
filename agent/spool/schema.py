"""The tables of the spool and how its file is opened: version, pragmas, a file that is broken or too new.

A change of the tables raises the version here and says how a file of the former one is brought to it.

`sessions.shift_us` is what must be added to a session's times to have the server's; null while that is not known.
`events.sent_us` is when an event stopped waiting, `outcome` what became of it then ("" means that the server has it).
"""

import sqlite3
from pathlib import Path

APPLICATION_ID = 0x544D5350  # "TMSP"
VERSION = 2
PAGE_BYTES = 4096

_TABLES = """
create table sessions (
    session_number integer primary key,
    session_id text not null unique,
    login text not null, host text not null, time_zone text not null, agent_version text not null,
    next_sequence integer not null default 0,
    last_us integer not null default 0,
    is_closed integer not null default 0,
    boot_id text not null default '', wall_minus_boot_us integer not null default 0, shift_us integer
);
create table events (
    position integer primary key,
    session_number integer not null,
    sequence integer not null,
    occurred_us integer not null,
    body blob not null,
    sent_us integer,
    allowed_by text not null default '', masked_by text not null default '', outcome text not null default ''
);
create index events_waiting on events (position) where sent_us is null;
create index events_sent on events (sent_us) where sent_us is not null;
create index events_not_taken on events (outcome) where outcome <> '';
create table batches (
    batch_key text primary key,
    session_number integer not null,
    first_position integer not null,
    last_position integer not null,
    shift_us integer not null default 0
);
create table losses (
    reason text primary key, event_count integer not null, first_us integer not null, last_us integer not null,
    reported_count integer not null default 0
);
create table facts (name text primary key, value text not null) without rowid;
"""

_FROM_VERSION_1 = """
alter table sessions add column boot_id text not null default '';
alter table sessions add column wall_minus_boot_us integer not null default 0;
alter table sessions add column shift_us integer;
alter table events add column allowed_by text not null default '';
alter table events add column masked_by text not null default '';
alter table events add column outcome text not null default '';
alter table batches add column shift_us integer not null default 0;
alter table losses add column reported_count integer not null default 0;
create index events_not_taken on events (outcome) where outcome <> '';
drop table quarantined;
"""


class SpoolError(RuntimeError):
    """The spool cannot be used. The sentence says why and what to do."""


class SpoolTooNew(SpoolError):  # noqa: N818 - reads as what it is
    """The file was written by a newer agent. Starting again does not help."""


class SpoolCorrupt(SpoolError):  # noqa: N818
    """The file is not a readable spool; the caller moves it aside."""


def connect(path: Path, *, max_bytes: int) -> sqlite3.Connection:
    """An open spool of the present version, created when absent.

    Raises SpoolTooNew, SpoolCorrupt, or SpoolError when the folder cannot be written.
    """
    try:
        # Several threads use it, one at a time: `SpoolStore` holds the lock.
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
    except sqlite3.OperationalError as error:
        raise SpoolError(f"The spool {path} cannot be opened ({error}): make its folder writable.") from error
    try:
        _prepare(connection, path, max_bytes=max_bytes)
    except sqlite3.OperationalError as error:
        connection.close()
        raise SpoolError(f"The spool {path} cannot be written ({error}): free the disk or mend its rights.") from error
    except sqlite3.DatabaseError as error:
        connection.close()
        raise SpoolCorrupt(f"The spool {path} is damaged ({error}): it is moved aside.") from error
    except SpoolError:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, *, max_bytes: int) -> None:
    version = connection.execute("pragma user_version").fetchone()[0]
    if version > VERSION:
        raise SpoolTooNew(
            f"The spool {path} is of version {version}, this agent knows {VERSION}: "
            "install the newer agent again, or move the file away."
        )
    for pragma in (
        "auto_vacuum = incremental",
        "journal_mode = wal",
        "synchronous = normal",
        "secure_delete = on",  # what a stricter policy takes out is overwritten, not only unlinked
        "cache_size = -1024",
        "wal_autocheckpoint = 400",
        "journal_size_limit = 4194304",
        f"max_page_count = {max(256, 2 * max_bytes // PAGE_BYTES)}",
    ):
        connection.execute(f"pragma {pragma}")
    if version == 0:
        connection.executescript(
            f"begin immediate; {_TABLES} pragma application_id = {APPLICATION_ID};"
            f" pragma user_version = {VERSION}; commit;"
        )
    elif connection.execute("pragma application_id").fetchone()[0] != APPLICATION_ID:
        raise SpoolCorrupt(f"The file {path} is not a spool: it is moved aside.")
    elif (answer := connection.execute("pragma quick_check(1)").fetchone()[0]) != "ok":
        raise SpoolCorrupt(f"The spool {path} is damaged ({answer}): it is moved aside.")
    elif version == 1:
        connection.executescript(f"begin immediate; {_FROM_VERSION_1} pragma user_version = {VERSION}; commit;")

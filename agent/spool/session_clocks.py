"""Says of each session in the spool how its clock differed from the server's: only then are its events sent.

The session that runs is known exactly. One of the same boot as well: both clocks are counted from the boot. Of one
before the last boot, the wall clock is taken to have been as wrong as it is now, and never ahead of the server.
"""

import msgspec

from agent.spool.rows import StampingClock
from agent.spool.store import SpoolStore

TOLERATED_US = 2_000_000
"""Within a boot, the wall clock may have been set by this much without a session's times being moved."""

_FACT = "server_clock"


class ServerBoot(msgspec.Struct, frozen=True):
    """What to add to a boot clock to have the server's time. It holds until the next boot."""

    boot_id: str
    server_minus_boot_us: int


def settle_clocks(
    store: SpoolStore, clock: StampingClock, *, shift_us: int, wall_shift_us: int, server_us: int
) -> None:
    """`shift_us`: of the present session's clock; `wall_shift_us`: of the wall clock as it is now."""
    boot = ServerBoot(clock.boot_id, clock.wall_minus_boot_us + shift_us)
    with store.transaction() as connection:
        connection.execute(
            "update sessions set shift_us ="
            " case when abs(? - wall_minus_boot_us) <= ? then 0 else ? - wall_minus_boot_us end where boot_id = ?",
            (boot.server_minus_boot_us, TOLERATED_US, boot.server_minus_boot_us, clock.boot_id),
        )
        connection.execute(
            "update sessions set shift_us = min(?, ? - last_us) where shift_us is null", (wall_shift_us, server_us)
        )
        connection.execute("insert or replace into facts values (?, ?)", (_FACT, msgspec.json.encode(boot).decode()))


def known_shift_us(store: SpoolStore, clock: StampingClock) -> int | None:
    """From an earlier session of the same boot; None where the server has to be asked first."""
    text = store.find_fact(_FACT)
    boot = msgspec.json.decode(text, type=ServerBoot) if text else None
    if boot is None or boot.boot_id != clock.boot_id:
        return None
    return boot.server_minus_boot_us - clock.wall_minus_boot_us

"""The time zone of a person as a text: an IANA name, or several in order with the instants at which each gave way.

`days` says what a local day is then, and from when a change counts.
"""

from collections.abc import Iterable
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from domain.errors import DomainError

#: Before and after every instant that is told in microseconds of UTC.
BEGINNING_US, END_US = -(2**62), 2**62
_NEXT, _UNTIL = ", ", " until "


class ZoneSpan(msgspec.Struct, frozen=True):
    """A zone in force in [starts_at_us, ends_at_us), in microseconds of UTC."""

    zone: ZoneInfo
    starts_at_us: int
    ends_at_us: int


def zone(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises DomainError for a name that is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise DomainError(f"{name!r} is not a time zone: give an IANA name such as Europe/Berlin.") from None


def with_former_zones(current: str, former: Iterable[tuple[str, int]]) -> str:
    """The text of a zone and those before it, each with the instant at which it ended, in microseconds of UTC."""
    ordered = sorted(former, key=lambda each: each[1])
    return _NEXT.join([*(f"{name}{_UNTIL}{ends_at_us}" for name, ends_at_us in ordered), current])


@lru_cache(maxsize=10_000)
def zone_spans(time_zone: str) -> tuple[ZoneSpan, ...]:
    """The zones of a text in order; together they are all of time. Raises DomainError."""
    *former, current = time_zone.split(_NEXT)
    spans: list[ZoneSpan] = []
    starts_at_us = BEGINNING_US
    for each in former:
        name, _, instant = each.rpartition(_UNTIL)
        is_instant = instant.isascii() and instant.isdigit() and len(instant) <= len(str(END_US))
        if not is_instant or not starts_at_us < int(instant) < END_US:
            raise DomainError(f"{time_zone!r} is not a time zone: give an IANA name such as Europe/Berlin.")
        spans.append(ZoneSpan(zone(name), starts_at_us, int(instant)))
        starts_at_us = int(instant)
    return (*spans, ZoneSpan(zone(current), starts_at_us, END_US))


def zone_at(instant_us: int, time_zone: str) -> ZoneInfo:
    """The zone that is in force at an instant."""
    return next(span.zone for span in zone_spans(time_zone) if instant_us < span.ends_at_us)

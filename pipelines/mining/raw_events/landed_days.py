"""Finds the local days that committed landing files hold, and the days that were touched and are not yet built."""

from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

from domain.dates.days import local_day
from domain.landing_files import LANDING_FOLDER
from pipelines.mining.facts.calendar import days_between
from pipelines.mining.facts.collection import CollectionFacts
from pipelines.mining.lake.files import Lake, finished_files
from pipelines.mining.raw_events.touched_days import read_touched_days

LONGEST_SPAN_DAYS = 3


@dataclass(frozen=True, kw_only=True)
class LandedDays:
    """`fingerprint` is the same while the same files lie there."""

    days: tuple[date, ...]
    event_count: int
    latest_mtime: float
    fingerprint: str


def landing_names(lake: Lake) -> list[str]:
    """The files that wait in the landing folder, committed or not: what was absorbed is there no more."""
    return [path.name for path in finished_files(lake.dataset(LANDING_FOLDER))]


def read_landed_days(lake: Lake, facts: CollectionFacts) -> LandedDays:
    """By the spans of the files, without reading them. Of a file that spans long, its first and last days count:
    the run absorbs and builds all of it anyway."""
    days: set[date] = set()
    names: list[str] = []
    latest = 0.0
    zones = sorted(set(facts.time_zones.values()))
    count = 0
    for file in facts.landed_files:
        path = lake.dataset(LANDING_FOLDER) / file.name
        try:
            latest = max(latest, path.stat().st_mtime)
        except FileNotFoundError:
            continue
        names.append(file.name)
        count += file.event_count
        for zone in zones:
            first, last = local_day(file.first_us, zone), local_day(file.last_us, zone)
            days.update(days_between(first, last) if (last - first).days <= LONGEST_SPAN_DAYS else {first, last})
    touched = read_touched_days(lake)
    days.update(each.day for each in touched.days)
    names.extend(path.name for path in touched.files)
    fingerprint = blake2b("\n".join(sorted(names)).encode(), digest_size=8).hexdigest()
    return LandedDays(days=tuple(sorted(days)), event_count=count, latest_mtime=latest, fingerprint=fingerprint)

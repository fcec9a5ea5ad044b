"""Cuts assets by local day and by project, and names the partitions of projects.

A project's partition is its name and its id, such as `service-operations-3`: readable, unique, and with the id in
it, so that a project that is renamed keeps the partition it has.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

import dagster as dg

#: Imported recordings may be old. Two days ahead: somewhere it is tomorrow already.
DAYS = dg.DailyPartitionsDefinition(start_date="2015-01-01", end_offset=2)

PROJECTS_NAME = "projects"
PROJECTS = dg.DynamicPartitionsDefinition(name=PROJECTS_NAME)

#: Dagster's own: the key of the partition that a run is about.
PARTITION_TAG = "dagster/partition"

MAX_SLUG_LENGTH = 60


def project_key(project_id: int, name: str) -> str:
    """The key of a project that has none yet."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAX_SLUG_LENGTH].strip("-")
    return f"{slug or 'project'}-{project_id}"


def project_id_of(key: str) -> int:
    """Also of the bare ids that keys were once. Raises ValueError for a key that somebody made up."""
    project_id = find_project_id(key)
    if project_id is None:
        raise ValueError(f"The partition {key} names no project: choose one that the sensor project_partitions made.")
    return project_id


def find_project_id(key: str) -> int | None:
    """The same, or None for a key that somebody made up."""
    last = key.rsplit("-", 1)[-1]
    return int(last) if last.isdecimal() else None


def project_keys(names: Mapping[int, str], known: Iterable[str]) -> dict[int, str]:
    """project id → key: the one that is known, however the project is called by now, else a new one."""
    kept = {project_id_of(key): key for key in sorted(known) if not key.isdecimal() and re.search(r"-\d+$", key)}
    return {project_id: kept.get(project_id) or project_key(project_id, name) for project_id, name in names.items()}

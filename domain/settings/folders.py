"""Reads a folder of this machine from a variable of the environment, and refuses what is none.

Where a folder may lie in an object store one day, say so here first: until then an address would become a folder beside
the process, and nobody would find what was written there.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from domain.errors import DomainError

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
"""`s3://bucket`, and what is left of it where somebody made a path of it. A drive has one letter."""


def folder_from(environment: Mapping[str, str], variable: str, default: Path) -> Path:
    """The folder that the variable names, as it is written; the default where it is not set or empty.

    Raises DomainError for an address such as s3://bucket/lake.
    """
    given = environment.get(variable, "").strip()
    if _ADDRESS.match(given):
        raise DomainError(
            f"{variable} is {given!r}, an address, and only folders of this machine work: "
            "set it to a path, such as /srv/task-mining, or mount the storage and name the folder it is mounted at."
        )
    return Path(given) if given else default

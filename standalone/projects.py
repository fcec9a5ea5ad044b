"""Finding a project by the name or number somebody types.

What is done with it belongs to the verbs.
"""

from collections.abc import Iterator
from typing import Any

from standalone.api import Api
from standalone.errors import StandaloneError


def find_project(api: Api, wanted: str) -> dict[str, Any]:
    """The project of that name or number; raises StandaloneError, naming those there are."""
    projects = list(_projects(api))
    for project in projects:
        if wanted in {project["name"], str(project["project_id"])}:
            return project
    known = ", ".join(f"{project['name']!r}" for project in projects) or "none yet"
    raise StandaloneError(f"There is no project {wanted!r} ({known}): name one of these, or create it first.")


def _projects(api: Api) -> Iterator[dict[str, Any]]:
    after = 0
    while page := api.get("/projects", after=after):
        yield from page
        if page[-1]["project_id"] <= after:
            return
        after = page[-1]["project_id"]

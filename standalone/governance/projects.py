"""Finds a project by the name or number that somebody typed."""

from typing import Any

from standalone.errors import StandaloneError
from standalone.governance.api import Api


def find_project(api: Api, wanted: str) -> dict[str, Any]:
    """The project of that name or number; raises StandaloneError, naming those there are."""
    projects = list(api.list("/projects", key="project_id"))
    for project in projects:
        if wanted in {project["name"], str(project["project_id"])}:
            return project
    known = ", ".join(f"{project['name']!r}" for project in projects) or "none yet"
    raise StandaloneError(f"There is no project {wanted!r} ({known}): name one of these, or create it first.")

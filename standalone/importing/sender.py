"""The import as an agent: enrolled once per workstation user, its token kept in the state folder.

What it sends belongs to `delivery`.
"""

import json
import os
from pathlib import Path

from standalone.api import Api
from standalone.errors import StandaloneError
from standalone.importing.observations import HOST, VERSION
from standalone.settings import Settings


def import_agent_token(settings: Settings, workstation_user: str) -> str:
    """The token under which recordings of this person are delivered: the same agent each time, so that a batch that
    was receipted once is known again."""
    path = _path(settings, workstation_user)
    if path.exists():
        return str(json.loads(path.read_text())["agent_token"])
    with Api(settings.api_url).sign_in("admin", settings.passwords.admin) as admin, Api(settings.api_url) as anonymous:
        key = admin.post("/agent-registration-keys", {"name": f"Import for {workstation_user}", "max_uses": 1})
        enrolled = anonymous.post(
            "/agents/enrol",
            {
                "registration_key": key["registration_key"],
                "login": workstation_user,
                "host": HOST,
                "agent_version": VERSION,
                "capabilities": {"import": True},
            },
        )
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(enrolled, file)
    return str(enrolled["agent_token"])


def forget_import_agent(settings: Settings, workstation_user: str) -> None:
    """After its token was refused, so that the next one enrols anew."""
    _path(settings, workstation_user).unlink(missing_ok=True)


def time_zone_of(settings: Settings, workstation_user: str) -> str:
    """Where the person works, as registered; raises StandaloneError when nobody has that login."""
    with Api(settings.api_url).sign_in("admin", settings.passwords.admin) as admin:
        after = 0
        while page := admin.get("/workstation-users", after=after):
            for person in page:
                if person["login"] == workstation_user:
                    return str(person["time_zone"])
            after = page[-1]["workstation_user_id"]
    raise StandaloneError(
        f"There is no workstation user {workstation_user!r}: register the person under that login, or name another."
    )


def _path(settings: Settings, workstation_user: str) -> Path:
    return settings.home / "import_agents" / f"{workstation_user.encode().hex()}.json"

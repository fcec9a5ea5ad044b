"""Where the agent keeps its state, and who it is: the enrolment. Read once, when a command starts.

What the server configures travels in the policy; nothing here is read at import.
"""

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import msgspec

from domain import __version__
from domain.identity.workstation_accounts import WorkstationAccount

VERSION = __version__
HOME_VARIABLE = "TASK_MINING_AGENT_HOME"


class SettingsError(RuntimeError):
    """The agent is not set up. The sentence says what to do."""


class Enrolled(msgspec.Struct, frozen=True):
    """Written by `enrol`, readable by the person alone.

    `ca_file`: the certificates of the authorities that the service's is verified with; "" means this machine's.
    `account`: the operating system's, by which it was enrolled; early enrolments told none. Without a token it was
    signed off by `uninstall`.
    """

    server: str
    agent_id: int
    agent_token: str
    workstation_user_id: int
    login: str
    host: str
    ca_file: str = ""
    account: WorkstationAccount | None = None


class StateFolder:
    """The files of one person on one machine, and in `room` those of the agent of one desktop session."""

    def __init__(self, path: Path, *, room: Path | None = None) -> None:
        self.path = path
        self.enrolment = path / "enrolment.json"
        self.consents = path / "consents.json"
        self.room = room or path
        self.spool = self.room / "spool.sqlite"
        self.socket = self.room / "control.sock"
        self.control_token = self.room / "control.json"
        self.browser_pairing = self.room / "browser.json"
        self.log = self.room / "agent.log"
        self.last_end = self.room / "last-end.json"

    def of_room(self, room: Path) -> "StateFolder":
        return StateFolder(self.path, room=room)

    def prepare(self) -> None:
        """Creates the folder for the person alone. Raises SettingsError."""
        try:
            for folder in (self.path, self.room):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                if sys.platform != "win32":
                    folder.chmod(0o700)
        except OSError as error:
            raise SettingsError(
                f"The folder {self.path} cannot be used ({error.strerror}): set {HOME_VARIABLE} to one you may write."
            ) from error


def state_folder(environment: Mapping[str, str]) -> StateFolder:
    """Of this person on this machine: one each, so that several people can be signed in at once."""
    named = environment.get(HOME_VARIABLE)
    if named:
        return StateFolder(Path(named))
    if sys.platform == "win32":
        return StateFolder(Path(environment.get("LOCALAPPDATA", str(Path.home()))) / "TaskMiningAgent")
    if sys.platform == "darwin":
        return StateFolder(Path.home() / "Library" / "Application Support" / "TaskMiningAgent")
    state_home = environment.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return StateFolder(Path(state_home) / "task-mining-agent")


def write_private(path: Path, content: bytes) -> None:
    """A file only this person can read, replaced in one step."""
    temporary = path.with_suffix(".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def save_enrolment(folder: StateFolder, enrolled: Enrolled) -> None:
    write_private(folder.enrolment, msgspec.json.encode(enrolled))


def read_enrolment(folder: StateFolder) -> Enrolled:
    """Also one that `uninstall` ended. Raises SettingsError when there is none that can be read."""
    try:
        return msgspec.json.decode(folder.enrolment.read_bytes(), type=Enrolled)
    except FileNotFoundError as error:
        raise SettingsError(
            "This agent is not enrolled: run `task-mining-agent enrol --server URL`, and give it the registration key."
        ) from error
    except (OSError, msgspec.MsgspecError) as error:
        raise SettingsError(f"The file {folder.enrolment} cannot be read ({error}): enrol again.") from error


def load_enrolment(folder: StateFolder) -> Enrolled:
    """One with which the agent can run. Raises SettingsError."""
    enrolled = read_enrolment(folder)
    if not enrolled.agent_token:
        raise SettingsError("This agent was uninstalled: run `task-mining-agent enrol` again to use it.")
    return enrolled


def time_zone(environment: Mapping[str, str]) -> str:
    """The IANA name of this machine's time zone; "UTC" when it cannot be told."""
    named = environment.get("TZ", "").lstrip(":")
    if "/" in named and not named.startswith("/"):
        return named
    for link in (Path("/etc/localtime"),):
        target = str(link.resolve()) if link.is_symlink() else ""
        if "zoneinfo/" in target:
            return target.split("zoneinfo/", 1)[1]
    name = Path("/etc/timezone")
    if name.is_file():
        return name.read_text(encoding="ascii", errors="replace").strip() or "UTC"
    return "UTC" if time.timezone == 0 else f"Etc/GMT{time.timezone // 3600:+d}"

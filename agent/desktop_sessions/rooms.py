"""Takes a room for the agent of one desktop session, and knows the person's other agents."""

import logging
from collections.abc import Callable
from typing import Any

from agent.control.local_socket import AlreadyRunning, NotRunning, ask
from agent.desktop_sessions.adoption import adopt
from agent.desktop_sessions.locks import FileLock
from agent.desktop_sessions.names import LOCK_FILE, NAME_FILE, name_of, rooms
from agent.settings import SettingsError, StateFolder
from agent.spool.schema import SpoolError
from agent.spool.store import SpoolStore

TAKING_SECONDS = 10.0
_log = logging.getLogger(__name__)


class Room:
    """Held until the process ends."""

    def __init__(self, folder: StateFolder, name: str, lock: FileLock) -> None:
        self.folder, self.name, self._lock = folder, name, lock

    def release(self) -> None:
        self._lock.release()

    def others(self) -> tuple[StateFolder, ...]:
        """Where an agent of this person runs in another session, or ran and left its socket."""
        folders = [self.folder.of_room(room) for room in rooms(self.folder.path) if room != self.folder.room]
        return tuple(each for each in folders if each.socket.exists() or each.control_token.exists())

    def other_sessions(self) -> tuple[str, ...]:
        return tuple(name_of(each.room) or "another session" for each in self.others() if _answers(each))

    def tell_others(self, request: dict[str, Any]) -> None:
        """Whoever does not run needs not be told: it looks when it starts."""
        for each in self.others():
            try:
                ask(each, request)
            except NotRunning:
                _log.info("No agent answers in %s.", each.room.name)

    def adopt_from_others(self, store: SpoolStore) -> None:
        """What a session that has ended could not send is sent by this one."""
        for room in rooms(self.folder.path):
            other = self.folder.of_room(room)
            if room == self.folder.room or not other.spool.exists():
                continue
            lock = FileLock(room / LOCK_FILE)
            if not lock.acquire():
                continue
            try:
                adopt(store, other.spool)
            except (SpoolError, OSError) as error:
                _log.warning("The spool in %s stays where it is (%s).", room.name, error)
            finally:
                lock.release()


def take_room(folder: StateFolder, name: str) -> Room:
    """The first that is free, once per session. Raises AlreadyRunning, and SettingsError when all are taken."""
    with FileLock(folder.path / "rooms.lock").held(seconds=TAKING_SECONDS):
        for room in rooms(folder.path):
            own = folder.of_room(room)
            own.prepare()
            lock = FileLock(room / LOCK_FILE)
            if lock.acquire():
                (room / NAME_FILE).write_text(name, encoding="utf-8")
                return Room(own, name, lock)
            if name_of(room) == name:
                raise AlreadyRunning("The agent is running already in this session: `task-mining-agent status`.")
    raise SettingsError("This person has too many sessions on this computer: sign out of one.")


def _answers(folder: StateFolder) -> bool:
    try:
        ask(folder, {"ask": "ping"})
    except NotRunning:
        return False
    return True


Tell = Callable[[dict[str, Any]], None]

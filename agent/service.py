"""Runs the agent as a process: log, lock, signals, control socket, and an exit status that a service manager reads."""

import logging
import os
import signal
import sys
import threading

from agent.capture.choosing import choose_backend
from agent.capture.observations import OF_THE_DISPLAY, BackendError
from agent.clocks import SessionClock, SystemClock
from agent.control.last_end import STOPPED, remember_end, remember_start
from agent.control.local_socket import AlreadyRunning, ControlServer
from agent.control.requests import answer_requests
from agent.desktop_sessions.locks import LockTakenError
from agent.desktop_sessions.names import session_name
from agent.desktop_sessions.rooms import Room, take_room
from agent.recording.recording_loop import RecordingLoop
from agent.runner import Agent
from agent.settings import HOME_VARIABLE, Enrolled, SettingsError, StateFolder, time_zone
from agent.spool.schema import SpoolError
from agent.supervision.components import Component
from agent.supervision.memory import settle, use_one_heap
from agent.supervision.rotating_log import RotatingLog
from agent.tray.choosing import find_icon
from agent.tray.tray import Tray

SETTLED_SECONDS = 2.0
_log = logging.getLogger("agent")


def run_agent(folder: StateFolder, enrolled: Enrolled) -> int:
    """Blocks until the session ends. 0: ended as it should. Raises SettingsError where starting again is no use."""
    use_one_heap()
    try:
        room = take_room(folder, session_name(os.environ))
    except (AlreadyRunning, LockTakenError, OSError) as error:
        raise SettingsError(str(error)) from error
    folder = room.folder
    _begin_log(folder)
    remember_start(folder)
    try:
        ended_because = _run_in_room(room, enrolled)
    except SettingsError as error:
        is_unseen = isinstance(error.__cause__, BackendError)
        remember_end(folder, str(error), missing=OF_THE_DISPLAY if is_unseen else ())
        raise
    is_stopped = ended_because == RecordingLoop.STOPPED
    remember_end(folder, STOPPED if is_stopped else ended_because, missing=() if is_stopped else OF_THE_DISPLAY)
    _log.info("The agent ends: %s.", ended_because)
    return 0


def _run_in_room(room: Room, enrolled: Enrolled) -> str:
    """Why it ended. Raises SettingsError."""
    folder = room.folder
    clock = SessionClock(SystemClock().now)
    backend = choose_backend(os.environ, clock.now_us)
    icon = find_icon(backend)

    def notify(title: str, text: str) -> bool:
        return backend.notify(title, text) or (icon is not None and icon.notify(title, text))

    zone = time_zone(os.environ)
    try:
        agent = Agent(folder, enrolled, backend, clock=clock, zone=zone, notify=notify, room=room)
    except SpoolError as error:
        _log.error("%s", error)
        raise SettingsError(str(error)) from error
    answer = answer_requests(agent)
    server = ControlServer(folder, answer)
    if icon is not None:
        agent.components.append(Component("tray icon", icon.is_well, icon.restart))
        after_round = Tray(agent, icon, answer).look
    try:
        server.start()
    except (AlreadyRunning, OSError) as error:
        agent.store.close()
        raise SettingsError(_about_socket(folder, error)) from error
    agent.components.append(server.component)
    agent.browser_port.open_if_paired()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: agent.stop())
    try:
        _log.info("The agent begins (%s desktop).", backend.name)
        settling = threading.Timer(SETTLED_SECONDS, settle)
        settling.daemon = True
        settling.start()
        return icon.host(lambda: agent.run(after_round)) if icon is not None else agent.run()
    except BackendError as error:
        _log.error("%s", error)
        raise SettingsError(str(error)) from error
    finally:
        server.stop()
        if icon is not None:
            icon.remove()


def _about_socket(folder: StateFolder, error: Exception) -> str:
    if isinstance(error, AlreadyRunning):
        return str(error)
    return (
        f"The control socket {folder.socket} cannot be opened ({error}): "
        f"set {HOME_VARIABLE} to a shorter, writable folder."
    )


def _begin_log(folder: StateFolder) -> None:
    """Words and counts only: nothing that was captured is ever logged."""
    # Windows starts the agent without a console: then there is no standard error.
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)] if sys.stderr is not None else []
    try:
        handlers.append(RotatingLog(folder.log))
    except OSError as error:
        raise SettingsError(f"The log {folder.log} cannot be written ({error.strerror}): mend its rights.") from error
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", handlers=handlers)
    threading.excepthook = lambda about: _log.warning(
        "A capturing thread ended (%s).", about.exc_type.__name__ if about.exc_type else "?"
    )

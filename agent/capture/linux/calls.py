"""Tells whether somebody is in a call (a microphone or a camera is in use) and whether a program plays sound.

Asked again and again while there is no input.
"""

import logging
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from agent.capture.linux.cameras import Cameras
from agent.capture.linux.sound_server import SoundServer, sound_address
from agent.supervision.process_facts import ProcessGoneError, parent

SOUND_CARDS = Path("/proc/asound")
RETRY_SECONDS = 30.0
ANCESTORS_MAX = 16
_log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class Calls:
    """Used by one thread. Where no sound server answers, the kernel says which microphone runs, and nothing plays."""

    def __init__(
        self,
        *,
        environment: Mapping[str, str] = os.environ,
        cards: Path = SOUND_CARDS,
        cameras: Cameras | None = None,
        read_seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._environment, self._cards, self._read_seconds = environment, cards, read_seconds
        self._cameras = cameras or Cameras(read_seconds)
        self._server: SoundServer | None = None
        self._retry_at = 0.0

    def is_in_call(self) -> bool:
        recorded = self._from_server(SoundServer.is_microphone_recorded)
        return (self._is_card_recording() if recorded is None else recorded) or self._cameras.is_open()

    def is_audible(self, pid: int | None) -> bool:
        """Whether this process, or one that it has started, plays sound."""
        if pid is None:
            return False
        return any(_descends(playing, pid) for playing in self._from_server(SoundServer.playing_pids) or ())

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _from_server(self, question: Callable[[SoundServer], Answer]) -> Answer | None:
        """None when there is none that answers; then it is left alone for a while."""
        now = self._read_seconds()
        if self._server is None and now < self._retry_at:
            return None
        try:
            if self._server is None:
                self._server = SoundServer(sound_address(self._environment))
            return question(self._server)
        except OSError as error:
            _log.debug("No sound server tells of calls (%s).", error)
            self.close()
            self._retry_at = now + RETRY_SECONDS
            return None

    def _is_card_recording(self) -> bool:
        return any("RUNNING" in _read(status) for status in self._cards.glob("card*/pcm*c/sub*/status"))


def _descends(pid: int, ancestor: int) -> bool:
    try:
        for _ in range(ANCESTORS_MAX):
            if pid == ancestor:
                return True
            pid = parent(pid)
    except ProcessGoneError:
        return False
    return False


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""

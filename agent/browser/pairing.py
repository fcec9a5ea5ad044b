"""Pairs the loopback fallback: its port and token, since when, and the code that a person enters.

Closed unless asked for; asked for once, it opens with the agent.
"""

import logging
import os
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

import msgspec

from agent.settings import StateFolder, write_private
from agent.supervision.components import Component

if TYPE_CHECKING:
    from agent.browser.loopback import Loopback, Take

_log = logging.getLogger(__name__)


class Pairing(msgspec.Struct, frozen=True):
    """Stands in the state folder, for its owner alone."""

    port: int
    token: str

    @property
    def code(self) -> str:
        """What a person copies from the command into the extension's page."""
        return f"{self.port}-{self.token}"


def find_pairing(state: StateFolder) -> Pairing | None:
    try:
        return msgspec.json.decode(state.browser_pairing.read_bytes(), type=Pairing)
    except (OSError, msgspec.MsgspecError):
        return None


class BrowserPort:
    """Opened when the person pairs, and again whenever the agent starts, with the same code."""

    def __init__(self, state: StateFolder, take: "Take") -> None:
        self._state, self._take = state, take
        self.loopback: Loopback | None = None
        self._is_wanted = False

    def open_if_paired(self) -> None:
        if find_pairing(self._state) is None:
            return
        try:
            self.open()
        except OSError as error:
            _log.warning("No port can be opened for the browser (%s): pair it anew.", error)

    def open(self) -> Pairing:
        """The pairing; a new one where there was none, or where somebody else has taken its port."""
        pairing = self._open()
        self._is_wanted = True
        return pairing

    def _open(self) -> Pairing:
        pairing = find_pairing(self._state)
        if self.loopback is not None and pairing is not None:
            return pairing
        self._stop()
        from agent.browser.loopback import Loopback  # noqa: PLC0415 - a fallback that few need

        if pairing is not None:
            try:
                self.loopback = Loopback(self._take, token=pairing.token, port=pairing.port)
            except (OSError, OverflowError) as error:
                _log.warning("The paired port cannot be opened (%s): pair the browser anew.", error)
            else:
                return pairing
        token = urlsafe_b64encode(os.urandom(32)).rstrip(b"=").decode()  # `secrets` would load OpenSSL for it
        self.loopback = Loopback(self._take, token=token)
        pairing = Pairing(self.loopback.port, token)
        write_private(self._state.browser_pairing, msgspec.json.encode(pairing))
        return pairing

    def close(self) -> None:
        """Until the agent starts again."""
        self._is_wanted = False
        self._stop()

    @property
    def component(self) -> Component:
        return Component("browser port", self._is_well, self._restart)

    def _is_well(self) -> bool:
        return not self._is_wanted or (self.loopback is not None and self.loopback.is_alive)

    def _restart(self) -> None:
        """With the code that the extension knows, or not at all. Raises OSError."""
        self._stop()
        pairing = find_pairing(self._state)
        if pairing is not None:
            from agent.browser.loopback import Loopback  # noqa: PLC0415

            self.loopback = Loopback(self._take, token=pairing.token, port=pairing.port)

    def forget(self) -> None:
        """The code is worth nothing any more."""
        self._is_wanted = False
        self._stop()
        self._state.browser_pairing.unlink(missing_ok=True)

    def _stop(self) -> None:
        if self.loopback is not None:
            self.loopback.stop()
            self.loopback = None

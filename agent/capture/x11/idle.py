"""Asks the MIT-SCREEN-SAVER extension how long ago the last input was, over a connection of its own."""

from Xlib.error import ConnectionClosedError, XError

from agent.capture.x11.displays import open_display


class IdleTime:
    """Used by the recorder's thread."""

    def __init__(self) -> None:
        self._display = open_display()
        self._display.set_error_handler(lambda *_: None)
        self._is_offered = self.is_known = bool(self._display.has_extension("MIT-SCREEN-SAVER"))
        self._root = self._display.screen().root

    def is_well(self) -> bool:
        return self.is_known or not self._is_offered

    def idle_us(self) -> int | None:
        if not self.is_known:
            return None
        try:
            return int(self._root.screensaver_query_info().idle) * 1000
        except (ConnectionClosedError, XError, OSError):
            self.is_known = False
            return None

    def close(self) -> None:
        try:
            self._display.close()
        except (ConnectionClosedError, OSError):
            self.is_known = False

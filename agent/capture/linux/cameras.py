"""Tells whether a program of this person has a camera open, by the files that programs hold open; sees no picture.

Other people's programs on the same machine are not seen: theirs is another call.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

LOOK_SECONDS = 30.0
"""Going through all open files costs a desktop some 20 ms: not more often, and not while no camera is in use."""

USUAL_DRIVER = "uvcvideo"


class Cameras:
    """Tests have a root of their own. `read_seconds` is a clock that runs on."""

    def __init__(
        self,
        read_seconds: Callable[[], float],
        *,
        devices: Path = Path("/dev"),
        processes: Path = Path("/proc"),
        kernel: Path = Path("/sys"),
    ) -> None:
        self._read_seconds, self._processes, self._kernel = read_seconds, processes, kernel
        self._devices = devices
        self._looked_at: float | None = None
        self._was_open = False

    def is_open(self) -> bool:
        """At most `LOOK_SECONDS` old where open files had to be gone through."""
        if self._is_surely_unused():
            self._looked_at, self._was_open = None, False
            return False
        now = self._read_seconds()
        if self._looked_at is None or now - self._looked_at >= LOOK_SECONDS:
            wanted = str(self._devices / "video")
            self._looked_at, self._was_open = now, any(path.startswith(wanted) for path in self._open_files())
        return self._was_open

    def _is_surely_unused(self) -> bool:
        """There is none; or the usual driver drives them all, and counts nobody who uses it."""
        cameras = [path.name for path in self._devices.glob("video*")]
        known = self._kernel / "class" / "video4linux"
        try:
            drivers = {(known / name / "device" / "driver").resolve(strict=True).name for name in cameras}
            users = (self._kernel / "module" / USUAL_DRIVER / "refcnt").read_text(encoding="ascii") if drivers else "0"
        except OSError:
            return False
        return drivers <= {USUAL_DRIVER} and users.strip() == "0"

    def _open_files(self) -> Iterator[str]:
        """Thousands: by plain calls, which take a third of pathlib's time."""
        for process in os.listdir(self._processes):  # noqa: PTH208
            handles = f"{self._processes}/{process}/fd"
            if not process.isdigit():
                continue
            with suppress(OSError):  # ended meanwhile, or somebody else's
                for handle in os.listdir(handles):  # noqa: PTH208
                    yield _leads_to(f"{handles}/{handle}")


def _leads_to(handle: str) -> str:
    try:
        return os.readlink(handle)  # noqa: PTH115
    except OSError:
        return ""

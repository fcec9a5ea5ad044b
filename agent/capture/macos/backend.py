"""Captures the active application, its window's title, notifications and idle time on macOS, by PyObjC.

Never run on a Mac.
"""

import threading
from collections.abc import Callable
from typing import Any

from agent.capture.inputs.pynput_inputs import PynputInputs
from agent.capture.macos import rules
from agent.capture.observations import BackendError, Capabilities, Emit, WindowSeen
from agent.capture.own_surfaces import OwnSurfaces, Spot
from agent.policy.drafts import ObservedContext
from agent.supervision.components import Component

LOOK_SECONDS = 1.0
"""Titles are not told of by macOS without an accessibility observer per application: they are looked at."""

HID_STATE, ANY_INPUT = 1, 0xFFFFFFFF
ON_SCREEN_ONLY, NO_WINDOW = 1, 0


class MacBackend:
    """One thread runs the notifications' loop and looks at the window in front."""

    name = "darwin"

    def __init__(self, now_us: Callable[[], int]) -> None:
        self._now_us, self.own = now_us, OwnSurfaces()
        self._front_pid: int | None = None
        self.element_timeout_us = 0
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._looked_us = 0

    def start(self, emit: Emit) -> None:
        """Raises BackendError when the bridge to macOS is not installed."""
        try:
            import AppKit  # noqa: PLC0415 - exists on macOS only
            import Quartz  # noqa: PLC0415
        except ImportError as error:
            raise BackendError(
                "The bridge to macOS (PyObjC) is missing: install pyobjc-framework-Cocoa and pyobjc-framework-Quartz "
                "beside the agent, and start it again."
            ) from error
        self._app_kit, self._quartz, self._emit = AppKit, Quartz, emit
        self._hear_inputs()
        self._begin_loop()

    def components(self) -> tuple[Component, ...]:
        return (
            Component("windows", self._is_looking, self._begin_loop, ("window", "title", "lock", "sleep")),
            Component("keys and clicks", lambda: self._inputs.is_alive, self._hear_anew, ("keys", "clicks", "scroll")),
        )

    def _begin_loop(self) -> None:
        self._looked_us = self._now_us()
        self._thread = threading.Thread(target=self._run, name="macos", daemon=True)
        self._thread.start()

    def _is_looking(self) -> bool:
        is_alive = self._thread is not None and self._thread.is_alive()
        return is_alive and self._now_us() - self._looked_us < rules.LOOP_HANGS_AFTER_US

    def _hear_inputs(self) -> None:
        self._inputs = PynputInputs(
            self._emit, self._now_us, lambda x, y: None, find_spot=self._spot, find_front=lambda: self._front_pid
        )
        self._inputs.start()

    def _hear_anew(self) -> None:
        self._inputs.leave()
        self._hear_inputs()

    def stop(self) -> None:
        self._stopping.set()
        self._inputs.stop()

    def capabilities(self) -> Capabilities:
        return rules.capabilities_of(
            {
                "screen_recording": bool(self._quartz.CGPreflightScreenCaptureAccess()),
                "input_monitoring": self._inputs.is_alive,
            }
        )

    def idle_us(self) -> int | None:
        return rules.idle_us(float(self._quartz.CGEventSourceSecondsSinceLastEventType(HID_STATE, ANY_INPUT)))

    def is_in_call(self) -> bool:
        return False

    def is_audible(self) -> bool:
        return False

    def shed_elements(self, *, is_shed: bool) -> None:
        """There are no look-ups to shed."""

    def notify(self, title: str, text: str) -> bool:
        return False

    def show(self, face: object) -> None:
        """There is no session bus."""

    def _run(self) -> None:
        workspace = self._app_kit.NSWorkspace.sharedWorkspace()
        distributed = self._app_kit.NSDistributedNotificationCenter.defaultCenter()
        for center, names in (
            (
                workspace.notificationCenter(),
                (rules.WILL_SLEEP, rules.DID_WAKE, rules.SWITCHED_AWAY, rules.SWITCHED_BACK),
            ),
            (distributed, (rules.SCREEN_LOCKED, rules.SCREEN_UNLOCKED)),
        ):
            for name in names:
                center.addObserverForName_object_queue_usingBlock_(name, None, None, self._notified)
        loop = self._app_kit.NSRunLoop.currentRunLoop()
        while self._thread is threading.current_thread() and not self._stopping.is_set():
            self._looked_us = self._now_us()
            self._look(workspace)
            loop.runUntilDate_(self._app_kit.NSDate.dateWithTimeIntervalSinceNow_(LOOK_SECONDS))

    def _notified(self, notification: Any) -> None:
        seen = rules.observation_of(str(notification.name()), at_us=self._now_us())
        if seen is not None:
            self._emit(seen)

    def _look(self, workspace: Any) -> None:
        application = workspace.frontmostApplication()
        if application is None:
            self._emit(WindowSeen(self._now_us(), ObservedContext()))
            return
        self._front_pid = pid = int(application.processIdentifier())
        if self.own.is_own(pid):
            self._emit(WindowSeen(self._now_us(), ObservedContext(is_own=True), -pid))
            return
        titles = [
            str(each.get("kCGWindowName") or "") for each in self._windows() if each.get("kCGWindowOwnerPID") == pid
        ]
        name = str(application.localizedName() or "")
        title = next((title for title in titles if title), "")
        bundle = str(application.bundleIdentifier() or "")
        self._emit(WindowSeen(self._now_us(), ObservedContext(name, title, "", bundle), -pid))

    def _windows(self) -> Any:
        """Those on the screen, from front to back."""
        return self._quartz.CGWindowListCopyWindowInfo(ON_SCREEN_ONLY, NO_WINDOW) or ()

    def _spot(self, x: float, y: float) -> Spot:
        return rules.spot_at(self._windows(), (x, y), front=self._front_pid, own=self.own)

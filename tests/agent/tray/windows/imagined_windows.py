"""A Windows of the tests' own: keeps its contract where the icon relies on it, and complains where it is broken.

Arguments go through the prototypes, so that what ctypes would refuse is refused here.
"""

import ctypes
import queue
import struct
from typing import Any

from agent.tray.windows import icon, rules
from agent.tray.windows.system import PROCEDURE, PROTOTYPES, IconData, System, text_of

QUIT, WINDOW, TASKBAR_CREATED = 0x0012, 0x1234, 0xC123
WM_TIMER = 0x0113


class _Library:
    def __init__(self, world: "ImaginedWindows", name: str) -> None:
        self._world, self._functions = world, PROTOTYPES[name]

    def __getattr__(self, name: str) -> Any:
        _, kinds = self._functions[name]

        def call(*arguments: Any) -> Any:
            assert len(arguments) == len(kinds), name
            for kind, argument in zip(kinds, arguments, strict=True):
                kind.from_param(argument)
            return getattr(self._world, name)(*arguments)

        return call


class ImaginedWindows:
    """`icons` are those in the taskbar; `chosen` names the entry that the next menu is left with."""

    def __init__(self) -> None:
        self.messages: queue.Queue[tuple[int, int, int]] = queue.Queue()
        self.has_taskbar = True
        self.tip = self.chosen = ""
        self.shown: bytes = b""
        self.in_taskbar = False
        self.balloons: list[tuple[str, str]] = []
        self.boxes: list[tuple[str, str]] = []
        self.pictures: dict[int, bytes] = {}
        self.menus: dict[int, dict[str, int]] = {}
        self.offered: list[str] = []
        self._next = 1

    def system(self) -> System:
        libraries = {name: _Library(self, name) for name in PROTOTYPES}
        return System(callback=ctypes.CFUNCTYPE(*PROCEDURE), **libraries)

    def press_icon(self) -> None:
        at = struct.unpack("<I", struct.pack("<hh", -40, 700))[0]
        for what in (rules.WM_LBUTTONDOWN, rules.NIN_SELECT):
            self.messages.put((rules.ICON_MESSAGE, at, icon.ICON_NUMBER << 16 | what))

    def restart_taskbar(self) -> None:
        self.in_taskbar = False
        self.messages.put((TASKBAR_CREATED, 0, 0))

    def _new(self) -> int:
        self._next += 1
        return self._next

    def GetModuleHandleW(self, name: None) -> int:  # noqa: N802 - Windows' names
        return 0x400000

    def RegisterWindowMessageW(self, name: str) -> int:  # noqa: N802
        return TASKBAR_CREATED if name == "TaskbarCreated" else 0

    def RegisterClassW(self, kind: Any) -> int:  # noqa: N802
        self._class, self._procedure = kind._obj.name, ctypes.CFUNCTYPE(*PROCEDURE)(kind._obj.procedure)
        return 1

    def CreateWindowExW(self, style: int, kind: str, *more: Any) -> int:  # noqa: N802
        assert kind == self._class
        assert more[6] is None, "a message-only window hears of no new taskbar"
        return WINDOW

    def DefWindowProcW(self, *message: int) -> int:  # noqa: N802
        return 7

    def DestroyWindow(self, window: int) -> int:  # noqa: N802
        return int(self._procedure(window, rules.WM_DESTROY, 0, 0) == 0)

    def GetMessageW(self, message: Any, *_: Any) -> int:  # noqa: N802
        number, code, more = self.messages.get(timeout=20)
        found = message._obj
        found.window, found.number, found.code, found.more = WINDOW, number, code, more
        return int(number != QUIT)

    def DispatchMessageW(self, message: Any) -> int:  # noqa: N802
        found = message._obj
        return int(self._procedure(found.window, found.number, found.code, found.more))

    def PostMessageW(self, window: int, number: int, code: int, more: int) -> int:  # noqa: N802
        self.messages.put((number, code, more))
        return int(window == WINDOW)

    def PostQuitMessage(self, status: int) -> None:  # noqa: N802
        self.messages.put((QUIT, status, 0))

    def SetForegroundWindow(self, window: int) -> int:  # noqa: N802
        self._foreground = window
        return 1

    def CreatePopupMenu(self) -> int:  # noqa: N802
        menu = self._new()
        self.menus[menu] = {}
        return menu

    def AppendMenuW(self, menu: int, flags: int, number: int, label: str | None) -> int:  # noqa: N802
        if label is not None:
            self.menus[menu][label] = 0 if flags & rules.MF_GRAYED else number
        return 1

    def TrackPopupMenu(self, menu: int, how: int, *where: int | None) -> int:  # noqa: N802
        assert where == (-40, 700, 0, self._foreground, None)
        assert how & icon.TPM_RETURNCMD
        self.offered = [*self.menus[menu]]
        return self.menus[menu].get(self.chosen, 0)

    def DestroyMenu(self, menu: int) -> int:  # noqa: N802
        del self.menus[menu]
        return 1

    def GetSystemMetrics(self, what: int) -> int:  # noqa: N802
        return 16

    def CreateIconFromResourceEx(self, image: bytes, length: int, is_icon: int, version: int, *size: int) -> int:  # noqa: N802
        assert (length, is_icon, version) == (len(image), 1, icon.ICON_RESOURCE_VERSION)
        picture = self._new()
        self.pictures[picture] = image
        return picture

    def DestroyIcon(self, picture: int) -> int:  # noqa: N802
        del self.pictures[picture]
        return 1

    def MessageBoxW(self, owner: None, text: str, title: str, how: int) -> int:  # noqa: N802
        self.boxes.append((title, text))
        return 1

    def Shell_NotifyIconW(self, action: int, about: Any) -> int:  # noqa: N802
        data: IconData = about._obj
        assert (data.size, data.window, data.number) == (ctypes.sizeof(IconData), WINDOW, icon.ICON_NUMBER)
        if not self.has_taskbar or (action == icon.NIM_ADD) == self.in_taskbar:
            return 0
        if action == icon.NIM_SETVERSION:
            return int(data.version == icon.VERSION_4)
        self.in_taskbar = action != icon.NIM_DELETE
        if data.flags & icon.NIF_ICON:
            self.shown, self.tip = self.pictures[data.icon], text_of(data.tip)
        if data.flags & icon.NIF_INFO:
            self.balloons.append((text_of(data.info_title), text_of(data.info)))
        return 1

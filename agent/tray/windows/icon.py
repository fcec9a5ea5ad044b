"""Shows the icon on Windows: a thread with a hidden window, to which the taskbar sends what is done to the icon."""

import ctypes
import logging
import queue
import threading
from collections.abc import Callable
from typing import Any

from agent.capture.observations import OwnUse
from agent.tray.menu import Do, Touched, TrayState, menu_of
from agent.tray.pictures import Colour, colour_of
from agent.tray.windows import rules
from agent.tray.windows.rules import Meaning
from agent.tray.windows.system import IconData, Message, System, WindowClass, load_system, units

CLASS_NAME = "TaskMiningAgentTray"
ICON_NUMBER = 1
NIM_ADD, NIM_MODIFY, NIM_DELETE, NIM_SETVERSION = 0, 1, 2, 4
NIF_MESSAGE, NIF_ICON, NIF_TIP, NIF_INFO, NIF_SHOWTIP = 0x01, 0x02, 0x04, 0x10, 0x80
VERSION_4 = 4
TPM_RIGHTBUTTON, TPM_BOTTOMALIGN, TPM_NONOTIFY, TPM_RETURNCMD = 0x0002, 0x0020, 0x0080, 0x0100
SM_CXSMICON, SM_CYSMICON = 49, 50
ICON_RESOURCE_VERSION = 0x00030000
MB_ICONINFORMATION, MB_SETFOREGROUND, MB_TOPMOST = 0x40, 0x10000, 0x40000
_log = logging.getLogger(__name__)


class WindowsIcon:
    """`load` brings the libraries, in the icon's own thread."""

    def __init__(self, load: Callable[[], System] = load_system) -> None:
        self._load = load
        self._status = TrayState()
        self._notices: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._system: System | None = None
        self._window: int | None = None
        self._is_there = self._is_removed = False
        self._shown_icon: int | None = None
        self._procedure: Any = None

    def begin(self, do: Do, touched: Touched) -> None:
        self._do, self._touched = do, touched

    def show(self, status: TrayState) -> None:
        self._status = status
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="tray-windows", daemon=True)
            self._thread.start()
        self._post(rules.LOOK_AGAIN)

    def tell(self, title: str, text: str) -> bool:
        """In a window, and waits until it is closed."""
        system = self._system
        if system is not None:
            system.user32.MessageBoxW(None, text, title, MB_ICONINFORMATION | MB_SETFOREGROUND | MB_TOPMOST)
        return system is not None

    def notify(self, title: str, text: str) -> bool:
        """Beside the icon, soon; where the policy shows none, in a window: a question must not go unseen."""
        if not self._status.is_shown:
            threading.Thread(target=self.tell, args=(title, text), name="notice", daemon=True).start()
            return True
        self._notices.put((title, text))
        self._post(rules.LOOK_AGAIN)
        return True

    def is_well(self) -> bool:
        return self._thread is None or self._thread.is_alive()

    def restart(self) -> None:
        """Before there is a taskbar to show it, too."""
        self._window, self._is_there, self._thread = None, False, None
        self.show(self._status)

    def remove(self) -> None:
        self._is_removed = True
        self._post(rules.WM_CLOSE)
        if self._thread is not None:
            self._thread.join(timeout=2)

    def host(self, work: Callable[[], str]) -> str:
        return work()

    def _post(self, message: int) -> None:
        """Before there is a window nothing is lost: the first look sees it."""
        system, window = self._system, self._window
        if system is not None and window is not None:
            system.user32.PostMessageW(window, message, 0, 0)

    def _run(self) -> None:
        try:
            self._system = system = self._load()
            self._taskbar_created = int(system.user32.RegisterWindowMessageW("TaskbarCreated"))
            self._window = self._make_window(system)
        except OSError as error:
            _log.info("There is no icon (%s).", error)
            return
        self._look(system)
        if self._is_removed:  # before there was a window to tell
            self._post(rules.WM_CLOSE)
        message = Message()
        while system.user32.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
            system.user32.DispatchMessageW(ctypes.byref(message))

    def _make_window(self, system: System) -> int:
        """Hidden but at the top, unlike a message-only one: only those are told of a new taskbar."""
        if self._procedure is None:
            self._procedure = system.callback(self._hear)  # lives as long as Windows may call it
        instance = system.kernel32.GetModuleHandleW(None)
        procedure = ctypes.cast(self._procedure, ctypes.c_void_p).value
        kind = WindowClass(procedure=procedure, instance=instance, name=CLASS_NAME)
        system.user32.RegisterClassW(ctypes.byref(kind))
        window = system.user32.CreateWindowExW(0, CLASS_NAME, "Task Mining", 0, 0, 0, 0, 0, None, None, instance, None)
        if not window:
            raise OSError("Windows gives it no window")
        return int(window)

    def _hear(self, window: int, message: int, code: int, more: int) -> int:
        system = self._system
        if system is None:
            return 0
        if rules.is_press(message, more):
            self._touched(OwnUse.PRESSED)
        match rules.meaning_of(message, more, taskbar_created=self._taskbar_created):
            case Meaning.MENU:
                self._open_menu(system, rules.point_of(code))
            case Meaning.LOOK:
                self._look(system)
            case Meaning.NEW_TASKBAR:
                self._is_there = False
                self._look(system)
            case Meaning.CLOSE:
                self._take_away(system)
                system.user32.DestroyWindow(window)
            case Meaning.END:
                self._window = None
                system.user32.PostQuitMessage(0)
            case Meaning.NOTHING:
                return int(system.user32.DefWindowProcW(window, message, code, more))
        return 0

    def _look(self, system: System) -> None:
        """A taskbar that is not there yet refuses the icon, and tells when it is."""
        status = self._status
        if not status.is_shown:
            self._take_away(system)
            return
        former, self._shown_icon = self._shown_icon, self._make_icon(system, colour_of(status))
        data = self._data(NIF_MESSAGE | NIF_ICON | NIF_TIP | NIF_SHOWTIP)
        data.message, data.icon = rules.ICON_MESSAGE, self._shown_icon
        data.tip = units(rules.tip_of(status), 128)
        if self._is_there:
            system.shell32.Shell_NotifyIconW(NIM_MODIFY, ctypes.byref(data))
        else:
            self._is_there = bool(system.shell32.Shell_NotifyIconW(NIM_ADD, ctypes.byref(data)))
            data.version = VERSION_4
            system.shell32.Shell_NotifyIconW(NIM_SETVERSION, ctypes.byref(data))
        if former is not None:
            system.user32.DestroyIcon(former)
        self._tell_notices(system)

    def _tell_notices(self, system: System) -> None:
        while self._is_there and not self._notices.empty():
            title, text = self._notices.get()
            data = self._data(NIF_INFO)
            data.info_title = units(rules.clipped(title, rules.INFO_TITLE_UNITS), 64)
            data.info = units(rules.clipped(text, rules.INFO_UNITS), 256)
            system.shell32.Shell_NotifyIconW(NIM_MODIFY, ctypes.byref(data))

    def _take_away(self, system: System) -> None:
        if self._is_there:
            system.shell32.Shell_NotifyIconW(NIM_DELETE, ctypes.byref(self._data(0)))
            self._is_there = False
        if self._shown_icon is not None:
            system.user32.DestroyIcon(self._shown_icon)
            self._shown_icon = None

    def _data(self, flags: int) -> IconData:
        return IconData(size=ctypes.sizeof(IconData), window=self._window, number=ICON_NUMBER, flags=flags)

    def _make_icon(self, system: System, colour: Colour) -> int | None:
        image = rules.icon_resource(colour)
        width, height = (system.user32.GetSystemMetrics(each) for each in (SM_CXSMICON, SM_CYSMICON))
        made: Any = system.user32.CreateIconFromResourceEx(
            image, len(image), 1, ICON_RESOURCE_VERSION, width, height, 0
        )
        return int(made) if made else None

    def _open_menu(self, system: System, at: tuple[int, int]) -> None:
        """Waits until something is chosen or the menu is left; messages are heard meanwhile."""
        entries = menu_of(self._status)
        menu = system.user32.CreatePopupMenu()
        for flags, number, label in rules.menu_lines(entries):
            system.user32.AppendMenuW(menu, flags, number, label)
        system.user32.SetForegroundWindow(self._window)  # else a click elsewhere would not close it
        how = TPM_RIGHTBUTTON | TPM_BOTTOMALIGN | TPM_NONOTIFY | TPM_RETURNCMD
        self._touched(OwnUse.OPENED)
        number = int(system.user32.TrackPopupMenu(menu, how, *at, 0, self._window, None))
        self._touched(OwnUse.LEFT)
        system.user32.DestroyMenu(menu)
        words = rules.words_of(entries, number)
        if words:
            self._do(words)

"""Shows the icon as macOS' status item, made and changed in the main thread, which runs AppKit's events meanwhile."""

import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import lru_cache
from typing import Any

from agent.capture.observations import OwnUse
from agent.capture.own_surfaces import OwnSurfaces
from agent.tray.macos import rules
from agent.tray.menu import Do, MenuEntry, Touched, TrayState, menu_of
from agent.tray.pictures import Colour, colour_of

ACCESSORY, ANY_EVENT, VARIABLE_LENGTH = 1, 0xFFFFFFFFFFFFFFFF, -1.0
EVENT_SECONDS = 1.0
"""How long a signal or the end of the work may wait for its answer."""


def load_app_kit() -> Any:
    """On macOS alone. Raises ImportError."""
    import AppKit  # noqa: PLC0415 - exists on macOS only

    return AppKit


def run_command(command: tuple[str, ...], begun: Callable[[int], None]) -> None:
    """Until it ends; `begun` hears its process number first."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        begun(process.pid)


@lru_cache(maxsize=1)
def _chooser_class(kit: Any) -> Any:
    """Once in a process: the Objective-C runtime knows classes by name."""

    class TaskMiningChooser(kit.NSObject):  # type: ignore[misc]
        """What the menu's entries call, and the menu itself when it opens and closes."""

        def choose_(self, item: Any) -> None:
            self.on_chosen(int(item.tag()))

        def menuWillOpen_(self, menu: Any) -> None:  # noqa: N802 - AppKit's names
            self.on_used(OwnUse.OPENED)

        def menuDidClose_(self, menu: Any) -> None:  # noqa: N802
            self.on_used(OwnUse.LEFT)

    return TaskMiningChooser


class MacIcon:
    """Without PyObjC there is no icon, and the work is done all the same."""

    def __init__(
        self,
        load: Callable[[], Any] = load_app_kit,
        run: Callable[[tuple[str, ...], Callable[[int], None]], None] = run_command,
        *,
        own: OwnSurfaces,
    ) -> None:
        self._load, self._run, self._own = load, run, own
        self._do: Do = lambda words: None
        self._touched: Touched = lambda use: None
        self._status: TrayState | None = None
        self._kit: Any = None
        self._item: Any = None
        self._entries: tuple[MenuEntry, ...] = ()
        self._revision = 0

    def begin(self, do: Do, touched: Touched) -> None:
        self._do, self._touched = do, touched

    def show(self, status: TrayState) -> None:
        self._status = status
        kit = self._kit
        if kit is not None:
            kit.NSOperationQueue.mainQueue().addOperationWithBlock_(self._look)

    def tell(self, title: str, text: str) -> bool:
        """In a window, and waits until it is closed."""
        self._run(rules.answer_command(title, text), self._own.add_process)
        return True

    def notify(self, title: str, text: str) -> bool:
        command = rules.notice_command(title, text)
        threading.Thread(target=self._run, args=(command, self._own.add_process), name="notice", daemon=True).start()
        return True

    def is_well(self) -> bool:
        """It lives in the main thread, with which the agent ends."""
        return True

    def restart(self) -> None:
        """Never wanted."""

    def remove(self) -> None:
        """It went with the end of the work, which is when nobody runs the main thread's events any more."""
        self._status = None

    def host(self, work: Callable[[], str]) -> str:
        """Called in the main thread, which macOS wants for icons and menus: the work is done in another."""
        try:
            kit = self._load()
        except ImportError:
            return work()
        application = kit.NSApplication.sharedApplication()
        application.setActivationPolicy_(ACCESSORY)
        application.finishLaunching()
        self._chooser = _chooser_class(kit).alloc().init()
        self._chooser.on_chosen, self._chooser.on_used = self._chosen, self._touched
        self._kit = kit
        self._look()
        answer: Future[str] = Future()
        threading.Thread(target=_settle, args=(answer, work), name="agent", daemon=True).start()
        while not answer.done():
            self._take_event(kit, application)
        self._kit = None
        self._take_away(kit)
        return answer.result()

    def _take_event(self, kit: Any, application: Any) -> None:
        pool = kit.NSAutoreleasePool.alloc().init()
        until = kit.NSDate.dateWithTimeIntervalSinceNow_(EVENT_SECONDS)
        event = application.nextEventMatchingMask_untilDate_inMode_dequeue_(
            ANY_EVENT, until, kit.NSDefaultRunLoopMode, True
        )
        if event is not None:
            application.sendEvent_(event)
        del pool

    def _look(self) -> None:
        """In the main thread."""
        kit, status = self._kit, self._status
        if kit is None or status is None:
            return
        if not status.is_shown:
            self._take_away(kit)
            return
        if self._item is None:
            self._item = kit.NSStatusBar.systemStatusBar().statusItemWithLength_(VARIABLE_LENGTH)
        self._item.button().setImage_(_picture(kit, colour_of(status)))
        self._item.button().setToolTip_(f"Task Mining: {status.summary}")
        self._entries, self._revision = menu_of(status), self._revision + 1
        self._item.setMenu_(self._menu(kit))

    def _take_away(self, kit: Any) -> None:
        if self._item is not None:
            kit.NSStatusBar.systemStatusBar().removeStatusItem_(self._item)
            self._item = None

    def _menu(self, kit: Any) -> Any:
        menu = kit.NSMenu.alloc().initWithTitle_("Task Mining")
        menu.setAutoenablesItems_(False)
        menu.setDelegate_(self._chooser)
        for index, entry in enumerate(self._entries):
            menu.addItem_(self._menu_item(kit, entry, index) if entry.label else kit.NSMenuItem.separatorItem())
        return menu

    def _menu_item(self, kit: Any, entry: MenuEntry, index: int) -> Any:
        action = "choose:" if entry.words else None
        item = kit.NSMenuItem.alloc().initWithTitle_action_keyEquivalent_(entry.label, action, "")
        item.setTarget_(self._chooser)
        item.setTag_(rules.number_of(self._revision, index))
        item.setEnabled_(bool(entry.words))
        return item

    def _chosen(self, number: int) -> None:
        words = rules.words_of(self._entries, number, revision=self._revision)
        if words:
            self._do(words)


def _settle(answer: Future[str], work: Callable[[], str]) -> None:
    try:
        answer.set_result(work())
    except BaseException as error:  # noqa: BLE001 - raised again where the answer is waited for
        answer.set_exception(error)


def _picture(kit: Any, colour: Colour) -> Any:
    image = kit.NSImage.alloc().initWithSize_((rules.SIDE, rules.SIDE))
    image.lockFocus()
    kit.NSColor.colorWithSRGBRed_green_blue_alpha_(*rules.colour_parts(colour), 1.0).set()
    kit.NSBezierPath.bezierPathWithOvalInRect_(rules.disc_place()).fill()
    image.unlockFocus()
    return image

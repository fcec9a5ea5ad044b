"""An AppKit of the tests' own, as PyObjC names it: a menu bar, menus, a main queue that the main thread empties."""

import queue
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, ClassVar


class _Made:
    """`alloc().init…()` as in Objective-C."""

    @classmethod
    def alloc(cls) -> Any:
        return cls()

    def init(self) -> Any:
        return self


class _Button:
    image: Any = None
    tip = ""

    def setImage_(self, image: Any) -> None:  # noqa: N802 - AppKit's names
        self.image = image

    def setToolTip_(self, tip: str) -> None:  # noqa: N802
        self.tip = tip


class _Image(_Made):
    colour: ClassVar[tuple[float, ...]] = ()
    drawn: tuple[float, ...] = ()
    size: tuple[float, float] = (0, 0)

    def initWithSize_(self, size: tuple[float, float]) -> "_Image":  # noqa: N802
        self.size = size
        return self

    def lockFocus(self) -> None:  # noqa: N802
        _Image.colour = ()

    def unlockFocus(self) -> None:  # noqa: N802
        self.drawn = _Image.colour


class _MenuItem(_Made):
    title, action, is_separator = "", None, False

    def initWithTitle_action_keyEquivalent_(self, title: str, action: str | None, key: str) -> "_MenuItem":  # noqa: N802
        self.title, self.action = title, action
        return self

    @classmethod
    def separatorItem(cls) -> "_MenuItem":  # noqa: N802
        item = cls()
        item.is_separator = True
        return item

    def setTarget_(self, target: Any) -> None:  # noqa: N802
        self.target = target

    def setTag_(self, tag: int) -> None:  # noqa: N802
        self._tag = tag

    def tag(self) -> int:
        return self._tag

    def setEnabled_(self, is_enabled: bool) -> None:  # noqa: N802
        self.is_enabled = is_enabled


class _Menu(_Made):
    def initWithTitle_(self, title: str) -> "_Menu":  # noqa: N802
        self.items: list[_MenuItem] = []
        return self

    def setAutoenablesItems_(self, is_auto: bool) -> None:  # noqa: N802
        assert not is_auto

    def setDelegate_(self, delegate: Any) -> None:  # noqa: N802
        self.delegate = delegate

    def addItem_(self, item: _MenuItem) -> None:  # noqa: N802
        self.items.append(item)


class _StatusItem:
    def __init__(self) -> None:
        self._button = _Button()
        self.menu: Any = None

    def button(self) -> _Button:
        return self._button

    def setMenu_(self, menu: _Menu) -> None:  # noqa: N802
        self.menu = menu


class ImaginedAppKit:
    """What the icon asks of the module AppKit. `items` are those in the menu bar."""

    NSDefaultRunLoopMode = "default"
    NSMenu, NSMenuItem, NSImage = _Menu, _MenuItem, _Image
    NSObject = NSAutoreleasePool = _Made

    def __init__(self) -> None:
        self.items: list[_StatusItem] = []
        self.sent: list[str] = []
        self._events: queue.Queue[Callable[[], None] | str] = queue.Queue()
        bar = SimpleNamespace(statusItemWithLength_=self._add, removeStatusItem_=self.items.remove)
        self.NSStatusBar = SimpleNamespace(systemStatusBar=lambda: bar)
        main = SimpleNamespace(addOperationWithBlock_=self._events.put)
        self.NSOperationQueue = SimpleNamespace(mainQueue=lambda: main)
        self.NSDate = SimpleNamespace(dateWithTimeIntervalSinceNow_=lambda seconds: seconds)
        self.NSColor = SimpleNamespace(colorWithSRGBRed_green_blue_alpha_=self._colour)
        path = SimpleNamespace(fill=lambda: None)
        self.NSBezierPath = SimpleNamespace(bezierPathWithOvalInRect_=lambda rectangle: path)
        self.NSApplication = SimpleNamespace(sharedApplication=lambda: self)

    def _on_main_thread(self) -> None:
        assert threading.current_thread() is threading.main_thread(), "AppKit is for the main thread"

    def _add(self, length: float) -> _StatusItem:
        self._on_main_thread()
        self.items.append(_StatusItem())
        return self.items[-1]

    def _colour(self, *parts: float) -> Any:
        def use() -> None:
            _Image.colour = parts

        return SimpleNamespace(set=use)

    def setActivationPolicy_(self, policy: int) -> None:  # noqa: N802
        assert policy == 1

    def finishLaunching(self) -> None:  # noqa: N802
        self._on_main_thread()

    def nextEventMatchingMask_untilDate_inMode_dequeue_(self, mask: int, seconds: float, *_: Any) -> str | None:  # noqa: N802
        self._on_main_thread()
        try:
            event = self._events.get(timeout=min(seconds, 0.05))
        except queue.Empty:
            return None
        if isinstance(event, str):
            return event
        event()
        return None

    def sendEvent_(self, event: str) -> None:  # noqa: N802
        self.sent.append(event)

    def happen(self, event: str) -> None:
        self._events.put(event)

    def labels(self) -> list[str]:
        return [each.title for each in self.items[0].menu.items] if self.items and self.items[0].menu else []

    def find(self, label: str) -> _MenuItem:
        found: _MenuItem = next(each for each in self.items[0].menu.items if each.title == label)
        return found

    def choose(self, item: _MenuItem) -> None:
        """As a person does, in an open menu: macOS sends the action to the target, in the main thread."""
        assert item.action is not None
        assert item.is_enabled
        action = item.action.replace(":", "_")

        def use() -> None:
            item.target.menuWillOpen_(None)
            getattr(item.target, action)(item)
            item.target.menuDidClose_(None)

        self._events.put(use)

"""Shows notices of the desktop, and hears when one of ours was pressed: that press is nobody's work."""

import logging
from collections import deque

from jeepney import HeaderFields, Message, MessageType

from agent.dbus.connection import BusConnection
from agent.dbus.messages import MethodCall, names_of

_NOTICES = ("org.freedesktop.Notifications", "/org/freedesktop/Notifications", "org.freedesktop.Notifications")
NOTICE_RULES = tuple(
    f"type='signal',interface='{_NOTICES[2]}',member='{member}'" for member in ("NotificationClosed", "ActionInvoked")
)
DISMISSED = 2
"""By the person, as the Desktop Notifications Specification counts reasons; 1 is by time, 3 by a program."""

REMEMBERED = 32
_log = logging.getLogger(__name__)


class OwnNotices:
    """Of the buses' thread. The number of a notice is what the desktop answers when it is shown."""

    def __init__(self) -> None:
        self._shown: deque[int] = deque(maxlen=REMEMBERED)
        self.are_shown = True
        """By what the desktop answered last."""

    def show(self, bus: BusConnection, title: str, text: str) -> None:
        """Does not wait: a desktop may start whoever shows notices first."""
        arguments = ["Task Mining", 0, "", title, text, [], {}, -1]
        call = MethodCall(*_NOTICES, "Notify", "susssasa{sv}i", arguments)
        bus.send(call.message(), keeps_answer=True)

    def is_answer(self, message: Message) -> bool:
        """Takes note of the number under which one is shown: of the session bus no other answers are kept."""
        match message.header.message_type, message.body:
            case MessageType.method_return, (int(number), *_):
                self._shown.append(number)
                self.are_shown = True
            case MessageType.error, _:
                self.are_shown = False
                reason = message.header.fields.get(HeaderFields.error_name)
                _log.warning("The desktop has not shown a notice (%s): `status` tells how everything stands.", reason)
        return message.header.message_type in {MessageType.method_return, MessageType.error}

    def is_press(self, message: Message) -> bool:
        """Whether one of ours was pressed."""
        _, interface, member = names_of(message)
        if message.header.message_type is not MessageType.signal or interface != _NOTICES[2]:
            return False
        match member, message.body:
            case "NotificationClosed", (int(number), int(reason)):
                return number in self._shown and reason == DISMISSED
            case "ActionInvoked", (int(number), *_):
                return number in self._shown
        return False

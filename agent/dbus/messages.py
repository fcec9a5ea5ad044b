"""Method calls as jeepney's messages, and what a message that came is about."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from jeepney import DBusAddress, HeaderFields, Message, MessageFlag, new_method_call

Variant = tuple[str, Any]
"""A signature, and the value that it describes: as jeepney writes and reads them."""


class BusError(OSError):
    """The bus, or who was asked over it, refuses or is gone."""


class MethodCall(NamedTuple):
    """One method call; what is answered is the tuple of what it returns."""

    destination: str
    path: str
    interface: str
    member: str
    signature: str = ""
    arguments: Sequence[Any] = ()

    def message(self, *, is_answer_wanted: bool = True) -> Message:
        """Raises BusError where a name is none."""
        try:
            address = DBusAddress(self.path, self.destination, self.interface)
            made = new_method_call(address, self.member, self.signature or None, tuple(self.arguments))
        except ValueError as error:
            raise BusError(f"a call has an impossible name ({error})") from error
        if not is_answer_wanted:
            made.header.flags = MessageFlag.no_reply_expected
        return made


def bus_call(member: str, signature: str = "", arguments: Sequence[Any] = ()) -> MethodCall:
    """To the bus itself."""
    name = "org.freedesktop.DBus"
    return MethodCall(name, "/org/freedesktop/DBus", name, member, signature, arguments)


def names_of(message: Message) -> tuple[str, str, str]:
    """Path, interface and member of a call or signal; "" for each that is missing."""
    fields = message.header.fields
    return (
        fields.get(HeaderFields.path, ""),
        fields.get(HeaderFields.interface, ""),
        fields.get(HeaderFields.member, ""),
    )

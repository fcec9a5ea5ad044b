"""Loads what the icon calls of Windows: structures, prototypes, and the libraries, only when it starts.

Every size is spelled out, so that tests elsewhere see what Windows will see.
"""

import ctypes
from collections.abc import Callable
from typing import Any

import msgspec

U16, U32, I32, HANDLE, TEXT = ctypes.c_uint16, ctypes.c_uint32, ctypes.c_int32, ctypes.c_void_p, ctypes.c_wchar_p
CODE, MORE = ctypes.c_size_t, ctypes.c_ssize_t
"""WPARAM, and LPARAM or LRESULT."""

PROCEDURE = (MORE, HANDLE, U32, CODE, MORE)


class Point(ctypes.Structure):
    _fields_ = (("x", I32), ("y", I32))


class Message(ctypes.Structure):
    """MSG."""

    _fields_ = (
        ("window", HANDLE),
        ("number", U32),
        ("code", CODE),
        ("more", MORE),
        ("time", U32),
        ("at", Point),
    )


class WindowClass(ctypes.Structure):
    """WNDCLASSW."""

    _fields_ = (
        ("style", U32),
        ("procedure", HANDLE),
        ("class_extra", I32),
        ("window_extra", I32),
        ("instance", HANDLE),
        ("icon", HANDLE),
        ("cursor", HANDLE),
        ("background", HANDLE),
        ("menu_name", TEXT),
        ("name", TEXT),
    )


class IconData(ctypes.Structure):
    """NOTIFYICONDATAW; texts are units of UTF-16."""

    _fields_ = (
        ("size", U32),
        ("window", HANDLE),
        ("number", U32),
        ("flags", U32),
        ("message", U32),
        ("icon", HANDLE),
        ("tip", U16 * 128),
        ("state", U32),
        ("state_mask", U32),
        ("info", U16 * 256),
        ("version", U32),
        ("info_title", U16 * 64),
        ("info_flags", U32),
        ("guid", ctypes.c_uint8 * 16),
        ("balloon_icon", HANDLE),
    )


def units(text: str, length: int) -> Any:
    """For a field of so many units; the text must leave room for the zero at its end."""
    data = text.encode("utf-16-le", "surrogatepass").ljust(2 * length, b"\0")
    return (U16 * length).from_buffer_copy(data)


def text_of(field: Any) -> str:
    return bytes(field).decode("utf-16-le", "replace").partition("\0")[0]


POINTER = ctypes.POINTER
PROTOTYPES: dict[str, dict[str, tuple[Any, tuple[Any, ...]]]] = {
    "user32": {
        "RegisterClassW": (U16, (POINTER(WindowClass),)),
        "CreateWindowExW": (HANDLE, (U32, TEXT, TEXT, U32, *[I32] * 4, *[HANDLE] * 4)),
        "DefWindowProcW": (MORE, (HANDLE, U32, CODE, MORE)),
        "DestroyWindow": (I32, (HANDLE,)),
        "GetMessageW": (I32, (POINTER(Message), HANDLE, U32, U32)),
        "DispatchMessageW": (MORE, (POINTER(Message),)),
        "PostMessageW": (I32, (HANDLE, U32, CODE, MORE)),
        "PostQuitMessage": (None, (I32,)),
        "RegisterWindowMessageW": (U32, (TEXT,)),
        "SetForegroundWindow": (I32, (HANDLE,)),
        "CreatePopupMenu": (HANDLE, ()),
        "AppendMenuW": (I32, (HANDLE, U32, CODE, TEXT)),
        "TrackPopupMenu": (I32, (HANDLE, U32, I32, I32, I32, HANDLE, HANDLE)),
        "DestroyMenu": (I32, (HANDLE,)),
        "CreateIconFromResourceEx": (HANDLE, (ctypes.c_char_p, U32, I32, U32, I32, I32, U32)),
        "DestroyIcon": (I32, (HANDLE,)),
        "GetSystemMetrics": (I32, (I32,)),
        "MessageBoxW": (I32, (HANDLE, TEXT, TEXT, U32)),
    },
    "shell32": {"Shell_NotifyIconW": (I32, (U32, POINTER(IconData)))},
    "kernel32": {"GetModuleHandleW": (HANDLE, (TEXT,))},
}


class System(msgspec.Struct, frozen=True):
    """The three libraries, and what makes a function of ours one that Windows can call."""

    user32: Any
    shell32: Any
    kernel32: Any
    callback: Callable[[Callable[..., int]], Any]


def load_system() -> System:
    """On Windows alone. The libraries are opened for us alone, so that nobody else's prototypes change."""
    libraries: dict[str, Any] = {}
    for name, functions in PROTOTYPES.items():
        libraries[name] = ctypes.WinDLL(name)  # type: ignore[attr-defined]
        for function, (result, arguments) in functions.items():
            called = getattr(libraries[name], function)
            called.restype, called.argtypes = result, arguments
    return System(callback=ctypes.WINFUNCTYPE(*PROCEDURE), **libraries)  # type: ignore[attr-defined]

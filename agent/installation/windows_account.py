"""Asks Windows whose this process is: the SID of its token, and the name, domain and user@domain that belong to it."""

import ctypes
from typing import Any

import msgspec

from agent.settings import SettingsError
from domain.identity.workstation_accounts import WorkstationAccount

U32, HANDLE, TEXT = ctypes.c_uint32, ctypes.c_void_p, ctypes.c_wchar_p
TOKEN_QUERY, TOKEN_USER, USER_PRINCIPAL = 8, 1, 8
NAME_MAX, TOKEN_USER_MAX = 512, 256
"""Characters of a name; bytes of a TOKEN_USER, of which a SID takes 68 at most."""

POINTER = ctypes.POINTER
PROTOTYPES: dict[str, dict[str, tuple[Any, tuple[Any, ...]]]] = {
    "kernel32": {
        "GetCurrentProcess": (HANDLE, ()),
        "CloseHandle": (ctypes.c_int32, (HANDLE,)),
        "LocalFree": (HANDLE, (HANDLE,)),
    },
    "advapi32": {
        "OpenProcessToken": (ctypes.c_int32, (HANDLE, U32, POINTER(HANDLE))),
        "GetTokenInformation": (ctypes.c_int32, (HANDLE, U32, HANDLE, U32, POINTER(U32))),
        "ConvertSidToStringSidW": (ctypes.c_int32, (HANDLE, POINTER(HANDLE))),
        "LookupAccountSidW": (
            ctypes.c_int32,
            (TEXT, HANDLE, HANDLE, POINTER(U32), HANDLE, POINTER(U32), POINTER(U32)),
        ),
    },
    "secur32": {"GetUserNameExW": (ctypes.c_uint8, (U32, HANDLE, POINTER(U32)))},
}


class Libraries(msgspec.Struct, frozen=True):
    """The three that are asked."""

    kernel32: Any
    advapi32: Any
    secur32: Any


def load_libraries() -> Libraries:
    """On Windows alone."""
    loaded: dict[str, Any] = {}
    for name, functions in PROTOTYPES.items():
        loaded[name] = ctypes.WinDLL(name)  # type: ignore[attr-defined]
        for function, (result, arguments) in functions.items():
            called = getattr(loaded[name], function)
            called.restype, called.argtypes = result, arguments
    return Libraries(**loaded)


def read_windows_account(libraries: Libraries) -> WorkstationAccount:
    """Raises SettingsError when Windows does not answer."""
    token = HANDLE()
    process = libraries.kernel32.GetCurrentProcess()
    _check(libraries.advapi32.OpenProcessToken(process, TOKEN_QUERY, ctypes.byref(token)))
    try:
        user = ctypes.create_string_buffer(TOKEN_USER_MAX)
        length = U32()
        asked = (token, TOKEN_USER, user, TOKEN_USER_MAX, ctypes.byref(length))
        _check(libraries.advapi32.GetTokenInformation(*asked))
        sid = HANDLE.from_buffer(user)  # TOKEN_USER begins with the address of the SID, which lies behind it
        login, domain = _names(libraries, sid)
        return WorkstationAccount(login, domain, _sid_text(libraries, sid), _principal(libraries))
    finally:
        libraries.kernel32.CloseHandle(token)


def _names(libraries: Libraries, sid: Any) -> tuple[str, str]:
    name, domain = ctypes.create_unicode_buffer(NAME_MAX), ctypes.create_unicode_buffer(NAME_MAX)
    name_length, domain_length, kind = U32(NAME_MAX), U32(NAME_MAX), U32()
    _check(
        libraries.advapi32.LookupAccountSidW(
            None,
            sid,
            name,
            ctypes.byref(name_length),
            domain,
            ctypes.byref(domain_length),
            ctypes.byref(kind),
        )
    )
    return name.value, domain.value


def _sid_text(libraries: Libraries, sid: Any) -> str:
    text = HANDLE()
    _check(libraries.advapi32.ConvertSidToStringSidW(sid, ctypes.byref(text)))
    try:
        return ctypes.wstring_at(text.value or 0)
    finally:
        libraries.kernel32.LocalFree(text)


def _principal(libraries: Libraries) -> str:
    """Accounts that are in no directory have none."""
    name, length = ctypes.create_unicode_buffer(NAME_MAX), U32(NAME_MAX)
    return name.value if libraries.secur32.GetUserNameExW(USER_PRINCIPAL, name, ctypes.byref(length)) else ""


def _check(is_done: int) -> None:
    if not is_done:
        raise SettingsError("Windows does not tell whose session this is: sign in again, then repeat.")

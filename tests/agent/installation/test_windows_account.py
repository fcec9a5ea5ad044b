"""What is asked of Windows about the session's account, against a Windows that answers as its documentation says."""

import ctypes
from typing import Any

import pytest

from agent.installation.windows_account import HANDLE, Libraries, read_windows_account
from agent.settings import SettingsError
from domain.identity.workstation_accounts import WorkstationAccount

SID = "S-1-5-21-1004336348-1177238915-682003330-1001"


class _Windows:
    """The three libraries at once. `refuses` is the function that fails."""

    def __init__(self, *, principal: str = "jane@corp.example", refuses: str = "") -> None:
        self.principal, self.refuses = principal, refuses
        self.open_handles: set[int] = set()
        self._sid, self._text = ctypes.create_string_buffer(b"sid"), ctypes.create_unicode_buffer(SID)

    def GetCurrentProcess(self) -> int:  # noqa: N802
        return -1

    def OpenProcessToken(self, process: int, access: int, token: Any) -> int:  # noqa: N802
        assert (process, access) == (-1, 8)
        token._obj.value = 77
        self.open_handles.add(77)
        return int(self.refuses != "OpenProcessToken")

    def GetTokenInformation(self, token: Any, kind: int, buffer: Any, size: int, length: Any) -> int:  # noqa: N802
        assert (token.value, kind) == (77, 1)
        HANDLE.from_buffer(buffer).value = ctypes.addressof(self._sid)
        return int(self.refuses != "GetTokenInformation")

    def LookupAccountSidW(self, system: None, sid: Any, *texts: Any) -> int:  # noqa: N802
        name, name_length, domain, domain_length, _ = texts
        assert sid.value == ctypes.addressof(self._sid)
        assert name_length._obj.value == domain_length._obj.value == 512
        name.value, domain.value = "Jane", "CORP"
        return int(self.refuses != "LookupAccountSidW")

    def ConvertSidToStringSidW(self, sid: Any, text: Any) -> int:  # noqa: N802
        assert sid.value == ctypes.addressof(self._sid)
        text._obj.value = ctypes.addressof(self._text)
        self.open_handles.add(ctypes.addressof(self._text))
        return 1

    def LocalFree(self, text: Any) -> None:  # noqa: N802
        self.open_handles.remove(text.value)

    def CloseHandle(self, token: Any) -> int:  # noqa: N802
        self.open_handles.remove(token.value)
        return 1

    def GetUserNameExW(self, form: int, name: Any, length: Any) -> int:  # noqa: N802
        assert (form, length._obj.value) == (8, 512)
        name.value = self.principal
        return int(bool(self.principal))


@pytest.mark.parametrize("principal", ["jane@corp.example", ""])
def test_the_account_is_that_of_the_process_token(principal: str) -> None:
    windows = _Windows(principal=principal)
    account = read_windows_account(Libraries(windows, windows, windows))
    assert account == WorkstationAccount("Jane", "CORP", SID, principal)
    assert not windows.open_handles


@pytest.mark.parametrize("name", ["OpenProcessToken", "GetTokenInformation", "LookupAccountSidW"])
def test_a_windows_that_does_not_answer_is_told(name: str) -> None:
    windows = _Windows(refuses=name)
    with pytest.raises(SettingsError, match="sign in again"):
        read_windows_account(Libraries(windows, windows, windows))

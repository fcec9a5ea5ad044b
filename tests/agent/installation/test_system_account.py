"""The account is the operating system's: what the environment says of it counts for nothing."""

import os
import pwd
import subprocess
import sys

import pytest

from agent.installation.system_account import check_account, read_account
from agent.settings import Enrolled, SettingsError
from domain.identity.workstation_accounts import WorkstationAccount

READ = "from agent.installation.system_account import read_account; a = read_account(); print(a.login, a.identifier)"


def test_the_environment_is_not_asked() -> None:
    names = dict.fromkeys(("USER", "LOGNAME", "USERNAME", "LNAME", "USERDOMAIN"), "boss")
    environment = {**os.environ, **names}
    told = subprocess.run([sys.executable, "-c", READ], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.split() == [pwd.getpwuid(os.getuid()).pw_name, str(os.getuid())]


def test_an_account_that_the_system_does_not_know_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getuid", lambda: 2**31 - 17)
    with pytest.raises(SettingsError, match="sign in with an account of your own"):
        read_account()


@pytest.mark.parametrize(
    ("enrolled_by", "is_let"),
    [
        (None, True),
        (WorkstationAccount("jane", "CORP", "S-1-5-7"), True),
        (WorkstationAccount("jane", "CORP", "S-1-5-8"), False),
        (WorkstationAccount("john", "CORP", "S-1-5-7"), False),
    ],
)
def test_a_folder_serves_the_account_that_enrolled(enrolled_by: WorkstationAccount | None, is_let: bool) -> None:
    enrolled = Enrolled("https://s", 1, "token", 1, "jane", "pc", "", enrolled_by)
    found = WorkstationAccount("jane", "CORP", "S-1-5-7")
    if is_let:
        check_account(enrolled, found)
    else:
        with pytest.raises(SettingsError, match="enrol one of your own"):
            check_account(enrolled, found)

"""Reads a registration key where nobody else can see it: on standard input, or in a file of the person alone."""

import os
import stat
import sys
from typing import TextIO

from agent.settings import SettingsError

KEY_MAX = 1_024


def read_registration_key(file: str, *, stdin: TextIO, platform: str = sys.platform) -> str:
    """`file` "" or "-" is standard input; a terminal is asked without showing what is typed. Raises SettingsError."""
    if file not in {"", "-"}:
        text = _read_file(file, platform)
    elif stdin.isatty():
        import getpass  # noqa: PLC0415 - at a terminal alone

        text = getpass.getpass("Registration key: ")
    else:
        text = stdin.read(KEY_MAX + 1)
    key = text.strip()
    if not key or len(key) > KEY_MAX or not key.isascii() or not key.isprintable():
        raise SettingsError("This is no registration key: copy what the agent installer gave you, and nothing else.")
    return key


def _read_file(name: str, platform: str) -> str:
    try:
        with open(name, "rb") as file:  # noqa: PTH123 - the rights are those of what is open
            _check_rights(name, os.fstat(file.fileno()), platform)
            return file.read(KEY_MAX + 1).decode("ascii", "replace")
    except OSError as error:
        raise SettingsError(f"The file {name} cannot be read ({error.strerror}): name the one with the key.") from error


def _check_rights(name: str, found: os.stat_result, platform: str) -> None:
    if platform == "win32":  # folders of a person's profile are theirs alone
        return
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise SettingsError(
            f"Others can read {name}, or it is not yours: make it your own with chmod 600 {name}, then repeat."
        )

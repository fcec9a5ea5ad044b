"""A registration key is read where nobody else sees it, and a file that others can read is refused."""

import io
from pathlib import Path

import pytest

from agent.installation.registration_key import read_registration_key
from agent.settings import SettingsError, write_private


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_key_comes_from_standard_input_or_a_file_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "key"
    write_private(file, b"tm_key_filed\n")
    assert read_registration_key("-", stdin=io.StringIO("tm_key_piped\r\n")) == "tm_key_piped"
    assert read_registration_key("", stdin=io.StringIO("tm_key_piped")) == "tm_key_piped"
    assert read_registration_key(str(file), stdin=io.StringIO()) == "tm_key_filed"


def test_at_a_terminal_it_is_asked_without_showing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt: f"tm_key_{prompt.split()[0].lower()}")
    assert read_registration_key("", stdin=_Terminal("seen")) == "tm_key_registration"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o610])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "key"
    write_private(file, b"tm_key_K")
    file.chmod(mode)
    with pytest.raises(SettingsError, match="chmod 600"):
        read_registration_key(str(file), stdin=io.StringIO())


@pytest.mark.parametrize("typed", ["", "\n", "two keys\x00", "x" * 2_000, "schlüssel"])
def test_what_is_no_key_is_refused(typed: str) -> None:
    with pytest.raises(SettingsError, match="copy what the agent installer gave you"):
        read_registration_key("", stdin=io.StringIO(typed))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="missing cannot be read"):
        read_registration_key(str(tmp_path / "missing"), stdin=io.StringIO())
    with pytest.raises(SettingsError):
        read_registration_key(str(tmp_path), stdin=io.StringIO())

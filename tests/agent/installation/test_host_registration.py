"""Browsers are told of the messaging host, on Windows through the registry, and nothing stays when it is taken away."""

import json
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from agent.browser.host_manifest import HOST_NAME
from agent.browser.messages import ORIGIN
from agent.installation.host_registration import register_hosts, registry_values, unregister_hosts, windows_program
from agent.settings import StateFolder


class _Registry:
    """As much of winreg as is used."""

    HKEY_CURRENT_USER, KEY_WRITE, REG_SZ = "HKCU", 0x20006, 1

    def __init__(self) -> None:
        self.values: dict[str, dict[str, str]] = {"Software\\Google\\Chrome\\NativeMessagingHosts\\com.other": {}}

    def CreateKeyEx(self, root: str, key: str, reserved: int, access: int) -> AbstractContextManager[str]:  # noqa: N802
        assert (root, reserved, access) == ("HKCU", 0, self.KEY_WRITE)
        self.values.setdefault(key, {})
        return nullcontext(key)

    def SetValueEx(self, key: str, name: str, reserved: int, kind: int, value: str) -> None:  # noqa: N802
        assert (reserved, kind) == (0, self.REG_SZ)
        self.values[key][name] = value

    def DeleteKey(self, root: str, key: str) -> None:  # noqa: N802
        if key not in self.values:
            raise FileNotFoundError(key)
        del self.values[key]


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    found = StateFolder(tmp_path / "Jürgen 100%")
    found.prepare()
    return found


def test_the_three_browsers_are_told_where_the_manifest_is() -> None:
    assert registry_values("C:\\x.json") == {
        f"Software\\Google\\Chrome\\NativeMessagingHosts\\{HOST_NAME}": "C:\\x.json",
        f"Software\\Chromium\\NativeMessagingHosts\\{HOST_NAME}": "C:\\x.json",
        f"Software\\Microsoft\\Edge\\NativeMessagingHosts\\{HOST_NAME}": "C:\\x.json",
    }


def test_windows_registers_and_forgets_and_touches_nobody_elses_keys(state: StateFolder) -> None:
    registry = _Registry()
    before = dict(registry.values)
    assert register_hosts(state, {}, platform="win32", load=lambda: registry) == 3
    for key in registry_values(""):
        manifest = json.loads(Path(registry.values[key][""]).read_text(encoding="utf-8"))
        assert (manifest["name"], manifest["allowed_origins"]) == (HOST_NAME, [f"{ORIGIN}/"])
        assert Path(manifest["path"]).suffix == ".bat"
        assert Path(manifest["path"]).is_file()
    assert unregister_hosts(state, {}, platform="win32", load=lambda: registry) == 3
    assert unregister_hosts(state, {}, platform="win32", load=lambda: registry) == 0
    assert registry.values == before
    assert not list(state.path.iterdir())


def test_the_program_survives_odd_folders() -> None:
    text = windows_program(token_file="C:\\100% Jürgen\\control.json", root="C:\\a b", python="C:\\p\\python.exe")
    assert text.splitlines() == [
        "@echo off",
        "chcp 65001 >nul",
        'set "TASK_MINING_AGENT_SOCKET=C:\\100%% Jürgen\\control.json"',
        'set "PYTHONPATH=C:\\a b"',
        '"C:\\p\\python.exe" -m agent.browser.windows_host',
    ]
    assert text.count("\r\n") == 5


def test_elsewhere_manifests_are_written_and_removed(state: StateFolder, tmp_path: Path) -> None:
    environment = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    for browser in ("chromium", "google-chrome"):
        (tmp_path / "config" / browser).mkdir(parents=True)
    foreign = tmp_path / "config" / "chromium" / "NativeMessagingHosts" / "com.other.json"
    assert register_hosts(state, environment, platform="linux") == 2
    foreign.write_text("{}", encoding="utf-8")
    assert unregister_hosts(state, environment, platform="linux") == 2
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [foreign]

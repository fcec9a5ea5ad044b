"""Makes the messaging host known to this person's browsers, and unknown again; on Windows through the registry."""

import importlib
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from agent.browser.host_manifest import HOST_NAME, host_folders, install_hosts
from agent.browser.messages import ORIGIN
from agent.settings import StateFolder

BROWSERS = ("Google\\Chrome", "Chromium", "Microsoft\\Edge")
ROOT = Path(__file__).parents[2]


def load_registry() -> Any:
    """On Windows alone."""
    return importlib.import_module("winreg")


def registry_values(manifest: str) -> dict[str, str]:
    """The default value of each key below HKEY_CURRENT_USER: where a browser finds the manifest."""
    return {f"Software\\{browser}\\NativeMessagingHosts\\{HOST_NAME}": manifest for browser in BROWSERS}


def windows_manifest(program: str) -> str:
    about = {"name": HOST_NAME, "description": "Task Mining agent", "path": program, "type": "stdio"}
    return json.dumps({**about, "allowed_origins": [f"{ORIGIN}/"]})


def windows_program(*, token_file: str, root: str, python: str) -> str:
    """A batch file, since Windows starts no other script; in UTF-8, whatever names the folders have."""

    def plain(path: str) -> str:
        return path.replace("%", "%%")

    lines = (
        "@echo off",
        "chcp 65001 >nul",
        f'set "TASK_MINING_AGENT_SOCKET={plain(token_file)}"',
        f'set "PYTHONPATH={plain(root)}"',
        f'"{plain(python)}" -m agent.browser.windows_host',
    )
    return "".join(f"{line}\r\n" for line in lines)


def _windows_files(state: StateFolder) -> tuple[Path, Path]:
    return state.path / f"{HOST_NAME}.json", state.path / "browser-host.bat"


def register_hosts(
    state: StateFolder,
    environment: Mapping[str, str],
    *,
    platform: str = sys.platform,
    load: Callable[[], Any] = load_registry,
) -> int:
    """How many browsers can start the host from now on."""
    if platform != "win32":
        return install_hosts(state, environment)
    manifest, program = _windows_files(state)
    text = windows_program(token_file=str(state.control_token), root=str(ROOT), python=sys.executable)
    program.write_bytes(text.encode())
    manifest.write_text(windows_manifest(str(program)), encoding="utf-8")
    registry = load()
    values = registry_values(str(manifest))
    for key, value in values.items():
        with registry.CreateKeyEx(registry.HKEY_CURRENT_USER, key, 0, registry.KEY_WRITE) as opened:
            registry.SetValueEx(opened, "", 0, registry.REG_SZ, value)
    return len(values)


def unregister_hosts(
    state: StateFolder,
    environment: Mapping[str, str],
    *,
    platform: str = sys.platform,
    load: Callable[[], Any] = load_registry,
) -> int:
    """How many browsers knew of it. Nothing of ours stays in their folders or in the registry."""
    if platform != "win32":
        manifests = [folder / f"{HOST_NAME}.json" for folder in host_folders(environment)]
        found = [manifest for manifest in manifests if manifest.is_file()]
        for file in (*found, state.path / "browser-host"):
            file.unlink(missing_ok=True)
        return len(found)
    registry, known = load(), 0
    for key in registry_values(""):
        try:
            registry.DeleteKey(registry.HKEY_CURRENT_USER, key)
            known += 1
        except FileNotFoundError:
            continue
    for file in _windows_files(state):
        file.unlink(missing_ok=True)
    return known

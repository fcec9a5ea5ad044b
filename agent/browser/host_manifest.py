"""Makes the messaging host known to the person's browsers: a manifest in each one's folder, and what it starts.

Add a browser of the Chromium family by its folder in `host_folders`.
Windows' registry is `installation.host_registration`.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from shlex import quote

from agent.browser.messages import ORIGIN
from agent.settings import StateFolder

HOST_NAME = "org.task_mining.agent"


def host_folders(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Where browsers of the Chromium family look, for this person alone."""
    if sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
        names = ("Chromium", "Google/Chrome", "Microsoft Edge", "BraveSoftware/Brave-Browser", "Vivaldi")
    else:
        base = Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config")
        names = ("chromium", "google-chrome", "microsoft-edge", "BraveSoftware/Brave-Browser", "vivaldi")
    return tuple(base / name / "NativeMessagingHosts" for name in names)


def write_host(state: StateFolder, folder: Path) -> Path:
    """The manifest in one browser's folder, and the program in the state folder that it names."""
    program = state.path / "browser-host"
    root = Path(__file__).parents[2]
    script = (
        "#!/bin/sh\n"
        f"export TASK_MINING_AGENT_SOCKET={quote(str(state.socket))} PYTHONPATH={quote(str(root))}\n"
        f"exec {quote(sys.executable)} -m agent.browser.native_host\n"
    )
    program.write_text(script, encoding="utf-8")
    program.chmod(0o700)
    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / f"{HOST_NAME}.json"
    manifest.write_text(
        json.dumps(
            {
                "name": HOST_NAME,
                "description": "Task Mining agent",
                "path": str(program),
                "type": "stdio",
                "allowed_origins": [f"{ORIGIN}/"],
            }
        ),
        encoding="utf-8",
    )
    return manifest


def install_hosts(state: StateFolder, environment: Mapping[str, str]) -> int:
    """How many browsers can start the host now: those whose folder exists."""
    if os.name == "nt":
        return 0
    found = [folder for folder in host_folders(environment) if folder.parent.is_dir()]
    for folder in found:
        write_host(state, folder)
    return len(found)

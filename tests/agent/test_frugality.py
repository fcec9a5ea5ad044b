"""What an agent needs not is not loaded: megabytes on every workstation, and the time of its start."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEVER = {
    "asyncio",
    "dataclasses",
    "email",
    "http.client",
    "inspect",
    "logging.handlers",
    "multiprocessing",
    "psutil",
    "pynput",
    "ssl",
    "typing_extensions",
    "xml",
    "zoneinfo",
    "_hashlib",
}
LOADED = "import sys; print(*(name for name, module in sys.modules.items() if module is not None), file=sys.stderr)"


def _loaded(code: str, folder: Path) -> set[str]:
    environment = {"PYTHONPATH": str(ROOT), "TASK_MINING_AGENT_HOME": str(folder), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", f"{code}\n{LOADED}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.skipif(sys.platform != "linux", reason="what the others load is loaded there")
def test_a_running_agent_loads_neither_tls_nor_time_zones_nor_pynput_before_it_needs_them(tmp_path: Path) -> None:
    running = (
        "from agent.frugality import spare_modules\nspare_modules()\n"
        "import agent.command, agent.service, agent.capture.x11.backend, agent.capture.x11.idle, "
        "agent.capture.x11.inputs, agent.capture.x11.windows"
    )
    loaded = _loaded(running, tmp_path)
    assert "agent.runner" in loaded
    assert loaded & NEVER == set()


def test_the_command_loads_nothing_of_what_runs(tmp_path: Path) -> None:
    loaded = _loaded("from agent.command import main\nmain(['status'])", tmp_path)
    assert {"agent.runner", "sqlite3", "re2"} & loaded == set()
    assert loaded & NEVER == set()

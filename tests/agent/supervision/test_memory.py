"""What an agent needs not is not loaded: megabytes on every workstation, and the time of its start."""

import subprocess
import sys
import weakref
from pathlib import Path

import pytest

from agent.supervision.memory import give_back

ROOT = Path(__file__).parents[3]
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
        "from agent.supervision.memory import spare_modules\nspare_modules()\n"
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


def test_what_has_become_garbage_is_given_back_though_it_was_there_at_the_report_before() -> None:
    class Knot:
        def __init__(self) -> None:
            self.itself = self

    knot = Knot()
    is_there = weakref.ref(knot)
    give_back()
    del knot
    give_back()
    assert is_there() is None


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system takes code back by itself")
def test_code_that_ran_is_given_back_and_is_there_when_it_runs_again() -> None:
    program = (
        "import re2, sqlite3, ssl\n"
        "from agent.supervision.memory import give_back\n"
        "from agent.supervision.process_facts import own_memory_bytes\n"
        "work = lambda: (sqlite3.connect(':memory:').execute('select 1').fetchone(), re2.search('b', 'abc').span(),"
        " ssl.create_default_context() and 1)\n"
        "first, before = work(), own_memory_bytes()\n"
        "give_back()\n"
        "after = own_memory_bytes()\n"
        "assert before - after > 1_000_000, (before, after)\n"
        "assert work() == first\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=60)

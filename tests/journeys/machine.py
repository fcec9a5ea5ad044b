"""Runs everything as real processes, by the command `task-mining`, with a state folder and ports of its own."""

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil

from pipelines.project_files import ROOT
from pipelines.resources.compiled_models import compiled_models
from standalone.ports import free_port, is_port_open
from standalone.processes.supervision import MARK, Supervision
from standalone.settings import Settings, settings_from_environment
from tests.pipelines.builders import DBT_TARGET

PORTS = ("API", "DAGSTER", "SUPERSET", "POSTGRES")


class Machine:
    """The command, what it told, and the processes it leaves."""

    def __init__(self, home: Path) -> None:
        self.environment = {"TASK_MINING_HOME": str(home)}
        self.environment |= {f"TASK_MINING_{name}_PORT": str(free_port()) for name in PORTS}
        self.demo_told = ""

    @property
    def settings(self) -> Settings:
        return settings_from_environment(os.environ | self.environment)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).with_name("task-mining")), *arguments]
        environment = os.environ | self.environment
        return subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, env=environment)

    def demonstrate(self) -> None:
        """The demonstration with a person per team and two days; what it told stays in `demo_told`.

        It starts with what dbt compiled for all tests of this checkout.
        """
        compiled_models(DBT_TARGET, target="streaming")
        shutil.copytree(DBT_TARGET, self.settings.home / "dbt")
        demo = self.run("demo", "--people-per-team", "1", "--working-days", "2")
        assert demo.returncode == 0, demo.stdout + demo.stderr
        self.demo_told = demo.stdout

    def processes(self) -> dict[str, int]:
        return {name: state.process_id for name, state in Supervision(self.settings).states().items()}

    def leftovers(self) -> list[psutil.Process]:
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def told(self) -> list[tuple[list[str], dict[str, str]]]:
        """What each process was told, by its arguments and its environment; of those that have not ended meanwhile."""
        found = []
        for process in self.leftovers():
            with suppress(psutil.NoSuchProcess):
                found.append((process.cmdline(), process.environ()))
        return found

    def open_ports(self) -> list[str]:
        return [name for name in PORTS if is_port_open(int(self.environment[f"TASK_MINING_{name}_PORT"]))]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get(MARK) == self.environment["TASK_MINING_HOME"]
        except psutil.Error:
            return False

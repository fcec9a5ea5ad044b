"""The examples do what they say, against a whole machine."""

import subprocess
import sys

import psycopg
import pytest

from pipelines.project_files import ROOT
from tests.journeys.machine import Machine

pytestmark = [pytest.mark.journey, pytest.mark.timeout(900)]


TIME_BY_CATEGORY = """
    select category, sum(seconds) from marts.overall_activity_applications where project_name = %s group by 1
"""


def test_the_ten_steps_lead_from_configuration_to_a_shared_result(machine: Machine) -> None:
    script, settings = ROOT / "examples" / "ten_steps.py", machine.settings
    command = [sys.executable, str(script), settings.api_url, settings.passwords.admin]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    steps = [line for line in done.stdout.splitlines() if line[:1].isdigit()]
    assert [int(line.partition(".")[0]) for line in steps] == list(range(1, 11))
    assert "9 raw events sent, 9 accepted" in done.stdout
    assert done.stdout.count("task_instances 1,") == 2
    name = done.stdout.rpartition("shared: ")[2].strip()
    with psycopg.connect(settings.database_url) as connection:
        mined = connection.execute(TIME_BY_CATEGORY, [name]).fetchall()
    assert ("Order handling", 7 * 60.0) in mined


def test_an_example_is_short() -> None:
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in ROOT.glob("examples/*.py")}
    assert lengths
    assert not [name for name, length in lengths.items() if length >= 150]

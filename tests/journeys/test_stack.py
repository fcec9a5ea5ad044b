"""Everything on one machine, as a person would run it: demo, status, a second up, import again, export, down.

The figures that the demonstration compares are the product's own; here it matters that the command brings them about.
"""

from pathlib import Path

import httpx
import pytest

from pipelines.mining.lake.files import Lake, sole_writer
from standalone.governance.api import Api
from tests.journeys.in_dagster import InDagster
from tests.journeys.machine import Machine

pytestmark = [pytest.mark.journey, pytest.mark.timeout(900)]


def test_the_demo_tells_what_it_found_and_where_to_look(machine: Machine) -> None:
    assert "NOT EXPLAINED" not in machine.demo_told
    for words in ("figures compared with the truth", "Where the time went", machine.settings.superset_url, "stella"):
        assert words in machine.demo_told


def test_every_process_is_well(machine: Machine) -> None:
    status = machine.run("status")
    assert status.returncode == 0, status.stdout


def test_no_process_knows_who_sets_the_databases_up(machine: Machine) -> None:
    password = machine.settings.postgres.password
    running = machine.told()
    assert len(running) >= len(machine.processes()) - 1
    for arguments, environment in running:
        assert not [name for name, value in environment.items() if password in value], arguments
        assert not [part for part in arguments if password in part]


def test_a_second_up_changes_nothing(machine: Machine) -> None:
    before = machine.processes()
    assert machine.run("up").returncode == 0
    assert machine.processes() == before


def test_whoever_mines_in_dagster_is_asked_who_they_are_and_their_job_ends_with_its_run(machine: Machine) -> None:
    settings = machine.settings
    anonymous = httpx.post(f"{settings.dagster_url}/graphql", json={"query": "{ version }"})
    assert anonymous.status_code == httpx.codes.UNAUTHORIZED
    with InDagster(settings) as analyst:
        project_id, partition = analyst.partition_of("Service operations")
        with sole_writer(Lake(settings.lake)):  # the run waits for it, however fast it is
            run_id = analyst.launch(partition)
            job = analyst.mining_job(project_id, run_id, "running")
            assert analyst.terminate(run_id) == "TerminateRunSuccess"
            ended = analyst.mining_job(project_id, run_id, "failed", "done")
        assert (ended["mining_job_id"], ended["state"]) == (job["mining_job_id"], "failed")
    with Api(settings.api_url).sign_in("admin", settings.passwords.admin) as admin:
        entries = [each for each in admin.list("/audit-entries", key="audit_entry_id") if each["noun_id"] == run_id]
    assert [each["tag"] for each in entries] == ["run:launched", "run:terminated"]
    assert {each["account_id"] for each in entries} == {job["requested_by"]}


def test_an_export_holds_the_published_tables(machine: Machine, tmp_path: Path) -> None:
    exported = machine.run("export", "Service operations", "--format", "parquet", "--into", str(tmp_path))
    assert exported.returncode == 0, exported.stderr
    assert (tmp_path / "service_operations" / "overall_activity_days.parquet").exists()


@pytest.mark.recordings
def test_importing_a_recording_twice_stores_nothing_twice(machine: Machine) -> None:
    recording = machine.settings.recordings / "StudentRecord.csv"
    if not recording.exists():
        pytest.skip(f"NO REAL RECORDINGS: {recording} is not there; set TASK_MINING_RECORDINGS to their folder")
    again = machine.run("import", "--format", "action-logger", str(recording), "--workstation-user", "vleno")
    assert again.returncode == 0, again.stderr
    assert "= 0 accepted + 2,411 duplicate" in again.stdout


def test_an_import_without_agreement_is_refused_with_the_remedy(machine: Machine, tmp_path: Path) -> None:
    recording = tmp_path / "recording.csv"
    recording.write_text(
        "timeStamp,userID,targetApp,eventType,url,content\n2011-01-01T00:00:00.000Z,x,Chrome,copy,https://a.example,x\n"
    )
    refused = machine.run("import", "--format", "action-logger", str(recording), "--workstation-user", "vleno")
    assert refused.returncode == 1
    assert "file a data request for vleno over 2011-01-01 to 2011-01-01" in " ".join(refused.stderr.split())


def test_down_leaves_nothing_behind(machine: Machine) -> None:
    assert machine.run("down").returncode == 0
    assert not machine.leftovers()
    assert not machine.open_ports()
    assert machine.run("status").returncode == 1

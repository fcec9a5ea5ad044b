"""The command says one sentence and ends; it imports little, and nothing of the server."""

import subprocess
import sys
from pathlib import Path

import pytest

from agent.command import NOT_SET_UP, main
from agent.settings import Enrolled, StateFolder, load_enrolment, save_enrolment, state_folder
from agent.spool.repair import open_spool
from tests.agent.builders import agent_session, raw_event
from tests.fakes.agent_service import AgentService

SERVER_LIBRARIES = {"fastapi", "sqlalchemy", "pandas", "pyarrow", "dagster", "duckdb", "numpy", "pydantic", "typer"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StateFolder:
    monkeypatch.setenv("TASK_MINING_AGENT_HOME", str(tmp_path / "state"))
    return StateFolder(tmp_path / "state")


def test_without_enrolment_it_says_how(folder: StateFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run"]) == NOT_SET_UP
    assert "task-mining-agent enrol" in capsys.readouterr().err


def test_status_of_an_agent_that_does_not_run(folder: StateFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == 1
    assert "task-mining-agent run" in capsys.readouterr().err


def test_enrolment_is_kept_for_its_owner_alone(folder: StateFolder) -> None:
    with AgentService() as service:
        words = ["enrol", "--server", service.url, "--registration-key", "KEY", "--login", "jane", "--host", "pc-1"]
        assert main(words) == 0
    assert load_enrolment(folder).agent_token == "token"
    assert folder.enrolment.stat().st_mode & 0o777 == 0o600
    assert folder.path.stat().st_mode & 0o777 == 0o700


def test_enrolling_over_plain_http_elsewhere_is_refused(
    folder: StateFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["enrol", "--server", "http://service.example", "--registration-key", "KEY"]) == NOT_SET_UP
    assert "https" in capsys.readouterr().err


@pytest.mark.parametrize(("login", "waiting"), [("jane", 3), ("john", 0)])
def test_enrolling_again_keeps_what_waits_for_the_same_person_only(
    folder: StateFolder, login: str, waiting: int
) -> None:
    folder.prepare()
    save_enrolment(folder, Enrolled("http://127.0.0.1:1", 1, "old", 1, "jane", "pc-1"))
    store = open_spool(folder.spool)
    store.append(store.begin_session(agent_session()), [raw_event(number) for number in range(3)])
    store.close()
    with AgentService() as service:
        main(["enrol", "--server", service.url, "--registration-key", "K", "--login", login, "--host", "pc-1"])
    store = open_spool(folder.spool)
    assert store.waiting_count == waiting
    store.close()


def test_captured_tells_in_words_what_waits(folder: StateFolder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.prepare()
    store = open_spool(folder.spool)
    store.append(store.begin_session(agent_session()), [raw_event(0)])
    store.close()
    assert main(["captured"]) == 0
    assert "waiting  clicked  [editor · letter.txt]" in capsys.readouterr().out


def test_a_folder_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TASK_MINING_AGENT_HOME", str(tmp_path / "file" / "state"))
    assert main(["run"]) == NOT_SET_UP
    assert "set TASK_MINING_AGENT_HOME" in capsys.readouterr().err


def test_the_agent_imports_nothing_of_the_server() -> None:
    program = (
        "import sys, agent.command, agent.service, agent.service_link.enrolment, agent.control.captured;"
        "import agent.control.wording, agent.installation.autostart;"
        f"print(sorted({SERVER_LIBRARIES!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_state_folder_is_each_persons_own() -> None:
    assert state_folder({"XDG_STATE_HOME": "/home/jane/.local/state"}).path == Path(
        "/home/jane/.local/state/task-mining-agent"
    )

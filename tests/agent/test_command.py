"""The command says one sentence and ends; it imports little, and nothing of the server."""

import io
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from agent.command import NOT_SET_UP, main
from agent.consent.book import ConsentAnswer, ConsentBook
from agent.installation.system_account import read_account
from agent.policy.held_policy import HeldPolicy, recall_policy, remember_policy
from agent.settings import Enrolled, StateFolder, load_enrolment, save_enrolment, state_folder
from agent.spool.repair import open_spool
from domain.identity.workstation_accounts import WorkstationAccount
from domain.policies import AgentPolicy
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
    assert "not recording: This agent is not enrolled: run `task-mining-agent enrol" in capsys.readouterr().out
    folder.prepare()
    save_enrolment(folder, Enrolled("http://127.0.0.1:1", 1, "token", 1, "jane", "pc-1"))
    assert main(["status"]) == 1
    assert "not recording: the agent does not run: it was not started yet: start it" in capsys.readouterr().out
    folder.last_end.write_text("{")
    assert main(["status"]) == 1
    assert "it ended without a word" in capsys.readouterr().out
    assert main(["private", "on"]) == 1
    assert "start it with `task-mining-agent run`" in capsys.readouterr().err


def enrol(
    monkeypatch: pytest.MonkeyPatch, server: str, *words: str, key: str = "tm_key_K\n", host: str = "pc-1"
) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(key))
    return main(["enrol", "--server", server, "--host", host, *words])


def test_enrolment_is_kept_for_its_owner_alone(folder: StateFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "somebody-else")
    monkeypatch.setenv("LOGNAME", "somebody-else")
    with AgentService() as service:
        assert enrol(monkeypatch, service.url) == 0
    (asked,) = service.enrolments
    assert asked["registration_key"] == "tm_key_K"
    assert asked["account"] == msgspec.to_builtins(read_account())
    enrolled = load_enrolment(folder)
    assert (enrolled.agent_token, enrolled.login, enrolled.account) == ("token", "jane", read_account())
    assert folder.enrolment.stat().st_mode & 0o777 == 0o600
    assert folder.path.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("words", [["--registration-key", "K"], ["--registration-key=K"], ["--login", "jane"]])
def test_a_key_or_a_login_on_the_command_line_is_refused(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    with AgentService() as service, pytest.raises(SystemExit):
        enrol(monkeypatch, service.url, *words)
    assert service.enrolments == []
    told = capsys.readouterr().err
    assert ("have it revoked" if "key" in words[0] else "read from the operating system") in told


def test_a_further_agent_says_where_it_is_confirmed(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with AgentService() as service:
        service.stage = "requested"
        assert enrol(monkeypatch, service.url) == 0
    told = capsys.readouterr().out
    assert "Nothing is recorded here before you type `task-mining-agent workstation confirm 1`" in told


def test_enrolling_again_is_confirmed_by_the_agent_that_was_there(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with AgentService() as service:
        assert enrol(monkeypatch, service.url) == 0
        service.stage = "requested"
        assert enrol(monkeypatch, service.url) == 0
    assert ("POST", "/agent/enrolments/1/confirm") in service.calls
    assert "before you consent" in capsys.readouterr().out


def test_an_agent_of_another_account_does_not_run(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.prepare()
    account = WorkstationAccount("somebody", identifier="4711")
    save_enrolment(folder, Enrolled("http://127.0.0.1:1", 1, "token", 1, "jane", "pc-1", "", account))
    assert main(["run"]) == NOT_SET_UP
    assert "enrolled by the account somebody" in capsys.readouterr().err
    assert main(["status"]) == 1
    assert "not recording: This agent was enrolled by the account somebody" in capsys.readouterr().out


def test_enrolling_over_plain_http_elsewhere_is_refused(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enrol(monkeypatch, "http://service.example") == NOT_SET_UP
    assert "https" in capsys.readouterr().err


@pytest.mark.parametrize(("login", "waiting"), [("jane", 3), ("john", 0)])
def test_enrolling_again_keeps_what_waits_for_the_same_person_only(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch, login: str, waiting: int
) -> None:
    folder.prepare()
    save_enrolment(folder, Enrolled("http://127.0.0.1:1", 1, "old", 1, "jane", "pc-1"))
    store = open_spool(folder.spool)
    store.append(store.begin_session(agent_session()), [raw_event(number) for number in range(3)])
    store.close()
    with AgentService() as service:
        service.login = login
        assert enrol(monkeypatch, service.url) == 0
    store = open_spool(folder.spool)
    assert store.waiting_count == waiting
    store.close()


def test_a_new_agent_begins_without_the_policy_and_the_yes_of_the_former(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.prepare()
    store = open_spool(folder.spool)
    remember_policy(store, HeldPolicy(AgentPolicy("1", 1, "jane"), '"1"', 1))
    book = ConsentBook(folder.consents)
    book.answer((7,), is_accepted=True)
    book.answer((8,), is_accepted=False)
    store.put_fact("consent_asked:7", "yes")
    store.close()
    with AgentService() as service:
        assert enrol(monkeypatch, service.url) == 0
    store = open_spool(folder.spool)
    assert recall_policy(store, login="jane", on_unreadable=print) is None
    assert book.answers() == {8: ConsentAnswer(is_accepted=False)}
    assert store.find_fact("consent_asked:7") is None
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

"""Over TLS the agent speaks to its service alone: who cannot show that it is one gets nothing, and nothing is lost."""

import logging
import ssl
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from agent.command import main
from agent.control.requests import answer_requests
from agent.control.status import StatusReport
from agent.control.wording import tell_status
from agent.sending.sender import Sender, SenderState
from agent.service_link.client import ServiceClient, ServiceError, parse_address
from agent.service_link.trust import tls_context
from agent.settings import HOME_VARIABLE, StateFolder, load_enrolment, write_private
from agent.spool.store import SpoolStore
from tests.agent.builders import agent_session, raw_event
from tests.agent.running import running_agent
from tests.fakes.agent_process import open_policy
from tests.fakes.agent_service import AgentService
from tests.fakes.certificates import Authority
from tests.fakes.desktop import wait_for

YESTERDAY = datetime.fromtimestamp(datetime.now(UTC).timestamp() - 86_400, UTC)
REFUSED: dict[str, tuple[Callable[[Authority, Path], Path], str]] = {
    "an unknown authority": (
        lambda ours, folder: Authority(folder, name="stranger").issue(),
        "was issued by nobody trusted here: enrol with --ca-file",
    ),
    "another name": (
        lambda ours, folder: ours.issue("other.example"),
        "is made out to another name: enrol with the name",
    ),
    "an expired certificate": (
        lambda ours, folder: ours.issue(ends_at=YESTERDAY),
        "has expired: have the service's administrator renew it",
    ),
}


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture(autouse=True)
def _trusted_anew() -> Iterator[None]:
    tls_context.cache_clear()
    yield
    tls_context.cache_clear()


@pytest.mark.parametrize("case", REFUSED)
def test_who_cannot_show_that_it_is_the_service_gets_nothing_and_nothing_is_lost(
    case: str, authority: Authority, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make, sentence = REFUSED[case]
    store = SpoolStore(tmp_path / "spool.sqlite")
    store.append(store.begin_session(agent_session()), [raw_event(number) for number in range(30)])
    with AgentService(certificate=make(authority, tmp_path)) as service:
        address = parse_address(service.url)
        client = ServiceClient(address, token="secret", timeout_seconds=5, ca_file=str(authority.file))
        sender = Sender(store, client, uniform=lambda low, high: low)
        with caplog.at_level(logging.WARNING):
            for _ in range(3):
                sender.step()
        assert sender.state is SenderState.WAITING_TO_RETRY
        assert sender.last_error.startswith("The certificate of 127.0.0.1 ")
        assert sentence in sender.last_error
        assert [record.getMessage() for record in caplog.records] == [f"Not sent: {sender.last_error}"]
        assert service.calls == []
        assert store.waiting_count == 30
        service.present(authority.issue())
        sender.step()
        client.close()
    assert store.waiting_count == 0
    assert set(service.delivered.values()) == {1}


@pytest.mark.parametrize("case", REFUSED)
def test_status_says_it_in_one_sentence(case: str, authority: Authority, tmp_path: Path) -> None:
    make, sentence = REFUSED[case]
    with (
        AgentService(policy=open_policy(), certificate=make(authority, tmp_path)) as service,
        running_agent(tmp_path, service, ca_file=str(authority.file)) as run,
    ):
        ask = answer_requests(run.agent)
        wait_for(lambda: run.agent.exchange.last_error, what="the refusal")
        report = ask({"ask": "status"})["ok"]
    (line,) = [line for line in tell_status(_report(report)) if "certificate" in line]
    assert sentence in line
    assert service.calls == []


def _report(value: object) -> StatusReport:
    return msgspec.convert(value, StatusReport)


def test_an_authority_of_ones_own_replaces_those_of_the_machine(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = Authority(tmp_path, name="stranger")
    monkeypatch.setenv("SSL_CERT_FILE", str(stranger.file))
    with AgentService(certificate=stranger.issue()) as service:
        assert "No policy yet" in _refusal(service, ca_file="")
        assert "nobody trusted here" in _refusal(service, ca_file=str(authority.file))


def test_where_the_bundle_lies_among_hashed_names_only_the_authority_that_is_needed_is_read(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "certs"
    folder.mkdir()
    bundle = folder / "bundle.crt"
    bundle.write_bytes(authority.file.read_bytes())
    (folder / _hashed_name(authority.file)).symlink_to(authority.file)
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    monkeypatch.setenv("SSL_CERT_DIR", str(folder))
    assert tls_context("").cert_store_stats()["x509_ca"] == 0
    with AgentService(certificate=authority.issue()) as service:
        assert "No policy yet" in _refusal(service, ca_file="")
    assert tls_context("").cert_store_stats()["x509_ca"] == 1


def test_verification_cannot_be_weak(authority: Authority) -> None:
    for context in (tls_context(str(authority.file)), tls_context("")):
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
        assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_an_authority_that_cannot_be_read_is_told(content: bytes | None, authority: Authority, tmp_path: Path) -> None:
    file = tmp_path / "gone.pem"
    if content is not None:
        file.write_bytes(content)
    with AgentService(certificate=authority.issue()) as service:
        assert f"The authority's certificate {file} cannot be read" in _refusal(service, ca_file=str(file))


def test_a_certificate_authority_is_named_when_enrolling_and_remembered(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    key = tmp_path / "key"
    write_private(key, b"K")
    words = ["enrol", "--registration-key-file", str(key), "--host", "pc-1", "--server"]
    with AgentService(certificate=authority.issue()) as service:
        assert main([*words, service.url]) != 0
        assert "enrol with --ca-file" in capsys.readouterr().err
        assert main([*words, service.url, "--ca-file", authority.file.name]) == 0
    assert load_enrolment(StateFolder(tmp_path / "state")).ca_file == str(authority.file)


def _refusal(service: AgentService, *, ca_file: str) -> str:
    client = ServiceClient(parse_address(service.url), timeout_seconds=5, ca_file=ca_file)
    with pytest.raises(ServiceError) as raised:
        client.find_policy(etag="")
    client.close()
    return str(raised.value)


def _hashed_name(file: Path) -> str:
    """As `openssl rehash` names it."""
    command = ["openssl", "x509", "-noout", "-subject_hash", "-in", str(file)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return f"{done.stdout.strip()}.0"

"""What the extension says is read strictly, whoever says it and by whichever way."""

import hashlib
import hmac
import http.client
import io
import json
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from agent.browser.loopback import BODY_MAX_BYTES, Loopback
from agent.browser.messages import EXTENSION_ID, ORIGIN, observation_of, read_messages
from agent.browser.native_host import pass_on, read_message, write_message
from agent.browser.pairing import BrowserPort
from agent.command import main
from agent.control.local_socket import ControlServer
from agent.control.requests import answer_requests
from agent.settings import StateFolder
from tests.agent.builders import NOW, SECOND
from tests.agent.running import running_agent
from tests.fakes.agent_service import AgentService

CLICK = {
    "kind": "clicked",
    "at_ms": NOW / 1000,
    "url": "https://shop.example/order?token=1",
    "role": "button",
    "name": "Save",
}


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        "clicked",
        [{"kind": "typed", "at_ms": 1}],
        [{**CLICK, "value": "hunter2"}],
        [{**CLICK, "title": "x" * 5000}],
        [{**CLICK, "value_length": -1}],
        [CLICK] * 201,
    ],
)
def test_what_is_no_message_is_refused(value: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        read_messages(value)


def test_a_message_is_stamped_back_by_its_delay_and_loses_its_query() -> None:
    (message,) = read_messages([CLICK])
    seen = observation_of(message, now_us=NOW, wall_us=NOW + SECOND // 10)
    assert seen.at_us == NOW - SECOND // 10
    assert seen.url == "https://shop.example/order"
    assert observation_of(message, now_us=NOW, wall_us=NOW - SECOND).at_us == NOW
    assert observation_of(message, now_us=NOW, wall_us=NOW + 3600 * SECOND).at_us == NOW - 5 * SECOND


def test_the_extensions_id_is_that_of_its_key() -> None:
    manifest = json.loads(Path("agent/browser_extension/manifest.json").read_text(encoding="utf-8"))
    digest = hashlib.sha256(b64decode(manifest["key"])).hexdigest()[:32]
    assert "".join(chr(ord("a") + int(character, 16)) for character in digest) == EXTENSION_ID
    assert manifest["incognito"] == "not_allowed"


def test_native_messages_are_framed_and_bounded() -> None:
    stream = io.BytesIO()
    write_message(stream, CLICK)
    stream.seek(0)
    assert read_message(stream) == CLICK
    assert read_message(stream) is None
    with pytest.raises(ValueError, match="larger than any"):
        read_message(io.BytesIO(b"\xff\xff\xff\x7f{}"))


def test_without_a_running_agent_the_host_says_so(tmp_path: Path) -> None:
    assert pass_on(str(tmp_path / "no.sock"), CLICK) == {"error": "not running"}


def test_the_command_shows_the_code_and_takes_it_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with AgentService() as service, running_agent(tmp_path, service) as run:
        monkeypatch.setenv("TASK_MINING_AGENT_HOME", str(run.folder.path))
        server = ControlServer(run.folder, answer_requests(run.agent))
        server.start()
        try:
            assert main(["browser", "pair"]) == 0
            assert capsys.readouterr().out.splitlines()[-1] == run.agent.browser_port.open().code
            assert main(["browser", "unpair"]) == 0
            assert "worth nothing" in capsys.readouterr().out
        finally:
            server.stop()
        assert run.agent.browser_port.loopback is None


class _Caller:
    """A program that calls the loopback port, with what it knows."""

    def __init__(self, server: Loopback) -> None:
        self.server = server
        port = server.server_address[1]
        self.headers = {
            "Host": f"127.0.0.1:{port}",
            "Origin": ORIGIN,
            "Authorization": f"Bearer {server.token}",
        }

    def post(self, body: bytes = b"[]", *, path: str = "/browser-events", **headers: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_address[1], timeout=5)
        connection.request("POST", path, body=body, headers={**self.headers, **headers})
        status = connection.getresponse().status
        connection.close()
        return status


@pytest.fixture
def caller() -> Iterator[_Caller]:
    taken: list[object] = []

    def take(value: object) -> bool:
        taken.append(value)
        return isinstance(value, list)

    server = Loopback(take, token="t" * 43)
    yield _Caller(server)
    server.stop()


def test_loopback_listens_to_the_paired_extension(caller: _Caller) -> None:
    assert caller.post(json.dumps([CLICK]).encode()) == 204
    assert caller.server.server_address[0] == "127.0.0.1"


def test_loopback_proves_that_it_knows_the_token_to_the_extension_alone(caller: _Caller) -> None:
    challenge = b"7f2d0e9c-0000-4000-8000-000000000000"
    assert caller.post(challenge, path="/hello", Authorization="") == 200
    assert caller.post(challenge, path="/hello", Origin="https://evil.example") == 403
    assert caller.post(b"short", path="/hello") == 413
    assert caller.server.proof(challenge) == hmac.new(b"t" * 43, challenge, "sha256").hexdigest().encode()


def test_a_pairing_lasts_over_restarts_until_it_is_forgotten(tmp_path: Path) -> None:
    def taken(value: object) -> bool:
        return True

    state, first = StateFolder(tmp_path), BrowserPort(StateFolder(tmp_path), taken)
    first.open_if_paired()
    assert first.loopback is None, "closed unless asked for"
    code = first.open().code
    assert (state.browser_pairing.stat().st_mode & 0o777, first.open().code) == (0o600, code)
    first.close()
    again = BrowserPort(state, taken)
    again.open_if_paired()
    assert again.loopback is not None
    assert again.open().code == code
    usurper = BrowserPort(state, taken)  # somebody else has the port: another port, and a token nobody has heard of
    other = usurper.open().code
    assert set(other.split("-", 1)).isdisjoint(code.split("-", 1))
    usurper.close()
    again.forget()
    assert not state.browser_pairing.exists()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": ""}, 403),
        ({"Authorization": "Bearer guess"}, 401),
        ({"Authorization": ""}, 401),
        ({"Content-Length": str(BODY_MAX_BYTES + 1)}, 413),
    ],
)
def test_loopback_listens_to_nobody_else(caller: _Caller, headers: dict[str, str], status: int) -> None:
    assert caller.post(b"[]", path="/browser-events", **headers) == status


def test_loopback_refuses_what_is_no_message_and_too_many_calls(caller: _Caller) -> None:
    assert caller.post(b"not json") == 400
    assert caller.post(b"{}") == 422
    assert caller.post(path="/") == 404
    assert 429 in {caller.post() for _ in range(120)}

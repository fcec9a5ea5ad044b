"""What the browser says reaches the agent as Windows has it: a port of loopback, opened by a token alone."""

import io
import json
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from agent.browser.native_host import write_message
from agent.browser.windows_host import browser_among, pass_on, serve, started_by
from agent.control.local_socket import ControlServer
from agent.settings import StateFolder


@pytest.fixture
def heard() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, heard: list[dict[str, Any]]) -> Iterator[StateFolder]:
    """With a port and a token, as on Windows."""
    monkeypatch.setattr("agent.control.local_socket.sys", SimpleNamespace(platform="win32"))
    found = StateFolder(tmp_path)

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        heard.append(request)
        return {"error": "odd"} if request.get("messages") == ["odd"] else {"ok": 1}

    server = ControlServer(found, answer)
    server.start()
    yield found
    server.stop()


def _said(*messages: object) -> io.BytesIO:
    stream = io.BytesIO()
    for message in messages:
        write_message(stream, message)
    stream.seek(0)
    return stream


def test_messages_are_passed_on_until_the_browser_ends_it(state: StateFolder, heard: list[dict[str, Any]]) -> None:
    said, page = io.BytesIO(), {"number": 7, "profile": "v1", "kind": "window_focused"}
    assert serve(state.control_token, browser="chrome.exe", heard=_said(page), said=said) == 0
    assert heard == [
        {"ask": "browser", "messages": [page], "browser": "chrome.exe"},
        {"ask": "browser gone", "profile": "v1"},
    ]
    (length,) = struct.unpack("=I", said.getvalue()[:4])
    assert json.loads(said.getvalue()[4 : 4 + length]) == {"number": 7}


def test_what_the_agent_refuses_is_told(state: StateFolder) -> None:
    assert pass_on(state.control_token, "odd", browser="") == {"error": "refused", "number": 0}


def test_a_wrong_token_opens_nothing(state: StateFolder, heard: list[dict[str, Any]]) -> None:
    known = json.loads(state.control_token.read_bytes())
    state.control_token.write_text(json.dumps({**known, "token": "guessed"}), encoding="utf-8")
    assert "ok" not in (pass_on(state.control_token, {"number": 1}, browser=""))
    assert heard == []


@pytest.mark.parametrize("token_file", ["", "{}", "[]", '{"port": 1, "token": "x"}', '{"port": "x", "token": 1}'])
def test_without_an_agent_it_says_so(tmp_path: Path, token_file: str) -> None:
    (tmp_path / "control.json").write_text(token_file, encoding="utf-8")
    assert pass_on(tmp_path / "control.json", {"number": 1}, browser="") == {"error": "not running"}


def test_what_is_no_message_ends_it(tmp_path: Path) -> None:
    stream = io.BytesIO(struct.pack("=I", 3) + b"{{{")
    assert serve(tmp_path / "nowhere", browser="", heard=stream, said=io.BytesIO()) == 1


def test_the_browser_is_found_behind_what_windows_puts_between() -> None:
    assert browser_among(["python.exe", "CMD.EXE", "msedge.exe", "explorer.exe"]) == "msedge.exe"
    assert browser_among(["python3.11.exe", "pyw.exe", "conhost.exe", "brave.exe"]) == "brave.exe"
    assert browser_among(["cmd.exe"]) == browser_among([]) == ""
    assert list(started_by())


def test_without_psutil_nobody_knows_the_browser_and_messages_are_passed_on_all_the_same(
    state: StateFolder, heard: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psutil", None)
    assert list(started_by()) == []
    assert pass_on(state.control_token, {"number": 1}, browser=browser_among(started_by())) == {"number": 1}
    assert heard[0]["browser"] == ""


def test_as_a_program_it_speaks_over_its_standard_streams(state: StateFolder) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "agent.browser.windows_host"],
        input=_said({"number": 3}).getvalue(),
        env={"TASK_MINING_AGENT_SOCKET": str(state.control_token), "PYTHONPATH": str(Path(__file__).parents[3])},
        check=True,
        capture_output=True,
        timeout=60,
    )
    assert json.loads(done.stdout[4:]) == {"number": 3}

"""A real sound server tells who records a microphone and who plays; whatever is no answer is a plain OSError."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.capture.linux.calls import Calls
from agent.capture.linux.pulse_values import Reader, SoundServerError, blob, number, properties, text
from agent.capture.linux.sound_server import SoundServer, sound_address
from tests.agent.sounding import SPEAKER, find_streams, no_sound, pipewire, play, pulseaudio, record, turn
from tests.fakes.desktop import process, wait_for

needs_sound = pytest.mark.skipif(bool(no_sound()), reason=no_sound())


@pytest.fixture(params=[pulseaudio, pipewire])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Of a session with a sound server."""
    named = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    with request.param(tmp_path, named):
        yield named


@pytest.fixture
def calls(environment: dict[str, str], tmp_path: Path) -> Iterator[Calls]:
    with closing(Calls(environment=environment, cards=tmp_path)) as calls:
        yield calls


@pytest.mark.desktop
@needs_sound
def test_a_program_that_records_the_microphone_is_a_call(environment: dict[str, str], calls: Calls) -> None:
    assert not calls.is_in_call()
    with process(*record(), environment=environment):
        wait_for(calls.is_in_call, what="the call")
    wait_for(lambda: not calls.is_in_call(), what="the end of the call")


@pytest.mark.desktop
@needs_sound
def test_recording_what_the_loudspeaker_plays_is_none(environment: dict[str, str], calls: Calls) -> None:
    with process(*record(f"{SPEAKER}.monitor"), environment=environment) as recorder:
        wait_for(lambda: f'id = "{recorder.pid}"' in find_streams(environment, "source-outputs"), what="it")
        assert not calls.is_in_call()


@pytest.mark.desktop
@needs_sound
def test_a_program_and_whatever_started_it_are_heard_until_they_are_muted(
    environment: dict[str, str], calls: Calls
) -> None:
    with process(*play(), environment=environment) as player:
        wait_for(lambda: calls.is_audible(player.pid), what="the sound")
        assert calls.is_audible(os.getpid())
        assert not calls.is_audible(None)
        assert not calls.is_in_call()
        with process("cat", environment=environment) as silent:
            assert not calls.is_audible(silent.pid)
        turn(environment, "mute", 1)
        wait_for(lambda: not calls.is_audible(player.pid), what="silence")
        turn(environment, "mute", 0)
        wait_for(lambda: calls.is_audible(player.pid), what="the sound again")
        turn(environment, "volume", 0)
        wait_for(lambda: not calls.is_audible(player.pid), what="silence again")


@pytest.mark.desktop
@needs_sound
def test_a_sound_server_that_is_started_again_is_found_again(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    seconds = iter(range(0, 10_000, 31))
    calls = Calls(environment=environment, cards=tmp_path, read_seconds=lambda: float(next(seconds)))
    for _ in range(2):
        with pulseaudio(tmp_path, environment), process(*record(), environment=environment):
            wait_for(calls.is_in_call, what="the call")
        assert not calls.is_in_call()


@pytest.mark.parametrize(
    "answer", [b"", b"\xff" * 64, b"\0" * 64, bytes(20), b"HTTP/1.1 400 Bad Request\r\n\r\n", None]
)
def test_what_is_no_sound_server_is_none(tmp_path: Path, answer: bytes | None) -> None:
    """One that says nothing at all is not waited for."""
    address = str(tmp_path / "native")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        done = threading.Event()

        def serve() -> None:
            peer, _ = listener.accept()
            with peer:
                if answer is None:
                    done.wait(10)
                else:
                    peer.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            with pytest.raises(OSError):  # noqa: PT011 - any of them means the same
                SoundServer(address)
        finally:
            done.set()
            thread.join()


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({"XDG_RUNTIME_DIR": "/run/user/7"}, "/run/user/7/pulse/native"),
        ({"XDG_RUNTIME_DIR": "/run/user/7", "PULSE_RUNTIME_PATH": "/tmp/p"}, "/tmp/p/native"),
        ({"PULSE_SERVER": "unix:/tmp/s"}, "/tmp/s"),
        ({"PULSE_SERVER": "/tmp/s"}, "/tmp/s"),
        ({"PULSE_SERVER": "{0123abcd}unix:/tmp/s tcp:elsewhere"}, "/tmp/s"),
        ({"PULSE_SERVER": "tcp:elsewhere:4713"}, ""),
        ({}, "/nowhere/pulse/native"),
    ],
)
def test_where_the_sound_server_is(environment: dict[str, str], address: str) -> None:
    assert sound_address(environment) == address


def test_without_an_address_there_is_no_sound_server() -> None:
    with pytest.raises(OSError):  # noqa: PT011 - whatever the system calls it
        SoundServer("")


def test_values_are_read_as_they_are_written() -> None:
    written = number(7) + text("é") + text(None) + blob(b"\0x") + properties({"a": "b", "c": ""}) + b"1" + b"0"
    reader = Reader(written)
    assert reader.take(7) == (7, "é", None, b"\0x", {"a": "b", "c": ""}, True, False)
    assert not reader.has_more


@given(st.binary(max_size=60))
def test_what_is_no_value_is_an_error_and_nothing_worse(data: bytes) -> None:
    reader = Reader(data)
    with suppress(SoundServerError):
        while reader.has_more:
            reader.next()

"""Devices in use: what the kernel tells where no sound server does, and a camera by the program that holds it open."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from agent.capture.linux.calls import Calls
from agent.capture.linux.cameras import LOOK_SECONDS, Cameras

HOLD_OPEN = "import sys; held = open(sys.argv[1]); print('open', flush=True); sys.stdin.read()"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """With one camera of the usual driver, and one sound card whose microphone rests."""
    for folder in ("dev", "drivers/uvcvideo", "sys/class/video4linux/video0/device", "sys/module/uvcvideo"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "dev/video0").write_text("")
    (tmp_path / "sys/class/video4linux/video0/device/driver").symlink_to(tmp_path / "drivers/uvcvideo")
    (tmp_path / "sys/module/uvcvideo/refcnt").write_text("0\n")
    status = tmp_path / "asound/card0/pcm0c/sub0/status"
    status.parent.mkdir(parents=True)
    status.write_text("closed\n")
    return tmp_path


class _Watch:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def _cameras(machine: Path, watch: _Watch) -> Cameras:
    return Cameras(watch, devices=machine / "dev", kernel=machine / "sys")


def test_without_a_sound_server_a_card_that_records_is_a_call(machine: Path) -> None:
    watch = _Watch()
    cards, environment = machine / "asound", {"XDG_RUNTIME_DIR": str(machine)}
    calls = Calls(environment=environment, cards=cards, cameras=_cameras(machine, watch), read_seconds=watch)
    with closing(calls):
        assert not calls.is_in_call()
        (cards / "card0/pcm0c/sub0/status").write_text("state: RUNNING\nowner_pid   : 1\n")
        assert calls.is_in_call()
        assert not calls.is_audible(os.getpid())


def test_a_machine_without_sound_and_cameras_has_no_calls(tmp_path: Path) -> None:
    watch = _Watch()
    assert not Cameras(watch, devices=tmp_path / "dev", kernel=tmp_path / "sys").is_open()


def test_a_camera_is_in_use_while_a_program_holds_it_open(machine: Path) -> None:
    watch = _Watch()
    cameras = _cameras(machine, watch)
    command = [sys.executable, "-c", HOLD_OPEN, str(machine / "dev/video0")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "open\n"
        assert not cameras.is_open()  # its driver says that nobody does
        (machine / "sys/module/uvcvideo/refcnt").write_text("1\n")
        assert cameras.is_open()
        program.communicate("")
    watch.seconds = LOOK_SECONDS - 1
    assert cameras.is_open()  # files are not gone through at every look
    watch.seconds = LOOK_SECONDS
    assert not cameras.is_open()


def test_a_driver_that_counts_nobody_is_not_taken_at_its_word(machine: Path) -> None:
    (machine / "sys/class/video4linux/video0/device/driver").unlink()
    (machine / "sys/class/video4linux/video0/device/driver").symlink_to(machine / "dev")
    with (machine / "dev/video0").open():
        assert _cameras(machine, _Watch()).is_open()


def test_two_cameras_are_told_apart_from_other_devices(machine: Path) -> None:
    (machine / "dev/vhost-net").write_text("")
    (machine / "sys/module/uvcvideo/refcnt").write_text("1\n")
    with (machine / "dev/vhost-net").open():
        assert not _cameras(machine, _Watch()).is_open()

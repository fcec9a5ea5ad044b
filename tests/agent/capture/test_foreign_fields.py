"""Terminals and remote screens are known by name, on every system; keys typed there are told and never counted."""

from pathlib import Path

import pytest

from agent.capture.foreign_fields import hides_fields
from agent.capture.observations import KeyCounted
from agent.policy.drafts import ObservedContext
from tests.agent.builders import Desk


@pytest.mark.parametrize(
    "name",
    [
        *("xterm", "UXTerm", "gnome-terminal-server", "konsole", "xfce4-terminal", "lxterminal", "kgx", "ptyxis-agent"),
        *("org.gnome.Console", "io.elementary.terminal", "x-terminal-emulator", "alacritty", "kitty", "wezterm-gui"),
        *("WindowsTerminal.exe", "cmd.exe", "powershell.exe", "conhost.exe", "putty.exe", "mintty.exe", "urxvt"),
        *("Terminal", "com.apple.Terminal", "iTerm2", "mstsc.exe", "xfreerdp", "wfica32.exe", "VirtualBoxVM"),
        *("remmina", "vncviewer", "qemu-system-x86_64", "teamviewer", "virt-viewer", "msrdcw.exe", "vmconnect.exe"),
        *("vncviewer64.exe", "mRemoteNG.exe", "Parallels Desktop", "com.parallels.desktop.console", "VMware Fusion"),
        *("com.vmware.fusion", "Citrix Viewer", "com.citrix.receiver.icaviewer.mac", "Screen Sharing"),
        "com.apple.ScreenSharing",
    ],
)
def test_a_terminal_or_remote_screen_is_known(name: str) -> None:
    assert hides_fields(ObservedContext(name))
    assert hides_fields(ObservedContext("python3.11", window_class=name))


@pytest.mark.parametrize(
    "name", ["", "soffice.bin", "excel.exe", "thunderbird", "gimp", "code", "stellarium", "saplogon"]
)
def test_any_other_program_is_not(name: str) -> None:
    assert not hides_fields(ObservedContext(name, "xterm", window_class=name))


def test_keys_in_a_terminal_are_told_as_typed_and_not_counted(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.window(0, "xterm", "sudo -i")
    desk.see(*(KeyCounted(desk.at(1 + number / 10)) for number in range(12)))
    desk.window(5, "editor", "letter")
    desk.see(KeyCounted(desk.at(6)))
    typed = [(event.application, event.key_count) for event in desk.events if event.kind.value == "typed"]
    assert typed == [("xterm", 0), ("editor", 1)]

"""Real windows on a real X server, driven by xdotool: everything that happens is seen, once, in the right window."""

import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from agent.capture.observations import (
    CaptureEnded,
    ChordSeen,
    ClickedBeside,
    ClickSeen,
    ClipboardChanged,
    KeyCounted,
    LockSeen,
    Observation,
    ScrollSeen,
    WindowSeen,
)
from agent.clocks import SessionClock, SystemClock
from domain.event_kinds import EventKind
from tests.agent.capture.x11.eye import Eye
from tests.fakes.desktop import Desktop, desktop, missing, process, wait_for

pytestmark = [
    pytest.mark.x11,
    pytest.mark.skipif(bool(missing()), reason=missing()),
]


def test_clicks_keys_and_windows_are_all_seen_in_order(screen: Desktop, eye: Eye) -> None:
    alpha, beta = screen.terminal("alpha"), screen.terminal("beta")
    wait_for(lambda: "beta" in eye.titles(), what="the second window")
    eye.seen.clear()
    for _ in range(3):
        screen.activate(alpha)
        screen.click(alpha)
        screen.write("hello")
        screen.activate(beta)
        screen.click(beta)
    wait_for(lambda: len(eye.of(ClickSeen)) == 6 and len(eye.of(KeyCounted)) == 15, what="6 clicks and 15 keys")
    assert eye.titles() == ["alpha", "beta"] * 3
    order = [type(each).__name__ for each in eye.seen if not isinstance(each, WindowSeen)]
    assert order == (["ClickSeen"] + ["KeyCounted"] * 5 + ["ClickSeen"]) * 3
    seen = eye.of(WindowSeen)[0]
    assert (seen.context.application, seen.context.window_class) == ("xterm", "XTerm")


def test_what_is_heard_late_is_stamped_with_when_it_was_done(
    screen: Desktop, eye: Eye, monkeypatch: pytest.MonkeyPatch
) -> None:
    alpha = screen.terminal("alpha")
    screen.activate(alpha)
    wait_for(lambda: eye.titles()[-1:] == ["alpha"], what="the window")
    screen.run("xdotool", "mousemove", "--window", alpha, "20", "20")
    monkeypatch.setattr("agent.capture.x11.server_time.HEARD_LATE_MAX_MS", 120_000)
    now_us, may_go_on = SessionClock(SystemClock().now).now_us, threading.Event()
    monkeypatch.setattr(eye.backend._inputs, "_find_element", lambda x, y: may_go_on.wait(60) and None)
    began_us = now_us()
    screen.run("xdotool", "click", "1", "click", "1", "key", "a", "click", "5", "getmouselocation")
    done_us = now_us()
    may_go_on.set()
    wait_for(lambda: eye.of(ScrollSeen), what="two clicks, a key and the wheel")
    done: list[Observation] = [*eye.of(ClickSeen), *eye.of(KeyCounted), *eye.of(ScrollSeen)]
    assert len(done) == 4
    assert [began_us - 10_000 <= each.at_us <= done_us for each in done] == [True] * 4


def test_a_click_beside_the_window_in_front_has_no_element_of_it_and_one_on_its_frame_is_its_own(
    screen: Desktop, eye: Eye, monkeypatch: pytest.MonkeyPatch
) -> None:
    alpha, beta = screen.terminal("alpha"), screen.terminal("beta")
    screen.run("xdotool", "windowmove", "--sync", alpha, "20", "30", "windowmove", "--sync", beta, "600", "300")
    screen.activate(beta)
    wait_for(lambda: eye.titles()[-1:] == ["beta"], what="the window")
    monkeypatch.setattr(
        eye.backend._inputs, "_find_front", lambda: int(beta)
    )  # also when it hears of the next one late
    looked: list[tuple[int, int]] = []
    monkeypatch.setattr(eye.backend._inputs, "_find_element", lambda x, y: looked.append((x, y)))
    screen.click(beta)
    screen.click(beta, at=(60, -6))  # what the window manager has drawn around it
    screen.run("xdotool", "mousemove", "1200", "780", "click", "1")  # the ground
    screen.run("xdotool", "mousemove", "--window", alpha, "20", "20", "click", "5", "click", "1")
    wait_for(lambda: eye.titles()[-1:] == ["alpha"], what="the window that was clicked")
    wait_for(lambda: eye.of(ClickedBeside), what="the click beside")
    assert [each.window for each in eye.of(ClickedBeside)] == [int(alpha)]
    assert [each.window for each in eye.of(WindowSeen)][-1] == int(alpha)
    assert not eye.of(ScrollSeen)
    assert len(looked) == len(eye.of(ClickSeen)) == 2


def test_copy_cut_paste_scroll_and_titles(screen: Desktop, eye: Eye) -> None:
    alpha = screen.terminal("alpha")
    screen.activate(alpha)
    screen.key("ctrl+c", "ctrl+x", "ctrl+v", "shift+Insert")
    wait_for(lambda: len(eye.of(ChordSeen)) == 4, what="four chords")
    kinds = [each.kind for each in eye.of(ChordSeen)]
    assert kinds == [EventKind.COPIED, EventKind.CUT, EventKind.PASTED, EventKind.PASTED]
    screen.run("xdotool", "click", "5")
    wait_for(lambda: eye.of(ScrollSeen), what="the wheel")
    assert not eye.of(ClickSeen)
    screen.run("xdotool", "set_window", "--name", "alpha renamed", alpha)
    wait_for(lambda: eye.titles()[-1:] == ["alpha renamed"], what="the new title")


def test_a_copy_by_menu_is_noticed_by_the_clipboards_owner(screen: Desktop, eye: Eye) -> None:
    assert eye.backend.capabilities()["clipboard"] is True
    copier = (
        "import sys; from Xlib import display, X; d = display.Display(); "
        "w = d.screen().root.create_window(0, 0, 1, 1, 0, 0); "
        "w.set_selection_owner(d.intern_atom('CLIPBOARD'), X.CurrentTime); d.sync(); sys.stdin.read()"
    )
    with process(sys.executable, "-c", copier, environment=screen.environment):
        wait_for(lambda: eye.of(ClipboardChanged), what="the notice")


def test_a_copy_of_a_busy_program_is_stamped_with_the_key_that_asked_for_it(
    screen: Desktop, eye: Eye, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the notice of it would be news, and the copy told twice."""
    monkeypatch.setattr("agent.capture.x11.server_time.HEARD_LATE_MAX_MS", 120_000)
    copier = (
        "import sys, time; from Xlib import display, X; d = display.Display(); "
        "w = d.screen().root.create_window(0, 0, 1, 1, 0, 0, event_mask=X.PropertyChangeMask); "
        "w.change_property(d.intern_atom('WM_NAME'), d.intern_atom('STRING'), 8, b''); asked = d.next_event().time; "
        "time.sleep(1.5); w.set_selection_owner(d.intern_atom('CLIPBOARD'), asked); d.sync(); sys.stdin.read()"
    )
    with process(sys.executable, "-c", copier, environment=screen.environment):
        wait_for(lambda: eye.of(ClipboardChanged), what="the notice")
        late_us = SessionClock(SystemClock().now).now_us() - eye.of(ClipboardChanged)[0].at_us
    assert late_us >= 1_400_000


def test_a_window_that_shouts_its_title_is_heard_now_and_then_and_its_last_word_is_heard(
    screen: Desktop, eye: Eye
) -> None:
    shout = "i=0; while [ $i -lt 1500 ]; do i=$((i+1)); printf '\\033]0;shout %d\\007' $i; done; exec cat >/dev/null"
    screen.open("xterm", "-e", "sh", "-c", shout, title="shout [0-9]+")
    wait_for(lambda: eye.titles()[-1:] == ["shout 1500"], what="the last title")
    assert len(eye.titles()) < 100


def test_a_title_of_a_megabyte_is_read_no_further_than_it_must(screen: Desktop, eye: Eye) -> None:
    alpha = screen.terminal("alpha")
    screen.activate(alpha)
    giant = (
        "import sys; from Xlib import display, X; d = display.Display(); "
        "w = d.create_resource_object('window', int(sys.argv[1])); "
        "a, u = d.intern_atom('_NET_WM_NAME'), d.intern_atom('UTF8_STRING'); "
        "[w.change_property(a, u, 8, b'x' * 100_000, mode=X.PropModeAppend) for _ in range(10)]; d.sync()"
    )
    screen.run(sys.executable, "-c", giant, alpha)
    wait_for(lambda: any("xxxxx" in title for title in eye.titles()), what="the long title")
    assert max(map(len, eye.titles())) <= 4096


def test_idle_time_is_measured_and_ends_with_a_key(screen: Desktop, eye: Eye) -> None:
    wait_for(lambda: (eye.backend.idle_us() or 0) > 300_000, what="some idle time")
    now_us = SessionClock(SystemClock().now).now_us
    began_us = now_us()
    screen.key("a")
    idle_us = eye.backend.idle_us() or 0
    assert idle_us <= now_us() - began_us, "no longer than since before the key"


def test_a_window_manager_that_restarts_does_not_end_the_capture(screen: Desktop, eye: Eye) -> None:
    screen.activate(screen.terminal("alpha"))
    screen.run("openbox", "--restart")
    beta = screen.terminal("beta")
    screen.activate(beta)
    wait_for(lambda: eye.titles()[-1:] == ["beta"], what="the window after the restart")


def test_a_display_that_disappears_ends_the_capture_with_a_reason(screen: Desktop, eye: Eye) -> None:
    os.kill(screen.server_pid, signal.SIGKILL)
    wait_for(lambda: eye.of(CaptureEnded), what="the end")
    assert "display is gone" in eye.of(CaptureEnded)[0].reason
    assert eye.backend.idle_us() is None


def test_screen_savers_tell_of_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with desktop(tmp_path, has_bus=True) as screen:
        eye = Eye(screen, monkeypatch)
        try:
            for interface, path, member, value in (
                ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", "ActiveChanged", "true"),
                ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver", "ActiveChanged", "false"),
            ):
                screen.run("dbus-send", "--type=signal", path, f"{interface}.{member}", f"boolean:{value}")
            wait_for(lambda: len(eye.of(LockSeen)) == 2, what="the signals")
            assert [each.is_locked for each in eye.of(LockSeen)] == [True, False]
        finally:
            eye.backend.stop()


def test_insert_and_delete_on_the_number_pad_are_chords_unless_they_are_digits(screen: Desktop, eye: Eye) -> None:
    screen.activate(screen.terminal("alpha"))
    pad = ("shift+KP_Insert", "ctrl+KP_Insert", "shift+KP_Delete")
    screen.key(*pad)
    wait_for(lambda: len(eye.of(ChordSeen)) == 3, what="the chords")
    assert [each.kind for each in eye.of(ChordSeen)] == [EventKind.PASTED, EventKind.COPIED, EventKind.CUT]
    count = len(eye.of(KeyCounted))
    screen.key("Num_Lock", *pad, "Num_Lock", "shift+KP_Insert")
    wait_for(lambda: len(eye.of(KeyCounted)) == count + 10, what="every key")
    wait_for(lambda: len(eye.of(ChordSeen)) > 3, what="the last chord")
    assert [each.kind for each in eye.of(ChordSeen)][3:] == [EventKind.PASTED]


def test_a_layout_that_changes_is_followed(screen: Desktop, eye: Eye) -> None:
    screen.activate(screen.terminal("alpha"))
    screen.key("ctrl+c")
    wait_for(lambda: len(eye.of(ChordSeen)) == 1, what="the first chord")
    exchanged = "d.change_keyboard_mapping(54, [(0x76, 0x56), (0x63, 0x43)]); d.sync()"
    screen.run(sys.executable, "-c", f"from Xlib import display; d = display.Display(); {exchanged}")
    screen.run("xdotool", "keydown", "Control_L", "key", "55", "key", "54", "keyup", "Control_L")
    wait_for(lambda: len(eye.of(ChordSeen)) == 3, what="the chords of the other layout")
    assert [each.kind for each in eye.of(ChordSeen)] == [EventKind.COPIED, EventKind.COPIED, EventKind.PASTED]

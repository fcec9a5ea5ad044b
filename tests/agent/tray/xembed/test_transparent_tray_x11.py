"""A tray of the test's own that wants transparent icons, as composited panels do, and takes its icons with it."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from Xlib import X
from Xlib.display import Display
from Xlib.protocol.event import ClientMessage

from agent.capture.own_surfaces import OwnSurfaces
from agent.tray.menu import TrayState
from agent.tray.xembed.icon_window import ALPHA_DEPTH
from agent.tray.xembed.session import TraySession
from tests.fakes.desktop import Desktop, desktop, missing, wait_for

pytestmark = [pytest.mark.x11, pytest.mark.skipif(bool(missing()), reason=missing())]
SIDE = 32


class _Panel:
    """A tray manager: owns the selection, announces itself, takes in what asks for it."""

    def __init__(self, screen: Desktop) -> None:
        self.display = Display(screen.environment["DISPLAY"])
        self.errors: list[Any] = []
        self.display.set_error_handler(lambda error, _: self.errors.append(error))
        self.atom = self.display.intern_atom
        root = self.display.screen().root
        alpha = next(
            each for each in self.display.screen().allowed_depths if each.depth == ALPHA_DEPTH and each.visuals
        )
        visual = alpha.visuals[0].visual_id
        look: dict[str, Any] = {
            "colormap": root.create_colormap(visual, X.AllocNone),
            "background_pixel": 0,
            "border_pixel": 0,
        }
        look["override_redirect"] = True
        self.window = root.create_window(0, 0, SIDE, SIDE, 0, ALPHA_DEPTH, X.InputOutput, visual, **look)
        self.window.change_property(self.atom("_NET_SYSTEM_TRAY_VISUAL"), self.atom("VISUALID"), 32, [visual])
        self.window.map()
        self.icon: Any = None
        self.asked_count, self.is_deaf = 0, False
        selection = self.atom("_NET_SYSTEM_TRAY_S0")
        self.window.set_selection_owner(selection, X.CurrentTime)
        data = (32, [X.CurrentTime, selection, self.window.id, 0, 0])
        root.send_event(
            ClientMessage(window=root, client_type=self.atom("MANAGER"), data=data), event_mask=X.StructureNotifyMask
        )
        self.display.flush()

    def has_icon(self) -> bool:
        """Takes in who asked meanwhile."""
        while self.display.pending_events():
            event = self.display.next_event()
            if event.type == X.ClientMessage and event.client_type == self.atom("_NET_SYSTEM_TRAY_OPCODE"):
                assert event.data[1][1] == 0
                self.asked_count += 1
                if self.is_deaf:
                    continue
                self.icon = self.display.create_resource_object("window", event.data[1][2])
                self.icon.reparent(self.window, 0, 0)
                self.icon.configure(width=SIDE, height=SIDE)
                self.icon.map()
        self.display.sync()
        return self.icon is not None

    def middle(self) -> tuple[int, ...]:
        """Blue, green, red, alpha of what the icon has drawn in its middle, and of its corner."""
        if self.icon.get_attributes().map_state != X.IsViewable:
            return ()
        data = self.icon.get_image(0, 0, SIDE, SIDE, X.ZPixmap, 0xFFFFFFFF).data
        at = (SIDE // 2 * SIDE + SIDE // 2) * 4
        return (*data[at : at + 4], *data[:4])

    def leave(self) -> None:
        """Without giving the icons back first."""
        self.icon.destroy()
        self.window.destroy()
        self.display.sync()
        self.display.close()


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    with desktop(tmp_path) as found:
        monkeypatch.setenv("DISPLAY", found.environment["DISPLAY"])
        yield found


def _shows_the_disc(panel: _Panel) -> bool:
    return panel.middle() == (0x2C, 0x34, 0xD0, 0xFF, 0, 0, 0, 0)


def test_a_transparent_tray_gets_a_transparent_icon_and_may_take_it_with_it(screen: Desktop) -> None:
    session = TraySession(TrayState(closed_because=""), lambda words: None, own=OwnSurfaces())
    session.start()
    for _ in range(2):
        panel = _Panel(screen)
        wait_for(panel.has_icon, what="the icon")
        assert panel.icon.get_geometry().depth == ALPHA_DEPTH
        info = panel.icon.get_full_property(panel.atom("_XEMBED_INFO"), X.AnyPropertyType)
        assert list(info.value) == [0, 1]
        wait_for(partial(_shows_the_disc, panel), what="the disc")
        assert panel.errors == []
        panel.leave()
        wait_for(lambda: not session.is_docked, what="the end of the icon")
    session.stop()


def test_a_tray_that_overhears_the_icon_is_asked_again_and_left_alone_once_it_shows_it(
    screen: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.tray.xembed.session.DOCK_SECONDS", 0.3)
    session = TraySession(TrayState(closed_because=""), lambda words: None, own=OwnSurfaces())
    panel = _Panel(screen)
    panel.is_deaf = True
    session.start()
    wait_for(lambda: panel.has_icon() or panel.asked_count > 1, what="the second time")
    panel.is_deaf = False
    wait_for(panel.has_icon, what="the icon")
    wait_for(panel.middle, what="the visible icon")
    count = panel.asked_count
    screen.run("xdotool", "sleep", "1")
    assert panel.has_icon()
    assert panel.asked_count == count
    panel.leave()
    session.stop()

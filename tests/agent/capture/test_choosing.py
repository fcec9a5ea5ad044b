"""Which desktop it is, and that Wayland says what it cannot show."""

import pytest

from agent.capture.choosing import desktop_kind
from agent.capture.observations import CAPABILITY_NAMES
from agent.capture.wayland import WaylandBackend


@pytest.mark.parametrize(
    ("platform", "environment", "kind"),
    [
        ("linux", {"DISPLAY": ":0"}, "x11"),
        ("linux", {"DISPLAY": ":0", "XDG_SESSION_TYPE": "wayland"}, "wayland"),
        ("linux", {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "wayland"),
        ("linux", {}, "none"),
        ("win32", {}, "win32"),
        ("darwin", {"DISPLAY": ":0"}, "darwin"),
    ],
)
def test_the_kind_of_desktop(platform: str, environment: dict[str, str], kind: str) -> None:
    assert desktop_kind(platform, environment) == kind


def test_wayland_reports_what_it_cannot_see(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS"):
        monkeypatch.setenv(name, "unix:path=/nonexistent/bus")
    backend = WaylandBackend(lambda: 0)
    backend.start(lambda seen: None)
    try:
        capabilities = backend.capabilities()
        assert set(capabilities) == set(CAPABILITY_NAMES)
        assert "start the agent from your desktop session" in str(capabilities["lock"])
        for name in ("window", "title", "keys", "clicks"):
            assert "Wayland" in str(capabilities[name])
        assert backend.idle_us() is None
    finally:
        backend.stop()

"""Each desktop gets its own icon, and no module of another system is loaded for it."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from agent.capture.own_surfaces import OwnSurfaces
from agent.tray.choosing import find_icon
from tests.agent.imagined_desktop import ImaginedDesktop


@pytest.mark.parametrize(
    ("name", "kind"), [("x11", "LinuxIcon"), ("wayland", "LinuxIcon"), ("win32", "WindowsIcon"), ("darwin", "MacIcon")]
)
def test_each_desktop_has_its_icon(name: str, kind: str) -> None:
    icon = find_icon(SimpleNamespace(name=name, show=lambda face: None, own=OwnSurfaces()))
    assert type(icon).__name__ == kind


def test_a_desktop_without_a_place_for_it_has_none() -> None:
    assert find_icon(ImaginedDesktop()) is None


def test_only_the_chosen_icon_is_loaded() -> None:
    asked = (
        "import sys; from types import SimpleNamespace as S; from agent.tray.choosing import find_icon;"
        "find_icon(S(name='wayland', show=print, own=None)).begin(print, print);"
        "print(*[m for m in sys.modules if m.startswith(('agent.tray.', 'Xlib'))])"
    )
    loaded = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True).stdout
    assert "agent.tray.linux" in loaded
    assert not [name for name in ("Xlib", "xembed", "windows", "macos") if name in loaded]

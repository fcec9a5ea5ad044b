"""What a person reads in `captured` of real dialogs: a password is told as used, a file dialog by roles alone."""

import re
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from domain.event_kinds import EventKind
from tests.fakes.agent_process import AgentProcess, agent_process, open_policy
from tests.fakes.agent_service import AgentService
from tests.fakes.desktop import Desktop, desktop, missing, process, wait_for

LAUNCHER = Path("/usr/libexec/at-spi-bus-launcher")
pytestmark = [
    pytest.mark.x11,
    pytest.mark.skipif(
        bool(missing()) or not LAUNCHER.exists(), reason=missing() or "Missing at-spi2-core: install it."
    ),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desktop, AgentProcess]]:
    folder = tmp_path_factory.mktemp("secret-fields")
    with ExitStack() as stack:
        service = stack.enter_context(AgentService(policy=open_policy()))
        screen = stack.enter_context(desktop(folder, has_bus=True))
        del screen.environment["NO_AT_BRIDGE"]
        stack.enter_context(process(str(LAUNCHER), "--launch-immediately", environment=screen.environment))
        agent = stack.enter_context(agent_process(folder, service, screen.environment))
        yield screen, agent


def _afterwards(screen: Desktop, agent: AgentProcess, name: str) -> None:
    """When what comes after is told, so is what was before."""
    screen.activate(screen.terminal(name))
    screen.write("x")
    wait_for(
        lambda: any(e.kind is EventKind.TYPED and e.window_title == name for e in agent.events()),
        what="keys afterwards",
    )


def test_a_password_of_a_dialog_is_told_as_used_and_not_counted(place: tuple[Desktop, AgentProcess]) -> None:
    screen, agent = place
    form = ("zenity", "--forms", "--title=Account", "--text=Account", "--add-entry=Name", "--add-password=Word")
    screen.activate(screen.open(*form, title="Account"))
    typed = secrets.token_hex(8)
    pace = ("sleep", "0.4")  # of a person: what is typed within MARGIN_US of the password counts as part of it
    screen.run("xdotool", "type", "--delay", "5", "jane")
    screen.run("xdotool", *pace, "key", "Tab", *pace, "type", "--delay", "5", typed)
    screen.run("xdotool", *pace, "key", "shift+Tab", *pace, "type", "--delay", "5", "doe")
    _afterwards(screen, agent, "after the account")
    of_form = [event for event in agent.events() if event.window_title == "Account"]
    secret = [event for event in of_form if event.element_role == "secret"]
    assert [(event.kind, event.key_count, event.element_name) for event in secret] == [(EventKind.TYPED, 0, "")]
    counted = sum(event.key_count for event in of_form)
    assert len("jane") + len("doe") <= counted <= len("jane") + len("doe") + 3, "with the tabs and shift"
    told = agent.ask("captured")
    assert "pressed keys (not counted) in a secret field" in told
    assert re.search(r"pressed 1\d+ keys|pressed [89] keys", told) is None


def test_a_file_dialog_is_told_by_roles(place: tuple[Desktop, AgentProcess], tmp_path: Path) -> None:
    screen, agent = place
    folder = tmp_path / "Diagnoses"
    for name in ("Diabetes.txt", "Burnout.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("")
    dialog = screen.open("zenity", "--file-selection", "--title=Choose", f"--filename={folder}/", title="Choose")
    screen.activate(dialog)
    lines = screen.run("xdotool", "getwindowgeometry", "--shell", dialog).splitlines()
    size = dict(line.split("=") for line in lines if "=" in line)
    width = int(size["WIDTH"])
    for y in range(10, int(size["HEIGHT"]) - 60, 24):
        for x in (60, width // 3, width // 2):
            screen.run("xdotool", "mousemove", "--window", dialog, str(x), str(y), "click", "1", "sleep", "0.12")
    _afterwards(screen, agent, "after the files")
    clicks = [event for event in agent.events() if event.kind is EventKind.CLICKED and event.window_title == "Choose"]
    assert {event.element_role for event in clicks} - {""}, "something was found under a click"
    assert {event.element_name for event in clicks} == {""}
    told = agent.ask("captured")
    assert "clicked" in told
    assert not {"Diagnoses", "Diabetes", "Burnout"} & set(re.findall(r"\w+", told))

"""A system's own dialog answers with its buttons alone: closing it is “later”."""

import pytest

from agent.consent.dialogs import (
    ACCEPT,
    DECLINE,
    LATER,
    kdialog_answer,
    kdialog_command,
    osascript_answer,
    osascript_command,
    zenity_answer,
    zenity_command,
)
from agent.consent.terminal import ask_in_terminal

QUESTION = {"number": 7, "title": "May your work be recorded?", "text": "Long text", "facts": [["Purpose", "To see"]]}


@pytest.mark.parametrize(
    ("answered", "button"),
    [
        (zenity_answer(0, ""), ACCEPT),
        (zenity_answer(1, "Decline\n"), DECLINE),
        (zenity_answer(1, ""), LATER),
        (zenity_answer(-15, ""), LATER),
        (kdialog_answer(0, ""), ACCEPT),
        (kdialog_answer(1, ""), DECLINE),
        (kdialog_answer(2, ""), LATER),
        (osascript_answer(0, "button returned:Accept\n"), ACCEPT),
        (osascript_answer(0, "button returned:Decline\n"), DECLINE),
        (osascript_answer(1, "User canceled"), LATER),
    ],
)
def test_only_a_button_is_an_answer(answered: str, button: str) -> None:
    assert answered == button


@pytest.mark.parametrize("command", [zenity_command(QUESTION), kdialog_command(QUESTION), osascript_command(QUESTION)])
def test_the_whole_question_is_an_argument_of_its_own(command: tuple[str, ...]) -> None:
    (told,) = [word for word in command if "Long text" in word]
    assert "To see" in told


@pytest.mark.parametrize(("typed", "sent"), [("accept", True), ("D", False), ("", None), ("maybe", None)])
def test_the_terminal_takes_an_answer_or_leaves_it_for_later(
    typed: str, sent: bool | None, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[dict[str, object]] = []

    def ask(request: dict[str, object]) -> dict[str, object]:
        asked.append(request)
        return {"ok": [QUESTION]} if request["ask"] == "consent questions" else {"ok": True, "said": ["Noted."]}

    assert ask_in_terminal(ask, lambda prompt: typed) == 0
    answers = [request["is_accepted"] for request in asked if request["ask"] == "consent"]
    assert answers == ([] if sent is None else [sent])
    assert "Long text" in capsys.readouterr().out

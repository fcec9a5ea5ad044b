"""Asks for consent with the dialogs that a system brings: message boxes of Windows and macOS, zenity or kdialog.

Closing a dialog is “later”, never an answer. Never run on Windows or macOS.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

from agent.consent.terminal import Ask, tell_question

ACCEPT, DECLINE, LATER = "Accept", "Decline", "Later"
Answered = Callable[[int, str], str]
"""(exit status, output) → which button."""

MB_YESNOCANCEL, MB_ICONQUESTION, MB_DEFBUTTON3, MB_SETFOREGROUND = 0x3, 0x20, 0x200, 0x10000
_WINDOWS_ANSWERS = {6: ACCEPT, 7: DECLINE}
_WINDOWS_HINT = "\n\nYes: accept.  No: decline.  Cancel: later."


def zenity_command(question: dict[str, Any]) -> tuple[str, ...]:
    """The button that closing stands for is “later”."""
    words = ("--question", "--no-markup", "--width=640", f"--title={question['title']}")
    buttons = (f"--ok-label={ACCEPT}", f"--cancel-label={LATER}", f"--extra-button={DECLINE}")
    return ("zenity", *words, f"--text={tell_question(question)}", *buttons)


def zenity_answer(status: int, output: str) -> str:
    if output.strip() == DECLINE:
        return DECLINE
    return ACCEPT if status == 0 else LATER


def kdialog_command(question: dict[str, Any]) -> tuple[str, ...]:
    buttons = ("--yes-label", ACCEPT, "--no-label", DECLINE, "--cancel-label", LATER)
    return ("kdialog", "--title", question["title"], "--yesnocancel", tell_question(question), *buttons)


def kdialog_answer(status: int, output: str) -> str:
    return {0: ACCEPT, 1: DECLINE}.get(status, LATER)


def osascript_command(question: dict[str, Any]) -> tuple[str, ...]:
    """The text is an argument, not part of the script."""
    script = (
        "on run argv\n"
        f'display dialog (item 1 of argv) with title (item 2 of argv) buttons {{"{LATER}", "{DECLINE}", "{ACCEPT}"}}'
        f' default button "{LATER}" cancel button "{LATER}"\n'
        "end run"
    )
    return ("osascript", "-e", script, tell_question(question), question["title"])


def osascript_answer(status: int, output: str) -> str:
    button = output.strip().removeprefix("button returned:")
    return button if status == 0 and button in {ACCEPT, DECLINE} else LATER


def ask_in_dialogs(ask: Ask, questions: Sequence[dict[str, Any]]) -> int:
    """The exit status: 1 where the system has no dialogs."""

    def begun(process: int) -> None:
        ask({"ask": "own window", "number": process})

    show = _message_box if sys.platform == "win32" else _find_program(begun)
    if show is None:
        print("There is no window to ask in: answer with `task-mining-agent consent`.", file=sys.stderr)
        return 1
    for question in questions:
        button = show(question)
        if button in {ACCEPT, DECLINE}:
            ask({"ask": "consent", "is_accepted": button == ACCEPT, "approval_id": question["number"]})
    return 0


def _find_program(begun: Callable[[int], None]) -> Callable[[dict[str, Any]], str] | None:
    kinds: tuple[tuple[str, Callable[[dict[str, Any]], tuple[str, ...]], Answered], ...] = (
        ("osascript", osascript_command, osascript_answer),
        ("zenity", zenity_command, zenity_answer),
        ("kdialog", kdialog_command, kdialog_answer),
    )
    for name, command, answer in kinds:
        if shutil.which(name) is not None:
            return lambda question, command=command, answer=answer: _run(command(question), answer, begun)  # type: ignore[misc]
    return None


def _run(command: tuple[str, ...], answer: Answered, begun: Callable[[int], None]) -> str:
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        begun(process.pid)
        output, _ = process.communicate()
    return answer(process.returncode, output)


def _message_box(question: dict[str, Any]) -> str:
    import ctypes  # noqa: PLC0415 - on Windows alone

    flags = MB_YESNOCANCEL | MB_ICONQUESTION | MB_DEFBUTTON3 | MB_SETFOREGROUND
    libraries: Any = ctypes
    pressed = libraries.windll.user32.MessageBoxW(None, tell_question(question) + _WINDOWS_HINT, "Task Mining", flags)
    return _WINDOWS_ANSWERS.get(int(pressed), LATER)

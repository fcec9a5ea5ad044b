"""Asks for consent in a window: the whole question, and three answers of equal weight. A process of its own.

On Linux with Tk; where there is none, and on Windows and macOS, with the dialogs of the system (`dialogs`).
"""

import os
import sys

from agent.consent.terminal import Ask


def ask_in_window(ask: Ask) -> int:
    """The exit status: 0 when there was a window, or nothing to ask. Raises NotRunning."""
    questions = ask({"ask": "consent questions"}).get("ok") or []
    if not questions:
        return 0
    ask({"ask": "own window", "number": os.getpid()})  # which is nobody's work
    if sys.platform.startswith("linux"):
        try:
            from agent.consent.tk_window import show  # noqa: PLC0415 - not every machine has Tk
        except ImportError as error:  # then the desktop's own dialogs have to do
            print(f"There is no Tk here ({error}).", file=sys.stderr)
        else:
            return show(ask, questions)
    from agent.consent.dialogs import ask_in_dialogs  # noqa: PLC0415

    return ask_in_dialogs(ask, questions)

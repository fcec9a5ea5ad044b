"""Asks for consent at the command line: the whole question, then the answer; without a keyboard it shows it alone."""

import sys
from collections.abc import Callable
from textwrap import fill
from typing import Any

from agent.consent.questions import NOTHING_BEFORE

Ask = Callable[[dict[str, Any]], dict[str, Any]]
WIDTH = 100
_ANSWERS = {"accept": True, "a": True, "yes": True, "decline": False, "d": False, "no": False}


def tell_question(question: dict[str, Any]) -> str:
    """One question as people read it: title, text, facts."""
    facts = "\n".join(f"{what + ':':10}{how}" for what, how in question["facts"])
    text = "\n".join(fill(line, WIDTH) for line in question["text"].splitlines())
    return f"{question['title']}\n\n{text}\n\n{facts}\n\n{NOTHING_BEFORE}"


def ask_in_terminal(ask: Ask, read: Callable[[str], str] = input) -> int:
    """The exit status. Raises NotRunning."""
    answer = ask({"ask": "consent questions"})
    if "error" in answer:
        print(answer["error"])
        return 1
    if not answer["ok"]:
        print("Nothing waits for your answer. `task-mining-agent status` shows what you answered.")
    for question in answer["ok"]:
        print(f"{tell_question(question)}\n")
        number = question["number"]
        if not sys.stdin.isatty() and read is input:
            print(f"Answer with `task-mining-agent consent accept --number {number}`, or `decline`.\n")
            continue
        is_accepted = _ANSWERS.get(read("Accept, decline, or later? ").strip().casefold())
        if is_accepted is None:
            print("Later, then: nothing is recorded for it meanwhile.\n")
            continue
        given = ask({"ask": "consent", "is_accepted": is_accepted, "approval_id": number})
        print(*given.get("said", [given.get("error", "")]), "", sep="\n")
    return 0

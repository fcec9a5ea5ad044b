"""The words of `task-mining-agent`, and what each asks of the running agent: the same for the command and the tray."""

import argparse
from collections.abc import Sequence
from typing import Any

KEY_REFUSED = (
    "a key on the command line can be read by everybody at this computer: have it revoked, and give the next one on "
    "standard input or in a file that only you can read (--registration-key-file FILE)"
)
LOGIN_REFUSED = "who you are is read from the operating system: leave it out; an agent installer can map your account"


class _Refused(argparse.Action):
    """An argument of before: says what to do instead."""

    def __init__(self, option_strings: Sequence[str], dest: str, *, const: str) -> None:
        super().__init__(option_strings, dest, nargs="?", const=const, default="", help=argparse.SUPPRESS)

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: object, option: str | None = None
    ) -> None:
        parser.error(f"{option}: {self.const}.")


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(
        prog="task-mining-agent", description="Records how work is done, with your knowledge."
    )
    # The program is named so that argparse does not ask the terminal's width, and import archives for it.
    words = whole.add_subparsers(dest="word", required=True, metavar="COMMAND", prog=whole.prog)
    enrol = words.add_parser("enrol", help="make this workstation known to the service", allow_abbrev=False)
    enrol.add_argument("--server", required=True, metavar="URL")
    enrol.add_argument(
        "--registration-key-file",
        default="",
        metavar="FILE",
        help="that only you can read (mode 600); default: standard input, asked for at a terminal",
    )
    enrol.add_argument("--registration-key", action=_Refused, const=KEY_REFUSED)
    enrol.add_argument(
        "--ca-file",
        default="",
        metavar="FILE",
        help="the service's own authority (PEM); default: whom this computer trusts",
    )
    enrol.add_argument("--login", action=_Refused, const=LOGIN_REFUSED)
    enrol.add_argument("--host", default="", help="default: this computer's name")
    words.add_parser("run", help="record (what autostart does)")
    words.add_parser("status", help="what is recorded, why, until when; health and losses")
    consent = words.add_parser("consent", help="answer whether your work may be recorded")
    consent.add_argument(
        "answer", choices=["accept", "decline", "window"], nargs="?", help="default: shows what is asked, and asks you"
    )
    consent.add_argument("--number", type=int, help="of one assignment (see status); default: all that wait")
    private = words.add_parser("private", help="pause; only that you did and until when is recorded")
    private.add_argument("action", choices=["on", "extend", "off"])
    private.add_argument("minutes", nargs="?", help="1 to 1440; default: as configured")
    task = words.add_parser("task", help="record a task from start to stop")
    task.add_argument("action", choices=["list", "start", "stop"])
    task.add_argument("name", nargs="?", default="")
    task.add_argument("--case", default="", metavar="ID")
    captured = words.add_parser("captured", help="what was recorded, before and after it is sent")
    captured.add_argument("--tail", action="store_true", help="go on as it happens")
    captured.add_argument("--last", type=int, default=50)
    browser = words.add_parser("browser", help="pair with a browser that cannot start the agent's messaging host")
    browser.add_argument("action", choices=["pair", "unpair"])
    workstation = words.add_parser("workstation", help="say whether another agent that was enrolled for you is yours")
    workstation.add_argument("action", choices=["confirm", "refuse"])
    workstation.add_argument("number", type=int, help="of the agent (see status)")
    words.add_parser("install", help="start with your session")
    words.add_parser("uninstall", help="no longer start with your session")
    return whole


def request_of(asked: argparse.Namespace) -> dict[str, Any]:
    """For the words that the running agent answers."""
    match asked.word:
        case "private":
            return {"ask": f"private {asked.action}", "minutes": asked.minutes}
        case "task":
            return {"ask": f"task {asked.action}", "name": asked.name, "case_id": asked.case}
        case "browser" | "workstation":
            return {"ask": f"{asked.word} {asked.action}", "number": getattr(asked, "number", None)}
        case "consent" if asked.answer not in {"accept", "decline"}:
            return {"ask": "consent window"}
        case "consent":
            return {"ask": "consent", "is_accepted": asked.answer == "accept", "approval_id": asked.number}
        case word:
            return {"ask": word}

"""The command `task-mining-agent`: its words and what they do. Small, so that it starts fast.

What the running agent does belongs to `runner`; installing into autostart to `autostart`.
"""

import argparse
import getpass
import os
import socket
import sys
from collections.abc import Callable, Sequence
from typing import Any

from agent.settings import SettingsError, StateFolder, load_enrolment, state_folder

NOT_SET_UP = 78  # EX_CONFIG: starting again does not help (the service unit knows)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="task-mining-agent", description="Records how work is done, with your knowledge."
    )
    words = parser.add_subparsers(dest="word", required=True, metavar="COMMAND")
    enrol = words.add_parser("enrol", help="make this workstation known to the service")
    enrol.add_argument("--server", required=True, metavar="URL")
    enrol.add_argument("--registration-key", required=True, metavar="KEY")
    enrol.add_argument("--login", default="", help="default: yours on this computer")
    enrol.add_argument("--host", default="", help="default: this computer's name")
    words.add_parser("run", help="record (what autostart does)")
    words.add_parser("status", help="what is recorded, why, until when; health and losses")
    consent = words.add_parser("consent", help="answer whether your work may be recorded")
    consent.add_argument("answer", choices=["accept", "decline"])
    consent.add_argument("--number", type=int, help="of one assignment (see status); default: all that wait")
    private = words.add_parser("private", help="pause; only that you did and until when is recorded")
    private.add_argument("deed", choices=["on", "extend", "off"])
    private.add_argument("minutes", type=int, nargs="?")
    task = words.add_parser("task", help="record a task from start to stop")
    task.add_argument("deed", choices=["list", "start", "stop"])
    task.add_argument("name", nargs="?", default="")
    task.add_argument("--case", default="", metavar="ID")
    captured = words.add_parser("captured", help="what was recorded, before and after it is sent")
    captured.add_argument("--tail", action="store_true", help="go on as it happens")
    captured.add_argument("--last", type=int, default=50)
    words.add_parser("install", help="start with your session")
    words.add_parser("uninstall", help="no longer start with your session")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit status. Problems are one sentence on standard error."""
    asked = _parser().parse_args(arguments)
    folder = state_folder(os.environ)
    deeds: dict[str, Callable[[argparse.Namespace, StateFolder], int]] = {
        "enrol": _enrol,
        "run": _run,
        "captured": _captured,
        "install": _install,
        "uninstall": _install,
    }
    try:
        return deeds.get(asked.word, _ask)(asked, folder)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return NOT_SET_UP
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _say(*lines: str) -> None:
    for line in lines:
        print(line)


def _enrol(asked: argparse.Namespace, folder: StateFolder) -> int:
    from agent.enrolment import enrol  # noqa: PLC0415 - each command imports what it needs

    folder.prepare()
    login, host = asked.login or getpass.getuser(), asked.host or socket.gethostname()
    enrolled = enrol(folder, server=asked.server, registration_key=asked.registration_key, login=login, host=host)
    _say(f"Enrolled {enrolled.login} on {enrolled.host}. Nothing is recorded before you consent.")
    return 0


def _run(asked: argparse.Namespace, folder: StateFolder) -> int:
    from agent.frugality import spare_openssl  # noqa: PLC0415

    spare_openssl()
    from agent.service import run_agent  # noqa: PLC0415

    folder.prepare()
    return run_agent(folder, load_enrolment(folder))


def _captured(asked: argparse.Namespace, folder: StateFolder) -> int:
    from agent.captured import follow_captured, read_captured  # noqa: PLC0415
    from agent.telling import tell_event  # noqa: PLC0415

    if asked.tail:
        for captured in follow_captured(folder.spool, last=asked.last):
            print(tell_event(captured), flush=True)
    events, _ = read_captured(folder.spool, last=asked.last)
    _say(*(tell_event(captured) for captured in events), f"{len(events)} events shown.")
    return 0


def _install(asked: argparse.Namespace, folder: StateFolder) -> int:
    from agent.autostart import install, uninstall  # noqa: PLC0415

    if asked.word == "uninstall":
        _say(uninstall(os.environ))
        return 0
    from agent.browser.host_manifest import install_hosts  # noqa: PLC0415

    folder.prepare()
    _say(
        install(os.environ),
        f"{install_hosts(folder, os.environ)} browsers can speak with it once the extension is there.",
    )
    return 0


def _ask(asked: argparse.Namespace, folder: StateFolder) -> int:
    """Everything that the running agent answers."""
    from agent.control_socket import ask  # noqa: PLC0415

    answer = ask(folder, _request(asked))
    if "error" in answer:
        _say(answer["error"])
        return 1
    _say(*_told(asked, answer["ok"]))
    return 0


def _request(asked: argparse.Namespace) -> dict[str, Any]:
    match asked.word:
        case "private":
            return {"ask": f"private {asked.deed}", "minutes": asked.minutes}
        case "task":
            return {"ask": f"task {asked.deed}", "name": asked.name, "case_id": asked.case}
        case "consent":
            return {"ask": "consent", "is_accepted": asked.answer == "accept", "approval_id": asked.number}
        case word:
            return {"ask": word}


def _told(asked: argparse.Namespace, value: Any) -> Sequence[str]:
    if asked.word == "status":
        import msgspec  # noqa: PLC0415

        from agent.standing import StatusReport  # noqa: PLC0415
        from agent.telling import tell_status  # noqa: PLC0415

        return list(tell_status(msgspec.convert(value, StatusReport)))
    told: dict[str, Callable[[], Sequence[str]]] = {
        "consent accept": lambda: [f"You accepted: {', '.join(value)}."],
        "consent decline": lambda: [f"You declined: {', '.join(value)}. Nothing more is recorded for it."],
        "task list": lambda: [": ".join(text for text in task if text) for task in value] or ["There are no tasks."],
        "task start": lambda: [f"Recording “{asked.name}”.", *([value] if value else [])],
        "task stop": lambda: ["The task is stopped."],
        "private off": lambda: ["Private mode is off."],
    }
    words = f"{asked.word} {getattr(asked, 'answer', '') or getattr(asked, 'deed', '')}"
    return told.get(words, lambda: ["Private mode is on. Only its start and end are recorded."])()


if __name__ == "__main__":
    sys.exit(main())

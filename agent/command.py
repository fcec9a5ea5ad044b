"""The command `task-mining-agent`: carries out what was typed. Small, so that it starts fast.

Add a command by its words in `control.arguments` and, where the running agent answers, in `control.requests`.
"""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.supervision.memory import spare_modules

if TYPE_CHECKING:
    import argparse

    from agent.settings import StateFolder

NOT_SET_UP = 78  # EX_CONFIG: starting again does not help (the service unit knows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit status. Problems are one sentence on standard error."""
    spare_modules()
    from agent.desktop_sessions.names import room_of, session_name  # noqa: PLC0415 - after the sparing
    from agent.settings import SettingsError, state_folder  # noqa: PLC0415

    folder = state_folder(os.environ)
    folder = folder.of_room(room_of(folder.path, session_name(os.environ)))
    try:
        if [*(sys.argv[1:] if arguments is None else arguments)] == ["run"]:
            return _run(folder)  # without argparse, which would stay in memory for as long as the agent runs
        return _answer(arguments, folder)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return NOT_SET_UP
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _answer(arguments: Sequence[str] | None, folder: "StateFolder") -> int:
    from agent.control.arguments import parser  # noqa: PLC0415

    asked = parser().parse_args(arguments)
    actions: dict[str, Callable[[argparse.Namespace, StateFolder], int]] = {
        "enrol": _enrol,
        "captured": _captured,
        "consent": _consent,
        "install": _install,
        "uninstall": _install,
    }
    return actions.get(asked.word, _ask)(asked, folder)


def _say(*lines: str) -> None:
    for line in lines:
        print(line)


def _enrol(asked: "argparse.Namespace", folder: "StateFolder") -> int:
    import socket  # noqa: PLC0415

    from agent.installation.registration_key import read_registration_key  # noqa: PLC0415 - each what it needs
    from agent.installation.system_account import read_account  # noqa: PLC0415
    from agent.service_link.enrolment import enrol, tell_enrolment  # noqa: PLC0415

    folder.prepare()
    account = read_account()
    key = read_registration_key(asked.registration_key_file, stdin=sys.stdin)
    ca_file = str(Path(asked.ca_file).expanduser().resolve()) if asked.ca_file else ""
    host = asked.host or socket.gethostname()
    answer = enrol(folder, server=asked.server, registration_key=key, account=account, host=host, ca_file=ca_file)
    _say(tell_enrolment(answer, host))
    return 0


def _run(folder: "StateFolder") -> int:
    from agent.installation.system_account import check_account, read_account  # noqa: PLC0415
    from agent.service import run_agent  # noqa: PLC0415
    from agent.settings import load_enrolment  # noqa: PLC0415

    folder.prepare()
    enrolled = load_enrolment(folder)
    check_account(enrolled, read_account())
    return run_agent(folder, enrolled)


def _captured(asked: "argparse.Namespace", folder: "StateFolder") -> int:
    from agent.control.captured import follow_captured, read_captured  # noqa: PLC0415
    from agent.control.wording import tell_event  # noqa: PLC0415

    if asked.tail:
        for captured in follow_captured(folder.spool, last=asked.last):
            print(tell_event(captured), flush=True)
    events, _ = read_captured(folder.spool, last=asked.last)
    _say(*(tell_event(captured) for captured in events), f"{len(events)} events shown.")
    return 0


def _install(asked: "argparse.Namespace", folder: "StateFolder") -> int:
    from agent.installation.autostart import install, uninstall  # noqa: PLC0415
    from agent.installation.host_registration import register_hosts, unregister_hosts  # noqa: PLC0415

    folder = type(folder)(folder.path)  # for all sessions
    if asked.word == "uninstall":
        from agent.installation.leaving import take_leave  # noqa: PLC0415

        stopped, browsers = uninstall(os.environ), unregister_hosts(folder, os.environ)
        _say(stopped, f"{browsers} browsers no longer know of it.", take_leave(folder))
        return 0
    folder.prepare()
    _say(
        install(os.environ),
        f"{register_hosts(folder, os.environ)} browsers can speak with it once the extension is there.",
    )
    return 0


def _ask(asked: "argparse.Namespace", folder: "StateFolder") -> int:
    """Everything that the running agent answers."""
    from agent.control.arguments import request_of  # noqa: PLC0415
    from agent.control.local_socket import NotRunning, ask  # noqa: PLC0415

    try:
        answer = ask(folder, request_of(asked))
    except NotRunning:
        if asked.word != "status":
            raise
        from agent.control.last_end import tell_not_running  # noqa: PLC0415

        _say(*tell_not_running(folder))
        return 1
    if "error" in answer:
        _say(answer["error"], *([answer["now"]] if answer.get("now") else []))
        return 1
    _say(*(answer["said"] if "said" in answer else _told(asked, answer["ok"])))
    return 0


def _consent(asked: "argparse.Namespace", folder: "StateFolder") -> int:
    """Without an answer: asks for it, here or in a window."""
    if asked.answer in {"accept", "decline"}:
        return _ask(asked, folder)
    from agent.control.local_socket import ask  # noqa: PLC0415

    if asked.answer == "window":
        from agent.consent.window import ask_in_window  # noqa: PLC0415 - brings a toolkit

        return ask_in_window(lambda request: ask(folder, request))
    from agent.consent.terminal import ask_in_terminal  # noqa: PLC0415

    return ask_in_terminal(lambda request: ask(folder, request))


def _told(asked: "argparse.Namespace", value: Any) -> Sequence[str]:
    if asked.word == "status":
        import msgspec  # noqa: PLC0415

        from agent.control.status import StatusReport  # noqa: PLC0415
        from agent.control.wording import tell_status  # noqa: PLC0415

        return list(tell_status(msgspec.convert(value, StatusReport)))
    told: dict[str, Callable[[], Sequence[str]]] = {
        "task list": lambda: [": ".join(text for text in task if text) for task in value] or ["There are no tasks."],
        "browser pair": lambda: ["Enter this code in the options of the browser's Task Mining extension:", str(value)],
    }
    words = f"{asked.word} {getattr(asked, 'action', '')}"
    return told.get(words, lambda: ["The pairing code is worth nothing any more."])()


if __name__ == "__main__":
    sys.exit(main())

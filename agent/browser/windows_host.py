"""The messaging host on Windows: asks the agent at its loopback port, and finds its browser behind the batch file.

Where there are Unix sockets `native_host` serves; both frame messages alike.
"""

import json
import os
import re
import socket
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from agent.browser.native_host import read_message, write_message

SOCKET_VARIABLE = "TASK_MINING_AGENT_SOCKET"
ANSWER_SECONDS, ANSWER_MAX_BYTES = 10, 65536
_BETWEEN = re.compile(r"(?:cmd|conhost|pyw?|pythonw?[\d.]*)")
"""What Windows and Python put between a browser and what it starts."""


def browser_among(programs: Iterable[str]) -> str:
    """The first that can be the browser, from the nearest on; "" when there is none."""
    return next((each for each in programs if not _BETWEEN.fullmatch(each.casefold().removesuffix(".exe"))), "")


def started_by() -> Iterator[str]:
    """The programs that led to this process, from the nearest on; none where nobody can tell."""
    try:
        import psutil  # noqa: PLC0415 - on this system alone
    except ImportError:
        return
    try:
        for process in psutil.Process().parents():
            yield process.name()
    except psutil.Error:
        return


def ask_agent(token_file: Path, request: dict[str, object]) -> dict[str, object] | None:
    """`token_file` names the port and the token. None when nobody answers."""
    try:
        known = json.loads(token_file.read_bytes())
        with socket.create_connection(("127.0.0.1", known["port"]), timeout=ANSWER_SECONDS) as agent:
            agent.sendall(json.dumps({**request, "token": known["token"]}).encode() + b"\n")
            answer: dict[str, object] = json.loads(agent.recv(ANSWER_MAX_BYTES) or b"{}")
            return answer
    except (OSError, ValueError, KeyError, TypeError):
        return None


def pass_on(token_file: Path, message: object, *, browser: str) -> dict[str, object]:
    """What to tell the extension: the number that arrived, or why not."""
    answer = ask_agent(token_file, {"ask": "browser", "messages": [message], "browser": browser})
    if answer is None:
        return {"error": "not running"}
    number = message.get("number", 0) if isinstance(message, dict) else 0
    return {"number": number} if "ok" in answer else {"error": "refused", "number": number}


def serve(token_file: Path, *, browser: str, heard: BinaryIO, said: BinaryIO) -> int:
    """Until the browser ends it; 1 when what it hears is no message."""
    profile = ""
    try:
        while (message := read_message(heard)) is not None:
            if isinstance(message, dict) and isinstance(message.get("profile"), str):
                profile = message["profile"]
            write_message(said, pass_on(token_file, message, browser=browser))
    except ValueError:
        return 1
    finally:  # the profile was closed, or its extension removed: it vouches for nothing any more
        ask_agent(token_file, {"ask": "browser gone", "profile": profile})
    return 0


def main() -> int:
    token_file = Path(os.environ.get(SOCKET_VARIABLE, ""))
    return serve(token_file, browser=browser_among(started_by()), heard=sys.stdin.buffer, said=sys.stdout.buffer)


if __name__ == "__main__":
    sys.exit(main())

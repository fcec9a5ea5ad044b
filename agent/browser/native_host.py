"""The messaging host that a browser starts: passes messages from its standard input to the agent's control socket.

Standard library only, so that it is small. It keeps nothing: when the agent does not run, it says so.
"""

import json
import os
import socket
import struct
import sys
from pathlib import Path
from typing import Any, BinaryIO

from agent.desktop_sessions.names import room_of, session_name
from agent.supervision.process_facts import ProcessGoneError, program

MESSAGE_MAX_BYTES = 256 * 1024


def read_message(stream: BinaryIO) -> Any:
    """None at the end. Raises ValueError for what is no message."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    (length,) = struct.unpack("=I", head)
    if length > MESSAGE_MAX_BYTES:
        raise ValueError("A message is larger than any that the extension sends.")
    body = stream.read(length)
    return json.loads(body) if len(body) == length else None


def write_message(stream: BinaryIO, value: object) -> None:
    body = json.dumps(value).encode()
    stream.write(struct.pack("=I", len(body)) + body)
    stream.flush()


def pass_on(socket_path: str, message: object, *, browser: str = "") -> dict[str, object]:
    """What to answer: the number that arrived, or why not."""
    number = message.get("number", 0) if isinstance(message, dict) else 0
    answer = _ask(socket_path, {"ask": "browser", "messages": [message], "browser": browser})
    if answer is None:
        return {"error": "not running"}
    return {"number": number} if "ok" in answer else {"error": "refused", "number": number}


def _ask(socket_path: str, request: dict[str, object]) -> dict[str, object] | None:
    """None when nobody answers."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as agent:
            agent.settimeout(10)
            agent.connect(socket_path)
            agent.sendall(json.dumps(request).encode() + b"\n")
            answer: dict[str, object] = json.loads(agent.recv(65536) or b"{}")
            return answer
    except (OSError, ValueError):
        return None


def _browser() -> str:
    """The program that started this one: the agent listens to it about its own windows alone."""
    try:
        return program(os.getppid())
    except (ProcessGoneError, ImportError):
        return ""


def main() -> int:
    named = Path(os.environ.get("TASK_MINING_AGENT_SOCKET", ""))
    room = room_of(named.parent, session_name(os.environ))  # the agent of the browser's own desktop session
    socket_path, browser, profile = str(room / named.name), _browser(), ""
    try:
        while (message := read_message(sys.stdin.buffer)) is not None:
            if isinstance(message, dict) and isinstance(message.get("profile"), str):
                profile = message["profile"]
            write_message(sys.stdout.buffer, pass_on(socket_path, message, browser=browser))
    except ValueError:
        return 1
    finally:  # the profile was closed, or its extension removed: it vouches for nothing any more
        _ask(socket_path, {"ask": "browser gone", "profile": profile})
    return 0


if __name__ == "__main__":
    sys.exit(main())

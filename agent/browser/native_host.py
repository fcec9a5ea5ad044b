"""The messaging host that the browser starts: passes messages from its standard input to the agent's door.

Standard library only, so that it is small. It keeps nothing: when the agent does not run, it says so.
"""

import json
import os
import socket
import struct
import sys
from typing import Any, BinaryIO

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


def pass_on(door: str, message: object) -> dict[str, object]:
    """What to answer: the number that arrived, or why not."""
    number = message.get("number", 0) if isinstance(message, dict) else 0
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as agent:
            agent.settimeout(10)
            agent.connect(door)
            agent.sendall(json.dumps({"ask": "browser", "messages": [message]}).encode() + b"\n")
            answer = json.loads(agent.recv(65536) or b"{}")
    except (OSError, ValueError):
        return {"error": "not running"}
    return {"number": number} if "ok" in answer else {"error": "refused", "number": number}


def main() -> int:
    door = os.environ.get("TASK_MINING_AGENT_DOOR", "")
    while True:
        try:
            message = read_message(sys.stdin.buffer)
        except ValueError:
            return 1
        if message is None:
            return 0
        write_message(sys.stdout.buffer, pass_on(door, message))


if __name__ == "__main__":
    sys.exit(main())

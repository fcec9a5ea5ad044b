"""Asks the session's sound server who records a microphone and who plays sound: process numbers, no sound.

PulseAudio and PipeWire answer alike.
"""

import os
import socket
import struct
import time
from collections.abc import Iterator, Mapping

from agent.capture.linux.pulse_values import (
    HEAD_BYTES,
    NONE,
    Reader,
    SoundServerError,
    Value,
    blob,
    length_of,
    number,
    packet,
    properties,
    text,
)

#: Of the protocol: new enough for paused streams, old enough for answers of a fixed length.
VERSION = 19
ANSWER_SECONDS = 0.25
_REPLY, _AUTH, _SET_CLIENT_NAME, _SOURCE, _SINK_INPUTS, _SOURCE_OUTPUTS = 2, 8, 9, 23, 30, 32
_SINK_INPUT_LENGTH, _SOURCE_OUTPUT_LENGTH, _MONITORED_SINK = 15, 13, 8
_COOKIE = bytes(256)
"""Nobody's: the server knows us by our user, as the kernel tells it."""


def sound_address(environment: Mapping[str, str]) -> str:
    """The path of the session's sound server; of one elsewhere in the network nothing is asked ("")."""
    named = environment.get("PULSE_SERVER", "").split(" ")[0].rpartition("}")[2]
    if named:
        return named.removeprefix("unix:") if named.startswith(("unix:", "/")) else ""
    runtime = environment.get("PULSE_RUNTIME_PATH") or f"{environment.get('XDG_RUNTIME_DIR', '/nowhere')}/pulse"
    return f"{runtime}/native"


class SoundServer:
    """One connection, signed in once made. Used by one thread. Every problem is an OSError."""

    def __init__(self, address: str) -> None:
        self._tag = 0
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.settimeout(ANSWER_SECONDS)
            self._socket.connect(address)
            self._ask(_AUTH, number(VERSION), blob(_COOKIE))
            self._ask(_SET_CLIENT_NAME, properties({"application.name": "Task Mining"}))
        except OSError:
            self._socket.close()
            raise

    def close(self) -> None:
        self._socket.close()

    def is_microphone_recorded(self) -> bool:
        """By a program: level meters, what the server records for itself, and sound that is played do not count."""
        return any(
            client != NONE and resampling != "peaks" and not is_paused and self._is_microphone(source)
            for client, source, resampling, is_paused in self._recordings()
        )

    def playing_pids(self) -> frozenset[int]:
        """Of the programs whose sound is neither paused nor turned off."""
        reply, found = self._ask(_SINK_INPUTS), set[int]()
        while reply.has_more:
            entry = reply.take(_SINK_INPUT_LENGTH)
            volume, is_muted, about, is_paused = entry[7], entry[12], entry[13], entry[14]
            pid = about.get("application.process.id", "") if isinstance(about, dict) else ""
            if pid.isdigit() and not is_paused and not is_muted and volume and any(_numbers(volume)):
                found.add(int(pid))
        return frozenset(found)

    def _recordings(self) -> Iterator[tuple[Value, Value, Value, Value]]:
        reply = self._ask(_SOURCE_OUTPUTS)
        while reply.has_more:
            entry = reply.take(_SOURCE_OUTPUT_LENGTH)
            yield entry[3], entry[4], entry[9], entry[12]

    def _is_microphone(self, source: Value) -> bool:
        """Not what listens to a loudspeaker."""
        reply = self._ask(_SOURCE, number(source if isinstance(source, int) else NONE), text(None))
        return reply.take(_MONITORED_SINK + 1)[_MONITORED_SINK] == NONE

    def _ask(self, command: int, *values: bytes) -> Reader:
        self._tag += 1
        deadline = time.monotonic() + ANSWER_SECONDS
        self._send(packet(number(command), number(self._tag), *values))
        while True:
            length, is_command = length_of(self._receive(HEAD_BYTES, deadline))
            reader = Reader(self._receive(length, deadline))
            if not is_command:
                continue
            answer, tag = reader.take(2)
            if tag == self._tag:
                if answer != _REPLY:
                    raise SoundServerError(f"the sound server refuses ({command})")
                return reader

    def _send(self, data: bytes) -> None:
        """With who we are: that is how the server knows its own user."""
        who = struct.pack("3i", os.getpid(), os.getuid(), os.getgid())
        self._socket.settimeout(ANSWER_SECONDS)
        sent = self._socket.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_CREDENTIALS, who)])
        self._socket.sendall(data[sent:])

    def _receive(self, length: int, deadline: float) -> bytes:
        data = bytearray()
        while len(data) < length:
            left = deadline - time.monotonic()
            if left <= 0:
                raise SoundServerError("the sound server does not answer in time")
            self._socket.settimeout(left)
            part = self._socket.recv(length - len(data))
            if not part:
                raise SoundServerError("the sound server has hung up")
            data += part
        return bytes(data)


def _numbers(value: Value) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else ()

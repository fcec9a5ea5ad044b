"""Keeps the person's answers in a file of the state folder, which all their sessions on this machine share.

A no holds here until the person says yes here: whatever the server says of that assignment meanwhile.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from agent.desktop_sessions.locks import FileLock, LockTakenError
from agent.settings import write_private

LOCK_SECONDS = 5.0


class ConsentAnswer(msgspec.Struct, frozen=True):
    """`is_told`: the server has heard of it."""

    is_accepted: bool
    is_told: bool = False


class ConsentBookError(RuntimeError):
    """The answers cannot be read or kept. The sentence says what to do."""


def declined_in(answers: Mapping[int, ConsentAnswer]) -> frozenset[int]:
    """The approvals to which the person has said no."""
    return frozenset(approval for approval, answer in answers.items() if not answer.is_accepted)


class ConsentBook:
    """May be used from any thread and by several agents at once: changes are made under a lock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._unwritten: dict[int, ConsentAnswer] = {}

    def answers(self) -> dict[int, ConsentAnswer]:
        """By approval. Raises ConsentBookError: without the answers nothing may be recorded."""
        try:
            written = msgspec.json.decode(self._path.read_bytes(), type=dict[int, ConsentAnswer])
        except FileNotFoundError:
            written = {}
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise ConsentBookError(
                f"Your answers in {self._path} cannot be read ({error}): nothing is recorded; mend or delete the file, "
                "then answer again."
            ) from error
        return {**written, **self._unwritten}

    def answer(self, approval_ids: tuple[int, ...], *, is_accepted: bool) -> None:
        """On the disk for good when this returns. Raises ConsentBookError; it holds in this process even then."""
        self._unwritten = {**self._unwritten, **dict.fromkeys(approval_ids, ConsentAnswer(is_accepted))}
        with self._changing():
            pass  # what is unwritten is part of the answers
        self._unwritten = {}

    def told(self, approval_id: int, *, is_accepted: bool) -> None:
        """The server has heard it; an answer that was changed meanwhile is told next."""
        with self._changing() as answers:
            if answers.get(approval_id) == ConsentAnswer(is_accepted):
                answers[approval_id] = ConsentAnswer(is_accepted, is_told=True)

    def forget_yes(self) -> None:
        """Before another agent begins: it asks for its own consent. A no goes on. Raises ConsentBookError."""
        with self._changing() as answers:
            for approval_id in [number for number, answer in answers.items() if answer.is_accepted]:
                del answers[approval_id]

    @contextmanager
    def _changing(self) -> Iterator[dict[int, ConsentAnswer]]:
        try:
            with FileLock(self._path.with_suffix(".lock")).held(seconds=LOCK_SECONDS):
                answers = self.answers()
                yield answers
                write_private(self._path, msgspec.json.encode(answers))
        except (OSError, LockTakenError) as error:
            raise ConsentBookError(f"{self._path}: {error}") from error

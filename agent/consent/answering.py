"""Obeys the person's answer on the spot: what it no longer allows ends, is withdrawn, and does not leave."""

import sqlite3
from collections.abc import Callable

from agent.consent.book import ConsentBook, ConsentBookError
from agent.policy.application import PolicyApplication
from agent.sending.sender import Sender


class NotKeptError(RuntimeError):
    """It holds now, but not over a restart. The sentence says what to do."""


class Answering:
    """In the recorder's thread, in order with what is seen."""

    def __init__(
        self,
        book: ConsentBook,
        application: PolicyApplication,
        sender: Sender,
        *,
        server_now_us: Callable[[], int],
        flush: Callable[[], None],
    ) -> None:
        self.book, self._application, self._sender = book, application, sender
        self._server_now_us, self._flush = server_now_us, flush

    def answer(self, approval_ids: tuple[int, ...], *, is_accepted: bool, now_us: int) -> int:
        """How many events were deleted. Raises NotKeptError when the disk refuses: then nothing is sent at all."""
        not_kept: Exception | None = None
        deleted_count = 0
        try:
            self.book.answer(approval_ids, is_accepted=is_accepted)
        except ConsentBookError as error:
            not_kept = error
        try:
            deleted_count = self.look(now_us)
        except sqlite3.Error as error:
            not_kept = not_kept or error
        if not_kept is not None:
            raise NotKeptError(f"It holds, but not over a restart ({not_kept}): free the disk or mend its rights.")
        return deleted_count

    def look(self, now_us: int) -> int:
        """Obeys the answers as they stand, whoever wrote them; how many events were deleted."""
        self._flush()
        self._application.renew_permits(now_us)
        self._sender.recall()
        deleted_count = self._application.withdraw_declined(at_us=self._server_now_us())
        self._sender.recall()  # what was planned meanwhile
        return deleted_count

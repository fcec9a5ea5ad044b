"""Keeps one connection to the governance API alive, patient with a server that is busy, restarting or gone."""

import http.client
import ssl
import time
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0
_TRY_AGAIN = frozenset({429, 502, 503, 504})

Answer = TypeVar("Answer")


class DeliveryError(Exception):
    """The API refused something that a simulated agent needs; `str(error)` ends in the remedy."""


class AgentConnection:
    """HTTP/1.1 over one socket. Not for two threads at once. `retry_count` tells how often something was sent again."""

    def __init__(
        self,
        api_url: str,
        *,
        patience_seconds: float = 120.0,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        url = urlsplit(api_url)
        if url.scheme not in {"http", "https"} or not url.hostname:
            raise DeliveryError(f"{api_url!r} is no address of the API: name one such as http://127.0.0.1:8700.")
        self.prefix = url.path.rstrip("/")
        self.patience_seconds = patience_seconds
        self.retry_count = 0
        self._pause, self._clock = pause, clock
        self._connection: http.client.HTTPConnection
        if url.scheme == "https":
            self._connection = http.client.HTTPSConnection(
                url.hostname, url.port, timeout=60, context=ssl.create_default_context()
            )
        else:
            self._connection = http.client.HTTPConnection(url.hostname, url.port, timeout=60)

    def ask(
        self,
        method: str,
        path: str,
        *,
        answer: type[Answer],
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        token: str = "",
    ) -> Answer:
        """The decoded answer to one request, which may be sent several times: only send what is idempotent.

        Raises DeliveryError when the API refuses, or when patience ends.
        """
        sent_headers = {"Content-Type": "application/json", **(headers or {})}
        if token:
            sent_headers["Authorization"] = f"Bearer {token}"
        deadline = self._clock() + self.patience_seconds
        pause_seconds = FIRST_PAUSE_SECONDS
        while True:
            status, text, retry_after = self._try(method, path, body, sent_headers)
            if 200 <= status < 300:
                return msgspec.json.decode(text or b"null", type=answer)
            if status and status not in _TRY_AGAIN:
                raise DeliveryError(f"{method} {path} was answered with {status}: {_sentence(text)}")
            if self._clock() >= deadline:
                raise DeliveryError(
                    f"{method} {path} found no server for {self.patience_seconds:.0f} s "
                    f"({_sentence(text) or status}): start the API, then deliver again."
                )
            self.retry_count += 1
            self._pause(min(retry_after or pause_seconds, LONGEST_PAUSE_SECONDS))
            pause_seconds = min(pause_seconds * 2, LONGEST_PAUSE_SECONDS)

    def close(self) -> None:
        self._connection.close()

    def _try(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes, float]:
        """Status, text, and seconds to wait if the server said so. Status 0: no answer."""
        try:
            self._connection.request(method, self.prefix + path, body=body or None, headers=dict(headers))
            response = self._connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            return 0, str(error).encode(), 0.0
        wait = response.headers.get("Retry-After", "")
        return response.status, text, float(wait) if wait.isdigit() else 0.0


def _sentence(text: bytes) -> str:
    try:
        problem = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text.decode("utf-8", "replace")[:300]
    return str(problem.get("detail", problem)) if isinstance(problem, dict) else str(problem)

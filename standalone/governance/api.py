"""A small client of the governance API; a refusal becomes an error with the API's own sentence."""

from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

import httpx

from pipelines.resources.authorities import trusted_authorities
from standalone.errors import StandaloneError

ANSWER_SECONDS = 120


class ApiRefusalError(StandaloneError):
    """The governance API said no; the sentence is its own."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        request = f"{response.request.method} {response.request.url.path}"
        super().__init__(f"{_detail(response)} (the answer {self.status} to {request})")


class Api:
    """One account's or agent's connection. Answers are JSON as it came."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url
        self._client = httpx.Client(base_url=url, timeout=ANSWER_SECONDS, verify=trusted_authorities())
        if token:
            self._client.headers["Authorization"] = f"Bearer {token}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def sign_in(self, login: str, password: str) -> Self:
        token = self.post("/tokens", {"login": login, "password": password})["access_token"]
        self._client.headers["Authorization"] = f"Bearer {token}"
        return self

    def get(self, path: str, **parameters: str | int) -> Any:
        return self._send("GET", path, params=parameters)

    def list(self, path: str, *, key: str, **parameters: str | int) -> Iterator[dict[str, Any]]:
        """Every row of a long list, page by page; `key` is the id that it is ordered by."""
        after = 0
        while page := self.get(path, after=after, **parameters):
            yield from page
            after = page[-1][key]

    def post(self, path: str, body: object = None) -> Any:
        return self._send("POST", path, json=body if body is not None else {})

    def put(self, path: str, body: object) -> Any:
        return self._send("PUT", path, json=body)

    def delete(self, path: str) -> Any:
        return self._send("DELETE", path)

    def post_bytes(self, path: str, content: bytes, *, media_type: str, encoding: str = "identity") -> Any:
        """Posts something that is not JSON: an event batch, a CSV file."""
        return self._send(
            "POST", path, content=content, headers={"Content-Type": media_type, "Content-Encoding": encoding}
        )

    def _send(self, method: str, path: str, **request: Any) -> Any:
        try:
            response = self._client.request(method, path, **request)
        except httpx.HTTPError as error:
            raise StandaloneError(
                f"The governance API at {self.url} does not answer ({error}): run `task-mining up` first."
            ) from error
        if response.is_error:
            raise ApiRefusalError(response)
        return response.json() if response.content else None


def _detail(response: httpx.Response) -> str:
    try:
        detail = response.json().get("detail")
    except (ValueError, AttributeError):
        detail = None
    return str(detail or response.text.strip() or response.reason_phrase)

"""Lists are whole or refused: a role with a permission too few, or a rule deployed twice, would show nowhere else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from pipelines.dashboards import superset_session
from pipelines.dashboards.errors import SupersetError
from pipelines.dashboards.superset_session import SupersetSession


@dataclass
class Answer:
    content: dict[str, Any]
    ok: bool = True

    def json(self) -> dict[str, Any]:
        return self.content


@pytest.fixture
def session_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, int], SupersetSession]:
    """A session with a Superset that has so many objects, and shows at most so many of them in one answer."""

    def session(count: int, at_most: int) -> SupersetSession:
        class Client:
            def __init__(self, *_: str) -> None: ...

            def get(self, _: str, params: dict[str, str]) -> Answer:
                asked = int(params["q"].removesuffix(")").rpartition(":")[2])
                shown = min(count, asked, at_most)
                return Answer({"count": count, "result": [{"id": number} for number in range(shown)]})

        monkeypatch.setattr(superset_session, "SupersetClient", Client)
        return SupersetSession(superset_url="https://superset.example", password="secret")

    return session


def test_a_list_longer_than_supersets_own_pages_comes_whole(
    session_of: Callable[[int, int], SupersetSession],
) -> None:
    listed = session_of(226, 10_000).list_all("security/permissions-resources/")
    assert [each["id"] for each in listed] == list(range(226))


def test_a_list_that_is_cut_off_is_refused_and_says_what_to_set(
    session_of: Callable[[int, int], SupersetSession],
) -> None:
    with pytest.raises(SupersetError, match=r"lists 100 of 226 objects below /api/v1/chart/.*FAB_API_MAX_PAGE_SIZE"):
        session_of(226, 100).list_all("chart/")

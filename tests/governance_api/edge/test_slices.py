"""Long work for one request: finished where somebody waits for it, ended where nobody does any more."""

import threading
from collections.abc import Generator

import httpx
from fastapi import FastAPI, Request

from governance_api.edge.middleware import Edge
from governance_api.edge.slices import finish_in_slices
from tests.fakes.raw_clients import RawClient
from tests.governance_api.serving import serving

SECONDS = 30
ASKING = b'POST /work HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"a": "b"}'


def service(work: Generator[str | None, None, None]) -> FastAPI:
    app = FastAPI()

    @app.post("/work")
    async def answer(request: Request, body: dict[str, str]) -> str:
        return await finish_in_slices(work, request)

    app.add_middleware(Edge, places=1)
    return app


def test_the_last_slice_is_the_answer() -> None:
    with serving(service(part for part in (None, None, "done"))) as address:
        assert httpx.post(f"{address}/work", json={"a": "b"}).json() == "done"


def test_work_ends_when_the_client_leaves() -> None:
    has_begun, has_ended = threading.Event(), threading.Event()

    def endless() -> Generator[str | None, None, None]:
        try:
            while True:
                has_begun.set()
                yield None
        finally:
            has_ended.set()

    with serving(service(endless())) as address:
        client = RawClient(address).send(ASKING)
        assert has_begun.wait(SECONDS)
        assert not has_ended.is_set()
        client.close()
        assert has_ended.wait(SECONDS)


def test_work_that_is_ended_is_ended_where_it_may_take_its_time() -> None:
    ended_by: list[str] = []

    def asking_at_the_end() -> Generator[str | None, None, None]:
        try:
            yield "done"
        finally:
            ended_by.append(threading.current_thread().name)

    with serving(service(asking_at_the_end())) as address:
        assert httpx.post(f"{address}/work", json={"a": "b"}).json() == "done"
    assert ended_by
    assert "AnyIO worker thread" in ended_by[0]

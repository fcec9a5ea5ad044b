"""Who holds a place among the requests at work, and what happens to whoever leaves before the end."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from governance_api.edge.middleware import MAX_BODY_BYTES, Edge

SCOPE: Scope = {"type": "http", "method": "POST", "path": "/projects", "headers": [], "query_string": b""}
LEFT: Message = {"type": "http.disconnect"}


class Client:
    """Sends the messages it is given, then waits until it leaves; reads answers only where it `reads`."""

    def __init__(self, *messages: Message, reads: bool = True) -> None:
        self._messages = list(messages) or [{"type": "http.request", "body": b"all of it", "more_body": False}]
        self.has_left, self.may_read = asyncio.Event(), asyncio.Event()
        self.answer: list[Message] = []
        self.offered = asyncio.Event()
        if reads:
            self.may_read.set()

    async def receive(self) -> Message:
        if self._messages:
            return self._messages.pop(0)
        await self.has_left.wait()
        return LEFT

    async def send(self, message: Message) -> None:
        self.offered.set()
        await self.may_read.wait()
        self.answer.append(message)

    @property
    def status(self) -> int:
        return int(self.answer[0]["status"])


class App:
    """Answers at once, or when it is let; counts whom it worked for."""

    def __init__(self, answer: Callable[[], Response] = lambda: PlainTextResponse("well")) -> None:
        self._answer = answer
        self.bodies: list[bytes] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.bodies.append((await receive())["body"])
        await self.may_answer.wait()
        await self._answer()(scope, receive, send)


def run(story: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        await asyncio.wait_for(story(), 20)

    asyncio.run(bounded())


def asking(edge: Edge, client: Client) -> "asyncio.Task[Any]":
    return asyncio.ensure_future(edge(SCOPE, client.receive, client.send))


def _streamed() -> Response:
    return StreamingResponse(iter([b"one", b"two"]))


def test_whoever_does_not_read_the_answer_holds_no_place() -> None:
    async def story(answer: Callable[[], Response]) -> None:
        edge = Edge(App(answer), places=2)
        idle = [Client(reads=False) for _ in range(20)]
        tasks = [asking(edge, client) for client in idle]
        reader = Client()
        await asking(edge, reader)
        assert reader.status == 200
        for client in idle:
            client.may_read.set()
        await asyncio.gather(*tasks)
        assert {client.status for client in idle} == {200}

    run(lambda: story(lambda: PlainTextResponse("well")))
    run(lambda: story(_streamed))


def test_a_request_holds_its_place_until_its_answer_begins() -> None:
    async def story() -> None:
        app = App()
        edge = Edge(app, places=2)
        app.may_answer.clear()
        tasks = [asking(edge, Client()) for _ in range(5)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert len(app.bodies) == 2
        app.may_answer.set()
        await asyncio.gather(*tasks)
        assert len(app.bodies) == 5

    run(story)


def test_whoever_leaves_while_waiting_for_a_place_is_worked_for_no_more() -> None:
    async def story() -> None:
        app = App()
        edge = Edge(app, places=1)
        app.may_answer.clear()
        first, leaving, last = Client(), [Client() for _ in range(3)], Client()
        tasks = [asking(edge, client) for client in (first, *leaving, last)]
        await asyncio.sleep(0)
        for client in leaving:
            client.has_left.set()
        await asyncio.gather(*tasks[1:4])
        app.may_answer.set()
        await asyncio.gather(*tasks)
        assert (first.status, last.status, len(app.bodies)) == (200, 200, 2)
        assert not any(client.answer for client in leaving)

    run(story)


def test_half_a_body_is_nobodys_request() -> None:
    async def story() -> None:
        app = App()
        half = Client({"type": "http.request", "body": b"login\nann\nb", "more_body": True}, LEFT)
        await asking(Edge(app, places=1), half)
        assert (app.bodies, half.answer) == ([], [])

    run(story)


def test_an_error_of_the_app_gives_the_place_back() -> None:
    async def story() -> None:
        async def failing(scope: Scope, receive: Receive, send: Send) -> None:
            raise ZeroDivisionError

        edge = Edge(failing, places=1)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await asking(edge, Client())

    run(story)


def test_a_body_too_large_is_refused_before_it_is_all_here() -> None:
    async def story() -> None:
        part: Message = {"type": "http.request", "body": b"x" * (MAX_BODY_BYTES // 2 + 1), "more_body": True}
        app, client = App(), Client(part, part)
        await asking(Edge(app, places=1), client)
        assert (client.status, app.bodies) == (413, [])

    run(story)

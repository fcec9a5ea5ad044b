"""People, agents and batches for the tests of ingestion, and the service in one process.

Rows are put into the tables directly: how they come to be there is tested by the nouns that own them.
"""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import duckdb
import httpx
import msgspec
import psycopg
from backports import zstd
from fastapi import FastAPI
from fastapi.responses import JSONResponse

from domain.event_batches import COLUMNS_MEDIA_TYPE, AgentSession, BatchHeader, batch_of_rows
from domain.event_kinds import EventKind
from domain.landing_files import CONTEXTS_FOLDER, LANDING_FOLDER
from domain.raw_events import RawEvent
from governance_api.edge import problems
from governance_api.ingestion.routes import PATH, Ingestion
from governance_api.security.logins import login_key
from governance_api.security.secrets_at_rest import token_hash

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_numbers = count(1)


@dataclass
class Database:
    """What a test puts into, and reads from, the governance schema."""

    url: str
    account_id: int = field(init=False)

    def __post_init__(self) -> None:
        self.account_id = self.value(
            "insert into governance.accounts (login, login_key, display_name) values (%s, %s, 'A')"
            " returning account_id",
            *(uuid4().hex,) * 2,
        )

    def execute(self, statement: str, *values: Any) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement, values)

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(statement, values).fetchall()

    def value(self, statement: str, *values: Any) -> Any:
        with psycopg.connect(self.url, autocommit=True) as connection:
            row = connection.execute(statement, values).fetchone()
            assert row
            return row[0]


@dataclass
class Agent:
    """An installed agent of a person; by default nothing is approved."""

    database: Database
    login: str = field(default_factory=lambda: f"person{next(_numbers)}")
    agent_id: int = field(init=False)
    workstation_user_id: int = field(init=False)
    token: str = field(init=False)
    session: AgentSession = field(init=False)

    def __post_init__(self) -> None:
        self.token = f"agent_{uuid4().hex}"
        self.session = AgentSession(uuid4(), self.login, "desk-1", "Europe/Berlin", "1.0")
        self.workstation_user_id = self.database.value(
            "insert into governance.workstation_users (login, login_key, display_name, time_zone)"
            " values (%s, %s, 'P', 'Europe/Berlin') returning workstation_user_id",
            *(self.login, login_key(self.login)),
        )
        self.agent_id = self.database.value(
            "insert into governance.agents (workstation_user_id, host, agent_version, token_hash, stage)"
            " values (%s, 'desk-1', '1.0', %s, 'installed') returning agent_id",
            self.workstation_user_id,
            token_hash(self.token),
        )

    def approve(self, starts_at: datetime, ends_at: datetime | None = None) -> int:
        """An approved request with its window, not consented to yet."""
        request_id = self.database.value(
            "insert into governance.data_requests (name, purpose, starts_on, requested_by) values ('R', 'P', %s, %s)"
            " returning data_request_id",
            starts_at.date(),
            self.database.account_id,
        )
        approval_id = self.database.value(
            "insert into governance.approvals (data_request_id, workstation_user_id, decision, decision_seq)"
            " values (%s, %s, 'approved', nextval('governance.decision_seq')) returning approval_id",
            request_id,
            self.workstation_user_id,
        )
        self.database.execute(
            "insert into governance.collection_windows (approval_id, workstation_user_id, starts_at, ends_at)"
            " values (%s, %s, %s, %s)",
            approval_id,
            self.workstation_user_id,
            starts_at,
            ends_at,
        )
        return int(approval_id)

    def answer(self, approval_id: int, answer: str = "accepted") -> None:
        self.database.execute(
            "insert into governance.consents (approval_id, workstation_user_id, answer, text, answered_at, agent_id)"
            " values (%s, %s, %s, 'May we?', now(), %s)",
            approval_id,
            self.workstation_user_id,
            answer,
            self.agent_id,
        )

    def collecting(self, starts_at: datetime = NOW - timedelta(days=1), ends_at: datetime | None = None) -> "Agent":
        self.answer(self.approve(starts_at, ends_at))
        return self


def events(
    number: int = 3, *, first: int = 0, at: datetime = NOW - timedelta(hours=1), **fields: Any
) -> list[RawEvent]:
    """Clicks, one a second."""
    fields = {"application": "excel.exe", "window_title": "Costs", **fields}
    return [
        RawEvent(first + i, at + timedelta(seconds=i), fields.get("kind", EventKind.CLICKED), **without_kind(fields))
        for i in range(number)
    ]


def without_kind(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name != "kind"}


def columns_body(batch_key: str, session: AgentSession, rows: Sequence[RawEvent]) -> bytes:
    return msgspec.msgpack.encode(batch_of_rows(batch_key, session, rows))


def rows_body(batch_key: str, session: AgentSession, rows: Sequence[RawEvent]) -> bytes:
    return b"\n".join(msgspec.json.encode(each) for each in (BatchHeader(batch_key, session), *rows)) + b"\n"


@dataclass
class Service:
    """The route in an application of its own, as the product mounts it."""

    client: "Client"
    ingestion: Ingestion
    lake: Path

    prefers = ""

    def post(
        self, agent: Agent | None, body: bytes, *, form: str = COLUMNS_MEDIA_TYPE, encoding: str = "identity"
    ) -> httpx.Response:
        headers = {"Content-Type": form, "Content-Encoding": encoding, "Prefer": self.prefers}
        if agent:
            headers["Authorization"] = f"Bearer {agent.token}"
        return self.client.post(PATH, body, headers)

    def send(
        self,
        agent: Agent,
        rows: Sequence[RawEvent],
        batch_key: str = "b-0",
        *,
        form: str = COLUMNS_MEDIA_TYPE,
        session: AgentSession | None = None,
    ) -> httpx.Response:
        encode = columns_body if form == COLUMNS_MEDIA_TYPE else rows_body
        body = zstd.compress(encode(batch_key, session or agent.session, rows))
        return self.post(agent, body, form=form, encoding="zstd")

    def landed(self, columns: str = "*") -> list[tuple[Any, ...]]:
        """Rows of all landing files with their contexts, in the order of session and sequence."""
        if not list(self.lake.glob(f"{LANDING_FOLDER}/*.parquet")):
            return []
        with closing(duckdb.connect()) as engine:
            return engine.execute(
                f"select {columns} from read_parquet('{self.lake}/{LANDING_FOLDER}/*.parquet') left join"
                f" (select distinct on (context_key) * from read_parquet('{self.lake}/{CONTEXTS_FOLDER}/*.parquet'))"
                " using (context_key) order by session_key, sequence"
            ).fetchall()


def refused(answer: httpx.Response) -> tuple[int, str]:
    """Status and sentence of a problem."""
    assert answer.headers["content-type"] == problems.MEDIA_TYPE
    return answer.status_code, json.loads(answer.content)["detail"]


class Client:
    """Requests to an application in this process, one after the other."""

    def __init__(self, app: FastAPI) -> None:
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ingestion")

    def get(self, path: str) -> httpx.Response:
        return self._runner.run(self._client.get(path))

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
        return self._runner.run(self._client.post(path, content=body, headers=headers))

    def post_all(self, path: str, bodies: Sequence[bytes], headers: dict[str, str]) -> list[httpx.Response]:
        """All at once."""

        async def gathered() -> list[httpx.Response]:
            return await asyncio.gather(*(self._client.post(path, content=body, headers=headers) for body in bodies))

        return self._runner.run(gathered())

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()


def wait_until(holds: Callable[[], bool], *, seconds: float = 120) -> None:
    """Polls; raises TimeoutError when the condition never holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.01)


def application(router: Any) -> FastAPI:
    app = FastAPI()
    app.include_router(router)
    problems.install(
        app, html=lambda _, problem: JSONResponse(problem.model_dump(), problem.status), note=lambda *_: None
    )
    return app


def session_of(agent: Agent, session_id: UUID | None = None) -> AgentSession:
    return msgspec.structs.replace(agent.session, session_id=session_id or uuid4())

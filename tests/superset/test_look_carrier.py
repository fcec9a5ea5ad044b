"""Looks are carried from Superset's log to the audit log once each, whatever the governance service answers meanwhile.

Runs `superset/look_carrier.py` against a real PostgreSQL and a real local server.
"""

import json
import logging
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa

from tests.superset.loading import loaded

loaded("looks")
carrier = loaded("look_carrier")
TABLES = """
create table logs (
    id serial primary key, dttm timestamp, action text, user_id int, dashboard_id int, slice_id int, json text
);
create table dashboards (id int, dashboard_title text, slug text);
create table slices (id int, slice_name text);
create table tables (id int, table_name text);
"""
LOG = (
    "insert into logs (dttm, action, json) values (now() at time zone 'utc' - make_interval(days => :days), :what, :x)"
)


class Governance(BaseHTTPRequestHandler):
    """Remembers how far the log was carried, as the service does, unless it is told to answer otherwise."""

    up_to = 0
    said: bytes | None = None
    told: list[dict[str, Any]] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.told.append(body)
        type(self).up_to = body["up_to"]
        self._answer()

    def log_message(self, *_: Any) -> None:
        """Quiet."""

    def _answer(self) -> None:
        text = json.dumps({"up_to": self.up_to}).encode() if self.said is None else self.said
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Governance)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def engine(database_url: str) -> Iterator[sa.Engine]:
    made = sa.create_engine(sa.make_url(database_url).set(drivername="postgresql+psycopg"))
    with made.begin() as connection:
        connection.execute(sa.text(TABLES))
    yield made
    made.dispose()


@pytest.fixture(autouse=True)
def _from_the_beginning(engine: sa.Engine) -> None:
    Governance.up_to, Governance.said, Governance.told = 0, None, []
    with engine.begin() as connection:
        connection.execute(sa.text("truncate logs restart identity"))


def log(engine: sa.Engine, *, days: int = 0, action: str = "task_mining:looked_at") -> None:
    facts = json.dumps({"login": "stella", "what": "chart"})
    with engine.begin() as connection:
        connection.execute(sa.text(LOG), {"days": days, "what": action, "x": facts})


def stored(engine: sa.Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.execute(sa.text("select id from logs order by id")).scalars())


def rounds(engine: sa.Engine, url: str, *between: Any) -> None:
    """Carries until there is nothing more to do between two rounds."""
    waiting = iter(between)

    class Over(BaseException):
        """The test's own end."""

    def wait(_: float) -> None:
        do = next(waiting, None)
        if do is None:
            raise Over
        do()

    with pytest.raises(Over):
        carrier.keep_carrying(engine, url, "of-superset", wait=wait)


def test_what_is_old_goes_once_it_was_carried_but_for_the_row_by_which_the_log_is_known(
    engine: sa.Engine, url: str
) -> None:
    for days in (100, 99, 98):
        log(engine, days=days)
    for _ in range(3):
        assert not carrier.carry(engine, url, "of-superset", is_pruning=True)
    assert stored(engine) == [3]
    assert [(each["after"], each["up_to"], each["is_restarted"]) for each in Governance.told] == [(0, 3, False)]
    assert Governance.told[0]["looks"][0]["count"] == 3


def test_old_rows_are_looked_for_once_an_hour(engine: sa.Engine, url: str) -> None:
    def old_ones() -> None:
        log(engine, days=100)
        log(engine)

    old_ones()
    rounds(engine, url, old_ones, lambda: None)
    assert stored(engine) == [1, 2, 3, 4]
    assert [each["up_to"] for each in Governance.told] == [2, 4]


@pytest.mark.parametrize("said", [b"<html>a proxy's page</html>", b"[]", b"{}", b'{"up_to": null}', b'{"up_to": "x"}'])
def test_an_answer_that_says_nothing_ends_no_carrying(
    engine: sa.Engine, url: str, said: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    def mend() -> None:
        Governance.said = None

    log(engine)
    Governance.said = said
    with caplog.at_level(logging.WARNING):
        rounds(engine, url, lambda: None, mend)
    assert [each["up_to"] for each in Governance.told] == [1]
    assert [each.message.partition(" (")[0] for each in caplog.records] == [
        "Looks wait in the log of Superset until governance takes them",
        "Looks are carried to the audit log again.",
    ]


def test_whatever_else_goes_wrong_is_told_and_tried_again(
    engine: sa.Engine, url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> bool:
        raise RuntimeError("unforeseen")

    log(engine)
    monkeypatch.setattr(carrier, "carry", broken)
    rounds(engine, url, monkeypatch.undo)
    assert [each["up_to"] for each in Governance.told] == [1]
    assert "unforeseen" in caplog.text

"""Anchors on their way elsewhere: posted, mailed, and tried again until they arrive."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import Engine

from governance_api.audit.anchors.delivery import AnchorDelivery
from standalone.ports import free_port
from tests.governance_api.audit.anchored_log import anchored_log


class Mailbox:
    """Takes mail for one address and refuses the rest."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, _server: object, _session: object, envelope: object, address: str, _: object
    ) -> str:
        if address != "council@example.org":
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)  # type: ignore[attr-defined] # aiosmtpd carries no types
        return "250 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802
        self.texts.append(envelope.content.decode())  # type: ignore[attr-defined] # aiosmtpd carries no types
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield mailbox, f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


class _Notary(BaseHTTPRequestHandler):
    taken: list[bytes]
    status = 204

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.status < 400:
            self.taken.append(body)
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def notary() -> Iterator[tuple[type[_Notary], str]]:
    handler = type("Notary", (_Notary,), {"taken": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield handler, f"http://127.0.0.1:{server.server_port}/anchors"
    server.shutdown()
    server.server_close()


def test_an_anchor_is_mailed_as_it_stands_in_the_file(
    engine: Engine, tmp_path: Path, mailbox: tuple[Mailbox, str]
) -> None:
    box, smtp_url = mailbox
    log = anchored_log(engine, tmp_path, AnchorDelivery(mail_to="council@example.org", smtp_url=smtp_url))
    log.add(1)
    log.keeper.anchor()
    log.keeper.deliver()
    log.keeper.deliver()
    (text,) = box.texts
    unfolded = text.replace("=\r\n", "").replace("=3D", "=")
    assert log.keeper.folder.lines()[0] in unfolded


def test_what_does_not_arrive_is_tried_again_with_the_next_anchor(
    engine: Engine, tmp_path: Path, notary: tuple[type[_Notary], str], caplog: pytest.LogCaptureFixture
) -> None:
    handler, url = notary
    log = anchored_log(engine, tmp_path, AnchorDelivery(post_url=url))
    handler.status = 503
    log.add(1)
    log.keeper.anchor()
    log.keeper.deliver()
    assert "Anchor 1 was not taken by 127.0.0.1" in caplog.text
    handler.status = 204
    log.add(1)
    log.keeper.anchor()
    log.keeper.deliver()
    assert [json.loads(body)["number"] for body in handler.taken] == [1, 2]
    assert [body.decode() for body in handler.taken] == log.keeper.folder.lines()


@pytest.mark.parametrize("kind", ["refused", "unreachable"])
def test_mail_that_is_not_taken_is_no_delivery(
    engine: Engine, tmp_path: Path, mailbox: tuple[Mailbox, str], caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    smtp_url = mailbox[1] if kind == "refused" else f"smtp://127.0.0.1:{free_port()}"
    log = anchored_log(engine, tmp_path, AnchorDelivery(mail_to="nobody@example.org", smtp_url=smtp_url))
    log.add(1)
    log.keeper.anchor()
    log.keeper.deliver()
    assert "could not be mailed to nobody@example.org" in caplog.text
    assert log.keeper.folder.delivered() == 0

"""What holds for the whole service: documentation, problems, bounds, headers."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import httpx
import pytest
from alembic.script import ScriptDirectory
from fastapi import FastAPI

from domain.event_batches import ROWS_MEDIA_TYPE
from governance_api.edge.middleware import MAX_BODY_BYTES
from governance_api.migrations.upgrade import configuration
from tests.governance_api.world import World, sentence


def _newest_revision() -> str:
    """The head of the chain: revisions are numbered before they are written, and may follow in another order."""
    return str(ScriptDirectory.from_config(configuration()).get_current_head())


def test_the_service_says_how_it_is(client: httpx.Client) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "schema_version": _newest_revision()}


def test_the_documentation_describes_every_answer(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            succeeding = [code for code in operation["responses"] if code.startswith("2")]
            assert succeeding, f"{method} {path}"
            for code in succeeding:
                is_empty = code == "204"
                assert is_empty or operation["responses"][code]["content"], f"{method} {path}"
    operations = [each["operationId"] for methods in document["paths"].values() for each in methods.values()]
    assert len(operations) == len(set(operations))


def test_the_documentation_is_rendered_once(
    client: httpx.Client, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks for it again and again would otherwise keep the service from everything else."""
    first = client.get("/openapi.json")
    assert first.json()["paths"].keys() == app.openapi()["paths"].keys()
    monkeypatch.setattr(app, "openapi", lambda: pytest.fail("rendered again"))
    again = client.get("/openapi.json")
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["content-type"] == "application/json"


def test_every_reference_in_the_documentation_leads_somewhere(client: httpx.Client) -> None:
    text = client.get("/openapi.json").text
    known = {f"#/components/schemas/{name}" for name in json.loads(text)["components"]["schemas"]}

    def references(part: object) -> set[str]:
        if isinstance(part, dict):
            own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
            return own.union(*(references(value) for value in part.values()))
        return set[str]().union(*(references(value) for value in part)) if isinstance(part, list) else set()

    assert references(json.loads(text)) <= known
    assert "#/components/schemas/AgentPolicy" in known


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("PUT", "/tokens", 405)])
def test_a_wrong_address_is_a_problem_too(client: httpx.Client, method: str, path: str, status: int) -> None:
    assert "/openapi.json" in sentence(client.request(method, path), status)


def test_an_unknown_field_is_an_error_and_is_named(client: httpx.Client) -> None:
    answer = client.post("/tokens", json={"login": "x", "password": "secret-word", "remember": True})
    assert "body.remember" in sentence(answer, 422)
    assert "secret-word" not in answer.text


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b'"text"', b"[" * 100_000, b'{"login": "\\ud800", "password": "x"}']
)
def test_a_body_that_is_no_json_object_is_refused_in_words(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/tokens", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 422}
    sentence(answer, answer.status_code)


def test_a_nul_character_is_refused_before_the_database_sees_it(world: World) -> None:
    answer = world.client.post("/tokens", json={"login": "a\0b", "password": "x"})
    assert "NUL" in sentence(answer, 422)


def test_a_body_of_unreasonable_size_is_refused(client: httpx.Client) -> None:
    answer = client.post("/tokens", content=b"x" * (MAX_BODY_BYTES + 1))
    sentence(answer, 413)

    def parts() -> object:
        for _ in range(MAX_BODY_BYTES // 65_536 + 1):
            yield b"x" * 65_536

    sentence(client.post("/tokens", content=parts()), 413)  # type: ignore[arg-type]


def test_numbers_beyond_what_is_stored_are_no_accident(world: World) -> None:
    sentence(world.client.get(f"/mining-jobs/{10**30}", headers=world.admin), 422)
    answer = world.client.post("/rule-sets", json={"rules": [], "note": "x" * 5_000}, headers=world.admin)
    sentence(answer, 422)


def test_answers_carry_headers_that_keep_them_to_themselves(client: httpx.Client) -> None:
    for path in ("/pages/login", "/openapi.json", "/nowhere"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"


def test_more_requests_at_once_than_connections_wait_their_turn(world: World) -> None:
    def ask(_: int) -> int:
        return world.client.get("/accounts/me", headers=world.admin, timeout=60).status_code

    with ThreadPoolExecutor(90) as pool:
        assert set(pool.map(ask, range(270))) == {200}


def test_an_event_reaches_the_lake_through_enrolment_approval_and_consent(world: World) -> None:
    world.person("wanda")
    agent = world.agent("wanda")
    approval_id = world.approved("wanda")
    header = {
        "batch_key": "first",
        "session": {
            "session_id": str(UUID(int=7)),
            "login": "wanda",
            "host": "desk-1",
            "time_zone": "Europe/Berlin",
            "agent_version": "1.0",
        },
    }
    event = {"sequence": 0, "occurred_at": "2025-11-03T08:59:00Z", "kind": "session_started"}
    headers = {**agent, "Content-Type": ROWS_MEDIA_TYPE}

    def sent(key: str) -> dict[str, object]:
        lines = [json.dumps(line) for line in ({**header, "batch_key": key}, event)]
        receipt = world.client.post("/agent/event-batches", content="\n".join(lines), headers=headers)
        return dict(world.done(receipt))

    assert sent("before consent")["refused"] == {"not_consented": 1}
    consent = {"approval_id": approval_id, "answer": "accepted"}
    world.done(world.client.post("/agent/consents", json=consent, headers=agent))
    deadline = time.monotonic() + 10
    while (receipt := sent(f"after {time.monotonic()}"))["accepted"] != 1:
        assert time.monotonic() < deadline, receipt

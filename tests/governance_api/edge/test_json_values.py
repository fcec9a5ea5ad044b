"""Values of requests: of the type that the field has in JSON, and storable."""

from datetime import date
from typing import Any

import pytest
from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError, create_model

from governance_api.edge.json_values import MAX_DEPTH
from governance_api.edge.schemas import Body
from tests.governance_api.world import World, sentence

Everything = create_model(
    "Everything",
    __base__=Body,
    day=(date | None, None),
    instant=(AwareDatetime | None, None),
    count=(int | None, None),
    bounded=(int, Field(default=1, ge=1)),
    share=(float | None, None),
    is_on=(bool | None, None),
    text=(str, ""),
    anything=(dict[str, Any], {}),
)


def _refusal(body: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as refused:
        Everything.model_validate(body)
    (fault,) = refused.value.errors()
    assert fault["loc"] == tuple(body)
    return str(fault["msg"])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"day": 0}, "a number where a date, written as text, is expected"),
        ({"day": 1.5}, "a number where a date"),
        ({"day": False}, "false where a date"),
        ({"day": "0"}, "a number where a date"),
        ({"day": " 86400.0 "}, "a number where a date"),
        ({"instant": 1_700_000_000}, "a number where a date"),
        ({"instant": "1700000000"}, "a number where a date"),
        ({"count": False}, "false where a number is expected"),
        ({"bounded": True}, "true where a number is expected"),
        ({"count": "3"}, "a text where a number is expected"),
        ({"share": True}, "true where a number is expected"),
        ({"share": "0.5"}, "a text where a number is expected"),
        ({"is_on": 1}, "a number where true or false is expected"),
        ({"is_on": "yes"}, "a text where true or false is expected"),
        ({"text": 7}, "valid string"),
        ({"text": "a\x00"}, "NUL"),
        ({"text": "\ud800"}, "surrogate"),
        ({"anything": {"a": ["\udfff"]}}, "surrogate"),
        ({"anything": {"\x00": 1}}, "NUL"),
        ({"share": float("nan")}, "finite"),
        ({"share": float("inf")}, "finite"),
    ],
)
def test_a_value_of_another_type_is_refused_where_it_stands(body: dict[str, Any], words: str) -> None:
    assert words in _refusal(body)


def test_what_is_nested_too_deep_is_refused() -> None:
    nested: dict[str, Any] = {}
    for _ in range(MAX_DEPTH + 1):
        nested = {"more": nested}
    assert "nested" in _refusal({"anything": nested})


def test_values_of_their_own_type_are_taken() -> None:
    body = {"day": "2026-03-02", "instant": "2026-03-02T10:00:00Z", "count": 0, "share": 1, "is_on": False}
    taken = Everything.model_validate(body | {"text": "𝒳 yes", "anything": {"a": [1, True, None, "0"]}})
    assert TypeAdapter(dict[str, Any]).dump_python(taken.model_dump(mode="json"))["day"] == "2026-03-02"


@pytest.mark.parametrize("field", ["starts_on", "ends_on"])
def test_zero_is_no_date_of_a_request(world: World, field: str) -> None:
    body = {"name": "R", "purpose": "P", "starts_on": "2026-03-02", "workstation_user_logins": ["wilma"], field: 0}
    answer = world.client.post("/data-requests", json=body, headers=world.analyst())
    assert f"body.{field}: is a number" in sentence(answer, 422)

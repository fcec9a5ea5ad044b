"""The list of mutations beside those that this release of Dagster has: nothing new is open unseen."""

from types import SimpleNamespace
from typing import Any

import pytest
from dagster_graphql.schema import create_schema
from graphql import GraphQLUnionType, get_named_type

from pipelines.web.mutations import DONE, MUTATIONS, failed_among

#: Open to nobody: they end the code server, send data elsewhere, or belong to what this product does not use.
CLOSED = {
    "deleteAppManagedComponent",
    "logTelemetry",
    "refreshComponentState",
    "setAppManagedComponent",
    "setAutoMaterializePaused",
    "setNuxSeen",
    "shutdownRepositoryLocation",
}


@pytest.fixture(scope="module")
def mutations() -> dict[str, Any]:
    mutation_type = create_schema().graphql_schema.mutation_type
    assert mutation_type is not None
    return dict(mutation_type.fields)


def test_every_mutation_of_dagster_is_either_on_the_list_or_closed(mutations: dict[str, Any]) -> None:
    assert set(MUTATIONS) | CLOSED == set(mutations)
    assert not set(MUTATIONS) & CLOSED


def test_answers_that_are_no_errors_are_known_as_done(mutations: dict[str, Any]) -> None:
    """Dagster marks errors by a message, but for three."""
    unmarked = {"InvalidStepError", "InvalidOutputError", "RunConfigValidationInvalid"}
    for name in MUTATIONS:
        answered = get_named_type(mutations[name].type)
        for each in answered.types if isinstance(answered, GraphQLUnionType) else (answered,):
            is_error = "message" in getattr(each, "fields", {}) or each.name in unmarked
            assert each.name == "Boolean" or (DONE.fullmatch(each.name) is None) == is_error, each.name


def test_of_several_only_what_failed_is_named() -> None:
    done, failed = type("Done", (), {"_meta": SimpleNamespace(name="TerminateRunSuccess")}), type("Failed", (), {})
    success = done()
    success.run = SimpleNamespace(run_id="a")
    answer = SimpleNamespace(terminateRunResults=[success, failed()])
    assert failed_among(["a", "b"], answer) == {"b": "Failed"}
    assert failed_among(["a"], SimpleNamespace(terminateRunResults=[success])) == {}
    assert failed_among(["a"], False) == {"a": "bool"}
    assert failed_among(["a"], True) == {}

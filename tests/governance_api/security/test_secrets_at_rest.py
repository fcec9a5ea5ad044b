"""What a password costs whoever guesses it, and whoever signs in."""

import importlib.util
from types import ModuleType

import pytest
from argon2 import Parameters, Type, extract_parameters

from governance_api.security import secrets_at_rest


@pytest.fixture
def product() -> ModuleType:
    """The module as the service loads it: the other tests of the service hash cheaply."""
    found = importlib.util.find_spec(secrets_at_rest.__name__)
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_a_password_is_as_slow_to_guess_as_owasp_recommends(product: ModuleType) -> None:
    kept = product.hash_password("correct horse battery")
    recommended = Parameters(
        type=Type.ID, version=19, salt_len=16, hash_len=32, time_cost=2, memory_cost=19 * 1024, parallelism=1
    )
    assert extract_parameters(kept) == recommended
    assert product.is_password("correct horse battery", kept)
    assert not product.is_password("correct horse batter", kept)


def test_nobody_s_password_is_as_slow_to_guess(product: ModuleType) -> None:
    assert extract_parameters(product._hash_of_nobody()) == extract_parameters(product.hash_password("somebody's"))
    assert not product.is_password("", None)

"""Contexts: a key that is the same everywhere, positive, and different for different contexts."""

from hypothesis import given
from hypothesis import strategies as st

from domain.contexts import EXCLUDED_CONTEXT_KEY, Context, context_key, stable_key

TEXTS = st.text(max_size=10)


def test_keys_are_those_of_every_release() -> None:
    assert stable_key(("", "", "")) == 1141760553649076498
    assert context_key("excel.exe", "Costs.xlsx - Excel", "") == Context("excel.exe", "Costs.xlsx - Excel").key


@given(st.tuples(TEXTS, TEXTS, TEXTS), st.tuples(TEXTS, TEXTS, TEXTS))
def test_other_contexts_have_other_keys(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    assert (context_key(*one) == context_key(*other)) is (one == other)
    assert EXCLUDED_CONTEXT_KEY <= context_key(*one) < 2**63


@given(st.tuples(TEXTS, TEXTS, TEXTS))
def test_only_a_context_with_nothing_in_it_has_the_key_of_the_excluded(texts: tuple[str, str, str]) -> None:
    assert (context_key(*texts) == EXCLUDED_CONTEXT_KEY) is not any(texts)


def test_texts_do_not_run_into_each_other() -> None:
    assert stable_key(("ab", "c")) != stable_key(("a", "bc"))

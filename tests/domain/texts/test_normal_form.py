"""The one form of a text: as a slow reading of the rule gives it, unchanged when given again."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.texts.normal_form import normalized, normalized_part, normalized_within

#: Of everything that matters: words, spaces of all kinds, what is invisible, marks, halves of pairs, what composes.
CHARACTERS = "aZ9 -é\t\n\r\0\x7f\x85\u00a0\u2003\u2028\u3000\u200b\u00ad\u202e\ufeff\u0308\u0301\u212b\u0958\ue000"
ODD = st.sampled_from([*CHARACTERS, "u\u0308", "\u1100\u1161\u11a8", "\U0001f600", "\ud83d", "\ude00"])
TEXTS = st.one_of(st.lists(ODD, max_size=12).map("".join), st.text(max_size=12))


def _reference(text: str) -> str:
    """The rule, character by character."""
    characters = list(text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))
    seen = [c for c in characters if unicodedata.category(c) != "Cf"]
    line = "".join(" " if unicodedata.category(c) in {"Cc", "Zs", "Zl", "Zp"} else c for c in seen)
    while "  " in line:
        line = line.replace("  ", " ")
    return unicodedata.normalize("NFC", line.strip(" "))


@given(TEXTS)
def test_the_rule_is_followed_and_following_it_again_changes_nothing(text: str) -> None:
    assert normalized(text) == _reference(text)
    assert normalized(normalized(text)) == normalized(text)


@given(TEXTS, st.integers(0, 12))
def test_a_bound_is_kept_and_what_is_cut_is_in_its_form_too(text: str, bound: int) -> None:
    cut = normalized_within(text, bound)
    assert len(cut) <= bound
    assert normalized(text).startswith(cut)
    assert normalized(cut) == cut


@given(TEXTS)
def test_a_part_keeps_one_space_at_its_edges(text: str) -> None:
    part = normalized_part(text)
    assert part.strip(" ") == normalized(text)
    assert normalized_part(part) == part
    assert len(part) - len(part.strip(" ")) <= 2


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Zu\u0308rich", "Z\u00fcrich"),
        ("Soft\u00adhyphen and zero\u200bwidth", "Softhyphen and zerowidth"),
        ("two\r\nlines\tand\u00a0more  space ", "two lines and more space"),
        ("half a pair \ud83d", "half a pair \ufffd"),
        ("\ud83d\ude00", "\U0001f600"),
        ("\u202eexe.fdp", "exe.fdp"),
        ("", ""),
    ],
)
def test_texts_as_programs_show_them(text: str, form: str) -> None:
    assert normalized(text) == form

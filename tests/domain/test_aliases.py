"""Aliases: the same key gives the same alias, another key another, and no two people share one."""

import pytest

from domain.aliases import AnonymizationLevel, alias, aliases
from domain.errors import DomainError

KEY = bytes(range(32))


def test_a_code_depends_on_the_key_and_on_nothing_else_of_the_person_but_the_login() -> None:
    code = alias(AnonymizationLevel.ANONYMIZED_CODE, KEY, "mia", "Mia Meyer")
    assert code.startswith("WU-")
    assert len(code) == 9
    assert code == alias(AnonymizationLevel.ANONYMIZED_CODE, KEY, "mia", "Mia Schmidt")
    assert code != alias(AnonymizationLevel.ANONYMIZED_CODE, KEY[::-1], "mia", "Mia Meyer")


def test_initials_that_two_people_share_carry_a_code() -> None:
    named = aliases(
        AnonymizationLevel.INITIALS, KEY, {"mia": "Mia Meyer", "max": "Max Müller", "al": "Ada-Lee Lovelace"}
    )
    assert named["al"] == "ALL"
    assert named["mia"].startswith("MM ")
    assert named["mia"] != named["max"]


def test_codes_that_collide_are_lengthened_for_all() -> None:
    people = {f"login{i}": "" for i in range(9000)}  # birthday paradox: six hex digits collide here
    named = aliases(AnonymizationLevel.ANONYMIZED_CODE, KEY, people)
    assert len(set(named.values())) == len(people)
    assert {len(name) for name in named.values()} == {11}


def test_a_login_name_is_the_login_and_nobody_is_named_in_an_empty_project() -> None:
    assert alias(AnonymizationLevel.LOGIN_NAME, KEY, "mia", "Mia") == "mia"
    assert aliases(AnonymizationLevel.ANONYMIZED_CODE, KEY, {}) == {}


def test_a_short_key_is_refused() -> None:
    with pytest.raises(DomainError, match="at least 16 random bytes"):
        alias(AnonymizationLevel.ANONYMIZED_CODE, b"short", "mia", "Mia")


def test_levels_are_ordered_by_what_they_hide() -> None:
    assert AnonymizationLevel.ANONYMIZED_CODE.is_at_least(AnonymizationLevel.INITIALS)
    assert not AnonymizationLevel.LOGIN_NAME.is_at_least(AnonymizationLevel.INITIALS)

"""Whose account it is: a registered login and what an operating system tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identity.workstation_accounts import WorkstationAccount, is_same_account, parse_account


def is_same(registered: str, login: str, domain: str = "", principal: str = "") -> bool:
    return is_same_account(parse_account(registered), WorkstationAccount(login, domain, "1000", principal))


@pytest.mark.parametrize(
    ("registered", "login", "domain", "principal"),
    [
        ("anna", "anna", "", ""),
        ("anna", "ANNA", "CORP", "anna@corp.example"),
        ("Jürgen", "JÜRGEN", "", ""),
        ("CORP\\anna", "Anna", "corp", ""),
        ("CORP\\anna", "CORP\\anna", "", ""),
        ("anna@CORP", "anna", "Corp", ""),
        ("anna@corp.example", "anna", "CORP", "Anna@Corp.Example"),
        ("anna.smith@corp.example", "asmith", "CORP", "anna.smith@corp.example"),
        ("anna@corp.example", "anna@corp.example", "", ""),
        ("anna", "CORP\\anna", "CORP", ""),
    ],
)
def test_an_account_is_known_in_the_forms_that_systems_tell(
    registered: str, login: str, domain: str, principal: str
) -> None:
    assert is_same(registered, login, domain, principal)


@pytest.mark.parametrize(
    ("registered", "login", "domain", "principal"),
    [
        ("anna", "eve", "", ""),
        ("anna", "", "", ""),
        ("", "", "", ""),
        ("anna", "anna ", "", ""),
        ("anna", "eve", "CORP", "anna@corp.example"),
        ("CORP\\anna", "anna", "OTHER", ""),
        ("CORP\\anna", "anna", "", ""),
        ("CORP\\anna", "anna", "desk-1", "anna@other.example"),
        ("CORP\\anna", "anna", "corp.example", ""),
        ("anna@corp.example", "anna", "CORP", "anna@corp.example.evil"),
        ("CORP\\anna", "OTHER\\anna", "CORP", ""),
        ("CORP\\anna", "anna@OTHER", "CORP", ""),
        ("admin", "admın", "", ""),
        ("inge", "İnge", "", ""),
        ("i̇nge", "İnge", "", ""),
        ("anna", "ａｎｎａ", "", ""),
        ("kate", "\u212aate", "", ""),
        ("susan", "\u017fusan", "", ""),
        ("strasse", "straße", "", ""),
        ("josé", "jose\u0301", "", ""),
        ("anna", "аnna", "", ""),
        ("kate@corp", "kate", "\u212aorp", ""),
    ],
)
def test_another_account_is_not_taken_for_it(registered: str, login: str, domain: str, principal: str) -> None:
    assert not is_same(registered, login, domain, principal)


def test_a_registered_identifier_is_the_very_same() -> None:
    mapped = WorkstationAccount("anna", "CORP", "S-1-5-21-1-2-3-1001")
    assert is_same_account(mapped, WorkstationAccount("ANNA", "corp", "S-1-5-21-1-2-3-1001"))
    assert not is_same_account(mapped, WorkstationAccount("anna", "CORP", "S-1-5-21-9-9-9-1001"))
    assert not is_same_account(mapped, WorkstationAccount("anna", "CORP"))


@given(st.text(max_size=8), st.text(max_size=8))
def test_names_are_the_same_in_case_alone(one: str, other: str) -> None:
    """Compared with what is meant: each letter the other's upper or lower form, both ways."""
    is_same_name = is_same_account(WorkstationAccount(one), WorkstationAccount(other))
    if is_same_name:
        assert len(one) == len(other)
        assert one.casefold() == other.casefold()
    if one and "@" not in one and "\\" not in one:
        assert is_same_account(WorkstationAccount(one), WorkstationAccount(one))

"""Which elements are named, and which are told by their role: decided by one table, closed where it says nothing."""

import pytest

from domain.contexts import Context
from domain.element_roles import (
    CONTENT_AROUND,
    OTHER,
    TOLD_BY_ROLE,
    Told,
    is_content_named,
    is_secret,
    plain_applications,
    told_element,
)
from domain.event_batches import Element

CONTENT = (
    *("link", "option", "cell", "gridcell", "row", "listitem", "list item", "treeitem", "tree item", "table cell"),
    *("radio", "radio button", "heading", "label", "document web", "paragraph", "icon", "form", "img", "terminal"),
)


@pytest.mark.parametrize("role", CONTENT)
def test_content_is_told_by_its_role(role: str) -> None:
    assert told_element(Element(role, "Diabetes, 4,711.00 EUR", "jane")) == Element(role)


@pytest.mark.parametrize("role", ["button", "push button", "menu item", "menuitem", "tab", "page tab", "check box"])
def test_a_control_is_told_by_what_is_written_on_it(role: str) -> None:
    assert told_element(Element(role, "Save", "save_order")) == Element(role, "Save", "save_order")


@pytest.mark.parametrize("role", ["textbox", "entry", "text", "combobox", "combo box", "spin button"])
def test_a_field_is_told_by_its_label(role: str) -> None:
    assert told_element(Element(role, "Customer")) == Element(role, "Customer")


@pytest.mark.parametrize("role", ["password", "password text", "one-time code", "card", "secret", "Password Text"])
def test_of_a_secret_its_kind_alone_is_told(role: str) -> None:
    assert is_secret(role)
    assert told_element(Element(role, "hunter2", "hunter"), is_content_named=True) == Element(role)


@pytest.mark.parametrize("role", ["Jane Doe, diabetes", "div", "unknown", "button "])
def test_a_role_that_nobody_knows_is_told_as_another_one(role: str) -> None:
    assert told_element(Element(role, "Jane", "jane"), is_content_named=True) == Element(OTHER)


def test_an_element_without_a_role_has_no_name_either() -> None:
    assert told_element(Element("", "Jane", "jane")) == Element()


@pytest.mark.parametrize("element_id", ["patient-4711", "jane@example.org", "müller", "4711", "a b", "x" * 101])
def test_an_id_that_names_a_thing_is_not_told(element_id: str) -> None:
    assert told_element(Element("button", "Open", element_id)) == Element("button", "Open")


def test_content_is_named_where_the_configuration_says_so_and_never_of_a_page() -> None:
    applications = plain_applications(("SAPlogon", "excel.exe"))
    assert is_content_named(Context("Excel.exe", "Costs"), applications)
    assert is_content_named(Context("saplogon.EXE"), applications)
    assert not is_content_named(Context("mail"), applications)
    assert not is_content_named(Context(""), plain_applications(("",)))
    assert told_element(Element("", "Jane"), is_content_named=True) == Element()
    assert not is_content_named(Context("excel", "Costs", "https://office.example/"), applications)
    assert told_element(Element("list item", "Order"), is_content_named=True) == Element("list item", "Order")


def test_every_role_is_written_as_it_is_compared() -> None:
    assert {role for role in TOLD_BY_ROLE if role != role.casefold() or len(role) > 64} == set()
    assert {TOLD_BY_ROLE[role] for role in CONTENT_AROUND} == {Told.NOTHING}

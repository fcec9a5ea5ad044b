"""Keys of projects: readable, unique, and the same for a project that is renamed."""

import pytest

from pipelines.partitions import project_id_of, project_key, project_keys


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Service operations", "service-operations-3"),
        ("Rechnungsprüfung / 2026", "rechnungsprufung-2026-3"),
        ("業務", "project-3"),
        ("a" * 80, "a" * 60 + "-3"),
        ("", "project-3"),
    ],
)
def test_a_key_is_the_projects_name_and_id(name: str, key: str) -> None:
    assert project_key(3, name) == key
    assert project_id_of(key) == 3


def test_two_projects_with_one_name_have_two_keys() -> None:
    assert project_keys({3: "Sales", 4: "Sales"}, []) == {3: "sales-3", 4: "sales-4"}


def test_a_renamed_project_keeps_its_key() -> None:
    assert project_keys({3: "Marketing", 13: "Other"}, ["sales-3"]) == {3: "sales-3", 13: "other-13"}


def test_a_bare_id_is_no_key_to_keep_but_still_names_its_project() -> None:
    assert project_keys({3: "Sales"}, ["3"]) == {3: "sales-3"}
    assert project_id_of("3") == 3


def test_a_key_that_somebody_made_up_is_named() -> None:
    assert project_keys({3: "Sales"}, ["made up"]) == {3: "sales-3"}
    with pytest.raises(ValueError, match="made up names no project"):
        project_id_of("made up")

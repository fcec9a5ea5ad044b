"""Reads rows of the governance tables, as what they mean. `governance` puts them together to facts."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from domain.activity_states import ActivityKind
from domain.aliases import AnonymizationLevel, aliases
from domain.assignments.assignment import Assignment, read_assignment, read_terms
from domain.assignments.intervals import intersection
from domain.assignments.permission import ProjectTerms, serving
from domain.categorization.rules import CategorizationRule, RuleSet
from domain.conditions.tree import parse_condition
from domain.dates.days import day_bounds_us
from domain.dates.time_zones import with_former_zones
from domain.event_batches import to_microseconds
from domain.event_filters.predefined import PREDEFINED_EVENT_FILTERS
from domain.event_filters.rules import EventFilter, EventFilterRecord, readable_event_filters
from domain.tasks.task_scopes import TaskScope, parse_task_scope
from pipelines.mining.facts.collection import LandedFile
from pipelines.mining.facts.project import ProjectPerson


def read_rows(connection: sa.Connection, sql: str, **values: object) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(sa.text(sql), values).mappings()]


def read_time_zones(connection: sa.Connection) -> dict[int, str]:
    """By workstation user, with the zones that were registered before."""
    rows = read_rows(connection, "select workstation_user_id, time_zone from governance.workstation_users order by 1")
    former: dict[int, list[tuple[str, int]]] = {}
    for row in read_rows(
        connection, "select workstation_user_id, time_zone, ended_at from governance.former_time_zones"
    ):
        ends_at_us = to_microseconds(row["ended_at"])
        former.setdefault(row["workstation_user_id"], []).append((row["time_zone"], ends_at_us))
    return {
        row["workstation_user_id"]: with_former_zones(row["time_zone"], former.get(row["workstation_user_id"], ()))
        for row in rows
    }


def read_assignments(connection: sa.Connection, *, of_project: int | None = None) -> tuple[Assignment, ...]:
    """Everybody's, or of everybody in one project; answered or not."""
    rows = read_rows(
        connection,
        """
        select * from governance.assignments
        where cast(:id as integer) is null or workstation_user_id in (
            select members.workstation_user_id
            from governance.project_workstation_users as members where members.project_id = :id
        )
        order by workstation_user_id, approval_id
        """,
        id=of_project,
    )
    return tuple(read_assignment(row) for row in rows)


def read_landed_files(connection: sa.Connection, names: Sequence[str]) -> tuple[LandedFile, ...]:
    """Those of the named files that are committed. What it costs depends on the names alone, not on all that landed."""
    if not names:
        return ()
    rows = read_rows(
        connection,
        """
        select file_name, event_count, first_occurred_at, last_occurred_at
        from governance.landings where file_name = any(:names) order by landing_id
        """,
        names=list(names),
    )
    return tuple(
        LandedFile(
            name=row["file_name"],
            event_count=row["event_count"],
            first_us=to_microseconds(row["first_occurred_at"]),
            last_us=to_microseconds(row["last_occurred_at"]),
        )
        for row in rows
    )


def read_event_filters(connection: sa.Connection) -> tuple[EventFilter, ...]:
    rows = read_rows(
        connection,
        """
        select name, action, condition, attributes from governance.event_filters
        where is_active and not is_predefined order by event_filter_id
        """,
    )
    records = [
        EventFilterRecord(row["name"], row["action"], row["condition"], tuple(row["attributes"])) for row in rows
    ]
    filters, _ = readable_event_filters(records)
    return (*PREDEFINED_EVENT_FILTERS, *filters)


def read_configuration(connection: sa.Connection, group: str, name: str, default: object) -> Any:
    rows = read_rows(
        connection,
        "select value from governance.configuration_records where record_group = :group and name = :name",
        group=group,
        name=name,
    )
    return rows[0]["value"] if rows else default


def list_of_words(value: object) -> Sequence[str]:
    if isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    return [str(word) for word in value] if isinstance(value, list) else []


def read_project_terms(project: dict[str, Any]) -> ProjectTerms:
    return ProjectTerms(
        project_id=project["project_id"],
        terms=read_terms(project),
        pools=frozenset(project["pool_data_request_ids"]),
    )


def read_people(
    connection: sa.Connection, project: dict[str, Any]
) -> tuple[tuple[ProjectPerson, ...], tuple[str, ...]]:
    """Those with an assignment that the project may be mined through in its dates, and the logins of the others."""
    rows = read_rows(
        connection,
        """
        select people.workstation_user_id, people.login, people.display_name
        from governance.project_workstation_users as members
        inner join governance.workstation_users as people using (workstation_user_id)
        where members.project_id = :id order by people.workstation_user_id
        """,
        id=project["project_id"],
    )
    level = AnonymizationLevel(project["anonymization_level"])
    names = aliases(level, bytes(project["alias_key"]), {row["login"]: row["display_name"] for row in rows})
    serving_by_person: dict[int, list[Assignment]] = {}
    for each in serving(read_project_terms(project), read_assignments(connection, of_project=project["project_id"])):
        serving_by_person.setdefault(each.workstation_user_id, []).append(each)
    time_zones = read_time_zones(connection)
    people, missing = [], []
    for row in rows:
        time_zone = time_zones[row["workstation_user_id"]]
        first_us = day_bounds_us(project["starts_on"], time_zone)[0]
        last_us = day_bounds_us(project["ends_on"], time_zone)[1]
        of_person = serving_by_person.get(row["workstation_user_id"], ())
        dates = (first_us, last_us)
        assignments = tuple(each for each in of_person if intersection(each.stretches, (dates,)))
        if assignments:
            people.append(
                ProjectPerson(
                    workstation_user_id=row["workstation_user_id"],
                    login=row["login"],
                    alias=names[row["login"]],
                    time_zone=time_zone,
                    assignments=assignments,
                    dates=dates,
                )
            )
        else:
            missing.append(row["login"])
    return tuple(people), tuple(missing)


def read_rule_set(connection: sa.Connection, version: int) -> RuleSet:
    rules = read_rows(
        connection,
        "select * from governance.categorization_rules where rule_set_version = :version order by rank",
        version=version,
    )
    replacements = read_rows(
        connection,
        "select executable, application from governance.application_replacements where rule_set_version = :version",
        version=version,
    )
    return RuleSet(
        version,
        tuple(
            CategorizationRule(
                row["rank"],
                parse_condition(row["condition"]),
                ActivityKind(row["activity_kind"]),
                row["category"],
                row["application"],
                row["window_name"],
                row["name"],
            )
            for row in rules
        ),
        {row["executable"]: row["application"] for row in replacements},
    )


def read_task_scopes(connection: sa.Connection, project_id: int) -> dict[int, TaskScope]:
    rows = read_rows(
        connection, "select * from governance.task_scopes where project_id = :id order by task_scope_id", id=project_id
    )
    fields = {
        "automated": ("kind", "name", "source", "table_name", "field", "start_state", "end_state", "condition"),
        "user_initiated": ("kind", "name", "instructions"),
    }
    return {row["task_scope_id"]: parse_task_scope({name: row[name] for name in fields[row["kind"]]}) for row in rows}

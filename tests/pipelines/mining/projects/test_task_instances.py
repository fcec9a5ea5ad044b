"""Task instances: pairs of changes in an audit trail, pairs of markers; what is none is counted."""

from datetime import UTC, date, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.categorization.rules import RuleSet
from domain.event_batches import to_microseconds
from domain.event_kinds import CODE_BY_KIND, EventKind
from domain.tasks.audit_trails import AuditTrailRow
from domain.tasks.task_scopes import AutomatedTaskScope, CsvSource, UserInitiatedTaskScope
from pipelines.mining.facts.project import MiningFacts, ProjectPerson
from pipelines.mining.projects.open_tasks import open_tasks, task_spans
from pipelines.mining.projects.task_instances import FoundInstances, Marker, find_task_instances

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
MIA = ProjectPerson(workstation_user_id=1, login="mia", alias="WU-1", time_zone="UTC")
INCIDENT = AutomatedTaskScope("Incident", CsvSource("x.csv"), "incident", "state", "New", "Closed")
INVOICE = UserInitiatedTaskScope("Invoice")


def change(minutes: int, new: str, *, record: str = "INC1", by: str = "mia", field: str = "state") -> AuditTrailRow:
    return AuditTrailRow(record, "incident", field, "", new, NINE + timedelta(minutes=minutes), by)


def marker(minutes: int, kind: EventKind, *, session: int = 5, person: int = 1, ends: int = 60) -> Marker:
    return Marker(
        workstation_user_id=person,
        session_key=session,
        occurred_us=us(minutes),
        kind=CODE_BY_KIND[kind],
        task_name="Invoice",
        case_id="",
        session_ends_us=us(ends),
    )


def us(minutes: int) -> int:
    return to_microseconds(NINE + timedelta(minutes=minutes))


def find(*rows: AuditTrailRow, markers: tuple[Marker, ...] = (), condition: object = None) -> FoundInstances:
    facts = MiningFacts(
        project_id=1,
        project_name="Desk",
        starts_on=date(2026, 3, 2),
        ends_on=date(2026, 3, 3),
        mined_at_us=0,
        people=(MIA,),
        rule_set=RuleSet(1),
        task_scopes={1: msgspec.structs.replace(INCIDENT, condition=condition), 2: INVOICE},
        audit_trails={1: rows},
    )
    return find_task_instances(facts, markers)


def minutes(found: FoundInstances) -> list[tuple[int, int]]:
    return [
        ((each.started_us - us(0)) // 60_000_000, (each.ended_us - us(0)) // 60_000_000) for each in found.instances
    ]


def test_no_rows_and_no_markers_are_no_instances() -> None:
    assert find().instances == ()


def test_each_start_is_paired_with_the_next_end_of_its_record() -> None:
    found = find(
        change(30, "Closed", record="INC2"),
        change(0, "New"),
        change(5, "New", record="INC2"),
        change(20, "closed"),
        change(25, "Closed"),
    )
    assert minutes(found) == [(0, 20), (5, 30)]
    assert {each.origin for each in found.instances} == {"automated"}


def test_a_reopened_record_is_a_second_instance() -> None:
    assert minutes(find(change(0, "New"), change(9, "Closed"), change(20, "New"), change(30, "Closed"))) == [
        (0, 9),
        (20, 30),
    ]


def test_other_fields_and_tables_are_not_read() -> None:
    assert find(change(0, "New"), change(5, "Closed", field="priority")).instances == ()


def test_what_is_unfinished_foreign_or_outside_the_dates_is_counted() -> None:
    found = find(
        change(0, "New"),
        change(0, "New", record="INC2"),
        change(9, "Closed", record="INC2", by="system"),
        change(-24 * 60, "New", record="INC3"),
        change(9, "Closed", record="INC3"),
    )
    assert found.instances == ()
    assert found.left_out == {"unfinished": 1, "not_in_project": 1, "outside_dates": 1}


IS_URGENT = {"field": "Priority", "operator": "is", "value": "1 - critical"}


def test_a_condition_lets_only_records_count_that_meet_it_when_they_end() -> None:
    found = find(
        change(0, "New"),
        change(1, "1 - Critical", field="priority"),
        change(9, "Closed"),
        change(0, "New", record="INC2"),
        change(1, "1 - Critical", record="INC2", field="priority"),
        change(5, "3 - Moderate", record="INC2", field="priority"),
        change(9, "Closed", record="INC2"),
        change(0, "New", record="INC3"),
        change(9, "Closed", record="INC3"),
        condition=IS_URGENT,
    )
    assert [each.case_id for each in found.instances] == ["INC1"]
    assert found.left_out == {"condition_not_met": 2, "unfinished": 0}


def test_what_changes_in_the_saving_that_ends_an_instance_is_known_and_what_changes_later_is_not() -> None:
    at_once = find(
        change(0, "New"), change(9, "Closed"), change(9, "1 - Critical", field="priority"), condition=IS_URGENT
    )
    later = find(
        change(0, "New"), change(9, "Closed"), change(10, "1 - Critical", field="priority"), condition=IS_URGENT
    )
    assert (minutes(at_once), minutes(later)) == ([(0, 9)], [])


def test_a_reopened_record_is_asked_again() -> None:
    found = find(
        change(0, "New"),
        change(9, "Closed"),
        change(20, "New"),
        change(21, "1 - Critical", field="priority"),
        change(30, "Closed"),
        condition=IS_URGENT,
    )
    assert minutes(found) == [(20, 30)]


def test_a_field_of_another_table_says_nothing_about_a_record() -> None:
    elsewhere = msgspec.structs.replace(change(1, "1 - Critical", field="priority"), table_name="problem")
    assert find(change(0, "New"), elsewhere, change(9, "Closed"), condition=IS_URGENT).instances == ()


CHANGES = st.builds(
    change,
    st.integers(0, 30),
    st.sampled_from(["New", "Closed", "1 - CRITICAL", "3 - Moderate", ""]),
    record=st.sampled_from(["INC1", "INC2"]),
    field=st.sampled_from(["state", "priority", "PRIORITY "]),
    by=st.sampled_from(["mia", "system"]),
)


@given(st.lists(CHANGES, max_size=20))
def test_every_instance_meets_a_condition_or_its_contrary(rows: list[AuditTrailRow]) -> None:
    everything = find(*rows)
    met, unmet = find(*rows, condition=IS_URGENT), find(*rows, condition={"not": IS_URGENT})
    ids = [each.task_instance_id for each in (*met.instances, *unmet.instances)]
    assert sorted(ids) == sorted(each.task_instance_id for each in everything.instances)
    assert met.left_out["unfinished"] == unmet.left_out["unfinished"] == everything.left_out["unfinished"]


def test_markers_pair_per_person_and_task() -> None:
    found = find(markers=(marker(0, EventKind.TASK_STARTED), marker(10, EventKind.TASK_STOPPED)))
    assert minutes(found) == [(0, 10)]
    assert found.instances[0].task_name == "Invoice"


def test_an_open_marker_ends_with_its_session() -> None:
    assert minutes(find(markers=(marker(0, EventKind.TASK_STARTED, ends=42),))) == [(0, 42)]
    reopened = find(
        markers=(
            marker(0, EventKind.TASK_STARTED, ends=42),
            marker(90, EventKind.TASK_STARTED, session=6, ends=120),
            marker(95, EventKind.TASK_STOPPED, session=6, ends=120),
        )
    )
    assert minutes(reopened) == [(0, 42), (90, 95)]


def test_a_stop_without_a_start_is_nothing() -> None:
    assert find(markers=(marker(0, EventKind.TASK_STOPPED),)).instances == ()


def test_an_instance_keeps_its_id_from_mining_to_mining() -> None:
    rows = (change(0, "New"), change(9, "Closed"))
    assert find(*rows).instances[0].task_instance_id == find(*rows).instances[0].task_instance_id


def test_parallel_instances_are_cut_where_one_starts_or_ends() -> None:
    found = find(
        change(0, "New"), change(10, "Closed"), change(4, "New", record="INC2"), change(20, "Closed", record="INC2")
    )
    rows = open_tasks(found.instances).to_pylist()
    spans = [((row["starts_us"] - us(0)) // 60_000_000, (row["ends_us"] - us(0)) // 60_000_000) for row in rows]
    assert spans == [(0, 4), (4, 10), (4, 10), (10, 20)]


def test_all_of_time_is_in_or_out_of_task() -> None:
    found = find(
        change(0, "New"), change(10, "Closed"), change(4, "New", record="INC2"), change(20, "Closed", record="INC2")
    )
    rows = task_spans({1: [(0, 2**62)], 2: [(0, 2**62)]}, found.instances).to_pylist()
    assert [(row["workstation_user_id"], row["in_task"]) for row in rows] == [
        (1, False),
        (1, True),
        (1, False),
        (2, False),
    ]
    assert [(row["starts_us"], row["ends_us"]) for row in rows if row["in_task"]] == [(us(0), us(20))]
    assert rows[0]["starts_us"] == rows[3]["starts_us"] == 0
    assert rows[2]["ends_us"] == rows[3]["ends_us"] == 2**62

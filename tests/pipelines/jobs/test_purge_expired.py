"""The job that purges: each test has a project that is mined, and ends it in its own way."""

import fcntl
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow.parquet as pq
import pytest

from domain.losses import LossReason
from pipelines.mining.lake.files import LOCK
from pipelines.mining.lake.quarantine import FOLDER, QuarantineNote, set_aside_rows
from pipelines.mining.raw_events.landed_days import landing_names
from pipelines.mining.retention.plan import RetentionFacts
from pipelines.resources.governance import GovernanceReader
from pipelines.resources.governance_api import GovernanceApiError
from tests.fixtures import golden_day as golden
from tests.pipelines.golden_runs import GoldenRuns
from tests.pipelines.governed import PROJECT_ID

DRY = {"ops": {"purge": {"config": {"is_dry_run": True}}}}


@pytest.fixture
def mined(runs: GoldenRuns) -> GoldenRuns:
    """Landed and mined anew, with everything allowed: whatever was purged before."""
    for statement in (
        "update governance.approvals set decision = 'approved', reason = null",
        "update governance.collection_windows set closed_at = null",
        "update governance.projects set stage = 'collecting', closed_at = null, last_opened_at = now()",
    ):
        runs.governed.execute(statement)
    runs.governed.land_golden_day()
    runs.mine()
    assert runs.marts()["overall_activity_days"]
    runs.governed.api.told.clear()
    return runs


def withdraw(runs: GoldenRuns) -> None:
    runs.governed.execute(
        "update governance.approvals set decision = 'withdrawn', reason = 'changed', decided_at = now()"
    )
    runs.governed.execute("update governance.collection_windows set closed_at = now()")


def purge(runs: GoldenRuns) -> dict[str, Any]:
    """The report that governance has."""
    runs.run("purge_expired")
    what, report = runs.governed.api.told[-1]
    assert what == "purge"
    return report


def test_a_project_nobody_opened_goes(mined: GoldenRuns) -> None:
    mined.governed.execute("update governance.projects set last_opened_at = :at", at=datetime(2026, 1, 1, tzinfo=UTC))
    report = purge(mined)
    assert report["projects"] == [PROJECT_ID]
    assert report["deleted_rows"]["datamart"] > 0
    assert report["deleted_rows"]["marts.overall_activity_kinds"] == len(golden.SECONDS_BY_KIND)
    assert all(rows == [] for rows in mined.marts().values())


def test_what_a_withdrawn_approval_covered_goes(mined: GoldenRuns) -> None:
    withdraw(mined)
    report = purge(mined)
    assert report["deleted_rows"]["raw_events"] == golden.RAW_EVENT_COUNT
    assert report["deleted_rows"]["event_pool"] == golden.EVENT_POOL_COUNT
    assert report["deleted_rows"]["activities"] == len(golden.ACTIVITIES)
    assert report["deleted_rows"]["contexts"] > 0
    assert not mined.governed.lake.days("raw_events")
    assert purge(mined)["total_rows"] == 0


def test_what_only_landed_goes_too(mined: GoldenRuns) -> None:
    mined.governed.land_golden_day()
    waiting = landing_names(mined.governed.lake)
    withdraw(mined)
    report = purge(mined)
    assert waiting
    assert landing_names(mined.governed.lake) == []
    assert report["deleted_rows"]["raw_events"] == golden.RAW_EVENT_COUNT
    assert not mined.governed.lake.days("raw_events")


def test_what_was_set_aside_of_who_withdrew_goes_too(mined: GoldenRuns) -> None:
    lake = mined.governed.lake
    (day,) = lake.days("raw_events")
    note = QuarantineNote(key="some", reason=LossReason.UNSOUND_EVENT, event_count=2, sentence="Two are left out.")
    set_aside_rows(lake, note, pq.ParquetFile(lake.day_file("raw_events", day)).read().slice(0, 2))
    assert "quarantine" not in purge(mined)["deleted_rows"]
    withdraw(mined)
    assert purge(mined)["deleted_rows"]["quarantine"] == 2
    assert not list(lake.dataset(FOLDER).glob("*.parquet"))


def test_a_dry_run_deletes_and_tells_nothing(mined: GoldenRuns) -> None:
    withdraw(mined)
    before = mined.files()
    mined.run("purge_expired", config=DRY)
    assert mined.files() == before
    assert mined.governed.api.told == []


def test_results_mined_anew_after_a_withdrawal_show_nobody_of_it(mined: GoldenRuns) -> None:
    withdraw(mined)
    purge(mined)
    mined.build_day()
    mined.mine()
    shown = mined.marts()
    (collection,) = shown.pop("overall_activity_collection")
    assert collection[-6:-2] == (0, 0, 0, 2), collection  # persons, their days, events, and who is missing
    assert not [name for name, rows in shown.items() if rows]


def test_an_archived_project_loses_what_a_withdrawn_approval_is_in(mined: GoldenRuns) -> None:
    """Nobody can mine it anew, so that its figures would stay."""
    mined.governed.execute("update governance.projects set stage = 'archived', closed_at = now()")
    assert purge(mined)["projects"] == []
    withdraw(mined)
    report = purge(mined)
    assert report["projects"] == [PROJECT_ID]
    assert all(rows == [] for rows in mined.marts().values())
    assert not mined.governed.lake.projects("datamart")


class Watching(GovernanceReader):
    """Notes whether somebody else could write while facts are read."""

    def __init__(self, database_url: str, lock: str) -> None:
        super().__init__(database_url)
        self.lock = lock
        self.is_alone: list[bool] = []

    def retention_facts(self, now: datetime, landing_names: Sequence[str]) -> RetentionFacts:
        descriptor = os.open(self.lock, os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.is_alone.append(False)
        except BlockingIOError:
            self.is_alone.append(True)
        finally:
            os.close(descriptor)
        return super().retention_facts(now, landing_names)


def test_what_decides_is_read_when_nobody_else_writes(mined: GoldenRuns, monkeypatch: pytest.MonkeyPatch) -> None:
    """Events that a run absorbed while the purge waited would go by facts that are older than their approval."""
    watching = Watching(mined.governed.settings.database_url, str(mined.governed.lake.root / LOCK))
    resources = mined.governed.resources() | {"governance": watching}
    monkeypatch.setattr(mined.governed, "resources", lambda: resources)
    purge(mined)
    assert watching.is_alone == [True]


def test_a_report_that_governance_did_not_hear_is_told_with_the_next(
    mined: GoldenRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    withdraw(mined)

    def silent(report: object) -> None:
        raise GovernanceApiError("The governance API does not answer: start it.")

    with monkeypatch.context() as patched:
        patched.setattr(mined.governed.api, "report_purge", silent)
        assert not mined.run("purge_expired", raise_on_error=False).success
    assert mined.governed.api.told == []
    purge(mined)
    first, second = (report for _, report in mined.governed.api.told)
    assert first["deleted_rows"]["raw_events"] == golden.RAW_EVENT_COUNT
    assert second["total_rows"] == 0

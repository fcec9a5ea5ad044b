"""Shares the test files among the workers of pytest-xdist (`pytest -n 3`), the longest first.

A file stays on one worker, because its fixtures cost more than its tests; the files that use the demonstrated machine
share one worker and so the machine. Files that keep a core busy begin first, so that the workers end together and what
measures time on a desktop runs beside light tests. Add a file to `LONGEST_FIRST` when it takes more than ten seconds.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

MACHINE = "the demonstrated machine"
FILES_OF_THE_MACHINE = (
    "tests/journeys/test_shown_dashboards.py",
    "tests/journeys/test_isolation.py",
    "tests/journeys/test_one_sign_in.py",
    "tests/journeys/test_examples.py",
    "tests/journeys/test_stack.py",
)
LONGEST_FIRST = (
    *FILES_OF_THE_MACHINE,
    "tests/standalone/superset/test_environment.py",
    "tests/journeys/test_kill.py",
    "tests/dbt/test_models.py",
    "tests/agent/browser/test_private_windows.py",
    "tests/pipelines/jobs/test_purge_expired.py",
    "tests/pipelines/jobs/test_mine_project.py",
    "tests/governance_api/ingestion/test_killed_processes.py",
    "tests/journeys/test_any_order.py",
    "tests/journeys/test_whole_pipeline.py",
    "tests/agent/test_agent_journey.py",
    "tests/agent/browser/test_extension.py",
    "tests/agent/browser/test_paired_port.py",
    "tests/journeys/test_adding_an_event_kind.py",
    "tests/standalone/test_installed.py",
    "tests/governance_api/security/test_permissions.py",
    "tests/pipelines/resources/test_compiled_models.py",
    "tests/domain/categorization/test_rules.py",
    "tests/governance_api/pages/test_in_browser.py",
    "tests/standalone/dagster/test_storage.py",
    "tests/standalone/commands/test_exporting.py",
    "tests/dbt/test_averages.py",
    "tests/pipelines/test_definitions.py",
    "tests/standalone/processes/test_supervision.py",
    "tests/superset/test_marts.py",
)
_RANKS = {file: rank for rank, file in enumerate(LONGEST_FIRST)}


def file_of(node_id: str) -> str:
    return node_id.split("::", 1)[0]


def in_order(items: list[pytest.Item]) -> list[pytest.Item]:
    """Sorting is stable: within a file, and among files that are not named here, pytest's order stays."""
    return sorted(items, key=lambda item: _RANKS.get(file_of(item.nodeid), len(_RANKS)))


class FilesTogether(LoadScopeScheduling):  # type: ignore[misc] # xdist carries no types
    """Hands out whole files in the order in which they were collected."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        file = file_of(nodeid)
        return MACHINE if file in FILES_OF_THE_MACHINE else file

"""The web server as its environment describes it, served as in production, and closed with its server."""

from pathlib import Path

import httpx
import pytest

from pipelines.settings import SettingsError
from pipelines.web.application import app_from_environment
from pipelines.web.sessions import GovernanceSessions
from standalone.ports import LOOPBACK, free_port
from tests.governance_api.serving import serving


def test_what_the_environment_describes_is_served_and_closed_with_its_server(
    workspace_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv("TASK_MINING_DAGSTER_URL", f"http://{LOOPBACK}:{port}")
    monkeypatch.setenv("TASK_MINING_DAGSTER_TOKEN", "of-dagster")
    with pytest.raises(SettingsError, match="TASK_MINING_DAGSTER_WORKSPACE is not set"):
        app_from_environment()
    monkeypatch.setenv("TASK_MINING_DAGSTER_WORKSPACE", str(workspace_file))
    closed: list[str] = []
    monkeypatch.setattr(GovernanceSessions, "close", lambda _: closed.append("sessions"))
    with serving(app_from_environment(), port=port) as url:
        assert httpx.get(f"{url}/health").json() == {"is_well": True}
        assert httpx.get(f"{url}/runs", headers={"Accept": "text/html"}).status_code == 303
        assert not closed
    assert len(closed) == 1

"""What processes there are: the three that people open by TLS where there is a certificate, and one without a port."""

from pathlib import Path

import pytest

from standalone.processes.environments import process_environment
from standalone.processes.sockets import code_server_socket, superset_socket
from standalone.processes.supervised import supervised_processes
from standalone.settings import Settings, settings_from_environment
from tests.fakes.certificates import Authority

OPENED_BY_PEOPLE = ("governance_api", "dagster", "superset_relay")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    pair = str(Authority(tmp_path).issue("mining.example"))
    return settings_from_environment(
        {
            "TASK_MINING_HOME": str(tmp_path),
            "TASK_MINING_TLS_CERTIFICATE": pair,
            "TASK_MINING_TLS_KEY": pair,
            "TASK_MINING_HOST": "mining.example",
            "TASK_MINING_LISTEN": "0.0.0.0",
        }
    )


def test_what_people_open_is_served_by_tls(settings: Settings) -> None:
    certificate = str(settings.access.certificate)
    for process in supervised_processes(settings):
        assert (certificate in process.command) == (process.name in OPENED_BY_PEOPLE), process.name
        if process.name != "superset":  # asked through its relay
            is_asked = (process.health_url or "").startswith("https://mining.example:")
            assert is_asked == (process.name in OPENED_BY_PEOPLE)


def test_the_code_server_which_runs_anything_has_no_port(settings: Settings) -> None:
    (code_server,) = (each for each in supervised_processes(settings) if each.name == "code_server")
    assert code_server.port is None
    assert "--port" not in code_server.command
    assert code_server.socket == code_server_socket(settings)


def test_superset_has_no_port_and_is_asked_through_its_relay(settings: Settings) -> None:
    found = {each.name: each for each in supervised_processes(settings)}
    superset, relay = found["superset"], found["superset_relay"]
    assert (superset.port, relay.port) == (None, settings.ports.superset)
    assert f"unix:{superset_socket(settings)}" in superset.command
    assert superset.health_url == f"{settings.superset_url}/login/?as=admin"
    assert process_environment(settings, "superset_relay")["TASK_MINING_SUPERSET_SOCKET"] == str(superset.socket)


def test_our_web_applications_are_served_with_their_bounds_and_only_dagsters_has_websockets(settings: Settings) -> None:
    served = {
        each.name: each.command for each in supervised_processes(settings) if "standalone.serving" in each.command
    }
    assert served.keys() == set(OPENED_BY_PEOPLE)
    assert "pipelines.web.application:app_from_environment" in served["dagster"]
    assert [name for name, command in served.items() if "--websocket-bytes" in command] == ["dagster"]
    told = process_environment(settings, "dagster")
    assert told["TASK_MINING_DAGSTER_WORKSPACE"] == str(settings.dagster_workspace)

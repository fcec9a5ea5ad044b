"""supervisord's and Dagster's files, as their own parsers read them."""

import stat
from pathlib import Path

import pytest
import yaml
from dagster._core.instance.ref import InstanceRef
from dagster._core.run_coordinator import QueuedRunCoordinator
from supervisor.options import ServerOptions

from standalone.processes.configuration_files import (
    supervisord_configuration,
    write_configuration_files,
)
from standalone.processes.sockets import code_server_socket, control_socket, superset_socket
from standalone.processes.supervised import supervised_processes
from standalone.settings import Settings, settings_from_environment


def _settings(home: Path) -> Settings:
    return settings_from_environment({"TASK_MINING_HOME": str(home)})


def _as_supervisord_reads_it(settings: Settings) -> ServerOptions:
    write_configuration_files(settings, supervised_processes(settings))
    options = ServerOptions()
    options.realize(["-c", str(supervisord_configuration(settings))])
    return options


@pytest.mark.parametrize("name", ["home", "a folder; with 100% odd (names)"])
def test_supervisord_understands_every_process(tmp_path: Path, name: str) -> None:
    settings = _settings(tmp_path / name)
    programs = {
        group.name: group.process_configs[0] for group in _as_supervisord_reads_it(settings).process_group_configs
    }
    assert list(programs) == sorted(process.name for process in supervised_processes(settings))
    for process in supervised_processes(settings):
        program = programs[process.name]
        assert program.stdout_logfile == str(settings.logs / f"{process.name}.log")
        assert (program.autostart, program.autorestart is not False) == (False, True)


def test_no_password_stands_in_a_configuration_file(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    write_configuration_files(settings, supervised_processes(settings))
    files = [supervisord_configuration(settings), *settings.dagster_home.iterdir()]
    secrets = [settings.postgres.password, *vars(settings.passwords).values()]
    assert not [(file, secret) for file in files for secret in secrets if secret in file.read_text()]


def test_dagster_shares_one_code_server_and_tells_nobody(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    write_configuration_files(settings, supervised_processes(settings))
    workspace = yaml.safe_load((settings.dagster_home / "workspace.yaml").read_text())
    assert workspace["load_from"][0]["grpc_server"] == {
        "socket": str(tmp_path / "code_server" / "grpc.sock"),
        "location_name": "task_mining",
    }
    instance = yaml.safe_load((settings.dagster_home / "dagster.yaml").read_text())
    assert (instance["telemetry"], instance["nux"]) == ({"enabled": False}, {"enabled": False})


def test_a_run_waits_a_second_for_its_turn_and_two_run_at_once(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    write_configuration_files(settings, supervised_processes(settings))
    instance = InstanceRef.from_dir(str(settings.dagster_home))
    assert isinstance(instance.run_coordinator, QueuedRunCoordinator)
    assert instance.run_coordinator.dequeue_interval_seconds == 1
    assert instance.settings["concurrency"] == {"runs": {"max_concurrent_runs": 2}}


def test_a_state_folder_too_deep_for_a_socket_gets_it_elsewhere(tmp_path: Path) -> None:
    deep = _settings(tmp_path.joinpath(*["a" * 40] * 3))
    assert len(bytes(control_socket(deep))) <= 100
    assert control_socket(deep) != control_socket(_settings(tmp_path.joinpath(*["b" * 40] * 3)))


def test_every_socket_is_short_enough_however_long_the_state_folder(tmp_path: Path) -> None:
    for length in range(1, 100 - len(str(tmp_path))):
        settings = _settings(tmp_path / ("a" * length))
        for path in (control_socket(settings), code_server_socket(settings), superset_socket(settings)):
            assert len(bytes(path)) <= 100
        assert code_server_socket(settings).parent == superset_socket(settings).parent


def test_the_state_folder_is_its_owners_alone(tmp_path: Path) -> None:
    assert stat.S_IMODE(_settings(tmp_path / "new").home.stat().st_mode) == 0o700

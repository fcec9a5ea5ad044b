"""Writes the configuration files of supervisord and Dagster into the state folder."""

import json
import os
from pathlib import Path

from standalone.processes.sockets import code_server_socket, control_socket, private_folder
from standalone.processes.supervised import SupervisedProcess
from standalone.settings import Settings

LOG_MEGABYTES = 20

DAGSTER = """\
storage:
  custom:
    module: standalone.dagster.storage
    class: PooledPostgresStorage
    config:
      postgres_url: {env: DAGSTER_DATABASE_URL}
concurrency:
  runs: {max_concurrent_runs: 2}
run_coordinator:
  module: dagster.core.run_coordinator
  class: QueuedRunCoordinator
  config: {dequeue_interval_seconds: 1}
run_monitoring: {enabled: true}
retention:
  schedule: {purge_after_days: 90}
  sensor: {purge_after_days: {skipped: 2, failure: 30, success: 30}}
telemetry: {enabled: false}
nux: {enabled: false}
code_servers: {local_startup_timeout: 600}
"""

WORKSPACE = """\
load_from:
  - grpc_server: {{socket: {socket}, location_name: task_mining}}
"""


def supervisord_configuration(settings: Settings) -> Path:
    return settings.home / "supervisord.conf"


def write_configuration_files(settings: Settings, processes: tuple[SupervisedProcess, ...]) -> None:
    """Writes all of them anew; readable by their owner only where passwords may follow from them."""
    for folder in (settings.logs, settings.dagster_home, settings.superset_home, settings.lake, settings.audit_trails):
        folder.mkdir(parents=True, exist_ok=True)
    private_folder(code_server_socket(settings).parent)
    (settings.dagster_home / "dagster.yaml").write_text(DAGSTER)
    settings.dagster_workspace.write_text(WORKSPACE.format(socket=json.dumps(str(code_server_socket(settings)))))
    supervisord_configuration(settings).write_text(render_supervisord(settings, processes))


def render_supervisord(settings: Settings, processes: tuple[SupervisedProcess, ...]) -> str:
    """supervisord's configuration. Secrets travel by its environment, not by this text."""
    sections = [
        f"""\
[unix_http_server]
file={_value(control_socket(settings))}
chmod=0700

[supervisord]
logfile={_value(settings.logs / "supervisord.log")}
logfile_maxbytes={LOG_MEGABYTES}MB
logfile_backups=1
pidfile={_value(settings.home / "supervisord.pid")}
childlogdir={_value(settings.logs)}
directory={_value(settings.home)}
{"user=root" if os.geteuid() == 0 else ""}

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""
    ]
    sections += [_program_section(settings, process) for process in processes]
    return "\n".join(sections)


def _program_section(settings: Settings, process: SupervisedProcess) -> str:
    # the log's name is expanded twice by supervisord, everything else once
    return f"""\
[program:{process.name}]
command={_value(" ".join(_quoted(part) for part in process.command))}
autostart=false
autorestart=true
startsecs=10
startretries=10
stopsignal={process.stop_signal}
stopwaitsecs=60
stopasgroup={"false" if process.name == "postgres" else "true"}
killasgroup=true
redirect_stderr=true
stdout_logfile={_value(_value(settings.logs / f"{process.name}.log"))}
stdout_logfile_maxbytes={LOG_MEGABYTES}MB
stdout_logfile_backups=1
"""


def _value(text: object) -> str:
    """supervisord expands %(name)s and takes " ;" for a comment."""
    return str(text).replace("%", "%%")


def _quoted(part: str) -> str:
    return f'"{part}"' if any(character in part for character in " ;'()") else part

"""Asks a process from outside whether it is well, as its users would notice.

Whether it runs at all is what supervisord knows: see `supervision`.
"""

import httpx

from pipelines.resources.authorities import trusted_authorities
from standalone.dagster.questions import DagsterSilentError, ask_dagster
from standalone.ports import is_port_open
from standalone.processes.sockets import is_socket_open
from standalone.processes.supervised import SupervisedProcess
from standalone.settings import Settings

ANSWER_SECONDS = 10

DAEMON_QUERY = "{ instance { daemonHealth { allDaemonStatuses { daemonType required healthy } } } }"


def is_healthy(process: SupervisedProcess, settings: Settings) -> bool:
    """Whether it answers as it should; False as well when it does not answer in time."""
    try:
        if process.name == "dagster_daemon":
            return _daemons_are_healthy(settings)
        if process.health_url:
            answer = httpx.get(process.health_url, timeout=ANSWER_SECONDS, verify=trusted_authorities())
            return answer.status_code == httpx.codes.OK
    except (httpx.HTTPError, DagsterSilentError):
        return False
    if process.socket is not None:
        return is_socket_open(process.socket)
    return process.port is None or is_port_open(process.port)


def _daemons_are_healthy(settings: Settings) -> bool:
    """The daemon has no port; the web server reads its heartbeats."""
    where = ("instance", "daemonHealth", "allDaemonStatuses")
    statuses = ask_dagster(settings, DAEMON_QUERY, *where, answer_seconds=ANSWER_SECONDS)
    return all(status["healthy"] for status in statuses if status["required"])

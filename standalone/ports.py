"""Checks ports of the loopback address, and names the program that holds one."""

import socket

import psutil

from standalone.errors import PortTakenError

LOOPBACK = "127.0.0.1"


def is_port_open(port: int) -> bool:
    """Whether somebody answers on the loopback address."""
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((LOOPBACK, port)) == 0


def holder_of_port(port: int) -> str | None:
    """ "name (process id)" of the program that listens, or None when the system does not tell."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        return None
    for connection in connections:
        if connection.status == psutil.CONN_LISTEN and connection.pid and tuple(connection.laddr)[1:] == (port,):
            try:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
            except psutil.NoSuchProcess:
                return None
    return None


def check_port_free(port: int, *, process: str, variable: str) -> None:
    """Raises PortTakenError, naming the holder and the variable that moves us elsewhere."""
    if is_port_open(port):
        raise PortTakenError(port=port, process=process, variable=variable, holder=holder_of_port(port))


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])

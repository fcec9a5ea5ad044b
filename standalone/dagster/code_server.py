"""Dagster's code server, whose runs are forks of a process that has imported everything already.

Dagster's own starts an interpreter for each run, which imports Dagster, our definitions and Great Expectations again:
4 to 8 CPU-seconds, of a small project more than all its mining. Started like `dagster api grpc`, with its options.
"""

import gc
import logging
import multiprocessing
import os
import select
import signal
import socket
from importlib import import_module
from multiprocessing import connection, forkserver, resource_tracker
from typing import Any, NoReturn

from dagster._cli.api import grpc_command
from dagster._grpc import server

#: What runs import beyond the definitions; the code server itself does without.
NEEDED_BY_RUNS = (
    "dagster._grpc.impl",
    "standalone.dagster.storage",
    "pandas",
    "great_expectations.expectations",
    "adbc_driver_postgresql.dbapi",
    "pipelines.dashboards.deploy",
)

_log = logging.getLogger("dagster.code_server")


class ForkingApiServer(server.DagsterApiServer):
    """Definitions that cannot be imported end the code server, as they do Dagster's own."""

    def __init__(self, *, loadable_target_origin: Any, **options: Any) -> None:
        import_module(loadable_target_origin.module_name)
        start_forkserver(loadable_target_origin.module_name)
        super().__init__(loadable_target_origin=loadable_target_origin, **options)
        self._mp_ctx: Any = multiprocessing.get_context("forkserver")


def start_forkserver(definitions: str) -> None:
    """What `multiprocessing` does at the first process it is asked for, but by a fork of this one, which has the
    definitions already. To be called before there are connections. When it dies, multiprocessing starts one as usual.
    """
    resource_tracker.ensure_running()
    server_of_forks: Any = forkserver._forkserver  # multiprocessing keeps one per process
    server_of_forks.set_forkserver_preload([definitions, *NEEDED_BY_RUNS])
    address = connection.arbitrary_address("AF_UNIX")  # type: ignore[attr-defined]
    alive_read, alive_write = os.pipe()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        process_id = os.fork()
        if process_id == 0:
            os.close(alive_write)
            _serve_forks(listener, alive_read)
    os.close(alive_read)
    server_of_forks._forkserver_address = address
    server_of_forks._forkserver_alive_fd = alive_write
    server_of_forks._forkserver_pid = process_id


def _serve_forks(listener: socket.socket, alive_read: int) -> NoReturn:
    """The slow imports wait for the first run: a machine that mines nothing does without their time and memory."""
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        asked, _, _ = select.select([listener, alive_read], [], [])
        if listener in asked:  # else the code server has ended
            _import_ahead()
        gc.freeze()  # what is shared with every run stays shared: nothing of it is looked through again
        forkserver.main(listener.detach(), alive_read, [])
    except Exception:  # noqa: BLE001 - whatever it was, it ends and says why
        _log.exception("What forks runs has ended: the next run starts it anew.")
    finally:
        os._exit(0)


def _import_ahead() -> None:
    for name in NEEDED_BY_RUNS:
        try:
            import_module(name)
        except Exception as error:  # noqa: BLE001 - whatever it was, runs that do not need it begin
            _log.warning("%s cannot be imported (%r): a run that needs it fails, and says where.", name, error)


def main() -> None:
    """`dagster api grpc`, which knows no other way to bring another server."""
    server.DagsterApiServer = ForkingApiServer  # type: ignore[misc,assignment]
    grpc_command()


if __name__ == "__main__":
    main()

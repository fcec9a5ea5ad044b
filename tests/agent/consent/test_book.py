"""An answer is on the disk when it was given, whoever else writes the file; a no is not forgotten."""

import subprocess
import sys
from pathlib import Path

import pytest

from agent.consent.book import ConsentAnswer, ConsentBook, ConsentBookError, declined_in
from agent.desktop_sessions.locks import FileLock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "consents.json"


def test_without_a_file_nothing_was_answered(path: Path) -> None:
    assert ConsentBook(path).answers() == {}


def test_an_answer_is_there_for_everybody_and_told_once(path: Path) -> None:
    ConsentBook(path).answer((1, 2), is_accepted=False)
    book = ConsentBook(path)
    book.answer((3,), is_accepted=True)
    assert declined_in(book.answers()) == {1, 2}
    book.told(1, is_accepted=False)
    book.told(3, is_accepted=False)  # an answer that was changed meanwhile
    assert ConsentBook(path).answers() == {
        1: ConsentAnswer(is_accepted=False, is_told=True),
        2: ConsentAnswer(is_accepted=False),
        3: ConsentAnswer(is_accepted=True),
    }
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_kill_right_after_the_answer_keeps_it(path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path; from agent.consent.book import ConsentBook;"
        "ConsentBook(Path(sys.argv[1])).answer((7,), is_accepted=False); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", program, str(path)], check=False).returncode < 0
    assert declined_in(ConsentBook(path).answers()) == {7}


def test_answers_that_cannot_be_read_are_no_answers(path: Path) -> None:
    path.write_text("{", encoding="utf-8")
    with pytest.raises(ConsentBookError, match="nothing is recorded"):
        ConsentBook(path).answers()


def test_an_answer_holds_in_memory_when_the_disk_refuses(tmp_path: Path) -> None:
    book = ConsentBook(tmp_path / "missing" / "consents.json")
    with pytest.raises(ConsentBookError):
        book.answer((1,), is_accepted=False)
    assert declined_in(book.answers()) == {1}


def test_a_lock_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    lock, other = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert lock.acquire()
    assert not other.acquire()
    lock.release()
    assert other.acquire()
    other.release()

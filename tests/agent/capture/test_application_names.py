"""The executable names the application; a used-again process id does not give it a wrong name."""

import os

import psutil

from agent.capture.application_names import ApplicationNames
from agent.supervision.process_facts import ProcessGoneError, created, own_memory_bytes, program


def test_an_interpreter_says_less_than_the_window_class() -> None:
    assert ApplicationNames(lambda pid: (1.0, "python3.11")).name(1, "Meld") == "Meld"
    assert ApplicationNames(lambda pid: (1.0, "gedit")).name(1, "Gedit") == "gedit"


def test_a_window_that_names_no_process_is_named_by_its_class() -> None:
    assert ApplicationNames().name(None, "XTerm") == "XTerm"
    assert ApplicationNames().name(None, "") == ""


def test_a_process_that_is_gone_has_no_name() -> None:
    def gone(pid: int) -> tuple[float, str]:
        raise ProcessGoneError(pid)

    assert ApplicationNames(gone).name(4711, "Class") == "Class"


def test_another_process_with_the_same_number_is_asked_anew() -> None:
    answers = iter([(1.0, "editor"), (created(os.getpid()), "browser")])
    names = ApplicationNames(lambda pid: next(answers))
    assert names.name(os.getpid(), "") == "editor"
    assert names.name(os.getpid(), "") == "browser"
    assert names.name(os.getpid(), "") == "browser"


def test_a_process_is_told_as_psutil_tells_it() -> None:
    known = psutil.Process()
    assert program(os.getpid()) == os.path.basename(known.exe())  # noqa: PTH119 - as text, like psutil
    assert abs(own_memory_bytes() - known.memory_info().rss) < 5_000_000

"""A process may have as many files open as its connections need, or has fewer connections."""

import resource
import subprocess
import sys

import pytest

from standalone.serving.file_limit import raise_file_limit
from standalone.serving.limits import ConnectionLimits

CHECK = """
import resource
from standalone.serving.file_limit import raise_file_limit
from standalone.serving.limits import ConnectionLimits
resource.setrlimit(resource.RLIMIT_NOFILE, (256, {hard}))
print(raise_file_limit(ConnectionLimits(max_count=1000), backlog=100).max_count,
      resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.parametrize(("hard", "expected"), [(1300, "1000 1300"), (800, "500 800"), (100_000, "1000 1300")])
def test_the_limit_of_files_is_raised_as_far_as_needed_or_possible(hard: int, expected: str) -> None:
    hard = min(hard, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    said = subprocess.run([sys.executable, "-c", CHECK.format(hard=hard)], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == expected
    assert ("500 connections instead of 1000" in said.stderr) == (hard == 800)


def test_a_limit_that_is_high_enough_is_left_alone() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert raise_file_limit(ConnectionLimits(max_count=1), backlog=1) == ConnectionLimits(max_count=1)
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == before

"""Builds the wheel of this checkout, for tests of what an installation holds."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def built_wheel(folder: Path) -> Path:
    """The wheel in `folder`; skips the test where the build backend cannot be had."""
    command = [sys.executable, "-m", "uv", "build", "--wheel", "--quiet", "--out-dir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        done = subprocess.run([*command, "--offline"], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"NO WHEEL: the build backend hatchling cannot be had here. {done.stderr.strip()[-200:]}")
    (wheel,) = folder.glob("*.whl")
    return wheel

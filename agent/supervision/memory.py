"""Keeps the agent's memory small where the C library lets us: one heap for all threads, what is free given back."""

import gc
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

_M_ARENA_MAX = -8
_MADV_DONTNEED = 4


def spare_modules() -> None:
    """Before anything else is imported. What is not there is not loaded; what then serves is Python's own.

    `_hashlib`: OpenSSL's hashes, 3.5 MB that only TLS needs. `typing_extensions`: brings `inspect` and `ast`, a
    megabyte; msgspec asks it for what `typing` has.
    """
    modules: dict[str, Any] = sys.modules
    for name in ("_hashlib", "typing_extensions"):
        modules.setdefault(name, None)  # how Python is told that there is none


def use_one_heap() -> None:
    """Before threads begin. Threads that mostly wait need no heap of their own (measured: 2 MB less)."""
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - commands that ask do without

        with suppress(AttributeError):  # a C library that is not GNU's has no such setting
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def settle() -> None:
    """Once, soon after the start: what is there by now stays, and the collector need not look at it again.

    Never again after that: what is looked at no more is not collected either when it has become garbage.
    """
    give_back()
    gc.freeze()


def give_back() -> None:
    """With every report of health: what deliveries and handshakes left over, and the code that they ran."""
    gc.collect()
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - commands that ask do without

        libc = ctypes.CDLL(None)
        with suppress(AttributeError):  # a C library that is not GNU's frees by itself
            libc.malloc_trim(0)
        for start, length in _code():
            libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(length), _MADV_DONTNEED)


def _code() -> Iterator[tuple[int, int]]:
    """(address, length) of the libraries' machine code. It is never written to: what runs again is mapped again."""
    with Path("/proc/self/maps").open(encoding="utf-8") as maps:
        for line in maps:
            area, rights, *_, name = line.split(maxsplit=5)
            if rights == "r-xp" and name.startswith("/"):
                start, end = (int(each, 16) for each in area.split("-"))
                yield start, end - start

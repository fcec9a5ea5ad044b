"""Keeps the agent's memory small where the C library lets us: one heap for all threads, what is free given back.

What the parts keep in memory is bounded by them.
"""

import ctypes
import gc
import sys
from contextlib import suppress
from typing import Any

_M_ARENA_MAX = -8


def spare_openssl() -> None:
    """Before hashlib is imported: its own BLAKE2 and SHA serve; OpenSSL's would load 3.5 MB that only TLS needs."""
    modules: dict[str, Any] = sys.modules
    modules.setdefault("_hashlib", None)  # how Python is told that there is none


def use_one_heap() -> None:
    """Before threads begin. Threads that mostly wait need no heap of their own (measured: 2 MB less)."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def give_back() -> None:
    """After starting, and with every report of health: what imports, deliveries and handshakes left over."""
    gc.collect()
    gc.freeze()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)

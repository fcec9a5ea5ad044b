"""Does long work for one request in slices, and stops when whoever asked has left.

An endpoint that computes for more than a moment gives its work as a generator: None after each slice, the result last.
"""

from collections.abc import Generator
from typing import TypeVar

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from governance_api.errors import ClientLeftError

Result = TypeVar("Result")


async def finish_in_slices(slices: Generator[Result | None, None, None], request: Request) -> Result:
    """Other requests have their turn between two slices. Raises ClientLeftError, which nobody reads."""
    try:
        while (result := await run_in_threadpool(next, slices)) is None:
            if await request.is_disconnected():
                raise ClientLeftError("Whoever asked has left: ask again and wait for the answer.")
        return result
    finally:
        await run_in_threadpool(slices.close)

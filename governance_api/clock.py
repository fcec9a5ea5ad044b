"""The instant at which a request is answered, as a collaborator that tests can replace."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


def read_clock(request: Request) -> datetime:
    clock: Clock = request.app.state.clock
    return clock()


#: What an endpoint asks for when it needs to know the time.
Now = Annotated[datetime, Depends(read_clock)]

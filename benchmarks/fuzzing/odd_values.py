"""Values that clients send by mistake or on purpose, put in the place of one that was well formed."""

from random import Random
from typing import Any

ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**31,
    2**63,
    2**64 + 1,
    10**400,
    1e308,
    -0.0,
    "",
    " ",
    "\x00",
    "\ud800",
    "\U0001f600" * 200,
    "İıß",
    "a" * 70_000,
    "0001-01-01",
    "9999-12-31",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-02-30",
    "' or 1=1 --",
    "../../etc/passwd",
    [],
    {},
    [[]],
    ["x"] * 2_000,
)
DEPTHS = (10, 60, 300, 900)


def put_one(body: Any, random: Random) -> Any:
    """The body with one value, somewhere, exchanged for an odd one."""
    if isinstance(body, dict) and body and random.random() < 0.9:
        name = random.choice(list(body))
        return {**body, name: put_one(body[name], random)}
    if isinstance(body, list) and body and random.random() < 0.9:
        place = random.randrange(len(body))
        return [*body[:place], put_one(body[place], random), *body[place + 1 :]]
    return odd_value(random)


def odd_value(random: Random) -> Any:
    if random.random() < 0.05:
        nested: Any = 1
        for _ in range(random.choice(DEPTHS)):
            nested = {"a": nested}
        return nested
    return random.choice(ODD)

"""How long lists are read: so many rows after the last id seen.

The order of a list belongs to the noun that lists.
"""

from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Query
from sqlalchemy import ColumnElement, Select

Row = TypeVar("Row")

DEFAULT_LIMIT = 1_000
MAX_LIMIT = 10_000


@dataclass(frozen=True, kw_only=True)
class Page:
    """`after` is the last id of the former page; 0 begins."""

    limit: int = DEFAULT_LIMIT
    after: int = 0

    def of(self, statement: "Select[Row]", key: "ColumnElement[int]") -> "Select[Row]":
        return statement.where(key > self.after).order_by(key).limit(self.limit)


def read_page(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    after: Annotated[int, Query(ge=0, le=2**62, description="The last id of the former page.")] = 0,
) -> Page:
    return Page(limit=limit, after=after)


PageAsked = Annotated[Page, Depends(read_page)]

"""Pages of long lists: so many rows after the last id seen.

A route that lists rows asks for `PageAsked` and passes it to its service, which applies `Page.of` to its statement;
the id must be a field of what is answered, so that a reader can ask for the rows after it.
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
    """`after` is the last id of the former page; 0 begins. Ids grow along the list, or fall where newest come first."""

    limit: int = DEFAULT_LIMIT
    after: int = 0
    is_newest_first: bool = False

    def of(self, statement: "Select[Row]", key: "ColumnElement[int]") -> "Select[Row]":
        if self.is_newest_first:
            begun = statement.where(key < self.after) if self.after else statement
            return begun.order_by(key.desc()).limit(self.limit)
        return statement.where(key > self.after).order_by(key).limit(self.limit)


def read_page(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    after: Annotated[int, Query(ge=0, le=2**62, description="The last id of the former page.")] = 0,
) -> Page:
    return Page(limit=limit, after=after)


PageAsked = Annotated[Page, Depends(read_page)]

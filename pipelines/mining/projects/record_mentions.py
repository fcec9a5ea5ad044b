"""Finds record numbers in titles and URLs: a window that names a record belongs to the task of that record."""

from collections.abc import Iterable, Iterator

import pyarrow as pa
import re2

from domain.conditions.texts import fold

SCHEMA = pa.schema([("context_key", pa.int64()), ("case_id", pa.string())])
_WORD = re2.compile(r"[\pL\pN]+(?:[-_./][\pL\pN]+)*")
_PART = re2.compile(r"[\pL\pN]+(?:[-_][\pL\pN]+)*")


def find_mentions(contexts: pa.Table, case_ids: Iterable[str]) -> pa.Table:
    """One row per context and case whose id stands in the context's title or URL as a word of its own.

    A word may hold - _ . / inside; a part between dots and slashes counts as well, so that …/INC0012345/edit is found.
    """
    wanted = {fold(case_id): case_id for case_id in case_ids if case_id}
    rows: set[tuple[int, str]] = set()
    if wanted:
        columns = (contexts[name].to_pylist() for name in ("context_key", "window_title", "url"))
        for context_key, title, url in zip(*columns, strict=True):
            for word in words(f"{title} {url}"):
                case_id = wanted.get(word)
                if case_id is not None:
                    rows.add((context_key, case_id))
    ordered = sorted(rows)
    return pa.Table.from_pylist([{"context_key": key, "case_id": case} for key, case in ordered], schema=SCHEMA)


def words(text: str) -> Iterator[str]:
    """The folded words of a text, and their parts."""
    folded = fold(text)
    yield from _WORD.findall(folded)
    yield from _PART.findall(folded)

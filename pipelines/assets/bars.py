"""Draws counts as a bar chart of text, for metadata in Dagster. Counts only: whoever may open Dagster sees them."""

from collections.abc import Mapping

LENGTH = 40


def bars(counts: Mapping[str, int]) -> str:
    """Markdown; a bar for each count, the longest for the highest."""
    most = max(counts.values(), default=0) or 1
    lines = [f"{name} {'█' * round(LENGTH * count / most)} {count}" for name, count in counts.items()]
    return "\n".join(["```", *lines, "```"])

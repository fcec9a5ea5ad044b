"""Gives every category one colour everywhere, and an application a lighter shade of its category's.

The colours themselves are chosen in `superset/colours.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipelines.dashboards.bundle.files import ColoursFile

FIRST_TINT, TINT_STEP, PALEST_TINT = 0.15, 0.12, 0.65


def label_colours(
    colours: ColoursFile, applications: Mapping[str, Iterable[str]], tasks: Iterable[str]
) -> dict[str, str]:
    """Superset's `label_colors`: label → #RRGGBB. `applications` are the names per category that the marts hold.

    Unforeseen categories take the palette in alphabetical order, so the same rule set is always painted the same;
    tasks take it from its end. A word of `colours.labels` keeps its colour even where a category bears the same name.
    """
    unforeseen = sorted(category for category in applications if category not in colours.categories)
    painted = dict(colours.categories) | {
        category: colours.palette[place % len(colours.palette)] for place, category in enumerate(unforeseen)
    }
    tasked = {task: colours.palette[-1 - place % len(colours.palette)] for place, task in enumerate(sorted(set(tasks)))}
    shades = {
        application: _lighter(painted[category], place)
        for category in sorted(applications)
        for place, application in enumerate(sorted(set(applications[category])))
    }
    return {**shades, **tasked, **painted, **colours.labels}


def _lighter(colour: str, place: int) -> str:
    """The colour mixed with white, the more the later the application's place in its category."""
    white = min(PALEST_TINT, FIRST_TINT + TINT_STEP * place)
    parts = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * white):02X}" for part in parts)

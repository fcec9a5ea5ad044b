"""One colour per category everywhere, an application in a lighter shade of its category's, whatever the rule set names.

The colours themselves are chosen in `superset/colours.yaml`; this page only spreads them over the words a mart holds.
"""

from __future__ import annotations

import colorsys
from collections.abc import Iterable, Mapping

from pipelines.dashboards.bundle_files import ColoursFile

LIGHTEST = 0.86
FIRST_STEP, STEP = 0.06, 0.07


def label_colours(colours: ColoursFile, applications: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Superset's `label_colors`: label → #RRGGBB. `applications` are the names per category that the marts hold.

    Unforeseen categories take the palette in alphabetical order, so the same rule set is always painted the same.
    A word of `colours.labels` keeps its colour even where a category bears the same name.
    """
    unforeseen = sorted(category for category in applications if category not in colours.categories)
    painted = dict(colours.categories) | {
        category: colours.palette[place % len(colours.palette)] for place, category in enumerate(unforeseen)
    }
    shades = {
        application: _lighter(painted[category], place)
        for category in sorted(applications)
        for place, application in enumerate(sorted(set(applications[category])))
    }
    return {**shades, **painted, **colours.labels}


def _lighter(colour: str, place: int) -> str:
    """The colour, lightened by as many steps as the application's place in its category."""
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    raised = min(LIGHTEST, lightness + FIRST_STEP + STEP * place)
    return "#" + "".join(f"{round(255 * part):02X}" for part in colorsys.hls_to_rgb(hue, raised, saturation))

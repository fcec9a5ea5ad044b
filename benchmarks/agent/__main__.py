"""Prints the agent's table, with its peer in the same run: `python -m benchmarks.agent [GROUP …]`.

Each group of figures is measured in its own file.
"""

import logging
import platform
import sys
from collections.abc import Callable, Sequence

from benchmarks.agent import canary, desktop_figures, peer_figures, rest_figures, sending_figures
from benchmarks.agent.figure import Figure
from tests.fakes.desktop import missing

GROUPS: dict[str, Callable[[], list[Figure]]] = {
    "rest": rest_figures.measure,
    "desktop": desktop_figures.measure,
    "sending": sending_figures.measure,
    "peer": peer_figures.measure,
    "canary": canary.measure,
}
ON_A_DESKTOP = frozenset({"rest", "desktop", "canary"})


def main(asked: Sequence[str]) -> int:
    """0 when every aim is met; 1 when one is missed or could not be measured."""
    logging.disable(logging.WARNING)
    print(f"The agent on {platform.system()} {platform.machine()}, Python {platform.python_version()}")
    is_met = True
    for name, measure in GROUPS.items():
        if asked and name not in asked:
            continue
        if name in ON_A_DESKTOP and missing():
            print(f"{name}: not measured. {missing()}")
            is_met = False
            continue
        for figure in measure():
            print(figure.line, flush=True)
            is_met &= figure.is_met is not False
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

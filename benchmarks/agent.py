"""Prints the agent's table, with its peer in the same run: `python -m benchmarks.agent [GROUP …]`.

Each group of figures is measured in its own file.
"""

import logging
import platform
import sys
from collections.abc import Callable, Sequence

from benchmarks import agent_canary, agent_desktop_figures, agent_peer_figures, agent_sending_figures
from benchmarks.agent_desktop import missing
from benchmarks.agent_figures import Figure

GROUPS: dict[str, Callable[[], list[Figure]]] = {
    "desktop": agent_desktop_figures.measure,
    "sending": agent_sending_figures.measure,
    "peer": agent_peer_figures.measure,
    "canary": agent_canary.measure,
}
ON_A_DESKTOP = frozenset({"desktop", "canary"})


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

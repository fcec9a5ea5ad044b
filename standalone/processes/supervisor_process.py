"""Runs supervisord with the signal dispositions of a login shell, and gives each process an environment of its own.

A shell that starts something in the background ignores SIGINT for it, children inherit that, and Dagster's processes
then never stop. The environments come by standard input, as JSON by name of process: secrets of one process stand in no
file, and in the environment of no other, supervisord's own included.
"""

import json
import signal
import sys
from collections.abc import Mapping, Sequence

from supervisor.options import ServerOptions
from supervisor.supervisord import go


def supervise(arguments: Sequence[str], environments: Mapping[str, Mapping[str, str]]) -> None:
    options = ServerOptions()
    options.realize(list(arguments))
    for group in options.process_group_configs:
        for process in group.process_configs:
            process.environment = {**process.environment, **environments.get(process.name, {})}
    options.first = True
    options.test = False
    go(options)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    supervise(sys.argv[1:], json.load(sys.stdin))

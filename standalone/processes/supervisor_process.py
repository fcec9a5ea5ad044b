"""Runs supervisord with the signal dispositions that a login shell would give.

A shell that starts something in the background ignores SIGINT for it, children inherit that, and Dagster's processes
then never stop.
"""

import signal
import sys

from supervisor.supervisord import main

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    main(sys.argv[1:])

"""supervisord as our processes need it: with the signal dispositions that a login shell would give.

A shell that starts something in the background ignores SIGINT for it, children inherit that, and Dagster's processes
then never stop. What supervisord runs belongs to `configuration_files`.
"""

import signal
import sys

from supervisor.supervisord import main

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    main(sys.argv[1:])

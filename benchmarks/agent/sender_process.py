"""A sender in a process of its own, to be killed at any moment: `python -m benchmarks.agent.sender_process SPOOL URL`.

The sender is the agent's; only its waiting is shortened so that minutes become seconds.
"""

import random
import sys
import time
from pathlib import Path

from agent.sending.sender import Sender
from agent.service_link.client import ServiceClient, parse_address
from agent.spool.store import SpoolStore

SHORTENED = 0.002


def main(spool: Path, url: str) -> None:
    store = SpoolStore(spool)
    client = ServiceClient(parse_address(url), timeout_seconds=0.3)
    sender = Sender(store, client, uniform=random.uniform, backlog_batch_events=100)
    while store.waiting_count:
        time.sleep(min(0.05, sender.step() * SHORTENED))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

"""Entry point of the command `task-mining`: starts it, or says in one sentence what its installation lacks.

The verbs stand in `commands/application.py`, which needs the extra `server`; this module needs nothing.
"""

import sys

OURS = {"domain", "governance_api", "pipelines", "standalone", "simulator"}
OF_UNIX_ONLY = {"fcntl", "pwd"}


def main() -> None:
    try:
        from standalone.commands.application import application  # noqa: PLC0415 - after this sentence is possible
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if not missing or missing in OURS:
            raise
        sys.exit(f"task-mining: {_remedy(missing)}")
    application()


def _remedy(missing: str) -> str:
    if missing in OF_UNIX_ONLY:
        return "The server runs on Linux and macOS: install it there; here the agent runs, `task-mining-agent`."
    return f"The extra `server` is not installed ({missing} is missing): run pip install 'task-mining[server]'."

"""Where the processes of one machine talk to each other without a port: sockets that only their owner can reach."""

import hashlib
import os
import socket
import tempfile
from pathlib import Path

from standalone.errors import StandaloneError
from standalone.settings import Settings

#: Longest path that every system accepts for a Unix socket.
SOCKET_PATH_MAX = 100
#: The longest name in their folder.
SUPERSET_SOCKET = "superset.sock"


def control_socket(settings: Settings) -> Path:
    """supervisord's, beside its configuration, or, where that path is too long, in the folder of temporary files."""
    path = settings.home / "supervisor.sock"
    return path if _is_short(path) else _short(settings, ".sock")


def code_server_socket(settings: Settings) -> Path:
    """In a folder that nobody else may enter: whoever reaches the code server may have it run anything."""
    return _socket_folder(settings) / "grpc.sock"


def superset_socket(settings: Settings) -> Path:
    """Beside it: whoever reaches Superset there may say by which address they came."""
    return _socket_folder(settings) / SUPERSET_SOCKET


def private_folder(folder: Path) -> None:
    """Raises StandaloneError for one that somebody else has made there first."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    facts = folder.lstat()
    if folder.is_symlink() or facts.st_uid != os.geteuid():
        raise StandaloneError(
            f"The folder {folder} belongs to somebody else: remove it, or set TASK_MINING_HOME to a shorter path."
        )
    folder.chmod(0o700)


def is_socket_open(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(2)
        return probe.connect_ex(str(path)) == 0


def _socket_folder(settings: Settings) -> Path:
    folder = settings.home / "code_server"
    return folder if _is_short(folder / SUPERSET_SOCKET) else _short(settings, "")


def _is_short(path: Path) -> bool:
    return len(os.fsencode(path)) <= SOCKET_PATH_MAX


def _short(settings: Settings, ending: str) -> Path:
    name = hashlib.sha256(os.fsencode(settings.home)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"task-mining-{os.getuid()}-{name}{ending}"

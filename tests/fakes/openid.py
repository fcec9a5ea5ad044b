"""An OpenID provider in a process of its own: npm's `oidc-provider`, certified by the OpenID foundation.

Its packages are locked in `openid_provider/` and installed there once, by npm.
"""

import fcntl
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Any

import httpx

from standalone.ports import LOOPBACK, free_port

FOLDER = Path(__file__).parent / "openid_provider"
INSTALL_SECONDS = 240


class NoProviderHereError(RuntimeError):
    """The machine has no Node.js, or its packages cannot be installed; the sentence says why."""


@dataclass(frozen=True)
class RunningProvider:
    """`people` are known by their subject, with the claims that the provider sends about them."""

    issuer: str
    client_id: str
    client_secret: str

    def know(self, subject: str, **claims: object) -> None:
        httpx.post(f"{self.issuer}/people", content=json.dumps({subject: claims})).raise_for_status()


def install() -> None:
    """Once per checkout, whoever asks first. Raises NoProviderHereError."""
    if which("node") is None or which("npm") is None:
        raise NoProviderHereError("There is no Node.js here: install nodejs and npm.")
    with (FOLDER / "package.json").open() as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if (FOLDER / "node_modules" / ".package-lock.json").is_file():
            return
        command = ("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
        if done.returncode:
            raise NoProviderHereError(f"npm installs nothing here: {done.stderr[-300:]}")


@contextmanager
def running_provider(*, redirect_uri: str, signed_out_uri: str, people: Mapping[str, Any]) -> Iterator[RunningProvider]:
    """Listens when this yields, has ended when it returns."""
    install()
    port = free_port()
    client = {
        "client_id": "task-mining",
        "client_secret": "known-to-both",
        "redirect_uris": [redirect_uri],
        "post_logout_redirect_uris": [signed_out_uri],
    }
    told = json.dumps({"port": port, "client": client, "people": dict(people)})
    environment = {**os.environ, "NODE_NO_WARNINGS": "1"}
    process = subprocess.Popen(
        ("node", "provider.mjs", told), cwd=FOLDER, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        for line in process.stdout:
            if line.strip() == "listening":
                break
        else:
            raise NoProviderHereError(f"The provider ended while starting ({process.wait()}).")
        yield RunningProvider(f"http://{LOOPBACK}:{port}", client["client_id"], client["client_secret"])  # type: ignore[arg-type]
    finally:
        process.terminate()
        process.wait(timeout=30)
        if process.stdout:
            process.stdout.close()

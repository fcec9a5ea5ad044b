"""How people reach what they open: by which name, on which address it listens, and with which certificate.

Usually all is on 127.0.0.1, unencrypted, and a reverse proxy stands in front where others are served.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from standalone.errors import StandaloneError
from standalone.ports import LOOPBACK

CERTIFICATE, KEY = "TASK_MINING_TLS_CERTIFICATE", "TASK_MINING_TLS_KEY"
HOST, LISTEN = "TASK_MINING_HOST", "TASK_MINING_LISTEN"


@dataclass(frozen=True, kw_only=True)
class PublicAccess:
    """`certificate` (with its chain) and `key` are PEM files, both or neither."""

    host: str = LOOPBACK
    listen: str = LOOPBACK
    certificate: Path | None = None
    key: Path | None = None

    def url(self, port: int) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.certificate else 'http'}://{host}:{port}"

    def arguments(self, certificate_option: str, key_option: str) -> tuple[str, ...]:
        """For the command line of a server; empty without a certificate."""
        if self.certificate is None or self.key is None:
            return ()
        return (certificate_option, str(self.certificate), key_option, str(self.key))


def access_from_environment(environment: Mapping[str, str]) -> PublicAccess:
    """Raises StandaloneError for a certificate that cannot be used, and for listening to others without one."""
    given = {name: environment[name] for name in (CERTIFICATE, KEY, HOST, LISTEN) if environment.get(name)}
    if (CERTIFICATE in given) != (KEY in given):
        missing = KEY if CERTIFICATE in given else CERTIFICATE
        raise StandaloneError(f"{missing} is not set: set certificate and key, or neither.")
    access = PublicAccess(
        host=given.get(HOST, LOOPBACK),
        listen=given.get(LISTEN, LOOPBACK),
        certificate=Path(given[CERTIFICATE]).resolve() if CERTIFICATE in given else None,
        key=Path(given[KEY]).resolve() if KEY in given else None,
    )
    if access.certificate is not None:
        _check_pair(access)
    elif not _is_loopback(access.listen):
        raise StandaloneError(
            f"{LISTEN} is {access.listen}, where others would send passwords in the clear: set {CERTIFICATE} and {KEY} "
            "too, or leave it at 127.0.0.1 with a reverse proxy in front."
        )
    return access


def _check_pair(access: PublicAccess) -> None:
    """What the servers would say later, each in its own log, is said now."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(str(access.certificate), str(access.key))
    except OSError as error:
        raise StandaloneError(
            f"The certificate {access.certificate} and the key {access.key} do not serve ({error.strerror or error}): "
            f"set {CERTIFICATE} and {KEY} to PEM files that belong together and that this account may read."
        ) from error


def _is_loopback(listen: str) -> bool:
    try:
        return ip_address(listen).is_loopback
    except ValueError:
        return listen == "localhost"

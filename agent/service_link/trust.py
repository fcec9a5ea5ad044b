"""Decides which certificates of its service the agent accepts: those of an authority in `--ca-file`, or this machine's.

Verification cannot be turned off anywhere. `ssl` is imported inside the functions: OpenSSL is several megabytes, and
plain http does without it.
"""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl

_EXPIRED, _NOT_YET_VALID = 10, 9
_OTHER_NAME = frozenset({62, 64})
_UNKNOWN_AUTHORITY = frozenset({18, 19, 20, 21})
"""OpenSSL's numbers (x509_vfy.h): host or address mismatch; self-signed, or the issuer is not there."""


class UntrustedError(OSError):
    """Nothing was sent: who answers could not show that it is the service. The sentence ends in the remedy."""


@lru_cache(maxsize=1)
def tls_context(ca_file: str) -> "ssl.SSLContext":
    """Shared by all connections. `ca_file` "" means whom this machine trusts; else only the authorities in it."""
    import ssl  # noqa: PLC0415 - see above

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # verifies the chain and the name
    # Some systems' Pythons accept what the system's OpenSSL does, and that may be older.
    context.minimum_version = max(context.minimum_version, ssl.TLSVersion.TLSv1_2)
    if not ca_file:
        _trust_machine(context)
        return context
    try:
        context.load_verify_locations(cafile=ca_file)
    except OSError as error:
        reason = "it holds no certificate" if isinstance(error, ssl.SSLError) else error.strerror
        raise UntrustedError(
            f"The authority's certificate {ca_file} cannot be read ({reason}): put it there, or enrol again."
        ) from error
    return context


def _trust_machine(context: "ssl.SSLContext") -> None:
    """Where the bundle lies in a folder of hashed names, one authority is read from there when it is needed.

    The bundle would be all of them in memory for as long as the agent runs, a megabyte and a half.
    """
    import ssl  # noqa: PLC0415 - see above

    paths = ssl.get_default_verify_paths()
    folder = Path(paths.capath).resolve() if paths.capath else None
    if folder and paths.cafile and Path(paths.cafile).resolve().parent == folder and any(folder.glob("*.0")):
        context.load_verify_locations(capath=str(folder))
    else:
        context.load_default_certs()


def untrusted(error: "ssl.SSLCertVerificationError", *, host: str) -> UntrustedError:
    """One sentence about a refused certificate. The next attempt reads anew whom to trust: it may be mended by then."""
    tls_context.cache_clear()
    return UntrustedError(
        f"The certificate of {host} {_told(error.verify_code, error.verify_message)} Nothing was sent."
    )


def _told(code: int, message: str) -> str:
    if code == _EXPIRED:
        return "has expired: have the service's administrator renew it, and check this computer's clock."
    if code == _NOT_YET_VALID:
        return "is not valid yet: check this computer's clock."
    if code in _OTHER_NAME:
        return "is made out to another name: enrol with the name that it is made out to."
    if code in _UNKNOWN_AUTHORITY:
        return "was issued by nobody trusted here: enrol with --ca-file and the certificate of who issued it."
    return f"is not accepted ({message}): have the service's administrator replace it."

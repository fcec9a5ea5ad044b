"""An authority made for the occasion, and certificates that it issues: sound, expired, or for another name.

For measurements and tests of the agent over TLS; the product makes no certificates.
"""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


class Authority:
    """`file` is its certificate, what an organization hands out."""

    def __init__(self, folder: Path, *, name: str = "authority") -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        self.file = folder / f"{name}.pem"
        certificate = _certificate(self._name, self._name, self._key.public_key(), ends_at=datetime.now(UTC) + DAY)
        certificate = certificate.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.file.write_bytes(certificate.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def issue(self, *hosts: str, ends_at: datetime | None = None) -> Path:
        """Certificate and key in one file, for the hosts (127.0.0.1 when none is given)."""
        key = ec.generate_private_key(ec.SECP256R1())
        ends_at = ends_at or datetime.now(UTC) + DAY
        names = [_host(host) for host in hosts or ("127.0.0.1",)]
        certificate = _certificate(_named("service"), self._name, key.public_key(), ends_at=ends_at)
        certificate = certificate.add_extension(x509.SubjectAlternativeName(names), critical=False)
        file = self._folder / f"service-{len(list(self._folder.glob('service-*.pem')))}.pem"
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        signed = certificate.sign(self._key, hashes.SHA256())
        file.write_bytes(secret + signed.public_bytes(serialization.Encoding.PEM))
        return file


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, *, ends_at: datetime
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number())
    return builder.not_valid_before(ends_at - 10 * DAY).not_valid_after(ends_at)

"""Believes a reverse proxy about whom it passes on and whether by https, and nobody else.

The relay in front of us has no address: it comes by a socket that only the account of this process may open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any


class TrustedProxies:
    """A WSGI layer. `networks`: addresses and networks of the proxies; empty: the relay alone is believed."""

    def __init__(self, app: Callable[..., Iterable[bytes]], networks: Iterable[str]) -> None:
        self._app = app
        self._networks = [ip_network(each) for each in networks]

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        forwarded = environ.pop("HTTP_X_FORWARDED_FOR", "")
        scheme = environ.pop("HTTP_X_FORWARDED_PROTO", "").strip().lower()
        if self._is_trusted(environ.get("REMOTE_ADDR", "")):
            # Each proxy appends whom it saw: the last one that is none of ours is the client.
            for hop in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
                environ["REMOTE_ADDR"] = hop
                if not self._is_trusted(hop):
                    break
            if scheme in {"http", "https"}:
                environ["wsgi.url_scheme"] = scheme
        return self._app(environ, start_response)

    def _is_trusted(self, address: str) -> bool:
        """Whether it is one of theirs, also of IPv4 in the form of IPv6."""
        if not address:
            return True
        try:
            given = ip_address(address)
        except ValueError:
            return False
        plain = given.ipv4_mapped or given if isinstance(given, IPv6Address) else given
        return any(plain in network for network in self._networks)

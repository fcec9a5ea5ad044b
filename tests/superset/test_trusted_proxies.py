"""Superset believes `X-Forwarded-For` and `X-Forwarded-Proto` of its proxies only."""

import importlib.util
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).parents[2] / "superset/trusted_proxies.py"
specification = importlib.util.spec_from_file_location("trusted_proxies", SOURCE)
assert specification
assert specification.loader
trusted_proxies = importlib.util.module_from_spec(specification)
specification.loader.exec_module(trusted_proxies)


def seen(networks: Iterable[str], **environ: str) -> tuple[str, str]:
    """(address, scheme) as the application sees them."""
    found: dict[str, Any] = {}

    def app(environ: dict[str, Any], _: object) -> list[bytes]:
        found.update(environ)
        return []

    trusted_proxies.TrustedProxies(app, networks)({"wsgi.url_scheme": "http", **environ}, None)
    assert not {"HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"} & set(found)
    return found["REMOTE_ADDR"], found["wsgi.url_scheme"]


@pytest.mark.parametrize(
    ("networks", "peer", "forwarded", "address"),
    [
        ((), "127.0.0.1", "192.0.2.7", "127.0.0.1"),
        (("10.0.0.0/24",), "10.0.0.5", "192.0.2.7", "192.0.2.7"),
        (("10.0.0.0/24",), "10.0.1.5", "192.0.2.7", "10.0.1.5"),
        (("10.0.0.0/24",), "10.0.0.5", "6.6.6.6, 192.0.2.7, 10.0.0.6", "192.0.2.7"),
        (("10.0.0.5",), "10.0.0.5", "", "10.0.0.5"),
        ((), "", "192.0.2.7", "192.0.2.7"),
        (("10.0.0.5",), "", "6.6.6.6, 192.0.2.7, 10.0.0.5", "192.0.2.7"),
        (("10.0.0.5",), "192.0.2.8", "6.6.6.6", "192.0.2.8"),
        (("10.0.0.0/24",), "::ffff:10.0.0.5", "6.6.6.6, 192.0.2.7, ::ffff:10.0.0.6", "192.0.2.7"),
        (("2001:db8::5",), "2001:db8:0::5", "192.0.2.7", "192.0.2.7"),
    ],
)
def test_a_client_is_whom_a_proxy_of_ours_saw(
    networks: tuple[str, ...], peer: str, forwarded: str, address: str
) -> None:
    told = {"HTTP_X_FORWARDED_FOR": forwarded, "HTTP_X_FORWARDED_PROTO": "https"}
    is_believed = not peer or peer in {"10.0.0.5", "::ffff:10.0.0.5", "2001:db8:0::5"}
    assert seen(networks, REMOTE_ADDR=peer, **told) == (address, "https" if is_believed else "http")

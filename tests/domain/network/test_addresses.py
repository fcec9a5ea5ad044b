"""Whom an address counts as, and whether it is a proxy's, however it is written."""

import pytest

from domain.errors import DomainError
from domain.network.addresses import TrustedProxies, counted_address, proxies_of


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("x" * 1_000, "x" * 64),
    ],
)
def test_an_address_counts_as_its_household(host: str, counted: str) -> None:
    assert counted_address(host) == counted


@pytest.mark.parametrize(
    ("given", "host", "is_one"),
    [
        ("10.0.0.5", "10.0.0.5", True),
        ("10.0.0.5", "::ffff:10.0.0.5", True),
        ("10.0.0.5", "::ffff:10.0.0.6", False),
        ("10.0.0.0/24", "::ffff:10.0.0.6", True),
        ("::ffff:10.0.0.0/120", "10.0.0.6", True),
        ("::ffff:10.0.0.5", "::ffff:10.0.0.5", True),
        ("2001:db8::5", "2001:db8::5", True),
        ("2001:db8::5", "2001:DB8:0::5", True),
        ("2001:db8::5", "2001:db8::6", False),
        ("2001:db8::5", "2001:db8::/64", False),
        ("2001:db8::/56", "2001:db8:0:1::6", True),
        ("fe80::5", "fe80::5%eth0", True),
        ("::/0", "10.0.0.5", False),
        ("10.0.0.5", "proxy.example", False),
        ("10.0.0.5", "", False),
        ("", "10.0.0.5", False),
    ],
)
def test_a_proxy_is_one_however_its_address_is_written(given: str, host: str, is_one: bool) -> None:
    proxies = TrustedProxies(proxies_of(given))
    assert (host in proxies) is is_one
    assert (host in TrustedProxies(proxies.in_every_form())) is is_one


def test_forms_for_others_name_addresses_of_ipv4_twice() -> None:
    proxies = TrustedProxies(["10.0.0.0/24", "2001:db8::5"])
    assert proxies.in_every_form() == ["10.0.0.0/24", "2001:db8::5/128", "::ffff:10.0.0.0/120"]


@pytest.mark.parametrize("given", ["proxy.example", "10.0.0.5/24", "10.0.0.5, *"])
def test_whatever_is_no_address_of_a_proxy_is_refused(given: str) -> None:
    with pytest.raises(DomainError, match=r"TASK_MINING_TRUSTED_PROXIES names .*set it to those of your proxies"):
        proxies_of(given)

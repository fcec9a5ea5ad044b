"""Where a request comes from, as attempts are counted by it."""

import pytest

from governance_api.security.addresses import AddressDetail, counted_address, told


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9%eth0", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
        ("x" * 500, "x" * 64),
    ],
)
def test_an_address_counts_as_its_household(host: str, counted: str) -> None:
    assert counted_address(host) == counted


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("10.0.0.0/8", "10.0.0.0/24"),
        ("2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:db8::/32", "2001:db8::/48"),
        ("testclient", ""),
        ("", ""),
    ],
)
def test_a_network_is_told_of_whatever_was_counted(address: str, shown: str) -> None:
    assert told(address, AddressDetail.NETWORK) == shown
    assert told(address, AddressDetail.WHOLE) == address
    assert told(address, AddressDetail.NONE) == ""

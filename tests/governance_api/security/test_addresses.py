"""How much the audit log tells of where a request came from."""

import pytest

from governance_api.security.addresses import AddressDetail, told


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

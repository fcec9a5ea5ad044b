"""Whose an address of the internet is: one client's as it is counted, or one of a proxy that is believed.

IPv4 that came through a socket of IPv6 (`::ffff:10.0.0.1`) is IPv4 everywhere.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from domain.errors import DomainError

#: Of a client that has no address of the internet, so much is counted by.
MAX_OTHER = 64
HOUSEHOLD_PREFIX = 64
_MAPPED = IPv6Network("::ffff:0.0.0.0/96")


def read_address(host: str) -> IPv4Address | IPv6Address:
    """Without zone and, of IPv4, in its own form. Raises ValueError for anything else than an address."""
    address = ip_address(host.strip().partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address


def counted_address(host: str) -> str:
    """One household for IPv6 (its /64), because it has more addresses than anybody can count; IPv4 as it is."""
    try:
        address = read_address(host)
    except ValueError:
        return host[:MAX_OTHER]
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((address, HOUSEHOLD_PREFIX), strict=False))


def proxies_of(written: str) -> tuple[str, ...]:
    """The addresses and networks of TASK_MINING_TRUSTED_PROXIES. Raises DomainError.

    Names are refused: whoever answers for a name could become everybody's proxy.
    """
    given = tuple(part.strip() for part in written.split(",") if part.strip())
    for proxy in given:
        try:
            ip_network(proxy)
        except ValueError as error:
            raise DomainError(
                f"TASK_MINING_TRUSTED_PROXIES names {proxy!r}, which is no address and no network: set it to those of "
                "your proxies, such as 10.0.0.5 or 10.0.0.0/24, with commas between them."
            ) from error
    return given


class TrustedProxies:
    """`given`: addresses and networks; of none, nobody is one."""

    def __init__(self, given: Iterable[str]) -> None:
        self._networks = [_plain(ip_network(each)) for each in given]

    def __contains__(self, host: object) -> bool:
        """Whether it is the address of one; a name and a network are none."""
        try:
            address = read_address(str(host))
        except ValueError:
            return False
        return any(address in network for network in self._networks)

    def in_every_form(self) -> list[str]:
        """The same for software that compares addresses as they are written: those of IPv4 also as mapped ones."""
        mapped = [
            f"::ffff:{each.network_address}/{each.prefixlen + _MAPPED.prefixlen}"
            for each in self._networks
            if each.version == 4
        ]
        return [*(str(each) for each in self._networks), *mapped]


def _plain(network: IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        return IPv4Network((int(network.network_address) & 0xFFFFFFFF, network.prefixlen - _MAPPED.prefixlen))
    return network

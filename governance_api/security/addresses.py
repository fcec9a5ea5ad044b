"""Where a request comes from, as sign-in attempts are counted by it.

Which proxies are believed about `X-Forwarded-For` is decided once, where the app is put together: see `Settings`.
"""

from enum import StrEnum
from ipaddress import ip_address, ip_network
from typing import Annotated

from fastapi import Depends, Request

from domain.network.addresses import counted_address
from governance_api.clock import Now
from governance_api.database import Transaction
from governance_api.security.permissions import AccountCredentials
from governance_api.security.recognition import TokenRecognition
from governance_api.security.roles import Role


class AddressDetail(StrEnum):
    """Grammar: how much of an address the audit log may keep."""

    WHOLE = "whole"
    NETWORK = "network"
    NONE = "none"


def address_of(request: Request) -> str:
    """The client's address as it is counted; empty where there is none (a unix socket)."""
    return counted_address(request.client.host) if request.client else ""


def told(address: str, detail: AddressDetail) -> str:
    """A counted address, as much of it as `detail` admits; a network is a /24, of IPv6 a /48."""
    if detail is not AddressDetail.NETWORK:
        return address if detail is AddressDetail.WHOLE else ""
    try:
        given = ip_address(address.partition("/")[0])
    except ValueError:
        return ""
    return str(ip_network((given, 24 if given.version == 4 else 48), strict=False))


def answered_address(request: Request) -> str:
    """The address that the endpoint went by, also once it has refused."""
    passed_on: str | None = getattr(request.state, "passed_on_address", None)
    return passed_on or address_of(request)


def _passed_on(
    request: Request, transaction: Transaction, now: Now, recognition: TokenRecognition, credentials: AccountCredentials
) -> str:
    """Superset asks in the name of people elsewhere, and proves by its token that it is Superset."""
    if credentials is not None:
        caller = recognition.of_account(transaction, credentials.credentials, now=now)
        named = request.headers.get("x-forwarded-for", "")
        if caller.has(Role.SUPERSET) and named:
            request.state.passed_on_address = counted_address(named)
    return answered_address(request)


#: The address of whoever signs in, also when Superset asks for them.
ClientAddress = Annotated[str, Depends(_passed_on)]

"""Gives the authorities that a client of ours trusts: read once per process.

Reading them takes 25 ms of CPU, more than most requests, and httpx does so for every client, whatever its address.
"""

import ssl
from functools import cache

import httpx


@cache
def trusted_authorities() -> ssl.SSLContext:
    """Those of httpx, for its `verify`."""
    return httpx.create_ssl_context()

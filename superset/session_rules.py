"""Decides who is meant by a request to Superset, and what becomes of the session that Superset itself keeps.

People sign in at the governance API, whose cookie this server sees too: cookies know no ports. Superset's own session
never says who somebody is, but for its local account, and never outlives the cookie beside which it began. The shell
around Flask is `session_checks.py`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import quote, urlsplit

USER, LOCAL, GOVERNANCE = "_user_id", "beside_cookie", "governance_session"
"""Under these keys of Superset's session: its local user, the cookie there was at that sign-in, the API's session."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""A path of this server, spelled plainly: a second slash or a backslash would make browsers read it as a host."""


class Outcome(Enum):
    """Grammar: what becomes of Superset's own session."""

    STAYS = "stays"
    BEGINS_ANEW = "begins anew"
    ENDS = "ends"


@dataclass(frozen=True)
class Addresses:
    """Where browsers find this Superset and the sign-in of the governance API."""

    own_url: str
    governance_url: str

    def sign_in(self, then: str, *, own: Collection[str] = ()) -> str:
        """The sign-in page, which leads back to a place on this server, or to its beginning.

        Superset names the place by its path or by its whole address, as browsers wrote it: one of `own`.
        """
        for url in (self.own_url, *own):
            then = then.removeprefix(url.rstrip("/")) if then.startswith(f"{url.rstrip('/')}/") else then
        back = self.own_url.rstrip("/") + (then if OWN_PATH.fullmatch(then) else "/")
        return f"{self.governance_url.rstrip('/')}/pages/login?return_to={quote(back, safe='')}"


def digest(secret: str) -> str:
    """Stands for a cookie in a session; what is stored opens nothing."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def is_local(session: Mapping[str, Any], *, cookie: str) -> bool:
    """Whether it is the local account's, and the browser shows the same governance cookie, or none, as at sign-in."""
    return session.get(USER) is not None and session.get(LOCAL) == digest(cookie)


def outcome(session: Mapping[str, Any], *, cookie: str, session_id: int | None) -> Outcome:
    """What becomes of a session, when the cookie belongs to the API's session `session_id`, or to none."""
    if is_local(session, cookie=cookie):
        return Outcome.STAYS
    if session_id is not None:
        is_same = session.get(GOVERNANCE) == session_id and USER not in session
        return Outcome.STAYS if is_same else Outcome.BEGINS_ANEW
    return Outcome.ENDS if {USER, GOVERNANCE} & session.keys() else Outcome.STAYS


def is_own_request(method: str, headers: Mapping[str, str], *, own: Collection[str]) -> bool:
    """Whether a page of this server made the browser send it; other ports are the same site, so cookies come along.

    `own` are the addresses that count. Whoever shows a token in a header was not led here by a page of others.
    """
    if method in SAFE_METHODS or headers.get("Authorization"):
        return True
    origin = headers.get("Origin")
    if origin is None:
        return headers.get("Sec-Fetch-Site") == "same-origin"
    return origin.lower() in {origin_of(each) for each in own}


def origin_of(url: str) -> str:
    """Scheme, host and port as a browser writes them in `Origin`."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()

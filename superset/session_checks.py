"""Checks every request before Superset sees it: finds who it is, sends strangers to sign in, ends what has ended.

`session_rules.py` decides; `security_manager.py` hands the person found here to Superset.
"""

from __future__ import annotations

import logging
from html import escape
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, make_response, redirect, request, session
from governance_login import (
    SESSION_COOKIE,
    GovernanceAccount,
    GovernanceSessions,
    GovernanceUnreachableError,
)
from session_rules import GOVERNANCE, LOCAL, Addresses, Outcome, digest, is_local, is_own_request, outcome

LOGIN, LOGOUT = "/login", "/logout"
LOCAL_FORM = "/login/?as=admin"
WITHOUT_PEOPLE = frozenset({"/health", "/healthcheck", "/ping"})
PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>Task Mining</title><h1>{title}</h1><p>{sentence}</p><p>{link}</p></html>"
)

logger = logging.getLogger(__name__)


def check_sessions(app: Flask) -> None:
    """Goes before everything that looks at the user: who was looked up once stays the user of the request."""
    app.before_request_funcs.setdefault(None, []).insert(0, _check)


def begin_local_session() -> None:
    """The local account signs in: by a key that nobody knew, and for as long as the browser shows the same cookie."""
    _begin_anew()
    session[LOCAL] = digest(request.cookies.get(SESSION_COOKIE, ""))


def sessions() -> GovernanceSessions | None:
    """None where no governance API is set up: then only the local account signs in."""
    found: GovernanceSessions | None = current_app.config["GOVERNANCE_SESSIONS"]
    return found


def addresses() -> Addresses:
    """Where browsers find this server and the sign-in."""
    found: Addresses = current_app.config["ADDRESSES"]
    return found


def _check() -> Response | None:
    path = request.path.rstrip("/")
    if path in WITHOUT_PEOPLE or path.startswith("/static/"):
        return None
    if request.cookies and not is_own_request(request.method, request.headers, own=_own_addresses()):
        return _sentence(403, "This was sent from a page of another address: repeat it on a page of the dashboards.")
    cookie = request.cookies.get(SESSION_COOKIE, "")
    try:
        return _sign_out(cookie) if path == LOGOUT else _let_in(path, cookie)
    except GovernanceUnreachableError as error:
        logger.warning("The governance API did not answer (%s): nobody is let in until it does.", error)
        if path == LOGIN:
            return None
        return _sentence(503, "The service that knows who you are does not answer: try again in a moment.", LOCAL_FORM)


def _let_in(path: str, cookie: str) -> Response | None:
    account = None if is_local(session, cookie=cookie) else _account(cookie)
    becomes = outcome(session, cookie=cookie, session_id=account.session_id if account else None)
    if becomes is not Outcome.STAYS:
        _begin_anew()
    if becomes is Outcome.BEGINS_ANEW and account is not None:
        session[GOVERNANCE] = account.session_id
    if account is not None:
        g.governance_user = current_app.appbuilder.sm.user_of(account)
        # Making a user asks who makes it: nobody yet, which flask-login would keep to the end of the request.
        g.pop("_login_user", None)
        if g.governance_user is None:
            sentence = "Your account sees no dashboards: ask an admin for the role analyst or stakeholder."
            return _sentence(403, sentence, f"{addresses().governance_url.rstrip('/')}/pages/home")
    elif path == LOGIN and request.method in {"GET", "HEAD"} and sessions() and "as" not in request.args:
        asked_for = request.args.get("next", "/")
        return _unstored(redirect(addresses().sign_in(asked_for, own=_own_addresses()), 303))
    return None


def _account(cookie: str) -> GovernanceAccount | None:
    asked = sessions()
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if asked is None or (scheme and not token.startswith("tm_")):
        return None
    if scheme:
        return asked.find(token.strip(), is_cookie=False) if scheme.lower() == "bearer" else None
    return asked.find(cookie, is_cookie=True) if cookie else None


def _begin_anew() -> None:
    """What was in it is forgotten, and the key to it is one that nobody knew."""
    session.clear()
    session["is_anew"] = True  # an empty one keeps its key
    current_app.session_interface.regenerate(session)


def _sign_out(cookie: str) -> Response:
    """In one place for all. Pages of others cannot make a browser do it."""
    if request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
        return _unstored(redirect("/", 303))
    asked = sessions()
    if asked is None or is_local(session, cookie=cookie):
        # It is no session of the governance API that ends, nor need that be there.
        _begin_anew()
        return _unstored(redirect(LOCAL_FORM, 303))
    if cookie:
        asked.end(cookie)
    _begin_anew()
    answer = _unstored(redirect(f"{addresses().governance_url.rstrip('/')}/pages/login", 303))
    answer.delete_cookie(SESSION_COOKIE, path="/")
    return answer


def _own_addresses() -> list[str]:
    return [addresses().own_url, request.host_url]


def _sentence(status: int, sentence: str, link: str = "") -> Response:
    if "text/html" not in request.headers.get("Accept", ""):
        answer: Any = jsonify({"message": sentence})
    else:
        words = "Go back" if status == 403 else "Sign in as the operator"
        shown = f'<a href="{escape(link)}">{words}</a>' if link else ""
        answer = make_response(PAGE.format(title="This did not work", sentence=escape(sentence), link=shown))
    answer.status_code = status
    return _unstored(answer)


def _unstored(answer: Any) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    found: Response = answer
    return found

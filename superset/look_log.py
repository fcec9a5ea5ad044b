"""Writes looks and downloads into Superset's own log, from which `look_carrier` carries them to governance.

What cannot be logged is not shown.
"""

from __future__ import annotations

import json
import logging
import threading

from flask import Flask, Response, request
from flask_login import current_user
from look_carrier import keep_carrying
from looks import look_of
from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

#: Held by those who log until the row is there; `look_carrier` waits for them.
_LOGGING = text("select pg_advisory_xact_lock_shared(hashtextextended('task mining looks', 0))")
_LOG = text("""
insert into logs (action, user_id, dashboard_id, slice_id, json, dttm)
values (:action, :user_id, :dashboard_id, :chart_id, :facts, now() at time zone 'utc')
""")
logger = logging.getLogger(__name__)


def keep_log_of_looks(app: Flask) -> None:
    """Logs from the first request on; the carrier begins with it, so that commands of the console start none."""
    beginning = threading.Lock()

    def begin() -> None:
        if app.config["GOVERNANCE_API_URL"] and beginning.acquire(blocking=False):
            threading.Thread(target=_carry_on, args=(app,), name="looks", daemon=True).start()

    app.before_request(begin)
    app.after_request(_log_look)


def _log_look(response: Response) -> Response:
    is_file = response.headers.get("Content-Disposition", "").startswith("attachment")
    look = look_of(
        request.endpoint or "", request.view_args or {}, _asked(), status=response.status_code, is_file=is_file
    )
    if look is None:
        return response
    facts = {"login": getattr(current_user, "username", ""), "what": look.what, "dashboard": look.dashboard}
    values = {
        "action": look.action,
        "user_id": current_user.id if current_user.is_authenticated else None,
        "dashboard_id": int(look.dashboard) if look.dashboard.isdecimal() and len(look.dashboard) < 10 else None,
        "chart_id": look.chart_id,
        "facts": json.dumps({**facts, "dataset_id": look.dataset_id}),
    }
    try:
        with _engine().begin() as connection:
            connection.execute(_LOGGING)
            connection.execute(_LOG, values)
    except SQLAlchemyError:
        logger.exception("A look could not be logged, so nothing was shown.")
        return Response("This could not be noted in the log, so it is not shown: try again in a moment.", 503)
    return response


def _asked() -> object:
    body: object = request.get_json(silent=True) if request.is_json else request.form.get("form_data")
    try:
        return json.loads(body) if isinstance(body, str) else body
    except ValueError:
        return None


def _engine() -> Engine:
    from superset.extensions import db  # noqa: PLC0415 - made with the application

    engine: Engine = db.engine
    return engine


def _carry_on(app: Flask) -> None:
    with app.app_context():
        engine = _engine()
    keep_carrying(engine, app.config["GOVERNANCE_API_URL"], app.config["GOVERNANCE_TOKEN"])

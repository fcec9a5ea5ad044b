"""Two habits of Superset's pages that we take away: a telemetry pixel, and a log call that undoes a sign-in.

Settings belong to `superset_config.py`; here is only what no setting reaches.
"""

from __future__ import annotations

from flask import Flask, Response, request
from flask_login import current_user

TELEMETRY = b"https://apachesuperset.gateway.scarf.sh"
EMPTY_PICTURE = b"data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=#"


def stay_at_home(app: Flask) -> None:
    """Superset's FLASK_APP_MUTATOR. The content security policy stops the pixel too, but with an error in the console."""
    serve = app.view_functions["static"]

    def static_without_telemetry(**values: str) -> Response:
        response = app.make_response(serve(**values))
        if values.get("filename", "").endswith(".js") and response.status_code == 200:
            response.direct_passthrough = False
            script = response.get_data()
            if TELEMETRY in script:
                response.set_data(script.replace(TELEMETRY, EMPTY_PICTURE))
        return response

    app.view_functions["static"] = static_without_telemetry
    app.before_request(_no_log_of_the_anonymous)


def _no_log_of_the_anonymous() -> tuple[str, int] | None:
    """The sign-in page reports its events while somebody signs in; the refusal would overwrite the new session cookie."""
    is_log = request.path.rstrip("/") == "/superset/log"
    return ("", 204) if is_log and not current_user.is_authenticated else None

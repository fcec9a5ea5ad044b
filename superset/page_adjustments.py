"""Takes away from Superset's pages what no setting reaches: telemetry, two calls that must fail, an empty home page."""

from __future__ import annotations

import re

from flask import Flask, Response, current_app, redirect, request
from flask_login import current_user

TELEMETRY = b"https://apachesuperset.gateway.scarf.sh"
EMPTY_PICTURE = b"data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=#"
COLOURS = re.compile(r"/api/v1/dashboard/\d+/colors")


def stay_at_home(app: Flask) -> None:
    """Adjusts the pages of one application; `superset_config.py` passes it in."""
    serve = app.view_functions["static"]

    def static_without_telemetry(**values: str) -> Response:
        """The content security policy stops the pixel too, but with an error in the browser's console."""
        response = app.make_response(serve(**values))
        if values.get("filename", "").endswith(".js") and response.status_code == 200:
            response.direct_passthrough = False
            script = response.get_data()
            if TELEMETRY in script:
                response.set_data(script.replace(TELEMETRY, EMPTY_PICTURE))
        return response

    app.view_functions["static"] = static_without_telemetry
    app.before_request(_no_log_of_the_anonymous)
    app.before_request(_no_colours_of_viewers)
    app.before_request(_viewers_land_on_their_dashboards)


def _no_log_of_the_anonymous() -> tuple[str, int] | None:
    """The sign-in page reports its events while somebody signs in; the refusal would overwrite the new session."""
    is_log = request.path.rstrip("/") == "/superset/log"
    return ("", 204) if is_log and not current_user.is_authenticated else None


def _no_colours_of_viewers() -> tuple[dict[str, str], int] | None:
    """Each page wants to store the colours it drew. They are the deployment's: a viewer's are heard and forgotten."""
    is_colours = request.method == "PUT" and COLOURS.fullmatch(request.path)
    return ({}, 200) if is_colours and _is_viewer() else None


def _viewers_land_on_their_dashboards() -> Response | None:
    is_home = request.path.rstrip("/") == "/superset/welcome"
    return redirect("/dashboard/list/") if is_home and _is_viewer() else None


def _is_viewer() -> bool:
    return current_user.is_authenticated and not current_app.appbuilder.sm.is_admin()

"""Takes away from Superset's pages what no setting reaches: telemetry, two calls that must fail, an empty home page."""

from __future__ import annotations

import json
import re

from flask import Flask, Response, current_app, redirect, request
from flask_login import current_user
from viewer_answers import MARKS, labels_of_all, without_others

TELEMETRY = b"https://apachesuperset.gateway.scarf.sh"
EMPTY_PICTURE = b"data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=#"
PEOPLE = re.compile(r"/api/v1/\w+/(related|distinct)/\w+")
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
    app.after_request(_nothing_of_others)
    app.before_request(_no_people_for_viewers)
    app.before_request(_viewers_land_on_their_dashboards)


def _no_log_of_the_anonymous() -> tuple[str, int] | None:
    """The sign-in page reports its events while somebody signs in; the refusal would overwrite the new session."""
    is_log = request.path.rstrip("/") == "/superset/log"
    return ("", 204) if is_log and not current_user.is_authenticated else None


def _no_colours_of_viewers() -> tuple[dict[str, str], int] | None:
    """Each page wants to store the colours it drew. They are the deployment's: a viewer's are heard and forgotten."""
    is_colours = request.method == "PUT" and COLOURS.fullmatch(request.path)
    return ({}, 200) if is_colours and _is_viewer() else None


def _no_people_for_viewers() -> tuple[dict[str, object], int] | None:
    """What the lists of dashboards and charts could be narrowed by: names and e-mail addresses of Superset's users."""
    is_people = PEOPLE.fullmatch(request.path.rstrip("/"))
    return ({"count": 0, "result": []}, 200) if is_people and _is_viewer() else None


def _viewers_land_on_their_dashboards() -> Response | None:
    is_home = request.path.rstrip("/") == "/superset/welcome"
    return redirect("/dashboard/list/") if is_home and _is_viewer() else None


def _nothing_of_others(response: Response) -> Response:
    if response.mimetype != "application/json" or response.direct_passthrough:
        return response
    body = response.get_data()
    if any(mark in body for mark in MARKS) and _is_viewer():
        labels = labels_of_all() | current_app.config["VIEWERS"].labels_of(current_user.username)
        own = without_others(json.loads(body), login=current_user.username, labels=labels)
        response.set_data(json.dumps(own))
    return response


def _is_viewer() -> bool:
    return current_user.is_authenticated and not current_app.appbuilder.sm.is_admin()

"""Superset's configuration in Flask itself: by https its cookie insists on it, and browsers are told to stay with it.

Runs in Superset's own environment, on a page instead of Superset, which takes a database and minutes.
"""

import json
import subprocess
from pathlib import Path

import pytest

from pipelines.project_files import SUPERSET_FILES
from standalone.settings import settings_from_environment
from standalone.superset.environment import is_installed, python

RELAY, STRANGER = "", "192.0.2.9"
PAGE = f"""
import json
import superset_config
from flask import Flask, session
from flask_talisman import Talisman

app = Flask("page")
app.config.from_object(superset_config)
Talisman(app, **superset_config.TALISMAN_CONFIG)
for layer in superset_config.ADDITIONAL_MIDDLEWARE:
    app.wsgi_app = layer(app.wsgi_app)

@app.get("/")
def page():
    session["who"] = "stella"
    return ""

def look(peer):
    told = {{"environ_base": {{"REMOTE_ADDR": peer}}, "headers": {{"X-Forwarded-Proto": "https"}}}}
    answer = app.test_client().get("/", **told).headers
    return "; Secure;" in answer["Set-Cookie"], "Strict-Transport-Security" in answer

print(json.dumps([look({RELAY!r}), look({STRANGER!r})]))
"""


@pytest.mark.parametrize(("address", "is_secure"), [("http://127.0.0.1:8702", False), ("https://m.example", True)])
def test_the_cookie_follows_the_address_and_the_promise_whoever_is_believed(
    tmp_path: Path, address: str, is_secure: bool
) -> None:
    settings = settings_from_environment({"TASK_MINING_HOME": str(tmp_path)})
    if not is_installed(settings):
        pytest.skip(f"Superset's environment {settings.superset_environment} is not there: run `make environments`.")
    environment = {
        "PYTHONPATH": str(SUPERSET_FILES),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(tmp_path),
        "SUPERSET_HOME": str(tmp_path / "superset"),
        "SUPERSET_CONFIG_PATH": str(SUPERSET_FILES / "superset_config.py"),
        "SUPERSET_SECRET_KEY": "a secret of this test, of more than enough characters",
        "SUPERSET_METADATA_URI": "sqlite://",
        "TASK_MINING_SUPERSET_URL": address,
        "TASK_MINING_DASHBOARDS_SECRET": "a secret",
        "TASK_MINING_DASHBOARDS_SIGN_IN_URL": "postgresql://somebody:secret@127.0.0.1/task_mining",
    }
    command = [str(python(settings)), "-c", PAGE]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    # (the cookie is Secure, browsers are told to stay with https)
    assert json.loads(done.stdout.splitlines()[-1]) == [[is_secure, True], [is_secure, False]]

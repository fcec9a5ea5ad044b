"""An authenticated session with Superset's API that turns every refusal into one sentence."""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.parse import urlsplit

from supersetapiclient.client import SupersetClient

from pipelines.dashboards.errors import SupersetError

MOST_LISTED = 10_000
"""As many as `FAB_API_MAX_PAGE_SIZE` of `superset/superset_config.py` lets one answer hold."""
LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


class SupersetSession:
    """A signed-in administrator of one Superset. Paths are below `/api/v1/`, answers are the decoded JSON."""

    def __init__(self, *, superset_url: str, password: str, login: str = "admin") -> None:
        if urlsplit(superset_url).hostname in LOCAL_HOSTS:
            # superset-client refuses plain http; on the loopback nobody listens.
            os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
        self._url = superset_url.rstrip("/")
        self._client = SupersetClient(self._url, login, password)

    def get(self, path: str, **params: str) -> dict[str, Any]:
        """The answer to GET."""
        return self._answer("get", path, params=params)

    def post(self, path: str, body: object) -> dict[str, Any]:
        """The answer to POST of a JSON body."""
        return self._answer("post", path, json=body)

    def put(self, path: str, body: object) -> dict[str, Any]:
        """The answer to PUT of a JSON body."""
        return self._answer("put", path, json=body)

    def delete(self, path: str) -> dict[str, Any]:
        """The answer to DELETE."""
        return self._answer("delete", path)

    def list_all(self, path: str) -> list[dict[str, Any]]:
        """Every object behind a list route, in one answer.

        Pages would lose some: most routes order by nothing unique, and without an order PostgreSQL lets pages overlap.
        """
        answer = self.get(path, q=f"(page:0,page_size:{MOST_LISTED})")
        found: list[dict[str, Any]] = answer["result"]
        if len(found) != answer["count"]:
            raise SupersetError(
                f"Superset at {self._url} lists {len(found)} of {answer['count']} objects below /api/v1/{path}; "
                f"let it run with superset/superset_config.py, whose FAB_API_MAX_PAGE_SIZE is {MOST_LISTED}."
            )
        return found

    def import_assets(self, archive: bytes, *, database_password: str) -> None:
        """Overwrite databases, datasets, charts and dashboards by a zipped bundle; ids and dashboards' roles stay.

        `client.assets.import_file` of superset-client 1.0.0 loses a new database's password: hence the route itself.
        """
        self._answer(
            "post",
            "assets/import/",
            files={"bundle": ("bundle.zip", archive, "application/zip")},
            data={"passwords": json.dumps({"databases/marts.yaml": database_password})},
        )

    def _answer(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        url = f"{self._url}/api/v1/{path}"
        try:
            response = getattr(self._client, method)(url, **request)
        except OSError as error:
            raise SupersetError(
                f"Superset at {self._url} did not let us in ({error}); check that it runs and that "
                f"TASK_MINING_SUPERSET_PASSWORD is the password of its account admin."
            ) from error
        if not response.ok:
            raise SupersetError(
                f"Superset answered {response.status_code} to {method.upper()} /api/v1/{path}: {response.text[:300]}; "
                f"look into Superset's log for the cause."
            )
        decoded: dict[str, Any] = response.json()
        return decoded

"""A Superset that keeps what it is told, for tests of what it is told.

It neither checks nor draws anything; the real one is a journey's.
"""

import io
import zipfile
from collections import defaultdict
from typing import Any

import yaml

from pipelines.dashboards import access


class SupersetInMemory:
    """Just enough of Superset's REST interface to keep what it was told."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
        self.objects["security/roles/"] = {1: {"id": 1, "name": "Admin"}}
        self.objects["security/permissions-resources/"] = {
            number: {"id": number, "permission": {"name": permission}, "view_menu": {"name": view}}
            for number, (permission, view) in enumerate(sorted(access.VIEWER_PERMISSIONS), start=100)
        }
        self.granted: dict[int, list[int]] = {}
        self.passwords: list[str] = []
        self.open_to_while_importing: list[list[list[int] | None]] = []

    def list_all(self, path: str) -> list[dict[str, Any]]:
        return list(self.objects[path].values())

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if path.endswith("/permissions"):
            self.granted[int(path.split("/")[-2])] = body["permission_view_menu_ids"]
            return {}
        number = max(self.objects[path], default=0) + 1
        self.objects[path][number] = {"id": number, **body}
        return {"id": number}

    def put(self, path: str, body: dict[str, Any]) -> None:
        kind, _, number = path.rpartition("/")
        self.objects[f"{kind}/"].setdefault(int(number), {"id": int(number)}).update(body)

    def delete(self, path: str) -> None:
        kind, _, number = path.rpartition("/")
        del self.objects[f"{kind}/"][int(number)]

    def rules(self) -> dict[str, dict[str, Any]]:
        return {rule["name"]: rule for rule in self.list_all("rowlevelsecurity/")}

    def clauses_for(self, role_ids: set[int], dataset_id: int) -> dict[str, set[str]]:
        """Superset's own rule of which clauses bind somebody, group by group (`get_rls_filters`)."""
        bound: dict[str, set[str]] = defaultdict(set)
        for rule in self.list_all("rowlevelsecurity/"):
            holds = bool(role_ids & set(rule["roles"]))
            if dataset_id in rule["tables"] and holds == (rule["filter_type"] == "Regular"):
                bound[rule["group_key"]].add(rule["clause"])
        return bound

    def get(self, path: str) -> dict[str, Any]:
        kind, _, number = path.rpartition("/")
        return {"result": self.objects[f"{kind}/"][int(number)]}

    def import_assets(self, archive: bytes, *, database_password: str) -> None:
        """Adds what is new by uuid; notes who could open the dashboards while it happened."""
        self.passwords.append(database_password)
        self.open_to_while_importing.append([each.get("roles") for each in self.list_all("dashboard/")])
        with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
            for name in zipped.namelist():
                content = yaml.safe_load(zipped.read(name))
                kind = {"datasets": "dataset/", "charts": "chart/", "dashboards": "dashboard/"}.get(name.split("/")[1])
                if kind and content["uuid"] not in {each["uuid"] for each in self.list_all(kind)}:
                    self.post(kind, content)

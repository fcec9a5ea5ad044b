"""Takes out of answers to viewers what Superset tells everybody: people's e-mail addresses, and colours by name.

A dashboard paints applications, categories and tasks by name, in one list for all projects; a viewer gets the names
that stand in rows of their own, besides those of `colours.yaml`.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import yaml

COLOURS = Path(__file__).with_name("colours.yaml")
MARKS = (b'"email"', b"label_colors")
"""What an answer holds that `without_others` may have to change; most hold neither."""


def without_others(answer: Any, *, login: str, labels: Collection[str]) -> Any:
    """The same answer for one viewer, at any depth; metadata of dashboards is JSON inside JSON."""
    if isinstance(answer, list):
        return [without_others(each, login=login, labels=labels) for each in answer]
    if not isinstance(answer, dict):
        return answer
    return {
        key: _value(key, value, login=login, labels=labels)
        for key, value in answer.items()
        if key != "email" or answer.get("username") == login
    }


def _value(key: str, value: Any, *, login: str, labels: Collection[str]) -> Any:
    if key == "json_metadata" and isinstance(value, str) and value:
        return json.dumps(without_others(json.loads(value), login=login, labels=labels))
    if key in {"label_colors", "map_label_colors"} and isinstance(value, dict):
        return {label: colour for label, colour in value.items() if label in labels}
    if key == "shared_label_colors" and isinstance(value, list):
        return [label for label in value if label in labels]
    return without_others(value, login=login, labels=labels)


def labels_of_all() -> set[str]:
    """The words that are painted in every project."""
    colours = yaml.safe_load(COLOURS.read_text())
    return {*colours["categories"], *colours["labels"]}

"""What the service has answered with, so that later requests go on from there: ids, logins, keys, versions.

A field of a later request, in its path, its query or its body, is often given a value that was answered under its name.
"""

from collections import defaultdict, deque
from random import Random
from typing import Any

REMEMBERED = 50
#: Fields whose values are those of a field of another name.
ALIASES = {
    "workstation_user_logins": "workstation_user_login",
    "on_behalf_of_login": "login",
    "account_login": "login",
    "requested_by": "login",
    "pool_data_request_ids": "data_request_id",
    "current_password": "password",
    "new_password": "password",
}
#: What no answer teaches, and without which nothing would ever be made.
EXAMPLES: dict[str, list[Any]] = {
    "password": ["correct horse battery", "staple on the wall"],
    "time_zone": ["Europe/Berlin", "America/St_Johns", "Pacific/Apia"],
    "starts_on": ["2026-01-01", "2026-06-30"],
    "ends_on": ["2026-12-31", "2999-12-31"],
    "manager_login": ["manager-0", None],
    "condition": [
        {"field": "url", "operator": "contains", "value": "x"},
        {"not": {"any": [{"field": "application", "operator": "is_empty"}]}},
    ],
    "rank": [10, 11, 4711],
}


class KnownValues:
    """The newest values of every field that ends in `_id`, `login`, `_key`, `_version` or is `value`."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._values: dict[str, deque[Any]] = defaultdict(lambda: deque(maxlen=REMEMBERED))
        self._records: deque[tuple[str, str]] = deque(maxlen=REMEMBERED)
        for name, values in EXAMPLES.items():
            self._values[name].extend(values)

    def learn(self, answer: Any) -> None:
        if isinstance(answer, list):
            for each in self._random.sample(answer, min(3, len(answer))):
                self.learn(each)
        if isinstance(answer, dict):
            if {"login", "workstation_user_id", "time_zone"} <= answer.keys():
                self._values["workstation_user_login"].append(answer["login"])
            if {"group", "name"} <= answer.keys():
                self._records.append((answer["group"], answer["name"]))
            for name, value in answer.items():
                if _is_followed(name):
                    self._values[name].append(value)
                elif isinstance(value, dict | list):
                    self.learn(value)

    def fill(self, sent: Any, *, share: float) -> Any:
        """The same with about that share of the fields that are known replaced."""
        if isinstance(sent, list):
            return [self.fill(each, share=share) for each in sent]
        if not isinstance(sent, dict):
            return sent
        if {"group", "name"} <= sent.keys() and self._records:
            group, name = self._random.choice(self._records)
            return {**sent, "group": group, "name": name}
        return {name: self._filled(name, value, share=share) for name, value in sent.items()}

    def _filled(self, name: str, value: Any, *, share: float) -> Any:
        known = self._values.get(ALIASES.get(name, name))
        if not known or self._random.random() > share:
            return self.fill(value, share=share)
        if not name.endswith("s"):
            return self._random.choice(known)
        return [self._random.choice(known) for _ in range(self._random.randint(1, 3))]


def _is_followed(name: str) -> bool:
    return name.endswith(("_id", "login", "_key", "_version")) or name == "value"

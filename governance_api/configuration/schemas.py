"""Bodies of /configuration. Only the value of a record can change."""

from typing import Any

from governance_api.edge.schemas import Answer, Body


class ConfigurationChange(Body):
    value: Any


class ConfigurationAnswer(Answer):
    """`allowed` says in words which values the record admits."""

    group: str
    name: str
    value: Any
    default: Any
    is_default: bool
    allowed: str
    description: str

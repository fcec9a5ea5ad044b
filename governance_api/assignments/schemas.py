"""What may be changed of a project."""

from datetime import date
from typing import Annotated

from pydantic import Field

from domain.aliases import AnonymizationLevel
from domain.assignments.terms import Cadence, Goal, Visibility
from governance_api.edge.schemas import MAX_WORDS, Body, Login, Name, OptionalText

MAX_PEOPLE = 10_000
MAX_POOLS = 100


class ProjectChange(Body):
    """What is left out stays as it is. `pool_data_request_ids` names the pool requests to be mined as well."""

    name: Name | None = None
    description: OptionalText | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    goals: Annotated[list[Goal], Field(min_length=1, max_length=MAX_WORDS)] | None = None
    collection_cadence: Cadence | None = None
    visibility: Visibility | None = None
    anonymization_level: AnonymizationLevel | None = None
    workstation_user_logins: Annotated[list[Login], Field(max_length=MAX_PEOPLE)] | None = None
    pool_data_request_ids: Annotated[list[int], Field(max_length=MAX_POOLS)] | None = None

"""The base of all bodies: requests are strict, texts are storable, answers are read from rows."""

import json
from collections.abc import Iterable
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationInfo, field_validator

from governance_api.edge.json_values import check_json_type, check_storable, check_time


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("holds a NUL character, which no text may")
    return text


def _bounded(*, low: int, high: int) -> Any:
    return StringConstraints(strip_whitespace=True, min_length=low, max_length=high)


Name = Annotated[str, _bounded(low=1, high=200), AfterValidator(_without_nul)]
Login = Annotated[str, _bounded(low=1, high=128), AfterValidator(_without_nul)]
OptionalText = Annotated[str, _bounded(low=0, high=4_000), AfterValidator(_without_nul)]
SomeText = Annotated[str, _bounded(low=1, high=4_000), AfterValidator(_without_nul)]
#: As it came, without stripping: a blank may be all that tells two of them apart.
Verbatim = Annotated[str, StringConstraints(max_length=256), AfterValidator(_without_nul)]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=1_024), AfterValidator(_without_nul)]


MAX_REPORT_BYTES = 65_536
#: Of a list whose members are words of a closed set.
MAX_WORDS = 20


def _storable(report: dict[str, Any]) -> dict[str, Any]:
    check_storable(report)
    text = json.dumps(report)
    if len(text) > MAX_REPORT_BYTES:
        raise ValueError(f"has {len(text):,} bytes where at most {MAX_REPORT_BYTES:,} are allowed")
    return report


Report = Annotated[dict[str, Any], AfterValidator(_storable)]


class Body(BaseModel):
    """A request body: an unknown field is an error, never ignored, and no value is taken for one of another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _of_its_json_type(cls, value: Any, info: ValidationInfo) -> Any:
        check_json_type(value, cls.model_fields[str(info.field_name)].annotation)
        check_storable(value)
        return value

    @field_validator("*", mode="after")
    @classmethod
    def _in_its_time(cls, value: Any) -> Any:
        check_time(value)
        return value


class Answer(BaseModel):
    """A response body, filled from a row or a record by attribute."""

    model_config = ConfigDict(from_attributes=True, frozen=True)

    @classmethod
    def of(cls, row: object) -> Self:
        return cls.model_validate(row)

    @classmethod
    def of_each(cls, rows: Iterable[object]) -> list[Self]:
        return [cls.of(row) for row in rows]

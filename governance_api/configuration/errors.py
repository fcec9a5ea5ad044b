"""Why a configuration record is not read or changed."""

from governance_api.errors import NotFoundError, RefusedError


class ConfigurationRecordUnknownError(NotFoundError):
    """The set of records is fixed; this is none of them."""

    def __init__(self, group: str, name: str) -> None:
        super().__init__(f"There is no configuration record {group}/{name}: see GET /configuration for all of them.")


class ConfigurationValueRefusedError(RefusedError):
    """The value is outside the record's bounds."""

    def __init__(self, group: str, name: str, sentence: str) -> None:
        super().__init__(f"The value does not fit the record {group}/{name}: give {sentence}.", allowed=sentence)

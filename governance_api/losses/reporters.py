"""Which side of the product reports a loss."""

from enum import StrEnum


class Reporter(StrEnum):
    """Grammar: the part that counted the events."""

    INGESTION = "ingestion"
    AGENT = "agent"

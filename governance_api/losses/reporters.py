"""The sides of the product that report losses."""

from enum import StrEnum


class Reporter(StrEnum):
    """Grammar: the part that counted the events."""

    INGESTION = "ingestion"
    AGENT = "agent"
    PIPELINES = "pipelines"

"""The present value of each configuration record."""

from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from governance_api.configuration.records import Group
from governance_api.database import Base, Word


class ConfigurationValue(Base):
    __tablename__ = "configuration_records"

    record_group: Mapped[Group] = mapped_column(Word(Group), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB(none_as_null=False))

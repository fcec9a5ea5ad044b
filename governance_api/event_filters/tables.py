"""Event filters, and the version by which it is seen that any of them changed."""

from typing import Any

from sqlalchemy import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from domain.event_filters.rules import FilterAction, FilterAttribute
from governance_api.database import Base, Big, Id, Word


class StoredEventFilter(Base):
    __tablename__ = "event_filters"

    event_filter_id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    action: Mapped[FilterAction] = mapped_column(Word(FilterAction))
    attributes: Mapped[list[FilterAttribute]] = mapped_column(ARRAY(Word(FilterAttribute)), server_default="{}")
    condition: Mapped[dict[str, Any]]
    is_predefined: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)


class EventFilterVersion(Base):
    __tablename__ = "event_filter_version"

    is_only_row: Mapped[bool] = mapped_column(primary_key=True, default=True)
    version: Mapped[Big]

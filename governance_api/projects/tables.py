"""Projects, who is in them, who shares them, and their task scopes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, ForeignKey, Index, Integer, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from domain.aliases import AnonymizationLevel
from domain.assignments.terms import Cadence, Goal, Terms, Visibility
from governance_api.database import Base, Id, Word
from governance_api.projects.kinds import Permission, TaskScopeKind
from governance_api.projects.stages import Stage

_PROJECT = "governance.projects.project_id"
_ACCOUNT = "governance.accounts.account_id"
_WORKSTATION_USER = "governance.workstation_users.workstation_user_id"


class Project(Base):
    __tablename__ = "projects"

    project_id: Mapped[Id]
    name: Mapped[str]
    """Of those that are not deleted, one has it."""
    description: Mapped[str] = mapped_column(server_default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    goals: Mapped[list[Goal]] = mapped_column(ARRAY(Word(Goal)))
    collection_cadence: Mapped[Cadence] = mapped_column(Word(Cadence))
    stage: Mapped[Stage] = mapped_column(Word(Stage), server_default="draft")
    anonymization_level: Mapped[AnonymizationLevel] = mapped_column(Word(AnonymizationLevel))
    visibility: Mapped[Visibility] = mapped_column(Word(Visibility), server_default="group")
    pool_data_request_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default="{}")
    alias_key: Mapped[bytes]
    created_by: Mapped[int] = mapped_column(ForeignKey(_ACCOUNT))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    closed_at: Mapped[datetime | None]
    last_opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    deleted_at: Mapped[datetime | None]
    deleted_by: Mapped[int | None] = mapped_column(ForeignKey(_ACCOUNT))

    __table_args__ = (Index("projects_name_key", "name", unique=True, postgresql_where=text("stage <> 'deleted'")),)

    @property
    def terms(self) -> Terms:
        return Terms(
            goals=frozenset(self.goals),
            cadence=self.collection_cadence,
            visibility=self.visibility,
            anonymization_level=self.anonymization_level,
        )


class ProjectClosing(Base):
    """A closing that has ended; one that lasts is the project's `closed_at`."""

    __tablename__ = "project_closings"

    project_id: Mapped[int] = mapped_column(ForeignKey(_PROJECT, ondelete="CASCADE"), primary_key=True)
    closed_at: Mapped[datetime] = mapped_column(primary_key=True)
    reopened_at: Mapped[datetime]


class ProjectWorkstationUser(Base):
    __tablename__ = "project_workstation_users"

    project_id: Mapped[int] = mapped_column(ForeignKey(_PROJECT, ondelete="CASCADE"), primary_key=True)
    workstation_user_id: Mapped[int] = mapped_column(ForeignKey(_WORKSTATION_USER), primary_key=True)


class ProjectShare(Base):
    __tablename__ = "project_shares"

    project_share_id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(ForeignKey(_PROJECT, ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey(_ACCOUNT))
    permission: Mapped[Permission] = mapped_column(Word(Permission))

    __table_args__ = (UniqueConstraint("project_id", "account_id"),)


class StoredTaskScope(Base):
    __tablename__ = "task_scopes"

    task_scope_id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(ForeignKey(_PROJECT, ondelete="CASCADE"))
    name: Mapped[str]
    kind: Mapped[TaskScopeKind] = mapped_column(Word(TaskScopeKind))
    instructions: Mapped[str] = mapped_column(server_default="")
    source: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    table_name: Mapped[str] = mapped_column(server_default="")
    field: Mapped[str] = mapped_column(server_default="")
    start_state: Mapped[str] = mapped_column(server_default="")
    end_state: Mapped[str] = mapped_column(server_default="")
    condition: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    __table_args__ = (UniqueConstraint("project_id", "name"),)

    @property
    def is_recorded(self) -> bool:
        """By the person, from start to stop."""
        return self.kind is TaskScopeKind.USER_INITIATED

"""Which roles an account was assigned; contained roles are never stored."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from governance_api.database import Base, Word
from governance_api.security.roles import Role


class AccountRole(Base):
    __tablename__ = "account_roles"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("governance.accounts.account_id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[Role] = mapped_column(Word(Role), primary_key=True)

"""How far Superset's log was carried over."""

from sqlalchemy.orm import Mapped, mapped_column

from governance_api.database import Base, Big


class CarriedLog(Base):
    """The number of the last row whose look is in the audit log."""

    __tablename__ = "carried_logs"

    source: Mapped[str] = mapped_column(primary_key=True)
    up_to: Mapped[Big]

"""A log of some entries with anchors here and there, for tests and the benchmark of its verification."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from governance_api.audit.anchors.delivery import AnchorDelivery
from governance_api.audit.anchors.folder import AnchorFolder
from governance_api.audit.anchors.keeper import AnchorKeeper
from governance_api.audit.schemas import VerificationAnswer
from governance_api.audit.service import AuditTag, record
from governance_api.audit.verification import verifying
from governance_api.sessions import build_sessions

BEGAN_AT = datetime(2025, 11, 3, 9, 0, tzinfo=UTC)


@dataclass
class AnchoredLog:
    """Its clock goes on by one minute with every entry."""

    sessions: "sessionmaker[Session]"
    keeper: AnchorKeeper
    now: datetime = BEGAN_AT

    def add(self, count: int) -> None:
        with self.sessions.begin() as session:
            for _ in range(count):
                self.now += timedelta(minutes=1)
                record(session, AuditTag.PURGE_REPORTED, self.now.minute, by=None, now=self.now, hour=self.now.hour)

    def verification(self, kept: list[str] | None = None) -> VerificationAnswer:
        with self.sessions() as session:
            *_, answer = verifying(session, self.keeper, kept=kept)
        assert answer is not None
        return answer


def anchored_log(engine: Engine, folder: Path, delivery: AnchorDelivery | None = None) -> AnchoredLog:
    sessions = build_sessions(engine)
    log: AnchoredLog
    keeper = AnchorKeeper(sessions, AnchorFolder(folder), delivery or AnchorDelivery(), clock=lambda: log.now)
    keeper.folder.prepare()
    log = AnchoredLog(sessions, keeper)
    return log

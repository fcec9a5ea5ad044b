"""Records a person's answer, and finds the one that counts: the newest."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.policies import ConsentState
from governance_api.approvals.service import Decision, get_approval
from governance_api.audit.service import AuditTag, record
from governance_api.configuration.service import consent_text
from governance_api.consents.errors import AssignmentNotOpenError, AssignmentUnknownError
from governance_api.consents.tables import Consent
from governance_api.errors import NotFoundError
from governance_api.security.callers import AgentCaller


def answer_consent(
    session: Session, approval_id: int, answer: ConsentState, *, by: AgentCaller, now: datetime
) -> Consent:
    """Notes the answer with the text as it reads now. The same answer again is noted again: it was asked again."""
    try:
        approval = get_approval(session, approval_id)
    except NotFoundError as error:
        raise AssignmentUnknownError(approval_id) from error
    if approval.workstation_user_id != by.workstation_user_id:
        raise AssignmentUnknownError(approval_id)
    if approval.decision is not Decision.APPROVED:
        raise AssignmentNotOpenError(approval_id, approval.decision)
    consent = Consent(
        approval_id=approval_id,
        workstation_user_id=by.workstation_user_id,
        answer=answer,
        text=consent_text(session),
        answered_at=now,
        agent_id=by.agent_id,
    )
    session.add(consent)
    tag = AuditTag.CONSENT_ACCEPTED if answer is ConsentState.ACCEPTED else AuditTag.CONSENT_DECLINED
    record(session, tag, approval_id, by=by, now=now, workstation_user_id=by.workstation_user_id)
    return consent


def states_of_consent(session: Session, approval_ids: Collection[int]) -> dict[int, ConsentState]:
    """By approval, the newest answer; pending where nobody answered."""
    answers = select(Consent.approval_id, Consent.answer).where(Consent.approval_id.in_(approval_ids))
    states = dict.fromkeys(approval_ids, ConsentState.PENDING)
    states.update((row.approval_id, row.answer) for row in session.execute(answers.order_by(Consent.consent_id)))
    return states

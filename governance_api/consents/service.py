"""Records a person's answer, and finds the one that counts at an agent."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.policies import ConsentState
from governance_api.approvals.service import Decision, get_approval
from governance_api.audit.service import AuditTag, record
from governance_api.configuration.service import consent_text
from governance_api.consents.errors import AssignmentNotOpenError, AssignmentUnknownError, NobodyThereError
from governance_api.consents.tables import Consent
from governance_api.errors import NotFoundError
from governance_api.security.callers import AgentCaller


def answer_consent(
    session: Session, approval_id: int, answer: ConsentState, *, by: AgentCaller, now: datetime
) -> Consent:
    """Notes the answer with the text as it reads now, and the agent at which it was given.

    The same answer again is noted again: it was asked again.
    """
    if by.is_for_recordings:
        raise NobodyThereError
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


def states_of_consent(session: Session, approval_ids: Collection[int], *, agent_id: int) -> dict[int, ConsentState]:
    """By approval, as it stands for this agent: a no holds at every agent of the person, a yes where it was given.

    The view `governance.agent_consents` says the same to ingestion.
    """
    answers = select(Consent.approval_id, Consent.answer, Consent.agent_id).where(Consent.approval_id.in_(approval_ids))
    states = dict.fromkeys(approval_ids, ConsentState.PENDING)
    for approval_id, answer, answered_by in session.execute(answers.order_by(Consent.consent_id)):
        if answer is ConsentState.DECLINED or answered_by == agent_id:
            states[approval_id] = answer
        elif states[approval_id] is ConsentState.DECLINED:  # taken back elsewhere: it is asked again here
            states[approval_id] = ConsentState.PENDING
    return states

"""Records a person's answers; which of them counts is said by `domain.assignments`."""

from datetime import datetime

from sqlalchemy.orm import Session

from domain.assignments.terms import ConsentState
from governance_api.approvals.service import Decision, get_approval
from governance_api.audit.service import AuditTag, record
from governance_api.configuration.service import consent_text
from governance_api.consents.errors import AssignmentNotOpenError, AssignmentUnknownError, NobodyThereError
from governance_api.consents.tables import Consent
from governance_api.data_requests.service import get_data_request
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
    request = get_data_request(session, approval.data_request_id)
    consent = Consent(
        approval_id=approval_id,
        workstation_user_id=by.workstation_user_id,
        answer=answer,
        text=consent_text(session, request.applications_with_named_content),
        answered_at=now,
        agent_id=by.agent_id,
    )
    session.add(consent)
    # that it was answered, not what: whoever reads the log need not know who declined
    record(session, AuditTag.CONSENT_ANSWERED, approval_id, by=by, now=now, workstation_user_id=by.workstation_user_id)
    return consent

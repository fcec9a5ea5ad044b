"""POST /agent/consents: the person's answer to an assignment that the policy named."""

from fastapi import APIRouter, status

from domain.assignments.terms import ConsentState
from governance_api.clock import Now
from governance_api.consents.permissions import AnswersConsent
from governance_api.consents.schemas import ConsentAnswer, ConsentCreation
from governance_api.consents.service import answer_consent
from governance_api.database import Transaction

router = APIRouter(prefix="/agent/consents", tags=["agent"])


@router.post("", status_code=status.HTTP_201_CREATED)
def answer(body: ConsentCreation, agent: AnswersConsent, transaction: Transaction, now: Now) -> ConsentAnswer:
    """Records the person's answer to one assignment; the newest answer counts."""
    return ConsentAnswer.of(answer_consent(transaction, body.approval_id, ConsentState(body.answer), by=agent, now=now))

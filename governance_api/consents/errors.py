"""Why a consent is not recorded.

Somebody else's assignment is answered like one that does not exist.
"""

from governance_api.approvals.service import Decision
from governance_api.errors import ConflictError, ForbiddenError, NotFoundError


class AssignmentUnknownError(NotFoundError):
    def __init__(self, approval_id: int) -> None:
        super().__init__(
            f"You have no assignment {approval_id}: ask for the policy again and answer one that it names.",
            approval_id=approval_id,
        )


class AssignmentNotOpenError(ConflictError):
    """Only an approved request can be consented to."""

    def __init__(self, approval_id: int, decision: Decision) -> None:
        super().__init__(
            f"Assignment {approval_id} is {decision}, so there is nothing to answer: ask for the policy again.",
            approval_id=approval_id,
        )


class NobodyThereError(ForbiddenError):
    """An agent for recordings runs at nobody's workstation."""

    def __init__(self) -> None:
        super().__init__("Nobody answers at an agent for recordings: the person consents at their own workstation.")

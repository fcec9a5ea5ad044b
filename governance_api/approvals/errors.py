"""Why an answer to a data request is refused.

An approval that the caller may not see is answered like one that does not exist.
"""

from governance_api.data_requests.service import Decision
from governance_api.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError


class ApprovalUnknownError(NotFoundError):
    def __init__(self, approval_id: int) -> None:
        super().__init__(
            f"There is no approval {approval_id}: see GET /approvals for those that wait for you.",
            approval_id=approval_id,
        )


class NotTheManagerError(ForbiddenError):
    """Only the present manager of the person decides."""

    def __init__(self, approval_id: int) -> None:
        super().__init__(
            f"Approval {approval_id} is about somebody who does not report to you: leave it to their manager.",
            approval_id=approval_id,
        )


class AboutYourselfError(ForbiddenError):
    """Nobody approves a request about themselves."""

    def __init__(self, approval_id: int) -> None:
        super().__init__(
            f"Approval {approval_id} is about yourself, and nobody decides about themselves: "
            "have an admin name another manager for you.",
            approval_id=approval_id,
        )


class OwnRequestError(ForbiddenError):
    """Whoever asks does not answer."""

    def __init__(self, approval_id: int) -> None:
        super().__init__(
            f"Approval {approval_id} answers a request of your own, and whoever asks does not answer: "
            "have somebody else file the data request.",
            approval_id=approval_id,
        )


class ReasonMissingError(RefusedError):
    """A no, and taking back a yes, are explained to the one who asked."""

    def __init__(self, decision: Decision) -> None:
        what = "rejection" if decision is Decision.REJECTED else "withdrawal"
        super().__init__(f"The {what} has no reason: say in a sentence why, for the one who asked.")


class DecidedAlreadyError(ConflictError):
    """The decision cannot follow the one already there."""

    def __init__(self, approval_id: int, present: Decision, wanted: Decision) -> None:
        remedies = {
            Decision.PENDING: "approve or reject it first",
            Decision.APPROVED: "withdraw it to take the approval back",
            Decision.REJECTED: "ask for a new data request",
            Decision.WITHDRAWN: "ask for a new data request",
        }
        remedy = remedies.get(present, "update the service first")
        super().__init__(f"Approval {approval_id} is {present} and cannot become {wanted}: {remedy}.", decision=present)

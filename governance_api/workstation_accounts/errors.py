"""Why an account of an operating system is not mapped."""

from governance_api.errors import ConflictError, NotFoundError


class WorkstationAccountTakenError(ConflictError):
    def __init__(self, account: str) -> None:
        super().__init__(f"The account {account} is mapped already: remove that mapping first.")


class WorkstationAccountUnknownError(NotFoundError):
    def __init__(self, workstation_account_id: int) -> None:
        super().__init__(
            f"There is no mapped account {workstation_account_id}: see GET /workstation-accounts for those there are."
        )

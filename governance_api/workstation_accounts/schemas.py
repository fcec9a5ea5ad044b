"""Bodies of /workstation-accounts."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from governance_api.edge.schemas import Answer, Body, Login, OptionalText

Part = Annotated[OptionalText, Field(max_length=200)]


class WorkstationAccountCreation(Body):
    """`workstation_user_login` is the registered login; the rest what the operating system calls the account.

    `account_identifier` is a SID or a uid; with one, no other account of the same name will do.
    """

    workstation_user_login: Login
    account_login: Login
    account_domain: Part = ""
    account_identifier: Part = ""


class WorkstationAccountAnswer(Answer):
    workstation_account_id: int
    workstation_user_id: int
    account_login: str
    account_domain: str
    account_identifier: str
    mapped_at: datetime

"""Bodies of /workstation-users."""

from datetime import datetime

from governance_api.edge.schemas import Answer, Body, Login, Name, OptionalText


class WorkstationUserCreation(Body):
    """`login` is the one used at the workstation; `time_zone` an IANA name."""

    login: Login
    display_name: Name
    time_zone: Name
    team: OptionalText = ""
    manager_login: Login | None = None


class WorkstationUserChange(Body):
    """What is left out stays as it is; a `manager_login` of null leaves the person without manager.

    Once data may have been collected of the person, a `time_zone` takes effect with a local day that is still to come.
    """

    display_name: Name | None = None
    time_zone: Name | None = None
    team: OptionalText | None = None
    manager_login: Login | None = None
    is_active: bool | None = None


class WorkstationUserAnswer(Answer):
    workstation_user_id: int
    login: str
    display_name: str
    time_zone: str
    team: str
    manager_login: str | None
    is_active: bool
    created_at: datetime


class ImportAnswer(Answer):
    created_count: int
    changed_count: int
    unchanged_count: int

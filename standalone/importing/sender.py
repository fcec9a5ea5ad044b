"""Enrols the import as an agent of the recorded person, once, and keeps its token in the state folder.

Whatever else an import has to know, it asks for in the same session of `admin`.
"""

import os

import msgspec

from domain.redaction.record_numbers import readable_record_number_patterns
from standalone.errors import StandaloneError
from standalone.governance.api import Api
from standalone.importing.observations import HOST, VERSION
from standalone.settings import Settings


class ImportEnrolment(msgspec.Struct, frozen=True):
    """What is kept of an enrolment.

    A batch that was refused stays refused under its key, so after a refusal the next `attempt` names its batches anew;
    events that were accepted before are recognized by session and sequence.
    """

    agent_id: int
    agent_token: str
    workstation_user_id: int
    attempt: int = 1


class ImportTerms(msgspec.Struct, frozen=True):
    """How one import sends: as which agent, where the person works, and which numbers stay in titles."""

    enrolment: ImportEnrolment
    time_zone: str
    record_numbers: tuple[str, ...]


class ImportSender:
    """Delivers recordings of one person: the same agent each time, so that a receipted batch is known again."""

    def __init__(self, settings: Settings, workstation_user: str) -> None:
        self._settings = settings
        self.workstation_user = workstation_user
        self.api_url = settings.api_url
        self._path = settings.home / "import_agents" / f"{workstation_user.encode().hex()}.json"

    def terms(self) -> ImportTerms:
        """Raises StandaloneError when nobody has that login."""
        with Api(self.api_url).sign_in("admin", self._settings.passwords.admin) as admin:
            time_zone = self._time_zone(admin)
            configured = admin.get("/configuration/agent/record_number_patterns")
            # one that cannot be read keeps no numbers, as at agents
            record_numbers = readable_record_number_patterns(configured["value"])[0]
            return ImportTerms(self._kept() or self._enrolled(admin), time_zone, tuple(record_numbers))

    def begin_new_attempt(self) -> None:
        """After events were refused."""
        if enrolment := self._kept():
            self._keep(msgspec.structs.replace(enrolment, attempt=enrolment.attempt + 1))

    def forget(self) -> None:
        """After its token was refused, so that the next enrolment is a new one."""
        self._path.unlink(missing_ok=True)

    def _time_zone(self, admin: Api) -> str:
        for person in admin.list("/workstation-users", key="workstation_user_id"):
            if person["login"] == self.workstation_user:
                return str(person["time_zone"])
        raise StandaloneError(
            f"There is no workstation user {self.workstation_user!r}: register the person under that login, or name "
            "another."
        )

    def _kept(self) -> ImportEnrolment | None:
        if not self._path.exists():
            return None
        return msgspec.json.decode(self._path.read_bytes(), type=ImportEnrolment)

    def _enrolled(self, admin: Api) -> ImportEnrolment:
        body = {"workstation_user_login": self.workstation_user, "host": HOST, "agent_version": VERSION}
        enrolment = msgspec.convert(admin.post("/agents/for-recordings", body), ImportEnrolment)
        self._keep(enrolment)
        return enrolment

    def _keep(self, enrolment: ImportEnrolment) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self._path.with_suffix(".new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(msgspec.json.encode(enrolment))
        new.replace(self._path)

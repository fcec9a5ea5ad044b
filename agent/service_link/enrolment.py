"""Makes an agent known to the service, once per person and workstation, and again after its token was withdrawn.

What was spooled under a former enrolment goes on under the new one if it is the same person's, and is removed if not.
"""

import uuid
from contextlib import suppress

from agent.service_link.client import AddressError, ServiceClient, ServiceError, parse_address
from agent.settings import VERSION, Enrolled, SettingsError, StateFolder, load_enrolment, save_enrolment
from agent.spool.repair import open_spool


def enrol(
    folder: StateFolder, *, server: str, registration_key: str, login: str, host: str, ca_file: str = ""
) -> Enrolled:
    """Raises SettingsError with the service's own sentence. `ca_file` is an absolute path, read at every start."""
    try:
        client = ServiceClient(parse_address(server), ca_file=ca_file)
        answer = client.enrol(
            registration_key=registration_key, login=login, host=host, agent_version=VERSION, capabilities={}
        )
        client.close()
    except (AddressError, ServiceError) as error:
        raise SettingsError(str(error)) from error
    enrolled = Enrolled(server, answer.agent_id, answer.agent_token, answer.workstation_user_id, login, host, ca_file)
    _take_over_spool(folder, enrolled)
    save_enrolment(folder, enrolled)
    return enrolled


def _take_over_spool(folder: StateFolder, enrolled: Enrolled) -> None:
    """Sessions belong to the agent that began them: the new agent sends what is left under new session ids."""
    former: Enrolled | None = None
    with suppress(SettingsError):  # there is none, or none that can be read: the folder is this person's own
        former = load_enrolment(folder)
    if not folder.spool.exists():
        return
    if former is not None and former.login.casefold() != enrolled.login.casefold():
        for suffix in ("", "-wal", "-shm"):
            folder.spool.with_name(folder.spool.name + suffix).unlink(missing_ok=True)
        return
    store = open_spool(folder.spool)
    with store.transaction() as connection:
        connection.execute("delete from batches")
        for (number,) in connection.execute("select session_number from sessions").fetchall():
            connection.execute(
                "update sessions set session_id = ? where session_number = ?", (str(uuid.uuid4()), number)
            )
    store.close()

"""Makes an agent known to the service, once per person and workstation, and again after its token was withdrawn.

What was spooled under a former enrolment goes on under the new one if it is the same person's, and is removed if not.
The policy and the consents of before do not: they were another agent's.
"""

import uuid
from contextlib import closing, suppress

import msgspec

from agent.consent.book import ConsentBook, ConsentBookError
from agent.policy.held_policy import forget_policy
from agent.service_link.client import AddressError, Enrolment, ServiceClient, ServiceError, parse_address
from agent.settings import VERSION, Enrolled, SettingsError, StateFolder, read_enrolment, save_enrolment
from agent.spool.repair import open_spool
from domain.identity.workstation_accounts import WorkstationAccount

WAITS = "requested"


def enrol(
    folder: StateFolder,
    *,
    server: str,
    registration_key: str,
    account: WorkstationAccount,
    host: str,
    ca_file: str = "",
) -> Enrolment:
    """Raises SettingsError with the service's own sentence. `ca_file` is an absolute path, read at every start."""
    try:
        address = parse_address(server)
        with closing(ServiceClient(address, ca_file=ca_file)) as client:
            answer = client.enrol(registration_key=registration_key, account=account, host=host, agent_version=VERSION)
    except (AddressError, ServiceError) as error:
        raise SettingsError(str(error)) from error
    former = _former(folder)
    if answer.stage == WAITS and former is not None and former.agent_token and former.server == server:
        answer = _confirmed_here(answer, ServiceClient(address, token=former.agent_token, ca_file=ca_file))
    enrolled = Enrolled(
        server, answer.agent_id, answer.agent_token, answer.workstation_user_id, answer.login, host, ca_file, account
    )
    try:
        ConsentBook(folder.consents).forget_yes()
    except ConsentBookError as error:
        raise SettingsError(str(error)) from error
    _take_over_spool(folder, former, enrolled)
    save_enrolment(folder, enrolled)
    return answer


def tell_enrolment(answer: Enrolment, host: str) -> str:
    """What is now so, and what comes next."""
    if answer.stage == WAITS:
        return (
            f"Enrolled {answer.login} on {host} as agent {answer.agent_id}, but you have an agent already. Nothing is "
            f"recorded here before you type `task-mining-agent workstation confirm {answer.agent_id}` where that one "
            "runs, or an agent installer confirms it."
        )
    return f"Enrolled {answer.login} on {host}. Nothing is recorded before you consent."


def _former(folder: StateFolder) -> Enrolled | None:
    with suppress(SettingsError):  # there is none, or none that can be read: the folder is this person's own
        return read_enrolment(folder)
    return None


def _confirmed_here(answer: Enrolment, former: ServiceClient) -> Enrolment:
    """The agent of before, where it is still known, says that the new one is of the same person."""
    try:
        former.settle_enrolment(answer.agent_id, is_confirmed=True)
    except ServiceError:  # it is not known any more, or is somebody else's: the new one waits, and says so
        return answer
    finally:
        former.close()
    return msgspec.structs.replace(answer, stage="installed")


def _take_over_spool(folder: StateFolder, former: Enrolled | None, enrolled: Enrolled) -> None:
    """Sessions belong to the agent that began them: the new agent sends what is left under new session ids."""
    if not folder.spool.exists():
        return
    if former is not None and former.login.casefold() != enrolled.login.casefold():
        for suffix in ("", "-wal", "-shm"):
            folder.spool.with_name(folder.spool.name + suffix).unlink(missing_ok=True)
        return
    store = open_spool(folder.spool)
    with store.transaction() as connection:
        connection.execute("delete from batches")
        connection.execute("delete from facts where name like 'consent_asked:%'")
        for (number,) in connection.execute("select session_number from sessions").fetchall():
            connection.execute(
                "update sessions set session_id = ? where session_number = ?", (str(uuid.uuid4()), number)
            )
    forget_policy(store)
    store.close()

"""Takes leave of the service when the agent is uninstalled: its token ends there, and the installers' list says so."""

from contextlib import suppress

import msgspec

from agent.control.local_socket import NotRunning, ask
from agent.service_link.client import AddressError, ServiceClient, ServiceError, parse_address
from agent.settings import Enrolled, SettingsError, StateFolder, read_enrolment, save_enrolment

TIMEOUT_SECONDS = 10.0


def take_leave(folder: StateFolder) -> str:
    """One sentence about what the service knows now. The running agent ends first; what waits in the spool stays."""
    try:
        enrolled = read_enrolment(folder)
    except SettingsError:
        return "It was not enrolled, so there is nothing to tell the service."
    if not enrolled.agent_token:
        return "The service was told of it before."
    with suppress(NotRunning):  # then nothing has to end
        ask(folder, {"ask": "stop"})
    try:
        _report(enrolled)
    except (AddressError, ServiceError) as error:
        if not isinstance(error, ServiceError) or error.status != 401:
            return (
                f"The service could not be told ({str(error).rstrip('.')}): repeat `task-mining-agent uninstall` when "
                f"it can be reached, or have an agent installer end agent {enrolled.agent_id}."
            )
    save_enrolment(folder, msgspec.structs.replace(enrolled, agent_token=""))
    return "The service was told: this agent is signed off, and listed as uninstalled."


def _report(enrolled: Enrolled) -> None:
    """Raises AddressError or ServiceError."""
    address = parse_address(enrolled.server)
    token, ca_file = enrolled.agent_token, enrolled.ca_file
    client = ServiceClient(address, token=token, timeout_seconds=TIMEOUT_SECONDS, ca_file=ca_file)
    try:
        client.report_uninstalled()
    finally:
        client.close()

"""The client speaks to the service and to nobody else, and says in one sentence what went wrong."""

import msgspec
import pytest

from agent.service_link.client import AddressError, ServiceClient, ServiceError, parse_address, retry_after
from domain.identity.workstation_accounts import WorkstationAccount
from tests.fakes.agent_service import AgentService, Call


@pytest.mark.parametrize(
    "url", ["", "service", "ftp://service", "http://service.example", "https://user:pw@service", "https://[broken"]
)
def test_an_address_that_cannot_be_trusted_is_refused(url: str) -> None:
    with pytest.raises(AddressError, match="give https"):
        parse_address(url)


def test_encrypted_addresses_and_this_machine_are_accepted() -> None:
    assert parse_address("https://mining.example/api/").url == "https://mining.example:443/api"
    assert parse_address("http://127.0.0.1:8700").url == "http://127.0.0.1:8700"


def test_enrolment_and_policy() -> None:
    with AgentService() as service:
        client = ServiceClient(parse_address(service.url))
        account = WorkstationAccount("jane", "CORP", "S-1-5-21")
        enrolment = client.enrol(registration_key="key", account=account, host="pc-1", agent_version="0.1.0")
        assert service.enrolments[0]["account"] == msgspec.to_builtins(account)
        assert enrolment.agent_token == "token"
        with pytest.raises(ServiceError, match="No policy yet") as raised:
            client.find_policy(etag="")
        assert raised.value.status == 503
        client.close()


def test_a_problem_is_told_in_the_words_of_the_service() -> None:
    def refuse(call: Call) -> bool:
        call.answer(403, {"title": "Forbidden", "detail": "The key is used up: ask for another."})
        return True

    with AgentService() as service:
        service.misbehaves = refuse
        client = ServiceClient(parse_address(service.url))
        with pytest.raises(ServiceError, match="used up: ask for another"):
            client.enrol(registration_key="x", account=WorkstationAccount("jane"), host="h", agent_version="1")
        client.close()


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("", None), ("5", 5.0), ("-1", None), ("soon", None), ("999999999", 3600.0), ("9" * 99, None)],
)
def test_retry_after_is_read_within_reason(header: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": header}) == seconds

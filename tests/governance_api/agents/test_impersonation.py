"""Every way to speak for somebody else that we could think of, tried over HTTP against one person, Anna.

Add a way to `WAYS`: it answers with the headers of an agent, if it got hold of any, and the statuses it met. None may
read Anna's policy, none may answer her consent. Eve has an account and a workstation of her own.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from domain.policies import ConsentState, decode_policy
from tests.governance_api.world import Headers, World

_numbers = count(1)


class Anna:
    """Somebody with an installed agent and a question for consent that waits."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.login = f"anna-kates-{next(_numbers)}"
        self.workstation_user_id = world.person(self.login)
        self.agent = world.agent(self.login)
        self.approval_id = world.approved(self.login)

    def key(self, **fields: Any) -> str:
        return self.world.registration_key(self.login, **fields)

    def knows_of(self) -> list[int]:
        """The agents that wait, as her own one tells."""
        policy = decode_policy(self.world.client.get("/agent/policy", headers=self.agent).content)
        return [each.agent_id for each in policy.other_agents if not each.is_confirmed]

    def consents(self) -> int:
        path = "/audit-entries?limit=10000&tag=consent:answered"
        entries = self.world.done(self.world.client.get(path, headers=self.world.admin))
        return sum(each["noun_id"] == str(self.approval_id) for each in entries)


Found = tuple[Headers, set[int]]
Way = Callable[[Anna], Found]


def tried(anna: Anna, answers: Iterable[Any]) -> Found:
    """The token of the last attempt that gave one, and the statuses of all."""
    headers: Headers = {}
    statuses: set[int] = set()
    for answer in answers:
        statuses.add(answer.status_code)
        if answer.is_success and answer.content:
            headers = {"Authorization": f"Bearer {answer.json()['agent_token']}"}
    return headers, statuses


def with_an_expired_key(anna: Anna) -> Found:
    key = anna.key(expires_at=(anna.world.clock() + timedelta(minutes=1)).isoformat())
    anna.world.clock.pass_by(minutes=1)
    return tried(anna, [anna.world.enrol(key, anna.login)])


def with_a_used_up_key(anna: Anna) -> Found:
    key = anna.key()
    waiting = anna.world.done(anna.world.enrol(key, anna.login))
    anna.world.done(anna.world.client.post(f"/agents/{waiting['agent_id']}/refuse", headers=anna.world.admin))
    return tried(anna, [anna.world.enrol(key, anna.login, host="elsewhere")])


def with_a_revoked_key(anna: Anna) -> Found:
    body = {"name": "Lost", "workstation_user_logins": [anna.login]}
    path = "/agent-registration-keys"
    made = anna.world.done(anna.world.client.post(path, json=body, headers=anna.world.admin))
    anna.world.client.delete(f"{path}/{made['agent_registration_key_id']}", headers=anna.world.admin)
    return tried(anna, [anna.world.enrol(made["registration_key"], anna.login)])


def with_a_guessed_key(anna: Anna) -> Found:
    key = anna.key()
    guesses = [key[:-1], key[:-1] + ("A" if key[-1] != "A" else "B"), key.lower(), f" {key}", f"{key}\n", "tm_key_"]
    guesses += [f"tm_key_{number:043d}" for number in range(50)] + ["%", "' or true --", "tm_agent" + key[6:]]
    return tried(anna, [anna.world.enrol(guess, anna.login) for guess in guesses])


def with_a_key_of_somebody_else(anna: Anna) -> Found:
    return tried(anna, [anna.world.enrol(anna.world.registration_key("eve"), anna.login)])


def with_a_key_of_another_team(anna: Anna) -> Found:
    return tried(anna, [anna.world.enrol(anna.world.registration_key(team="Eve's team"), anna.login)])


def from_another_account(anna: Anna) -> Found:
    names = ["eve", "root", "", f"{anna.login}2", f"{anna.login} ", f" {anna.login}", f"x\\{anna.login}\\eve", "%"]
    return tried(anna, [anna.world.enrol(anna.key(), name) for name in names])


def from_another_domain(anna: Anna) -> Found:
    world = anna.world
    login = f"CORP\\{anna.login}"
    world.person(login)
    key = world.registration_key(login, max_uses=5)
    answers = [world.enrol(key, anna.login, domain=domain) for domain in ("", "OTHER", "CORP.evil", "ＣＯＲＰ")]
    return tried(anna, [*answers, world.enrol(key, anna.login, principal=f"{anna.login}@evil")])


def under_a_name_that_looks_the_same(anna: Anna) -> Found:
    key = anna.key(max_uses=20)
    looks = (
        anna.login.replace("a", "а"),
        anna.login.replace("n", "ｎ"),
        anna.login.replace("k", "\u212a"),
        anna.login.replace("s", "\u017f"),
        anna.login.replace("a", "a\u0301"),
        anna.login.replace("-", "\u2010"),
        anna.login + "\u200b",
    )
    answers = [anna.world.enrol(key, name) for name in looks]
    assert {each.status_code for each in answers} == {403}
    return tried(anna, answers)


def with_a_dotted_capital_i(anna: Anna) -> Found:
    world = anna.world
    login = f"ines-{next(_numbers)}"
    world.person(login)
    return tried(anna, [world.enrol(world.registration_key(login), name + login[1:]) for name in ("İ", "ı", "i̇", "ｉ")])


def from_an_account_that_was_mapped_to_somebody_else(anna: Anna) -> Found:
    world = anna.world
    body = {"workstation_user_login": anna.login, "account_login": f"ak{anna.login}", "account_identifier": "S-1-5-7"}
    world.done(world.client.post("/workstation-accounts", json=body, headers=world.admin))
    key = anna.key(max_uses=5)
    return tried(
        anna, [world.enrol(key, anna.login), world.enrol(key, f"ak{anna.login}"), world.enrol(key, "ak", domain="S")]
    )


def beside_the_first_agent(anna: Anna) -> Found:
    """With a good key that leaked, from an account of the right name: it waits, and Anna hears of it."""
    found = tried(anna, [anna.world.enrol(anna.key(), anna.login, host="eves-laptop")])
    assert len(anna.knows_of()) == 1
    return found


def on_the_same_workstation(anna: Anna) -> Found:
    found = tried(anna, [anna.world.enrol(anna.key(), anna.login)])
    assert anna.world.client.get("/agent/policy", headers=anna.agent).status_code == 200
    return found


def by_confirming_oneself(anna: Anna) -> Found:
    headers, statuses = beside_the_first_agent(anna)
    (waiting,) = anna.knows_of()
    eve = anna.world.agent("eve")
    for by in (headers, eve, {}):
        for path in (f"/agent/enrolments/{waiting}/confirm", f"/agents/{waiting}/confirm"):
            statuses.add(anna.world.client.post(path, headers=by).status_code)
    return headers, statuses


def by_replaying_a_confirmation(anna: Anna) -> Found:
    world = anna.world
    world.done(world.enrol(anna.key(), anna.login, host="laptop"))
    (laptop,) = anna.knows_of()
    path = f"/agent/enrolments/{laptop}/confirm"
    assert world.client.post(path, headers=anna.agent).status_code == 204
    world.done(world.client.post(f"/agents/{laptop}/uninstall", headers=world.admin))
    headers, statuses = tried(anna, [world.enrol(anna.key(), anna.login, host="laptop")])
    statuses.add(world.client.post(path, headers=anna.agent).status_code)
    return headers, statuses


def with_a_revoked_token(anna: Anna) -> Found:
    headers, _ = tried(anna, [anna.world.enrol(anna.key(), anna.login, host="old")])
    (old,) = anna.knows_of()
    anna.world.client.post(f"/agent/enrolments/{old}/confirm", headers=anna.agent)
    anna.world.done(anna.world.client.post(f"/agents/{old}/uninstall", headers=anna.world.admin))
    return headers, set()


def with_an_old_token_after_enrolling_again(anna: Anna) -> Found:
    old = anna.agent
    anna.agent = anna.world.agent(anna.login)
    return old, set()


def with_the_last_use_of_a_key_at_once(anna: Anna) -> Found:
    """Eight at a time for somebody new: one gets in, and it is the first; the person's own one would wait and tell."""
    world = anna.world
    login = f"new-{next(_numbers)}"
    world.person(login)
    key = world.registration_key(login)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: world.enrol(key, login, host=f"pc-{number}"), range(8)))
    assert sorted(each.status_code for each in answers) == [200] + 7 * [401]
    many = world.registration_key(login, max_uses=8)
    with ThreadPoolExecutor(8) as pool:
        further = list(pool.map(lambda number: world.enrol(many, login, host=f"pc-{number}"), range(8)))
    assert {world.done(each)["stage"] for each in further} == {"requested"}
    return {}, {each.status_code for each in answers[1:]} - {200}


def with_first_enrolments_at_once(anna: Anna) -> Found:
    world = anna.world
    login = f"new-{next(_numbers)}"
    world.person(login)
    key = world.registration_key(login, max_uses=8)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: world.enrol(key, login, host=f"pc-{number}"), range(8)))
    stages = sorted(world.done(each)["stage"] for each in answers)
    assert stages == ["installed"] + 7 * ["requested"]
    return {}, set()


def through_a_foreign_approval(anna: Anna) -> Found:
    """Eve's own good agent names Anna's approval."""
    return anna.world.agent("eve"), set()


def through_an_agent_for_recordings(anna: Anna) -> Found:
    world = anna.world
    body = {"workstation_user_login": anna.login, "host": "import", "agent_version": "1"}
    by_eve = world.client.post("/agents/for-recordings", json=body, headers=world.agent("eve"))
    made = world.done(world.client.post("/agents/for-recordings", json=body, headers=world.admin))
    consent = {"approval_id": anna.approval_id, "answer": "accepted"}
    headers = {"Authorization": f"Bearer {made['agent_token']}"}
    return {}, {by_eve.status_code, world.client.post("/agent/consents", json=consent, headers=headers).status_code}


def with_a_key_in_place_of_a_token(anna: Anna) -> Found:
    return {"Authorization": f"Bearer {anna.key()}"}, set()


def with_an_accounts_token(anna: Anna) -> Found:
    return anna.world.signed_in("eve-account", "agent_installer", "analyst"), set()


WAYS: tuple[Way, ...] = (
    with_an_expired_key,
    with_a_used_up_key,
    with_a_revoked_key,
    with_a_guessed_key,
    with_a_key_of_somebody_else,
    with_a_key_of_another_team,
    from_another_account,
    from_another_domain,
    under_a_name_that_looks_the_same,
    with_a_dotted_capital_i,
    from_an_account_that_was_mapped_to_somebody_else,
    beside_the_first_agent,
    on_the_same_workstation,
    by_confirming_oneself,
    by_replaying_a_confirmation,
    with_a_revoked_token,
    with_an_old_token_after_enrolling_again,
    with_the_last_use_of_a_key_at_once,
    with_first_enrolments_at_once,
    through_a_foreign_approval,
    through_an_agent_for_recordings,
    with_a_key_in_place_of_a_token,
    with_an_accounts_token,
)


@pytest.fixture(scope="module", autouse=True)
def eve(world: World) -> None:
    made = world.person("eve")
    world.done(world.client.patch(f"/workstation-users/{made}", json={"team": "Eve's team"}, headers=world.admin))


@pytest.mark.parametrize("way", WAYS)
def test_nobody_speaks_for_somebody_else(world: World, way: Way) -> None:
    anna = Anna(world)
    headers, statuses = way(anna)
    assert statuses <= {200, 401, 403, 404, 409, 422}
    assert 200 not in statuses or headers  # whoever got a token is followed below
    policy = world.client.get("/agent/policy", headers=headers)
    if policy.is_success:
        assert decode_policy(policy.content).workstation_user_id != anna.workstation_user_id
    consent = {"approval_id": anna.approval_id, "answer": "accepted"}
    assert world.client.post("/agent/consents", json=consent, headers=headers).status_code in {401, 403, 404}
    assert anna.consents() == 0
    mine = world.client.get("/agent/policy", headers=anna.agent)
    assert mine.status_code == 200  # and she herself goes on
    assert {each.consent for each in decode_policy(mine.content).assignments} == {ConsentState.PENDING}

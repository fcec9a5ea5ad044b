"""Decides what the tray shows and offers while the agent's status is such. Pure.

Add an entry here when the command has a new line that people need at hand.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec

from agent.capture.observations import OwnUse
from agent.consent.questions import consent_here
from agent.control.wording import tell_reason
from domain.policies import AgentPolicy, ConsentState

if TYPE_CHECKING:
    from agent.runner import Agent

Do = Callable[[tuple[str, ...]], None]
"""Gets the words of the command that were chosen; must not wait."""

Touched = Callable[[OwnUse], None]
"""Hears that somebody used the icon, its menu or a notice; must not wait."""

TASKS_SHOWN_MAX = 20
LABEL_MAX = 80


class TrayState(msgspec.Struct, frozen=True):
    """All that the tray's look depends on. `waiting` and `accepted` are (approval, name) of assignments."""

    is_shown: bool = True
    closed_because: str = "no_policy"
    is_private_allowed: bool = True
    can_extend: bool = False
    task: str = ""
    tasks: tuple[str, ...] = ()
    waiting: tuple[tuple[int, str], ...] = ()
    accepted: tuple[tuple[int, str], ...] = ()
    asking: tuple[tuple[int, str], ...] = ()
    """(agent, host) of this person's agents elsewhere that wait to be confirmed here."""

    @property
    def is_recording(self) -> bool:
        return not self.closed_because

    @property
    def is_private(self) -> bool:
        return self.closed_because == "private_mode"

    @property
    def summary(self) -> str:
        return tell_reason(self.closed_because)


class MenuEntry(msgspec.Struct, frozen=True):
    """`words` are those of the command; without words it only tells. Without label it is a line between groups."""

    label: str = ""
    words: tuple[str, ...] = ()


def tray_state_of(agent: "Agent") -> TrayState:
    """Reads memory only: it is looked at after every round of the recorder."""
    held, presence = agent.policy_application.held, agent.presence
    closed = agent.status.closed_because()
    task = presence.task.name if presence.task else ""
    if held is None:
        return TrayState(closed_because=closed, task=task)
    policy = held.policy
    return TrayState(
        asking=tuple((each.agent_id, each.host) for each in policy.other_agents if not each.is_confirmed),
        is_shown=policy.settings.shows_tray_icon,
        closed_because=closed,
        is_private_allowed=policy.settings.is_private_mode_allowed,
        can_extend=policy.notifications.private_timeout != "",
        task=task,
        tasks=tuple(each.name for each in policy.targeted_tasks),
        waiting=_named(agent, policy, ConsentState.PENDING),
        accepted=_named(agent, policy, ConsentState.ACCEPTED),
    )


def _named(agent: "Agent", policy: AgentPolicy, consent: ConsentState) -> tuple[tuple[int, str], ...]:
    answers = agent.policy_application.answers
    return tuple((each.approval_id, each.name) for each in policy.assignments if consent_here(each, answers) is consent)


def menu_of(status: TrayState) -> tuple[MenuEntry, ...]:
    """From top to bottom."""
    groups = [
        _head(status),
        _consent_asked(status),
        _asking(status),
        _private(status),
        _tasks(status),
        _consent_given(status),
    ]
    entries: list[MenuEntry] = []
    for group in groups:
        listed = list(group)
        if listed and entries:
            entries.append(MenuEntry())
        entries += listed
    return tuple(msgspec.structs.replace(each, label=each.label[:LABEL_MAX]) for each in entries)


def _head(status: TrayState) -> Iterator[MenuEntry]:
    yield MenuEntry(f"Task Mining: {status.summary}")
    yield MenuEntry("Status", ("status",))


def _consent_asked(status: TrayState) -> Iterator[MenuEntry]:
    if status.waiting:
        yield MenuEntry("Read what is asked, and answer", ("consent", "window"))
    for approval_id, name in status.waiting:
        yield MenuEntry(f"Accept “{name}”", ("consent", "accept", "--number", str(approval_id)))
        yield MenuEntry(f"Decline “{name}”", ("consent", "decline", "--number", str(approval_id)))


def _asking(status: TrayState) -> Iterator[MenuEntry]:
    for agent_id, host in status.asking:
        yield MenuEntry(f"The agent on “{host}” is mine", ("workstation", "confirm", str(agent_id)))
        yield MenuEntry(f"The agent on “{host}” is not mine", ("workstation", "refuse", str(agent_id)))


def _private(status: TrayState) -> Iterator[MenuEntry]:
    if status.is_private:
        if status.can_extend:
            yield MenuEntry("Extend private mode", ("private", "extend"))
        yield MenuEntry("End private mode", ("private", "off"))
    elif status.is_private_allowed:
        yield MenuEntry("Private mode", ("private", "on"))
        yield MenuEntry("Private mode for an hour", ("private", "on", "60"))


def _tasks(status: TrayState) -> Iterator[MenuEntry]:
    if status.task:
        yield MenuEntry(f"Stop “{status.task}”", ("task", "stop"))
        return
    for name in status.tasks[:TASKS_SHOWN_MAX]:
        yield MenuEntry(f"Start “{name}”", ("task", "start", "--", name))


def _consent_given(status: TrayState) -> Iterator[MenuEntry]:
    for approval_id, name in status.accepted:
        yield MenuEntry(f"No longer record for “{name}”", ("consent", "decline", "--number", str(approval_id)))

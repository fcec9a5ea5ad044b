"""One assignment and its history: an approved data request about one person, the answers to it, and when it was open.

`governance.assignments` is the view with one row for each; `read_assignment` makes sense of a row, for all who read it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from domain.aliases import AnonymizationLevel
from domain.assignments.intervals import without
from domain.assignments.terms import Cadence, ConsentState, Goal, Terms, Visibility
from domain.conditions.texts import fold
from domain.dates.collection_windows import END_OF_TIME_US, Interval
from domain.event_batches import to_microseconds


class ConsentAnswer(msgspec.Struct, frozen=True):
    """One answer of the person, and at which of their agents it was given, where it was at one."""

    answered_us: int
    answer: ConsentState
    agent_id: int | None = None


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """`window`: the dates as approved. `open`: the parts of it in which its project, if it has one, was not closed."""

    approval_id: int
    data_request_id: int
    workstation_user_id: int
    project_id: int | None
    """None: a pool request, for projects that will name it."""
    terms: Terms
    tasks: frozenset[str] = frozenset()
    """Folded names of the tasks that a person may record for the project."""
    consent: ConsentState
    window: Interval
    open: tuple[Interval, ...]
    refused: tuple[Interval, ...] = ()
    """From each "no" of the person to their next "yes"."""
    answers: tuple[ConsentAnswer, ...] = ()
    """All of them, in the order in which they were given."""

    @property
    def stretches(self) -> tuple[Interval, ...]:
        """When collecting was allowed; for a targeted assignment, only while a task was recorded. Without a yes, never:
        a "no" also takes back what was allowed before it."""
        return without(self.open, self.refused) if self.consent is ConsentState.ACCEPTED else ()

    def at_agent(self, agent_id: int) -> "Assignment":
        """As it stands for one agent of the person: a "no" holds at each of them, a "yes" where it was given; a "no"
        that was taken back elsewhere is asked about again."""
        heard = [each for each in self.answers if each.answer is ConsentState.DECLINED or each.agent_id == agent_id]
        consent = heard[-1].answer if heard else ConsentState.PENDING
        if consent is ConsentState.DECLINED and self.consent is ConsentState.ACCEPTED:
            consent = ConsentState.PENDING
        return msgspec.structs.replace(self, consent=consent, refused=refusals(heard))


def read_assignment(row: Mapping[str, Any]) -> Assignment:
    """From a row of `governance.assignments`."""
    starts_us, ends_us = to_microseconds(row["starts_at"]), _end(row["ends_at"])
    closings = [
        (to_microseconds(closed), _end(reopened))
        for closed, reopened in zip(row["closed_at"], row["reopened_at"], strict=True)
    ]
    answers = tuple(
        ConsentAnswer(to_microseconds(answered_at), ConsentState(answer), agent_id)
        for answered_at, answer, agent_id in zip(row["answered_at"], row["answers"], row["answered_by"], strict=True)
    )
    window = (starts_us, ends_us)
    return Assignment(
        approval_id=row["approval_id"],
        data_request_id=row["data_request_id"],
        workstation_user_id=row["workstation_user_id"],
        project_id=row["project_id"],
        terms=read_terms(row),
        tasks=frozenset(map(fold, row["tasks"])),
        consent=answers[-1].answer if answers else ConsentState.PENDING,
        window=window,
        open=without((window,), closings) if row["is_under_way"] else (),
        refused=refusals(answers),
        answers=answers,
    )


def read_terms(row: Mapping[str, Any]) -> Terms:
    """From a row of assignments, data requests or projects: the columns are named alike. Who judges no elements leaves
    out the programs with named content."""
    return Terms(
        goals=frozenset(map(Goal, row["goals"])),
        cadence=Cadence(row["collection_cadence"]),
        visibility=Visibility(row["visibility"]),
        anonymization_level=AnonymizationLevel(row["anonymization_level"]),
        applications_with_named_content=frozenset(row.get("applications_with_named_content", ())),
    )


def refusals(answers: Sequence[ConsentAnswer]) -> tuple[Interval, ...]:
    """From each "no" to the next "yes". `answers` in the order in which they were given; before the first one the
    person has said nothing, and the "yes" that follows is for all of the dates it was asked for."""
    found: list[Interval] = []
    since: int | None = None
    for each in answers:
        at_us = each.answered_us
        if each.answer is ConsentState.DECLINED:
            since = at_us if since is None else since
        elif since is not None:
            found.append((since, at_us))
            since = None
    return (*found, (since, END_OF_TIME_US)) if since is not None else tuple(found)


def _end(instant: datetime | None) -> int:
    return END_OF_TIME_US if instant is None else to_microseconds(instant)

"""Lets random histories happen through the services of governance, and writes down what happened.

What a service refuses has not happened: nothing is written down of it.
"""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from benchmarks.assignments.told import Told, ToldEvent, ToldProject, ToldRequest
from domain.aliases import AnonymizationLevel
from domain.assignments.terms import Cadence, ConsentState, Goal, Visibility
from governance_api.approvals.service import Decision, decide
from governance_api.assignments.collaborators import DeletionCollaborators
from governance_api.assignments.deletion import delete_with_assignments
from governance_api.assignments.terms import change_terms
from governance_api.consents.service import answer_consent
from governance_api.data_requests.filing import file_data_request
from governance_api.data_requests.schemas import DataRequestCreation
from governance_api.errors import GovernanceError
from governance_api.mining_jobs.service import end_mining_jobs, lock_mining_jobs
from governance_api.projects.service import create_project, move_project
from governance_api.projects.stages import Move
from governance_api.projects.task_scopes import create_task_scope
from governance_api.security.callers import AgentCaller, Caller
from governance_api.security.roles import Role
from governance_api.security.secrets_at_rest import token_hash

FIRST_DAY = date(2026, 3, 2)
BEGIN = datetime(2026, 3, 2, 5, tzinfo=UTC)
ZONES = ("UTC", "Europe/Berlin", "America/New_York")
TASKS = ("Refund", "Complaint")
GOALS: tuple[list[Goal], ...] = (
    [Goal.OVERALL_ACTIVITY],
    [Goal.TASK_ACTIVITY],
    [Goal.OVERALL_ACTIVITY, Goal.TASK_ACTIVITY],
)


@dataclass(frozen=True)
class Organisation:
    """Who asks and who decides, in every history."""

    analyst: Caller
    manager: Caller


def prepare(engine: Engine, count: int) -> tuple[Organisation, list[Told]]:
    """Two accounts, and so many people with an agent each."""
    with engine.begin() as connection:
        ids = connection.scalars(
            text(
                "insert into governance.accounts (login, login_key, display_name, password_hash) values"
                " ('history-analyst', 'history-analyst', 'A', ''),"
                " ('history-manager', 'history-manager', 'M', '') returning account_id"
            )
        ).all()
        connection.execute(
            text("insert into governance.account_roles (account_id, role) values (:a, 'analyst'), (:m, 'manager')"),
            {"a": ids[0], "m": ids[1]},
        )
        people = []
        for number in range(count):
            values = {"login": f"history-{number}", "zone": ZONES[number % 3], "manager": ids[1]}
            values["hash"] = token_hash(f"agent-{number}")
            row = connection.execute(
                text("""
                    with person as (
                        insert into governance.workstation_users (
                            login, login_key, display_name, time_zone, manager_account_id
                        ) values (:login, :login, :login, :zone, :manager) returning workstation_user_id
                    )
                    insert into governance.agents (workstation_user_id, host, agent_version, token_hash, stage)
                    select workstation_user_id, 'desk', '1.0', :hash, 'installed' from person
                    returning workstation_user_id, agent_id
                """),
                values,
            ).one()
            people.append(
                Told(
                    workstation_user_id=row.workstation_user_id,
                    agent_id=row.agent_id,
                    login=values["login"],
                    token=f"agent-{number}",
                    time_zone=values["zone"],
                )
            )
    roles = (Role.ANALYST, Role.MANAGER)
    analyst, manager = (
        Caller(account_id=each, login=role.value, display_name=role.value, roles=frozenset({role}))
        for each, role in zip(ids, roles, strict=True)
    )
    return Organisation(analyst, manager), people


class History:
    """One person's; `live` lets it happen."""

    def __init__(self, session: Session, organisation: Organisation, told: Told, dice: random.Random) -> None:
        self._session, self._told, self._dice = session, told, dice
        self._analyst, self._manager = organisation.analyst, organisation.manager
        self._now = BEGIN

    def live(self) -> Told:
        steps: list[Callable[[], None]] = [
            *(self._create, self._file, self._decide, self._answer, self._move, self._edit),
            self._delete,
        ]
        likely = [1, 3, 4, 5, 4, 3, 0.5]
        self._create()
        self._move()
        for step in [
            self._file,
            self._decide,
            self._answer,
            *self._dice.choices(steps, likely, k=self._dice.randint(4, 14)),
        ]:
            self._now += timedelta(minutes=self._dice.randint(1, 400))
            # dice ask for much that is refused, and a refusal changes nothing
            with suppress(GovernanceError), self._session.begin_nested():
                step()
        self._told.events = _events(self._dice, self._told)
        return self._told

    def _create(self) -> None:
        if len(self._told.projects) == 2:
            return
        dice, number = self._dice, len(self._told.projects)
        starts_on = FIRST_DAY + timedelta(days=dice.randint(-1, 1))
        fields: dict[str, Any] = {
            "name": f"{self._told.login}-{number}",
            "starts_on": starts_on,
            "ends_on": starts_on + timedelta(days=dice.randint(0, 4)),
            "goals": dice.choice(GOALS),
            "collection_cadence": dice.choice(list(Cadence)),
            "visibility": dice.choice(list(Visibility)),
            "anonymization_level": AnonymizationLevel.ANONYMIZED_CODE,
        }
        project = create_project(self._session, fields, [self._told.login], by=self._analyst, now=self._now)
        tasks = dice.sample(TASKS, dice.randint(1, 2))
        for task in tasks:
            scope = {"kind": "user_initiated", "name": task}
            create_task_scope(
                self._session, project.project_id, scope, audit_trails=None, by=self._analyst, now=self._now
            )
        self._told.projects.append(
            ToldProject(
                project_id=project.project_id,
                starts_on=fields["starts_on"],
                ends_on=fields["ends_on"],
                goals=frozenset(fields["goals"]),
                cadence=fields["collection_cadence"],
                visibility=fields["visibility"],
                tasks=frozenset(tasks),
            )
        )

    def _file(self) -> None:
        dice, body = self._dice, dict[str, Any](name="R", purpose="P")
        project = dice.choice([*self._told.projects, *self._told.projects, None])
        starts_on = FIRST_DAY + timedelta(days=dice.randint(-1, 2))
        ends_on = dice.choice([None, starts_on + timedelta(days=dice.randint(0, 3))])
        dates: dict[str, Any] = {"starts_on": starts_on, "ends_on": ends_on}
        if project is None:
            terms: dict[str, Any] = {"goals": dice.choice(GOALS), "visibility": dice.choice(list(Visibility))}
            filing = DataRequestCreation(**body, **dates, **terms, workstation_user_logins=[self._told.login])
        else:
            own = dates if dice.random() < 0.3 else {}
            filing = DataRequestCreation(**body, **own, project_id=project.project_id)
        filed = file_data_request(self._session, filing, by=self._analyst, now=self._now)
        self._told.requests.append(
            ToldRequest(
                data_request_id=filed.data_request_id,
                approval_id=filed.approvals[0].approval_id,
                project_id=filed.project_id,
                starts_on=filed.starts_on,
                ends_on=filed.ends_on,
                goals=frozenset(filing.goals or ()) if project is None else project.goals,
                cadence="continuous" if project is None else project.cadence,
                visibility=str(filing.visibility) if project is None else project.visibility,
            )
        )

    def _decide(self) -> None:
        if not self._told.requests:
            return
        request = self._dice.choice(self._told.requests)
        decisions = {"pending": [Decision.APPROVED] * 9 + [Decision.REJECTED], "approved": [Decision.WITHDRAWN]}
        if request.decision == "approved" and self._dice.random() < 0.9:
            return
        decision = self._dice.choice(decisions.get(request.decision, [Decision.APPROVED]))
        decide(self._session, request.approval_id, decision, reason="Because", by=self._manager, now=self._now)
        request.decision = decision.value

    def _answer(self) -> None:
        if not self._told.requests:
            return
        request = self._dice.choice(self._told.requests)
        answer = self._dice.choice([ConsentState.ACCEPTED] * 3 + [ConsentState.DECLINED])
        agent = AgentCaller(
            agent_id=self._told.agent_id,
            workstation_user_id=self._told.workstation_user_id,
            login=self._told.login,
            host="desk",
        )
        answer_consent(self._session, request.approval_id, answer, by=agent, now=self._now)
        request.answers.append((self._now, answer.value))

    def _move(self) -> None:
        project = self._dice.choice(self._told.projects)
        closed = bool(project.closings) and project.closings[-1][1] is None
        move = Move.OPEN if not project.was_opened else self._dice.choice([Move.REOPEN, Move.REOPEN, Move.ARCHIVE])
        if project.was_opened and not closed:
            move = Move.CLOSE
        move_project(self._session, project.project_id, move, by=self._analyst, now=self._now)
        project.was_opened = True
        if move is Move.CLOSE:
            project.closings.append([self._now, None])
        if move is Move.REOPEN:
            project.closings[-1][1] = self._now

    def _delete(self) -> None:
        project = self._dice.choice(self._told.projects)
        others = DeletionCollaborators(lock_mining_jobs=lock_mining_jobs, end_mining_jobs=end_mining_jobs)
        delete_with_assignments(self._session, project.project_id, others=others, by=self._analyst, now=self._now)
        project.is_deleted = True

    def _edit(self) -> None:
        dice, project = self._dice, self._dice.choice(self._told.projects)
        pools = [each.data_request_id for each in self._told.requests]
        changes: dict[str, Any] = dice.choice(
            [
                {"collection_cadence": dice.choice(list(Cadence))},
                {"goals": dice.choice(GOALS)},
                {"visibility": dice.choice(list(Visibility))},
                {"ends_on": project.starts_on + timedelta(days=dice.randint(0, 5))},
                {"pool_data_request_ids": dice.sample(pools, dice.randint(0, min(2, len(pools))))},
                {
                    "pool_data_request_ids": [
                        each.data_request_id for each in self._told.requests if not each.project_id
                    ]
                },
                {},
            ]
        )
        logins = None if changes else dice.choice([[], [self._told.login]])
        change_terms(self._session, project.project_id, changes, logins, by=self._analyst, now=self._now)
        former = (project.cadence, project.goals, project.visibility)
        project.cadence = changes.get("collection_cadence", project.cadence)
        project.goals = frozenset(changes.get("goals", project.goals))
        project.visibility = changes.get("visibility", project.visibility)
        asked_on = [each for each in self._told.requests if each.project_id == project.project_id]
        is_bound = any(each.decision in {"pending", "approved"} for each in asked_on)
        if is_bound and former != (project.cadence, project.goals, project.visibility):
            self._told.changed_terms.append(f"{former} of project {project.project_id} became {changes}")
        project.ends_on = changes.get("ends_on", project.ends_on)
        project.pools = frozenset(changes.get("pool_data_request_ids", project.pools))
        if logins is not None:
            project.is_member = bool(logins)


def _events(dice: random.Random, told: Told) -> list[ToldEvent]:
    """Two sessions of up to twenty hours; one task at a time, as the agent has it."""
    events = []
    for number in range(2):
        session_id = UUID(int=told.workstation_user_id * 2 + number)
        starts = BEGIN + timedelta(minutes=dice.randint(-1_000, 3_500))
        minutes = sorted(dice.sample(range(1_200), 12))
        task = ""
        for sequence, minute in enumerate(minutes):
            kind, about = "clicked", ""
            if task and dice.random() < 0.25:
                kind, about, task = "task_stopped", task, ""
            elif not task and dice.random() < 0.5:
                task = dice.choice(TASKS)
                kind, about = "task_started", task
            at = starts + timedelta(minutes=minute, seconds=30 * number + 1)
            events.append(ToldEvent(session_id=session_id, sequence=sequence, at=at, kind=kind, task=about))
    return events

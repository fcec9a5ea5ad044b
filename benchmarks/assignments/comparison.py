"""Compares policy, gate, event pool, mining and datamart with the model of `paragraph`, event by event."""

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from benchmarks.assignments.followers import (
    LATER,
    Mined,
    admitted_by_the_gate,
    database_of,
    kept_in_the_pool,
    key_of,
    recorded_by_agents,
)
from benchmarks.assignments.histories import BEGIN, History, prepare
from benchmarks.assignments.paragraph import may_be_collected, may_be_mined
from benchmarks.assignments.told import Told, ToldEvent, ToldProject
from pipelines.mining.lake.files import Lake
from pipelines.resources.dbt_build import DbtBuilder


def compare(engine: Engine, folder: Path, dbt: DbtBuilder, *, count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """How many events there were, of which fates, and a line for each difference."""
    organisation, people = prepare(engine, count)
    for number, told in enumerate(people):
        with Session(engine) as session:
            dice = random.Random(f"{seed}-{number}")  # noqa: S311 - dice, no secret
            History(session, organisation, told, dice).live()
            session.commit()
    lake, now = Lake(folder), BEGIN + LATER
    with Session(engine) as session:
        recorded = recorded_by_agents(session, people, now=now)
    admitted = admitted_by_the_gate(engine, people, now=now)
    kept = kept_in_the_pool(database_of(engine), lake, dbt, people)
    counts, differences = Counter({"histories": count}), list[str]()
    for told in people:
        differences.extend(f"terms: {told.login} {each}" for each in told.changed_terms)
        for event in told.events:
            expected, key = may_be_collected(told, event), key_of(told, event)
            counts["events"] += 1
            counts["events that may be collected"] += expected
            for who, found in (("policy", recorded), ("gate", admitted), ("pool", kept)):
                if (key in found) is not expected:
                    differences.append(f"{who}: {told.login} {event} is {key in found}, expected {expected}")
    for number in range(2):
        mined = Mined(engine, lake, dbt, people, number=number)
        for told in people:
            if len(told.projects) <= number:
                continue
            project = told.projects[number]
            for event in told.events:
                expected = may_be_mined(told, project, event)
                counts["events that may be mined in a project"] += expected
                if mined.is_mined(told, event) is not expected:
                    differences.append(f"mining: {told.login} {event} in {project.project_id} is not {expected}")
                counts["events under a piece of the datamart"] += mined.is_shown(told, event)
                if mined.is_shown(told, event) and not _may_be_shown(told, project, event):
                    differences.append(f"datamart: {told.login} {event} is shown in {project.project_id}")
    return counts, differences


def _may_be_shown(told: Told, project: ToldProject, event: ToldEvent) -> bool:
    """The datamart is of persons: whichever session it was, some session allows the instant."""
    sessions = {each.session_id for each in told.events}
    return any(
        may_be_mined(told, project, replace(event, session_id=each, kind="clicked", task="")) for each in sessions
    )

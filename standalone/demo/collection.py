"""Collects the demonstration's events: registers people and rules, files requests, runs the simulated agents.

It runs while Dagster and Superset are still starting; it needs neither.
"""

import time
from dataclasses import dataclass

from simulator.office.people import workforce_people
from simulator.parameters import Parameters
from simulator.sending.agents import Delivered, WorkforceDelivery
from simulator.truth.audit_trail import write_audit_trail
from standalone.demo.people import admin_of, is_registered, register_people
from standalone.demo.recordings import find_recordings, import_recordings
from standalone.demo.requests import DemoProject, add_task_scopes, start_project, write_rules
from standalone.errors import StandaloneError
from standalone.settings import Settings
from standalone.timeline import Timeline

CONNECTIONS = 8


@dataclass(frozen=True, kw_only=True)
class Collected:
    """What was asked for and delivered."""

    project_id: int
    recordings_project_id: int | None
    delivered: Delivered


def collect(settings: Settings, timeline: Timeline, parameters: Parameters) -> Collected:
    """Everything up to the last receipt. Raises StandaloneError in a state folder that had a demonstration before."""
    people = workforce_people(parameters)
    with timeline.step("Accounts and rules"):
        if is_registered(settings):
            raise StandaloneError(
                f"A demonstration was begun in {settings.home} and did not end: run `task-mining down`, remove that "
                "folder, and run `task-mining demo` again."
            )
        register_people(settings, people)
        write_rules(settings)
    with timeline.step("Requests and approvals"):
        project = start_project(settings, _project(parameters))
    recordings = find_recordings(settings)
    # first, so that their few days are built while the many events still arrive
    recordings_project_id = import_recordings(settings, timeline, recordings) if recordings else None
    delivered = _deliver(settings, timeline, parameters)
    write_audit_trail(settings.audit_trails, delivered.truth)
    add_task_scopes(settings, project.project_id)
    return Collected(project_id=project.project_id, recordings_project_id=recordings_project_id, delivered=delivered)


def _project(parameters: Parameters) -> DemoProject:
    return DemoProject(
        name="Service operations",
        description="Where the time of service desk, customer service and back office goes, in and out of tasks.",
        purpose="Find work that can be made easier; never to compare people",
        starts_on=parameters.first_on,
        ends_on=parameters.last_on,
        logins=tuple(person.login for person in workforce_people(parameters)),
        has_task_scopes=True,
    )


def _deliver(settings: Settings, timeline: Timeline, parameters: Parameters) -> Delivered:
    logins = [person.login for person in workforce_people(parameters)]
    with admin_of(settings) as admin:
        asked = {"name": "Demonstration", "workstation_user_logins": logins}
        key = admin.post("/agent-registration-keys", asked)["registration_key"]
    rates = parameters.rates
    expected = len(workforce_people(parameters)) * parameters.working_days * rates.events_per_person_day
    sent = 0
    with timeline.step("Agents and raw events", cpu_clock=time.process_time) as step:

        def note(event_count: int) -> None:
            nonlocal sent
            sent += event_count
            step.report(sent, max(sent, expected), unit="raw events")

        return WorkforceDelivery(
            parameters, api_url=settings.api_url, registration_key=key, connections=CONNECTIONS, on_sent=note
        ).run()

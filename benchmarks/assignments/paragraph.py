"""The naive model. It is written from this paragraph alone, and shares no code with the product:

An event is stored under at least one assignment that allowed it at that time and in that cadence: its request is
approved, the person's last answer is yes and the time is not between a no and the yes after it, the local day is one of
the request's, and its project, if it has one, was opened, has the person in it, was not closed at the time and is not
deleted, which ends it for all times.
Targeted: only between the person's own start and stop, in one session, of a task of that project; what ends the
assignment ends the recording. A project is mined through assignments of its own, or of a pool request that it names and
whose terms cover the project's, on the project's days.
"""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from benchmarks.assignments.told import Told, ToldEvent, ToldProject, ToldRequest


def may_be_collected(told: Told, event: ToldEvent) -> bool:
    return any(_allows(told, request, event) for request in told.requests)


def may_be_mined(told: Told, project: ToldProject, event: ToldEvent) -> bool:
    day = event.at.astimezone(ZoneInfo(told.time_zone)).date()
    if project.is_deleted or not project.is_member or not project.starts_on <= day <= project.ends_on:
        return False
    return any(_serves(request, project) and _allows(told, request, event) for request in told.requests)


def _serves(request: ToldRequest, project: ToldProject) -> bool:
    if request.project_id is None:
        is_meant = request.data_request_id in project.pools
    else:
        is_meant = request.project_id == project.project_id
    sees_enough = request.visibility == "individual" or project.visibility == "group"
    return is_meant and project.goals <= request.goals and project.cadence == request.cadence and sees_enough


def _allows(told: Told, request: ToldRequest, event: ToldEvent) -> bool:
    if not _is_open_at(told, request, event.at):
        return False
    if request.cadence == "continuous":
        return True
    (project,) = (each for each in told.projects if each.project_id == request.project_id)
    return any(_is_recording(told, request, task, event) for task in project.tasks)


def _is_open_at(told: Told, request: ToldRequest, at: datetime) -> bool:
    if request.decision != "approved" or not request.answers or request.answers[-1][1] != "accepted":
        return False
    day = at.astimezone(ZoneInfo(told.time_zone)).date()
    if day < request.starts_on or (request.ends_on is not None and day > request.ends_on):
        return False
    if any(start <= at < end for start, end in _gaps(request)):
        return False
    for project in told.projects:
        if project.project_id == request.project_id:
            is_closed = any(
                start is not None and start <= at and (end is None or at < end) for start, end in project.closings
            )
            return project.was_opened and project.is_member and not is_closed and not project.is_deleted
    return True


def _gaps(request: ToldRequest) -> Iterator[tuple[datetime, datetime]]:
    for position, (at, answer) in enumerate(request.answers):
        later_yes = [when for when, said in request.answers[position:] if said == "accepted"]
        if answer == "declined" and later_yes:
            yield at, later_yes[0]


def _is_recording(told: Told, request: ToldRequest, task: str, event: ToldEvent) -> bool:
    """Replays the session: is the task under way at the event? Its start and its stop are part of it."""
    since: datetime | None = None
    for other in sorted(told.events, key=lambda each: each.sequence):
        if other.session_id != event.session_id or other.at > event.at:
            continue
        if since is not None and _was_interrupted(told, request, since, other.at):
            since = None
        if other.task == task and other.kind == "task_started" and since is None:
            since = other.at if _is_open_at(told, request, other.at) else None
        if other.task == task and other.kind == "task_stopped" and other.at < event.at:
            since = None
    return since is not None and not _was_interrupted(told, request, since, event.at)


def _was_interrupted(told: Told, request: ToldRequest, since: datetime, until: datetime) -> bool:
    """Whether anything ended the assignment in between; what can has happened at one of these instants."""
    project = [each for each in told.projects if each.project_id == request.project_id]
    instants = [start for each in project for start, _ in each.closings if start is not None]
    instants += [start for start, _ in _gaps(request)]
    return any(since < at <= until and not _is_open_at(told, request, at) for at in instants) or not _is_open_at(
        told, request, until
    )

"""Imports the real recordings as a second project of the demonstration, when their files are there.

Add a file to `FILES` when there is another recording of the same person.
"""

from datetime import date
from pathlib import Path

from standalone.demo.people import RecordedPerson, admin_of
from standalone.demo.requests import DemoProject, start_project
from standalone.governance.api import Api
from standalone.importing.delivery import RecordingFormat, import_recording
from standalone.settings import Settings
from standalone.timeline import Timeline

FILES = ("StudentRecord.csv", "Reimbursement.csv")

PROJECT = DemoProject(
    name="Web forms (real recordings)",
    description="One real person fills web forms from a spreadsheet, a hundred times.",
    purpose="Show that what was really recorded is treated like everything else",
    starts_on=date(2019, 10, 21),
    ends_on=date(2020, 2, 25),
    logins=(RecordedPerson().login,),
    has_task_scopes=False,
)


def find_recordings(settings: Settings) -> list[Path]:
    """Both files, or none."""
    paths = [settings.recordings / name for name in FILES]
    return paths if all(path.exists() for path in paths) else []


def import_recordings(settings: Settings, timeline: Timeline, paths: list[Path]) -> int:
    """Asks, approves, consents, imports; returns the project's number.

    The recordings are published with the person's agreement, which is given here at the person's own agent.
    """
    login = RecordedPerson().login
    project = start_project(settings, PROJECT)
    with Api(settings.api_url, token=_enrolled(settings, login)) as agent:
        agent.post("/agent/consents", {"approval_id": project.approval_ids[login], "answer": "accepted"})
    for path in paths:
        import_recording(
            settings, timeline, path, recording_format=RecordingFormat.ACTION_LOGGER, workstation_user=login
        )
    return project.project_id


def _enrolled(settings: Settings, login: str) -> str:
    """The token of an agent at the person's own workstation, which the demonstration plays."""
    with admin_of(settings) as admin, Api(settings.api_url) as anybody:
        asked = {"name": "Recorded person", "workstation_user_logins": [login]}
        key = admin.post("/agent-registration-keys", asked)["registration_key"]
        enrolment = {"registration_key": key, "account": {"login": login}, "host": "desk", "agent_version": "demo"}
        return str(anybody.post("/agents/enrol", enrolment)["agent_token"])

"""`task-mining down`: ends every process of one state folder, including those that a killed supervisor left running."""

from standalone.processes.supervision import Supervision
from standalone.settings import Settings
from standalone.timeline import Timeline


def stop_everything(settings: Settings, timeline: Timeline) -> None:
    """Harmless when nothing runs. Data stays where it is."""
    with timeline.step("Stopping"):
        Supervision(settings).shut_down()

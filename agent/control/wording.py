"""Puts into words, for the person at the workstation, what was captured and how everything stands.

Facts come from `control.status` and `control.captured`; nothing is looked up here.
"""

from collections.abc import Iterator

from agent.control.captured import CapturedEvent
from agent.control.status import StatusReport
from domain.element_roles import is_secret
from domain.event_batches import from_microseconds
from domain.event_kinds import EventKind
from domain.raw_events import RawEvent

_REASONS = {
    "": "recording",
    "no_policy": "not recording: the server has not said yet what may be recorded",
    "policy_stale": "not recording: the server was not reached for too long",
    "outside_collection_window": "not recording: no approved request covers this moment",
    "no_consent": "not recording: you have not consented",
    "no_open_task": "not recording: only tasks that you start are recorded",
    "private_mode": "not recording: private mode",
    "locked": "not recording: the screen is locked",
    "no_session": "not recording: the session is ending",
    "gate_failed": "not recording: something is wrong, look into the log",
}
_PHRASES = {
    EventKind.WINDOW_FOCUSED: "went to",
    EventKind.CLICKED: "clicked",
    EventKind.COPIED: "copied (not what)",
    EventKind.CUT: "cut (not what)",
    EventKind.PASTED: "pasted (not what)",
    EventKind.SCROLLED: "scrolled",
    EventKind.ELEMENT_CHANGED: "changed a field (not to what)",
    EventKind.SUBMITTED: "submitted a form",
    EventKind.IDLE_STARTED: "no input from here on",
    EventKind.IDLE_ENDED: "input again",
    EventKind.LOCKED: "screen locked",
    EventKind.UNLOCKED: "screen unlocked",
    EventKind.PRIVATE_STARTED: "private mode began",
    EventKind.PRIVATE_ENDED: "private mode ended",
    EventKind.SESSION_STARTED: "recording began",
    EventKind.SESSION_ENDED: "recording ended",
    EventKind.SLEPT: "computer went to sleep",
    EventKind.WOKE: "computer woke",
    EventKind.TASK_STARTED: "task started",
    EventKind.TASK_STOPPED: "task stopped",
}


def tell_reason(closed_because: str) -> str:
    """Whether it is recorded now, and if not, why."""
    return _REASONS.get(closed_because, closed_because)


def instant(microseconds: int | None) -> str:
    if microseconds is None:
        return "never"
    return from_microseconds(microseconds).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def tell_event(captured: CapturedEvent) -> str:
    """One line: when, what, where, and whether the server has it."""
    event = captured.event
    where = " · ".join(text for text in (event.application, event.window_title, event.url) if text)
    mark = "sent   " if captured.sent_us is not None else "waiting"
    at = event.occurred_at.astimezone().strftime("%H:%M:%S")
    return f"{at}  {mark}  {_phrase(event)}{f'  [{where}]' if where else ''}"


def _phrase(event: RawEvent) -> str:
    if event.kind is EventKind.TYPED:
        where = " in a secret field" if is_secret(event.element_role) else ""
        return (
            f"pressed {event.key_count} keys (not which)" if event.key_count else f"pressed keys (not counted){where}"
        )
    name = f"“{event.element_name}”" if event.element_name else ""
    task = event.task_name if event.kind in {EventKind.TASK_STARTED, EventKind.TASK_STOPPED} else ""
    return " ".join(
        text
        for text in (_PHRASES.get(event.kind, event.kind.replace("_", " ")), event.element_role, name, task)
        if text
    )


def tell_status(report: StatusReport) -> Iterator[str]:
    yield f"Now:       {tell_reason(report.closed_because)}"
    if report.is_private and report.private_left_us is not None:
        yield f"Private:   {max(1, round(report.private_left_us / 60e6))} more minutes"
    if report.task:
        yield f"Task:      {report.task}"
    for assignment in report.assignments:
        until = "open end" if assignment.ends_at_us is None else instant(assignment.ends_at_us)
        yield f"For:       {assignment.name} ({assignment.purpose}), from {instant(assignment.starts_at_us)} to {until}"
        yield f"           your consent: {assignment.consent} (number {assignment.approval_id})"
    if not report.assignments:
        yield "For:       nothing; nobody has an approved request about you"
    yield f"Sending:   {report.sender}; last delivery {instant(report.last_sent_us)}"
    if report.last_error:
        yield f"           {report.last_error}"
    yield f"Waiting:   {report.waiting_count} events, {report.waiting_bytes / 1e6:.1f} MB"
    yield f"Lost:      {_counts(report.losses) or 'nothing'}"
    yield f"Masked:    {_counts(report.redactions) or 'nothing'}"
    unseen = {name: reason for name, reason in report.capabilities.items() if reason is not True}
    yield f"Not seen:  {'; '.join(f'{name} ({reason})' for name, reason in unseen.items()) or 'nothing is missing'}"
    for flag in report.flags:
        yield f"Attention: {flag}"
    memory = f"{report.memory_bytes / 1e6:.0f} MB memory"
    yield f"Agent:     {report.agent_version}, {report.cpu_percent:.1f} % CPU, {memory}"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} × {reason.replace('_', ' ')}" for reason, count in sorted(counts.items()) if count)

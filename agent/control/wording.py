"""Puts into words, for the person at the workstation, what was captured and how everything stands.

Facts come from `control.status` and `control.captured`; nothing is looked up here.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from agent.spool.rows import Outcome
from domain.element_roles import is_secret
from domain.event_batches import from_microseconds
from domain.event_kinds import EventKind
from domain.raw_events import RawEvent

if TYPE_CHECKING:  # the command tells the status of an agent that does not run without loading what runs
    from agent.control.captured import CapturedEvent
    from agent.control.status import AssignmentStatus, StatusReport

TOLERATED_US = 2_000_000
"""Clocks that differ by less are told to be equal."""

_REASONS = {
    "": "recording",
    "no_policy": "not recording: the server has not said yet what may be recorded",
    "signed_off": "not recording: this agent was signed off; `task-mining-agent enrol` makes it known again",
    "unconfirmed": "not recording: this agent waits to be confirmed at your other workstation or by an agent installer",
    "policy_stale": "not recording: the server was not reached for too long",
    "outside_collection_window": "not recording: no approved request covers this moment",
    "no_consent": "not recording: you have not consented",
    "no_open_task": "not recording: only tasks that you start are recorded",
    "private_mode": "not recording: private mode",
    "locked": "not recording: the screen is locked",
    "no_session": "not recording: the session is ending",
    "nothing_seen": "not recording: the window in front is not seen",
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


_OUTCOMES = {
    Outcome.DECLINED: "deleted (you declined)",
    Outcome.DECLINED_ON_THE_WAY: "deleted (you declined while it was being sent; it may have arrived)",
}


def tell_reason(closed_because: str) -> str:
    """Whether it is recorded now, and if not, why."""
    return _REASONS.get(closed_because, closed_because)


def tell_now(closed_because: str, unseen: str, private_left_us: int | None) -> str:
    """One sentence: how it stands now. `unseen` says why the window in front cannot be seen."""
    if closed_because == "private_mode":
        return f"Now: {tell_private(private_left_us)}; nothing is recorded."
    if closed_because == "nothing_seen":
        return f"Now: not recording: {unseen}."
    return f"Now: {tell_reason(closed_because)}."


def tell_private(left_us: int | None) -> str:
    """Until when, by the clock on the wall; None: without an end."""
    if left_us is None:
        return "private until you end it"
    now = datetime.now().astimezone()
    until = now + timedelta(microseconds=left_us)
    is_today = until.date() == now.date()
    return f"private until {until.strftime('%H:%M' if is_today else '%H:%M on %d %B').replace(' 0', ' ')}"


def tell_count(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def instant(microseconds: int | None) -> str:
    if microseconds is None:
        return "never"
    return from_microseconds(microseconds).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def tell_event(captured: "CapturedEvent") -> str:
    """One line: when, what, where, and whether the server has it."""
    event = captured.event
    where = " · ".join(text for text in (event.application, event.window_title, event.url) if text)
    at = event.occurred_at.astimezone().strftime("%d %b %H:%M:%S")
    masked = f"  (masked by {', '.join(captured.masked_by)})" if captured.masked_by else ""
    return f"{at}  {tell_outcome(captured)}  {_phrase(event)}{f'  [{where}]' if where else ''}{masked}"


def tell_outcome(captured: "CapturedEvent") -> str:
    """What became of it."""
    if captured.sent_us is None:
        return "waiting"
    if captured.outcome in _OUTCOMES:
        return _OUTCOMES[Outcome(captured.outcome)]
    what, _, why = captured.outcome.partition(": ")
    return f"{what} ({why.replace('_', ' ')})" if what else "sent   "


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


def tell_status(report: "StatusReport") -> Iterator[str]:
    now = tell_now(report.closed_because, report.unseen, report.private_left_us).removeprefix("Now: ")
    yield f"Now:       {now.removesuffix('.')}"
    if report.session:
        others = f"; also running in {', '.join(report.other_sessions)}" if report.other_sessions else ""
        yield f"Session:   {report.session}{others}"
    if report.task:
        yield f"Task:      {report.task}"
    for assignment in report.assignments:
        yield from _tell_assignment(assignment)
    if not report.assignments:
        yield "For:       nothing; nobody has an approved request about you"
    for other in report.other_agents:
        where = f"{other.host} (account {other.account or 'unknown'}), since {instant(other.enrolled_us)}"
        if other.is_confirmed:
            yield f"Also on:   {where}"
        else:
            yield f"Asks:      an agent on {where}, wants to record you: is it yours?"
            yield f"           `task-mining-agent workstation confirm {other.agent_id}`, or `workstation refuse`"
    yield f"Sending:   {report.sender}; last delivery {instant(report.last_sent_us)}"
    if report.last_error:
        yield f"           {report.last_error}"
    yield f"Waiting:   {report.waiting_count} events, {report.waiting_bytes / 1e6:.1f} MB"
    yield f"Clock:     {_tell_clock(report.clock_skew_us)}"
    yield f"Lost:      {_counts(report.losses) or 'nothing'}"
    yield f"Masked:    {_counts(report.redactions) or 'nothing'}"
    since = f", now from {instant(report.captured_since_us)}" if report.captured_since_us is not None else ""
    days = tell_count(report.captured_kept_days, "day")
    yield f"Kept:      `captured` shows what became of each event for {days}{since}"
    unseen = {name: reason for name, reason in report.capabilities.items() if reason is not True}
    for name, reason in unseen.items():
        yield f"Not recording: {name}: {reason or 'it is not known why'}"
    for flag in report.flags:
        yield f"Attention: {flag}"
    memory = f"{report.memory_bytes / 1e6:.0f} MB memory"
    yield f"Agent:     {report.agent_version}, {report.cpu_percent:.1f} % CPU, {memory}"


def _tell_assignment(assignment: "AssignmentStatus") -> Iterator[str]:
    until = "open end" if assignment.ends_at_us is None else instant(assignment.ends_at_us)
    told = ", not told to the server yet" if assignment.is_untold else ""
    yield f"For:       {assignment.name} ({assignment.purpose}), from {instant(assignment.starts_at_us)} to {until}"
    yield f"           your consent: {assignment.consent}{told} (number {assignment.approval_id})"
    for label, text in assignment.facts:
        if text:
            yield f"           {label}: {text}"
    if assignment.consent == "pending":
        yield from (f"           | {line}" for line in assignment.consent_text.splitlines())
        yield f"           Answer: `task-mining-agent consent accept --number {assignment.approval_id}`, or decline"


def _tell_clock(skew_us: int | None) -> str:
    if skew_us is None:
        return "not compared with the server's yet; nothing is sent before"
    if abs(skew_us) <= TOLERATED_US:
        return "as the server's"
    side = "behind" if skew_us > 0 else "ahead of"
    return f"{_length(abs(skew_us))} {side} the server's; what is sent has the server's time"


def _length(microseconds: int) -> str:
    seconds = round(microseconds / 1e6)
    for size, word in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return tell_count(round(seconds / size), word)
    return tell_count(seconds, "second")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} × {reason.replace('_', ' ')}" for reason, count in sorted(counts.items()) if count)

"""Writes the script of one working day: work items, appointments, interruptions, locks, the way home.

Add a habit as one more action of `WorkingDay`.
"""

from collections.abc import Callable
from random import Random

from domain.activity_states import ActivityState
from domain.event_kinds import EventKind
from simulator.chance import session_id
from simulator.days.records import Desk, Record
from simulator.days.script import SECOND, Place, Script
from simulator.days.shifts import Shift
from simulator.office import applications as office
from simulator.office.applications import Application
from simulator.office.people import Evening, Person
from simulator.parameters import Rates

_OFFICE_WINDOWS = (office.MAIL, office.MAIL_ANSWER, office.EXCEL, office.WORD, office.KNOWLEDGE, office.TIME_SHEET)
_PRIVATE_WINDOWS = (office.NEWS, office.SHOP, office.MUSIC, office.CANTEEN)


class WorkingDay:
    """Writes one shift into the script. `chance` is this day's own stream."""

    def __init__(
        self, *, script: Script, desk: Desk, person: Person, shift: Shift, rates: Rates, chance: Random
    ) -> None:
        self.script, self.desk, self.person, self.shift = script, desk, person, shift
        self.rates, self.chance = rates, chance
        self.common_facts = desk.new_record().facts

    def write(self) -> None:
        self._arrive()
        appointments = self._appointments()
        while self.script.now_us < self.shift.ends_us:
            if appointments and appointments[0][0] <= self.script.now_us:
                appointments.pop(0)[1]()
            else:
                self._work_item()
                if self.chance.random() < self.rates.office_share:
                    self._office()
        self._tidy_up()
        self._go_home()

    # --- the day's frame

    def _arrive(self) -> None:
        script = self.script
        if not script.stretches or script.last.state is None:
            script.sign_in(session_id=session_id(self.chance), seconds=self.chance.uniform(2, 8))
        else:
            script.come_back(seconds=self.chance.uniform(2, 8))
        self.desk.morning(script.now_us)
        for application in (office.MAIL, office.CHAT, office.MAIL):
            self._visit(application, self.common_facts)

    def _appointments(self) -> list[tuple[int, Callable[[], None]]]:
        chance, starts, ends = self.chance, self.shift.starts_us, self.shift.ends_us
        span = ends - starts

        def at(low: float, high: float) -> int:
            return starts + int(span * chance.uniform(low, high))

        actions: list[tuple[int, Callable[[], None]]] = [(at(0.45, 0.55), self._lunch), (at(0.05, 0.4), self._meeting)]
        actions += [(at(0.2, 0.35), self._coffee), (at(0.7, 0.8), self._coffee), (at(0.6, 0.9), self._browse)]
        for share, action in (
            (self.rates.private_share, self._private),
            (self.rates.long_lock_share, self._long_absence),
            (self.rates.crash_share, self._crash),
            (0.5, self._meeting),
        ):
            if chance.random() < share:
                actions.append((at(0.1, 0.9), action))
        return sorted(actions, key=lambda action: action[0])

    def _tidy_up(self) -> None:
        """Most of what was laid aside is finished before going home."""
        for record in list(self.desk.laid_aside):
            if record.has_end and self.chance.random() < 0.9:
                self.desk.laid_aside.remove(record)
                self._close_up(record)

    def _go_home(self) -> None:
        script, next_us = self.script, self.shift.next_starts_us
        if next_us is None:
            script.sign_out()
            return
        next_us = max(next_us, script.now_us + 3600 * SECOND)
        seconds = (next_us - script.now_us) / SECOND
        match self.person.evening:
            case Evening.LOCKS:
                script.leave(ActivityState.LOCKED, seconds=seconds)
            case Evening.SIGNS_OUT:
                script.sign_out(until_us=next_us)
            case Evening.SLEEPS:
                script.leave(ActivityState.OFF, seconds=seconds)

    # --- work

    def _visit(self, application: Application, facts: dict[str, str], *, factor: float = 1.0) -> None:
        seconds = self.rates.visit_seconds * factor * min(self.chance.expovariate(1.0) + 0.05, 6.0)
        self.script.visit(Place(application, application.context(**facts)), seconds=seconds)

    def _work_item(self) -> None:
        """Begins or resumes one record; lays it aside, or finishes it."""
        desk, chance = self.desk, self.chance
        resumable = [record for record in desk.laid_aside if record.has_end]
        if resumable and (len(resumable) > 2 or chance.random() < 0.8):
            record = chance.choice(resumable)
            desk.laid_aside.remove(record)
        else:
            record = desk.new_record()
        self._visit(desk.work.opening, record.facts)
        self._begin(record)
        for _ in range(chance.randint(2, 9)):
            self._step(record)
        if record.has_end and chance.random() >= self.rates.parallel_share:
            self._close_up(record)
        else:
            self._stop_marker(record)
            desk.laid_aside.append(record)

    def _begin(self, record: Record) -> None:
        self.desk.begin(record, self.script.last.started_us)
        if record.work.is_user_initiated:
            record.scope_started_us = self.script.mark(
                EventKind.TASK_STARTED, at=0.2, task=(record.work.scope_name, record.record_id)
            )

    def _step(self, record: Record) -> None:
        chance, rates = self.chance, self.rates
        applications = [application for application, _ in record.work.steps]
        application = chance.choices(applications, [weight for _, weight in record.work.steps])[0]
        is_copying = chance.random() < 0.25
        if is_copying:
            self.script.mark(EventKind.COPIED, at=0.7)
        if chance.random() < rates.password_manager_share:
            self._excluded_visit()
        self._visit(application, record.facts)
        if is_copying:
            self.script.mark(EventKind.PASTED, at=0.3)
        if chance.random() < rates.interruption_share:
            self._visit(chance.choice((office.CHAT, office.MAIL)), self.common_facts, factor=0.4)
        if chance.random() < rates.unknown_application_share:
            self._visit(chance.choice((office.LABELS, office.LEGACY)), record.facts)
        if chance.random() < rates.idle_share:
            self._idle()
        if chance.random() < rates.short_lock_share:
            self.script.leave(ActivityState.LOCKED, seconds=chance.uniform(20, 400))

    def _excluded_visit(self) -> None:
        """Nothing of it may be known, not even when somebody leaves from it: only that nobody is there meanwhile."""
        application = office.BANKING if self.chance.random() < 0.1 else office.PASSWORDS
        self._visit(application, {}, factor=0.2)
        if self.chance.random() < self.rates.short_lock_share:
            self.script.leave(ActivityState.LOCKED, seconds=self.chance.uniform(20, 400))
        elif self.chance.random() < self.rates.idle_share:
            self.script.leave(ActivityState.IDLE, seconds=self.chance.uniform(200, 600))

    def _close_up(self, record: Record) -> None:
        self._visit(record.work.opening, record.facts)
        if record.work.is_user_initiated and record.scope_started_us is None:
            self._begin(record)
        self._stop_marker(record)
        self.desk.finish(record, self.script.now_us)

    def _stop_marker(self, record: Record) -> None:
        if not record.work.is_user_initiated or record.scope_started_us is None:
            return
        task = (record.work.scope_name, record.record_id)
        self.desk.mark_task(record, self.script.mark(EventKind.TASK_STOPPED, at=0.9, task=task))

    # --- everything else

    def _idle(self) -> None:
        """Somebody at the desk, the telephone, or the mind elsewhere; now and then a window pops up meanwhile."""
        script, chance = self.script, self.chance
        seconds = chance.uniform(200, 1100)
        script.leave(ActivityState.IDLE, seconds=seconds)
        if chance.random() < 0.35:
            place = Place(office.CHAT, office.CHAT.context(**self.common_facts))
            script.pop_up(place, after_seconds=chance.uniform(5, 190))
        if chance.random() < 0.15:
            script.leave(ActivityState.LOCKED, seconds=chance.uniform(60, 900))

    def _lunch(self) -> None:
        state = ActivityState.OFF if self.chance.random() < self.rates.sleep_share else ActivityState.LOCKED
        self.script.leave(state, seconds=self.chance.uniform(1500, 3300))

    def _coffee(self) -> None:
        self.script.leave(ActivityState.LOCKED, seconds=self.chance.uniform(200, 900))

    def _long_absence(self) -> None:
        self.script.leave(ActivityState.LOCKED, seconds=self.chance.uniform(7300, 11_000))

    def _private(self) -> None:
        is_forgotten = self.chance.random() < 0.1
        seconds = self.chance.uniform(7300, 9000) if is_forgotten else self.chance.uniform(300, 1800)
        self.script.leave(ActivityState.PRIVATE, seconds=seconds)

    def _meeting(self) -> None:
        minutes = self.chance.choice((15, 30, 45))
        place = Place(office.MEETING, office.MEETING.context(**self.common_facts))
        self.script.visit(place, seconds=minutes * 60 + self.chance.uniform(-120, 240))
        self._visit(office.MAIL, self.common_facts)

    def _office(self) -> None:
        """Mails, documents, the time sheet: work that belongs to no record."""
        for _ in range(self.chance.randint(2, 6)):
            self._visit(self.chance.choice(_OFFICE_WINDOWS), self.common_facts)

    def _browse(self) -> None:
        for _ in range(self.chance.randint(1, 4)):
            self._visit(self.chance.choice(_PRIVATE_WINDOWS), self.common_facts)

    def _crash(self) -> None:
        self.script.crash(seconds=self.chance.uniform(90, 400))
        self.script.sign_in(session_id=session_id(self.chance), seconds=self.chance.uniform(2, 10))

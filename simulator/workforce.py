"""Simulates the workforce at work: for every person and working day the deliveries and the truth."""

from collections.abc import Iterator
from datetime import date

import msgspec

from simulator.chance import fast_stream, stream
from simulator.days.records import Desk
from simulator.days.script import Script
from simulator.days.shifts import person_shifts
from simulator.days.working_day import WorkingDay
from simulator.office.people import Person, workforce_people
from simulator.office.work_items import WORKS
from simulator.parameters import Parameters
from simulator.raw_events.columns import raw_events_of
from simulator.raw_events.deliveries import AgentDeliveries, Delivery
from simulator.truth.expected import EventCounts, PersonTruth, activities_of


class PersonDay(msgspec.Struct, frozen=True):
    """One person's working day: what the agent delivers, and what is true."""

    person: Person
    day: date
    deliveries: list[Delivery]
    truth: PersonTruth


def simulate(parameters: Parameters) -> Iterator[PersonDay]:
    """Everybody's days, person after person, each person's days in order."""
    for person in workforce_people(parameters):
        yield from simulate_person(parameters, person)


def simulate_person(parameters: Parameters, person: Person) -> Iterator[PersonDay]:
    """One person's days in order."""
    seed, rates = parameters.seed, parameters.rates
    shifts = list(person_shifts(parameters, person))
    script = Script(now_us=shifts[0].starts_us)
    desk = Desk(
        login=person.login,
        work=WORKS[person.team.work],
        first_number=(person.number + 1) * 10_000,
        chance=stream(seed, "desk", person.login),
        rates=rates,
    )
    agent_deliveries = AgentDeliveries(
        parameters=parameters, person=person, script=script, chance=stream(seed, "deliveries", person.login)
    )
    for shift in shifts:
        first_stretch, first_mark = len(script.stretches), len(script.marks)
        first_change, first_instance = len(desk.changes), len(desk.task_instances)
        chance = stream(seed, "day", person.login, shift.day)
        WorkingDay(script=script, desk=desk, person=person, shift=shift, rates=rates, chance=chance).write()
        stretches = script.stretches[first_stretch:]
        columns = raw_events_of(
            script,
            stretches=stretches,
            marks=script.marks[first_mark:],
            count=rates.events_per_person_day,
            chance=fast_stream(seed, "inputs", person.login, shift.day),
        )
        deliveries = list(agent_deliveries.deliver(columns, is_last_day=shift is shifts[-1]))
        counts = EventCounts()
        for delivery in deliveries:
            counts.add(delivery.counts)
        truth = PersonTruth(
            login=person.login,
            time_zone=person.time_zone,
            activities=activities_of(script, stretches, person.time_zone),
            task_instances=desk.task_instances[first_instance:],
            changes=desk.changes[first_change:],
            counts=counts,
        )
        yield PersonDay(person=person, day=shift.day, deliveries=deliveries, truth=truth)

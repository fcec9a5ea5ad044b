"""The order in which a day's events are kept: by person, time, session and sequence, each identity once.

Reading them belongs to `day_events`, writing them to `day_file`.
"""

import numpy as np

from pipelines.mining.day_events import DayEvents
from pipelines.mining.person_days import Integers


def rows_in_order(events: DayEvents) -> Integers:
    """Rows by person, time, session and sequence; of those that share session and sequence only the first landed."""
    keys, sessions, sequences = events.keys, events.numbers["session_key"], events.numbers["sequence"]
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    tied = np.flatnonzero(ordered[1:] == ordered[:-1])
    if len(tied):
        among = np.union1d(tied, tied + 1)
        rows = order[among]
        order[among] = rows[np.lexsort((rows, sequences[rows], sessions[rows], keys[rows]))]
        one, next_one = order[tied], order[tied + 1]
        is_resent = np.zeros(len(order), np.bool_)
        is_resent[tied + 1] = (sessions[one] == sessions[next_one]) & (sequences[one] == sequences[next_one])
        order = order[~is_resent]
    return _without_other_times(order, sessions, sequences)


def _without_other_times(order: Integers, sessions: Integers, sequences: Integers) -> Integers:
    """A resend repeats the time of its original, and then stood beside it. Should one not: the first landed stays."""
    of_order, sequence_of_order = sessions[order], sequences[order]
    begins = np.flatnonzero(np.diff(of_order, prepend=of_order[:1] + 1))
    session, sequence = of_order, sequence_of_order
    if len(np.unique(of_order[begins])) < len(begins):  # sessions of one person side by side
        by_session = np.argsort(of_order, kind="stable")
        session, sequence = of_order[by_session], sequence_of_order[by_session]
    steps_back = (session[1:] == session[:-1]) & (sequence[1:] <= sequence[:-1])
    if not steps_back.any():
        return order
    rows = order[np.isin(of_order, np.unique(session[1:][steps_back]))]
    rows = rows[np.lexsort((rows, sequences[rows], sessions[rows]))]
    again = (sessions[rows][1:] == sessions[rows][:-1]) & (sequences[rows][1:] == sequences[rows][:-1])
    is_dropped = np.zeros(len(sessions), np.bool_)
    is_dropped[rows[1:][again]] = True
    return order[~is_dropped[order]]

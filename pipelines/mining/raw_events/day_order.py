"""Puts a day's events into the order in which they are kept (person, time, session, sequence), each identity once."""

import numpy as np
import numpy.typing as npt

from pipelines.mining.raw_events.day_events import DayEvents
from pipelines.mining.raw_events.person_days import Integers


def rows_in_order(events: DayEvents) -> Integers:
    """Rows by person, time, session and sequence; of those that share session and sequence only the first landed."""
    keys, sessions, sequences = events.keys, events.numbers["session_key"], events.numbers["sequence"]
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    is_tied = ordered[1:] == ordered[:-1]
    tied = np.flatnonzero(is_tied)
    if not _are_resent(order, tied, sessions, sequences).all():
        among = np.flatnonzero(np.append(is_tied, False) | np.append(False, is_tied))
        rows = order[among]
        order[among] = rows[np.lexsort((rows, sequences[rows], sessions[rows], keys[rows]))]
    is_kept = np.ones(len(order), np.bool_)
    is_kept[tied[_are_resent(order, tied, sessions, sequences)] + 1] = False
    return _without_other_times(order[is_kept], sessions, sequences)


def _are_resent(order: Integers, places: Integers, sessions: Integers, sequences: Integers) -> npt.NDArray[np.bool_]:
    """Whether the event after each of these places is the one that stands there."""
    one, next_one = order[places], order[places + 1]
    same: npt.NDArray[np.bool_] = (sessions[one] == sessions[next_one]) & (sequences[one] == sequences[next_one])
    return same


def _without_other_times(order: Integers, sessions: Integers, sequences: Integers) -> Integers:
    """A resend repeats the time of its original, and then stood beside it. Should one not: the first landed stays."""
    session, sequence = sessions[order], sequences[order]
    of_order = session
    runs = np.append(session[:1], session[1:][session[1:] != session[:-1]])
    if len(np.unique(runs)) < len(runs):  # sessions of one person side by side
        by_session = np.argsort(session, kind="stable")
        session, sequence = session[by_session], sequence[by_session]
    steps_back = (session[1:] == session[:-1]) & (sequence[1:] <= sequence[:-1])
    if not steps_back.any():
        return order
    rows = order[np.isin(of_order, np.unique(session[1:][steps_back]))]
    rows = rows[np.lexsort((rows, sequences[rows], sessions[rows]))]
    again = (sessions[rows][1:] == sessions[rows][:-1]) & (sequences[rows][1:] == sequences[rows][:-1])
    is_dropped = np.zeros(len(sessions), np.bool_)
    is_dropped[rows[1:][again]] = True
    return order[~is_dropped[order]]

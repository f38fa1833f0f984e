"""What a late hand-in costs: a pure function of the policy, the deadline and the time.

Time is what has passed, not what a wall clock shows, so the hour that daylight saving skips or
doubles is neither charged nor given away. The deadline, the time and the policy are all that
counts: when a deadline moves, the same call gives the new answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from fractions import Fraction
from typing import Literal

__all__ = ["DAY", "UNITS", "LatePolicy", "Lateness", "penalty"]

DAY = timedelta(days=1)
UNITS = {"day": DAY, "hour": timedelta(hours=1)}


@dataclass(frozen=True, slots=True)
class LatePolicy:
    """What being late costs.

    Attributes:
        per: what is counted, ``day`` (24 hours) or ``hour``.
        share: the share of the score that each one takes off.
        points: the points that each one takes off; one of the two is 0.
        grace: a delay of no more than this costs nothing; of a longer one all counts.
        cap: no more than this is taken off, in the unit of the rate: a share or points.
        zero_after: a longer delay leaves nothing, whatever the cap; None where there is no end.
        free_days: how many days each student may be late at no cost.
        days_off: dates that do not count, from midnight to midnight.
        count: ``started`` or ``full`` days and hours.
        zone: where the dates lie; the deadline's own offset where None.
    """

    per: Literal["day", "hour"] = "day"
    share: Fraction = Fraction(0)
    points: Fraction = Fraction(0)
    grace: timedelta = timedelta(0)
    cap: Fraction | None = None
    zero_after: timedelta | None = None
    free_days: Fraction = Fraction(0)
    days_off: frozenset[date] = frozenset()
    count: Literal["started", "full"] = "started"
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late a submission is and what that costs, whatever its score.

    Attributes:
        due: the deadline that counted, an extension included.
        handed_in: when it came.
        delay: the time that counts, without days off; 0 where it came in time.
        per: ``day`` or ``hour``.
        units: how many of them it is late, the free ones included.
        free_days: how many days of the student's budget it takes.
        share, points: what is taken off; one of the two is 0.
        is_cut_off: it came after the end, and nothing is left.
    """

    due: datetime
    handed_in: datetime
    delay: timedelta = timedelta(0)
    per: Literal["day", "hour"] = "day"
    units: int = 0
    free_days: Fraction = Fraction(0)
    share: Fraction = Fraction(0)
    points: Fraction = Fraction(0)
    is_cut_off: bool = False

    def cost(self, score: Fraction) -> Fraction:
        """The points that a submission of this score loses; never more than it has."""
        return min(score, score * self.share + self.points)

    def final(self, score: Fraction) -> Fraction:
        """What is left of the score."""
        return score - self.cost(score)


def penalty(
    policy: LatePolicy,
    due: datetime,
    handed_in: datetime,
    extension: datetime | None = None,
    late_days_left: Fraction | None = None,
) -> Lateness:
    """What a submission loses that came then.

    Args:
        policy: the rules.
        due: the deadline of the class.
        handed_in: when it came.
        extension: this student's own deadline; one before ``due`` changes nothing.
        late_days_left: what is left of the student's budget; the policy's where None.

    Raises:
        ValueError: a time says no offset, or the budget is negative.
    """
    for moment in filter(None, (due, handed_in, extension)):
        if moment.utcoffset() is None:
            raise ValueError(f"{moment.isoformat()} has no offset from UTC")
    budget = policy.free_days if late_days_left is None else late_days_left
    if budget < 0:
        raise ValueError("a budget of late days cannot be negative")
    deadline = due if extension is None else max(due, extension, key=_instant)
    zone = policy.zone or due.tzinfo
    delay = _counted(_instant(deadline), _instant(handed_in), policy.days_off, zone)
    if delay <= policy.grace:
        return Lateness(deadline, handed_in, delay, policy.per)
    if policy.zero_after is not None and delay > policy.zero_after:
        units, everything = _units(policy, delay), Fraction(1)
        return Lateness(
            deadline, handed_in, delay, policy.per, units, share=everything, is_cut_off=True
        )
    return _charged(policy, budget, Lateness(deadline, handed_in, delay, policy.per))


def _charged(policy: LatePolicy, budget: Fraction, late: Lateness) -> Lateness:
    """With the units that are late, those that are free, and what the others cost."""
    in_a_day = DAY // UNITS[policy.per]
    units = _units(policy, late.delay)
    free = min(Fraction(units), budget * in_a_day)
    rate = policy.share or policy.points
    bound = policy.cap if policy.cap is not None else (Fraction(1) if policy.share else None)
    taken = (units - free) * rate
    taken = taken if bound is None else min(taken, bound)
    return Lateness(
        due=late.due,
        handed_in=late.handed_in,
        delay=late.delay,
        per=policy.per,
        units=units,
        free_days=free / in_a_day,
        share=taken if policy.share else Fraction(0),
        points=Fraction(0) if policy.share else taken,
    )


def _units(policy: LatePolicy, delay: timedelta) -> int:
    exact = Fraction(delay // timedelta.resolution, UNITS[policy.per] // timedelta.resolution)
    return math.ceil(exact) if policy.count == "started" else math.floor(exact)


# --- time ---------------------------------------------------------------------------------------


def _instant(moment: datetime) -> datetime:
    """In UTC: two times of one zone are subtracted by their wall clocks otherwise."""
    return moment.astimezone(UTC)


def _counted(
    start: datetime, end: datetime, days_off: frozenset[date], zone: tzinfo | None
) -> timedelta:
    """The time from ``start`` to ``end`` that does not lie in days off; 0 where it is negative."""
    whole = max(end - start, timedelta(0))
    off = (min(last, end) - max(first, start) for first, last in _spans(days_off, zone))
    return whole - sum((part for part in off if part > timedelta(0)), timedelta(0))


def _spans(days_off: frozenset[date], zone: tzinfo | None) -> Iterator[tuple[datetime, datetime]]:
    """Each day off from its midnight to the next, in UTC; it may have 23 hours or 25."""
    for day in days_off:
        first, last = (datetime.combine(d, time(), zone) for d in (day, day + DAY))
        yield _instant(first), _instant(last)

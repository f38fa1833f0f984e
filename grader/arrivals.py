"""When submissions came, as far as downloads tell, and how long before the deadline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from statistics import median

from grader.model import Report, Rubric
from grader.moments import NotAMomentError, moment

__all__ = ["SPANS", "Ahead", "Span", "arrival", "counts", "in_time_anywhere", "times_ahead"]

_WESTERNMOST = timedelta(hours=12)


def arrival(report: Report, zone: tzinfo | None) -> datetime | None:
    """The instant at which it was handed in; None where the download does not tell.

    Raises:
        NotAMomentError: it is told without an offset from UTC, and the zone is not known or its
            clocks skip this time or show it twice.
    """
    return moment(report.submitted_at, zone) if report.submitted_at else None


def in_time_anywhere(report: Report, deadline: datetime) -> bool:
    """Whether a time without an offset is in time wherever on Earth a clock showed it."""
    at = datetime.fromisoformat(report.submitted_at).replace(tzinfo=UTC)
    return at + _WESTERNMOST <= deadline.astimezone(UTC)


# --- before the deadline ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ahead:
    """How long before the deadline somebody handed in (less than 0 where it was after it)."""

    report: Report
    time: timedelta


@dataclass(frozen=True, slots=True)
class Span:
    """From so long before the deadline to less than ``until``; a bound that is None is open."""

    name: str
    since: timedelta | None
    until: timedelta | None

    @property
    def is_late(self) -> bool:
        """Whether it lies after the deadline."""
        return self.until is not None and self.until <= timedelta(0)

    def has(self, ahead: timedelta) -> bool:
        """Whether it lies within."""
        after = self.until is None or ahead < self.until
        return after and (self.since is None or ahead >= self.since)


def _spans() -> tuple[Span, ...]:
    hour, day = timedelta(hours=1), timedelta(days=1)
    bounds = (7 * day, 3 * day, day, 12 * hour, 6 * hour, hour, timedelta(0), -hour, -day, -3 * day)
    names = (
        *("over 7 days before", "3 to 7 days", "1 to 3 days", "12 to 24 hours", "6 to 12 hours"),
        *("1 to 6 hours", "in the last hour", "under 1 hour late", "1 to 24 hours late"),
        *("1 to 3 days late", "over 3 days late"),
    )
    return tuple(map(Span, names, (*bounds, None), (None, *bounds)))


SPANS = _spans()
"""Spans of time before and after a deadline, the earliest first."""


def times_ahead(reports: Iterable[Report], rubric: Rubric) -> tuple[Ahead, ...]:
    """For each submission whose time is known; none where the deadline is not.

    An extension is the student's own deadline. Without a zone, a time is as the deadline's clock
    showed it: nothing depends on this but a picture.
    """
    due = _deadline(rubric)
    if due is None:
        return ()
    zone = rubric.late.zone if rubric.late else None
    found = ((report, _instants(report, due, zone or due.tzinfo)) for report in reports)
    return tuple(Ahead(report, end - at) for report, times in found if times for at, end in [times])


def _deadline(rubric: Rubric) -> datetime | None:
    try:
        return rubric.deadline or moment(rubric.due, None)
    except NotAMomentError:
        return None


def _instants(
    report: Report, due: datetime, zone: tzinfo | None
) -> tuple[datetime, datetime] | None:
    """When it came and when it was due, in UTC."""
    if report.late:
        return report.late.handed_in.astimezone(UTC), report.late.due.astimezone(UTC)
    try:
        at = arrival(report, zone)
    except NotAMomentError:
        return None
    return (at.astimezone(UTC), due.astimezone(UTC)) if at else None


def counts(ahead: Iterable[Ahead]) -> tuple[tuple[Span, int, float | None], ...]:
    """For each span how many came within it, and the median of their shares of the points."""
    found = [*ahead]
    rows = []
    for span in SPANS:
        reports = [one.report for one in found if span.has(one.time)]
        shares = [r.score / r.max_score for r in reports if r.score is not None and r.max_score]
        rows.append((span, len(reports), float(median(shares)) if shares else None))
    return tuple(rows)

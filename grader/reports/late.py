"""What being late costs, in words and as JSON values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from fractions import Fraction
from typing import Any

from grader.lateness import Lateness
from grader.model import Report
from grader.moments import shown_moment, spell
from grader.points import as_number, shown
from grader.remarks import LATE

__all__ = ["late_record", "late_sentence", "late_total"]


def late_sentence(report: Report) -> str:
    """How late it came and what that costs, without a full stop; empty where it came in time.

    ``handed in late, 1 day 2 hours after the deadline (2024-04-16 23:59 -0400): counted as 2 days,
    1 day of it free; 10% of the score is taken off``
    """
    late = report.late
    if late is None or late.handed_in <= late.due:
        return ""
    passed = late.handed_in.astimezone(UTC) - late.due.astimezone(UTC)
    start = f"{LATE}, {spell(passed)} after the deadline ({shown_moment(late.due)})"
    if late.is_cut_off:
        return f"{start}: after the last day, so nothing is left of the score"
    if not late.units:
        return f"{start}: nothing is taken off"
    free = f", {_counted(late.free_days, 'day')} of it free" if late.free_days else ""
    return f"{start}: counted as {_counted(late.units, late.per)}{free}; {_cost(late)}"


def _counted(number: Fraction | int, word: str) -> str:
    return f"{shown(Fraction(number))} {word if number == 1 else f'{word}s'}"


def _cost(late: Lateness) -> str:
    """Without what is left, which an override may change; the page and the gradebook tell it."""
    if late.share:
        return f"{shown(100 * late.share)}% of the score is taken off"
    if not late.points:
        return "nothing is taken off"
    return f"{_counted(late.points, 'point')} {'is' if late.points == 1 else 'are'} taken off"


def late_total(reports: Iterable[Report]) -> str:
    """What being late takes off in a class, as a sentence; empty where nothing is."""
    scored = ((r.late, r.score) for r in reports)
    costs = [late.cost(score) for late, score in scored if late and score is not None]
    charged = [cost for cost in costs if cost]
    if not charged:
        return ""
    noun = "submission" if len(charged) == 1 else "submissions"
    return (
        f"Being late takes {_counted(sum(charged, Fraction(0)), 'point')} off {len(charged)} "
        f"{noun}: the gradebook's column final has what is left."
    )


def late_record(report: Report) -> dict[str, Any]:
    """``{"late": ...}`` for a report of which it is known, else nothing."""
    late, score = report.late, report.score
    if late is None:
        return {}
    return {
        "late": {
            "handed_in": late.handed_in.isoformat(),
            "due": late.due.isoformat(),
            "per": late.per,
            "units": late.units,
            "free_days": as_number(late.free_days),
            "penalty": None if score is None else as_number(late.cost(score)),
            "final_score": as_number(report.final),
        }
    }

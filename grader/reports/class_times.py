"""How long before the deadline the class handed in, as a picture of the class report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from statistics import median

from grader.arrivals import SPANS, Ahead, counts, times_ahead
from grader.model import Report, Rubric
from grader.moments import spell
from grader.reports.pictures import Picture, Series, bars

__all__ = ["TIMES_NOTE", "times_picture", "times_sentence"]

TIMES_NOTE = (
    "When each submission came, before its own deadline, where the download or the table of times "
    "tells. Work handed in together counts once a member. The median is of the shares of the "
    "points, before anything is taken off."
)
_IN_TIME, _LATE = "#0072B2", "#D55E00"


def times_picture(reports: Sequence[Report], rubric: Rubric) -> list[Picture]:
    """One picture, or none where no time or no deadline is known."""
    ahead = times_ahead(reports, rubric)
    if not ahead:
        return []
    rows = counts(ahead)
    series = (
        Series("in time", tuple(0 if span.is_late else n for span, n, _ in rows), _IN_TIME),
        Series("late", tuple(n if span.is_late else 0 for span, n, _ in rows), _LATE, "//"),
    )
    says = f"{times_sentence(ahead)}; the numbers are in the table"
    labels = [span.name for span in SPANS]
    return [
        Picture(
            "Time to the deadline",
            TIMES_NOTE,
            bars(labels, series, name="times", says=says),
            series,
            ("handed in", "students", "median of the points"),
            tuple((span.name, str(n), _percent(share)) for span, n, share in rows),
            (f"{times_sentence(ahead)}.",),
        )
    ]


def times_sentence(ahead: Sequence[Ahead]) -> str:
    """``The median of 30 students is 5 hours before the deadline; 4 were late``."""
    middle = timedelta(seconds=median(one.time.total_seconds() for one in ahead))
    late = sum(one.time < timedelta(0) for one in ahead)
    side = "before" if middle >= timedelta(0) else "after"
    noun = "student" if len(ahead) == 1 else "students"
    told = f"The median of {len(ahead)} {noun} is {spell(abs(middle))} {side} the deadline"
    return f"{told}; {late or 'nobody'} {'was' if late in {0, 1} else 'were'} late"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"

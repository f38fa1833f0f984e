"""Who of the class list handed nothing in, in words."""

from __future__ import annotations

from collections.abc import Iterable

from grader.model import Report, Status
from grader.reports.lines import filled

__all__ = ["absent_lines"]

_MOST_NAMED = 20


def absent_lines(reports: Iterable[Report]) -> list[str]:
    """The missing by name, first those who may have handed in something that nobody claims."""
    missing = [report for report in reports if report.status is Status.MISSING]
    if not missing:
        return []
    near = [report for report in missing if report.remarks]
    others = [_who(report) for report in missing if not report.remarks]
    lines = ["", f"Handed nothing in ({len(missing)}):"]
    for report in near:
        told = "; ".join(map(str, report.remarks))
        lines += filled(f"{_who(report)}: {told}", "  ", "    ")
    more = f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
    named = f"{', '.join(others[:_MOST_NAMED])}{more}"
    return lines + (filled(named, "  ", "  ") if others else [])


def _who(report: Report) -> str:
    student = report.student
    return f"{student.id} ({student.name})" if student.name else student.id

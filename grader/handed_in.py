"""When something was handed in, and with whom, as its report has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from grader.identity import Identity
from grader.model import Remark, Report, Team
from grader.remarks import TOGETHER

__all__ = ["handed_in"]


def handed_in(report: Report, identities: Sequence[Identity]) -> Report:
    """The report with the time and the group of the files that count.

    The last of their times is the submission's; where one of them has none, it is not known.
    """
    told = {one.submitted for one in identities}
    teams = [one.team for one in identities]
    team = teams[0] if teams else None
    remark = Remark(_together(team, report.student.id)) if team else None
    remarks = report.remarks
    if remark and remark not in remarks:
        remarks = (*remarks, remark)
    return replace(report, submitted_at=_latest(told), team=team, remarks=remarks)


def _latest(times: set[str]) -> str:
    """Empty where one is not known, or only some say their offset from UTC."""
    if not times or "" in times:
        return ""
    moments = {datetime.fromisoformat(time): time for time in sorted(times)}
    if len({moment.tzinfo is None for moment in moments}) > 1:
        return ""
    return moments[max(moments)]


def _together(team: Team, own: str) -> str:
    others = (s for s in team.members if s.id != own)
    told = ", ".join(f"{s.id} ({s.name})" if s.name else s.id for s in others)
    return f"{TOGETHER} with {told}" + (f", as the group {team.name}" if team.name else "")

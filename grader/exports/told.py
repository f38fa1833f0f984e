"""What an export did, or would do, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from grader.exports.feedback import Package
from grader.exports.fill import Cell, Plan
from grader.exports.results import Result
from grader.model import Status
from grader.notation.numbers import quoted

__all__ = ["apart_lines", "package_text", "plan_text", "silent_lines"]

_LONGEST = 120
_WITHOUT_SCORE = (Status.MISSING, Status.EXCUSED, Status.UNREADABLE, Status.UNGRADED)


def plan_text(plan: Plan, label: str, *, is_brief: bool = False) -> str:
    """The cells that change (or only how many), and those that do not, with the reasons."""
    count = len(plan.changes)
    lines = [f"column {_clean(plan.heading)}: {count} cell{'' if count == 1 else 's'} to change"]
    if not is_brief:
        lines += [f"  {_clean(c.person.who)}: {_old(c)} -> {c.new}" for c in plan.changes]
    same = len(plan.cells) - count - len(plan.stopped) - len(plan.silent)
    if same:
        lines.append(f"the same already: {same}")
    lines += silent_lines(plan.silent, f"nothing written for {label}")
    if plan.joined.rows:
        lines.append("in the file, without a result (left as they are):")
        lines += [f"  {_clean(one.who)}" for one in plan.joined.rows]
    return "\n".join([*lines, *apart_lines(plan)])


def package_text(package: Package) -> str:
    """Who gets a page, who cannot be addressed, and who has none to get."""
    count = len(package.entries)
    lines = [f"{count} page{'' if count == 1 else 's'} to hand back"]
    lines += silent_lines(package.silent, "no page")
    if package.apart:
        lines.append("without a page (a person must look):")
        lines += [f"  {_clean(result.who)}: {_clean(why)}" for result, why in package.apart]
    return "\n".join(lines)


def silent_lines(silent: Sequence[Result], told: str) -> list[str]:
    """Who has no score, by status, and what that means: none of them is a 0."""
    lines = []
    for status in _WITHOUT_SCORE:
        found = [_clean(result.who) for result in silent if result.status is status]
        if found:
            lines.append(f"{status.value}, {told}: {', '.join(found)}")
    return lines


def apart_lines(plan: Plan) -> Iterator[str]:
    """What a person must look at: results that could not be put into the file."""
    scored = [(cell.result, cell.obstacle) for cell in plan.stopped]
    told = (*scored, *plan.joined.apart)
    if told:
        yield "not in the file (a person must look):"
    yield from _each(told)


def _each(told: Iterable[tuple[Result, str]]) -> Iterator[str]:
    for result, why in told:
        points = f"{result.points} points" if result.points else result.status.value
        yield f"  {_clean(result.who)}, {points}: {_clean(why)}"


def _old(cell: Cell) -> str:
    return _clean(cell.old) if cell.old.strip() else "(blank)"


def _clean(text: str) -> str:
    """On one line and printable: a name can do nothing to the terminal."""
    return quoted(text, _LONGEST)[1:-1]

"""Two runs beside each other: who gained or lost what, at which item, and why."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from grader.model import GraderError
from grader.points import shown
from grader.rubric_changes import RubricChange, rubric_changes
from grader.store.database import Session
from grader.store.runs import Result, Run, made_of, result_of, results, run

__all__ = ["Change", "changes", "difference_text", "item_changes", "rubric_differences"]


@dataclass(frozen=True, slots=True)
class Change:
    """What changed for one student; ``items`` has (item, before, after, verdicts)."""

    student: str
    before: str
    after: str
    difference: Fraction | None
    reasons: tuple[str, ...]
    items: tuple[tuple[str, str, str, str], ...]


def changes(session: Session, first: int, second: int) -> tuple[Change, ...]:
    """Every student whose points or verdicts differ between two runs, in the second's order.

    Raises:
        GraderError: there is no such run.
    """
    runs = _run(session, first), _run(session, second)
    before = {_whose(one): one for one in results(session, first)}
    after = {_whose(one): one for one in results(session, second)}
    pairs = [(before.get(who), after.get(who)) for who in dict.fromkeys([*after, *before])]
    found = (_change(session, *pair, runs) for pair in pairs if _differ(*pair))
    return tuple(change for change in found if change)


def _run(session: Session, number: int) -> Run:
    found = run(session, number)
    if found is None:
        ((last,),) = session.run("SELECT MAX(id) FROM runs")
        raise GraderError(f"there is no run {number}; the last is {last or 'none'}")
    return found


def _whose(result: Result) -> tuple[str, str]:
    """The student; the file where nobody knows whose it is."""
    return (result.student, "") if result.student else ("", result.file)


def _differ(before: Result | None, after: Result | None) -> bool:
    return before is None or after is None or before.record != after.record


def _change(
    session: Session, before: Result | None, after: Result | None, runs: tuple[Run, Run]
) -> Change | None:
    told = [result_of(session, one) if one else {} for one in (before, after)]
    one = after or before
    items = tuple(item_changes(*told))
    scores = [_final(record) for record in told]
    words = [_points(record) for record in told]
    if one is None or (not items and words[0] == words[1]):
        return None
    known = [Fraction(str(score)) for score in scores if score is not None]
    return Change(
        student=one.student or one.file,
        before=words[0],
        after=words[1],
        difference=known[1] - known[0] if len(known) == len(scores) else None,
        reasons=tuple(_reasons(before, after, runs, told)),
        items=items,
    )


def _points(record: Mapping[str, Any]) -> str:
    if not record:
        return "not there"
    score = _final(record)
    return _number(score) if score is not None else str(record.get("status"))


def _final(record: Mapping[str, Any]) -> float | None:
    """What counts: the score, less what being late takes off it."""
    left: float | None = record.get("late", {}).get("final_score", record.get("score"))
    return left


def _number(value: float | None) -> str:
    return shown(None if value is None else Fraction(str(value)), 6)


def item_changes(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[tuple[str, str, str, str]]:
    """The items whose points or verdict differ; of who is excused in one of the two, none."""
    if "excused" in (before.get("status"), after.get("status")):
        return
    tables = [
        {item["quantity"]: item for item in told.get("items", ())} for told in (before, after)
    ]
    for name in dict.fromkeys([*tables[0], *tables[1]]):
        told = [_item(table.get(name)) for table in tables]
        if told[0] != told[1]:
            yield name, told[0][0], told[1][0], " -> ".join(dict.fromkeys(t[1] for t in told))


def _item(item: Mapping[str, Any] | None) -> tuple[str, str]:
    if item is None:
        return "-", "not there"
    changed = item.get("override")
    if changed:
        return _number(changed["points"]), f"override by {changed['by']}: {changed['reason']}"
    codes = ", ".join(dict.fromkeys(finding["code"] for finding in item["findings"]))
    return _number(item["score"]), f"{item['verdict']} ({codes})" if codes else item["verdict"]


def _reasons(
    before: Result | None,
    after: Result | None,
    runs: tuple[Run, Run],
    told: Sequence[Mapping[str, Any]],
) -> Iterator[str]:
    """What differs in what the results were made of."""
    if before is None or after is None:
        yield "in one of the runs only"
        return
    if before.submission != after.submission:
        yield "another submission"
    if runs[0].rubric_digest != runs[1].rubric_digest:
        yield "another rubric"
    if runs[0].program != runs[1].program:
        yield "another version of the program"
    overrides = [{i["quantity"]: i.get("override") for i in one.get("items", ())} for one in told]
    if any(overrides[0].get(name) != value for name, value in overrides[1].items()):
        yield "an override"
    found = _decisions(told)
    yield from (f"an {what}" for what in found)
    if not found and len({json.dumps(_timing(one)) for one in told}) > 1:
        yield "the time or the deadline"


def _decisions(told: Sequence[Mapping[str, Any]]) -> list[str]:
    """The kinds of decisions about the student that are not the same in both."""
    kinds = [{one["what"]: one for one in record.get("decisions", ())} for record in told]
    every = dict.fromkeys([*kinds[1], *kinds[0]])
    return [what for what in every if kinds[0].get(what) != kinds[1].get(what)]


def _timing(record: Mapping[str, Any]) -> Any:
    late = record.get("late")
    return late and [late["handed_in"], late["due"], late["units"]]


def rubric_differences(session: Session, first: int, second: int) -> tuple[RubricChange, ...]:
    """What differs between the rubrics of two runs.

    Raises:
        GraderError: there is no such run, or what it was made of is not there any more.
    """
    return rubric_changes(*(_rubric(session, _run(session, number)) for number in (first, second)))


def _rubric(session: Session, found: Run) -> list[tuple[str, bytes]]:
    return [
        (file.name, session.content(file.digest) or b"") for file in made_of(session, found).rubric
    ]


# --- in words -----------------------------------------------------------------------------------


def difference_text(
    found: Sequence[Change], why: Callable[[str], Sequence[str]] = lambda _: ()
) -> str:
    """As lines for a person.

    Args:
        found: the changes.
        why: what of the rubric changed for an item.
    """
    if not found:
        return "nobody's points changed"
    return "\n".join(line for change in found for line in _lines(change, why))


def _lines(change: Change, why_item: Callable[[str], Sequence[str]]) -> Iterator[str]:
    by = change.difference
    sign = "" if by is None else f" ({'+' if by >= 0 else '-'}{shown(abs(by), 6)})"
    why = f": {', '.join(change.reasons)}" if change.reasons else ""
    yield f"{change.student}: {change.before} -> {change.after}{sign}{why}"
    for name, before, after, verdicts in change.items:
        reasons = "; ".join(why_item(name))
        yield f"  {name}: {before} -> {after}, {verdicts}{f' [{reasons}]' if reasons else ''}"

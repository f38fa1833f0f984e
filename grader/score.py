"""From a story to points: one cause, one deduction.

A mistake in an answer that carries points is charged there. One made in an answer without points
is charged in the first item with points where it shows. All that follows from a charged mistake
is right. Points are exact fractions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from grader.advice import sentence
from grader.compare import Mask
from grader.explain import Story
from grader.follow import Cause, graph_of, predictions, story_pins, within
from grader.model import (
    Assessment,
    Criterion,
    EntryMark,
    Finding,
    Index,
    Mark,
    Number,
    Problem,
    QuantityKey,
    Unreadable,
    Verdict,
)
from grader.working import Refused, Settled, Symbolic, Work, unreadable_cells
from grader.worlds import instance, key

__all__ = ["assessed"]

_EARNING = frozenset({Verdict.CORRECT, Verdict.FOLLOW_THROUGH})


@dataclass(frozen=True, eq=False)
class _Charges:
    """Which entries a mistake made elsewhere spoils, and the causes charged in each item."""

    spoilt: Mapping[str, Mask]
    here: Mapping[str, tuple[Cause, ...]]


def assessed(problem: Problem, work: Work, settled: Settled, story: Story) -> tuple[Assessment, ...]:
    """One assessment an item of the rubric and one for every other quantity answered."""
    charges = _charged(problem, settled, story)
    listed = {item.quantity for item in problem.items}
    order = [q.name for q in problem.reference.quantities if q.name in listed or q.name in work]
    found = [
        _assessment(problem.criterion(q), problem, work, settled, story, charges) for q in order
    ]
    return _with_implied(problem, work, found)


# --- who pays -----------------------------------------------------------------------------------


def _charged(problem: Problem, settled: Settled, story: Story) -> _Charges:
    points = {item.quantity: item.points for item in problem.items}
    open_causes = [c for c in story.causes if not points.get(c.shows)]
    here: dict[str, tuple[Cause, ...]] = {}
    spoilt: dict[str, Mask] = {}
    for q in settled.answered:
        follows = story.judgement.right(q) & ~story.judgement.key[q] & settled.present(q)
        if not points.get(q) or not open_causes or not np.any(follows):
            continue
        due = [c for c in open_causes if np.any(_difference(settled, story, [c], q) & follows)]
        if due:
            spoilt[q] = follows & _difference(settled, story, open_causes, q)
            here[q] = tuple(due)
            open_causes = [c for c in open_causes if c not in due]
    return _Charges(spoilt, here)


def _difference(settled: Settled, story: Story, causes: Sequence[Cause], q: str) -> Mask:
    """The entries of an answer that would be other without these causes."""
    rest = [c for c in story.causes if c not in causes]
    values = []
    for made in (rest, list(story.causes)):
        pins = story_pins([replace(c, carried=True) for c in made])
        found = predictions(settled, graph_of(settled, made), [pins], [q])[q]
        values.append({world: array[0] for world, array in found.items()})
    return ~within(settled, q, values[0], values[1])


# --- one item -----------------------------------------------------------------------------------


def _assessment(
    criterion: Criterion,
    problem: Problem,
    work: Work,
    settled: Settled,
    story: Story,
    charges: _Charges,
) -> Assessment:
    q = criterion.quantity
    blank = _blank(criterion, problem)
    if q not in work:
        return blank
    if q in settled.refused:
        return _refused(blank, criterion, settled.refused[q])
    if q in settled.undecided:
        reason = "this expression has no value for some inputs, so it could not be decided"
        return replace(blank, verdict=Verdict.UNGRADED, score=None, notes=(reason,))
    marks = _marks(settled, story, charges, q)
    entries = _entries(problem, work, settled, story, q, marks)
    causes = _causes_shown(story, charges, q)
    right = sum(mark in {Mark.RIGHT, Mark.FOLLOWS} for mark in marks.values())
    findings = _findings(problem, settled, causes, q, right=right)
    return replace(
        blank,
        verdict=_verdict(marks),
        score=_score(criterion, marks, story, charges),
        right=right,
        total=len(marks),
        wrong=tuple(index for index, mark in marks.items() if mark not in {Mark.RIGHT, Mark.FOLLOWS}),
        findings=findings,
        entries=entries,
        notes=_notes(work, settled, q),
        is_expression=q in settled.formulas,
    )


def _blank(criterion: Criterion, problem: Problem) -> Assessment:
    """The item as it stands when nothing was answered."""
    q = criterion.quantity
    graph = problem.reference.graph()
    meaning = next(x.meaning for x in problem.reference.quantities if x.name == q)
    shape = _shape(problem, q)
    return Assessment(
        key=criterion.key,
        verdict=Verdict.MISSING,
        score=Fraction(0),
        max_score=criterion.points,
        right=0,
        total=_total(shape),
        meaning=meaning,
        formula=graph.by_name[q].formula,
        shape=shape,
    )


def _shape(problem: Problem, q: str) -> tuple[int | str, ...]:
    home = instance(problem)
    return key(problem, home, {})[q].shape if home else problem.shape(q)


def _total(shape: Sequence[int | str]) -> int:
    if not all(isinstance(n, int) for n in shape):
        return 1
    return int(np.prod([int(n) for n in shape], dtype=int))


def _refused(blank: Assessment, criterion: Criterion, refused: Refused) -> Assessment:
    if not refused.code:
        return replace(blank, verdict=Verdict.UNREADABLE, notes=(refused.reason,))
    message = sentence(refused.code, criterion.quantity, (), blank.formula)
    finding = Finding(refused.code, criterion.key, (), message, {"reason": refused.reason})
    return replace(
        blank, verdict=Verdict.INCORRECT, findings=(finding,), notes=(refused.reason,)
    )


def _marks(settled: Settled, story: Story, charges: _Charges, q: str) -> dict[Index, Mark]:
    judgement = story.judgement
    right = judgement.key[q]
    charged = np.zeros(right.shape, dtype=bool)
    for cause in story.causes:
        if cause.shows == q:
            charged = charged | cause.entries
    charged = charged | charges.spoilt.get(q, charged)
    follows = judgement.right(q) & ~charged
    unreadable = _unreadable(settled, q)
    present = settled.present(q)
    marks = {}
    for index in np.ndindex(right.shape):
        if unreadable[index]:
            marks[index] = Mark.UNREADABLE
        elif not present[index]:
            marks[index] = Mark.MISSING
        elif right[index]:
            marks[index] = Mark.RIGHT
        else:
            marks[index] = Mark.FOLLOWS if follows[index] else Mark.WRONG
    return marks


def _unreadable(settled: Settled, q: str) -> Mask:
    if q in settled.formulas:
        return np.zeros((), dtype=bool)
    read, layout = settled.reads[q], settled.layouts[q]
    bad = np.array([isinstance(c.content, Unreadable) for c in read.cells] + [False])
    return np.asarray(bad[layout.positions].reshape(read.shape))


def _verdict(marks: Mapping[Index, Mark]) -> Verdict:
    kinds = set(marks.values())
    if kinds == {Mark.RIGHT}:
        return Verdict.CORRECT
    if kinds <= {Mark.RIGHT, Mark.FOLLOWS}:
        return Verdict.FOLLOW_THROUGH
    if kinds & {Mark.RIGHT, Mark.FOLLOWS}:
        return Verdict.PARTIAL
    if kinds <= {Mark.UNREADABLE, Mark.MISSING}:
        return Verdict.UNREADABLE
    return Verdict.INCORRECT


def _score(
    criterion: Criterion, marks: Mapping[Index, Mark], story: Story, charges: _Charges
) -> Fraction:
    """Points times the right share of the entries, as the rubric counts them."""
    q = criterion.quantity
    shares = dict.fromkeys(marks, Fraction(0))
    for index, mark in marks.items():
        if mark is Mark.RIGHT:
            shares[index] = Fraction(1)
        elif mark is Mark.FOLLOWS:
            shares[index] = criterion.follow_through
        elif mark is Mark.WRONG:
            shares[index] = _leniency(criterion, story, charges, q, index)
    share = sum(shares.values(), Fraction(0)) / len(shares)
    if criterion.all_or_nothing and share < 1:
        share = Fraction(0)
    return criterion.points * share


def _leniency(
    criterion: Criterion, story: Story, charges: _Charges, q: str, index: Index
) -> Fraction:
    """The share that the rubric gives for a wrong entry with this finding."""
    codes = [c.code for c in story.causes if c.shows == q and c.entries[index]]
    codes += [c.code for c in charges.here.get(q, ())]
    return max((criterion.finding_credit.get(code, Fraction(0)) for code in codes), default=Fraction(0))


def _causes_shown(story: Story, charges: _Charges, q: str) -> tuple[Cause, ...]:
    made_here = tuple(c for c in story.causes if c.shows == q)
    return made_here + tuple(c for c in charges.here.get(q, ()) if c not in made_here)


def _findings(
    problem: Problem, settled: Settled, causes: Sequence[Cause], q: str, *, right: int
) -> tuple[Finding, ...]:
    found = [
        _finding(problem, code, at, cause, settled)
        for cause in causes
        for code, at in ((cause.code, cause.at), *cause.also)
        if code
    ]
    layout = settled.layouts.get(q)
    words = layout.words if layout else "transposed" if q in settled.transposed else ""
    if words and right:
        message = sentence("layout", q, (), "")
        found.append(Finding("layout", QuantityKey(f"{problem.name}.{q}"), (), message, {"written": words}))
    return tuple(found)


def _finding(problem: Problem, code: str, at: str, cause: Cause, settled: Settled) -> Finding:
    entries: tuple[Index, ...] = ()
    whole = bool(np.all(cause.entries | ~settled.present(cause.shows)))
    if at == cause.shows and not (whole and cause.code != "arithmetic_slip"):
        entries = tuple(tuple(int(i) for i in index) for index in np.argwhere(cause.entries))
    formula = problem.reference.graph().by_name[at].formula
    evidence = dict(cause.evidence)
    return Finding(
        code, QuantityKey(f"{problem.name}.{at}"), entries, sentence(code, at, entries, formula), evidence
    )


def _notes(work: Work, settled: Settled, q: str) -> tuple[str, ...]:
    notes = [f"{place}: {reason}" for place, reason in unreadable_cells(work[q].answer)]
    layout = settled.layouts.get(q)
    if layout and layout.words:
        notes.append(f"read as written {layout.words}")
    if q in settled.transposed:
        notes.append("read as written transposed")
    return tuple(notes)


def _entries(
    problem: Problem,
    work: Work,
    settled: Settled,
    story: Story,
    q: str,
    marks: Mapping[Index, Mark],
) -> tuple[EntryMark, ...]:
    if q in settled.formulas:
        response = work[q].answer.response
        text = getattr(response, "text", "")
        return (EntryMark((), text, marks[()], place=work[q].answer.place),)
    read, layout = settled.reads[q], settled.layouts[q]
    expected = settled.key(q)["given"]
    carried = story.judgement.carried[q]["given"]
    positions = layout.positions.reshape(read.shape)
    return tuple(
        _entry(read.cells, int(positions[index]), index, mark, float(expected[index]), float(carried[index]))
        for index, mark in marks.items()
    )


def _entry(
    cells: Sequence[object], position: int, index: Index, mark: Mark, expected: float, carried: float
) -> EntryMark:
    cell = cells[position] if position >= 0 else None
    content = getattr(cell, "content", None)
    return EntryMark(
        index=index,
        text=getattr(content, "text", ""),
        mark=mark,
        obtained=content.value if isinstance(content, Number) else None,
        expected=expected,
        carried=carried if carried != expected else None,
        place=getattr(cell, "place", None),
    )


# --- steps left out -----------------------------------------------------------------------------


def _with_implied(
    problem: Problem, work: Work, found: Sequence[Assessment]
) -> tuple[Assessment, ...]:
    """Credit the steps that were left out, where a later right answer needs them."""
    earned = {a.quantity for a in found if a.verdict in _EARNING}
    return tuple(
        replace(a, verdict=Verdict.IMPLIED, score=a.max_score, right=a.total)
        if a.verdict is Verdict.MISSING
        and problem.criterion(a.quantity).implied
        and any(_needs(problem, work, later, a.quantity) for later in earned)
        else a
        for a in found
    )


def _needs(problem: Problem, work: Work, later: str, step: str) -> bool:
    """Whether an answer could not be had without a step.

    An expression that names the step, or something worked out from it, takes it as known.
    """
    graph = problem.reference.graph()
    item = work[later]
    known = item.names if isinstance(item, Symbolic) else frozenset()
    open_names, seen = [later], {later}
    while open_names:
        name = open_names.pop()
        if name == step:
            return True
        node = graph.by_name.get(name)
        fresh = {n for n in node.inputs if n not in seen and n not in known} if node else set()
        seen |= fresh
        open_names.extend(fresh)
    return False

"""A rubric in words, for the instructor who wrote it."""

from __future__ import annotations

import numpy as np

from grader.model import Criterion, Problem, Rubric
from grader.points import shown
from grader.rubric_fields import shape_text
from grader.rubric_late import describe_late
from reference.graph import evaluate
from reference.operations import Array

__all__ = ["describe", "key_answers"]


def describe(rubric: Rubric) -> str:
    """A short summary for the instructor: problems, items, points, conventions, levels."""
    shows = "the right values" if rubric.reveal == "values" else "no right values"
    due = f", due {rubric.due}" if rubric.due else ""
    lines = [f"{rubric.id}: {rubric.title}", f"Feedback shows {shows}{due}."]
    lines += [describe_late(rubric)] if rubric.late else []
    for problem in rubric.problems:
        lines += ["", *_described(problem)]
    return "\n".join(lines)


def _described(problem: Problem) -> list[str]:
    levels = f"only level {', '.join(sorted(problem.levels))}" if problem.levels else "everyone"
    values = "the given values" if problem.given else "expressions only, no values are given"
    width = max(len(item.quantity) for item in problem.items)
    return [
        f"{problem.name}: {problem.title}",
        f"  {shown(problem.points)} points, {levels}; {values}",
        *(f"  {item.quantity:{width}}  {_item_described(item, problem)}" for item in problem.items),
        *(
            f"  {convention}: {', '.join((f'{accepted[0]} (the key)', *accepted[1:]))}"
            for convention, accepted in problem.conventions.items()
        ),
        *_cautions(problem),
    ]


def _item_described(item: Criterion, problem: Problem) -> str:
    tolerance = item.tolerance
    bounds = [f"within {100 * tolerance.rel:g}% of the value"]
    bounds += [f"or {tolerance.abs:g}"] if tolerance.abs else []
    parts = [
        f"{shown(item.points):>5}",
        shape_text(problem.shape(item.quantity)),
        f"{' '.join(bounds)}, {tolerance.min_digits} digits",
        "implied by a later answer" if item.implied else "",
        "all or nothing" if item.all_or_nothing else "",
        f"follow_through {shown(item.follow_through)}" if item.follow_through != 1 else "",
        *(f"credit {shown(share)} for {code}" for code, share in item.finding_credit.items()),
    ]
    return "  ".join(part for part in parts if part)


def _cautions(problem: Problem) -> list[str]:
    """What the rubric may say but its author may not have meant."""
    if not problem.given:
        return []
    answers = key_answers(problem)
    return [
        f"  Caution: abs {item.tolerance.abs:g} accepts 0 for every entry of {item.quantity}"
        for item in problem.items
        if 0 < float(np.abs(answers[item.quantity]).max()) <= item.tolerance.abs
    ]


def key_answers(problem: Problem) -> dict[str, Array]:
    """The key: every quantity's value under the conventions that come first."""
    chosen = {name: accepted[0] for name, accepted in problem.conventions.items()}
    return evaluate(problem.reference.graph(chosen), problem.given)

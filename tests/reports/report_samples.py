"""Reports by hand: what a careful teaching assistant would have written of one student."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from grader.model import (
    Assessment,
    Criterion,
    EntryMark,
    Finding,
    Index,
    Mark,
    Place,
    Problem,
    ProblemReport,
    QuantityKey,
    Remark,
    Report,
    Rubric,
    Status,
    Student,
    Tolerance,
    Verdict,
)
from reference import autoencoder, gan
from reference.graph import evaluate

GIVEN = {
    "z": [0.4, 0.8],
    "w0": [
        [0.1, 0.3],
        [0.7, 0.9],
        [0.5, 0.7],
        [0.1, 0.9],
        [0.3, 0.1],
        [0.4, 0.6],
        [0.7, 0.8],
        [0.2, 0.1],
    ],
    "b0": [0.1, 0.4, 0.2, 0.3, 0.5, 0.9, 0.7, 0.9],
    "w1": [
        [[0.1, 0.4, 0.5], [0.1, 0.7, 0.1], [0.2, 0.4, 0.3]],
        [[0.2, 0.1, 0.6], [0.3, 0.9, 0.2], [0.5, 0.2, 0.3]],
    ],
    "b1": [[0.1, 0.5, 0.6, 0.3], [0.2, 0.4, 0.8, 0.1], [0.1, 0.3, 0.7, 0.2], [0.3, 0.1, 0.2, 0.1]],
    "w2": [0.1, 0.2, 0.3, 0.2, 0.4, 0.6, 0.7, 0.1, 0.1, 0.2, 0.5, 0.3, 0.1, 0.2, 0.6, 0.9],
    "b2": 0.3,
}
CONVENTIONS = {
    "objective": "minimize_nll",
    "deconv": "cross_correlation",
    "reshape": "channels_first",
    "flatten": "row_major",
}
_POINTS = {
    "gan": {"h0": 3, "h1": 2, "h2": 5, "grad_H2": 2, "grad_w1": 4, "grad_w0": 4},
    "autoencoder": {"grad_xp": 3, "grad_W2": 7, "grad_h": 3, "grad_W1": 7},
}


def rubric(reveal: str = "nothing") -> Rubric:
    """The assignment's rubric, in short."""
    problems = (_problem("gan", gan.PROBLEM), _problem("autoencoder", autoencoder.PROBLEM))
    return Rubric("hw6", "Introduction to Deep Learning, Assignment 6", problems, reveal)


def _problem(name: str, reference: Any) -> Problem:
    items = tuple(
        Criterion(name, quantity, Fraction(points), Tolerance(), implied=quantity == "grad_H2")
        for quantity, points in _POINTS[name].items()
    )
    given = {key: np.asarray(value) for key, value in GIVEN.items()} if name == "gan" else {}
    conventions = {key: tuple(values) for key, values in reference.conventions.items()}
    levels = frozenset({"6850"}) if name == "autoencoder" else frozenset()
    return Problem(
        name,
        reference.title,
        reference,
        Fraction(20),
        given,
        conventions,
        Tolerance(),
        Tolerance(),
        items,
        levels,
    )


_VALUES = evaluate(gan.PROBLEM.graph(CONVENTIONS), GIVEN)
_MEANINGS = {
    QuantityKey(f"{name}.{quantity.name}"): quantity.meaning
    for name, problem in (("gan", gan.PROBLEM), ("autoencoder", autoencoder.PROBLEM))
    for quantity in problem.quantities
}


def item(
    key: str,
    verdict: Verdict,
    score: Fraction | int | None,
    right: int,
    total: int,
    **more: Any,
) -> Assessment:
    """An assessment of the sample rubric."""
    problem, _, quantity = key.partition(".")
    reference = {"gan": gan.PROBLEM, "autoencoder": autoencoder.PROBLEM}[problem]
    return Assessment(
        QuantityKey(key),
        verdict,
        None if score is None else Fraction(score),
        Fraction(_POINTS[problem].get(quantity, 0)),
        right,
        total,
        meaning=_MEANINGS[QuantityKey(key)],
        formula=reference.graph().by_name[quantity].formula,
        shape=reference.shapes[quantity],
        is_expression=problem == "autoencoder",
        **more,
    )


def numbers(
    quantity: str,
    changes: Mapping[Index, EntryMark] | None = None,
    mark: Callable[[Index], Mark] = lambda _index: Mark.RIGHT,
) -> tuple[EntryMark, ...]:
    """The key's values as a student would write them, some of them changed."""
    value = _VALUES[quantity]
    return tuple(
        (changes or {}).get(index)
        or EntryMark(
            index, f"{value[index]:.4g}", mark(index), float(value[index]), float(value[index])
        )
        for index in np.ndindex(value.shape)
    )


def expression(text: str, mark: Mark) -> tuple[EntryMark, ...]:
    """The one entry of an expression."""
    return (EntryMark((), text, mark, place=Place("s1001.json", key="answers")),)


SLIP = Finding(
    "transcription_slip",
    QuantityKey("gan.h0"),
    ((1,),),
    "You wrote 1.14 in h0[1], but what comes after it uses another value, the right one: "
    "a slip in writing it down, charged once.",
    {"stated": 1.14, "used": 1.4},
)
ARITHMETIC = Finding(
    "arithmetic_slip",
    QuantityKey("gan.c"),
    ((0, 1, 0), (0, 1, 1)),
    "Two entries of the first channel were worked out wrongly; add them up again.",
    {"expected": [0.326, 1.108], "obtained": [0.134, 0.528]},
)
SIGN = Finding(
    "sign_error",
    QuantityKey("autoencoder.grad_xp"),
    (),
    "The sign is the opposite of what the derivative of (x - x')^2 gives.",
)
INPUT = Finding(
    "input_factor_omitted",
    QuantityKey("autoencoder.grad_W2"),
    (),
    "The layer's input is missing: every weight is multiplied by it, so it stands in the gradient.",
)


def _gan() -> ProblemReport:
    h2_wrong = {
        (1, 0): EntryMark((1, 0), "0.96", Mark.WRONG, 0.96, 1.152),
        (1, 1): EntryMark((1, 1), "2.508", Mark.WRONG, 2.508, 3.088),
    }
    h0_wrong = {(1,): EntryMark((1,), "1.14", Mark.WRONG, 1.14, 1.4)}
    h1_follows = {(0, 0, 1): EntryMark((0, 0, 1), "1.14", Mark.FOLLOWS, 1.14, 1.4, 1.14)}
    w1_mixed = {
        (0, 0, 0): EntryMark((0, 0, 0), "", Mark.MISSING),
        (0, 0, 1): EntryMark(
            (0, 0, 1),
            "~1e-6",
            Mark.UNREADABLE,
            place=Place("answers.xlsx", sheet="gan", cell="C41"),
        ),
    }
    items = (
        item(
            "gan.h0",
            Verdict.PARTIAL,
            Fraction(21, 8),
            7,
            8,
            wrong=((1,),),
            findings=(SLIP,),
            entries=numbers("h0", h0_wrong),
        ),
        item("gan.h1", Verdict.FOLLOW_THROUGH, 2, 8, 8, entries=numbers("h1", h1_follows)),
        item(
            "gan.h2",
            Verdict.PARTIAL,
            Fraction(35, 8),
            14,
            16,
            wrong=((1, 0), (1, 1)),
            findings=(ARITHMETIC,),
            entries=numbers("h2", h2_wrong),
        ),
        item(
            "gan.m",
            Verdict.FOLLOW_THROUGH,
            0,
            1,
            1,
            entries=(EntryMark((), "11.9786", Mark.FOLLOWS, 11.9786, 12.402, 11.9786),),
        ),
        item("gan.grad_H2", Verdict.IMPLIED, 2, 16, 16),
        item(
            "gan.grad_w1",
            Verdict.PARTIAL,
            Fraction(32, 9),
            16,
            18,
            wrong=((0, 0, 0), (0, 0, 1)),
            entries=numbers("grad_w1", w1_mixed),
            notes=("'~1e-6' is not a number: write 1e-6.",),
        ),
        item("gan.grad_w0", Verdict.MISSING, 0, 0, 16, wrong=tuple(np.ndindex(8, 2))),
    )
    return ProblemReport(
        "gan",
        gan.PROBLEM.title,
        Fraction(161, 12),
        Fraction(20),
        CONVENTIONS,
        items,
        ("objective", "deconv"),
    )


def _autoencoder() -> ProblemReport:
    items = (
        item(
            "autoencoder.grad_xp",
            Verdict.INCORRECT,
            0,
            0,
            1,
            wrong=((),),
            findings=(SIGN,),
            entries=expression("2*(x - xp)", Mark.WRONG),
        ),
        item(
            "autoencoder.grad_W2",
            Verdict.INCORRECT,
            0,
            0,
            1,
            wrong=((),),
            findings=(INPUT,),
            entries=expression("ones(M) * (xp*(1-xp)*grad_xp).T", Mark.WRONG),
        ),
        item(
            "autoencoder.grad_h",
            Verdict.FOLLOW_THROUGH,
            3,
            1,
            1,
            entries=expression("W2 @ (xp*(1-xp)*grad_xp)", Mark.FOLLOWS),
        ),
        item(
            "autoencoder.grad_W1",
            Verdict.UNREADABLE,
            0,
            0,
            1,
            wrong=((),),
            entries=expression("x (grad_h * (h>0)^T", Mark.UNREADABLE),
            notes=("A bracket is opened at position 3 and never closed.",),
        ),
    )
    return ProblemReport(
        "autoencoder", autoencoder.PROBLEM.title, Fraction(3), Fraction(20), {}, items
    )


STUDENT = Student("s1001", "Doe, Jane", "6850")


def mixed() -> Report:
    """Of everything something."""
    problems = (_gan(), _autoencoder())
    return Report(
        STUDENT,
        "s1001.json",
        Status.GRADED,
        Fraction(197, 12),
        Fraction(40),
        "hw6",
        problems,
        remarks=(Remark("decimal commas were read as points", Place("s1001.json", line=3)),),
    )


def perfect() -> Report:
    """Every answer right, and no second problem at this level."""
    items = tuple(
        item(f"gan.{name}", Verdict.CORRECT, points, size, size, entries=numbers(name))
        for name, points in _POINTS["gan"].items()
        for size in [_VALUES[name].size]
    )
    problem = ProblemReport(
        "gan", gan.PROBLEM.title, Fraction(20), Fraction(20), CONVENTIONS, items, tuple(CONVENTIONS)
    )
    student = Student("s1002", "Núñez, Ada", "4850")
    return Report(
        student, "s1002.xlsx", Status.GRADED, Fraction(20), Fraction(20), "hw6", (problem,)
    )


def without_score(status: Status, reason: str = "") -> Report:
    """A submission that was not graded."""
    file = "" if status is Status.MISSING else "s1001.json"
    return Report(STUDENT, file, status, None, Fraction(40), "hw6", reason=reason)


def with_item(report: Report, **changes: Any) -> Report:
    """The report with its first item changed."""
    first, *others = report.problems[0].assessments
    problem = replace(report.problems[0], assessments=(replace(first, **changes), *others))
    return replace(report, problems=(problem, *report.problems[1:]))

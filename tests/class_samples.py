"""Made-up classes: reports put together by hand, for what is told of many of them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from grader.model import (
    Assessment,
    Criterion,
    Finding,
    Problem,
    ProblemReport,
    QuantityKey,
    Report,
    Rubric,
    Status,
    Student,
    Tolerance,
    Verdict,
)
from reference import autoencoder, gan

POINTS = {
    "gan": {"h0": 3, "h1": 2, "h2": 5, "grad_H2": 2, "grad_h1": 2, "grad_w1": 4, "grad_w0": 2},
    "autoencoder": {"grad_xp": 4, "grad_W2": 6, "grad_h": 4, "grad_W1": 6},
}

_SHARE = {
    Verdict.CORRECT: Fraction(1),
    Verdict.FOLLOW_THROUGH: Fraction(1),
    Verdict.IMPLIED: Fraction(1),
    Verdict.PARTIAL: Fraction(7, 8),
    Verdict.INCORRECT: Fraction(0),
    Verdict.MISSING: Fraction(0),
    Verdict.UNREADABLE: Fraction(0),
    Verdict.UNGRADED: None,
}


def _problem(name, reference, levels=()):
    tolerance = Tolerance(0.005, 0.01)
    items = tuple(
        Criterion(name, quantity, Fraction(points), tolerance)
        for quantity, points in POINTS[name].items()
    )
    return Problem(
        name=name,
        title=reference.title,
        reference=reference,
        points=sum((item.points for item in items), Fraction(0)),
        given=MappingProxyType({}),
        conventions=MappingProxyType({}),
        tolerance=tolerance,
        gradient_tolerance=tolerance,
        items=items,
        levels=frozenset(levels),
    )


RUBRIC = Rubric(
    id="hw6",
    title="Introduction to Deep Learning, Assignment 6",
    problems=(
        _problem("gan", gan.PROBLEM),
        _problem("autoencoder", autoencoder.PROBLEM, ["6850"]),
    ),
)


def finding(code="sign_error", at="gan.grad_w1", entries=(), message="Look at the sign."):
    return Finding(code, QuantityKey(at), tuple(entries), message)


def assessment(key, verdict, points, findings=(), share=None):
    share = _SHARE[verdict] if share is None else share
    score = None if share is None else share * points
    return Assessment(
        key=QuantityKey(key),
        verdict=verdict,
        score=score,
        max_score=Fraction(points),
        right=8,
        total=8,
        findings=tuple(findings),
    )


def problem_report(name, verdicts: Mapping[str, Verdict], findings=(), conventions=None):
    """One problem; a quantity that ``verdicts`` does not name is correct."""
    parts = tuple(
        assessment(
            f"{name}.{quantity}",
            verdicts.get(quantity, Verdict.CORRECT),
            points,
            [f for f in findings if f.at == f"{name}.{quantity}"],
        )
        for quantity, points in POINTS[name].items()
    )
    scores = [part.score for part in parts]
    return ProblemReport(
        name=name,
        title=name,
        score=None if None in scores else sum(scores, Fraction(0)),
        max_score=Fraction(20),
        conventions=MappingProxyType(conventions or {}),
        assessments=parts,
        inferred=tuple(conventions or ()),
    )


def report(
    student_id,
    name="",
    level="4850",
    verdicts=None,
    *,
    status=Status.GRADED,
    file=None,
    findings=(),
    conventions=None,
    attention=(),
    reason="",
):
    """A student's report; without ``status`` a graded one."""
    names = ["gan", "autoencoder"] if level == "6850" else ["gan"]
    by_problem = {n: {} for n in names}
    for key, verdict in (verdicts or {}).items():
        by_problem[key.partition(".")[0]][key.partition(".")[2]] = verdict
    problems = (
        tuple(problem_report(n, by_problem[n], findings, conventions) for n in names)
        if status in (Status.GRADED, Status.UNGRADED)
        else ()
    )
    scores = [problem.score for problem in problems]
    has_score = status is Status.GRADED
    return Report(
        student=Student(student_id, name, level),
        file=f"{student_id}.json" if file is None else file,
        status=status,
        score=sum(scores, Fraction(0)) if has_score else None,
        max_score=Fraction(20 * len(names)),
        rubric="hw6",
        problems=problems,
        reason=reason,
        attention=tuple(attention),
    )


def five_statuses():
    """One student of each status; the graded one has 0 points, which is not the same as none."""
    nothing = {f"gan.{quantity}": Verdict.INCORRECT for quantity in POINTS["gan"]}
    return (
        report("s1", "Adams, Ada", verdicts=nothing),
        report("s2", "Brown, Bob", status=Status.MISSING, file=""),
        report("s3", "Chen, Chi", status=Status.EXCUSED, file=""),
        report("s4", "Diaz, Dan", status=Status.UNREADABLE, reason="The file is cut off."),
        report(
            "s5",
            "Evans, Eve",
            verdicts={"gan.h2": Verdict.UNGRADED},
            status=Status.UNGRADED,
            reason="The time limit was reached.",
        ),
    )


_FIRST = ["Ada", "Ben", "Chloé", "Dmitri", "Farah", "Goran", "Hana", "Ivo", "Kofi", "Lin"]
_LAST = ["Abbott", "Åberg", "Baker", "Chen", "Doe", "Ekström", "Gupta", "Müller", "Okafor"]
_CODES = (
    ("arithmetic_slip", "gan.h2"),
    ("transcription_slip", "gan.h0"),
    ("sign_error", "gan.grad_H2"),
    ("relu_mask_omitted", "gan.grad_h1"),
    ("convention_mixed", "gan.h1"),
    ("weight_not_transposed", "autoencoder.grad_h"),
    ("input_factor_omitted", "autoencoder.grad_W2"),
    ("layout", "gan.grad_w1"),
)


def made_up_class(size, seed=6):
    """A class with every status and verdict, the same each time."""
    draw = random.Random(seed)  # noqa: S311 - a class, not a secret
    return tuple(_made_up(position, draw) for position in range(size))


def _made_up(position, draw):
    level = draw.choice(["4850", "4850", "6850"])
    ability = draw.betavariate(4, 1.6)
    names = ["gan", "autoencoder"] if level == "6850" else ["gan"]
    verdicts = {
        f"{name}.{quantity}": draw.choices(
            [
                Verdict.CORRECT,
                Verdict.FOLLOW_THROUGH,
                Verdict.IMPLIED,
                Verdict.PARTIAL,
                Verdict.INCORRECT,
                Verdict.MISSING,
                Verdict.UNREADABLE,
            ],
            [12 * ability, 1, 0.5, 2, 5 * (1 - ability), 1 - ability, 0.1],
        )[0]
        for name in names
        for quantity in POINTS[name]
    }
    wrong = {k for k, v in verdicts.items() if v in (Verdict.PARTIAL, Verdict.INCORRECT)}
    found = [finding(code, at, [(1,)]) for code, at in _CODES if at in wrong]
    status = draw.choices(list(Status), [30, 2, 1, 1, 1])[0]
    if status is Status.UNGRADED:
        verdicts["gan.h2"] = Verdict.UNGRADED
    reasons = {
        Status.UNREADABLE: "The file ends in the middle of a list (line 14).",
        Status.UNGRADED: "gan.h2: two explanations fit equally well.",
    }
    return report(
        f"{position:04d}",
        f"{draw.choice(_LAST)}, {draw.choice(_FIRST)}",
        level,
        verdicts,
        status=status,
        file="" if status in (Status.MISSING, Status.EXCUSED) else f"s{position:04d}_hw6.xlsx",
        findings=found,
        conventions={
            "objective": draw.choice(["maximize_log_p", "minimize_nll"]),
            "deconv": draw.choice(["cross_correlation"] * 4 + ["transposed"]),
        },
        attention=["The level is not known."] if draw.random() < 0.02 else [],
        reason=reasons.get(status, ""),
    )

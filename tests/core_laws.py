"""The laws that the grading core keeps, as functions that raise when one is broken.

`test_laws.py` holds them of the core at many values; `test_grading_sabotage.py` holds that each
of them catches a core that is broken on purpose.
"""

from __future__ import annotations

import time

import numpy as np
from core_samples import (
    answers,
    codes,
    conventions,
    found,
    graded,
    item,
    mistake,
    names,
    pin,
    problem,
    rubric,
    student,
    working,
    written_down,
)

from grader import compare
from grader.compare import Written
from grader.grading import grade
from grader.model import Status, Submission, Tolerance, Verdict

ARITHMETIC = frozenset(
    {"arithmetic_slip", "constant_factor", "too_few_digits", "degenerate", "rounded_early"}
)
"""What may be said of numbers without sense: nothing of rules, signs or copying."""


ITEMS = tuple(i.quantity for i in problem().items)


def the_key_grades_itself_at_full_marks(chosen, digits=6, of=None, named="hw6"):
    """A perfect student has every point, no finding, and the conventions that they used."""
    report = graded(student(chosen, digits=digits, of=of), of=named)
    assert report.score == report.max_score, chosen
    assert found(report, layout=True) == []
    assert dict(report.problems[0].conventions) == dict(chosen)
    assert {a.verdict for a in report.assessments} == {Verdict.CORRECT}


def a_wider_tolerance_keeps_what_is_right(expected, obtained, digits, narrow, wide):
    """Entry by entry, whatever is right under a tolerance is right under a wider one."""
    alone = Written(obtained, np.full(obtained.shape, 1e-3), digits)
    right = compare.agree(expected, alone, narrow)
    wider = Tolerance(narrow.abs + wide.abs, narrow.rel + wide.rel, narrow.min_digits)
    assert not (right & ~compare.agree(expected, alone, wider)).any()


def the_order_of_answers_does_not_matter(sheet, order):
    """The same answers in another order have the same report."""
    turned = {k: sheet[k] for k in sorted(sheet, key=order)}
    assert graded(turned) == graded(sheet)


def the_layout_does_not_matter(sheet, turn):
    """The same numbers, written transposed, have the same scores and marks."""
    turned = {k: turn(np.array(v, dtype=object)).tolist() for k, v in sheet.items()}
    expected, obtained = graded(sheet), graded(turned)
    assert obtained.score == expected.score
    assert found(obtained) == found(expected)
    for a in expected.assessments:
        assert item(obtained, a.key).wrong == a.wrong, a.key


def grading_twice_is_the_same(submission: Submission, by=None):
    """Nothing is remembered between two submissions, and nothing is drawn anew."""
    by = by or rubric()
    assert grade(submission, by) == grade(submission, by)


def points_add_up(report):
    """Items to problems, problems to the whole, and no item beyond its points."""
    assert report.score == sum(part.score for part in report.problems)
    for part in report.problems:
        assert part.score == sum(a.score for a in part.assessments)
        assert part.max_score == sum(a.max_score for a in part.assessments)
    for a in report.assessments:
        assert 0 <= a.score <= a.max_score


def a_mistake_is_charged_once(code, step, at, chosen=None):
    """A rule replaced: one finding, one item that loses, and all that follows is right."""
    report = graded(written_down(working(chosen, [mistake(code, step, chosen)])))
    assert set(found(report)) == {(code, at)}
    assert len([a for a in report.assessments if a.score < a.max_score]) == 1


def a_slip_is_charged_once(quantity, index, factor=1.3):
    """A slip that was carried on spoils its own entry; everything after it follows."""
    own = pin(working()[quantity], index, factor * working()[quantity][index])
    report = graded(written_down(working(pinned={quantity: own})))
    assert item(report, quantity).wrong == (index,)
    assert found(report) == [("arithmetic_slip", quantity)]
    for later in names()[names().index(quantity) + 1 :]:
        assert item(report, later).verdict in (Verdict.CORRECT, Verdict.FOLLOW_THROUGH)


def one_wrong_answer_leaves_the_others_right(quantity, nonsense, chosen=None):
    """The other answers are the key's, so they are paid, and read as before."""
    chosen = chosen or conventions()[0]
    values = dict(working(chosen))
    size = float(np.abs(values[quantity]).max())
    values[quantity] = size * np.reshape(nonsense, -1)[: values[quantity].size].reshape(
        np.shape(values[quantity])
    )
    report = graded(written_down(values, digits=5))
    assert dict(report.problems[0].conventions) == chosen
    for other in set(names()) - {quantity}:
        assert item(report, other).verdict is Verdict.CORRECT, other


def nothing_earns_nothing(value):
    """One value in every entry of every answer."""
    sheet = {
        q: np.full(np.shape(working()[q]), value, dtype=object).tolist()
        if np.ndim(working()[q])
        else value
        for q in ITEMS
    }
    report = graded(sheet)
    assert report.score == 0
    assert set(codes(report)) == {"degenerate"}


def wrong_gradients_are_wrong(factor):
    """Gradients of order 1e-6, off by a factor, in an answer of its own."""
    values = {**working(), "grad_w1": factor * working()["grad_w1"]}
    report = graded(written_down(values), objective="maximize_log_p")
    assert item(report, "grad_w1").score == 0
    assert set(codes(report)) == {"sign_error" if factor == -1 else "constant_factor"}


def numbers_without_sense_are_graded(sheet, seconds=6.0):
    """Never a crash, never undecided, in bounded time, and no story of rules is made up."""
    started = time.process_time()
    report = grade(answers(sheet, level="4850"), rubric())
    assert time.process_time() - started < seconds
    assert report.status is Status.GRADED
    points_add_up(report)
    return report


def shapes():
    values = working()
    return {q: np.shape(values[q]) for q in names(problem())}

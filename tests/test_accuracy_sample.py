"""A small fixed sample of the synthetic students whose truth is known (benchmarks/accuracy.py)."""

from dataclasses import replace
from functools import lru_cache

import pytest

from benchmarks.synthetic import synthetic
from benchmarks.synthetic_verdict import compared
from grader.grading import grade
from grader.model import Mark
from grader.rubric import load

RUBRIC = load("hw6")


@lru_cache(maxsize=1)
def _graded(kind, seed):
    made = synthetic(RUBRIC, kind, seed)
    return made, grade(made.submission, made.rubric)


def _outcome(kind, seed):
    return compared(*_graded(kind, seed))


def _sample(**seeds):
    return [(kind, seed) for kind, chosen in seeds.items() for seed in chosen]


@pytest.mark.parametrize(
    ("kind", "seed"), _sample(perfect=range(6), layout=range(6), formulas=range(6))
)
def test_right_answers_lose_nothing_and_nothing_is_found(kind, seed):
    outcome = _outcome(kind, seed)
    assert not outcome.told
    assert not outcome.lost
    assert outcome.conventions


@pytest.mark.parametrize("seed", range(6))
def test_rounding_that_is_carried_on_is_charged_only_where_it_moves_an_answer_off(seed):
    outcome = _outcome("rounded", seed)
    assert outcome.verdict == "exact"
    assert not outcome.lost
    assert not outcome.earned


@pytest.mark.parametrize(
    ("kind", "seed"),
    _sample(
        one=range(7),
        two=(0, 1, 2, 4, 5, 7),
        slips=range(5),
        transcription=range(5),
        zeros=range(3),
        swapped=range(3),
        shifted=range(3),
        formulas_one=range(5),
        formulas_two=(0, 1, 2, 3),
        untidy=range(1, 6),
    ),
)
def test_mistakes_are_found_where_they_were_made_and_charged_once(kind, seed):
    outcome = _outcome(kind, seed)
    assert outcome.verdict in {"exact", "among"}, outcome
    assert outcome.conventions
    assert not outcome.lost
    assert not outcome.earned


# --- the comparison itself can fail -------------------------------------------------------------


def _with_items(report, change):
    (problem,) = report.problems
    items = tuple(change(assessment) for assessment in problem.assessments)
    return replace(report, problems=(replace(problem, assessments=items),))


def test_a_finding_that_is_not_told_is_missed():
    made, report = _graded("one", 0)
    silent = _with_items(report, lambda a: replace(a, findings=()))
    assert compared(made, silent).verdict == "missed"


def test_a_finding_at_another_place_is_wrong():
    made, report = _graded("one", 0)
    elsewhere = _with_items(
        report,
        lambda a: replace(a, findings=tuple(replace(f, at="gan.h2") for f in a.findings)),
    )
    assert compared(made, elsewhere).verdict == "wrong"


def test_a_slip_told_with_another_entry_is_not_exact():
    made, report = _graded("slips", 0)
    moved = _with_items(
        report,
        lambda a: replace(a, findings=tuple(replace(f, entries=((0, 0),)) for f in a.findings)),
    )
    assert compared(made, moved).verdict == "wrong"


def test_conventions_that_give_other_numbers_are_wrong():
    made, report = _graded("perfect", 1)
    (problem,) = report.problems
    turned = {"maximize_log_p": "minimize_nll", "minimize_nll": "maximize_log_p"}
    other = dict(problem.conventions) | {"objective": turned[problem.conventions["objective"]]}
    changed = replace(report, problems=(replace(problem, conventions=other),))
    assert not compared(made, changed).conventions


@pytest.mark.parametrize(("mark", "counted"), [(Mark.WRONG, "lost"), (Mark.RIGHT, "earned")])
def test_marks_that_are_not_due_are_counted(mark, counted):
    made, report = _graded("one", 4)

    def marked(assessment):
        entries = tuple(replace(entry, mark=mark) for entry in assessment.entries)
        score = assessment.max_score if mark is Mark.RIGHT else 0 * assessment.max_score
        return replace(assessment, entries=entries, score=score if entries else assessment.score)

    assert getattr(compared(made, _with_items(report, marked)), counted)

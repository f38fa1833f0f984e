"""A small fixed sample of the synthetic students whose truth is known (benchmarks/accuracy.py)."""

from dataclasses import replace

import pytest

from benchmarks.synthetic import random_given, synthetic
from grader.grading import grade
from grader.rubric import load

RUBRIC = load("hw6")
QUIET = {"layout", "too_few_digits", "rounded_early"}
ONE_WAY = {"convention_mixed"}  # a mixture can be told from either end


def _graded(kind, seed):
    problem = RUBRIC.problem("gan")
    if seed % 2:
        problem = random_given(problem, seed)
    made = synthetic(problem, kind, seed)
    if made is None:
        return None, None
    return made.truth, grade(made.submission, replace(RUBRIC, problems=(problem,)))


@pytest.mark.parametrize("kind", ["perfect", "layout"])
@pytest.mark.parametrize("seed", range(6))
def test_right_answers_are_right_and_nothing_is_found(kind, seed):
    truth, report = _graded(kind, seed)
    answered = [a for a in report.assessments if a.entries]
    assert all(a.score == a.max_score for a in answered)
    assert {f.code for f in report.findings} <= {"layout", "too_few_digits"}
    chosen = report.problems[0]
    assert all(chosen.conventions[name] == truth.conventions[name] for name in chosen.inferred)


@pytest.mark.parametrize("kind", ["one", "slips", "transcription", "zeros"])
@pytest.mark.parametrize("seed", range(10))
def test_one_mistake_is_found_where_it_was_made(kind, seed):
    truth, report = _graded(kind, seed)
    if truth is None or {code for code, _ in truth.found} & ONE_WAY:
        pytest.skip("this mistake changes nothing, or can be told from either end")
    found = {(f.code, f.at.partition(".")[2]) for f in report.findings if f.code not in QUIET}
    assert truth.found <= found


@pytest.mark.parametrize("seed", range(10))
def test_a_slip_is_found_with_its_very_entries(seed):
    truth, report = _graded("slips", seed)
    if truth is None:
        pytest.skip("nothing here is long enough for a slip")
    ((_, at),) = truth.found
    slip = next(f for f in report.findings if f.code == "arithmetic_slip" and f.at.endswith(at))
    assert set(slip.entries) == truth.entries

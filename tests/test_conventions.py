"""Which conventions a student uses: found from the numbers, or from what the student states."""

from __future__ import annotations

import random

import numpy as np
import pytest
from core_samples import (
    answers,
    by_entry,
    conventions,
    found,
    graded,
    item,
    mistake,
    names,
    problem,
    rubric,
    student,
    working,
    written_down,
)

from grader.grading import grade
from grader.model import Submission, Verdict

COMBINATIONS = conventions()
IDS = ["-".join(value[:8] for value in chosen.values()) for chosen in COMBINATIONS]
KEY = COMBINATIONS[0]


def _told(report):
    return dict(report.problems[0].conventions)


# --- perfect students ---------------------------------------------------------------------------


@pytest.mark.parametrize("digits", [3, 4, 6, 17])
@pytest.mark.parametrize("chosen", COMBINATIONS, ids=IDS)
def test_a_perfect_student_has_full_marks_under_every_convention(chosen, digits):
    report = graded(student(chosen, digits=digits))
    assert report.score == 20
    assert found(report, layout=True) == []
    assert _told(report) == chosen
    assert set(report.problems[0].inferred) == set(chosen)
    assert {a.verdict for a in report.assessments} == {Verdict.CORRECT}


@pytest.mark.parametrize("seed", range(24))
def test_what_was_answered_is_right_however_little_it_is(seed):
    """Any answers, in any order, to any digits, under any convention."""
    draw = random.Random(seed)  # noqa: S311  # a case, not a secret
    chosen, digits = draw.choice(COMBINATIONS), draw.choice([3, 4, 6, 17])
    keep = draw.sample(names(), draw.randint(1, 8))
    report = graded(student(chosen, keep, digits))
    for quantity in keep:
        assessment = item(report, quantity)
        assert assessment.verdict is Verdict.CORRECT
        assert assessment.score == assessment.max_score
    assert found(report, layout=True) == []
    decided = report.problems[0].inferred
    assert {name: _told(report)[name] for name in decided} == {n: chosen[n] for n in decided}


@pytest.mark.parametrize("chosen", COMBINATIONS[::9], ids=IDS[::9])
def test_the_order_of_answers_does_not_matter(chosen):
    sheet = list(student(chosen).items())
    expected = graded(dict(sheet))
    for seed in range(2):
        random.Random(seed).shuffle(sheet)  # noqa: S311  # an order, not a secret
        assert graded(dict(sheet)) == expected


def test_expressions_hold_under_either_sign():
    for objective, sign in (("maximize_log_p", ""), ("minimize_nll", "-")):
        report = graded({"grad_p": f"{sign}1/p", "grad_H2": f"{sign}(1-p)*w2"})
        assert _told(report)["objective"] == objective
        assert item(report, "grad_H2").verdict is Verdict.CORRECT
        assert found(report) == []


def test_an_expression_and_numbers_share_their_sign():
    sheet = student({"objective": "minimize_nll"}, ["grad_w1", "grad_w0"])
    report = graded(sheet | {"gan.grad_H2": "-(1-p)*w2"})
    assert report.score == 10  # with grad_h0, which is implied
    assert found(report) == []
    mixed = graded(sheet | {"gan.grad_H2": "(1-p)*w2"})
    assert ("sign_error", "grad_H2") in found(mixed)


# --- what the numbers can tell ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keep", "decided"),
    [
        ([], set()),
        (["h0"], set()),
        (["h1"], {"reshape"}),
        (["c"], {"deconv", "reshape"}),
        (["h2"], {"deconv", "reshape"}),
        (["H2"], {"deconv", "reshape", "flatten"}),
        (["grad_p"], {"objective"}),
        (["grad_H2"], {"objective", "deconv", "reshape", "flatten"}),
        (["h1", "grad_p"], {"objective", "reshape"}),
        (["p"], set()),  # 0.99999 whatever is chosen
    ],
)
def test_what_nothing_answered_can_tell_is_not_inferred(keep, decided):
    chosen = COMBINATIONS[-1]
    assert all(chosen[name] != KEY[name] for name in chosen)
    report = graded(student(chosen, keep, digits=4))
    assert set(report.problems[0].inferred) == decided
    assert _told(report) == {n: (chosen if n in decided else KEY)[n] for n in KEY}


def test_h1_tells_a_convention_although_its_shape_allows_it_as_a_layout():
    report = graded(student({"reshape": "channels_last"}, ["h0", "h1"]))
    assert _told(report)["reshape"] == "channels_last"
    assert found(report, layout=True) == []


# --- what the student states --------------------------------------------------------------------


@pytest.mark.parametrize("name", list(KEY))
def test_a_statement_that_the_numbers_cannot_tell_is_kept(name):
    other = problem().conventions[name][-1]
    report = graded(student(keep=["h0"]), **{name: other})
    assert _told(report)[name] == other
    assert report.score == 3


@pytest.mark.parametrize("name", ["deconv", "reshape", "flatten"])
def test_a_statement_contradicted_by_the_numbers_yields_to_them(name):
    report = graded(student(), **{name: problem().conventions[name][-1]})
    assert report.score == 20
    assert _told(report) == KEY
    assert found(report) == []


def test_a_stated_sign_is_taken_at_its_word():
    sheet = student({"objective": "maximize_log_p"})
    report = graded(sheet, objective="minimize_nll")
    assert _told(report)["objective"] == "minimize_nll"
    assert ("sign_error", "grad_p") in found(report)
    assert graded(sheet, objective="maximize_log_p").score == 20


@pytest.mark.parametrize(
    "stated",
    [
        {"objective": "minimise"},
        {"deconv": ""},
        {"no_such": "value"},
        {"flatten": "ROW_MAJOR"},
        {"reshape": "transposed"},
    ],
)
def test_a_statement_that_means_nothing_changes_nothing(stated):
    assert graded(student(), **stated) == graded(student())


def test_a_statement_for_one_problem_names_it():
    sheet = answers(student(keep=["h0"]))
    stated = Submission(sheet.student, sheet.file, sheet.answers, {"gan.objective": "minimize_nll"})
    report = grade(stated, rubric())
    assert _told(report)["objective"] == "minimize_nll"


# --- one choice a problem -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "at", "chosen"),
    [
        ("c", "c", KEY),
        ("grad_h2", "grad_h2", KEY),
        ("grad_h1", "grad_h1", KEY),
        ("grad_h0", "grad_h0", KEY),
        ("grad_w1", "grad_w1", KEY),
        ("grad_h1", "grad_h1", {**KEY, "deconv": "transposed"}),
        ("grad_h0", "grad_h0", {**KEY, "reshape": "column_major"}),
        ("grad_h2", "grad_h2", {**KEY, "flatten": "column_major"}),
    ],
)
def test_two_values_of_one_convention_are_a_mixture(step, at, chosen):
    made = mistake("convention_mixed", step, chosen)
    report = graded(student(chosen, made=[made]))
    assert _told(report) == chosen
    assert set(found(report)) == {("convention_mixed", at)}
    assert report.score < 20
    right = working(chosen)
    mixed = working(chosen, [made])
    for quantity in names():
        if np.array_equal(right[quantity], mixed[quantity]):
            assert item(report, quantity).verdict is Verdict.CORRECT


def test_the_forward_values_say_which_of_two_is_the_convention():
    report = graded(student(made=[mistake("convention_mixed", "H2")]))
    assert _told(report)["flatten"] == "column_major"
    assert set(found(report)) == {("convention_mixed", "grad_h2")}
    assert item(report, "H2").verdict is Verdict.CORRECT


def test_a_mixture_is_charged_once():
    made = mistake("convention_mixed", "grad_h1")
    report = graded(student(made=[made]))
    lost = [a.quantity for a in report.assessments if a.score < a.max_score]
    assert lost == ["grad_h0"]


# --- fairness -----------------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", [KEY, {**KEY, "objective": "minimize_nll"}])
def test_one_wrong_sign_does_not_turn_all_the_others(chosen):
    values = dict(working(chosen))
    values["grad_p"] = -values["grad_p"]
    report = graded(written_down(values))
    assert _told(report) == chosen
    assert report.score == 20  # grad_p carries no points, and nothing else is wrong
    assert set(found(report)) == {("sign_error", "grad_p")}


@pytest.mark.parametrize("later", [["grad_h0"], ["grad_w1"], ["grad_h0", "grad_w0"]])
@pytest.mark.parametrize("objective", ["maximize_log_p", "minimize_nll"])
def test_what_passes_by_a_wrong_answer_does_not_get_its_sign_from_it(objective, later):
    chosen = {**KEY, "objective": objective}
    wrong = "p*w2" if objective == "maximize_log_p" else "-p*w2"  # of the other label, turned
    forward = ["h0", "h1", "c", "h2", "H2", "m", "p"]
    report = graded(student(chosen, [*forward, *later]) | {"gan.grad_H2": wrong})
    assert all(item(report, name).verdict is Verdict.CORRECT for name in later)
    assert set(found(report)) == {("wrong_label", "grad_p"), ("sign_error", "grad_H2")}


@pytest.mark.parametrize("quantity", ["h0", "h2", "grad_w1"])
@pytest.mark.parametrize("chosen", COMBINATIONS[::23], ids=IDS[::23])
def test_nonsense_in_one_answer_does_not_change_how_the_others_are_read(quantity, chosen):
    values = dict(working(chosen))
    shape = np.shape(values[quantity])
    size = float(np.abs(values[quantity]).max())
    values[quantity] = size * np.random.default_rng(3).uniform(-3, 3, shape)
    report = graded(written_down(values))
    assert _told(report) == chosen
    for other in set(names()) - {quantity}:
        assert item(report, other).verdict is Verdict.CORRECT


def test_few_entries_decide_where_they_can():
    h1 = working({"reshape": "column_major"})["h1"]
    some = by_entry({(0, 0, 1): f"{h1[0, 0, 1]:.4g}", (0, 1, 0): f"{h1[0, 1, 0]:.4g}"})
    report = graded({"h1": some})
    assert item(report, "h1").right == 2
    assert found(report) == []

"""Points: one deduction a cause, what follows is right, exact fractions, what is implied."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from core_samples import (
    PLACE,
    TYPO,
    answers,
    cut,
    found,
    graded,
    item,
    mistake,
    names,
    pin,
    problem,
    rubric,
    slipped,
    student,
    variant,
    without,
    working,
    written_down,
)

from grader.grading import counts_for, grade, unreadable
from grader.model import (
    Formula,
    Grid,
    Mark,
    Status,
    Student,
    SubmissionError,
    Unreadable,
    Verdict,
)

F = Fraction
GAN = [i.quantity for i in problem().items]


def _scores(report, name="gan"):
    part = {p.name: p for p in report.problems}[name]
    return {a.quantity: a.score for a in part.assessments if a.max_score}


def _lost(report, name="gan"):
    part = {p.name: p for p in report.problems}[name]
    items = [a for a in part.assessments if a.max_score]
    return {a.quantity: a.max_score - a.score for a in items if a.score != a.max_score}


def _lines(formulas):
    return {f"autoencoder.{q}": Formula(text, PLACE) for q, text in formulas.items()}


AUTO = _lines(
    {
        "grad_xp": "2*(xp-x)",
        "grad_W2": "h @ (grad_xp*xp*(1-xp)).T",
        "grad_h": "W2 @ (grad_xp*xp*(1-xp))",
        "grad_W1": "x @ (grad_h*(h>0)).T",
    }
)

# --- one cause, one deduction -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "index", "lost"),
    [
        ("h0", (1,), {"h0": F(3, 8)}),
        ("h1", (0, 0, 1), {"h1": F(2, 8)}),
        ("h2", (1, 0), {"h2": F(5, 16)}),
        # without points: charged in the first item with points where it shows
        ("c", (0, 1, 1), {"h2": F(5, 16)}),
        ("grad_c", (1, 2, 2), {"grad_h0": None}),
        ("grad_h1", (1, 0, 0), {"grad_h0": F(1, 8)}),
        ("H2", (3,), {"grad_H2": F(2)}),  # the slip moves m, and so every entry
    ],
)
def test_a_slip_carried_on_costs_once(quantity, index, lost):
    right = working()
    own = pin(right[quantity], index, 1.3 * right[quantity][index])
    report = graded(written_down(working(pinned={quantity: own})))
    assert set(_lost(report)) == set(lost)
    for key, points in lost.items():
        if points is not None:
            assert _lost(report)[key] == points
    assert report.score == 20 - sum(_lost(report).values())


@pytest.mark.parametrize(
    ("code", "step", "lost"),
    [
        ("bias_omitted", "a0", {"h0": 3}),
        ("bias_omitted", "a2", {"h2": 5}),
        ("channel_omitted", "s", {"h2": 5}),
        ("bias_omitted", "m", {"grad_H2": 2}),
        ("wrong_label", "grad_p", {"grad_H2": 2}),
        ("sigmoid_derivative_omitted", "grad_m", {"grad_H2": 2}),
        ("input_factor_omitted", "grad_w0", {"grad_w0": 3}),
        (
            "input_factor_omitted",
            "grad_w1",
            {"grad_w1": None},
        ),  # some entries are right by luck
        ("input_factor_omitted", "grad_w2", {}),  # it shows in no item
    ],
)
def test_a_rule_forgotten_costs_once(code, step, lost):
    report = graded(written_down(working(made=[mistake(code, step)])))
    assert set(_lost(report)) == set(lost)
    for key, points in lost.items():
        assert _lost(report)[key] == points or (points is None and _lost(report)[key] > 3)
    assert code in {c for c, _ in found(report)}


def test_the_finding_stands_where_it_was_made_and_where_it_costs():
    report = graded(written_down(working(made=[mistake("bias_omitted", "m")])))
    for quantity in ("m", "grad_H2"):
        assert [(f.code, f.at) for f in item(report, quantity).findings] == [
            ("bias_omitted", "gan.m")
        ]
    assert [(f.code, f.at) for f in report.findings] == [("bias_omitted", "gan.m")]


def test_two_causes_cost_twice():
    made = [mistake("bias_omitted", "a0"), mistake("channel_omitted", "s")]
    report = graded(written_down(working(made=made)))
    assert _lost(report) == {"h0": 3, "h2": 5}


def test_a_second_slip_in_a_spoilt_answer_costs_its_own_entry():
    right = working()
    values = working(
        pinned={"c": pin(right["c"], (0, 1, 1), 0.9), "h2": pin(right["h2"], (3, 3), 9)}
    )
    report = graded(written_down(values))
    assert _lost(report) == {"h2": F(10, 16)}
    assert set(found(report)) == {("arithmetic_slip", "c"), ("arithmetic_slip", "h2")}


def test_a_mistake_without_points_that_shows_nowhere_costs_nothing():
    values = {**working(), "grad_b1": slipped(working()["grad_b1"], (0, 0), 3)}
    report = graded(written_down(values))
    assert report.score == 20
    assert item(report, "grad_b1").verdict is Verdict.PARTIAL


@pytest.mark.parametrize("quantity", ["h0", "h1", "c", "grad_H2", "grad_w1"])
def test_what_is_right_is_paid_whatever_else_is_wrong(quantity):
    """One answer is the key's, all others are nonsense that says nothing of it."""
    draw = np.random.default_rng(5)
    right = working()
    nonsense = {
        q: draw.uniform(50, 90, np.shape(v)) * draw.choice([-1, 1]) for q, v in right.items()
    }
    report = graded(written_down({**nonsense, quantity: right[quantity]}))
    assert item(report, quantity).verdict is Verdict.CORRECT
    assert item(report, quantity).score == item(report, quantity).max_score


# --- follow-through -----------------------------------------------------------------------------


def _follows(of):
    values = working(pinned={"h0": pin(working()["h0"], (5,), 2.0)})
    return graded(written_down(values, ["h0", "h1", "h2"]), of=of)


def test_what_follows_is_paid_in_full():
    report = _follows("hw6")
    assert _scores(report)["h1"] == 2
    assert item(report, "h1").verdict is Verdict.FOLLOW_THROUGH


@pytest.mark.parametrize("share", [F(0), F(1, 2), F(3, 4), F(1)])
def test_the_rubric_may_pay_a_share_for_what_follows(tmp_path, share):
    line = "- {quantity: h1, points: 2}"
    of = variant(
        tmp_path / "share.yaml", (line, f"- {{quantity: h1, points: 2, follow_through: {share}}}")
    )
    report = _follows(of)
    assert _scores(report)["h1"] == 2 * (7 + share) / 8  # one entry follows, seven are the key's
    assert item(report, "h1").verdict is Verdict.FOLLOW_THROUGH
    assert _scores(report)["h0"] == F(21, 8)


def test_what_follows_is_that_entry_only():
    entries = {e.index: e.mark.value for e in item(_follows("hw6"), "h1").entries}
    assert [index for index, mark in entries.items() if mark == "follows"] == [(1, 0, 1)]


# --- what a rubric can set ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "score"), [([], 3), ([(0,)], 0), ([(0,), (1,)], 0), ([(k,) for k in range(8)], 0)]
)
def test_all_or_nothing(tmp_path, wrong, score):
    line = "- {quantity: h0, points: 3}"
    of = variant(tmp_path / "all.yaml", (line, "- {quantity: h0, points: 3, all_or_nothing: true}"))
    values = dict(working())
    for index in wrong:
        values["h0"] = slipped(values["h0"], index, 1.5 + index[0] / 10)
    assert _scores(graded(written_down(values, ["h0"]), of=of))["h0"] == score


def test_credit_for_a_finding(tmp_path):
    line = "- {quantity: h0, points: 3}"
    new = "- {quantity: h0, points: 3, credit: {arithmetic_slip: 0.5, bias_omitted: 1/3}}"
    of = variant(tmp_path / "credit.yaml", (line, new))
    values = {**working(), "h0": slipped(working()["h0"], (2,))}
    assert _scores(graded(written_down(values, ["h0"]), of=of))["h0"] == 3 * (7 + F(1, 2)) / 8
    lost = working(made=[mistake("bias_omitted", "a0")])
    assert _scores(graded(written_down(lost, ["h0"]), of=of))["h0"] == 1
    nonsense = {"h0": [str(5 * k**2 + 3) for k in range(8)]}
    assert _scores(graded(nonsense, of=of))["h0"] == 0


def test_credit_for_a_finding_made_elsewhere(tmp_path):
    line = "- {quantity: grad_H2, points: 2, implied: true}"
    new = "- {quantity: grad_H2, points: 2, credit: {bias_omitted: 0.5}}"
    of = variant(tmp_path / "credit.yaml", (line, new))
    values = working(made=[mistake("bias_omitted", "m")])
    assert _scores(graded(written_down(values), of=of))["grad_H2"] == 1


def test_too_few_digits_can_be_credited(tmp_path):
    line = "- {quantity: h0, points: 3}"
    new = "- {quantity: h0, points: 3, credit: {too_few_digits: 1}}"
    of = variant(tmp_path / "credit.yaml", (line, new))
    sheet = {"h0": ["0.4", "1.4", "1", "1.06", "0.70", "1.54", "1.62", "1.06"]}
    assert _scores(graded(sheet, of=of))["h0"] == 3
    assert _scores(graded(sheet))["h0"] == F(18, 8)


# --- steps left out -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answered", "implied"),
    [
        ([], set()),
        (["h0", "h1", "h2"], set()),
        (["grad_w1"], {"grad_H2"}),
        (["grad_w0"], {"grad_H2", "grad_h0"}),
        (["grad_h0"], {"grad_H2"}),
        (["grad_h2"], {"grad_H2"}),  # it carries no points, and yet shows the step
        (["grad_b0"], {"grad_H2", "grad_h0"}),
        (["grad_w2"], set()),  # from m, not from H2's gradient
        (["grad_p", "grad_m"], set()),
        (["p"], set()),
    ],
)
def test_a_step_left_out_is_credited_where_a_later_answer_needs_it(answered, implied):
    report = graded(student(keep=answered))
    got = {a.quantity for a in report.assessments if a.verdict is Verdict.IMPLIED}
    assert got == implied
    assert all(item(report, q).score == item(report, q).max_score for q in implied)
    for quantity in set(GAN) - implied - set(answered):
        assert item(report, quantity).verdict is Verdict.MISSING
        assert item(report, quantity).score == 0


@pytest.mark.parametrize(
    ("text", "implied"),
    [
        ("outer(grad_h0*(h0>0), z)", set()),  # names the step as known
        ("(grad_h0*(h0>0)) @ z.T", set()),
    ],
)
def test_an_expression_that_names_a_step_does_not_show_it(text, implied):
    report = graded({"gan.grad_w0": Formula(text, PLACE)})
    assert item(report, "grad_w0").verdict is Verdict.CORRECT
    assert {a.quantity for a in report.assessments if a.verdict is Verdict.IMPLIED} == implied


@pytest.mark.parametrize(
    ("lines", "implied"),
    [
        ({"grad_W2": "2*h @ ((xp-x)*xp*(1-xp)).T"}, {"grad_xp"}),
        ({"grad_W2": "h @ (grad_xp*xp*(1-xp)).T"}, set()),
        ({"grad_W2": "h @ grad_z2.T"}, set()),
        ({"grad_W1": "2*x @ ((W2 @ ((xp-x)*xp*(1-xp)))*(h>0)).T"}, {"grad_xp", "grad_h"}),
        ({"grad_W1": "x @ ((W2 @ (grad_xp*xp*(1-xp)))*(h>0)).T"}, {"grad_h"}),
        ({"grad_W1": "x @ (grad_h*(h>0)).T"}, set()),
        (
            {
                "grad_W1": "x @ (grad_h*(h>0)).T",
                "grad_h": "2*W2 @ ((xp-x)*xp*(1-xp))",
            },
            {"grad_xp"},
        ),
    ],
)
def test_a_line_left_out_is_credited_only_if_it_was_worked_out(lines, implied):
    report = graded(_lines(lines), level="6850")
    got = {a.quantity for a in report.problems[1].assessments if a.verdict is Verdict.IMPLIED}
    assert got == implied


@pytest.mark.parametrize("verdict", ["partial", "incorrect"])
def test_a_wrong_later_answer_shows_no_step(verdict):
    value = working()["grad_w0"]
    wrong = (
        slipped(value, (0, 0), 3)
        if verdict == "partial"
        else value * np.arange(5, 21).reshape(8, 2)
    )
    report = graded(written_down({"grad_w0": wrong}, ["grad_w0"]))
    assert item(report, "grad_w0").verdict == verdict
    assert item(report, "grad_h0").verdict is Verdict.MISSING


def test_a_step_answered_wrongly_is_not_implied():
    sheet = student() | {"gan.grad_H2": [str(k + 3) for k in range(16)]}
    report = graded(sheet)
    assert item(report, "grad_H2").score == 0
    assert item(report, "grad_H2").verdict is Verdict.INCORRECT


def test_an_item_that_is_not_marked_implied_is_missing():
    report = graded(student(keep=["h2", "grad_w1"]))
    assert item(report, "h0").verdict is Verdict.MISSING
    assert item(report, "h1").score == 0


# --- what is not there, or cannot be read -------------------------------------------------------


@pytest.mark.parametrize(
    ("entries", "score", "verdict"),
    [
        ({0: None}, F(21, 8), Verdict.PARTIAL),
        ({0: TYPO}, F(21, 8), Verdict.PARTIAL),
        ({0: None, 1: TYPO, 2: "9"}, F(15, 8), Verdict.PARTIAL),
        (dict.fromkeys(range(8)), F(0), Verdict.MISSING),
        (dict.fromkeys(range(8), TYPO), F(0), Verdict.UNREADABLE),
        (dict.fromkeys(range(8), TYPO) | {1: None}, F(0), Verdict.UNREADABLE),
        (dict.fromkeys(range(7), TYPO) | {7: "99"}, F(0), Verdict.INCORRECT),
    ],
)
def test_entries_that_are_missing_or_unreadable(entries, score, verdict):
    h0 = student(keep=["h0"])["gan.h0"]
    for k, content in entries.items():
        h0[k] = content
    assessment = item(graded({"h0": h0}), "h0")
    assert (assessment.score, assessment.verdict) == (score, verdict)


@pytest.mark.parametrize("written", [lambda h1: h1, lambda h1: h1.transpose(2, 0, 1)])
def test_every_entry_is_told_as_written_beside_the_key_and_what_follows(written):
    h0 = ["0.38", "1.14", "0.96", "1.06", "0.7", "1.54", "1.62", "1.06"]
    h1 = np.array([*h0[:2], "9.9", None, TYPO, *h0[5:]], dtype=object).reshape(2, 2, 2)
    sheet = student() | {"gan.h0": h0, "gan.h1": written(h1)}
    assessment = item(graded(sheet, reshape="channels_first"), "h1")
    told = [(e.index, e.mark, e.text, e.obtained, e.carried) for e in assessment.entries]
    assert told == [
        ((0, 0, 0), Mark.RIGHT, "0.38", 0.38, None),
        ((0, 0, 1), Mark.FOLLOWS, "1.14", 1.14, 1.14),
        ((0, 1, 0), Mark.WRONG, "9.9", 9.9, None),
        ((0, 1, 1), Mark.MISSING, "", None, None),
        ((1, 0, 0), Mark.UNREADABLE, TYPO, None, None),
        ((1, 0, 1), Mark.RIGHT, "1.54", 1.54, None),
        ((1, 1, 0), Mark.RIGHT, "1.62", 1.62, None),
        ((1, 1, 1), Mark.RIGHT, "1.06", 1.06, None),
    ]
    assert [e.expected for e in assessment.entries] == pytest.approx(working()["h1"].ravel())


def test_the_other_answers_do_not_suffer_from_one_that_is_unreadable():
    report = graded(student() | {"gan.h1": Unreadable("?", "it is a drawing", PLACE)})
    assert _lost(report) == {"h1": 2}
    assert report.status is Status.GRADED


def test_nothing_answered_is_graded_with_nothing():
    report = graded({})
    assert report.status is Status.GRADED
    assert (report.score, report.max_score) == (0, 20)
    assert {a.verdict for a in report.assessments} == {Verdict.MISSING}
    assert [a.quantity for a in report.assessments] == sorted(GAN, key=names().index)


def test_a_quantity_without_points_is_judged_and_earns_nothing():
    report = graded(student(keep=["m"]))
    assert (item(report, "m").verdict, item(report, "m").max_score) == (Verdict.CORRECT, 0)
    assert report.score == 0


# --- levels -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "auto", "maximum", "attention"),
    [
        ("6850", True, 40, 0),
        ("6850", False, 40, 0),
        ("ECSE 6850", True, 40, 0),
        ("4850", True, 20, 0),
        ("4850", False, 20, 0),
        ("", True, 40, 1),
        ("", False, 20, 1),
        ("   ", False, 20, 1),
    ],
)
def test_who_is_graded_on_what(level, auto, maximum, attention):
    report = graded(student() | (AUTO if auto else {}), level=level)
    assert report.max_score == maximum
    assert report.score == (40 if auto and maximum == 40 else 20)
    assert len(report.attention) == attention
    assert bool(report.remarks) is (level == "4850" and auto)


@pytest.mark.parametrize(
    ("level", "counts"),
    [("6850", True), ("4850", False), ("", None), ("6850H", True), ("68500", False), ("x", False)],
)
def test_whether_a_problem_counts(level, counts):
    assert counts_for(problem("autoencoder"), level) is counts
    assert counts_for(problem("gan"), level) is True


def test_an_unreadable_file_has_no_score():
    report = unreadable(Student("s1", "", "6850"), "a.json", SubmissionError("cut off"), rubric())
    assert (report.status, report.score, report.max_score) == (Status.UNREADABLE, None, 40)
    assert "cut off" in report.reason


def test_an_undecided_answer_leaves_no_score_at_all():
    report = graded(student() | AUTO | _lines({"grad_xp": "2*(xp-x)*log(x)/log(x)"}), level="6850")
    assert report.status is Status.UNGRADED
    assert report.score is None
    assert report.problems[0].score == 20
    assert report.problems[1].score is None


# --- sums ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_items_add_up_to_problems_and_problems_to_the_whole(seed):
    draw = np.random.default_rng(seed)
    values = dict(working())
    for quantity in draw.choice(names(), 5, replace=False):
        index = tuple(int(draw.integers(n)) for n in np.shape(values[quantity]))
        values[quantity] = slipped(values[quantity], index, draw.uniform(1.2, 3))
    sheet = without(written_down(values), draw.choice(names(), 3, replace=False))
    report = graded(sheet | AUTO, level="6850")
    for part in report.problems:
        assert part.score == sum(a.score for a in part.assessments)
        assert part.max_score == sum(a.max_score for a in part.assessments)
    assert report.score == sum(part.score for part in report.problems)
    assert report.max_score == sum(part.max_score for part in report.problems)
    for a in report.assessments:
        assert isinstance(a.score, Fraction)
        assert 0 <= a.score <= a.max_score
        assert a.right + len(a.wrong) == a.total or a.verdict in (
            Verdict.MISSING,
            Verdict.UNREADABLE,
            Verdict.IMPLIED,
        )


def test_a_third_of_a_point_is_a_third():
    h0 = student(keep=["h0"])["gan.h0"]
    h0[0] = "99"
    assert graded({"h0": h0}).score == F(21, 8)
    w1 = np.array(student(keep=["grad_w1"])["gan.grad_w1"], dtype=object)
    w1[0, 0, 0] = "1"
    assert _scores(graded({"grad_w1": w1.tolist()}))["grad_w1"] == F(4 * 17, 18)


# --- nothing for nothing ------------------------------------------------------------------------


def _all(value):
    shapes = {q: np.shape(v) for q, v in working().items() if q in names()}
    return {
        q: np.full(shape, value, dtype=object).tolist() if shape else value
        for q, shape in shapes.items()
    }


@pytest.mark.parametrize("value", ["0", "3.3", "4e-6", "1e300"])
def test_one_value_everywhere_earns_nothing(value):
    report = graded(_all(value))
    assert report.score == 0
    assert report.status is Status.GRADED


@pytest.mark.parametrize("value", ["0"])
def test_forward_values_and_nothing_for_the_gradients(value):
    forward = [q for q in names() if not q.startswith("grad_")]
    gradients = {q: v for q, v in _all(value).items() if q.startswith("grad_")}
    report = graded(student(keep=forward) | {f"gan.{q}": v for q, v in gradients.items()})
    assert report.score == 10
    assert {a.score for a in report.assessments if a.quantity.startswith("grad_")} == {0}


def test_numbers_too_small_to_be_told_from_zero_earn_nothing():
    draw = np.random.default_rng(2)
    values = {q: 1e-6 * draw.uniform(1, 9, np.shape(v)) for q, v in working().items()}
    report = graded(written_down(values, ["h0", "h1", "h2"]))
    assert report.score == 0
    assert {code for code, _ in found(report)} <= {"degenerate"}


@pytest.mark.parametrize("factor", [-1, 10, 0.1, 2])
def test_gradients_of_another_size_are_wrong(factor):
    """With the sign stated, so that a whole turned gradient is no other convention."""
    values = {q: v * factor if q.startswith("grad_") else v for q, v in working().items()}
    report = graded(written_down(values, [*GAN]), objective="maximize_log_p")
    assert item(report, "grad_H2").score == 0
    assert item(report, "grad_H2").findings
    assert item(report, "grad_w1").verdict is Verdict.FOLLOW_THROUGH


def test_the_values_of_one_answer_copied_into_all_earn_little_more_than_that_one():
    """h1 has the values of h0, which it should have; nothing else agrees but by accident."""
    h2 = working()["h2"]
    values = {q: np.resize(h2, np.shape(v)) for q, v in working().items()}
    report = graded(written_down(values, GAN))
    assert _scores(report)["h2"] == 5
    assert report.score <= 5 + 2 + F(1, 2)


def test_given_values_handed_back_earn_nothing():
    given = problem().given
    sheet = {"h0": given["b0"], "h2": given["b1"], "grad_w0": given["w0"], "grad_w1": given["w1"]}
    report = graded(written_down({**working(), **sheet}, list(sheet)))
    assert _scores(report)["h2"] == 0
    assert _scores(report)["grad_w0"] == _scores(report)["grad_w1"] == 0
    assert _scores(report)["h0"] <= F(3, 8)


def test_a_wide_tolerance_makes_no_gradient_right(tmp_path):
    of = variant(
        tmp_path / "wide.yaml",
        ("tolerance: {abs: 0.005, rel: 0.01}", "tolerance: {abs: 5, rel: 0.01}"),
    )
    values = {q: 3 * v for q, v in working().items()}
    report = graded(written_down(values, ["grad_w1", "grad_w0"]), of=of)
    assert report.score == 0


@pytest.mark.parametrize("digits", [2, 3, 4])
def test_cut_off_is_as_good_as_rounded(digits):
    sheet = {f"gan.{q}": cut(working()[q], digits) for q in GAN}
    assert graded(sheet).score == 20


def test_a_grid_of_no_cells_is_missing():
    report = graded({"gan.h0": Grid((0,), ())})
    assert item(report, "h0").verdict is Verdict.MISSING


def test_the_student_and_the_file_are_passed_on():
    sheet = answers(student(keep=["h0"]), level="4850")
    report = grade(sheet, rubric())
    assert (report.student, report.file, report.rubric) == (sheet.student, sheet.file, "hw6")

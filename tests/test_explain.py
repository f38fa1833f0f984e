"""What each finding says, where it speaks, and where it is silent."""

from __future__ import annotations

import numpy as np
import pytest
from core_samples import (
    PLACE,
    conventions,
    found,
    graded,
    item,
    mistake,
    names,
    pin,
    problem,
    slipped,
    student,
    variant,
    without,
    working,
    written_down,
)

from grader.codes import FINDING_CODES
from grader.model import Formula, Verdict

KEY = conventions()[0]
OTHER = {
    "objective": "minimize_nll",
    "deconv": "transposed",
    "reshape": "column_major",
    "flatten": "column_major",
}
AE = "autoencoder."


def _report(values, keep=None, digits=6, **more):
    return graded(written_down(values, keep, digits), **more)


def _with(quantity, change, *, chosen=None, carried=True):
    """A student's values with one answer changed, and carried on or not."""
    right = working(chosen)
    if not carried:
        return {**right, quantity: change(right[quantity])}
    return working(chosen, pinned={quantity: change(right[quantity])})


def _only(report, code, at, entries=None):
    """That finding alone is given."""
    assert set(found(report)) == {(code, at)}
    if entries is not None:
        assert {f.entries for f in report.findings} == {entries}


def _expressions(formulas):
    return graded({AE + q: Formula(text, PLACE) for q, text in formulas.items()}, level="6850")


# --- slips --------------------------------------------------------------------------------------

SLIPS = [
    ("h0", (1,)),
    ("h1", (1, 0, 1)),
    ("c", (1, 2, 1)),
    ("h2", (1, 2)),
    ("H2", (6,)),
    ("grad_H2", (3,)),
    ("grad_c", (0, 2, 2)),
    ("grad_h1", (1, 1, 0)),
    ("grad_h0", (4,)),
    ("grad_w0", (3, 1)),
    ("grad_w1", (1, 0, 2)),
]


@pytest.mark.parametrize("chosen", [KEY, OTHER], ids=["key", "other"])
@pytest.mark.parametrize(("quantity", "index"), SLIPS)
def test_a_slip_that_was_carried_on_is_found_where_it_was_made(quantity, index, chosen):
    report = _report(_with(quantity, lambda v: slipped(v, index), chosen=chosen))
    _only(report, "arithmetic_slip", quantity, (index,))
    assert item(report, quantity).wrong == (index,)
    later = names()[names().index(quantity) + 1 :]
    assert all(
        item(report, q).verdict in (Verdict.CORRECT, Verdict.FOLLOW_THROUGH)
        for q in later
        if item(report, q).max_score == 0 or item(report, quantity).max_score
    )


@pytest.mark.parametrize(("quantity", "index"), [s for s in SLIPS if s[0] in {"h0", "h2", "c"}])
def test_a_slip_that_was_not_carried_on_is_one_of_copying(quantity, index):
    report = _report(_with(quantity, lambda v: slipped(v, index), carried=False))
    _only(report, "transcription_slip", quantity, (index,))
    assert report.score == 20 - item(report, quantity).max_score / item(report, quantity).total


@pytest.mark.parametrize(("quantity", "index"), [("grad_w1", (0, 0, 0)), ("grad_w0", (3, 1))])
def test_a_slip_that_nothing_comes_after_is_of_unknown_kind(quantity, index):
    report = _report(_with(quantity, lambda v: slipped(v, index), carried=False))
    _only(report, "arithmetic_slip", quantity, (index,))


def test_two_slips_are_named_with_all_their_entries():
    def change(v):
        return slipped(slipped(v, (0, 0)), (3, 2), 0.8)

    report = _report(_with("h2", change))
    _only(report, "arithmetic_slip", "h2", ((0, 0), (3, 2)))


def test_slips_in_two_answers_are_two_findings():
    right = working()
    values = working(
        pinned={"h0": pin(right["h0"], (2,), 1.5), "h2": pin(right["h2"], (0, 3), 2.5)}
    )
    report = _report(values)
    assert set(found(report)) == {("arithmetic_slip", "h0"), ("arithmetic_slip", "h2")}
    assert (item(report, "h0").wrong, item(report, "h2").wrong) == (((2,),), ((0, 3),))
    assert report.score == 20 - item(report, "h0").max_score / 8 - item(report, "h2").max_score / 16


def test_a_slip_shows_further_down_where_steps_are_left_out():
    values = _with("c", lambda v: slipped(v, (1, 2, 1), 1.2))
    report = _report(values, ["h0", "h1", "h2", "H2", "m"])
    _only(report, "arithmetic_slip", "h2", ((2, 1),))


@pytest.mark.parametrize("quantity", ["h0", "h2", "grad_w1"])
def test_numbers_that_nothing_explains_have_no_finding(quantity):
    draw = np.random.default_rng(8)
    values = dict(working())
    values[quantity] = values[quantity].max() * draw.uniform(-4, 4, np.shape(values[quantity]))
    report = _report(values)
    assert item(report, quantity).verdict in (Verdict.INCORRECT, Verdict.PARTIAL)
    assert not [f for f in item(report, quantity).findings if f.code != "transcription_slip"]


# --- digits -------------------------------------------------------------------------------------


def test_too_few_digits_names_the_entries():
    sheet = student()
    sheet["gan.h0"] = ["0.4", "1", "0.96", "1.06", "0.70", "1.54", "1.62", "1.06"]
    report = graded(sheet)
    _only(report, "too_few_digits", "h0", ((0,), (1,)))
    assert item(report, "h0").right == 6


def test_enough_digits_are_enough():
    sheet = student(digits=2)
    report = graded(sheet)
    assert "too_few_digits" not in {code for code, _ in found(report)}


def test_rounded_early_names_the_value_that_was_rounded():
    """p written as 0.99999 and carried on so: 1 - p is more than twice what it should be."""
    values = working(pinned={"p": np.array(0.99999)})
    sheet = written_down(values) | {"gan.p": "0.99999"}
    report = graded(sheet)
    _only(report, "rounded_early", "p")
    assert item(report, "p").verdict is Verdict.CORRECT


def test_a_rounded_value_that_was_not_carried_on_is_right():
    report = graded(student() | {"gan.p": "0.99999"})
    assert found(report) == []
    assert report.score == 20


@pytest.mark.parametrize("digits", [3, 4, 5])
def test_who_carries_on_rounded_values_is_right(digits):
    """Every step worked out from the values as they were written before it, but 1 - p."""
    values = {}
    for quantity in names():
        pinned = {q: np.asarray(v, float) for q, v in values.items() if q != "p"}
        exact = working(pinned=pinned)[quantity]
        values[quantity] = np.vectorize(lambda x: float(f"{x:.{digits}g}"))(exact)
    report = _report(values, digits=digits)
    forward = [q for q in names() if not q.startswith("grad_") and q != "p"]
    assert {item(report, q).verdict for q in forward} == {Verdict.CORRECT}
    assert {f.code for f in report.findings} <= {"rounded_early"}
    assert report.score >= 18


# --- one relation throughout --------------------------------------------------------------------


@pytest.mark.parametrize("quantity", ["grad_p", "grad_m", "grad_H2", "grad_h1", "grad_w0"])
@pytest.mark.parametrize("chosen", [KEY, OTHER], ids=["key", "other"])
def test_a_sign_error_carried_on(quantity, chosen):
    report = _report(
        _with(quantity, np.negative, chosen=chosen), digits=5, objective=chosen["objective"]
    )
    _only(report, "sign_error", quantity)
    assert item(report, quantity).verdict is Verdict.INCORRECT


def test_a_sign_error_at_the_end_is_told_by_the_rest():
    report = _report({**working(), "grad_w1": -working()["grad_w1"]})
    _only(report, "sign_error", "grad_w1")
    assert report.score == 16


def test_the_other_objective_is_no_sign_error():
    assert found(graded(student({"objective": "minimize_nll"}))) == []


@pytest.mark.parametrize("quantity", ["h0", "h2", "c", "grad_H2", "grad_w1"])
@pytest.mark.parametrize("factor", [3, 0.25, -2])
def test_one_factor_throughout(quantity, factor):
    """A negative one is not carried on: it would switch every unit off."""
    report = _report(_with(quantity, lambda v: factor * v, carried=factor > 0))
    _only(report, "constant_factor", quantity)
    evidence = [f.evidence["factor"] for f in report.findings]
    assert evidence == [pytest.approx(factor, rel=1e-3)] * len(evidence)
    assert item(report, quantity).right == 0


def test_a_factor_of_a_few_entries_is_a_slip():
    def change(v):
        return slipped(slipped(v, (0,), 3), (1,), 3)

    report = _report(_with("h0", change))
    _only(report, "arithmetic_slip", "h0", ((0,), (1,)))


@pytest.mark.parametrize(
    ("quantity", "axis", "by"),
    [("h0", 0, 1), ("h0", 0, -1), ("H2", 0, 1), ("h2", 0, 1), ("h2", 1, -1), ("grad_w1", 1, 1)],
)
def test_an_index_off_by_one(quantity, axis, by):
    def shifted(v):
        moved = np.roll(v, by, axis=axis)
        edge = [slice(None)] * v.ndim
        edge[axis] = slice(0, 1) if by > 0 else slice(-1, None)
        moved[tuple(edge)] = 0
        return moved

    report = _report(_with(quantity, shifted, carried=False))
    _only(report, "index_shifted", quantity)


@pytest.mark.parametrize(
    ("one", "other"), [("grad_w0", None), ("h0", "grad_h0"), ("H2", "grad_H2"), ("h2", "grad_h2")]
)
def test_two_answers_in_each_others_place(one, other):
    if other is None:  # an answer that has no partner is not swapped
        assert "swapped_answers" not in {c for c, _ in found(_report(working()))}
        return
    right = working()
    report = _report({**right, one: right[other], other: right[one]})
    assert ("swapped_answers", one) in found(report)
    assert {code for code, _ in found(report)} == {"swapped_answers"}


def test_expressions_in_each_others_place():
    right = {"grad_xp": "2*(xp-x)", "grad_b2": "2*(xp-x)*xp*(1-xp)"}
    report = _expressions({"grad_xp": right["grad_b2"], "grad_b2": right["grad_xp"]})
    assert "swapped_answers" in {f.code for f in report.findings}


# --- rules of the graph -------------------------------------------------------------------------

RULES = [
    ("relu_mask_omitted", "grad_a0", "grad_w0", "other"),
    ("relu_mask_omitted", "grad_a2", "grad_c", "other"),
    ("relu_omitted", "h0", "h0", "other"),
    ("relu_omitted", "h2", "h2", "other"),
    ("bias_omitted", "a0", "h0", "hw6"),
    ("bias_omitted", "a2", "h2", "hw6"),
    ("bias_omitted", "m", "m", "hw6"),
    ("channel_omitted", "s", "h2", "hw6"),
    ("sigmoid_derivative_omitted", "grad_m", "grad_m", "hw6"),
    ("wrong_label", "grad_p", "grad_p", "hw6"),
    ("input_factor_omitted", "grad_w0", "grad_w0", "hw6"),
    ("input_factor_omitted", "grad_w1", "grad_w1", "hw6"),
    ("input_factor_omitted", "grad_w2", "grad_w2", "hw6"),
    ("convention_mixed", "grad_h1", "grad_h1", "hw6"),
    ("convention_mixed", "grad_w1", "grad_w1", "hw6"),
    ("convention_mixed", "grad_h0", "grad_h0", "hw6"),
]


@pytest.mark.parametrize(("code", "step", "at", "of"), RULES)
@pytest.mark.parametrize("digits", [4, 17])
def test_a_rule_of_the_graph_replaced(code, step, at, of, digits):
    of_problem = problem(of=of)
    values = working(made=[mistake(code, step, of=of_problem)], of=of_problem)
    report = graded(written_down(values, digits=digits, of=of_problem), of=of)
    _only(report, code, at)


@pytest.mark.parametrize("code", sorted({rule[0] for rule in RULES}))
def test_a_right_answer_has_no_such_finding(code):
    for chosen in (KEY, OTHER):
        assert code not in {c for c, _ in found(_report(working(chosen)))}


@pytest.mark.parametrize(
    ("code", "step", "keep", "at"),
    [
        ("bias_omitted", "a0", ["h1"], "h0"),
        ("bias_omitted", "a0", ["h2", "h1"], "h0"),
        ("bias_omitted", "a2", ["h0", "H2"], "h2"),
        ("bias_omitted", "a2", ["h0", "h1", "m", "p"], "h2"),
        ("channel_omitted", "s", ["h0", "h1", "H2", "m"], "h2"),
        ("sigmoid_derivative_omitted", "grad_m", ["p", "grad_p", "grad_H2", "grad_w1"], "grad_m"),
        ("wrong_label", "grad_p", ["m", "p", "grad_m", "grad_w0"], "grad_p"),
        ("convention_mixed", "grad_h1", ["h1", "h2", "grad_H2", "grad_h0", "grad_w0"], "grad_h1"),
    ],
)
def test_a_mistake_that_shows_only_further_down(code, step, keep, at):
    """The answer in which it was made was left out; `at` still names it.

    The sign is stated: grad_m = -1 is the wrong label under one, a lost sigma' under the other.
    """
    values = working(made=[mistake(code, step)])
    report = _report(values, keep, objective="maximize_log_p")
    _only(report, code, at)


@pytest.mark.parametrize(
    ("code", "step", "at"),
    [
        ("bias_omitted", "a2", "h2"),
        ("channel_omitted", "s", "h2"),
        ("input_factor_omitted", "grad_w0", "grad_w0"),
        ("convention_mixed", "grad_h0", "grad_h0"),
    ],
)
def test_a_mistake_beside_the_students_own_slip(code, step, at):
    right = working()
    own = pin(right["h0"], (3,), 2.5)
    report = _report(working(made=[mistake(code, step)], pinned={"h0": own}))
    assert set(found(report)) == {("arithmetic_slip", "h0"), (code, at)}
    assert item(report, "h0").wrong == ((3,),)


def test_two_rules_forgotten_are_two_findings():
    made = [mistake("bias_omitted", "a2"), mistake("input_factor_omitted", "grad_w0")]
    report = _report(working(made=made))
    assert set(found(report)) == {("bias_omitted", "h2"), ("input_factor_omitted", "grad_w0")}
    assert item(report, "grad_w1").score == 4


def test_explanations_that_fit_equally_well_are_both_named(tmp_path):
    """The second channel's output is just the bias, so leaving out either gives the same."""
    of = variant(
        tmp_path / "alike.yaml",
        (
            "[[0.2, 0.1, 0.6], [0.3, 0.9, 0.2], [0.5, 0.2, 0.3]]",
            "[[0, 0, 0], [0, 1, 0], [0, 0, 0]]",
        ),
        ("[0.1, 0.5, 0.6, 0.3], [0.2, 0.4, 0.8, 0.1]", "[0, 0, 0, 0], [0, 0.7, 1.54, 0]"),
        ("[0.1, 0.3, 0.7, 0.2], [0.3, 0.1, 0.2, 0.1]", "[0, 1.62, 1.06, 0], [0, 0, 0, 0]"),
    )
    alike = of.problem("gan")
    values = working(made=[mistake("bias_omitted", "a2", of=alike)], of=alike)
    report = graded(written_down(values, ["h0", "h2"], of=alike), of=of)
    assert set(found(report)) == {("bias_omitted", "h2"), ("channel_omitted", "h2")}
    assert item(report, "h2").score < item(report, "h2").max_score


# --- expressions --------------------------------------------------------------------------------

RIGHT = {
    "grad_xp": "2*(xp-x)",
    "grad_z2": "grad_xp*xp*(1-xp)",
    "grad_W2": "h @ (grad_xp*xp*(1-xp)).T",
    "grad_b2": "grad_xp*xp*(1-xp)",
    "grad_h": "W2 @ (grad_xp*xp*(1-xp))",
    "grad_z1": "grad_h*(h>0)",
    "grad_W1": "x @ (grad_h*(h>0)).T",
    "grad_b1": "grad_h*(h>0)",
}
FOUR = ("grad_xp", "grad_W2", "grad_h", "grad_W1")


def test_the_right_expressions_have_no_finding():
    report = _expressions(RIGHT)
    assert found(report) == []
    assert report.problems[1].score == 20


@pytest.mark.parametrize(
    ("quantity", "text", "code", "at"),
    [
        ("grad_xp", "2*(x-xp)", "sign_error", "grad_xp"),
        ("grad_xp", "xp-x", "factor_omitted", "grad_xp"),
        ("grad_xp", "2*(xp-x)/N", "mean_instead_of_sum", "grad_xp"),
        ("grad_xp", "5*(xp-x)", "constant_factor", "grad_xp"),
        ("grad_xp", "0*(xp-x)", "degenerate", "grad_xp"),
        ("grad_W2", "h @ grad_xp.T", "sigmoid_derivative_omitted", "grad_z2"),
        ("grad_W2", "ones(M,1) @ (grad_xp*xp*(1-xp)).T", "input_factor_omitted", "grad_W2"),
        ("grad_h", "W2 @ grad_xp", "sigmoid_derivative_omitted", "grad_z2"),
        ("grad_h", "W2.T @ (grad_xp*xp*(1-xp))", "shape_mismatch weight_not_transposed", "grad_h"),
        ("grad_W1", "x @ grad_h.T", "relu_mask_omitted", "grad_z1"),
        ("grad_W1", "ones(N,1) @ (grad_h*(h>0)).T", "input_factor_omitted", "grad_W1"),
        ("grad_W1", "-x @ (grad_h*(h>0)).T", "sign_error", "grad_W1"),
    ],
)
def test_one_wrong_line_of_four(quantity, text, code, at):
    lines = {q: RIGHT[q] for q in FOUR} | {quantity: text}
    report = _expressions(lines)
    assert [(f.code, f.at) for f in report.findings] == [(c, AE + at) for c in code.split()]
    score = {a.quantity: a.score for a in report.problems[1].assessments}
    assert score.pop(quantity) == 0
    assert sum(score.values()) == 20 - item(report, AE + quantity).max_score


# --- degenerate ---------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["0", "1", "3.3"])
@pytest.mark.parametrize("quantity", ["h0", "h2", "grad_H2", "grad_w1"])
def test_one_value_for_all_says_nothing(quantity, value):
    sheet = student()
    shape = np.shape(working()[quantity])
    sheet[f"gan.{quantity}"] = np.full(shape, value, dtype=object).tolist()
    report = graded(sheet)
    assert ("degenerate", quantity) in found(report)
    assert item(report, quantity).score == 0
    assert item(report, quantity).right == 0


def test_zeros_that_are_right_are_no_degenerate_answer():
    """With every unit off, the gradient of w0 is zero, and so is the right answer."""
    of = problem(of="other")
    values = working(of=of)
    off = values["h0"] == 0
    assert off.any()
    report = graded(written_down(values, of=of), of="other")
    assert "degenerate" not in {code for code, _ in found(report)}


# --- the student of the scanned solution --------------------------------------------------------


@pytest.fixture(scope="module")
def seed():
    gan = {
        "h0": [0.38, 1.14, 0.96, 1.06, 0.7, 1.54, 1.62, 1.06],
        "h1": [[[0.38, 1.14], [0.96, 1.06]], [[0.7, 1.54], [1.62, 1.06]]],
        "c": [
            [
                [0.114, 0.572, 0.636, 0.28],
                [0.134, 0.528, 1.634, 0.352],
                [0.286, 1.63, 1.436, 0.246],
                [0.48, 0.914, 0.52, 0.106],
            ],
            [
                [0.21, 0.602, 0.658, 0.77],
                [0.626, 1.58, 2.62, 0.992],
                [0.744, 2.664, 1.734, 0.626],
                [0.972, 0.798, 0.43, 0.212],
            ],
        ],
        "h2": [
            [0.424, 1.674, 1.894, 1.35],
            [0.96, 2.508, 5.054, 1.444],
            [1.13, 4.594, 3.87, 1.072],
            [1.752, 1.812, 1.15, 0.418],
        ],
    }
    texts = {f"gan.{q}": np.vectorize(str, otypes=[object])(v).tolist() for q, v in gan.items()}
    texts["gan.H2"] = [v for row in texts["gan.h2"] for v in row]
    formulas = {
        "gan.grad_p": "-1/p",
        "gan.grad_H2": "w2*p*(1-p)*grad_p",
        "gan.grad_w0": "(grad_h0*(h0>0)) @ z.T",
        "autoencoder.grad_xp": "2*(x-xp)",
        "autoencoder.grad_W2": "ones(M,1) @ (xp*(1-xp)*grad_xp).T",
        "autoencoder.grad_h": "W2 @ (xp*(1-xp)*grad_xp)",
        "autoencoder.grad_W1": "x @ (grad_h*(h>0)).T",
    }
    lines = {key: Formula(text, PLACE) for key, text in formulas.items()}
    return graded(texts | {"gan.m": "11.9786", "gan.p": "0.999"} | lines, level="6850")


def test_the_seeds_conventions(seed):
    assert dict(seed.problems[0].conventions) == {**KEY, "objective": "minimize_nll"}


@pytest.mark.parametrize(
    ("key", "verdict", "right", "wrong"),
    [
        ("gan.h0", "partial", 7, {(1,)}),
        ("gan.h1", "follow_through", 8, set()),
        ("gan.c", "partial", 30, {(0, 1, 0), (0, 1, 1)}),
        ("gan.h2", "partial", 14, {(1, 0), (1, 1)}),
        ("gan.H2", "follow_through", 16, set()),
        ("gan.m", "follow_through", 1, set()),
        ("gan.p", "correct", 1, set()),
        ("gan.grad_p", "correct", 1, set()),
        ("gan.grad_H2", "correct", 1, set()),
        ("gan.grad_w0", "correct", 1, set()),
        ("autoencoder.grad_xp", "incorrect", 0, {()}),
        ("autoencoder.grad_W2", "incorrect", 0, {()}),
        ("autoencoder.grad_h", "follow_through", 1, set()),
        ("autoencoder.grad_W1", "follow_through", 1, set()),
    ],
)
def test_what_is_right_in_the_seed(seed, key, verdict, right, wrong):
    assessment = item(seed, key)
    assert (assessment.verdict, assessment.right) == (verdict, right)
    assert set(assessment.wrong) == wrong


def test_what_is_found_in_the_seed(seed):
    assert {(f.code, f.at, f.entries) for f in seed.findings} == {
        ("transcription_slip", "gan.h0", ((1,),)),
        ("arithmetic_slip", "gan.c", ((0, 1, 0), (0, 1, 1))),
        ("sign_error", "autoencoder.grad_xp", ()),
        ("input_factor_omitted", "autoencoder.grad_W2", ()),
    }
    assert ("arithmetic_slip", "gan.c") in {(f.code, f.at) for f in item(seed, "gan.h2").findings}


def test_what_the_seed_earns(seed):
    scores = {a.key: a.score for a in seed.assessments if a.max_score}
    lost = {
        k: item(seed, k).max_score - v for k, v in scores.items() if v < item(seed, k).max_score
    }
    assert lost == {
        "gan.h0": item(seed, "gan.h0").max_score / 8,
        "gan.h2": item(seed, "gan.h2").max_score / 8,
        "gan.grad_w1": 4,  # asked for, and not answered
        "gan.grad_h0": 1,  # the expression for w0 takes it as known
        "autoencoder.grad_xp": 4,
        "autoencoder.grad_W2": 6,
    }


# --- the table as a whole -----------------------------------------------------------------------


def test_every_code_of_the_contract_has_a_case_here():
    text = __import__("pathlib").Path(__file__).read_text(encoding="utf-8")
    here = {code for code in FINDING_CODES if f'"{code}' in text}
    # one is in test_normalise.py, one stands behind another here
    assert set(FINDING_CODES) - here <= {"weight_not_transposed", "layout"}


def test_findings_without_their_quantity_are_findings_all_the_same():
    values = working(made=[mistake("bias_omitted", "m")])
    report = graded(without(written_down(values), ["m"]))
    _only(report, "bias_omitted", "m")

"""When each finding speaks, and when it stays silent: the table behind `docs/findings.md`.

Every row is graded by `tests/test_findings_page.py`, and the page is made of the same rows by
``python tests/tools/make_findings_page.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache

import numpy as np
from core_samples import answers
from finding_sheets import (
    NLL,
    Made,
    also,
    carried,
    channels_subtracted,
    copied,
    counted_from_one,
    entry,
    exchanged,
    filled,
    line,
    mistaken,
    noise,
    off,
    only,
    rounded_on_the_way,
    rubric_of,
    shifted,
    stated,
    texts,
    times,
    working_so,
    written_as,
)

from grader.grading import grade
from grader.model import Index, Report

__all__ = ["ROWS", "Found", "Row", "costs_of", "found_in", "report_of"]

Found = tuple[str, str, tuple[Index, ...]]
"""A code, the quantity where the mistake was made, and its entries (all where empty)."""


@dataclass(frozen=True)
class Row:
    """One sheet and what must come out of it.

    Attributes:
        code: the finding that the row is about.
        sentence: what the student did.
        sheet: makes the answers.
        gives: every finding that comes out; for a silent row, those that come instead.
        costs: the points that the answers lose, in all.
        why: of a silent row, why the finding says nothing.
        of: the rubric.
        stated: conventions that the student states.
    """

    code: str
    sentence: str
    sheet: Made
    gives: frozenset[Found] = frozenset()
    costs: Fraction = Fraction(0)
    why: str = ""
    of: str = "hw6"
    stated: tuple[tuple[str, str], ...] = field(default=())

    @property
    def speaks(self) -> bool:
        """Whether the row's finding comes out."""
        return not self.why


@cache
def report_of(row: Row) -> Report:
    """The row's sheet, graded."""
    return grade(answers(row.sheet(), "6850", **dict(row.stated)), rubric_of(row.of))


def found_in(row: Row) -> frozenset[Found]:
    """The findings of the row's sheet."""
    findings = report_of(row).findings
    return frozenset((f.code, f.at.partition(".")[2], f.entries) for f in findings)


def costs_of(row: Row) -> Fraction:
    """What the answers of the row's sheet lose; those that it leaves out do not count."""
    given = set(row.sheet())
    return sum(
        (a.max_score - a.score for a in report_of(row).assessments if a.key in given), Fraction(0)
    )


def says(code, sentence, sheet, at, *entries, costs=0, of="hw6", more=(), stating=None) -> Row:
    """A row in which the finding speaks, at these entries; ``more`` comes out beside it."""
    gives = frozenset({(code, at, entries), *more})
    told = tuple((stating or {}).items())
    return Row(code, sentence, sheet, gives, Fraction(costs), "", of, told)


def not_(code, sentence, sheet, why, *gives, costs=0, of="hw6", stating=None) -> Row:
    """A row in which it stays silent; ``gives`` comes out instead."""
    told = tuple((stating or {}).items())
    return Row(code, sentence, sheet, frozenset(gives), Fraction(costs), why, of, told)


KEY = {"objective": "maximize_log_p"}
OTHER = {
    "objective": "minimize_nll",
    "deconv": "transposed",
    "reshape": "column_major",
    "flatten": "column_major",
}
NOTHING_FITS = "no rule explains it, and none is invented"

SLIPS = (
    says(
        "arithmetic_slip",
        "`h0[1]` is 1.9 instead of 1.4, and was carried on",
        carried("h0", entry((1,), 1.9)),
        "h0",
        (1,),
        costs="3/8",
    ),
    says(
        "arithmetic_slip",
        "`h2[0,0]` and `h2[3,2]` are a tenth too large, and were carried on",
        carried("h2", off((0, 0), (3, 2))),
        "h2",
        (0, 0),
        (3, 2),
        costs="5/8",
    ),
    says(
        "arithmetic_slip",
        "`grad_w1[0,0,2]` is a tenth too large, and nothing comes after it",
        stated("grad_w1", off((0, 0, 2))),
        "grad_w1",
        (0, 0, 2),
        costs="2/9",
    ),
    says(
        "arithmetic_slip",
        "`c[1,2,1]` is a fifth too large; `c` carries no points, so `h2` pays",
        carried("c", off((1, 2, 1), by=1.2)),
        "c",
        (1, 2, 1),
        costs="5/16",
    ),
    not_(
        "arithmetic_slip",
        "`h0[1]` is 1.9, and later answers use 1.4",
        stated("h0", entry((1,), 1.9)),
        "the right value was used: it was copied wrongly",
        ("transcription_slip", "h0", ((1,),)),
        costs="3/8",
    ),
    not_(
        "arithmetic_slip",
        "every entry of `h0` is three times too large",
        carried("h0", times(3)),
        "one factor explains all of them",
        ("constant_factor", "h0", ()),
        costs=3,
    ),
    not_(
        "arithmetic_slip",
        "`h2` is numbers that have nothing to do with it",
        carried("h2", noise, keep=["h0", "h2"]),
        f"nearly all are wrong: {NOTHING_FITS}",
        costs=5,
    ),
    not_(
        "arithmetic_slip",
        "`h0[1]` is 1.405 instead of 1.4",
        stated("h0", entry((1,), 1.405)),
        "it is within the tolerance",
    ),
    not_(
        "arithmetic_slip",
        "`grad_W2` is `h @ (grad_xp*xp*(1-xp)*xp).T`",
        line(grad_W2="h @ (grad_xp*xp*(1-xp)*xp).T"),
        f"an expression has no entries to slip in: {NOTHING_FITS}",
        costs=6,
    ),
    says(
        "transcription_slip",
        "`h0[1]` is written as 1.14, and later answers use 1.4",
        stated("h0", entry((1,), 1.14)),
        "h0",
        (1,),
        costs="3/8",
    ),
    says(
        "transcription_slip",
        "`h2[1,2]` is written as 5.25, and later answers use 5.052",
        stated("h2", entry((1, 2), 5.25)),
        "h2",
        (1, 2),
        costs="5/16",
    ),
    says(
        "transcription_slip",
        "`m` is written as 14.2, and `p` and the gradients use 12.4",
        stated("m", texts("14.2")),
        "m",
    ),
    not_(
        "transcription_slip",
        "`h0[1]` is 1.14, and was carried on",
        carried("h0", entry((1,), 1.14)),
        "it was carried on: it is an arithmetic slip",
        ("arithmetic_slip", "h0", ((1,),)),
        costs="3/8",
    ),
    not_(
        "transcription_slip",
        "`grad_w0[3,1]` is a tenth too large, and nothing comes after it",
        stated("grad_w0", off((3, 1))),
        "no later answer tells which value was used",
        ("arithmetic_slip", "grad_w0", ((3, 1),)),
        costs="3/16",
    ),
    not_(
        "transcription_slip",
        "`c[0,1,1]` is left empty, and `h2` is right",
        stated(
            "c",
            lambda v: [
                [
                    [None if (i, j, k) == (0, 1, 1) else f"{v[i, j, k]:.6g}" for k in range(4)]
                    for j in range(4)
                ]
                for i in range(2)
            ],
        ),
        "what is missing was not copied wrongly",
    ),
)

DIGITS = (
    says(
        "rounded_early",
        "`p` is written as 0.99999, and the gradients use 1 - 0.99999",
        also(carried("p", texts(0.99999)), {"gan.p": "0.99999"}),
        "p",
        costs=2,
    ),
    says(
        "rounded_early",
        "`m` is written as 12, and `p` and the gradients use it",
        also(carried("m", texts(12.0)), {"gan.m": "12"}),
        "m",
        costs=2,
    ),
    not_(
        "rounded_early",
        "`p` is written as 0.99999, and the gradients use the exact value",
        also(working_so(), {"gan.p": "0.99999"}),
        "only what was written down was rounded",
    ),
    not_(
        "rounded_early",
        "`p` is written as 1.0000, and the gradients use the exact value",
        also(working_so(), {"gan.p": "1.0000"}),
        "only what was written down was rounded",
    ),
    not_(
        "rounded_early",
        "every value but `p` is rounded to five digits and carried on so",
        rounded_on_the_way(5),
        "no later value is moved beyond its tolerance",
    ),
    says(
        "too_few_digits",
        "`h0[0]` and `h0[1]` are written as 0.4 and 1, for 0.38 and 1.4",
        also(working_so(), {"gan.h0": ["0.4", "1", "0.96", "1.06", "0.7", "1.54", "1.62", "1.06"]}),
        "h0",
        (0,),
        (1,),
        costs="3/4",
    ),
    says("too_few_digits", "`m` is written as 1e1", also(working_so(), {"gan.m": "1e1"}), "m"),
    not_(
        "too_few_digits",
        "every value has two significant digits",
        working_so(digits=2),
        "two digits are as many as the assignment asks",
    ),
    not_(
        "too_few_digits",
        "`h0[1]` is written as 2, for 1.4",
        also(
            working_so(), {"gan.h0": ["0.38", "2", "0.96", "1.06", "0.7", "1.54", "1.62", "1.06"]}
        ),
        "1.4 to one digit is 1: the value is wrong",
        ("transcription_slip", "h0", ((1,),)),
        costs="3/8",
    ),
)

RELATIONS = (
    says(
        "sign_error",
        "`grad_H2` has the opposite sign, and was carried on; the objective is stated",
        carried("grad_H2", np.negative),
        "grad_H2",
        costs=2,
        stating=KEY,
    ),
    says(
        "sign_error",
        "`grad_w1` has the opposite sign, the other gradients have not",
        stated("grad_w1", np.negative),
        "grad_w1",
        costs=4,
    ),
    says(
        "sign_error",
        "`grad_H2[3]` alone has the opposite sign, and was carried on",
        carried("grad_H2", off((3,), by=-1)),
        "grad_H2",
        (3,),
        costs="1/8",
    ),
    says("sign_error", "`grad_xp` is `2*(x-xp)`", line(grad_xp="2*(x-xp)"), "grad_xp", costs=4),
    says(
        "sign_error",
        "`grad_W1` is `-x @ (grad_h*(h>0)).T`",
        line(grad_W1="-x @ (grad_h*(h>0)).T"),
        "grad_W1",
        costs=6,
    ),
    not_(
        "sign_error",
        "every gradient has the opposite sign",
        working_so(NLL),
        "all of it is right under `minimize_nll`",
    ),
    not_(
        "sign_error",
        "`grad_H2[3]` is a tenth too large, and has the opposite sign",
        stated("grad_H2", off((3,), by=-1.1)),
        "the sign alone does not explain it",
        ("transcription_slip", "grad_H2", ((3,),)),
        costs="1/8",
    ),
    not_(
        "sign_error",
        "`grad_w1` is all 0",
        stated("grad_w1", filled("0")),
        "zero has no sign",
        ("degenerate", "grad_w1", ()),
        costs=4,
    ),
    says(
        "constant_factor",
        "`h2` is a quarter of what it should be, and was carried on",
        carried("h2", times(0.25)),
        "h2",
        costs=5,
    ),
    says(
        "constant_factor",
        "`grad_w1` is three times what it should be",
        stated("grad_w1", times(3)),
        "grad_w1",
        costs=4,
    ),
    says(
        "constant_factor", "`grad_xp` is `5*(xp-x)`", line(grad_xp="5*(xp-x)"), "grad_xp", costs=4
    ),
    not_(
        "constant_factor",
        "two entries of `h0` are three times too large, and were carried on",
        carried("h0", off((0,), (1,), by=3)),
        "the others are right: these are slips",
        ("arithmetic_slip", "h0", ((0,), (1,))),
        costs="3/4",
    ),
    not_(
        "constant_factor",
        "`grad_xp` is `xp-x`",
        line(grad_xp="xp-x"),
        "another code says which factor was lost",
        ("factor_omitted", "grad_xp", ()),
        costs=4,
    ),
    not_(
        "constant_factor",
        "`m` is twice what it should be, and nothing comes after it",
        stated("m", times(2), keep=["h0", "h1", "h2", "H2", "m"]),
        "a single number is some factor times any other",
    ),
    says(
        "index_shifted",
        "the values of `h0` stand one place on; later answers use the right ones",
        stated("h0", shifted(0, 1)),
        "h0",
        costs=3,
    ),
    says(
        "index_shifted",
        "the columns of `h2` stand one place back; later answers use the right ones",
        stated("h2", shifted(1, -1)),
        "h2",
        costs=5,
    ),
    not_(
        "index_shifted",
        "`h0` is written entry by entry, and the indices start at 1",
        counted_from_one("h0"),
        "indices may start at 0 or at 1",
    ),
    not_(
        "index_shifted",
        "the values of `h0` stand two places on",
        stated("h0", shifted(0, 2)),
        f"it is not one place: {NOTHING_FITS}",
        costs=3,
    ),
    not_(
        "index_shifted",
        "`grad_xp` is `2*(x-xp)`",
        line(grad_xp="2*(x-xp)"),
        "an expression has no index to be off by one",
        ("sign_error", "grad_xp", ()),
        costs=4,
    ),
    says(
        "swapped_answers",
        "`h0` and `grad_h0` stand in each other's place",
        exchanged("h0", "grad_h0"),
        "h0",
        costs=4,
        more=[("swapped_answers", "grad_h0", ())],
    ),
    says(
        "swapped_answers",
        "`grad_H2` is `H2*(1-p)`, and `grad_w2` is `w2*(1-p)`",
        only("gan", grad_H2="H2*(1-p)", grad_w2="w2*(1-p)"),
        "grad_H2",
        costs=2,
        more=[("swapped_answers", "grad_w2", ())],
    ),
    not_(
        "swapped_answers",
        "`grad_b0` and `grad_h0` are the same",
        working_so(keep=["h0", "h1", "h2", "p", "grad_H2", "grad_w1", "grad_h0", "grad_b0"]),
        "every unit is on, so both are right",
    ),
    not_(
        "swapped_answers",
        "the values of `h0` stand in the place of `grad_h0`, too",
        copied("h0", "grad_h0"),
        "`h0` is in its own place: nothing was exchanged",
        costs=1,
    ),
)

RULES = (
    says("factor_omitted", "`grad_xp` is `xp-x`", line(grad_xp="xp-x"), "grad_xp", costs=4),
    says(
        "factor_omitted",
        "`grad_W2` is `h @ ((xp-x)*xp*(1-xp)).T`, and `grad_xp` is left out",
        only(grad_W2="h @ ((xp-x)*xp*(1-xp)).T"),
        "grad_xp",
        costs=6,
    ),
    says(
        "factor_omitted",
        "`grad_o` is half of what it should be, and was carried on",
        mistaken("factor_omitted", "grad_r", of="square"),
        "grad_o",
        costs=2,
        of="square",
    ),
    says(
        "factor_omitted",
        "`grad_xp` has two entries, each half of what it should be",
        mistaken("factor_omitted", "grad_r", of="pair"),
        "grad_xp",
        costs=2,
        of="pair",
        more=[("mean_instead_of_sum", "grad_xp", ())],
    ),
    not_(
        "factor_omitted",
        "`grad_xp` is `-2*x+2*xp`",
        line(grad_xp="-2*x+2*xp"),
        "written otherwise, it is the same",
    ),
    not_(
        "factor_omitted",
        "`grad_xp` is `4*(xp-x)`",
        line(grad_xp="4*(xp-x)"),
        "the 2 is there; another factor is too much",
        ("constant_factor", "grad_xp", ()),
        costs=4,
    ),
    says(
        "mean_instead_of_sum",
        "`grad_xp` is `2*(xp-x)/N`",
        line(grad_xp="2*(xp-x)/N"),
        "grad_xp",
        costs=4,
    ),
    says(
        "mean_instead_of_sum",
        "`grad_o` is a third of what it should be: it has 3 entries",
        mistaken("mean_instead_of_sum", "grad_r", of="square"),
        "grad_o",
        costs=2,
        of="square",
    ),
    says(
        "mean_instead_of_sum",
        "`grad_xp` has two entries, and was divided by 2",
        mistaken("mean_instead_of_sum", "grad_r", of="pair"),
        "grad_xp",
        costs=2,
        of="pair",
        more=[("factor_omitted", "grad_xp", ())],
    ),
    not_(
        "mean_instead_of_sum",
        "`grad_xp` is `2*(xp-x)/3`",
        line(grad_xp="2*(xp-x)/3"),
        "3 is the number of entries only by accident",
        ("constant_factor", "grad_xp", ()),
        costs=4,
    ),
    not_(
        "mean_instead_of_sum",
        "`grad_o` is a quarter of what it should be, and was carried on",
        carried("grad_o", times(0.25), of="square"),
        "it has 3 entries, not 4",
        ("constant_factor", "grad_o", ()),
        costs=2,
        of="square",
    ),
    says(
        "bias_omitted",
        "`h0` is worked out without `b0`, and was carried on",
        mistaken("bias_omitted", "a0"),
        "h0",
        costs=3,
    ),
    says(
        "bias_omitted",
        "`m` is worked out without `b2`, and was carried on",
        mistaken("bias_omitted", "m"),
        "m",
        costs=2,
    ),
    says(
        "bias_omitted",
        "`h1` is worked out without `b0`, and `h0` is left out",
        mistaken("bias_omitted", "a0", keep=["h1"]),
        "h0",
        costs=2,
    ),
    says("bias_omitted", "`z1` is `W1.T @ x`", only(z1="W1.T @ x"), "z1"),
    not_(
        "bias_omitted",
        "`b0` is left out of `h0[2]` only, and that was carried on",
        carried("h0", entry((2,), 0.76)),
        "the other entries have their bias",
        ("arithmetic_slip", "h0", ((2,),)),
        costs="3/8",
    ),
    not_(
        "bias_omitted",
        "`z1` is `W1.T @ x + 2*b1`",
        only(z1="W1.T @ x + 2*b1"),
        f"the bias is there, twice: {NOTHING_FITS}",
    ),
    says(
        "channel_omitted",
        "`h2` is made of the first channel only, and was carried on",
        mistaken("channel_omitted", "s"),
        "h2",
        costs=5,
    ),
    says(
        "channel_omitted",
        "`H2` is made of the second channel only, and `h2` is left out",
        mistaken("channel_omitted", "s", nth=1, keep=["h0", "h1", "c", "H2", "m"]),
        "h2",
    ),
    not_(
        "channel_omitted",
        "the second channel of `c` is left empty, and `h2` is right",
        stated("c", lambda v: [[[f"{x:.6g}" for x in r] for r in v[0]], [[None] * 4] * 4]),
        "both channels were used",
    ),
    not_(
        "channel_omitted",
        "one channel is subtracted from the other in `h2`",
        channels_subtracted,
        NOTHING_FITS,
        costs=5,
    ),
    says(
        "relu_omitted",
        "`h0` keeps its negative values, and was carried on",
        mistaken("relu_omitted", "h0", of="other"),
        "h0",
        (1,),
        (3,),
        costs="351/128",
        of="other",
    ),
    says(
        "relu_omitted",
        "`h2` keeps its negative values, and was carried on",
        mistaken("relu_omitted", "h2", of="other"),
        "h2",
        (0, 0),
        (1, 1),
        costs="79/48",
        of="other",
    ),
    says("relu_omitted", "`h` is `W1.T @ x + b1`", only(h="W1.T @ x + b1"), "h"),
    not_(
        "relu_omitted",
        "`h0` is worked out without ReLU from the assignment's own values",
        mistaken("relu_omitted", "h0"),
        "no unit is off, so the numbers are the same",
    ),
    not_(
        "relu_omitted",
        "`z1` is `W1.T @ x + b1`",
        only(z1="W1.T @ x + b1"),
        "`z1` is the value before ReLU",
    ),
    says(
        "relu_mask_omitted",
        "`grad_w0` has a gradient for units that are off",
        mistaken("relu_mask_omitted", "grad_a0", of="other"),
        "grad_w0",
        (1, 0),
        (1, 1),
        (3, 0),
        (3, 1),
        costs="1/2",
        of="other",
    ),
    says(
        "relu_mask_omitted",
        "`grad_W1` is `x @ grad_h.T`",
        line(grad_W1="x @ grad_h.T"),
        "grad_z1",
        costs=6,
    ),
    not_(
        "relu_mask_omitted",
        "`grad_w0` is worked out without the mask from the assignment's values",
        mistaken("relu_mask_omitted", "grad_a0"),
        "no unit is off, so the numbers are the same",
    ),
    not_(
        "relu_mask_omitted",
        "`grad_W1` is `x @ (grad_h*((W1.T @ x + b1)>0)).T`",
        line(grad_W1="x @ (grad_h*((W1.T @ x + b1)>0)).T"),
        "the mask is there, from `z1`",
    ),
    says(
        "sigmoid_derivative_omitted",
        "`grad_m` is `grad_p`, and was carried on",
        mistaken("sigmoid_derivative_omitted", "grad_m"),
        "grad_m",
        costs=2,
    ),
    says(
        "sigmoid_derivative_omitted",
        "`grad_W2` is `h @ grad_xp.T`",
        line(grad_W2="h @ grad_xp.T"),
        "grad_z2",
        costs=6,
    ),
    not_(
        "sigmoid_derivative_omitted",
        "`grad_m` is `1-p`",
        only("gan", grad_m="1-p"),
        "the derivative is in it: p (1 - p) / p",
    ),
    not_(
        "sigmoid_derivative_omitted",
        "`grad_h` is `W2 @ (grad_xp*xp*xp)`",
        line(grad_h="W2 @ (grad_xp*xp*xp)"),
        f"a factor is there, though wrong: {NOTHING_FITS}",
        costs=4,
    ),
    says(
        "input_factor_omitted",
        "`grad_w0` is `grad_h0` in both columns, without `z`",
        mistaken("input_factor_omitted", "grad_w0"),
        "grad_w0",
        costs=3,
    ),
    says(
        "input_factor_omitted",
        "`grad_W` is worked out with ones in the place of `a`",
        mistaken("input_factor_omitted", "grad_W", of="square"),
        "grad_W",
        costs=2,
        of="square",
    ),
    says(
        "input_factor_omitted",
        "`grad_W2` is `ones(M,1) @ (grad_xp*xp*(1-xp)).T`",
        line(grad_W2="ones(M,1) @ (grad_xp*xp*(1-xp)).T"),
        "grad_W2",
        costs=6,
    ),
    not_(
        "input_factor_omitted",
        "`grad_b2` is `grad_xp*xp*(1-xp)`",
        line(grad_b2="grad_xp*xp*(1-xp)"),
        "a bias is multiplied with 1",
    ),
    not_(
        "input_factor_omitted",
        "`grad_W2` is `grad_xp*xp*(1-xp)`",
        line(grad_W2="grad_xp*xp*(1-xp)"),
        "a column cannot be the gradient of a matrix",
        ("shape_mismatch", "grad_W2", ()),
        costs=6,
    ),
    says(
        "wrong_label",
        "`grad_p` is -1/(1-p), and was carried on; the objective is stated",
        mistaken("wrong_label", "grad_p"),
        "grad_p",
        costs=2,
        stating=KEY,
    ),
    says(
        "wrong_label",
        "`grad_p` is left out, and `grad_m` is -p; the objective is stated",
        mistaken("wrong_label", "grad_p", keep=["m", "p", "grad_m", "grad_w0"]),
        "grad_p",
        costs=3,
        stating=KEY,
    ),
    says(
        "wrong_label",
        "`grad_p` is `-1/(1-p)`, and the objective is stated",
        only("gan", grad_p="-1/(1-p)"),
        "grad_p",
        stating=KEY,
    ),
    not_(
        "wrong_label",
        "`grad_p` is `-1/p`",
        only("gan", grad_p="-1/p"),
        "it is right under `minimize_nll`",
    ),
    not_(
        "wrong_label",
        "`grad_p` is `1/p`, and the objective is stated as `minimize_nll`",
        only("gan", grad_p="1/p"),
        "the label is right, the sign is not",
        ("sign_error", "grad_p", ()),
        stating=NLL,
    ),
    says(
        "weight_not_transposed",
        "`o` is worked out with `W^T`, and was carried on",
        mistaken("weight_not_transposed", "u", of="square"),
        "o",
        costs=2,
        of="square",
    ),
    says(
        "weight_not_transposed",
        "`grad_a` is worked out with `W`, and was carried on",
        mistaken("weight_not_transposed", "grad_a", of="square"),
        "grad_a",
        costs=2,
        of="square",
    ),
    says(
        "weight_not_transposed",
        "`grad_a` is `W @ grad_o`",
        only("layer", grad_a="W @ grad_o"),
        "grad_a",
        of="square",
    ),
    says(
        "weight_not_transposed",
        "`grad_h` is `W2.T @ (grad_xp*xp*(1-xp))`, which has no value: the shapes differ",
        line(grad_h="W2.T @ (grad_xp*xp*(1-xp))"),
        "grad_h",
        costs=4,
        more=[("shape_mismatch", "grad_h", ())],
    ),
    not_(
        "weight_not_transposed",
        "`grad_h` is `W2.T @ (grad_xp*xp)`",
        line(grad_h="W2.T @ (grad_xp*xp)"),
        "without the transpose it would be wrong as well",
        ("shape_mismatch", "grad_h", ()),
        costs=4,
    ),
    not_(
        "weight_not_transposed",
        "`grad_a` is `(grad_o.T @ W).T`",
        only("layer", grad_a="(grad_o.T @ W).T"),
        "it is the same product",
        of="square",
    ),
)

THE_WHOLE = (
    says(
        "convention_mixed",
        "`grad_h1` is worked out `transposed`, all else `cross_correlation`",
        mistaken("convention_mixed", "grad_h1"),
        "grad_h1",
        (0, 0, 0),
        (0, 0, 1),
        (0, 1, 0),
        (0, 1, 1),
        (1, 0, 0),
        (1, 0, 1),
        costs="3/4",
    ),
    says(
        "convention_mixed",
        "`grad_h0` is put in another order than `h1` was",
        mistaken("convention_mixed", "grad_h0"),
        "grad_h0",
        *((k,) for k in range(1, 7)),
        costs="3/4",
    ),
    not_(
        "convention_mixed",
        "everything is worked out `transposed`",
        working_so({"deconv": "transposed"}),
        "it is one convention throughout",
    ),
    not_(
        "convention_mixed",
        "every convention is another than the key's",
        working_so(OTHER),
        "each is kept to",
    ),
    says(
        "layout",
        "`grad_w1` is written with its channels last, as (3, 3, 2)",
        stated("grad_w1", written_as(lambda v: v.transpose(1, 2, 0))),
        "grad_w1",
    ),
    says(
        "layout",
        "`h2` is written in one row of 16",
        stated("h2", written_as(lambda v: v.reshape(16))),
        "h2",
    ),
    says(
        "layout",
        "`grad_W2` is `(grad_xp*xp*(1-xp)) @ h.T`",
        line(grad_W2="(grad_xp*xp*(1-xp)) @ h.T"),
        "grad_W2",
    ),
    not_(
        "layout",
        "`m` is written as a list of one number",
        stated("m", lambda v: [f"{float(v):.6g}"]),
        "an axis of length 1 never matters",
    ),
    not_(
        "layout",
        "`H2` is worked out column by column, and the rest with it",
        working_so({"flatten": "column_major"}),
        "later answers use it so: it is a convention",
    ),
    says(
        "shape_mismatch",
        "`h0` has 7 entries",
        stated("h0", written_as(lambda x: x[:7])),
        "h0",
        costs=3,
    ),
    says(
        "shape_mismatch",
        "`h2` has 4 rows of 3",
        stated("h2", written_as(lambda x: x[:, :3])),
        "h2",
        costs=5,
    ),
    says(
        "shape_mismatch",
        "`grad_h` is `W2.T @ (grad_xp*xp*(1-xp))`",
        line(grad_h="W2.T @ (grad_xp*xp*(1-xp))"),
        "grad_h",
        costs=4,
        more=[("weight_not_transposed", "grad_h", ())],
    ),
    not_(
        "shape_mismatch",
        "`h2` is written transposed",
        stated("h2", written_as(np.transpose), keep=["h0", "h2", "m"]),
        "it is right when read as written",
        ("layout", "h2", ()),
    ),
    not_(
        "shape_mismatch",
        "`h0[7]` is left empty",
        stated("h0", lambda v: [*(f"{x:.6g}" for x in v[:7]), None]),
        "it has its place: it is missing",
        costs="3/8",
    ),
    says("degenerate", "`grad_w1` is all 0", stated("grad_w1", filled("0")), "grad_w1", costs=4),
    says(
        "degenerate",
        "`h0` is all 0, and was carried on",
        carried("h0", times(0), keep=["h0", "h2"]),
        "h0",
        costs=8,
    ),
    says("degenerate", "`h2` is 1 everywhere", stated("h2", filled("1")), "h2", costs=5),
    says("degenerate", "`grad_xp` is `0*(xp-x)`", line(grad_xp="0*(xp-x)"), "grad_xp", costs=4),
    not_(
        "degenerate",
        "rows of `grad_w0` are 0, where units are off",
        working_so(of="other"),
        "they are 0 in the key as well",
        of="other",
    ),
    not_(
        "degenerate",
        "`grad_w1[0,0,0]` alone is 0",
        stated("grad_w1", entry((0, 0, 0), 0)),
        "the other entries say something",
        ("arithmetic_slip", "grad_w1", ((0, 0, 0),)),
        costs="2/9",
    ),
)

ROWS: tuple[Row, ...] = (*SLIPS, *DIGITS, *RELATIONS, *RULES, *THE_WHOLE)
"""Every row, those of one code together and the speaking ones first."""

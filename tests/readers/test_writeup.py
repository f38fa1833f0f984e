from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import RUBRIC, read_one, said

from grader.model import Formula, SubmissionError, Unreadable
from grader.readers import read
from grader.readers.writeup import read_writeup

H0 = [0.38, 1.4, 0.96, 1.06, 0.7, 1.54, 1.62, 1.06]
H0_TEXT = "0.38, 1.4, 0.96, 1.06, 0.7, 1.54, 1.62, 1.06"
LIST = ((8,), H0)
COLUMN = ((8, 1), H0)
CHANNELS = ((2, 2, 2), H0)
FIRST = r"\begin{bmatrix} 0.38 & 1.4 \\ 0.96 & 1.06 \end{bmatrix}"
SECOND = r"\begin{bmatrix} 0.7 & 1.54 \\ 1.62 & 1.06 \end{bmatrix}"
STACKED = (
    r"\begin{bmatrix} 0.38 \\ 1.4 \\ 0.96 \\ 1.06 \\ 0.7 \\ 1.54 \\ 1.62 \\ 1.06 \end{bmatrix}"
)
H2_ROWS = (
    "0.424 1.674 1.894 1.35\n1.152 3.088 5.052 1.444\n1.13 4.594 3.87 1.072\n1.752 1.812 1.15 0.418"
)
PADDED = r"$h_1^1 = \begin{bmatrix} 0 & 0 & 0 \\ 0 & 0.38 & 1.4 \end{bmatrix}$"
H2 = ((4, 4), [float(entry) for entry in H2_ROWS.split()])
H2_LINES = [f"| {' | '.join(row.split())} |" for row in H2_ROWS.split("\n")]
H2_TABLE = "\n".join((H2_LINES[0], "|---|---|---|---|", *H2_LINES[1:]))
JACOBIAN = r"\frac{\partial z_2[i]}{\partial W_2[i][j]} = \begin{cases} 1 & i=j \\ 0 \end{cases}"
DELTA = r"\delta = 2(x'-x) \odot x' \odot (1-x')"


def remarks(submission):
    return [str(remark) for remark in submission.remarks]


# --- numbers ------------------------------------------------------------------------------------

NUMBERS = [
    # lines of text
    (f"h0 = [{H0_TEXT}]", {"gan.h0": LIST}),
    (f"h0: {H0_TEXT}", {"gan.h0": LIST}),
    (f"Q1 h0 = {H0_TEXT}", {"gan.h0": LIST}),
    (f"- **h0**: [{H0_TEXT}]\n- m = 12.4, p = 1", {"gan.h0": LIST, "gan.m": 12.4, "gan.p": 1}),
    (f"h_0 = ReLU(w_0 z + b_0) = ({H0_TEXT})ᵀ", {"gan.h0": LIST}),
    ("h0 = \n[ 0.38,\n 1.4, 0.96, 1.06,\n 0.7, 1.54,\n 1.62, 1.06 ]", {"gan.h0": LIST}),
    ("1. h0 = [.38; 1.4; .96; 1.06; .7; 1.54; 1.62; 1.06]", {"gan.h0": LIST}),
    (f"The gradient wrt h0 is: [{H0_TEXT}]", {"gan.grad_h0": LIST}),
    ("The logit is m = 12.402.", {"gan.m": 12.402}),
    ("1) m = 12.4   2) p = 0.99", {"gan.m": 12.4, "gan.p": 0.99}),
    ("m = 0.1*0.424 + ... + 0.3 = 12.40", {"gan.m": 12.4}),
    ("m = 12.4 (rounded)", {"gan.m": 12.4}),
    ("m\n= 12.4", {"gan.m": 12.4}),
    ("p ≈ 1\nm ≈ 12.4", {"gan.p": 1, "gan.m": 12.4}),
    ("m = 12,40\np = 0,99", {"gan.m": 12.4, "gan.p": 0.99}),
    ("$m = 12,402$ and $p = 0,99$", {"gan.m": 12.402, "gan.p": 0.99}),
    ("<p>m = 12.4</p>\n<b>p</b> = 0.5", {"gan.m": 12.4, "gan.p": 0.5}),
    ("m=12.40\r\np=0.99\r\n", {"gan.m": 12.4, "gan.p": 0.99}),
    (f"h2 =\n{H2_ROWS}\n\nThat was it.", {"gan.h2": H2}),
    ("h0[1] = 1.4\nh0[2] = 0.96", {"gan.h0": {(1,): 1.4, (2,): 0.96}}),
    ("For N = 2 we check. $m = 12.4$ and p = 0.99", {"gan.m": 12.4, "gan.p": 0.99}),
    # mathematics
    ("so $m = 12.402$ and $p = 0.999$.", {"gan.m": 12.402, "gan.p": 0.999}),
    (r"\(m = 12.4\) and \[ p = 0.99 \]", {"gan.m": 12.4, "gan.p": 0.99}),
    (r"$$m = w_2^T H_2 + b_2 = 11.9786.$$", {"gan.m": 11.9786}),
    (r"$p(y=0) = \hat y = \sigma(m) = 0.999$", {"gan.p": 0.999}),
    (r"\begin{align} m &= w_2^T H_2 + b_2 \\ &= 12.4 \end{align}", {"gan.m": 12.4}),
    ("$$ m = 12.4", {"gan.m": 12.4}),
    (f"$$ m = 12.4\n\n## h0\n\n{H0_TEXT}", {"gan.m": 12.4, "gan.h0": LIST}),
    ("$m = \\boxed{12.4}$", {"gan.m": 12.4}),
    (f"$$h_0 = {STACKED}$$", {"gan.h0": COLUMN}),
    (f"h_0 = {STACKED}", {"gan.h0": COLUMN}),
    (f"$h_0 = \\text{{ReLU}}({STACKED}) = {STACKED} \\in \\mathbb{{R}}^8$", {"gan.h0": COLUMN}),
    (f"$$h_0 = ReLU(a)$$\n\n$$= ReLU({FIRST}) = {STACKED}$$", {"gan.h0": COLUMN}),
    # channels
    (f"$h_1^1 = {FIRST}, h_1^2 = {SECOND}$", {"gan.h1": CHANNELS}),
    (f"$h_1^{{(1)}} = {FIRST} \\quad h_1^{{(2)}} = {SECOND}$", {"gan.h1": CHANNELS}),
    (f"$h_1^1 = {FIRST} \\quad h_2^2 = {SECOND}$", {"gan.h1": CHANNELS}),
    (f"$h_1[0] = {FIRST}$, $h_1[1] = {SECOND}$", {"gan.h1": CHANNELS}),
    (f"$h_1 = {FIRST}, {SECOND}$", {"gan.h1": CHANNELS}),
    (f"$h_1$: channel 1 is\n$${FIRST}$$\nchannel 2 is\n$${SECOND}$$", {"gan.h1": CHANNELS}),
    (f"## Channel 1 of h1\n$${FIRST}$$\n## Channel 2 of h1\n$${SECOND}$$", {"gan.h1": CHANNELS}),
    # a heading or a sentence has the name
    (f"## h0\n{H0_TEXT}", {"gan.h0": LIST}),
    (f"The image $h_2$ is\n\n```\n{H2_ROWS}\n```", {"gan.h2": H2}),
    (f"$h_0$:\n\n$$\n{STACKED}\n$$", {"gan.h0": COLUMN}),
    # tables
    (f"h2 is\n\n{H2_TABLE}", {"gan.h2": H2}),
    ("| quantity | value |\n|---|---|\n| $m$ | 12.4 |\n| `p` | 1 |", {"gan.m": 12.4, "gan.p": 1}),
    (
        "\\begin{tabular}{lr}\n\\hline\nquantity & value \\\\ \\hline\n$m$ & 12.4\n\\end{tabular}",
        {"gan.m": 12.4},
    ),
    # code
    ("```python\nm = 12.4  # rounded\ndef f(x):\n    p = 0.2\n```", {"gan.m": 12.4}),
    (f"```\nh0 = np.array([{H0_TEXT[:16]}\n   {H0_TEXT[16:]}])\n```", {"gan.h0": LIST}),
    # powers of ten
    (r"$\nabla_m = 1 - p = 4.11 \times 10^{-6}$", {"gan.grad_m": 4.11e-6}),
    (
        r"$\nabla_{h_0} J = 10^{-6} (1, 2, 3, 4, 5, 6, 7, 8)^T$",
        {"gan.grad_h0": ((8,), [k / 1e6 for k in range(1, 9)])},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), NUMBERS)
def test_numbers_are_found_with_their_names(text, expected):
    submission = read_one(text, "a.md")
    assert said(submission) == expected
    assert remarks(submission) == []


FINAL = [
    # what does not fit is a worked line
    (f"$h_1^1 = {FIRST}$\n\npadded: {PADDED}\n\n$h_1^2 = {SECOND}$", {"gan.h1": CHANNELS}),
    (f"$h_0 = {STACKED} = 3$", {"gan.h0": COLUMN}),
    # the last that fits is the answer, within a part without a word
    ("m = 12.1\n\nm = 12.4", {"gan.m": 12.4}),
    # where nothing fits, the last
    (f"$h_2 = {FIRST}$", {"gan.h2": ((2, 2), H0[:4])}),
    # the formula of a forward value is no answer where numbers are asked
    (f"h0 = [{H0_TEXT}]\n\nh_0 = ReLU(w_0 z + b_0)", {"gan.h0": LIST}),
    # an entry that is mentioned does not replace the whole
    (f"h0 = [{H0_TEXT}]\n\nso h0[1] = 1.4.", {"gan.h0": LIST}),
    # numbers that stand alone below the formula that lacks them
    (f"$h_0 = ReLU(w_0 z + b_0)$\n\nwhich gives\n\n$${STACKED}$$", {"gan.h0": COLUMN}),
    # numbers go before a formula
    (r"$\nabla_m = 1 - p = 4.11e-6$ where $\nabla_m = 1 - p$", {"gan.grad_m": 4.11e-6}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FINAL)
def test_the_final_form_is_the_answer(text, expected):
    submission = read_one(text, "a.md")
    assert said(submission) == expected
    assert remarks(submission) == []


def test_another_value_in_another_section_is_told_with_both_places():
    submission = read_one("m = 12.4\n\n# Later\n\nm = 12.5", "a.md")
    assert said(submission) == {"gan.m": 12.5}
    assert remarks(submission) == [
        "a.md, line 5: gan.m is also answered in line 1, in another way; the last was taken"
    ]


# --- a factor that all entries have ---------------------------------------------------------------

GRADIENT = "1.4 2.8\n1.8 3.6\n1.4 2.9\n2.1 4.3\n2.0 4.0\n2.0 4.0\n1.8 3.7\n2.1 4.3"
INDENTED = "\n".join(f"   {row}" for row in GRADIENT.split("\n"))
MATRIX = r"\begin{bmatrix} " + GRADIENT.replace(" ", " & ").replace("\n", r" \\ ")
MATRIX += r" \end{bmatrix}"
CELLS = "\n".join(f"| {row.replace(' ', ' | ')} |" for row in GRADIENT.split("\n"))
TABLE = f"| a | b |\n|---|---|\n{CELLS}"

MULTIPLIED = [
    (f"∇w₀ = ∇h₀ zᵀ = 10⁻⁶ ×\n{INDENTED}", -6),
    (f"grad_w0 = 10^-6 *\n{GRADIENT}", -6),
    (f"grad_w0 =\n{GRADIENT}\n   × 10⁻⁶", -6),
    (f"∇w₀ =\n{INDENTED}\n   (× 10⁻⁶)", -6),
    (f"grad_w0 (x 1e-6):\n{GRADIENT}", -6),
    (f"∇w_0 (times 10^{{-6}}) =\n{GRADIENT}", -6),
    (f"grad_w0 =\n\n   1.0e-05 *\n\n{INDENTED}", -5),
    (f"```\ngrad_w0 =\n\n   1.0e-05 *\n\n{INDENTED}\n```", -5),
    (f"```\ngrad_w0 = 1e-6 *\n{GRADIENT}\n```", -6),
    (rf"$\nabla_{{w_0}}\ (\times 10^{{-6}}) = {MATRIX}$", -6),
    (f"**grad_w0** ($\\times 10^{{-6}}$)\n\n{TABLE}", -6),
    (f"## grad_w0 (×10⁻⁶)\n\n$${MATRIX}$$", -6),
    (rf"$\nabla_{{w_0}} = {MATRIX}$ $\times 10^{{-6}}$", -6),
    (f"$$\\nabla_{{w_0}} = {MATRIX}$$\n$$\\times 10^{{-6}}$$", -6),
    (f"$\\nabla_{{w_0}} = 10^{{-6}} \\times$\n\n$${MATRIX}$$", -6),
    (rf"$\nabla_{{w_0}} = \frac{{1}}{{10^6}}{MATRIX}$", -6),
]


@pytest.mark.parametrize(("text", "power"), MULTIPLIED)
@pytest.mark.parametrize("filename", ["a.md", "a.txt"])
def test_a_common_factor_multiplies_every_entry(text, power, filename):
    found = said(read_one(f"Problem 1: GAN\n\nm = 12.4\n\n{text}", filename))
    shape, values = found["gan.grad_w0"]
    assert shape == (8, 2)
    assert values == [float(f"{entry}e{power}") for entry in GRADIENT.split()]


@pytest.mark.parametrize(
    "text",
    [
        f"All matrices below are in units of $10^{{-6}}$.\n\n$$\\nabla_{{w_0}} = {MATRIX}$$",
        rf"$\nabla_{{w_0}} = {MATRIX}$ (all entries times $10^{{-6}}$)",
        f"$$\\nabla_{{w_0}} = {MATRIX}$$\n(in units of $10^{{-6}}$)",
        rf"$$\nabla_{{w_0}} = {MATRIX} \text{{ (all entries times $10^{{-6}}$)}}$$",
        f"grad_w0 (10^-6):\n{GRADIENT}",
        f"**grad_w0**\n\n{TABLE}\n\n(all times $10^{{-6}}$)",
        f"| grad_w0 (×10⁻⁶) | |\n|---|---|\n{CELLS}",
        rf"$10^6\, \nabla_{{w_0}} = {MATRIX}$",
        rf"$\nabla_{{w_0}} \times 10^{{6}} = {MATRIX}$",
        rf"$\nabla_{{w_0}}\ (\times 10^{{-6}}) = {MATRIX.replace('1.4', '1.4e-6')}$",
        f"$\\nabla_{{w_0}} = 2 \\times$\n\n$${MATRIX}$$",
    ],
)
def test_a_factor_that_may_be_meant_otherwise_is_left_to_a_person(text):
    found = said(read_one(f"# Problem 1: GAN\n\n$m = 12.4$\n\n{text}", "a.md"))
    assert isinstance(found["gan.grad_w0"], Unreadable)
    assert "factor" in found["gan.grad_w0"].reason


def test_words_of_units_do_not_touch_a_single_number_or_one_with_its_power():
    text = "All values are in units of 10^-6.\n\nm = 12.4\n\ngrad_h0 = "
    powers = [f"{k}e-6" for k in range(1, 9)]
    found = said(read_one(f"# Problem 1: GAN\n\n{text}[{', '.join(powers)}]", "a.md"))
    assert found["gan.m"] == 12.4
    assert found["gan.grad_h0"] == ((8,), [float(power) for power in powers])


# --- matrices as they are drawn ------------------------------------------------------------------

DRAWN = H2_ROWS.split("\n")
BODY = "\n".join(f"      [ {row} ]" for row in DRAWN)
MIDDLE = BODY.replace("      [ 1.13", "h_2 = [ 1.13")
PRINTED = "[[" + "]\n [".join(DRAWN) + "]]"
BARS = "\n".join(f"      | {row} |" for row in DRAWN)
ALIGNED = " & ".join(
    f"h_2[0,{k}] &= {entry}" for k, entry in enumerate(DRAWN[0].split())
)  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        *(f"h_2 = {BODY.lstrip()}", MIDDLE, f"h_2 =\n{BODY}", f"h_2 = {BARS.lstrip()}"),
        *(f"```\nh_2 = {BODY.lstrip()}\n```", f"```\n{MIDDLE}\n```", f"```\nh_2 =\n{BODY}\n```"),
        *(f"```\nh2:\n{PRINTED}\n```", f"```\nh2 =\n{PRINTED}\n```", f"h2:\n{PRINTED}"),
        "h₂ = ⎡" + "⎤\n     ⎢".join(DRAWN) + "⎦",
    ],
)
def test_a_matrix_that_is_drawn_in_text_is_read_as_a_whole(text):
    submission = read_one(f"# Problem 1: GAN\n\n$m = 12.4$\n\n{text}", "a.md")
    assert said(submission) == {"gan.m": 12.4, "gan.h2": H2}
    assert remarks(submission) == []


def test_every_entry_in_a_row_of_aligned_equations_counts():
    found = said(read_one(f"\\begin{{align}} {ALIGNED} \\end{{align}}", "a.md"))
    assert found["gan.h2"] == {(0, k): value for k, value in enumerate(H2[1][:4])}


@pytest.mark.parametrize("bullet", "-*+•")
def test_the_bullets_of_a_list_are_no_signs(bullet):
    entries = "\n".join(f"{bullet} {entry}" for entry in H0_TEXT.split(", "))
    assert said(read_one(f"$m = 1$\n\n$h_0$:\n{entries}", "a.md"))["gan.h0"] == LIST


H2_MATRIX = (
    r"\begin{bmatrix} " + H2_ROWS.replace(" ", " & ").replace("\n", r" \\ ") + r" \end{bmatrix}"
)
TABULAR = H2_ROWS.replace(" ", " & ").replace("\n", " \\\\\n")


@pytest.mark.parametrize(
    "text",
    [
        f"$h_1[:,:,0] = {FIRST}$, $h_1[:,:,1] = {SECOND}$",
        f"First channel of $h_1$:\n$${FIRST}$$\nSecond channel of $h_1$:\n$${SECOND}$$",
        f"first feature map of $h_1$:\n$${FIRST}$$\nsecond feature map:\n$${SECOND}$$",
        f"$h_1 = {FIRST}$ and ${SECOND}$",
        rf"$h_1 = \{{{FIRST}, {SECOND}\}}$",
        rf"$h_1 = \left\{{{FIRST}, {SECOND}\right\}}$",
        rf"$h_1 = \begin{{bmatrix}} {FIRST} & {SECOND} \end{{bmatrix}}$",
        f"$$h_1^1={FIRST}，\\quad h_1^2={SECOND}$$",
    ],
)
def test_channels_in_other_words_and_brackets(text):
    submission = read_one(f"# Problem 1\n\n{text}", "a.md")
    assert said(submission) == {"gan.h1": CHANNELS}
    assert remarks(submission) == []


@pytest.mark.parametrize(
    "text",
    [
        *(f"$h_2 \\approx {H2_MATRIX}$", f"$$h_2 \\approx {H2_MATRIX}$$", f"$$h_2={H2_MATRIX}。$$"),
        *(f"\\paragraph{{X.}} $h_2={H2_MATRIX}$", f"\\section{{X}} $h_2={H2_MATRIX}$"),
        (
            f"$h_2 =$\n\\begin{{tabular}}{{rrrr}}\n\\toprule\n{TABULAR} \\\\\n\\bottomrule\n"
            "\\end{tabular}"
        ),
    ],
)
def test_a_matrix_behind_other_signs(text):
    submission = read_one(f"# Problem 1: GAN\n\n{text}", "a.md")
    assert said(submission) == {"gan.h2": H2}
    assert remarks(submission) == []


# --- what is struck out --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("~~$m = 3$~~", "<del>$m = 3$</del>", "<s>$m = 3$</s>", "<!-- $m = 3$ -->"),
        *(r"\sout{$m = 3$}", r"\st{so $m = \frac{3}{1}$}", r"$m = \cancel{3} 12.4$"),
        *("\\iffalse\n$m = 3$\n\\fi", "\\end{document}\n$m = 3$"),
        *("WRONG: $m = 3$", "Incorrect:\n\n$m = 3$", "A common mistake is $m = 3$"),
    ],
)
def test_what_is_struck_out_or_called_wrong_is_no_answer(text):
    submission = read_one(f"$m = 12.4$\n\n{text}", "a.md")
    assert said(submission) == {"gan.m": 12.4}
    assert remarks(submission) == []


def test_two_tildes_in_latex_are_spaces():
    assert said(read_one("so~~$m = 12.4$~~and $p = 1$", "a.tex")) == {"gan.m": 12.4, "gan.p": 1}


@pytest.mark.parametrize("heading", ["Appendix", "Scratch work", "Rough notes", "Sanity check"])
def test_what_stands_beside_the_solution_does_not_override_it(heading):
    submission = read_one(f"$m = 12.4$\n\n## {heading}\n\n$m = 3$ and $p = 1$", "a.md")
    assert said(submission) == {"gan.m": 12.4, "gan.p": 1}
    (told,) = remarks(submission)
    assert "line 5: gan.m stands beside the solution" in told


# --- formulas -----------------------------------------------------------------------------------

FORMULAS = [
    (r"$\nabla_{W_2} J = h \delta^T$", {"grad_W2": (r"\nabla_{W_2} J = h \delta^T", ())}),
    ("∇W₂ = h δᵀ where δ = 2(x′ − x)", {"grad_W2": ("∇W₂ = h δᵀ", ("δ = 2(x′ − x)",))}),
    (rf"Let ${DELTA}$. Then $\nabla_{{W_2}} J = h \delta^T$.",
     {"grad_W2": (r"\nabla_{W_2} J = h \delta^T", (DELTA,))}),
    ("## Gradient of W2\n$$h \\delta^T$$", {"grad_W2": (r"h \delta^T", ())}),
    ("2.3 Gradient of $h$ : $\\nabla h$.\n\n$$= W_2 \\delta$$", {"grad_h": (r"W_2 \delta", ())}),
    ("$$\\boxed{\\nabla_h J = W_2 g}$$", {"grad_h": (r"\nabla_h J = W_2 g", ())}),
    ("For N = 2 we see $\\nabla_h J = W_2 g$", {"grad_h": (r"\nabla_h J = W_2 g", ())}),
    ("**(a)** dL/dx' = 2(x' - x)", {"grad_xp": ("dL/dx' = 2(x' - x)", ())}),
    ("Therefore: $\\nabla_h J$ = $W_2 g$.", {"grad_h": (r"\nabla_h J = W_2 g", ())}),
    ("```matlab\ndelta = 2*(y-x); % error\ndW2 = h*delta';\n```",
     {"grad_W2": ("dW2 = h*delta'", ("delta = 2*(y-x)",))}),
    ("```python\nd = 2*(xp-x)\ngrad_W2 = np.outer(h,\n    d)\n```",
     {"grad_W2": ("grad_W2 = np.outer(h, d)", ("d = 2*(xp-x)",))}),
    # what stands behind a gradient belongs to it, up to the next gradient
    (r"$\nabla W_2 = h d^T$, where $d = a b$. $\nabla h = W_2 d$ with $a = x$",
     {"grad_W2": (r"\nabla W_2 = h d^T", ("d = a b",)),
      "grad_h": (r"\nabla h = W_2 d", ("d = a b", "a = x"))}),
    # forward values are answers and definitions
    (r"$h = relu(z_1)$, $\nabla W_1 = x g^T$",
     {"h": ("h = relu(z_1)", ()), "grad_W1": (r"\nabla W_1 = x g^T", ("h = relu(z_1)",))}),
    ("$h = relu(a)$\n\n$a = W_1^T x$\n\n$h = max(0, a)$",
     {"h": ("h = max(0, a)", ("a = W_1^T x",))}),
    (rf"$${JACOBIAN}$$ $\nabla W_2 = h$", {"grad_W2": (r"\nabla W_2 = h", (JACOBIAN,))}),
    # the given values, and numbers in matrices, define nothing
    (rf"$x = {FIRST}$ and $\nabla W_2 = h d^T$", {"grad_W2": (r"\nabla W_2 = h d^T", ())}),
    # the last form
    ("$\\nabla W_2 = \\frac{\\partial J}{\\partial z_2} h$\n\nso\n\n$\\nabla W_2 = h d^T$",
     {"grad_W2": (r"\nabla W_2 = h d^T", ())}),
    # by index, and under another letter
    (r"$\frac{\partial J}{\partial W_{2,ij}} = g_j h_i$",
     {"grad_W2": (r"\frac{\partial J}{\partial W_{2,ij}} = g_j h_i", ())}),
    (r"$q = x'$ and $\nabla_q J = 2(q - x)$", {"grad_xp": (r"\nabla_q J = 2(q - x)", ("q = x'",))}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FORMULAS)
def test_formulas_come_with_the_definitions_around_them(text, expected):
    submission = read_one(f"# Problem 2: Auto-encoder\n\n{text}", "a.md")
    found = {
        answer.quantity: (" ".join(answer.response.text.split()), answer.response.given)
        for answer in submission.answers
        if isinstance(answer.response, Formula)
    }
    assert found == expected
    assert {answer.problem for answer in submission.answers} == {"autoencoder"}


# --- problems -----------------------------------------------------------------------------------

SECTIONS = [
    ("# Problem 1\n$\\nabla_{b_1} = g$", ["gan.grad_b1"]),
    ("# Problem 2\n$\\nabla_{b_1} = g$", ["autoencoder.grad_b1"]),
    ("\\section*{Auto-Encoder}\n$\\nabla_{b_1} = g$", ["autoencoder.grad_b1"]),
    ("**Simple GAN**\n\n$\\nabla_{b_1} = g$", ["gan.grad_b1"]),
    ("Q2. Auto Encoder.\n\n$\\nabla_{b_1} = g$", ["autoencoder.grad_b1"]),
    ("Auto-encoder\n============\n$\\nabla_{b_1} = g$", ["autoencoder.grad_b1"]),
    # Q2 counts tasks where only quantities of the first problem stand below
    ("Q1\n\n$m = 1$\n\nQ2.\n\n$\\nabla_{H_2} = w_2$, $\\nabla_{b_1} = g$",
     ["gan.m", "gan.grad_H2", "gan.grad_b1"]),
    ("Q1\n\n$m = 1$\n\nQ2\n\n$\\nabla_{x'} = 2$, $\\nabla_{b_1} = g$",
     ["gan.m", "autoencoder.grad_xp", "autoencoder.grad_b1"]),
    # without headings what stands around decides
    ("$\\nabla_{x'} = 2$, $\\nabla_{b_1} = g$", ["autoencoder.grad_xp", "autoencoder.grad_b1"]),
    ("$m = 1$, $\\nabla_{b_1} = g$", ["gan.m", "gan.grad_b1"]),
    # a name that only one problem has decides, but not against a heading for a letter
    (f"# Problem 2\n$H_2 = {STACKED}$\n$\\nabla_h = g$", ["autoencoder.grad_h"]),
    ("# Problem 2\n$m = 5$ and $\\nabla_h = g$", ["autoencoder.grad_h"]),
    (f"# Problem 2\n$h_0 = {STACKED}$\n$\\nabla_h = g$", ["gan.h0", "autoencoder.grad_h"]),
    ("# The gangster's problem\n$\\nabla_{b_1} = g$, $m = 1$", ["gan.grad_b1", "gan.m"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "keys"), SECTIONS)
def test_headings_and_what_stands_below_tell_the_problem(text, keys):
    assert [answer.key for answer in read_one(text, "a.md").answers] == keys


# --- whose it is, and what it states ------------------------------------------------------------

M = "\n\n$m = 12.4$\n"


@pytest.mark.parametrize(
    ("text", "student"),
    [
        ("Name: Doe, Jane, ID: s1001, Level: 6850", ("s1001", "Doe, Jane", "6850")),
        (
            "**Name:** Jane Doe\n\nStudent ID: s1001\n\nCourse: ECSE 6850",
            ("s1001", "Jane Doe", "6850"),
        ),
        ("---\nauthor: Jane Doe\nid: s1001\n---", ("s1001", "Jane Doe", "")),
        ("\\author{Jane Doe \\\\ s1001}", ("s1001", "Jane Doe", "")),
        ("\\author{Jane Doe \\and John Roe}", ("", "Jane Doe / John Roe", "")),
        ("Gradient: by hand", ("", "", "")),
    ],
)
def test_the_student_is_read(text, student):
    found = read_one(text + M, "a.md").student
    assert (found.id, found.name, found.level) == student


@pytest.mark.parametrize(
    ("text", "conventions"),
    [
        ("objective: minimize_nll", {"objective": "minimize_nll"}),
        ("Objective: minimize_nll, that is the usual", {"objective": "minimize_nll"}),
        (
            "- deconv: transposed\n- reshape: channels_last",
            {"deconv": "transposed", "reshape": "channels_last"},
        ),
        ("We minimise the negative log-likelihood.", {"objective": "minimize_nll"}),
        ("With the NLL as loss:", {"objective": "minimize_nll"}),
        ("$\\mathcal{J}(\\theta^D) = -\\log p(y=0 | \\theta^D)$", {"objective": "minimize_nll"}),
        ("$L = -\\ln \\hat{y}$", {"objective": "minimize_nll"}),
        ("$J = \\log p$", {"objective": "maximize_log_p"}),
        # the assignment's own words, and what is not said
        ("Derive the gradients by maximizing log p(y=0).", {}),
        ("We do not use the negative log-likelihood.", {}),
        ("$J = \\sum_j (x_j - x'_j)^2$", {}),
        ("$\\log p = 3$", {}),
    ],
)
def test_conventions_are_taken_only_where_they_cannot_be_misread(text, conventions):
    assert read_one(text + M, "a.md").conventions == conventions


# --- what could not be placed -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"$${FIRST}$$", "a.md, line 3: not placed, no name stands before it: '\\begin{bmatrix}"),
        ("# GAN\n$$= x'$$", "a.md, line 4: not placed, no name stands before it: 'x'"),
        ("p = 0.9 apples", "a.md, line 3: not placed, numbers were expected: 'p = 0.9 apples'"),
        ("$h_2 = \\begin{bmatrix} a & b \\end{bmatrix}$", "a.md, line 3: not placed, numbers were"),
        ("$\\nabla_{foo} = 3 x$", "a.md, line 3: not placed, it names no quantity: '\\nabla_{foo}"),
        ("# GAN\n$\\nabla h_1^1 = g$", "a.md, line 4: not placed, a formula for a part"),
        ("$\\nabla_q[0] = a$\n\n$\\nabla_q[1] = b$",
         "a.md, line 3: not placed, it names no quantity: '\\nabla_q[0] = a' and 1 more like it"),
        ("$$\n" + "x" * 9000 + "\n$$", "a.md, line 3: not placed, it is too long: 'xxxxx"),
    ],
)  # fmt: skip
def test_what_could_not_be_placed_is_told_with_its_line(text, told):
    (remark,) = remarks(read_one(f"$m = 12.4$\n\n{text}", "a.md"))
    assert remark.startswith(told)


def test_of_what_could_not_be_placed_forty_are_told():
    lines = "\n\n".join(f"$\\nabla_{{q{'abcdefgh'[k % 8]}{k}}} = a$" for k in range(50))
    told = remarks(read_one(f"$m = 12.4$\n\n{lines}", "a.md"))
    assert len(told) == 41
    assert told[-1].endswith("and 10 more that could not be placed")


def test_a_name_that_means_something_else_from_here_on_is_no_answer():
    matrix = r"\begin{bmatrix} w_0 & 0 \\ 0 & w_0 \end{bmatrix}"
    text = f"# GAN\n$c = {matrix}$\n\n$\\nabla_c = g$\n\n$m = 1$"
    assert [answer.key for answer in read_one(text, "a.md").answers] == ["gan.m"]


@pytest.mark.parametrize(
    "text", ["x", "Nothing here.", "$a = b$", "# Problem 1\n\n## h0\n\nis easy"]
)
def test_a_write_up_without_answers_is_refused(text):
    with pytest.raises(SubmissionError, match="no answer was found"):
        read_one(text, "a.md")


# --- LaTeX documents ----------------------------------------------------------------------------

DOCUMENT = r"""\documentclass{article}
\author{Jane Doe \\ s1001} % Name: nobody
\input{/etc/passwd}
\begin{document}
% $m = 1$
\section{Problem 1}
\begin{comment}
$m = 2$
\end{comment}
\begin{equation} \label{m}
  m = 12.4 % = 12.5
\end{equation}
\verb|p = 3|
\begin{verbatim}
p = 0.99
\end{verbatim}
% $m = 3$
\end{document}
"""


def test_a_latex_document_is_read_without_its_comments():
    submission = read_one(DOCUMENT, "a.tex")
    assert said(submission) == {"gan.m": 12.4, "gan.p": 0.99}
    assert [answer.place.line for answer in submission.answers] == [11, 15]
    assert submission.student.name == "Jane Doe"


# --- the student's own solution -----------------------------------------------------------------

SEED = Path(__file__).parents[3] / "shared" / "seeds" / "000_2bf917fc5f8c4794.txt"


@pytest.fixture(scope="module")
def seed():
    if not SEED.exists():
        pytest.skip("the student's solution is not here")
    return read_one(SEED.read_bytes(), SEED.name)


def test_the_numbers_of_a_real_solution(seed):
    found = said(seed)
    h0 = [0.38, 1.14, 0.96, 1.06, 0.7, 1.54, 1.62, 1.06]
    assert found["gan.h0"] == ((8, 1), h0)
    assert found["gan.h1"] == ((2, 2, 2), h0)
    shape, c = found["gan.c"]
    assert (shape, c[:4], c[-4:]) == (
        (2, 4, 4),
        [0.114, 0.572, 0.636, 0.28],
        [0.972, 0.798, 0.43, 0.212],
    )
    shape, h2 = found["gan.h2"]
    assert (shape, h2[:5]) == ((4, 4), [0.424, 1.674, 1.894, 1.35, 0.96])
    assert found["gan.H2"] == ((16, 1), h2)
    assert found["gan.m"] == 11.9786
    assert found["gan.p"] == 0.999


@pytest.mark.parametrize(
    ("key", "end", "line"),
    [
        ("gan.grad_p", r"= -\frac{1}{\hat{y}}", 73),
        ("gan.grad_H2", r"= w_2 \hat{y}(1-\hat{y}) \nabla \hat{y}", 77),
        ("autoencoder.grad_xp", r"2(x[N] - x'[N]) \end{bmatrix}", 215),
        ("autoencoder.grad_W2", r"\end{bmatrix} \nabla x'", 225),
        ("autoencoder.grad_h", r"= W_2 \cdot x'(1-x') \nabla x'", 235),
        ("autoencoder.grad_W1", r"\end{bmatrix} \nabla h", 241),
    ],
)
def test_the_formulas_of_a_real_solution(seed, key, end, line):
    (answer,) = (a for a in seed.answers if a.key == key)
    assert answer.response.text.endswith(end)
    assert answer.place.line == line


def test_what_a_real_solution_states_and_what_could_not_be_placed(seed):
    assert seed.conventions == {"objective": "minimize_nll"}
    (formula,) = (a.response for a in seed.answers if a.key == "autoencoder.grad_W2")
    assert "z_2 = w_2^T h + b_2" in formula.given
    assert any(r"\begin{cases} 1 & \text{if } i=j" in text for text in formula.given)
    lines = {remark.place.line for remark in seed.remarks}
    assert {123, 131, 153, 159, 161} == lines
    (matrix,) = seed.matrices
    assert (matrix.label, matrix.place.line) == ("C_1", 89)
    assert [len(row) for row in matrix.cells] == [16] * 4


# --- hostile text -------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=20),
            st.sampled_from([text for text, _ in NUMBERS]),
            st.sampled_from(
                [
                    *("$", "$$", "\\[", "\n", "\n\n", "# ", "| ", "```\n", " = ", "h0", "m", "1.5"),
                    *("\\begin{align}", "\\end{align}", "\\begin{bmatrix}", "\\end{bmatrix}", "&"),
                    *(
                        "\\boxed{",
                        "}",
                        "Q2\n",
                        "channel 1 ",
                        "∇",
                        "\\nabla_{",
                        "[",
                        "]",
                        "`",
                        "---\n",
                    ),
                ]
            ),
        ),
        max_size=30,
    ).map("".join),
    st.sampled_from(["a.md", "a.tex", "a.txt", "a"]),
)
def test_any_text_is_read_or_refused(text, filename):
    try:
        (submission, *_) = read(text.encode("utf-8", "replace"), filename, RUBRIC)
    except SubmissionError as error:
        assert error.message  # noqa: PT017 - either way is right
        return
    keys = [answer.key for answer in submission.answers]
    assert len(keys) == len(set(keys))
    assert all(answer.place.line for answer in submission.answers)


@pytest.mark.parametrize("filename", ["a.md", "a.tex", "a.txt"])
@pytest.mark.parametrize(
    "part",
    [
        *("$", "$$", "\\begin{", "\\begin{align}", "\\begin{bmatrix}\n", "&", "\\[", "\\(", "`"),
        *("\\frac{", "|\n", "\n", "$\n\n", "```\n", "(", "[", "\\boxed{", "a=", "## h0\n", "**a"),
        *("\\nabla_{", "h_1^", "where ", "Name: ", "[1,", "1 2 3\n", "channel 1 ", "\\left("),
    ],
)
def test_a_hundred_kilobytes_of_anything_take_seconds_at_most(part, filename):
    text = (part * 100_000)[:100_000] + "\n\n$m = 12.4$\n"
    start = time.process_time()
    try:
        read(text.encode(), filename, RUBRIC)
    except SubmissionError as error:
        assert error.message  # noqa: PT017 - either way is right
    assert time.process_time() - start < 5


def test_what_is_no_text_is_refused():
    for data in (b"m = 1 \0\0", b"x" * 2_000_000, b"m = 1\n" * 6000):
        with pytest.raises(SubmissionError):
            read_writeup(data, "a.md", RUBRIC)


def test_thousands_of_answers_to_one_quantity_take_seconds_at_most():
    text = "# Problem 1\n" + "".join(f"$m = 12.{k}$\n\n" for k in range(4900))
    start = time.process_time()
    assert said(read_writeup(text.encode(), "a.md", RUBRIC)[0]) == {"gan.m": 12.4899}
    assert time.process_time() - start < 8

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model import Grid, Number, Place, Unreadable
from grader.readers.latex_grid import entry_texts, labelled, matrices, numbers

A = r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"
B = r"\begin{bmatrix} 5 & 6 \\ 7 & 8 \end{bmatrix}"


def place(position):
    return Place("a.tex", line=1 + position)


def read(text):
    found = numbers(text, place)
    if not isinstance(found, Grid):
        return found
    return found.shape, [c.content.value if c.content else None for c in found.cells]


ROW = ((2,), [0.38, 1.4])
COLUMN = ((2, 1), [0.38, 1.4])
SQUARE = ((2, 2), [1, 2, 3, 4])
PAIR = ((2, 2, 2), [1, 2, 3, 4, 5, 6, 7, 8])

READ = [
    # matrices
    (r"\begin{bmatrix} 0.38 \\ 1.4 \end{bmatrix}", COLUMN),
    (r"\begin{pmatrix} 0.38 \\ 1.4 \\ \end{pmatrix}", COLUMN),
    ("\\begin{bmatrix}\n 0.38 \\\\\n 1.4\n\\end{bmatrix}.", COLUMN),
    (A, SQUARE),
    (r"\begin{vmatrix} 1&2\\3&4 \end{vmatrix}", SQUARE),
    (r"\left[ \begin{array}{cc} 1 & 2 \\ 3 & 4 \end{array} \right]", SQUARE),
    (r"\left(\begin{matrix} 1 & 2 \\[2pt] 3 & 4 \end{matrix}\right)^T", SQUARE),
    (r"\bigl[\begin{array}{c|c} 1 & 2 \\ \hline 3 & 4 \end{array}\bigr]", SQUARE),
    (A + "^{T}", SQUARE),
    (A + r"^{\mathsf{T}}", SQUARE),
    (A + r"_{2 \times 2}", SQUARE),
    (A + r" \in \mathbb{R}^{2 \times 2}", SQUARE),
    (r"\begin{bmatrix} 1 & \\ 3 & 4 \end{bmatrix}", ((2, 2), [1, None, 3, 4])),
    (r"\begin{bmatrix} 4.1\times 10^{-6} & 1{,}5 \end{bmatrix}", ((1, 2), [4.1e-6, 1.5])),
    (r"\begin{bmatrix} \phantom{-}1 & -2 \end{bmatrix}", ((1, 2), [1, -2])),
    # several
    (rf"{A} \quad {B}", PAIR),
    (rf"{A}, {B}", PAIR),
    (rf"\left[ {A}, {B} \right]", PAIR),
    (rf"\text{{conv2D}}(h_1^1, w_1) \quad {A} \quad {B}", PAIR),
    (rf"f(h) \quad {A}", SQUARE),
    # factors
    (rf"-{A}", ((2, 2), [-1, -2, -3, -4])),
    (rf"10^{{-6}} {A}", ((2, 2), [1e-6, 2e-6, 3e-6, 4e-6])),
    (rf"{A} \times 10^{{-6}}", ((2, 2), [1e-6, 2e-6, 3e-6, 4e-6])),
    (rf"-1e-6 \cdot {A}", ((2, 2), [-1e-6, -2e-6, -3e-6, -4e-6])),
    ("np.array([1.5, 2]) * 1e-6", ((2,), [1.5e-6, 2e-6])),
    (rf"\frac{{1}}{{10^6}}{A}", ((2, 2), [1e-6, 2e-6, 3e-6, 4e-6])),
    (rf"\frac{{1}}{{10}} {A}", ((2, 2), [0.1, 0.2, 0.3, 0.4])),
    (rf"4.5\times 10^{{-6}}{A}", ((2, 2), [4.5e-6, 9e-6, 1.35e-5, 1.8e-5])),
    (rf"10^{{-6}} \quad {A}", ((2, 2), [1e-6, 2e-6, 3e-6, 4e-6])),
    (rf"{A} \;(\times 10^{{-6}})", ((2, 2), [1e-6, 2e-6, 3e-6, 4e-6])),
    (rf"1\mathrm{{e}}{{-6}} \cdot {A}", ((2, 2), [1e-6, 2e-6, 3e-6, 4e-6])),
    (r"\begin{bmatrix} 1.4\text{e-06} & 2\mathrm{E-6} \end{bmatrix}", ((1, 2), [1.4e-6, 2e-6])),
    (r"\begin{bmatrix} \textcolor{red}{3.5} & \boxed{1.35} \end{bmatrix}", ((1, 2), [3.5, 1.35])),
    # lists
    ("[0.38, 1.4]", ROW),
    ("(0.38, 1.4)^T", ROW),
    (r"\left[0.38,\; 1.4\right]^{\top}", ROW),
    (r"\{0.38, 1.4\}", ROW),
    ("np.array([0.38, 1.4]).T", ROW),
    ("[1 2; 3 4]", SQUARE),
    ("[[1, 2],\n [3, 4]]", SQUARE),
    ("0.38, 1.4, 0.96", ((3,), [0.38, 1.4, 0.96])),
    ("[1.2 × 10^{-3}, 4]", ((2,), [0.0012, 4])),
    # single numbers
    ("12.402", ((), [12.402])),
    ("$12.402$", ((), [12.402])),
    (r"4.11 \times 10^{-6}", ((), [4.11e-6])),
    (r"\frac{1}{2}", ((), [0.5])),
    ("12.402 which is large", ((), [12.402])),
    ("12.4 (rounded)", ((), [12.4])),
    (r"12.4 \text{ as above}", ((), [12.4])),
    # formulas, and matrices within them
    (rf"W {A}", None),
    (rf"\text{{ReLU}} \left( {A} \right)", None),
    (rf"{A} + b", None),
    (rf"2 {A}", None),
    (r"\begin{bmatrix} a & 2 \\ 3 & 4 \end{bmatrix}", None),
    (r"\begin{bmatrix} 1 & \dots \\ \vdots & 4 \end{bmatrix}", None),
    (r"\begin{cases} 1 & h > 0 \\ 0 \end{cases}", None),
    ("2(x-x')", None),
    ("-(1-p)*w2", None),
    ("0.5 sigma z", None),
    ("1 - 4.1e-6", None),
    ("[w_1, w_2]", None),
    ("[i, j]", None),
    ("array([0.38, 1.4]).reshape(2,1)", None),
    ("(h > 0)", None),
    ("w2[0]", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "expected"), READ)
def test_numbers_in_mathematics(text, expected):
    assert read(text) == expected


def test_an_entry_keeps_its_text_its_digits_and_its_line():
    found = numbers("10^{-6}\\begin{bmatrix} 1.40 \\\\ 2 \\end{bmatrix}", place)
    first = found.cells[0].content
    assert first == Number("1.40·10^-6", 1.4e-06, -8, 3)
    assert [cell.place.line for cell in found.cells] == [24, 32]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (r"\begin{bmatrix} 1 & 2 \\ 3 \end{bmatrix}", "not of one length"),
        ("[[1, 2], [3]]", "not of one length"),
    ],
)
def test_rows_of_different_lengths_are_told(text, reason):
    found = numbers(text, place)
    assert isinstance(found, Unreadable)
    assert reason in found.reason


def test_an_entry_that_can_be_read_in_two_ways_is_unreadable_alone():
    found = numbers(r"\begin{bmatrix} 1,234 & 2.5 \end{bmatrix}", place)
    assert [type(cell.content) for cell in found.cells] == [Unreadable, Number]


def test_a_matrix_within_another_environment_has_the_name_before_it():
    text = (
        r"\begin{array}{c} h_1[0] \quad h_2[1] \\ h_2 \left[ " + A + r" \right] h_2[15] \end{array}"
    )
    assert numbers(text, place) is None
    (inner,) = matrices(text, place)
    assert labelled(text, inner) == "h_2"
    assert list(entry_texts(text)) == ["1", "2", "3", "4"]


@given(st.text(alphabet="\\begin{matrix}endarray &[]()10.,-+^T·e$ \n", max_size=200))
def test_any_text_is_numbers_or_not(text):
    found = numbers(text, place)
    assert found is None or isinstance(found, Grid | Unreadable)


@pytest.mark.parametrize(
    "part",
    [
        *(r"\begin{bmatrix}", r"\begin{bmatrix} 1 &", r"\end{bmatrix}", "[", "[1,", "(", "1 ", "&"),
        *(r"\\", r"\left[", A, "^{T}", "10^{-6}", "-", r"\in R^", ",", "1e-6 * "),
    ],
)
def test_hostile_mathematics_takes_no_time(part):
    start = time.process_time()
    numbers((part * 8000)[:8000], place)
    assert time.process_time() - start < 1.5

"""Cases on which checkers of answers were seen to differ: gradients of matrices, then identities.

Facts of mathematics with what is decided here, each in several notations. The cases about
tolerances and digits of numbers stand in ``test_compare.py``, those about layouts in
``test_normalise.py``, about texts of numbers in ``notation/test_numbers.py``, about answers that
follow from others in ``test_working.py`` and ``test_hard_submissions.py``; hostile text is in
``test_hostile_answers.py``.
"""

from __future__ import annotations

import pytest

from grader import equivalent

# --- a linear auto-encoder: L = ||W2 W1 x - x||^2, for one column or a batch of them --------------

ONE = {"W1": ("k", "d"), "W2": ("d", "k"), "x": ("d", 1)}
BATCH = {"W1": ("k", "d"), "W2": ("d", "k"), "x": ("d", "n")}
SQUARE = {"W1": ("d", "d"), "W2": ("d", "d"), "x": ("d", "d")}
DW1 = "2 W2^T (W2 W1 x - x) x^T"
DW2 = "2 (W2 W1 x - x) (W1 x)^T"

GRADIENTS = [
    # what is expected, what becomes of it, how it is written
    (DW1, "equal", "2 W2^T (W2 W1 - I) x x^T"),
    (DW1, "equal", "2 * W2.T @ (W2 @ W1 - np.eye(d)) @ x @ x.T"),
    (DW1, "equal", r"2 W_2^\top (W_2 W_1 - I) x x^\top"),
    (DW1, "equal", r"2\,\mathbf{W}_2^{\mathsf T}(\mathbf{W}_2\mathbf{W}_1-\mathbf{I})xx^T"),
    (DW1, "equal", "2 W₂ᵀ (W₂ W₁ − I) x xᵀ"),
    (DW1, "equal", "2*W2'*(W2*W1 - eye(d))*x*x'"),
    (DW1, "equal", "2 W2^T W2 W1 x x^T - 2 W2^T x x^T"),
    (DW1, "equal", "2*W2.T@W2@W1@x@x.T - 2*W2.T@x@x.T"),
    (DW1, "equal", r"2 W_2^T W_2 W_1 x x^T - 2 W_2^T x x^T"),
    (DW1, "equal", "2·W₂ᵀ·W₂·W₁·x·xᵀ − 2·W₂ᵀ·x·xᵀ"),
    (DW1, "equal", "-2 W2^T (x - W2 W1 x) x^T"),
    (DW1, "equal", "-2*W2.T@(x - W2@W1@x)@x.T"),
    (DW1, "equal", r"-2 W_2^{\top} \left(x - W_2 W_1 x\right) x^{\top}"),
    (DW1, "equal", "−2 W₂ᵀ (x − W₂ W₁ x) xᵀ"),
    (DW1, "equal", "(2 x (W2 W1 x - x)^T W2)^T"),
    (DW1, "equal", "(2*x@(W2@W1@x - x).T@W2).T"),
    (DW1, "equal", r"\left(2 x (W_2 W_1 x - x)^\top W_2\right)^\top"),
    (DW1, "equal", "np.transpose(2 * x @ (W2 @ W1 @ x - x).T @ W2)"),
    (DW1, "layout", "2 x (W2 W1 x - x)^T W2"),
    (DW1, "layout", "2*x@(W2@W1@x - x).T@W2"),
    (DW1, "layout", r"2 x (W_2 W_1 x - x)^\top W_2"),
    (DW1, "constant_factor", "W2^T (W2 W1 x - x) x^T"),  # the loss with 1/2 before it
    (DW1, "constant_factor", r"W_2^\top (W_2 W_1 x - x) x^\top"),
    (DW1, "sign_error", "2 W2^T (x - W2 W1 x) x^T"),
    (DW1, "sign_error", "2*W2.T@(x - W2@W1@x)@x.T"),
    (DW1, "sign_error", r"2 W_2^\top (x - W_2 W_1 x) x^\top"),
    (DW1, "different", "2 (W2 W1 x - x) x^T"),  # W2^T is lost, and with it the shape
    (DW1, "different", r"2 (W_2 W_1 x - x) x^\top"),
    (DW1, "invalid", "2 W2 (W2 W1 x - x) x^T"),
    (DW1, "invalid", r"2 W_2 (W_2 W_1 x - x) x^\top"),
    (DW1, "invalid", "2 x^T W2^T (W2 W1 x - x)"),
    (DW1, "invalid", "2*x.T@W2.T@(W2@W1@x - x)"),
    (DW2, "equal", "2 (W2 W1 x - x) x^T W1^T"),
    (DW2, "equal", "2*(W2@W1@x - x)@x.T@W1.T"),
    (DW2, "equal", r"2 (W_2 W_1 x - x) x^\top W_1^\top"),
    (DW2, "equal", "2 (W₂W₁x − x)(W₁x)ᵀ"),
    (DW2, "different", "2 (W2 W1 x - x) x^T"),  # W1 is lost
    (DW1, "different", DW2),  # the two exchanged
    (DW2, "different", DW1),
]

SQUARES = [
    # what does not fit where the sizes differ is wrong where they happen to be equal
    ("2*W2.T@(W2@W1@x - x)@x.T", "equal", "2*W2.T@(W2@W1 - I)@x@x.T"),
    ("2*W2.T@(W2@W1@x - x)@x.T", "different", "2*W2@(W2@W1@x - x)@x.T"),
    ("2*W2.T@(W2@W1@x - x)@x.T", "different", "2*x.T@W2.T@(W2@W1@x - x)"),
    ("2*W2.T@(W2@W1@x - x)@x.T", "layout", "2*x@(W2@W1@x - x).T@W2"),
    ("2*W2.T@(W2@W1@x - x)@x.T", "different", "2*(W2@W1@x - x)@x.T"),
    ("W2", "layout", "W2.T"),
    ("W1 @ W2", "different", "W2 @ W1"),
    ("x @ x.T", "different", "x.T @ x"),
    ("x @ x.T", "different", "I"),
]


def outcome(result):
    """What became of it, by the name of the difference where it has one."""
    return str(result.code or result.outcome)


def judged(expected, written, symbols):
    result = equivalent(expected, written, symbols)
    assert result.message
    assert (result.counterexample is None) or result.outcome == "different"
    if result.code:
        assert result.outcome == "different"
    return outcome(result)


def allowed(found, due):
    """A difference that may have a name of its own is not asked for one."""
    return found == due or (due == "different" and found == "shape_mismatch")


@pytest.mark.parametrize("symbols", [ONE, BATCH], ids=["one", "batch"])
@pytest.mark.parametrize(("expected", "due", "written"), GRADIENTS)
def test_a_gradient_of_matrices(expected, due, written, symbols):
    assert allowed(judged(expected, written, symbols), due)


@pytest.mark.parametrize(("expected", "due", "written"), SQUARES)
def test_equal_sizes_hide_nothing(expected, due, written):
    assert judged(expected, written, SQUARE) == due


def test_the_factor_that_is_lost_is_told():
    result = equivalent(DW1, "W2^T (W2 W1 x - x) x^T", ONE)
    assert result.factor == pytest.approx(1 / 2)


# --- products of matrices -------------------------------------------------------------------------

SHAPES = {
    "A": ("m", "n"),
    "B": ("n", "p"),
    "C": ("p", "m"),
    "D": ("m", "n"),
    "P": ("m", "m"),
    "Q": ("m", "m"),
    "u": ("m", 1),
    "v": ("m", 1),
    "r": ("q", 1),
    "err": ("m", 1),
}

PRODUCTS = [
    ("P @ Q", "different", "Q @ P"),
    ("B C", "invalid", "C B"),
    ("P A", "invalid", "A P"),
    ("(A B)^T", "equal", "B^T A^T"),
    ("(A B)^T", "equal", r"B^\top A^\top"),
    ("(A B)^T", "equal", "BᵀAᵀ"),
    ("(A B)^T", "equal", "B.T @ A.T"),
    ("(A B)^T", "equal", "B' * A'"),
    ("(A B)^T", "invalid", "A^T B^T"),
    ("(P @ Q).T", "different", "P.T @ Q.T"),
    ("(P @ Q).T", "equal", "Q.T @ P.T"),
    ("A^T D", "layout", "D^T A"),
    ("A^T D", "layout", r"D^\top A"),
    ("A^T D", "equal", "(D^T A)^T"),
    ("(P + Q) @ (P + Q)", "equal", "P@P + P@Q + Q@P + Q@Q"),
    ("(P + Q) @ (P + Q)", "different", "P@P + 2*P@Q + Q@Q"),
    ("tr(A B C)", "equal", "tr(C A B)"),
    ("tr(A B C)", "equal", "trace(B @ C @ A)"),
    ("tr(A B C)", "equal", r"\operatorname{tr}(C A B)"),
    ("tr(A B C)", "equal", r"\mathrm{tr}\left(B C A\right)"),
    ("tr(A B C)", "equal", "np.trace(A @ B @ C)"),
    ("tr(A B C)", "invalid", "tr(B A C)"),
    ("tr(P @ Q @ P.T)", "different", "tr(Q @ P @ P)"),
    ("u^T v", "equal", "v^T u"),
    ("u^T v", "equal", "dot(u, v)"),
    ("u^T v", "equal", r"u^\top v"),
    ("u^T v", "equal", "sum(u .* v)"),
    ("u^T v", "equal", "(u ⊙ v)ᵀ ones(m)"),
    ("u v^T", "layout", "v u^T"),
    ("u v^T", "layout", r"v u^{\top}"),
    ("u v^T", "equal", "outer(u, v)"),
    ("u v^T", "equal", "np.outer(u, v)"),
    ("u v^T", "different", "u^T v"),
    ("P @ Q", "different", "P .* Q"),
    ("P @ Q", "different", r"P \odot Q"),
    ("P @ Q", "different", "P ⊙ Q"),
    ("P .* Q", "equal", r"P \odot Q"),
    ("P .* Q", "equal", "P ∘ Q"),
    ("P .* Q", "equal", "np.multiply(Q, P)"),
    ("inv(P @ Q)", "equal", "inv(Q) @ inv(P)"),
    ("inv(P @ Q)", "equal", "np.linalg.inv(Q) @ np.linalg.inv(P)"),
    ("inv(P @ Q)", "different", "inv(P) @ inv(Q)"),
    ("2 A^T err u^T", "different", r"2 A^\top u \mathrm{err}^\top"),
    ("2 P^T err u^T", "different", r"2 P^\top u \mathrm{err}^\top"),
    ("2 P^T err u^T", "equal", r"2 P^\top \mathrm{err} u^\top"),
    *(
        ("A^T", "equal", turned)
        for turned in (
            "A.T",
            "A^{T}",
            r"A^\top",
            r"A^{\top}",
            r"A^{\mathsf T}",
            r"A^{\mathsf{T}}",
            r"A^{\mathrm{T}}",
            r"A^\intercal",
            r"A^{\intercal}",
            "Aᵀ",
            "A⊤",
            "A'",
            "transpose(A)",
            "np.transpose(A)",
            "A.transpose()",
            r"\mathbf{A}^T",
            "$A^T$",
        )
    ),
]


@pytest.mark.parametrize(("expected", "due", "written"), PRODUCTS)
def test_a_product_of_matrices(expected, due, written):
    assert allowed(judged(expected, written, SHAPES), due)


# --- identities of one number, and of a column entry by entry -------------------------------------

SCALARS = [
    ("s(1-s)".replace("s", "sigmoid(z)"), "equal", "exp(-z)/(1+exp(-z))^2"),
    ("σ(z)(1 − σ(z))", "equal", r"\frac{e^{-z}}{(1+e^{-z})^2}"),
    ("σ'(z)", "equal", r"\sigma(z)(1-\sigma(z))"),
    ("σ'(z)", "equal", "np.exp(-z)/(1+np.exp(-z))**2"),
    ("σ'(z)", "equal", "exp(-z)./(1+exp(-z)).^2"),
    ("σ'(z)", "different", "sigmoid(z)^2 (1 - sigmoid(z))"),
    ("-log(sigmoid(z))", "equal", "log(1 + exp(-z))"),
    ("-log(sigmoid(z))", "equal", r"\ln\left(1+e^{-z}\right)"),
    ("1 - sigmoid(z)", "equal", "sigmoid(-z)"),
    ("1 - sigmoid(z)", "equal", "1 − σ(z)"),
    ("tanh(z)", "equal", "2 sigmoid(2 z) - 1"),
    ("tanh(z)", "equal", r"2\sigma(2z) - 1"),
    ("-sigmoid(z)", "different", "sigmoid(z) - 1"),  # log(1 - D) and -log D, by the logit
    ("(z^2 - 1)/(z - 1)", "equal", "z + 1"),  # no value at 1 only
    ("z", "different", "sqrt(z^2)"),
    ("z", "different", r"\sqrt{z^2}"),
    ("abs(z)", "equal", "sqrt(z^2)"),
    ("abs(z)", "equal", r"|z|"),
    ("z", "different", "abs(z)"),
    ("z", "invalid", "Z"),
    ("z", "different", "z + 1e-7"),
    ("sin(2 z)", "equal", "2 sin(z) cos(z)"),
    ("sin(2 z)", "equal", r"2\sin z\cos z"),
    ("sin(2 z)", "equal", "2 sin z cos z"),  # or refused, but never sin(z cos z)
]


@pytest.mark.parametrize("shape", [(), ("N", 1), ("N", "M")], ids=["number", "column", "matrix"])
@pytest.mark.parametrize(("expected", "due", "written"), SCALARS)
def test_an_identity(expected, due, written, shape):
    assert judged(expected, written, {"z": shape}) == due


def test_another_case_of_a_letter_is_asked_about():
    result = equivalent("x", "X", {"x": ("N", 1)})
    assert result.outcome == "invalid"
    assert "did you mean x" in result.message


# --- one entry, one column, one row ---------------------------------------------------------------

LAYOUTS = [
    ("x^T x", "equal", "sum(x^2)"),  # a matrix of one entry is a number
    ("x^T x", "equal", "norm(x)^2"),
    ("x^T x", "equal", r"\|x\|^2"),
    ("x", "layout", "x^T"),  # a row where a column belongs
    ("W", "layout", "W^T"),
    ("W", "different", "x"),
    ("x", "different", "sum(x)"),
    ("sum(x)", "different", "x"),
    ("1e-3 x", "equal", "x / 1000"),
    ("1e-3 x", "equal", r"10^{-3} x"),
    ("1e-3 x", "equal", r"1.0\times10^{-3} x"),
    ("1e-3 x", "equal", "1E-3*x"),
    ("0.25 x", "equal", ".25 x"),
    ("0.25 x", "equal", "+0.25 x"),
    ("0.25 x", "equal", "x/4."),
    ("-x", "equal", "\N{MINUS SIGN}x"),
    ("-x", "equal", "\N{EN DASH}x"),
    ("x", "equal", "--x"),
    ("x", "invalid", "1 2 x"),
    ("x", "invalid", "1_000 x"),
    ("x", "invalid", "0x10 x"),
    ("x", "invalid", "50% x"),
    ("0.5 x", "invalid", "0,5 x"),
]


@pytest.mark.parametrize(("expected", "due", "written"), LAYOUTS)
def test_shapes_and_numbers_in_formulas(expected, due, written):
    symbols = {"x": ("N", 1), "W": ("N", "M")}
    assert allowed(judged(expected, written, symbols), due)


def test_the_same_question_has_the_same_answer():
    asked = [equivalent(DW1, "2 W2^T (W2 W1 x - x) ones(1, d)", ONE, seed=3) for _ in range(2)]
    assert asked[0] == asked[1]
    assert asked[0].counterexample
    assert asked[0].counterexample.seed == 3

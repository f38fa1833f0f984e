import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.notation.errors import NotationError, ShapeMisfitError
from grader.notation.evaluate import evaluate
from grader.notation.functions import FUNCTIONS
from grader.notation.grammar import parse
from grader.notation.readings import readings
from grader.notation.tree import names_in
from grader.notation.vocabulary import of_symbols
from reference import autoencoder, gan
from reference.graph import evaluate as run_key
from reference.operations import OPERATIONS

N, M, BATCH = 3, 2, 5


def drawn(*shape):
    return np.random.default_rng(sum(shape)).normal(size=(BATCH, *shape))


VALUES = {
    "x": drawn(N, 1),
    "xp": 1 / (1 + np.exp(-drawn(N, 1) - 1)),
    "h": drawn(M, 1),
    "W1": drawn(N, M),
    "W2": drawn(M, N),
    "S": drawn(N, N),
    "v": drawn(N),
    "w": drawn(N) + 1,
    "A": drawn(2, 3, 3),
    "p": 1 / (1 + np.exp(drawn())),
    "one": drawn(1, 1),
    "N": np.array([float(N)]),
    "M": np.array([float(M)]),
}


def T(a):  # noqa: N802 - as it is written
    return np.swapaxes(a, -1, -2)


NAMED = {"x": ("N", 1), "xp": ("N", 1), "h": ("M", 1), "W1": ("N", "M"), "W2": ("M", "N")}
SHAPES = NAMED | {"S": ("N", "N"), "v": ("N",), "w": ("N",), "A": (2, 3, 3), "p": (), "one": (1, 1)}
WORDS = of_symbols(SHAPES)


def value(text, values=VALUES):
    return evaluate(readings(parse(text), WORDS)[0].tree, values)


V = {**VALUES, "v": VALUES["v"][..., None], "w": VALUES["w"][..., None]}
SLOPE = (V["x"] - V["xp"]) * V["xp"] * (1 - V["xp"])
P = VALUES["p"][:, None, None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the product by shapes
        ("2*W1", 2 * V["W1"]),
        ("p*W1", P * V["W1"]),
        ("W1*p", P * V["W1"]),
        ("p*A", P[..., None] * V["A"]),
        ("A*A", V["A"] ** 2),
        ("W1*W1", V["W1"] ** 2),
        ("S*S", V["S"] ** 2),
        ("x*xp", V["x"] * V["xp"]),
        ("x*v", V["x"] * V["v"]),
        ("W2*x", V["W2"] @ V["x"]),
        ("W1*W2", V["W1"] @ V["W2"]),
        ("x*h.T", V["x"] @ T(V["h"])),
        ("x.T*xp", (V["x"] * V["xp"]).sum((1, 2))),
        ("x.T*x*W1", (V["x"] ** 2).sum((1, 2))[:, None, None] * V["W1"]),
        # the matrix product
        ("W2@x", V["W2"] @ V["x"]),
        ("W2@v", V["W2"] @ V["v"]),
        ("h@x.T", V["h"] @ T(V["x"])),
        ("h@(x.T@x)", V["h"] * (V["x"] ** 2).sum((1, 2), keepdims=True)),
        ("v@w", (V["v"] * V["w"]).sum((1, 2))),
        ("v.T@w", (V["v"] * V["w"]).sum((1, 2))),
        ("v@w.T", V["v"] @ T(V["w"])),
        ("v@W1", T(V["W1"]) @ V["v"]),
        ("2@h", 2 * V["h"]),
        (
            "-2*h@((x-xp)*xp*(1-xp)).T",
            -2 * V["h"] @ T((V["x"] - V["xp"]) * V["xp"] * (1 - V["xp"])),
        ),
        # elementwise
        ("x + xp", V["x"] + V["xp"]),
        ("1 - W1", 1 - V["W1"]),
        ("A - 1", V["A"] - 1),
        ("x / xp", V["x"] / V["xp"]),
        ("1 / xp", 1 / V["xp"]),
        ("S^2", V["S"] @ V["S"]),
        ("S**2", V["S"] ** 2),
        ("S.^2", V["S"] ** 2),
        ("S^-1", np.linalg.inv(V["S"])),
        ("S**-1", 1 / V["S"]),
        ("x^-1", 1 / V["x"]),
        ("2^x", 2 ** V["x"]),
        ("-x^2", -(V["x"] ** 2)),
        ("h > 0", (V["h"] > 0) * 1.0),
        ("h <= 0", (V["h"] <= 0) * 1.0),
        ("1[h > 0] .* h", np.maximum(V["h"], 0)),
        ("one * x", V["one"] * V["x"]),
        ("one", V["one"].reshape(BATCH)),
        ("x.T", T(V["x"])),
        ("v.T", T(V["v"])),
        ("p.T", V["p"]),
        # functions
        ("sigmoid(x)", 1 / (1 + np.exp(-V["x"]))),
        ("sigmoid'(x)", np.exp(-V["x"]) / (1 + np.exp(-V["x"])) ** 2),
        ("relu(x)", np.maximum(V["x"], 0)),
        ("relu'(x)", (V["x"] > 0) * 1.0),
        ("tanh'(x)", 1 / np.cosh(V["x"]) ** 2),
        ("tanh(x)", np.tanh(V["x"])),
        ("log(exp(x))", V["x"]),
        ("sqrt(x^2)", np.abs(V["x"])),
        ("abs(x)", np.abs(V["x"])),
        ("square(x)", V["x"] ** 2),
        ("power(x, 3)", V["x"] ** 3),
        ("softmax(x)", np.exp(V["x"]) / np.exp(V["x"]).sum((1, 2), keepdims=True)),
        ("sum(W1)", V["W1"].sum((1, 2))),
        ("sum(p)", V["p"]),
        ("mean(A)", V["A"].mean((1, 2, 3))),
        ("size(W1) * x", N * M * V["x"]),
        ("sum(W1) / size(W1)", V["W1"].mean((1, 2))),
        ("diag(x)", V["x"] * np.eye(N)),
        ("diag(v)", V["v"] * np.eye(N)),
        ("diag(S)", np.diagonal(V["S"], axis1=1, axis2=2)[..., None]),
        ("outer(v, h)", V["v"] @ T(V["h"])),
        ("dot(v, w)", (V["v"] * V["w"]).sum((1, 2))),
        ("dot(x, xp)", (V["x"] * V["xp"]).sum((1, 2))),
        ("np.dot(W2, x)", V["W2"] @ V["x"]),
        ("h.dot(h.T)", V["h"] @ T(V["h"])),
        ("matmul(W2, x)", V["W2"] @ V["x"]),
        ("multiply(x, xp)", V["x"] * V["xp"]),
        ("maximum(0, x)", np.maximum(V["x"], 0)),
        ("min(x, v)", np.minimum(V["x"], V["v"])),
        ("where(x > 0, xp, -1)", np.where(V["x"] > 0, V["xp"], -1)),
        ("where(p > 0, 1, W1)", np.ones_like(V["W1"])),
        ("transpose(W1)", T(V["W1"])),
        ("W1 + ones(N, M)", V["W1"] + 1),
        ("x + ones(N)", V["x"] + 1),
        ("x - zeros(x) - ones(x)", V["x"] - 1),
        ("I(N) @ x", V["x"]),
        ("indicator(h > 0)", (V["h"] > 0) * 1.0),
        ("sin(x) + cos(x) - tan(x)", np.sin(V["x"]) + np.cos(V["x"]) - np.tan(V["x"])),
        ("sinh(x) * cosh(x)", np.sinh(V["x"]) * np.cosh(V["x"])),
        ("arctan(x)", np.arctan(V["x"])),
        ("sign(x)", np.sign(V["x"])),
        ("step(x)", (V["x"] > 0) * 1.0),
        ("np.heaviside(x, 0)", (V["x"] > 0) * 1.0),
        ("np.negative(x)", -V["x"]),
        ("np.reciprocal(x)", 1 / V["x"]),
        ("softplus(x)", np.log(1 + np.exp(V["x"]))),
        ("np.add(x, 1)", V["x"] + 1),
        ("np.subtract(x, xp)", V["x"] - V["xp"]),
        ("np.divide(x, xp)", V["x"] / V["xp"]),
        ("torch.sub(x, xp)", V["x"] - V["xp"]),
        ("np.greater(x, 0)", (V["x"] > 0) * 1.0),
        ("np.less(x, xp)", (V["x"] < V["xp"]) * 1.0),
        ("W1.t() @ x.clone()", T(V["W1"]) @ V["x"]),
        (r"\underbrace{2}_{\text{two}} x", 2 * V["x"]),
        (r"\textcolor{red}{x} + \overset{why}{1}", V["x"] + 1),
        ("½ x", V["x"] / 2),
        ("x ∗ xp − x ⨀ xp", 0 * V["x"]),
        ("x_i δ_ij", V["x"] * np.eye(3)),
        ("norm(x)", np.sqrt((V["x"] ** 2).sum((1, 2)))),
        ("tr(S)", np.trace(V["S"], axis1=1, axis2=2)),
        ("det(S)", np.linalg.det(V["S"])),
        ("inv(S)", np.linalg.inv(V["S"])),
        ("np.sum(W1, axis=0, keepdims=True)", V["W1"].sum(1, keepdims=True)),
        ("np.sum(W1, axis=1)", V["W1"].sum(2, keepdims=True)),
        # indices
        ("W1_ij x_i", V["W1"] * V["x"]),
        ("sum_i W1_ij x_i", T(V["W1"]) @ V["x"]),
        ("sum_i x_i xp_i", (V["x"] * V["xp"]).sum((1, 2))),
        (r"\sum_{i=1}^{N} x_i^2", (V["x"] ** 2).sum((1, 2))),
        (r"\sum_{i=0}^{N-1} x_i", V["x"].sum((1, 2))),
        (r"p \sum_{i=1}^{N} 1", 3 * V["p"]),
        ("S_ii", np.diagonal(V["S"], axis1=1, axis2=2)[..., None]),
        ("sum_i S_ii", np.trace(V["S"], axis1=1, axis2=2)),
        ("sum(x[i] * xp[i] for i in range(N))", (V["x"] * V["xp"]).sum((1, 2))),
        ("x_i if x_i > 0 else 0", np.maximum(V["x"], 0)),
        ("(W1^T x)_j h_j", (T(V["W1"]) @ V["x"]) * V["h"]),
        (r"\begin{bmatrix} x_1 - xp_1 \\ \vdots \\ x_N - xp_N \end{bmatrix}", V["x"] - V["xp"]),
    ],
)
def test_a_formula_has_the_value_that_numpy_gives(text, expected):
    obtained = value(text)
    assert obtained.shape == expected.shape
    np.testing.assert_allclose(obtained, expected, rtol=1e-13)


def test_every_function_has_been_tried():
    tried = test_a_formula_has_the_value_that_numpy_gives.pytestmark[0].args[1]
    used = " ".join(f"{parse(text)!r}" for text, _ in tried)
    missing = {name for name in FUNCTIONS if f"function={name!r}" not in used}
    missing -= {"transpose", "float", "counted", "matrix_power"}  # signs and methods
    assert not missing


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ("W2.T @ W1", "@", "W2.T is N x M and cannot multiply W1 (N x M); did you mean W2 @ W1 or"),
        (
            "W2 @ h",
            "@",
            "W2 is M x N and cannot multiply h (a column of length M); did you mean W2.T?",
        ),
        (
            "2 W2^T x",
            " ",
            "W2^T is N x M and cannot multiply x (a column of length N); did you mean W2?",
        ),
        ("W2.T.T h", " ", "did you mean W2.T?"),
        ("W2h", "", "W2 is M x N and cannot multiply h (a column of length M); did you mean W2.T?"),
        (
            "W1.T*h",
            "*",
            "W1.T is M x N and cannot multiply h (a column of length M); did you mean W1?",
        ),
        ("W2 @ (x.T)", "@", "did you mean x?"),
        ("(x - xp) @ x", "@", "(x - xp).T @ x for the dot product"),
        ("x @ xp", "@", "x.T @ xp for the dot product or x @ xp.T for the outer product"),
        ("x * h", "*", "for the outer product write x @ h.T"),
        ("x .* x.T", ".*", "x is N x 1 and cannot multiply, entry by entry, x.T (1 x N)"),
        ("x + x.T", "+", "x is N x 1 and cannot be added to x.T (1 x N); did you mean x?"),
        ("W1 + x", "+", "the shapes must be equal, or one of the two a number"),
        ("x - h", "-", "x is N x 1"),
        ("W1 / W2", "/", "cannot be divided by W2 (M x N); did you mean W2.T?"),
        ("x > h", ">", "does not fit"),
        ("A @ x", "@", "A is 2 x 3 x 3"),
        ("A * x", "*", "A is 2 x 3 x 3"),
        ("A.T", ".T", "A is 2 x 3 x 3; only a matrix"),
        ("maximum(x, h)", "maximum", "in maximum, with h (a column of length M)"),
        ("diag(W1)", "diag", "W1 is N x M; diag takes"),
        ("tr(W1)", "tr", "W1 is N x M; tr takes a square matrix"),
        ("outer(W1, x)", "outer", "N x M and N x 1"),
        ("softmax(W1)", "softmax", "a column"),
        ("ones(p)", "ones", "whole numbers such as N; p is a number"),
        ("ones(x, 2)", "ones", "x is N x 1"),
        ("ones(0)", "ones", "whole numbers"),
        ("ones(2000, 2000)", "ones", "too large"),
        ("I(1e30)", "I", "too large"),
        ("ones(100, 90) @ ones(90, 200)", "ones", "too large"),
        ("ones(5000) @ ones(5000).T", "@", "too large"),
        ("exp(x, x)", "exp", "takes 1 arguments and was given 2"),
        ("deconv(x, h)", "deconv", "no function deconv"),
        ("flatten(x)", "flatten", "no function flatten"),
        ("x[0]", "[", "single entries"),
        ("round(x)", "round", "no function round here; the functions are sigmoid, relu, tanh,"),
        ("flatten(x)", "flatten", "the functions are sigmoid, relu, tanh,"),
        ("x^h", "^", "x is N x 1"),
        ("W3 @ x", "W3", "W3 is not known here; did you mean"),
        ("exp", "exp", "it is a function, write exp(...)"),
        ("expo(x)", "expo", "did you mean exp?"),
        ("qqq", "qqq", "the names are x, xp"),
        # indices
        ("x_i + h_i", "h_i", "The index i runs to N elsewhere and to M here"),
        ("W1_i", "W1_i", "W1_i is N x M; it has 2 indices"),
        ("sum_i x", "sum_i", "how far the index i runs"),
        (r"\sum_{i=1}^M x_i", r"\sum", "runs over all of N"),
        (r"\sum_{i=2}^N x_i", r"\sum", "runs over all of N"),
        (r"\begin{bmatrix} x_1 \\ \vdots \\ h_N \end{bmatrix}", r"\begin{bmatrix}", "for the dots"),
    ],
)
def test_what_does_not_fit_is_told_at_its_operator(text, at, said):
    with pytest.raises(NotationError) as caught:
        value(text)
    start, end = caught.value.span
    assert text[start:end] == at
    assert said in caught.value.message
    assert caught.value.text == text


@pytest.mark.parametrize(
    ("text", "is_misfit"),
    [
        *((t, True) for t in ("W2 @ h", "x * h", "x + x.T", "x > h", "A @ x", "A.T", "x^h")),
        *((t, True) for t in ("maximum(x, h)", "diag(W1)", "outer(W1, x)", "softmax(W1)")),
        *((t, False) for t in ("x[0]", "W3 @ x", "deconv(x, h)", "exp(x, x)", "sum_i x")),
        *((t, False) for t in ("ones(x, 2)", "ones(2000, 2000)")),
    ],
)
def test_shapes_that_do_not_fit_are_told_apart_from_what_has_no_meaning(text, is_misfit):
    with pytest.raises(NotationError) as caught:
        value(text)
    assert isinstance(caught.value, ShapeMisfitError) == is_misfit


def test_numbers_that_are_not_finite_are_returned_without_a_warning():
    with np.errstate(all="raise"):
        assert value("log(0 * p - 1)").shape == (BATCH,)
        assert np.isnan(value("log(0*x - 1)")).all()
        assert np.isinf(value("x / 0")).all()
        assert np.isinf(value("exp(exp(exp(9)))"))


def test_nothing_given_is_written_to():
    before = {name: array.copy() for name, array in VALUES.items()}
    value("-2*h@((x-xp)*xp*(1-xp)).T + 0*W2")
    value("relu(x) + where(x > 0, x, xp)")
    assert all((VALUES[name] == before[name]).all() for name in VALUES)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(
        [
            "-2*h@((x-xp)*xp*(1-xp)).T",
            "p*W1 @ W2 @ v",
            "v @ w * outer(v, w)",
            "diag(softmax(W2 x)) + ones(M, M)",
            "x @ (1[h > 0] .* (W2 @ x)).T",
            "sum(A*A) * x.T",
        ]
    ),
    st.integers(0, BATCH - 1),
)
def test_a_batch_gives_what_its_members_give_one_by_one(text, member):
    alone = {k: a[member : member + 1] if len(a) > 1 else a for k, a in VALUES.items()}
    together = value(text)[member]
    np.testing.assert_allclose(value(text, alone)[0], together, rtol=1e-12)


# --- the keys' own formulas ---------------------------------------------------------------------


def in_the_language(formula):
    words = parse(formula)
    nodes = repr(words)
    return all(f"function={name!r}" not in nodes for name in NOT_STUDENTS) and "Index" not in nodes


NOT_STUDENTS = (
    "reshape",
    "flatten",
    "deconv",
    "deconv_input_gradient",
    "deconv_kernel_gradient",
    "sum_channels",
    "repeat_channels",
)


def steps(problem, sizes):
    rng = np.random.default_rng(7)
    graph = problem.graph()
    given_values = {
        name: rng.normal(size=(4, *(sizes.get(d, d) for d in shape)))
        for name, shape in graph.inputs.items()
    }
    found = run_key(graph, given_values)
    ranks = {name: len(graph.shapes[name]) for name in found}
    batched = {k: a if a.ndim > ranks[k] else a[None] for k, a in found.items()}
    return [(s, batched) for s in graph.steps if in_the_language(s.formula)]


def _graph(values):
    return (gan.PROBLEM if "w0" in values else autoencoder.PROBLEM).graph()


STEPS = steps(gan.PROBLEM, {}) + steps(autoencoder.PROBLEM, {"N": 4, "M": 3})


@pytest.mark.parametrize(("step", "values"), STEPS, ids=[str(step) for step, _ in STEPS])
def test_the_formula_of_a_step_has_the_steps_value(step, values):
    expected = values[step.name]
    every = {name: shape for graph in [_graph(values)] for name, shape in graph.shapes.items()}
    obtained = evaluate(readings(parse(step.formula), of_symbols(every))[0].tree, values)
    np.testing.assert_allclose(
        obtained.reshape(obtained.shape[0], -1),
        np.broadcast_to(expected.reshape(len(expected), -1), (len(obtained), obtained[0].size)),
        rtol=1e-12,
    )


def test_most_steps_are_in_the_language():
    assert len(STEPS) >= 45


def test_the_formula_of_every_operation_can_be_read():
    options = {"transpose": "", "factor": 2.0, "value": 1.0, "channel": 0, "count": 2}
    for operation in OPERATIONS.values():
        formula = operation.symbol(options).format("a", "b", "c")
        assert set(names_in(parse(formula))) <= {"a", "b", "c"}

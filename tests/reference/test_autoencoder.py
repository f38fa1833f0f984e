"""The auto-encoder's gradient equations, against derivatives that sympy works out from scratch.

J is written down entry by entry and differentiated symbol by symbol, once for every choice of
which hidden units are on. The key's own steps then run on the same symbols, and every component of
every gradient must be the same expression.
"""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
from assignment_values import AUTOENCODER, autoencoder_draw
from reference_laws import (
    gradients_agree_with_differences,
    gradients_have_the_shapes_of_their_values,
)

from reference.graph import evaluate
from reference.operations import OPERATIONS

sympy = pytest.importorskip("sympy")

SIZES = [(3, 2), (2, 3)]
GRADIENTS = ("xp", "z2", "W2", "b2", "h", "z1", "W1", "b1", "x")


class Sigma(sympy.Function):
    """The sigmoid as a symbol, so that equal expressions become equal by expanding them."""

    def fdiff(self, argindex=1):
        del argindex
        return self * (1 - self)


def test_sigmas_derivative_is_that_of_the_sigmoid():
    z = sympy.Symbol("z", real=True)
    sigmoid = 1 / (1 + sympy.exp(-z))
    assert sympy.simplify(sympy.diff(sigmoid, z) - sigmoid * (1 - sigmoid)) == 0


def symbols(letter, rows, columns):
    return sympy.Matrix(
        rows, columns, lambda i, j: sympy.Symbol(f"{letter}_{i + 1}{j + 1}", real=True)
    )


def written_out(n, m, units):
    """The forward values as matrices of symbols, J as a sum; ``units`` says which are on."""
    s = SimpleNamespace(
        x=symbols("x", n, 1),
        W1=symbols("W1", n, m),
        b1=symbols("b1", m, 1),
        W2=symbols("W2", m, n),
        b2=symbols("b2", n, 1),
    )
    s.z1 = sympy.Matrix(m, 1, lambda j, _: sum(s.W1[i, j] * s.x[i] for i in range(n)) + s.b1[j])
    s.h = sympy.Matrix(m, 1, lambda j, _: s.z1[j] if units[j] else 0)
    s.z2 = sympy.Matrix(n, 1, lambda i, _: reached(s, s.h, i))
    s.xp = s.z2.applyfunc(Sigma)
    s.J = squares(s, s.xp)
    return s


def reached(s, h, i):
    """Entry i of the decoder before its sigmoid, from a hidden layer."""
    return sum(s.W2[j, i] * h[j] for j in range(len(h))) + s.b2[i]


def squares(s, xp):
    return sum((s.x[i] - xp[i]) ** 2 for i in range(len(xp)))


def decoded(s, h):
    return squares(s, [Sigma(reached(s, h, i)) for i in range(len(s.x))])


def seen_from(s, name, units):
    """J as a function of fresh symbols that stand for the value ``name``, and those symbols."""
    fresh = symbols("t", *getattr(s, name).shape)
    switched = [fresh[j] if units[j] else 0 for j in range(len(units))] if name == "z1" else []
    worked = {
        "xp": lambda: squares(s, fresh),
        "z2": lambda: squares(s, [Sigma(entry) for entry in fresh]),
        "h": lambda: decoded(s, fresh),
        "z1": lambda: decoded(s, switched),
    }
    return worked[name](), fresh


def derivative(s, name, units):
    """The matrix of J's derivatives by the entries of a parameter or a value on the way."""
    value = getattr(s, name)
    if name in {"x", "W1", "b1", "W2", "b2"}:
        return value.applyfunc(lambda symbol: sympy.diff(s.J, symbol))
    objective, fresh = seen_from(s, name, units)
    back = dict(zip(fresh, value, strict=True))
    return fresh.applyfunc(
        lambda symbol: sympy.diff(objective, symbol).subs(back, simultaneous=True)
    )


def _mapped(function, array):
    """The function of every entry of an array of symbols."""
    return np.frompyfunc(function, 1, 1)(array)


def run_on_symbols(graph, s, units):
    """The key's own steps on arrays of symbols; only what NumPy cannot do to a symbol is said."""
    on = np.array(units, dtype=bool).reshape(1, -1, 1)
    special = {
        "sigmoid": lambda z: _mapped(Sigma, z),
        "relu": lambda z: np.where(on, z, 0),
        "relu_gradient": lambda grad, _y: np.where(on, grad, 0),
    }
    values = {
        name: np.array(getattr(s, name).tolist(), dtype=object)[None] for name in graph.inputs
    }
    for step in graph.steps:
        operate = special.get(step.operation, OPERATIONS[step.operation].value)
        arguments = [values[name] for name in step.inputs]
        values[step.name] = operate(*arguments, **step.options)
    return {name: value[0] for name, value in values.items()}


def canonical(expression):
    """Expanded, sigmoid's arguments too, with whole numbers for the floats 1.0 and 2.0."""
    floats = expression.atoms(sympy.Float)
    exact = expression.xreplace({f: sympy.nsimplify(f, rational=True) for f in floats})
    return sympy.expand(exact.replace(Sigma, lambda z: Sigma(sympy.expand(z))))


CASES = [
    pytest.param(n, m, units, id=f"N{n}-M{m}-on{''.join(map(str, units))}")
    for n, m in SIZES
    for units in itertools.product((0, 1), repeat=m)
]


@pytest.mark.parametrize(("n", "m", "units"), CASES)
def test_every_component_of_every_gradient_is_sympys_expression(n, m, units):
    s = written_out(n, m, units)
    obtained = run_on_symbols(AUTOENCODER.graph(), s, units)
    assert canonical(obtained["J"] - s.J) == 0
    for name in GRADIENTS:
        expected = derivative(s, name, units)
        found = obtained[f"grad_{name}"]
        assert found.shape == expected.shape, name
        for i, j in np.ndindex(*found.shape):
            assert canonical(found[i, j] - expected[i, j]) == 0, f"grad_{name}[{i},{j}]"


@pytest.mark.parametrize(("n", "m"), SIZES)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_evaluated_gradients_are_sympys_at_exact_fractions(n, m, seed):
    """The evaluator itself, at values that are exact fractions, against 30 digits of sympy."""
    graph = AUTOENCODER.graph()
    drawn = autoencoder_draw({"N": n, "M": m}, seed)
    exact = {
        k: [[sympy.Rational(round(64 * e), 64) for e in row] for row in v] for k, v in drawn.items()
    }
    obtained = evaluate(graph, {k: np.array(v, dtype=float) for k, v in exact.items()})
    units = [int(z > 0) for z in obtained["z1"][:, 0]]
    assert 0 < sum(units) < m
    s = written_out(n, m, units)
    numbers = {
        symbol: exact[name][i][j]
        for name in graph.inputs
        for (i, j), symbol in np.ndenumerate(np.array(getattr(s, name).tolist(), dtype=object))
    }
    for name in GRADIENTS:
        expected = derivative(s, name, units).applyfunc(lambda e: evaluated(e, numbers))
        np.testing.assert_allclose(
            obtained[f"grad_{name}"],
            np.array(expected.tolist(), dtype=float),
            rtol=1e-12,
            atol=1e-15,
            err_msg=name,
        )


def evaluated(expression, numbers):
    plain = sympy.S(expression).replace(Sigma, lambda z: 1 / (1 + sympy.exp(-z)))
    return sympy.N(plain.subs(numbers), 30)


def test_relu_by_cases_is_relu_with_heavisides_derivative():
    """One unit: the two cases are what sympy's own ReLU gives on either side of 0."""
    z, w, x = sympy.symbols("z w x", real=True)
    slope = sympy.diff((x - Sigma(w * sympy.Max(0, z))) ** 2, z)
    for value, on in ((sympy.Rational(-3, 7), 0), (sympy.Rational(3, 7), 1)):
        cases = sympy.diff((x - Sigma(w * z * on)) ** 2, z)
        assert canonical((slope - cases).subs(z, value)) == 0


# --- differences, at any sizes ------------------------------------------------------------------


@pytest.mark.parametrize(("n", "m"), [*SIZES, (1, 2), (3, 3), (5, 4)])
@pytest.mark.parametrize("units_off", [True, False], ids=["some_units_off", "all_units_on"])
def test_every_gradient_is_a_central_difference(n, m, units_off):
    values = autoencoder_draw({"N": n, "M": m}, seed=n + m, units_off=units_off)
    gradients_agree_with_differences(AUTOENCODER.graph(), values)


def test_gradients_have_the_shapes_of_their_values_whatever_the_sizes():
    gradients_have_the_shapes_of_their_values(AUTOENCODER.graph())


@pytest.mark.parametrize(
    ("quantity", "shape"),
    [
        ("h", ("M", 1)),
        ("xp", ("N", 1)),
        ("grad_xp", ("N", 1)),
        ("grad_z2", ("N", 1)),
        ("grad_W2", ("M", "N")),
        ("grad_b2", ("N", 1)),
        ("grad_h", ("M", 1)),
        ("grad_z1", ("M", 1)),
        ("grad_W1", ("N", "M")),
        ("grad_b1", ("M", 1)),
    ],
)
def test_quantities_have_the_tabled_shapes(quantity, shape):
    assert AUTOENCODER.shapes[quantity] == shape
    assert quantity in {q.name for q in AUTOENCODER.quantities}


def test_the_equations_are_those_of_the_lecture():
    """Written with NumPy in one line each, as a solution sheet has them."""
    v = autoencoder_draw({"N": 4, "M": 3}, seed=8)
    found = evaluate(AUTOENCODER.graph(), v)
    h = np.maximum(v["W1"].T @ v["x"] + v["b1"], 0)
    xp = 1 / (1 + np.exp(-(v["W2"].T @ h + v["b2"])))
    delta2 = -2 * (v["x"] - xp) * xp * (1 - xp)
    delta1 = (v["W2"] @ delta2) * (h > 0)
    expected = {
        "grad_xp": -2 * (v["x"] - xp),
        "grad_z2": delta2,
        "grad_W2": h @ delta2.T,
        "grad_b2": delta2,
        "grad_h": v["W2"] @ delta2,
        "grad_z1": delta1,
        "grad_W1": v["x"] @ delta1.T,
        "grad_b1": delta1,
    }
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-12, err_msg=name)


@pytest.mark.parametrize(("n", "m"), SIZES)
def test_every_gradient_is_that_of_autograd(n, m):
    torch = pytest.importorskip("torch")
    values = autoencoder_draw({"N": n, "M": m}, seed=4)
    t = {k: torch.tensor(v, dtype=torch.float64, requires_grad=True) for k, v in values.items()}
    t["z1"] = t["W1"].T @ t["x"] + t["b1"]
    t["h"] = torch.relu(t["z1"])
    t["z2"] = t["W2"].T @ t["h"] + t["b2"]
    t["xp"] = torch.sigmoid(t["z2"])
    for tensor in t.values():
        tensor.retain_grad()
    ((t["x"] - t["xp"]) ** 2).sum().backward()
    obtained = evaluate(AUTOENCODER.graph(), values)
    for name, tensor in t.items():
        np.testing.assert_allclose(
            obtained[f"grad_{name}"], tensor.grad.numpy(), rtol=1e-12, atol=1e-16, err_msg=name
        )

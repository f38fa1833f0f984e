"""The laws that the reference solver keeps, as functions that raise when one is broken.

The tests hold them of the solver; `test_sabotage.py` holds that each of them catches a solver
that is broken on purpose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from reference.gradient import PREFIX, gradients
from reference.graph import Graph, Step, evaluate, run
from reference.operations import Array

Values = Mapping[str, Array]

STENCIL = MappingProxyType({-2: 1 / 12, -1: -8 / 12, 1: 8 / 12, 2: -1 / 12})
"""The five-point central difference: its error falls with the fourth power of the step."""


def _replaced(
    graph: Graph, values: Values, changed: Mapping[str, Array]
) -> tuple[dict[str, Array], dict[str, Array]]:
    """``values`` and ``changed`` as what is given and what is pinned."""
    given = {name: changed.get(name, values[name]) for name in graph.inputs}
    return given, {name: v for name, v in changed.items() if name not in graph.inputs}


def differences(graph: Graph, values: Values, name: str, objective: str = "J") -> Array:
    """The objective's derivative by each entry of ``name``, an input or a step, by differences.

    A step's value is changed by pinning it; all changes are evaluated as one batch.
    """
    at = evaluate(graph, values)[name]
    step = 1e-3 * max(1.0, float(np.abs(at).max()))
    total = np.zeros(at.size)
    moves = step * np.eye(at.size).reshape((at.size, *at.shape))
    for multiple, weight in STENCIL.items():
        given, pinned = _replaced(graph, values, {name: at + multiple * moves})
        total += weight * evaluate(graph, given, pinned)[objective]
    return (total / step).reshape(at.shape)


def gradients_agree_with_differences(graph: Graph, values: Values, objective: str = "J") -> None:
    """Every gradient has its value's shape and is what differences give, entry by entry."""
    exact = evaluate(graph, values)
    swept = [name.removeprefix(PREFIX) for name in exact if name.startswith(PREFIX)]
    forward = [name for name in swept if name in exact]  # in working order: the first is at fault
    assert forward, "the graph has no gradients"
    rounding = 1e-10 * abs(float(exact[objective])) + 1e-15  # for gradients that are 0
    for name in forward:
        expected = differences(graph, values, name, objective)
        obtained = exact[PREFIX + name]
        assert obtained.shape == expected.shape, f"{PREFIX}{name} has the shape {obtained.shape}"
        scale = np.abs(expected).max()
        error = np.abs(obtained - expected).max()
        assert error <= 1e-6 * scale + rounding, (
            f"{PREFIX}{name}: off by {error:.1e} of {scale:.1e}"
        )


def gradients_have_the_shapes_of_their_values(graph: Graph) -> None:
    """By the shape rules alone."""
    for name, shape in graph.shapes.items():
        if PREFIX + name in graph.shapes:
            assert graph.shapes[PREFIX + name] == shape, f"{PREFIX}{name}"


def follows_along_a_direction(graph: Graph, values: Values, seed: int) -> None:
    """The last step's derivative along a random direction of all inputs, against a difference."""
    generator = np.random.default_rng(seed)
    last = graph.steps[-1].name
    shape = evaluate(graph, values)[last].shape
    weighed = Graph(
        {**graph.inputs, "weights": shape},
        (*graph.steps, Step("J", "dot", (last, "weights"))),
    )
    given = {**values, "weights": generator.normal(size=shape)}
    swept = evaluate(gradients(weighed, "J"), given)
    moves = {name: generator.normal(size=values[name].shape) for name in graph.inputs}
    size = 1e-3
    expected = sum(
        weight
        * evaluate(weighed, {**given, **{n: values[n] + k * size * moves[n] for n in moves}})["J"]
        for k, weight in STENCIL.items()
    )
    obtained = sum(
        float((swept[PREFIX + name] * moves[name]).sum())
        for name in graph.inputs
        if PREFIX + name in swept
    )
    np.testing.assert_allclose(obtained, expected / size, rtol=1e-7, atol=1e-8, err_msg=last)


def shapes_are_what_the_rules_say(graph: Graph, values: Values) -> None:
    """The shape of every value, when every input has its shape by the rules."""
    for name, value in evaluate(graph, values).items():
        assert value.shape == graph.shapes[name], f"{name}: {value.shape}, {graph.shapes[name]}"


def a_batch_is_one_by_one(
    graph: Graph, givens: Sequence[Values], shared: Values, pinned: Sequence[Values] = ()
) -> None:
    """Evaluating a batch gives what evaluating its members one by one gives.

    Args:
        givens: for each member the inputs of which it has its own.
        shared: the other inputs, given to the batch without a batch axis.
        pinned: for each member what is pinned, the same names in all; NaN where nothing is.
    """
    own = {name: np.stack([given[name] for given in givens]) for name in givens[0]}
    held = {name: np.stack([pin[name] for pin in pinned]) for name in (pinned or [{}])[0]}
    together = evaluate(graph, {**shared, **own}, held)
    for k, given in enumerate(givens):
        alone = evaluate(graph, {**shared, **given}, pinned[k] if pinned else None)
        for name, expected in alone.items():
            whole = np.broadcast_to(together[name], (len(givens), *expected.shape))
            np.testing.assert_allclose(
                whole[k], expected, rtol=1e-10, atol=1e-13, err_msg=f"{name} of member {k}"
            )


def only_numbers_are_pinned(graph: Graph, values: Values, name: str, mask: Array) -> None:
    """Entries of a pinned value that are NaN are computed; the others are carried as they are.

    What follows from carried values is the same as if the whole, mixed, array were pinned.
    """
    free = evaluate(graph, values)[name]
    pin = np.where(mask, free + 0.25, np.nan)
    partly = run(graph, values, {name: pin})
    mixed = np.where(mask, free + 0.25, free)
    np.testing.assert_array_equal(partly.computed[name], free)
    np.testing.assert_array_equal(partly.carried[name], mixed)
    wholly = evaluate(graph, values, {name: mixed})
    for other, expected in wholly.items():
        np.testing.assert_array_equal(partly.carried[other], expected, err_msg=other)


def evaluation_changes_nothing(graph: Graph, values: Values, pinned: Values) -> None:
    """The arrays that are given and pinned are the same afterwards, and so is a second result."""
    given = {name: value.copy() for name, value in values.items()}
    held = {name: value.copy() for name, value in pinned.items()}
    first = {name: value.copy() for name, value in evaluate(graph, given, held).items()}
    second = evaluate(graph, given, held)
    for name, value in (*values.items(), *pinned.items()):
        np.testing.assert_array_equal({**given, **held}[name], value, err_msg=name)
    for name, value in first.items():
        np.testing.assert_array_equal(second[name], value, err_msg=name)


# --- the GAN ------------------------------------------------------------------------------------

PLACES = MappingProxyType(
    {
        "channels_first": lambda k: (k // 4, k % 4 // 2, k % 2),
        "channels_last": lambda k: (k % 2, k // 4, k // 2 % 2),
        "column_major": lambda k: (k // 4, k % 2, k % 4 // 2),
    }
)
"""Where element k of ``h0`` stands in ``h1``."""
POSITIONS = MappingProxyType(
    {"row_major": lambda i, j: 4 * i + j, "column_major": lambda i, j: 4 * j + i}
)
"""Where ``h2[i, j]`` stands in ``H2``."""


def conventions_are_their_index_formulas(
    graph: Graph, values: Values, way: Mapping[str, str]
) -> None:
    """Every entry of h1, c and H2 stands where the table of conventions says."""
    found = evaluate(graph, values)
    for k in range(8):
        assert found["h1"][PLACES[way["reshape"]](k)] == found["h0"][k], f"element {k} of h0"
    for i, j in np.ndindex(4, 4):
        assert found["H2"][POSITIONS[way["flatten"]](i, j)] == found["h2"][i, j], f"h2[{i},{j}]"
    for channel, i, j in np.ndindex(2, 4, 4):
        expected = _pixel(found["h1"][channel], values["w1"][channel], i, j, way["deconv"])
        np.testing.assert_allclose(
            found["c"][channel, i, j], expected, rtol=1e-12, err_msg=f"c[{channel}][{i},{j}]"
        )


def _pixel(image: Array, kernel: Array, i: int, j: int, deconv: str) -> float:
    """One pixel of a channel's output, as a sum over the pixels of its 2 x 2 input.

    Input pixel (p, q) meets entry (i - p, j - q) of the kernel when each is stamped on the
    output, and the entry opposite, (2 - i + p, 2 - j + q), when the kernel slides as printed.
    """
    total = 0.0
    for p, q in np.ndindex(2, 2):
        a, b = i - p, j - q
        if 0 <= a < 3 and 0 <= b < 3:
            opposite = deconv == "cross_correlation"
            total += image[p, q] * (kernel[2 - a, 2 - b] if opposite else kernel[a, b])
    return float(total)

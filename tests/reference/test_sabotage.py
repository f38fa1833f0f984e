"""Each law catches a solver that is broken on purpose: a law that cannot fail holds nothing.

A sabotage replaces rows of the table of operations, or a step of a graph. The law that must
catch it holds before, and raises after.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
import pytest
from assignment_values import (
    ASSIGNMENT,
    AUTOENCODER,
    GAN,
    autoencoder_draw,
    built,
    gan_draw,
)
from operation_examples import EXAMPLES
from reference_laws import (
    a_batch_is_one_by_one,
    conventions_are_their_index_formulas,
    evaluation_changes_nothing,
    follows_along_a_direction,
    gradients_agree_with_differences,
    gradients_have_the_shapes_of_their_values,
    only_numbers_are_pinned,
    shapes_are_what_the_rules_say,
)

from reference import gradient as gradient_module
from reference import graph as graph_module
from reference.graph import Graph, GraphError, Step
from reference.operations import OPERATIONS, Operation, Rule

KEY = MappingProxyType(
    {"deconv": "cross_correlation", "reshape": "channels_first", "flatten": "row_major"}
)
TRANSPOSED = MappingProxyType({**KEY, "deconv": "transposed"})
COLUMNS = MappingProxyType({**KEY, "reshape": "column_major"})
LAST = MappingProxyType({**KEY, "reshape": "channels_last"})
FLAT_COLUMNS = MappingProxyType({**KEY, "flatten": "column_major"})

# drawn here, while nothing is broken
SOME_OFF = {id(way): gan_draw(way, seed=21) for way in (KEY, TRANSPOSED, COLUMNS, LAST)}
WIDE = autoencoder_draw({"N": 3, "M": 2}, seed=21)
EVEN = autoencoder_draw({"N": 3, "M": 3}, seed=21)


# --- laws, ready to be held ---------------------------------------------------------------------


def gan_differences(way=KEY):
    return lambda: gradients_agree_with_differences(built(GAN, way), SOME_OFF[id(way)])


def sized(values):
    """The auto-encoder for N = M = 3, say: then its shapes cannot tell a transposed matrix."""
    forward = Graph({k: v.shape for k, v in values.items()}, AUTOENCODER.forward.steps)
    return gradient_module.gradients(forward, "J")


def autoencoder_differences(values=WIDE):
    return lambda: gradients_agree_with_differences(sized(values), values)


def index_formulas(way=KEY):
    return lambda: conventions_are_their_index_formulas(built(GAN, way), ASSIGNMENT, way)


def slope(operation, example=0):
    row = EXAMPLES[operation][example]
    return lambda: follows_along_a_direction(row.graph(operation), row.values(1), seed=1)


def batch(operation, example=0):
    row = EXAMPLES[operation][example]
    members = [row.values(seed) for seed in range(3)]
    return lambda: a_batch_is_one_by_one(row.graph(operation), members, {})


def shape(operation, example=0):
    row = EXAMPLES[operation][example]
    return lambda: shapes_are_what_the_rules_say(row.graph(operation), row.values(1))


def left_alone(operation, example=0):
    row = EXAMPLES[operation][example]
    return lambda: evaluation_changes_nothing(row.graph(operation), row.values(1), {})


# --- broken operations --------------------------------------------------------------------------


def valued(operation: str, value: Callable[..., object]) -> Mapping[str, Operation]:
    return {operation: replace(OPERATIONS[operation], value=value)}


def derived(operation: str, *rules: Rule | None) -> Mapping[str, Operation]:
    return {operation: replace(OPERATIONS[operation], derivative=lambda _options: rules)}


def always(operation: str, **options: object) -> Mapping[str, Operation]:
    """The operation with some of its options disregarded."""
    value = OPERATIONS[operation].value
    return valued(operation, lambda *arrays, **o: value(*arrays, **{**o, **options}))


def _written_over(x, *, factor):
    """In place: right, but the next to read the input finds it changed."""
    if not x.flags.writeable:
        return factor * x
    x *= factor
    return x


def _row_by_row(x, **_axes):
    return x.reshape((len(x), -1))


@dataclass(frozen=True)
class Sabotage:
    """What is broken, and the law that must catch it."""

    name: str
    law: Callable[[], None]
    table: Mapping[str, Operation] = field(default_factory=dict)


SABOTAGES = [
    Sabotage(
        "relu_lets_every_gradient_through",
        gan_differences(),
        valued("relu_gradient", lambda grad, y: grad + 0 * y),
    ),
    Sabotage(
        "relu_masks_by_the_gradient",
        gan_differences(),
        valued("relu_gradient", lambda grad, y: grad * (grad > 0) + 0 * y),
    ),
    Sabotage(
        "kernel_not_flipped_on_the_way_back",
        gan_differences(),
        always("deconv_input_gradient", orientation="transposed"),
    ),
    Sabotage(
        "gradient_of_the_kernel_not_flipped",
        gan_differences(TRANSPOSED),
        always("deconv_kernel_gradient", orientation="cross_correlation"),
    ),
    Sabotage(
        "orientation_disregarded",
        index_formulas(TRANSPOSED),
        always("deconv", orientation="cross_correlation"),
    ),
    Sabotage("orientations_swapped", index_formulas(), always("deconv", orientation="transposed")),
    Sabotage(
        "reshape_disregards_the_order",
        index_formulas(LAST),
        valued("fold", lambda v, *, shape, **_axes: v.reshape((len(v), *shape))),
    ),
    Sabotage(
        "flatten_disregards_the_order", index_formulas(FLAT_COLUMNS), valued("unfold", _row_by_row)
    ),
    Sabotage(
        "gradient_reshaped_along_wrong_axes",
        gan_differences(COLUMNS),
        derived("fold", Rule("unfold", ("grad",), {"shape": (2, 2, 2), "axes": (0, 1, 2)})),
    ),
    Sabotage(
        "channels_summed_where_rows_belong",
        index_formulas(),
        valued("deconv", lambda x, w, **o: OPERATIONS["deconv"].value(x[:, ::-1], w, **o)),
    ),
    Sabotage(
        "sign_of_a_difference_lost",
        autoencoder_differences(),
        derived("subtract", Rule("same", ("grad",)), Rule("same", ("grad",))),
    ),
    Sabotage(
        "sign_of_the_objective_lost",
        slope("times"),
        derived("times", Rule("same", ("grad",))),
    ),
    Sabotage(
        "two_of_the_square_lost",
        autoencoder_differences(),
        valued("square_gradient", lambda grad, x: grad.reshape(-1, 1, 1) * x),
    ),
    Sabotage(
        "sigmoids_slope_lost",
        gan_differences(),
        valued("sigmoid_gradient", lambda grad, y: grad + 0 * y),
    ),
    Sabotage(
        "transposition_lost",
        autoencoder_differences(EVEN),
        derived(
            "matmul",
            Rule("matmul", ("1", "grad"), {"transpose": "right"}),
            Rule("matmul", ("0", "grad"), {"transpose": "left"}),
        ),
    ),
    Sabotage(
        "transposition_lost_where_the_shapes_tell",
        lambda: gradients_have_the_shapes_of_their_values(built(AUTOENCODER)),
        derived(
            "matmul",
            Rule("matmul", ("1", "grad"), {"transpose": "right"}),
            Rule("matmul", ("0", "grad"), {"transpose": "left"}),
        ),
    ),
    Sabotage(
        "outer_product_the_other_way_round",
        lambda: gradients_have_the_shapes_of_their_values(built(GAN)),
        derived(
            "matvec",
            Rule("outer", ("1", "grad")),
            Rule("matvec", ("0", "grad"), {"transpose": True}),
        ),
    ),
    Sabotage(
        "input_of_a_product_lost",
        slope("dot", 1),
        derived("dot", Rule("scale", ("grad", "0")), Rule("scale", ("grad", "0"))),
    ),
    Sabotage(
        "derivative_of_one_input_forgotten",
        slope("multiply", 1),
        derived("multiply", Rule("multiply", ("grad", "1")), None),
    ),
    Sabotage(
        "sum_runs_over_the_class",
        batch("sum_squares", 1),
        valued("sum_squares", lambda x: np.full(len(x), (x * x).sum())),
    ),
    Sabotage(
        "softmax_runs_over_the_class",
        batch("softmax"),
        valued("softmax", lambda x: np.exp(x) / np.exp(x).sum(axis=0)),
    ),
    Sabotage(
        "flatten_takes_the_class_along",
        batch("unfold"),
        valued("unfold", lambda x, **_o: x.reshape((-1, len(x))).T),
    ),
    Sabotage(
        "shape_rule_tells_the_inputs_shape",
        shape("sum_channels"),
        {
            "sum_channels": replace(
                OPERATIONS["sum_channels"], shape=lambda x, **_options: (1, *x[1:])
            )
        },
    ),
    Sabotage("input_written_over", left_alone("times"), valued("times", _written_over)),
]


def _break(monkeypatch: pytest.MonkeyPatch, table: Mapping[str, Operation]) -> None:
    broken = MappingProxyType({**OPERATIONS, **table})
    monkeypatch.setattr(graph_module, "OPERATIONS", broken)
    monkeypatch.setattr(gradient_module, "OPERATIONS", broken)


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda s: s.name)
def test_the_law_holds_until_the_solver_is_broken(monkeypatch, sabotage):
    sabotage.law()
    _break(monkeypatch, sabotage.table)
    with pytest.raises((AssertionError, GraphError)):
        sabotage.law()


def test_a_forgotten_mask_does_not_show_where_every_unit_is_on(monkeypatch):
    """Why the laws are held at random values too: the assignment's cannot tell."""
    _break(monkeypatch, valued("relu_gradient", lambda grad, y: grad + 0 * y))
    gradients_agree_with_differences(built(GAN, KEY), ASSIGNMENT)


# --- broken steps -------------------------------------------------------------------------------

BROKEN_STEPS = [
    pytest.param(AUTOENCODER, WIDE, Step("grad_x", "same", ("grad_x_1",)), id="fan_out_not_added"),
    pytest.param(
        AUTOENCODER, WIDE, Step("grad_z1", "same", ("grad_h",)), id="mask_of_the_hidden_layer"
    ),
    pytest.param(
        AUTOENCODER, WIDE, Step("grad_xp", "same", ("grad_r",)), id="sign_of_the_reconstruction"
    ),
    pytest.param(
        AUTOENCODER,
        EVEN,
        Step("grad_h", "matmul", ("W2", "grad_u2"), {"transpose": "left"}),
        id="weight_transposed",
    ),
    pytest.param(
        GAN,
        SOME_OFF[id(KEY)],
        Step("grad_h2", "fold", ("grad_H2",), {"shape": (4, 4), "axes": (1, 0)}),
        id="gradient_flattened_the_other_way",
    ),
    pytest.param(
        GAN,
        SOME_OFF[id(KEY)],
        Step("grad_w1", "deconv_kernel_gradient", ("grad_c", "h1"), {"orientation": "transposed"}),
        id="kernel_under_the_other_convention",
    ),
    pytest.param(
        GAN, SOME_OFF[id(KEY)], Step("grad_m", "same", ("grad_p",)), id="sigmoid_forgotten"
    ),
    pytest.param(
        GAN,
        ASSIGNMENT,
        Step("grad_w2", "times", ("H2",), {"factor": 0.0}),
        id="all_zero_however_small_the_gradient",
    ),
]


@pytest.mark.parametrize(("problem", "values", "step"), BROKEN_STEPS)
def test_a_broken_step_is_caught_by_the_differences_and_named(problem, values, step):
    graph = sized(values) if problem is AUTOENCODER else built(problem)
    assert graph.by_name[step.name] != step
    with pytest.raises(AssertionError, match=f"^{step.name}: off by"):
        gradients_agree_with_differences(graph.with_step(step), values)


# --- a broken evaluation ------------------------------------------------------------------------


def test_a_pin_that_takes_nan_for_a_number_is_caught(monkeypatch):
    mask = np.arange(8) % 2 == 0
    only_numbers_are_pinned(built(GAN), ASSIGNMENT, "h0", mask)
    monkeypatch.setattr(graph_module.np, "isnan", lambda pin: np.zeros(pin.shape, dtype=bool))
    with pytest.raises(AssertionError):
        only_numbers_are_pinned(built(GAN), ASSIGNMENT, "h0", mask)


def test_a_batch_that_carries_one_students_pins_to_all_is_caught(monkeypatch):
    graph = Graph({"x": ()}, (Step("y", "exp", ("x",)), Step("z", "log", ("y",))))
    members = [{"x": np.array(float(k))} for k in range(3)]
    pins = [{"y": np.array(value)} for value in (np.nan, 2.0, 3.0)]
    a_batch_is_one_by_one(graph, members, {}, pins)
    monkeypatch.setattr(graph_module, "_flat", lambda a, _rank, _batch: a.reshape(-1)[-1:])
    with pytest.raises(AssertionError):
        a_batch_is_one_by_one(graph, members, {}, pins)

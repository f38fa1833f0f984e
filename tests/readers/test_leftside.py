from __future__ import annotations

import pytest
from reading import RUBRIC

from grader.readers.leftside import is_gradient_like, is_input, is_symbol, left_side, problems_of

NAMED = [
    # the whole quantity
    ("h_1", "gan", (2, 2, 2), "gan.h1", None),
    ("m", "gan", (), "gan.m", None),
    ("p(y=0)", "gan", (), "gan.p", None),
    ("H_2", "autoencoder", (16, 1), "gan.H2", None),
    (r"h_2 \in \mathbb{R}^{4 \times 4}", "gan", (4, 4), "gan.h2", None),
    (r"\nabla w_2", "autoencoder", None, "autoencoder.grad_W2", None),
    (r"\frac{\partial J}{\partial W_2}", "autoencoder", None, "autoencoder.grad_W2", None),
    # channels
    ("h_1^1", "gan", (2, 2), "gan.h1", (1,)),
    ("h_1^{(1)}", "gan", (2, 2), "gan.h1", (1,)),
    ("h_{1}^{2}", "gan", (2, 2), "gan.h1", (2,)),
    ("h_1[0]", "gan", (2, 2), "gan.h1", (0,)),
    ("h1[0,:,:]", "gan", (2, 2), "gan.h1", (0,)),
    ("h1(:,:,2)", "gan", (2, 2), "gan.h1", (2,)),
    ("h_1 (channel 1)", "gan", (2, 2), "gan.h1", (1,)),
    ("channel 2 of h_1", "gan", (2, 2), "gan.h1", (2,)),
    ("h_{1,2}", "gan", (2, 2), "gan.h1", (2,)),
    ("h_{12}", "gan", (2, 2), "gan.h1", (2,)),
    ("h11", "gan", (2, 2), "gan.h1", (1,)),
    ("h1_2", "gan", (4,), "gan.h1", (2,)),
    ("h_{1,c=2}", "gan", (2, 2), "gan.h1", (2,)),
    ("h1_ch2", "gan", (2, 2), "gan.h1", (2,)),
    ("h_1^{ch1}", "gan", (2, 2), "gan.h1", (1,)),
    (r"h_1^{(\text{ch} 2)}", "gan", (2, 2), "gan.h1", (2,)),
    ("h^{(1)}_2", "gan", (2, 2), "gan.h1", (2,)),
    ("h₁⁽²⁾", "gan", (2, 2), "gan.h1", (2,)),
    ("h₁₂", "gan", (2, 2), "gan.h1", (2,)),
    (r"\nabla_{w_{1,2}} J", "gan", (3, 3), "gan.grad_w1", (2,)),
    ("dw12", "gan", (3, 3), "gan.grad_w1", (2,)),
    ("c^{(1)}", "gan", (4, 4), "gan.c", (1,)),
    ("C_1", "gan", (2, 4, 4), "gan.c", None),
    ("C_1", "gan", (4, 4), "gan.c", (1,)),
    ("C_2", "gan", (4, 4), "gan.c", (2,)),
    (r"\nabla_{w_1^{(1)}} J", "gan", (3, 3), "gan.grad_w1", (1,)),
    (r"\frac{\partial L}{\partial w_1[0]}", "gan", (3, 3), "gan.grad_w1", (0,)),
    (r"\frac{\partial \log p}{\partial w_1^1}", "gan", (3, 3), "gan.grad_w1", (1,)),
    (r"\frac{\partial J}{\partial w_1^2}", "gan", (3, 3), "gan.grad_w1", (2,)),
    # spaces as recognised text has them
    (r"\nabla _ { w _ { 1 } ^ { 1 } }", "gan", (3, 3), "gan.grad_w1", (1,)),
    (r"\frac { \partial J } { \partial w _ { 1 } ^ { 2 } }", "gan", (3, 3), "gan.grad_w1", (2,)),
    ("h _ { 1 } ^ { 1 }", "gan", (2, 2), "gan.h1", (1,)),
    # the transpose
    ("h_0^T", "gan", (8,), "gan.h0", None),
    (r"h_0^{\top}", "gan", (1, 8), "gan.h0", None),
    (r"\nabla_{w_0}^T", "gan", (2, 8), "gan.grad_w0", None),
    (r"(\nabla_{w_0})^{\mathsf{T}}", "gan", (2, 8), "gan.grad_w0", None),
    (r"\nabla_{W_2}^T", "autoencoder", None, "autoencoder.grad_W2", None),
    # entries
    ("h_0[1]", "gan", (), "gan.h0", (1,)),
    ("h_2[1,2]", "gan", (), "gan.h2", (1, 2)),
    ("h_{0,1}", "gan", (), "gan.h0", (1,)),
    ("h0_3", "gan", (), "gan.h0", (3,)),
    ("h₀₃", "gan", (), "gan.h0", (3,)),
    ("h2_{1,2}", "gan", (), "gan.h2", (1, 2)),
    ("h_{2}_{1,2}", "gan", (), "gan.h2", (1, 2)),
    ("h_{2,12}", "gan", (), "gan.h2", (1, 2)),
    ("h_{2,(1,2)}", "gan", (), "gan.h2", (1, 2)),
    ("h_{1,1,2,1}", "gan", (), "gan.h1", (1, 2, 1)),
    (r"\nabla_{w_{0,3,2}} J", "gan", (), "gan.grad_w0", (3, 2)),
    ("grad_h0_3", "gan", (), "gan.grad_h0", (3,)),
    # any entry
    (r"\frac{\partial J}{\partial W_{2,ij}}", "autoencoder", None, "autoencoder.grad_W2", None),
    (r"(\nabla W_2)_{ij}", "autoencoder", None, "autoencoder.grad_W2", None),
    (r"\frac{\partial J}{\partial (W_2)_{ij}}", "autoencoder", None, "autoencoder.grad_W2", None),
    ("dW2[i,j]", "autoencoder", None, "autoencoder.grad_W2", None),
    (r"\frac{\partial L}{\partial x'_j}", "autoencoder", None, "autoencoder.grad_xp", None),
    # a raised number
    (r"\frac{\partial J}{\partial w^2_{ij}}", "autoencoder", None, "autoencoder.grad_W2", None),
    (r"\nabla_{W^{(2)}} J", "autoencoder", None, "autoencoder.grad_W2", None),
]


@pytest.mark.parametrize(("label", "problem", "shape", "key", "index"), NAMED)
def test_what_a_left_side_names(label, problem, shape, key, index):
    found = left_side(label, RUBRIC, problem, shape)
    assert (found.key, found.index) == (key, index)
    assert found.is_gradient == found.quantity.startswith("grad_")


@pytest.mark.parametrize(
    "label",
    [
        "h_2^2",
        "h_{2,1}",
        "h^{(2)}_3",
        "z_{1,2}",
        "h_{12}3",
        "h_2^T",
        r"\delta_2",
        r"\nabla w_i^1",
        r"\frac{\partial z_2[i]}{\partial W_2[i][j]}",
        "",
        "x" * 300,
    ],
)
def test_what_names_no_quantity(label):
    assert left_side(label, RUBRIC, "gan", (2, 2)) is None


@pytest.mark.parametrize("shape", [(), (2, 2, 2), (3, 3), None])
def test_two_numbers_are_a_channel_only_beside_its_numbers(shape):
    assert left_side("h_{1,2}", RUBRIC, "gan", shape) is None


@pytest.mark.parametrize(
    ("label", "problem", "expected"),
    [
        ("z", "gan", True),
        ("w_1", "gan", True),
        ("W_1", "autoencoder", True),
        ("N", "autoencoder", True),
        ("h_0", "gan", False),
        (r"\delta", "autoencoder", False),
    ],
)
def test_what_the_problem_gives(label, problem, expected):
    assert is_input(label, RUBRIC, problem) is expected


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        (r"\delta", True),
        (r"\delta^{(2)}", True),
        ("z_2", True),
        (r"\frac{\partial z_2[i]}{\partial W_2[i][j]}", True),
        (r"\mathcal{J}(\theta^D)", True),
        (r"\mathrm{ReLU}'(t)", True),
        ("a + b", False),
        (r"x \odot y", False),
        ("the learning rate", False),
        ("3", False),
        ("", False),
    ],
)
def test_what_is_a_name(label, expected):
    assert is_symbol(label) is expected


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        (r"\nabla_{C_1}", True),
        ("∇w", True),
        ("grad_foo", True),
        (r"\frac{\partial J}{\partial y_j}", True),
        (r"\frac{\partial \mathcal{L}}{\partial y}", True),
        (r"\frac{\partial z_2}{\partial h}", False),
        (r"\delta", False),
    ],
)
def test_what_is_written_as_a_gradient(label, expected):
    assert is_gradient_like(label) is expected


def test_a_name_may_be_of_one_problem_or_of_both():
    assert problems_of("H_2", RUBRIC) == {"gan"}
    assert problems_of("x'", RUBRIC) == {"autoencoder"}
    assert problems_of(r"\nabla w_1", RUBRIC) == {"gan", "autoencoder"}
    assert problems_of("q", RUBRIC) == frozenset()


@pytest.mark.parametrize(
    "label",
    ["h_{2,1}", "h_{1,2}", "h12", "h_{0,12}", "h_{2,1,1,1}", "m_{1,1}", "h_{0,1.5}", "h_{0,x}"],
)
def test_figures_that_are_no_index_name_no_entry(label):
    assert left_side(label, RUBRIC, "gan", ()) is None

from __future__ import annotations

import pytest
from reading import RUBRIC, read_one, said

from grader.readers.belonging import problem_of
from grader.readers.mathblocks import parts
from grader.readers.sayings import Sort, sayings

D = r"2 (x' - x) \odot x' \odot (1 - x')"
GRADIENTS = [
    # names of one problem only, whatever the heading says
    ("gan", rf"\nabla_{{W_2}} = h ({D})^T", "autoencoder"),
    ("gan", rf"\nabla_{{w_2}} = h ({D})^T", "autoencoder"),
    ("gan", r"\frac { \partial J } { \partial w _ { 2 } } = h ( x ^ { \prime } )^T", "autoencoder"),
    ("gan", r"\nabla_{W_2} = h \delta^T", "autoencoder"),
    ("gan", r"\nabla_{x'} J = 2 (\hat{x} - x)", "autoencoder"),
    ("gan", rf"\delta = {D}", "autoencoder"),
    ("", rf"\nabla_{{W_2}} = h ({D})^T", "autoencoder"),
    ("autoencoder", r"\nabla_{H_2} = (1 - p) w_2", "gan"),
    ("autoencoder", r"\nabla_{w_0} = \nabla_{h_0} z^T", "gan"),
    # capitals decide where the letters do not
    ("gan", r"\nabla_{W_1} J = W_2 \delta", "autoencoder"),
    ("gan", r"\nabla_{w_1} J = w_2 \delta", "gan"),
    # what does not tell, or tells two things
    ("gan", r"\nabla_{w_1} = x \delta", ""),
    ("gan", r"\nabla_{W_1} = x z^T", "gan"),
    ("gan", r"\nabla_{W_1} = [1, 2, 3]", "gan"),
    ("gan", r"\delta = x", ""),
    ("gan", r"y = z_1 + z_2", ""),
    ("autoencoder", r"\nabla_{w_2} = z \delta^T", ""),
]


@pytest.mark.parametrize(("home", "equation", "expected"), GRADIENTS)
def test_the_names_in_an_equation_tell_its_problem(home, equation, expected):
    listed = sayings(parts(f"${equation}$"), "a.md", RUBRIC)
    (saying,) = [s for s in listed if s.sort is Sort.EQUATION]
    assert problem_of(saying, RUBRIC, home) == expected


H0 = "$h_0 = [1, 2, 3, 4, 5, 6, 7, 8]$\n\n"
W2 = f"$\\nabla_{{W_2}} J = h ({D})^T$\n\n"
SMALL = f"$\\nabla_{{w_2}} J = h ({D})^T$\n\n"


@pytest.mark.parametrize(
    "text",
    [
        f"Problem 1\n\n{H0}Prob1em 2\n\n{SMALL}",
        f"Problem 1\n\n{H0}{SMALL}",
        f"# Problem 1\n\n{H0}# Encoder-decoder\n\n{SMALL}",
        f"## 问题 1：GAN\n\n{H0}## 问题 2：自编码器\n\n{SMALL}",
        f"# Aufgabe 1\n\n{H0}# Aufgabe 2\n\n{SMALL}",
        f"# Problem 1\n\n{H0}# Problem 2\n\n{W2}# Appendix\n\n$m = 1$ and $p = 1$\n\n",
        f"{H0}{W2}",
    ],
)
def test_a_gradient_is_found_under_any_heading(text):
    found = said(read_one(text, "a.md"))
    assert {"gan.h0", "autoencoder.grad_W2"} <= {*found}
    assert "gan.grad_w2" not in found


def test_numbers_behind_the_other_problems_formula_stay_where_the_heading_says():
    text = f"# GAN\n\n{H0}{W2}$\\nabla_{{w_0}} = [1, 2]$\n\n$\\nabla_{{w_2}} = (1 - p) H_2$\n"
    assert {*said(read_one(text, "a.md"))} == {
        "gan.h0",
        "autoencoder.grad_W2",
        "gan.grad_w0",
        "gan.grad_w2",
    }


@pytest.mark.parametrize("head", ["$z_1$ | $z_2$", "a | b", "W_1 | W_2"])
@pytest.mark.parametrize("heading", ["### Gradient of $w_0$", r"### $\nabla_{w_0}$"])
def test_the_head_of_a_table_of_one_quantity_names_no_other(heading, head):
    rows = "\n".join(f"| {k} | {2 * k} |" for k in range(1, 9))
    text = f"# Problem 1\n\n{H0}{heading}\n\n| {head} |\n|---|---|\n{rows}\n"
    found = said(read_one(text, "a.md"))
    assert {*found} == {"gan.h0", "gan.grad_w0"}
    assert found["gan.grad_w0"] == ((8, 2), [n for k in range(1, 9) for n in (k, 2 * k)])

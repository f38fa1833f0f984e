from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import rubric as rubrics
from grader.notation import names
from grader.notation.labels import split_index
from reference.graph import Graph, Step
from reference.problem import Problem, Quantity

RUBRIC = rubrics.load("hw6")
GAN, AUTOENCODER = RUBRIC.problems


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("gan.h0", "gan.h0"),
        ("GAN.h0", "gan.h0"),
        ("gan/h0", "gan.h0"),
        ("gan: h0", "gan.h0"),
        ("gan h_0", "gan.h0"),
        ("problem gan: h0", "gan.h0"),
        ("h0", "gan.h0"),
        ("h_0", "gan.h0"),
        ("h_{0}", "gan.h0"),
        ("h₀", "gan.h0"),
        ("$h_0$", "gan.h0"),
        ("h0:", "gan.h0"),
        ("h0 =", "gan.h0"),
        ("h0 (8 values)", "gan.h0"),
        ("h2 [4 x 4]", "gan.h2"),
        ("Answer: h0", "gan.h0"),
        ("value of h0", "gan.h0"),
        ("Q1 h0", "gan.h0"),
        ("Q1. h0", "gan.h0"),
        ("Problem 1: h0", "gan.h0"),
        ("Task 1: h0", "gan.h0"),
        ("1) h0", "gan.h0"),
        ("(1) h0", "gan.h0"),
        ("1a) h0", "gan.h0"),
        ("2.1 Gradient of w1", "gan.grad_w1"),
        ("h2", "gan.h2"),
        ("H2", "gan.H2"),
        ("grad_H2", "gan.grad_H2"),
        ("∇h2", "gan.grad_h2"),
        ("C1", "gan.c"),
        ("M", "gan.m"),
        ("p(y=0)", "gan.p"),
        (r"\hat{y}", "gan.p"),
        ("ŷ", "gan.p"),
        ("∇ŷ", "gan.grad_p"),
        ("grad_yhat", "gan.grad_p"),
        ("∇w1", "gan.grad_w1"),
        ("∇_{w_1} J", "gan.grad_w1"),
        (r"\nabla_{w_1}", "gan.grad_w1"),
        (r"\nabla_{w_1} \log p", "gan.grad_w1"),
        ("nabla w1", "gan.grad_w1"),
        ("grad w1", "gan.grad_w1"),
        ("grad_w1", "gan.grad_w1"),
        ("Gradient of w_1", "gan.grad_w1"),
        ("the gradient with respect to w0", "gan.grad_w0"),
        ("gradient of J with respect to w0", "gan.grad_w0"),
        ("w1 gradient", "gan.grad_w1"),
        ("w1.grad", "gan.grad_w1"),
        ("dw1", "gan.grad_w1"),
        ("dJ/dw1", "gan.grad_w1"),
        ("dL/dw_1", "gan.grad_w1"),
        ("d log p / d w1", "gan.grad_w1"),
        ("∂(-log p(y=0))/∂w1", "gan.grad_w1"),
        (r"\frac{\partial J}{\partial w_1}", "gan.grad_w1"),
        ("gradW2", "autoencoder.grad_W2"),
        ("∂J/∂W_2", "autoencoder.grad_W2"),
        ("dJ/dW2", "autoencoder.grad_W2"),
        ("Q2 ∇W_1", "autoencoder.grad_W1"),
        ("Q2 grad w1", "autoencoder.grad_W1"),
        ("Autoencoder: grad h", "autoencoder.grad_h"),
        ("∇x'", "autoencoder.grad_xp"),
        ("∇x′", "autoencoder.grad_xp"),
        (r"\nabla x^{\prime}", "autoencoder.grad_xp"),
        ("grad_b1", None),  # of both problems
        ("w1", None),  # given, not asked
        ("Q2 w1", None),
        ("delta w1", None),
        ("Δw1", None),
        ("dm/dH2", None),  # not of the objective
        ("gan.h9", None),
        ("autoencoder.h0", None),
        ("h0[1]", None),  # an entry of it
        ("J", None),
        ("grad", None),
        ("id", None),
        ("name", None),
        ("3 m", None),
        ("2.1 m", None),
        ("12.402 m", None),
        ("0.38", None),
        ("", None),
        ("the image h2 is found by adding the channels", None),
    ],
)
def test_a_label_names_its_quantity_or_none(label, key):
    assert names.match(label, RUBRIC) == key


@pytest.mark.parametrize(
    ("label", "context", "key"),
    [
        ("grad_b1", {"shape": (4, 4)}, "gan.grad_b1"),
        ("grad_b1", {"problem": "autoencoder"}, "autoencoder.grad_b1"),
        ("grad_w1", {"problem": "autoencoder"}, "autoencoder.grad_W1"),
        ("grad_W1", {"problem": "gan"}, "gan.grad_w1"),
        ("h0", {"problem": "autoencoder"}, "gan.h0"),
        ("gan.grad_w1", {"problem": "autoencoder"}, "gan.grad_w1"),
        ("Q2 grad w1", {"shape": (2, 3, 3)}, "gan.grad_w1"),  # the second task
        ("Q2 grad w1", {"shape": (5,)}, "autoencoder.grad_W1"),
    ],
)
def test_where_a_label_stands_decides_what_the_letters_leave_open(label, context, key):
    assert names.match(label, RUBRIC, **context) == key


def test_every_quantity_and_alias_is_its_own_name():
    for problem in RUBRIC.problems:
        for quantity in problem.reference.quantities:
            for name in (quantity.name, *quantity.aliases):
                key = f"{problem.name}.{quantity.name}"
                assert names.match(f"{problem.name}.{name}", RUBRIC) == key


@pytest.mark.parametrize(
    ("label", "says"),
    [
        ("hh0", "did you mean gan.h0?"),
        ("gan.grad_w9", "gan.grad_w"),
        ("grad_b1", "may be gan.grad_b1 or autoencoder.grad_b1"),
        ("foo", "named as in gan.h0"),
    ],
)
def test_an_unknown_label_is_explained_with_what_may_be_meant(label, says):
    assert says in names.explain_unknown(label, RUBRIC)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("gan", "gan"),
        ("GAN", "gan"),
        ("Problem 1", "gan"),
        ("Q2", "autoencoder"),
        ("Problem 2: Auto-encoder", "autoencoder"),
        ("autoencoder (6850 only)", "autoencoder"),
        (AUTOENCODER.title, "autoencoder"),
        ("Problem 3", ""),
        ("Sheet1", ""),
        ("1", ""),
        ("h0", ""),
        ("", ""),
    ],
)
def test_a_heading_names_its_problem(text, problem):
    assert names.match_problem(text, RUBRIC) == problem


@pytest.mark.parametrize(
    ("text", "gan", "autoencoder"),
    [
        ("w2", "w2", "W2"),
        ("W2", "w2", "W2"),
        ("w_2", "w2", "W2"),
        ("W_{2}", "w2", "W2"),
        ("w₂", "w2", "W2"),
        ("h2", "h2", None),
        ("H2", "H2", None),
        ("H_2", "H2", None),
        ("p", "p", None),
        ("p(y=0)", "p", None),
        ("xp", None, "xp"),
        ("x'", None, "xp"),
        ("x′", None, "xp"),
        ("x’", None, "xp"),
        ("X", None, "x"),
        ("xhat", None, "xp"),
        ("x\u0302", None, "xp"),
        (r"\hat{x}", None, "xp"),
        ("∇x\u0302", None, "grad_xp"),
        ("grad_xp", None, "grad_xp"),
        ("grad_x'", None, "grad_xp"),
        ("dxp", None, "grad_xp"),
        ("nabla_xp", None, "grad_xp"),
        ("∇xp", None, "grad_xp"),
        ("∇_{x′}", None, "grad_xp"),
        ("dJ/dxp", None, "grad_xp"),
        ("grad xp", None, "grad_xp"),
        ("grad_H2", "grad_H2", None),
        ("N", None, None),  # dimensions
        ("n", None, None),
        ("a0", None, None),  # a step that is no quantity
        ("sigmoid", None, None),
        ("T", None, None),
    ],
)
def test_a_symbol_of_an_expression_is_found(text, gan, autoencoder):
    assert names.resolve_symbol(text, GAN) == gan
    assert names.resolve_symbol(text, AUTOENCODER.reference) == autoencoder


def test_a_dimension_is_no_symbol_in_other_letters():
    graph = Graph({"n": ("N",)}, (Step("J", "sum_squares", ("n",)),))
    reference = Problem("", graph, "J", (Quantity("grad_n", ""),), {"n": ""})
    assert names.resolve_symbol("n", reference) == "n"
    assert names.resolve_symbol("N", reference) is None


def test_the_table_of_symbols_agrees_with_the_search():
    for problem in RUBRIC.problems:
        table = names.symbols(problem)
        assert set(table.values()) == {
            *problem.reference.inputs,
            *(q.name for q in problem.reference.quantities),
        }
        assert all(names.resolve_symbol(text, problem) == name for text, name in table.items())


@pytest.mark.parametrize(
    ("label", "parts"),
    [
        ("h0[1]", ("h0", (1,))),
        ("h1[0][1][0]", ("h1", (0, 1, 0))),
        ("gan.h2[1,2]", ("gan.h2", (1, 2))),
        ("h2[1; 2]", ("h2", (1, 2))),
        ("h2 (1,2):", ("h2", (1, 2))),
        ("h0", ("h0", None)),
        ("p(y=0)", ("p(y=0)", None)),
        ("h2 (4 x 4)", ("h2 (4 x 4)", None)),
        ("[1]", ("[1]", None)),
    ],
)
def test_an_entry_is_a_name_and_an_index(label, parts):
    assert split_index(label) == parts


@given(st.text(alphabet="gan.hHwW012_{}[]()∇d/J' Q:\\$", max_size=140))
def test_any_label_has_at_most_one_meaning_and_an_explanation(label):
    assert names.match(label, RUBRIC) is None or len(names.candidates(label, RUBRIC)) >= 1
    assert names.explain_unknown(label, RUBRIC)
    names.resolve_symbol(label, GAN)


@pytest.mark.parametrize("text", ["(" * 10**5, "grad" * 30, "d" * 120, "\\frac{" * 20, "[1]" * 40])
def test_hostile_labels_take_no_time(text):
    start = time.process_time()
    assert names.match(text, RUBRIC) is None
    assert time.process_time() - start < 3

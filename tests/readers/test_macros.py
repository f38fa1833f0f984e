r"""What a student defines with ``\newcommand`` and the like is written out before it is read."""

from __future__ import annotations

import json
import time

import pytest
from reading import read_one, said

from grader.readers.macros import Macros

PD = r"\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}"

WRITTEN_OUT = [
    (PD, r"\pd{J}{W_2}", r"\frac{\partial J}{\partial W_2}"),
    (PD, r"\pd J{W_2}", r"\frac{\partial J}{\partial W_2}"),
    (PD, r"\pd{\pd{J}{h}}{h}", r"\frac{\partial \frac{\partial J}{\partial h}}{\partial h}"),
    (r"\newcommand\bx{\mathbf{x}}", r"\bx - \bxa", r"\mathbf{x} - \bxa"),
    (r"\renewcommand*{\vec}[1]{\mathbf{#1}}", r"\vec h", r"\mathbf{h}"),
    (r"\providecommand{\T}{^\top}", r"W\T h", r"W^\top h"),
    (r"\def\grad#1{\nabla_{#1}J}", r"\grad{h}", r"\nabla_{h}J"),
    (r"\DeclareMathOperator*{\relu}{Re\,LU}", r"\relu(z)", r"\operatorname{ReLU}(z)"),
    (r"\newcommand{\n}[2][2]{|#2|_{#1}}", r"\n{x} \n[1]{x}", "|x|_{2} |x|_{1}"),
    (r"\newcommand{\W}{\ensuremath{W_2}\xspace}", r"\W h", r" {W_2}  h"),
    (r"\newcommand{\W}{\ensuremath{W_2}}", r"\W h", "W_2 h"),
    (r"\newcommand{\s}{\sigma}\newcommand{\x}{x}", r"\s\x \x\x", r"\sigma x x x"),
    (r"\newcommand{\all}[9]{#9#8#1}", r"\all12345678{(9)}", "(9)81"),
    (r"\newcommand{\hide}[1]{}", r"a\hide{b}c", "a c"),
    (r"\def\a{1}\a\def\a{2}", r"\a", "2"),
    ("", r"\pdv{J}{h}", r"\frac{\partial J}{\partial h}"),
    (r"\newcommand{\xh}{\hat{\bx}}\newcommand{\bx}{x}", r"\xh'", r"\hat{x}'"),
]


@pytest.mark.parametrize(("definition", "use", "expected"), WRITTEN_OUT)
def test_a_simple_macro_is_written_out(definition, use, expected):
    macros = Macros("a.tex")
    assert macros.expanded(f"{definition}\n{use}").splitlines()[-1] == expected
    assert macros.remarks == []


DOUBLING = "".join(
    rf"\def\m{a}{{\m{b}\m{b}\m{b}\m{b}}}" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
REFUSED = [
    (r"\newcommand{\x}{a \x}", r"\x", r"\x (line 1) is not written out: it calls itself"),
    (r"\def\x{\y}\def\y{\x}", r"\x", r"\x (line 1) is not written out: it calls itself"),
    (r"\newcommand{\x}[2]{#1#2}", r"\x{a}", "it takes 2 arguments, which are not all here"),
    (r"\newcommand{\x}[1]{#1}", r"\x{a", "it takes 1 arguments, which are not all here"),
    (r"\def\x(#1){#1}", r"\x(a)", "it is no simple macro"),
    (r"\newcommand{\x}{\ifx a b c\fi}", r"\x", "it is no simple macro"),
    (r"\newcommand{\x}{\csname relax\endcsname}", r"\x", "it is no simple macro"),
    (rf"\newcommand{{\x}}{{{'a' * 2000}}}", r"\x", "it has more than 1,000 characters"),
    (DOUBLING + r"\def\mi{xxxxxxxxxxxxxxxxxx}", r"\ma", "what it stands for grows too long"),
]


@pytest.mark.parametrize(("definition", "use", "told"), REFUSED)
def test_what_is_no_simple_macro_stays_and_is_told_where_it_is_used(definition, use, told):
    macros = Macros("a.tex")
    text = f"{definition}\n\n{use} {use}"
    assert macros.expanded(text).splitlines()[-1].startswith(use[:2])
    (remark,) = macros.remarks
    assert told in remark.message
    assert remark.place.line == 3


def test_a_macro_that_cannot_be_read_spoils_no_other():
    macros = Macros("a.md")
    text = macros.expanded(r"\def\x{\x}\newcommand{\n}[1]{(#1)}" + "\n" + r"\n{\x} \n{b}")
    assert text.splitlines()[-1] == r"(\x) (b)"


def test_lines_keep_their_numbers():
    text = (
        "\\newcommand{\\mat}[1]{\\begin{bmatrix}\n #1\n\\end{bmatrix}}\n\\newcommand{\\no}[1]{}\n"
        "\\no{a\nb}\n$$h_0 = \\mat{0.38 \\\\ 1.4 \\\\\n 0.96 \\\\ 1.06 \\\\ 0.7 \\\\\n"
        "1.54 \\\\ 1.62 \\\\ 1.06}$$\n\nm = 12.4"
    )
    submission = read_one(text, "a.md")
    values = [0.38, 1.4, 0.96, 1.06, 0.7, 1.54, 1.62, 1.06]
    assert said(submission) == {"gan.h0": ((8, 1), values), "gan.m": 12.4}
    assert [answer.place.line for answer in submission.answers] == [7, 11]
    assert submission.remarks == ()


def test_the_macros_of_a_notebook_hold_in_the_cells_below():
    sources = [f"${PD}$", r"$\pd{J}{W_2} = h \delta^T$ and $\x$", r"$$\def\x{\x}$$", r"$\x$"]
    cells = [{"cell_type": "markdown", "metadata": {}, "source": source} for source in sources]
    submission = read_one(json.dumps({"nbformat": 4, "cells": cells}), "a.ipynb")
    assert [answer.key for answer in submission.answers] == ["autoencoder.grad_W2"]
    (remark,) = submission.remarks
    assert (remark.place.cell, remark.place.line) == ("4", 1)


@pytest.mark.parametrize(
    "text",
    [
        r"\newcommand{\a}[1]{#1#1#1#1#1#1#1#1}" + r"\a{" * 5_000 + "x" + "}" * 5_000,
        r"\newcommand{\a}[1]{#1}" + r"\a{" * 100_000,
        DOUBLING + r"\def\mi{x}" + r"\ma\mb\mc\md\me\mf" * 5_000,
        r"\newcommand{\a}" * 50_000,
        "".join(rf"\newcommand{{\a}}[{k % 10}]{{#1#2}}" for k in range(20_000)),
        r"\def\x" + "#1" * 200_000,
        r"\newcommand{\a}[9]{#1#2#3#4#5#6#7#8#9}" + r"\a\a\a\a\a\a\a\a\a\a" * 20_000,
    ],
)
def test_no_macro_takes_long(text):
    start = time.process_time()
    assert len(Macros("a.tex").expanded(text)) < (2 << 20) + len(text)
    assert time.process_time() - start < 2

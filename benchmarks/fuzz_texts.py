"""Texts that nobody planned for: real answers damaged, put together wrongly, and pure noise.

Text number ``k`` of a seed is always the same one, whatever came before it.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Sequence

from benchmarks.expressions import RIGHT, WRONG

__all__ = ["ANSWERS", "text"]

_TYPESET = (
    r"\nabla_{W_2} J = -2 h \left[ (x - x') \odot x' \odot (1 - x') \right]^\top",
    r"\frac{\partial J}{\partial W_2} = h\, \delta^{T}",
    r"\frac{\partial J}{\partial \mathbf{h}} = W_2 \, \mathrm{diag}(\sigma'(z_2)) 2(\hat x-x)",
    r"$$\begin{aligned} \delta &= 2(x'-x)\odot x'(1-x') \\ \nabla J &= h\delta^T \end{aligned}$$",
    r"\sum_{j=1}^{N} 2 (x'_j - x_j) x'_j (1 - x'_j) W_{2,ij}",
    r"\mathbb{1}[z_1 > 0] \odot \left( W_2 \delta \right)",
    r"\begin{cases} 1 & z_1 > 0 \\ 0 & \text{otherwise} \end{cases} \odot W_2 \nabla_{z_2} J",
    r"\begin{bmatrix} 1 & -0.5 \\ 0.25 & 10^{-3} \end{bmatrix}",
    r"2\sigma(z_2)\left(1-\sigma(z_2)\right)\circ\left(\sigma(z_2)-x\right)",
    "2 h ((x′ − x) ⊙ x′ ⊙ (1 − x′))ᵀ",
    "∇_{W₂}J = h·(2(x̂ − x) ∘ x̂ ∘ (1 − x̂))ᵀ",
    "∂J/∂h = W₂·(2(x′−x)⊙x′⊙(1−x′))",
    "𝟙[h > 0] ⊙ (W₂ δ)",
    "dW2[i,j] = 2 (x'_j - x_j) x'_j (1 - x'_j) h_i",
    "grad_W1[i,j] = x_i * sum_k(W2[j,k]*dz2[k]) * (z1[j] > 0)",
    "let δ = 2(x' - x) x' (1 - x'); then dJ/dW2 = h δ^T",
    "z2 = W2^T h + b2\ngrad_W2 = h*(2*(sigmoid(z2)-x).*sigmoid(z2).*(1-sigmoid(z2)))'",
    "-2*h*((x-xp).*xp.*(1-xp))'; % M x N",
    "np.where(z1 > 0, W2 @ dz2, 0)",
    "np.dot(x, np.multiply(np.dot(W2, 2*(xp-x)*xp*(1-xp)), h > 0).T)",
    "[1 2; 3 4]",
    "[[0.38, 1.4], [0.96, 1.06]]",
    "1.2·10^{-3} x",
)
ANSWERS = (*(t for table in (RIGHT, WRONG) for row in table.values() for t in row), *_TYPESET)

_WORDS = re.compile(r"\\[a-zA-Z]+|[^\W\d_]+|\d+(?:\.\d*)?|\s+|.", re.DOTALL)
_SIGNS = (
    *"()[]{}+-*/^_=<>,;:.'\"&|!%$#@~`\\ \n\t0123456789xhNMWbzipeTI",
    *"′’−–—·×⊙∘÷ᵀ⊤⁻⁰¹²³₀₁₂√∑∏∂∇σδ𝟙≤≥≠∞…‖",
    *(r"\left(", r"\right)", r"\begin{bmatrix}", r"\end{cases}", r"\\", ".T", ".*", "1[", "(0, "),
    *sorted({word for answer in ANSWERS for word in _WORDS.findall(answer)}),
)
_LOOKALIKES = dict(
    zip("xhWNTp-*'()12=./", "хһＷΝΤр−∗′（）１２＝．∕", strict=True)  # each from another alphabet
)
_BRACKETS = dict(zip("()[]{}", ")([]}{"[::-1], strict=True))

_LONGEST = 20_000
"""Ten times what is read; longer ones are refused by their length alone."""

_Draw = random.Random
_Mutation = Callable[[_Draw, str], str]


def _swapped(draw: _Draw, text: str) -> str:
    k = draw.randrange(len(text))
    return text[:k] + text[k + 1 : k + 2] + text[k : k + 1] + text[k + 2 :]


def _deleted(draw: _Draw, text: str) -> str:
    k = draw.randrange(len(text))
    return text[:k] + text[k + draw.choice((1, 1, 1, 2, 5)) :]


def _doubled(draw: _Draw, text: str) -> str:
    k = draw.randrange(len(text))
    part = text[k : k + draw.choice((1, 2, 4, 12))]
    return text[:k] + part * draw.choice((2, 2, 3, 20)) + text[k + len(part) :]


def _inserted(draw: _Draw, text: str) -> str:
    k = draw.randrange(len(text) + 1)
    return text[:k] + draw.choice(_SIGNS) + text[k:]


def _bracket_changed(draw: _Draw, text: str) -> str:
    places = [k for k, character in enumerate(text) if character in _BRACKETS]
    if not places:
        return "(" + text
    k = draw.choice(places)
    return text[:k] + draw.choice("()[]{}") + text[k + 1 :]


def _words_shuffled(draw: _Draw, text: str) -> str:
    words = _WORDS.findall(text)
    k = draw.randrange(len(words))
    part = words[k : k + draw.choice((3, 6, len(words)))]
    draw.shuffle(part)
    return "".join((*words[:k], *part, *words[k + len(part) :]))


def _word_replaced(draw: _Draw, text: str) -> str:
    words = _WORDS.findall(text)
    words[draw.randrange(len(words))] = draw.choice(_WORDS.findall(draw.choice(ANSWERS)))
    return "".join(words)


def _lookalike(draw: _Draw, text: str) -> str:
    places = [k for k, character in enumerate(text) if character in _LOOKALIKES]
    if not places:
        return text + "\u0301"
    k = draw.choice(places)
    return text[:k] + _LOOKALIKES[text[k]] + text[k + 1 :]


def _nested(draw: _Draw, text: str) -> str:
    before, after = draw.choice(
        (
            ("(", ")"),
            ("{", "}"),
            ("-", ""),
            ("exp(", ")"),
            (r"\frac{1}{", "}"),
            (r"\frac{", "}{x}"),
            (r"\sqrt{", "}"),
            (r"\left[", r"\right]"),
            ("", ".T"),
            ("", "^2"),
            ("1[", " > 0]"),
            (r"\sum_{j=1}^{N} ", ""),
        )
    )
    times = draw.choice((1, 1, 2, 3, 10, 60, 300))
    return before * times + text + after * times


def _joined(draw: _Draw, text: str) -> str:
    between = draw.choice((" + ", " ", "\n", " = ", "; ", ", ", r" \\ ", " = let "))
    return text + between + draw.choice(ANSWERS)


def _cut(draw: _Draw, text: str) -> str:
    return text[: draw.randrange(len(text) + 1)]


def _spliced(draw: _Draw, text: str) -> str:
    other = draw.choice(ANSWERS)
    return _cut(draw, text) + other[draw.randrange(len(other)) :]


def _repeated(draw: _Draw, text: str) -> str:
    return draw.choice(("", " ", "+", "*", " = ", "\n")).join([text] * draw.choice((2, 5, 40, 400)))


def _normalised(draw: _Draw, text: str) -> str:
    return unicodedata.normalize(draw.choice(("NFD", "NFKC", "NFKD")), text)


_MUTATIONS: Sequence[_Mutation] = (
    *(_swapped, _deleted, _doubled, _inserted, _bracket_changed) * 3,
    *(_words_shuffled, _word_replaced, _lookalike, _joined, _spliced) * 2,
    *(_nested, _cut, _repeated, _normalised),
)


def _damaged(draw: _Draw) -> str:
    """A real answer, changed up to six times."""
    text = draw.choice(ANSWERS)
    for _ in range(draw.choice((1, 1, 1, 2, 2, 3, 4, 6))):
        if text:
            text = draw.choice(_MUTATIONS)(draw, text)[:_LONGEST]
    return text


def _signs(draw: _Draw) -> str:
    """Words and signs of the notation in no order."""
    return "".join(draw.choices(_SIGNS, k=draw.choice((1, 2, 3, 5, 8, 13, 30, 80, 500))))


def _noise(draw: _Draw) -> str:
    """Characters from all of Unicode, halves of surrogates among them."""
    tops = draw.choices((0x7F, 0xFF, 0x24FF, 0xFFFF, 0x10FFFF), k=draw.choice((1, 4, 16, 60)))
    return "".join(chr(draw.randint(0, top)) for top in tops)


def text(seed: int, number: int) -> str:
    """Text ``number`` of a seed."""
    draw = random.Random(f"{seed}:{number}")
    return draw.choices((_damaged, _signs, _noise), (8, 3, 1))[0](draw)

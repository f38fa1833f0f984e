r"""LaTeX's commands: which are only looks, which are signs, letters or functions.

`\mathbf` and `\left` change how a formula looks and are passed over like space; `\odot` is a sign,
`\delta` a letter, `\frac` a construction that the grammar knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from grader.notation.glyphs import GREEK

__all__ = ["ACCENTS", "COMMANDS", "CONDITIONS", "LOOKS", "PROSE", "SPACES"]

_SIZES = ("big", "Big", "bigg", "Bigg")

SPACES = frozenset(
    [
        *("quad", "qquad", "left", "right", "middle", "limits", "nolimits", "nonumber", "notag"),
        *(*_SIZES, "bigm", "hfill", "hline", "enspace", "thinspace"),
        *(f"{size}{side}" for size in _SIZES for side in "lr"),
        *("displaystyle", "textstyle", "scriptstyle"),
    ]
)
"""What only moves or sizes."""

_FONTS = ("bf", "rm", "it", "sf", "cal", "bb", "tt", "frak", "normal", "ds", "bbm", "op")

LOOKS = frozenset(
    [
        *(f"math{font}" for font in _FONTS),
        *(f"text{font}" for font in ("", "bf", "rm", "it", "sf", "tt", "up")),
        *("boldsymbol", "bm", "pmb", "bf", "rm", "it", "boldmath", "operatorname"),
        *("mbox", "vec", "underline", "overrightarrow"),
    ]
)
"""Fonts and frames: what they are put around stays what it is."""

ACCENTS: Mapping[str, str] = MappingProxyType(
    {"hat": "hat", "widehat": "hat", "tilde": "tilde", "widetilde": "tilde", "bar": "bar"}
    | {"overline": "bar", "dot": "dot"}
)
"""What stands above a letter, as it is told in one word: ``\\hat{x}`` is ``xhat``."""

CONDITIONS = frozenset({"if", "for", "when", "otherwise", "else", "where", "and", ""})
"""Words that stand between a value and its condition."""

PROSE = frozenset(
    [
        *("each", "every", "then", "so", "thus", "hence", "therefore", "finally", "now", "also"),
        *("we", "get", "have", "is", "are", "gives", "which", "using", "the", "of", "to", "a"),
        *("gradient", "with", "respect", "final", "answer", "result", "chain", "rule", "by"),
        *("solution", "obtain", "follows", "this", "that", "it", "done", "qed"),
    ]
)
"""Words of a sentence around a formula: a text of nothing else says nothing."""

_SIGNS = {
    "·": "cdot times ast star cdotp",
    ".*": "odot circ bullet",
    "⊗": "otimes",
    "<=": "le leq leqslant",
    ">=": "ge geq geqslant",
    "!=": "ne neq",
    "<": "lt",
    ">": "gt",
    "&&": "land wedge &",
    "{": "{ lbrace",
    "}": "} rbrace",
    "[": "lbrack",
    "]": "rbrack",
    "|": "lvert rvert vert mid",
    "‖": "lVert rVert Vert |",
    "⊤": "top intercal",
    "'": "prime",
    "…": "dots ldots cdots vdots ddots dotsc dotsb",
    "∂": "partial",
    "∇": "nabla",
    "/": "slash div",
}
_FUNCTIONS = "log ln exp tanh sinh cosh sin cos tan max min det arctan"

COMMANDS: Mapping[str, str] = MappingProxyType(
    dict(GREEK)
    | {"varepsilon": "ε", "varphi": "φ", "vartheta": "θ", "ell": "l", "ReLU": "ReLU", "tr": "tr"}
    | {name: sign for sign, names in _SIGNS.items() for name in names.split()}
    | {name: name for name in _FUNCTIONS.split()}
)
"""What stands for a sign, a letter or a function: ``\\odot`` is ``.*``, ``\\delta`` is δ."""

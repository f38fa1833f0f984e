r"""Numbers in mathematics -> grids: ``\begin{bmatrix} 0.38 \\ 1.4 \end{bmatrix}``, ``[0.38, 1.4]``.

Several matrices side by side are channels, stacked in front. A power of ten before or behind a
matrix belongs to every entry. What holds letters is a formula, and is not read here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from grader.model import Cell, Grid, Number, Place, Response
from grader.notation.errors import NotationError
from grader.notation.numbers import parse_number
from grader.readers.entries import Leaf, Tree, cell_of, grid_of, looks_numeric
from grader.readers.factors import factor_of, scaled
from grader.readers.listtext import tree_of

__all__ = ["Matrix", "entry_texts", "labelled", "matrices", "numbers"]

PlaceAt = Callable[[int], Place]
"""Where the character at a position of the text stands."""

_ENVIRONMENT = re.compile(
    r"\\(?:begin\s*\{(?P<begin>[a-zA-Z]{1,20})\*?\}(?:\s*\{[^{}\n]{0,40}\}|\s*\[[^\]\n]{0,10}\])?"
    r"|end\s*\{(?P<end>[a-zA-Z]{1,20})\*?\})"
)
_MATRICES = frozenset(
    ("matrix", "bmatrix", "pmatrix", "vmatrix", "Bmatrix", "Vmatrix", "smallmatrix", "array")
)
_ROW = re.compile(r"\\\\\*?(?:\s*\[[^\]\n]{0,10}\])?|\\(?:cr|newline)(?![a-zA-Z])")
_RULE = re.compile(r"\\(?:hline(?![a-zA-Z])|[hv]?phantom\s*\{[^{}]{0,10}\})")
_SILENT = re.compile(r"\\(?:[,:;!> ]|q?quad(?![a-zA-Z])|displaystyle(?![a-zA-Z])|\\)|[~$&,;]|\s+")
_SPACED = re.compile(r"\\[,;:!> ]|\\(?=[{}])")
_SIZED = re.compile(r"\\(?:left|right|[bB]igg?[lr]?)(?![a-zA-Z])")
_LEFT = re.compile(r"\\left\s*(?:\\[{|]|[\[({|.])\s*\Z|(?:\\\{|[\[({|])\s*\Z")
_RIGHT = re.compile(r"\s*(?:\\right\s*(?:\\[}|]|[\])}|.])|(?:\\[bB]igg?r?\s*)?(?:\\\}|[\])}|]))")
_MARK = re.compile(
    r"\s*(?:\^\s*\{?\s*(?:\\(?:mathsf|mathrm|text|mathbf|rm)\s*\{?\s*)?(?:T|t|\\top|\\intercal|⊤)\s*"
    r"\}?\}?|ᵀ|['′]|[_^]\s*\{?\s*\d{1,3}\s*(?:\\times|×|x)\s*\d{1,3}\s*\}?)"
)
"""A transpose behind a matrix (layouts are settled later), or its dimensions."""
_TIMES = r"(?:\\times|\\cdot|[×·*])"
_LAST_TIMES = re.compile(rf"{_TIMES}\s*\Z")
_POWER_BEHIND = re.compile(
    rf"\s*(?:{_TIMES}|x)\s*10\s*(?:\^|\*\*)\s*(?:\{{\s*([-+−]?\d{{1,3}})\s*\}}|([-+−]?\d{{1,3}}))"
)
_MEMBER = re.compile(r"\s*(?:\\in(?![a-z])|∈)\s*(?:\\mathbb|\\R(?![a-z])|R\s*\^|ℝ)[^&]{0,60}\Z")
_LIST = re.compile(
    r"(?:(?:np|numpy|torch|tf)\.)?(?:array|asarray|matrix|tensor)\s*\(|(?<!\^)[\[({]"
)
_ASIDE = re.compile(r"\\q?quad\s*\Z|[)\]}]\s*\Z")
_REMARK = re.compile(
    r"\s*(?:\\(?:text|mbox)\b|,?\s*(?:which|because|as|after|rounded|approx|by|when|to)\b"
    r"|\(\s*(?:rounded|approx|about|see|after|as|from|by|since|because|to)\b)"
)
_DRESSED_POWER = re.compile(
    r"(?<=\d)\s*\\(?:text|mathrm|mathit|mathsf|texttt|operatorname)\s*\{\s*[eE]\s*"
    r"(?:([-+−]?\s*\d{1,3})\s*\}|\}\s*\{?\s*([-+−]?\d{1,3})\s*\}?)"
)
_DRESSED = re.compile(
    r"\\(?:(?:textcolor|colorbox)\s*\{[^{}]{1,20}\}|boxed|fbox|underline|mathbf|bm|mathrm|text)"
    r"\s*\{\s*\$?([-+−]?[\d.,]{1,20})\$?\s*\}"
)
_OUTER = re.compile(
    r"\s*\\begin\s*\{(?P<kind>[bpBvV]?matrix)\}(?P<inner>\s*\\begin.*)\\end\s*\{(?P=kind)\}[\s.,]*",
    re.DOTALL,
)
_NUMBER = re.compile(r"\s*[-+−]?\s*[\d.][\d.,]*(?:[eE][-+]?\d{1,3})?")


@dataclass(frozen=True, slots=True)
class Matrix:
    """A matrix of numbers, where it begins and ends with its brackets, and its entries."""

    start: int
    end: int
    tree: Tree
    place: Place


def numbers(text: str, place_at: PlaceAt, *, decimal_comma: bool = False) -> Response | None:
    """The numbers that one side of an equation is: a number, a list, a matrix or several.

    None where it is a formula, or holds a matrix only as a part of one (``ReLU([0.38, 1.4])``).
    """
    text = _unnested(_MEMBER.sub("", _plainly(text)))
    found = matrices(text, place_at)
    if found:
        return _of_matrices(text, found, decimal_comma=decimal_comma)
    if "\\begin" in text:
        return None
    cell = _number(text, place_at(0), decimal_comma=decimal_comma)
    if cell is not None:
        return Grid((), (cell,))
    return _listed(text, place_at(0), decimal_comma=decimal_comma)


def _plainly(text: str) -> str:
    r"""The text without dress around numbers, every line where it was: ``\text{e-06}``."""
    text = _DRESSED_POWER.sub(lambda m: f"e{m[1] or m[2]}".ljust(len(m[0])), text)
    return _DRESSED.sub(lambda m: m[1].ljust(len(m[0])), text)


def _unnested(text: str) -> str:
    """The text without a matrix around matrices, which only sets them side by side."""
    outer = _OUTER.fullmatch(text) if text.count("\\begin") > 1 else None
    if outer is None:
        return text
    start, end = outer.span("inner")
    depth = 0
    for mark in _ENVIRONMENT.finditer(text, start, end):
        depth += 1 if mark["begin"] else -1
        if depth < 0:
            return text
    return " " * start + text[start:end] if depth == 0 else text


def labelled(text: str, matrix: Matrix) -> str:
    """What stands right before a matrix, in its own row: ``h_2`` of ``h_2 [ ... ]``."""
    before = text[max(0, matrix.start - 200) : matrix.start]
    pieces = re.split(
        r"\\\\|&|\\q?quad(?![a-zA-Z])|\\(?:begin|end)\s*\{[a-z]*\}(?:\{[^{}]*\})?", before
    )
    return pieces[-1].strip()


def entry_texts(text: str) -> Iterator[str]:
    """The entries of every matrix in a text, as written."""
    for matrix in matrices(text, lambda _position: Place("")):
        yield from _leaves(matrix.tree)


def _leaves(tree: Tree) -> Iterator[str]:
    if isinstance(tree, Leaf):
        yield tree.text
        return
    for part in tree:
        yield from _leaves(part)


# --- matrices -----------------------------------------------------------------------------------


def matrices(text: str, place_at: PlaceAt) -> tuple[Matrix, ...]:
    """The matrices of numbers in a text; those of symbols, and those around others, are none."""
    found = []
    opened: re.Match[str] | None = None
    for mark in _ENVIRONMENT.finditer(text):
        if mark["begin"]:
            opened = mark if mark["begin"] in _MATRICES else None
        elif opened and mark["end"] == opened["begin"]:
            tree = _tree(text, opened.end(), mark.start(), place_at)
            if tree is not None:
                extent = _bracketed(text, opened.start(), mark.end())
                found.append(Matrix(*extent, tree, place_at(opened.start())))
            opened = None
        else:
            opened = None
    return tuple(found)


def _tree(text: str, start: int, end: int, place_at: PlaceAt) -> Tree | None:
    """The entries of a matrix by rows; None where one of them is no number."""
    rows: list[Tree] = []
    for first, last in _split(_ROW, text, start, end):
        cells = [_clean(text[a:b]) for a, b in _split(re.compile("&"), text, first, last)]
        if any(cells):
            rows.append(tuple(Leaf(cell, place_at(first + _blank(text, first))) for cell in cells))
    texts = [leaf for row in rows for leaf in _leaves(row) if leaf]
    return tuple(rows) if texts and all(map(_is_entry, texts)) else None


def _blank(text: str, start: int) -> int:
    """How much space stands at the beginning: a row's place is where its numbers are."""
    part = text[start : start + 200]
    return len(part) - len(part.lstrip())


def _split(mark: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for found in mark.finditer(text, start, end):
        yield start, found.start()
        start = found.end()
    yield start, end


def _clean(text: str) -> str:
    """An entry without what only spaces it out."""
    bare = _RULE.sub("", text).replace("$", "").strip().rstrip(",;").strip()
    return bare.strip("~").strip()


def _is_entry(text: str) -> bool:
    """Whether an entry is a number, or was meant as one."""
    if looks_numeric(text):
        return True
    try:
        parse_number(text)
    except NotationError:
        return False
    return True


def _bracketed(text: str, start: int, end: int) -> tuple[int, int]:
    """The extent of an environment with the brackets and the transpose around it."""
    left = _LEFT.search(text, max(0, start - 20), start)
    right = _RIGHT.match(text, end, end + 20)
    if left and right:
        start, end = left.start(), right.end()
    while mark := _MARK.match(text, end):
        end = mark.end()
    return start, end


def _of_matrices(text: str, found: Sequence[Matrix], *, decimal_comma: bool) -> Response | None:
    """Matrices that stand side by side, with a factor at most."""
    before, behind = _SIZED.sub("", text[: found[0].start]), _SIZED.sub("", text[found[-1].end :])
    between = (text[a.end : b.start] for a, b in pairwise(found))
    if any(_silenced(part).strip("[](){}") for part in between):
        return None
    several = len(found) > 1
    around = re.search(r"\\?[\[({]\s*\Z", before), re.match(r"\s*\\?[\])}]", behind)
    if several and around[0] and around[1]:
        before, behind = before[: around[0].start()], behind[around[1].end() :]
    is_apart = re.search(r"\\q?quad\s*\Z", before) or (several and before.rstrip().endswith(")"))
    if is_apart and factor_of(_silenced(before)) is None:
        before = ""
    scale = _scale(before, behind)
    if scale is None:
        return None
    grids = [grid_of(m.tree, m.place, decimal_comma=decimal_comma) for m in found]
    return scaled(_stacked(grids), scale)


def _stacked(grids: Sequence[Response]) -> Response:
    """One grid as it is, several of one shape as channels; else the first that has a fault."""
    first = grids[0]
    if len(grids) == 1 or not isinstance(first, Grid):
        return first
    same = [g for g in grids if isinstance(g, Grid) and g.shape == first.shape]
    if len(same) < len(grids):
        return next((g for g in grids if not isinstance(g, Grid)), first)
    return Grid((len(grids), *first.shape), tuple(c for g in same for c in g.cells))


# --- factors ------------------------------------------------------------------------------------


def _silenced(text: str) -> str:
    return _SILENT.sub("", text).strip(". ")


def _scale(before: str, behind: str) -> Decimal | None:
    """What multiplies every entry, with its sign; None where other factors stand there."""
    before = _LAST_TIMES.sub("", _silenced(before))
    behind = _silenced(behind).strip("()[] ")
    factor = Decimal(-1 if before.startswith(("-", "−")) else 1)
    for part in (before.lstrip("+-−"), re.sub(rf"^{_TIMES}", "", behind)):
        known = factor_of(part.strip("() ")) if part else Decimal(1)
        if known is None:
            return None
        factor *= known
    return factor


# --- numbers and lists --------------------------------------------------------------------------


def _number(text: str, place: Place, *, decimal_comma: bool) -> Cell | None:
    """A single number; words behind it that only remark on it do not matter."""
    bare = text.strip().strip("$").strip()
    cell = cell_of(bare, place, decimal_comma=decimal_comma)
    if isinstance(cell.content, Number):
        return cell
    leading = _NUMBER.match(bare)
    if leading and _REMARK.match(bare, leading.end()):
        cell = cell_of(leading[0].rstrip(",. "), place, decimal_comma=decimal_comma)
        return cell if isinstance(cell.content, Number) else None
    return cell if looks_numeric(bare) and not re.search(r"\d\W*\s+\d", bare) else None


def _listed(text: str, place: Place, *, decimal_comma: bool) -> Response | None:
    """A list in brackets or without, with a factor at most; None where it is a formula."""
    plain = _POWER_BEHIND.sub(lambda m: f"·10^{m[1] or m[2]}", text)
    plain = _SPACED.sub(" ", _SIZED.sub("", plain)).strip(" $~")
    opening = _LIST.search(plain[:80])
    start = opening.start() if opening else 0
    end = max((plain.rfind(mark) for mark in "])}"), default=-1) + 1 if opening else len(plain)
    while mark := _MARK.match(plain, end):
        end = mark.end()
    scale = _scale(plain[:start], re.sub(r"^\.T\b", "", plain[end:]))
    if scale is None:
        return None
    tree = tree_of(plain[start:end], place, decimal_comma=decimal_comma)
    if tree is None or isinstance(tree, Leaf):
        return None
    if isinstance(tree, tuple):
        if not all(_is_entry(leaf) for leaf in _leaves(tree) if leaf):
            return None
        return scaled(grid_of(tree, place, decimal_comma=decimal_comma), scale)
    return tree

"""A list written as text -> its entries: ``[[1, 2], [3, 4]]``, ``[1 2; 3 4]``, ``0.38 1.4``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.model import Number, Place, Unreadable
from grader.notation.numbers import quoted
from grader.readers.entries import DEEPEST, Leaf, Tree, cell_of, looks_numeric

__all__ = ["tree_of"]

_LONGEST_LIST = 100_000
_BRACKETS = str.maketrans("(){}", "[][]")
_TOKEN = re.compile(r"[\[\],;]|\s+|[^\[\],;\s]+")
_CALL = re.compile(
    r"(?:(?:np|numpy|torch|tf)\.)?(?:array|asarray|matrix|tensor|list)\s*\((.*)\)", re.DOTALL
)
_TRANSPOSED = re.compile(
    r"(?<=[\])}])\s*(?:\.T|\^\s*(?:T|⊤|\\top|\{\s*(?:T|\\top)\s*\}|\(T\))|ᵀ|⊤|['′’])$"
)
"""A list with a transpose behind it is a column, written as a row; layouts are settled later."""
_MATRIX = re.compile(r"\\begin\{([bpvB]?matrix|array)\}(?:\{[lcr| ]*\})?(.*)\\end\{\1\}", re.DOTALL)


def tree_of(text: str, place: Place, *, decimal_comma: bool = False) -> Tree | Unreadable | None:
    """A list written as text: ``[[1, 2], [3, 4]]``, ``[1 2; 3 4]``, ``array([1., 2.])``, a LaTeX

    matrix, or bare numbers one after another. None where the text is no list of numbers, and
    `Unreadable` where it is one with a fault.
    """
    if len(text) > _LONGEST_LIST:
        return Unreadable(text[:80], f"it is longer than {_LONGEST_LIST} characters", place)
    plain = _unwrapped(text)
    if not plain.startswith("["):
        return _bare(plain, place, decimal_comma=decimal_comma)
    if not _closes_once(plain):
        return _unclosed(text, plain, place)
    comma_separates = not (decimal_comma and re.search(r"[;\s]", plain))
    tree = _nested(plain, place, comma_separates=comma_separates)
    return tree if tree is None or isinstance(tree, Unreadable) or _any_number(tree) else None


def _unwrapped(text: str) -> str:
    """The list itself, with square brackets, without the call or the environment around it."""
    plain = _TRANSPOSED.sub("", text.strip().strip("$").strip())
    matrix = _MATRIX.fullmatch(plain)
    if matrix:
        rows = [row for row in re.split(r"\\\\", matrix[2]) if row.strip()]
        return "[" + ",".join("[" + row.replace("&", ",") + "]" for row in rows) + "]"
    call = _CALL.fullmatch(plain)
    inner = re.sub(r",\s*(?:dtype|device)\s*=[^\[\]]*$", "", call[1]).strip() if call else plain
    listed = inner.startswith("[") or (
        inner.startswith(("(", "{")) and re.search(r"[,;]|[\d.]\s+[-+−\d.]", inner)
    )
    return inner.translate(_BRACKETS) if listed else inner


def _closes_once(plain: str) -> bool:
    """Whether the first bracket is closed by the last character, and all others before it."""
    depth = 0
    for position, character in enumerate(plain):
        depth += (character == "[") - (character == "]")
        if depth == 0 and position < len(plain) - 1:
            return False
    return depth == 0


def _unclosed(text: str, plain: str, place: Place) -> Unreadable | None:
    """A list whose brackets do not match; None where it is rather a formula in brackets."""
    if not text.lstrip().startswith("[") or re.search(r"[A-Za-z]{2}|[*/^@]", plain):
        return None
    return Unreadable(text[:80], f"the brackets of {quoted(text)} do not match", place)


def _nested(text: str, place: Place, *, comma_separates: bool) -> Tree | Unreadable | None:
    """The lists of a bracketed text; a semicolon ends a row where no inner brackets do."""
    open_lists: list[list[list[Tree]]] = []
    words: list[str] = []
    separators = ",;" if comma_separates else ";"
    pieces = _TOKEN.findall(text if comma_separates else re.sub(r"(?<=\d),(?=\d)", "\ue000", text))
    result: Tree | None = None
    missing = True  # an entry is still to come: two commas in a row leave one out
    for piece in (p.replace("\ue000", ",") for p in pieces):
        if piece == "[":
            if len(open_lists) == DEEPEST:
                return Unreadable(text[:80], f"it has lists nested over {DEEPEST} deep", place)
            open_lists.append([[]])
            missing = True
        elif piece == "]":
            result = _closed(open_lists.pop())
            if open_lists:
                open_lists[-1][-1].append(result)
            missing = False
        elif piece == ";" and comma_separates and not _has_lists(open_lists[-1]):
            open_lists[-1].append([])
            missing = True
        elif piece in separators:
            if missing:
                open_lists[-1][-1].append(Leaf("", place))
            missing = True
        elif piece.strip() and piece != ",":
            words.append(piece)
            open_lists[-1][-1].append(Leaf(_entry(piece), place))
            missing = False
    return result


def _entry(word: str) -> str:
    """An entry's text; the words for a missing one are blank."""
    return "" if word.lower() in {"none", "null", "na", "_"} else word.strip("'\"")


def _has_lists(rows: Sequence[Sequence[Tree]]) -> bool:
    return any(isinstance(part, tuple) for part in rows[-1])


def _closed(rows: list[list[Tree]]) -> Tree:
    """A list; of several rows (separated by semicolons) a list of lists."""
    full = [tuple(row) for row in rows if row]
    if len(full) == 1 and len(rows) == 1:
        return full[0]
    return tuple(full) if any(len(row) > 1 for row in full) else tuple(r[0] for r in full)


def _bare(text: str, place: Place, *, decimal_comma: bool) -> Tree | None:
    """Numbers one after another without brackets; all of them must be numbers."""
    separator = r"\s*;\s*|\s+" if decimal_comma or ";" in text else r"\s*,\s+|\s+"
    parts = [part for part in re.split(separator, text) if part]
    if len(parts) < 2 or not all(looks_numeric(part) for part in parts):  # noqa: PLR2004 - a list has two
        parts = text.split(",") if text.count(",") > 1 else []
    leaves = tuple(Leaf(part.strip(), place) for part in parts)
    read = [cell_of(leaf.text, place, decimal_comma=decimal_comma).content for leaf in leaves]
    return leaves if leaves and all(isinstance(content, Number) for content in read) else None


def _any_number(tree: Tree) -> bool:
    """Whether a list holds numbers (or nothing), rather than the letters of a formula."""
    if isinstance(tree, Leaf):
        return not tree.text or looks_numeric(tree.text)
    return not tree or any(_any_number(part) for part in tree)

r"""What stands on the left of an equation -> the quantity, and the part of it, that is meant.

``h_1^{(1)}`` and ``h_1[0]`` are channels, ``h_0[3]`` is an entry; ``(\nabla W_2)_{ij}`` is the
gradient by any index. Whose name it is by letters alone is decided in `grader.notation.names`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import prod

from grader.model import Index, QuantityKey, Rubric
from grader.notation import names
from grader.notation.labels import LONGEST, split_index
from reference.gradient import PREFIX

__all__ = ["Left", "fits", "is_gradient_like", "is_input", "is_symbol", "left_side", "problems_of"]

_CHANNEL = re.compile(
    r"(_\{?\d\}?|[A-Za-z]\d|(?<![A-Za-z])[A-Za-z])\s*\^\s*"
    r"(?:\{\s*[(\[]?\s*(?:\\(?:text|mathrm)\s*\{\s*)?(?:ch\.?|channel|c)?\s*\}?\s*=?\s*(\d)\s*[)\]]?\s*\}"
    r"|[(\[]?\s*(\d)\s*[)\]]?)"
)
_DOUBLE = re.compile(
    r"(?P<name>(?:(?<![A-Za-z\\])|(?<=d)|(?<=grad_))[A-Za-z])\s*_?\s*(?:\{\s*)?(?P<number>\d)\s*"
    r"(?:[,.;_]\s*)?(?:(?:ch|channel|c)\s*=?\s*)?(?P<channel>\d)(?![\d.,])(?:\s*\})?"
)
"""``h_{1,2}``, ``h12``, ``h1_2``: a channel where the numbers beside it are as many."""
_ENTRY = re.compile(
    r"(?P<name>(?:(?<![A-Za-z\\])|(?<=d)|(?<=grad_))[A-Za-z])\s*_?\s*(?:\{\s*)?(?P<number>\d)\s*\}?"
    r"\s*[,;_]?\s*[{(]*\s*(?P<at>\d(?:\s*,?\s*\d){0,2})(?![\d.,])\s*\)?(?:\s*\})*"
)
"""``h_{0,3}``, ``h0_3``, ``h2_{1,2}``, ``h_{2,12}``: an entry where one number stands beside it."""
_RAISED_FIRST = re.compile(
    r"(?P<name>(?<![A-Za-z\\])[A-Za-z])\s*\^\s*\{?\s*[(\[]?\s*(?P<number>\d)\s*[)\]]?\s*\}?"
    r"\s*_\s*(?:\{\s*)?(?P<channel>\d)(?![\d.,])(?:\s*\})?"
)
"""``h^{(1)}_2``, where no quantity has the number below as its own."""
_LOW = re.compile(r"[₀-₉]+(?:[,.][₀-₉]+)?")
_HIGH = re.compile(r"[⁰¹²³⁴-⁹⁽⁾]+")
_PLAIN = str.maketrans("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾", "01234567890123456789()")
_SPOKEN = re.compile(
    r"[,;(\[\s]*(?:\\(?:text|mbox|mathrm)\s*\{\s*)?\bchannels?\s*(?:no\.?|#)?\s*(\d)\b(?:\s*of\b)?[)\]}\s]*",
    re.IGNORECASE,
)
_INNER = re.compile(r"((?:\[\s*\d{1,3}(?:\s*,\s*\d{1,3}){0,3}\s*\]){1,3})(?=\s*\})")
_SLICE = re.compile(r"\[\s*(\d)\s*(?:,\s*(?::|\.\.\.)\s*){1,3}\]|\(\s*:\s*,\s*:\s*,\s*(\d)\s*\)")
_LETTERS = re.compile(
    r"\[\s*[ijklmn](?:\s*,\s*[ijklmn]|\]\s*\[\s*[ijklmn])?\s*\]"
    r"|_\s*\{\s*[ijklmn](?:\s*,?\s*[ijklmn])?\s*\}|_\s*[ijkl](?![A-Za-z])"
    r"|(?<=\d)\s*,?\s*[ijkl](?:\s*,?\s*[ijkl])?(?=\})"
)
_SPACED = re.compile(r"\s*([_^{}])\s*")
_TRANSPOSED = re.compile(
    r"\s*\^\s*(?:\{\s*(?:T|\\top|\\intercal|\\(?:mathsf|mathrm|text)\s*\{?\s*T\s*\}?)\s*\}"
    r"|T|\\top|\\intercal|\\(?:mathsf|mathrm)\s*\{?\s*T\s*\}?)\s*\Z|ᵀ\s*\Z"
)
_BRACKETED = re.compile(r"\s*(?:\\left\s*)?[(\[](.*?)(?:\\right\s*)?[)\]]\s*", re.DOTALL)
_RAISED = re.compile(r"(?<![A-Za-z])([A-Za-z])(\s*\}?)\s*\^\s*\{?\s*[(\[]?\s*(\d)\s*[)\]]?\s*\}?")
_RAISED_ENTRY = re.compile(
    r"(?<![A-Za-z])([A-Za-z])\s*\^\s*\{?\s*[(\[]?\s*(\d)\s*[)\]]?\s*\}?"
    r"\s*_\s*\{\s*[ijkl]\s*,?\s*[ijkl]\s*\}"
)
"""``w^2_{ij}``."""
_NUMBERED = re.compile(r"\s*([A-Za-z])\s*_?\s*\{?\s*(\d)\s*\}?\s*")
_GRADIENT = re.compile(
    r"\s*(?:\\nabla|∇|nabla|grad(?:ient)?\b|grad_|d[A-Z]|"
    r"(?:\\[dt]?frac\s*\{\s*)?(?:\\partial|∂|d)\s*(?:\\mathcal\s*\{?)?[JLE]\b)"
)
_OPERATOR = re.compile(
    r"[-+*/<>|@!?;]|\\(?:times|cdot|odot|in|le|ge|leq|geq|circ|pm|to)(?![a-z])|[×·⊙∈≤≥→]"
)
_INDEXED = re.compile(r"\{[^{}]*\}|\([^()]*\)|\[[^\[\]]*\]")
_WORDS = re.compile(r"[A-Za-z]{3,}\s+[A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class Left:
    """The quantity and, where only a part of it is meant, the index of that part as written."""

    key: QuantityKey
    index: Index | None = None

    @property
    def problem(self) -> str:
        """The problem's name."""
        return self.key.partition(".")[0]

    @property
    def quantity(self) -> str:
        """The quantity's name within its problem."""
        return self.key.partition(".")[2]

    @property
    def is_gradient(self) -> bool:
        """Whether it is a gradient."""
        return self.quantity.startswith(PREFIX)


def left_side(
    label: str, rubric: Rubric, problem: str, shape: tuple[int, ...] | None = None
) -> Left | None:
    """The quantity that the left side of an equation names; None where it names none.

    Args:
        label: as written.
        rubric: the quantities that there are.
        problem: the problem in whose part of the write-up it stands, if that is known.
        shape: of the numbers on its right, where there are some.
    """
    if len(label) > LONGEST:
        return None
    label = re.split(r"\\in(?![a-z])|∈", label, maxsplit=1)[0].strip()
    key = names.match(label, rubric, problem=problem, shape=shape)
    whole = _shape(key, rubric) if key else None
    if key and not (shape and whole and not fits(shape, whole)):
        return Left(key)
    found = _part(label, rubric, problem, shape) or (
        Left(key) if key else _respelled(label, rubric, problem)
    )
    if found is None and (close := _SPACED.sub(r"\1", label)) != label:
        found = left_side(close, rubric, problem, shape)
    return found or _transposed(label, rubric, problem, shape)


def _transposed(
    label: str, rubric: Rubric, problem: str, shape: tuple[int, ...] | None
) -> Left | None:
    """A quantity that is given as its transpose; not of a square, where nothing would tell."""
    mark = _TRANSPOSED.search(label)
    turned = shape[::-1] if shape else shape
    bare = _BRACKETED.sub(r"\1", label[: mark.start()]) if mark else ""
    left = left_side(bare, rubric, problem, turned) if mark else None
    whole = _shape(left.key, rubric) if left else None
    is_square = whole is not None and len(whole) > 1 and whole[-1] == whole[-2]
    return None if is_square else left


def _part(label: str, rubric: Rubric, problem: str, numbers: tuple[int, ...] | None) -> Left | None:
    """A channel or an entry, where the quantity has such."""
    label = _level(label)
    for text, index in _indexed(label):
        key = names.match(text, rubric, problem=problem)
        shape = _shape(key, rubric) if key else None
        if key and shape and len(index) <= len(shape):
            is_channel = len(index) < len(shape)
            if not is_channel or len(shape) > 2:  # noqa: PLR2004 - channel, row, column
                return Left(key, index)
    if numbers == ():
        return _of_one_number(label, rubric, problem)
    return _of_two_numbers(label, rubric, problem, numbers)


def _of_one_number(label: str, rubric: Rubric, problem: str) -> Left | None:
    """``h_{2,13}``: an entry of ``h_2``, if as many figures are left over as it has axes."""
    entry = _ENTRY.search(label)
    if entry is None:
        return None
    text = f"{label[: entry.start()]}{entry['name']}_{entry['number']}{label[entry.end() :]}"
    key = names.match(text, rubric, problem=problem)
    index = tuple(int(figure) for figure in re.findall(r"\d", entry["at"]))
    return Left(key, index) if key and len(_shape(key, rubric) or ()) == len(index) else None


def _of_two_numbers(
    label: str, rubric: Rubric, problem: str, numbers: tuple[int, ...] | None
) -> Left | None:
    """``h_{1,2}``: the second channel of ``h_1``, if the numbers beside it are a channel's."""
    double = _DOUBLE.search(label) or _RAISED_FIRST.search(label)
    if double is None or numbers is None:
        return None
    text = f"{label[: double.start()]}{double['name']}_{double['number']}{label[double.end() :]}"
    key = names.match(text, rubric, problem=problem)
    shape = _shape(key, rubric) if key else None
    if key and shape and len(shape) > 2 and fits(numbers, shape[1:]):  # noqa: PLR2004 - the same
        return Left(key, (int(double["channel"]),))
    return None


def _level(label: str) -> str:
    """The label with small figures as LaTeX writes them: ``h₁⁽²⁾`` is ``h_{1}^{(2)}``."""
    low = _LOW.sub(lambda m: f"_{{{m[0].translate(_PLAIN)}}}", label)
    return _HIGH.sub(lambda m: f"^{{{m[0].translate(_PLAIN)}}}", low)


def _indexed(label: str) -> list[tuple[str, Index]]:
    """The ways to take a label apart into a name and an index."""
    found: list[tuple[str, Index]] = []
    name, index = split_index(_SLICE.sub(lambda m: f"[{m[1] or m[2]}]", label))
    if index is not None:
        found.append((name, index))
    inner = _INNER.search(label)
    if inner:
        numbers = tuple(map(int, re.findall(r"\d+", inner[1])))
        found.append((label[: inner.start()] + label[inner.end() :], numbers))
    for pattern in (_CHANNEL, _SPOKEN):
        match = pattern.search(label)
        if match:
            kept = match[1] if pattern is _CHANNEL else " "
            number = match[2] or match[3] if pattern is _CHANNEL else match[1]
            found.append((label[: match.start()] + kept + label[match.end() :], (int(number),)))
    numbered = _NUMBERED.fullmatch(label)
    if numbered:
        found.append((numbered[1], (int(numbered[2]),)))
    return found


def _respelled(label: str, rubric: Rubric, problem: str) -> Left | None:
    """A name with an index of letters left out, or with its number raised: ``W^{(2)}``."""
    entry, raised = _RAISED_ENTRY.sub(r"\1_\2", label), _RAISED.sub(r"\1\2_\3", label)
    for text in (_LETTERS.sub("", label), entry, raised):
        if text != label:
            key = names.match(text.strip("()[] "), rubric, problem=problem)
            key = key or names.match(text, rubric, problem=problem)
            if key:
                return Left(key)
    return None


def _shape(key: QuantityKey, rubric: Rubric) -> tuple[int, ...] | None:
    problem, _, quantity = key.partition(".")
    return names.numeric_shape(rubric.problem(problem), quantity)


def fits(found: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    """Whether numbers may be a quantity's, in whatever layout: it has as many entries."""
    return prod(found) == prod(shape)


# --- what else a left side can be ---------------------------------------------------------------


def problems_of(label: str, rubric: Rubric) -> frozenset[str]:
    """The problems that have a quantity of that name, in whatever case."""
    found = {k.partition(".")[2].casefold() for k in names.candidates(label, rubric)}
    return frozenset(
        problem.name
        for problem in rubric.problems
        if any(q.name.casefold() in found for q in problem.reference.quantities)
    )


def is_input(label: str, rubric: Rubric, problem: str) -> bool:
    """Whether a label names what the problem gives, or one of its dimensions."""
    for each in rubric.problems:
        if each.name == problem or not problem:
            found = names.resolve_symbol(label.strip(), each)
            if found in each.reference.inputs or label.strip() in each.reference.dimensions:
                return True
    return False


def is_gradient_like(label: str) -> bool:
    """Whether a label is written as a gradient, of whatever it may be."""
    return len(label) <= LONGEST and _GRADIENT.match(label) is not None


def is_symbol(label: str) -> bool:
    """Whether a left side is a name, perhaps with indices, and no formula and no sentence."""
    if not label or len(label) > LONGEST or _WORDS.search(label):
        return False
    bare = _INDEXED.sub("", _INDEXED.sub("", label))
    return not _OPERATOR.search(bare) and re.search(r"[^\W\d]|\\[a-zA-Z]|[∇∂]", label) is not None

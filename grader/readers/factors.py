r"""A factor that belongs to all entries of a matrix: ``10^{-6} \times``, ``(× 10⁻⁶)``, ``1e-05 *``.

Where it stands decides whether it can be applied: a factor at the numbers multiplies them, one in
brackets behind the name too. What only says that there is one ("in units of 10⁻⁶") may be meant
either way, and is left to a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from grader.model import Cell, Entries, Formula, Grid, Number, Response, Unreadable
from grader.notation.errors import NotationError
from grader.notation.numbers import parse_number

__all__ = [
    "Factor",
    "ends_open",
    "factor_of",
    "in_cells",
    "in_label",
    "line_factor",
    "scaled",
    "settled",
    "states_units",
]

_TIMES = r"(?:\\times(?![a-zA-Z])|\\cdot(?![a-zA-Z])|[×·*]|(?<![A-Za-z])(?:times|x)(?![A-Za-z]))"
_POWER = (
    r"(?:10\s*(?:\^|\*\*)\s*(?:\{\s*[-+−]?\d{1,3}\s*\}|[-+−]?\d{1,3})"
    r"|10[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}|1(?:\.0*)?[eE][-+−]?\d{1,3})"
)
_NUMBER = rf"(?:{_POWER}|\d[\d.]{{0,20}}\s*(?:{_TIMES}\s*{_POWER}|[eE][-+−]?\d{{1,3}}))"
_LINE = re.compile(
    rf"[\s$]*(?P<open>[(\[]\s*)?(?P<before>{_TIMES})?[\s$]*(?P<number>{_NUMBER})[\s$]*"
    rf"(?P<behind>{_TIMES})?\s*(?:\.{{3}}\s*)?(?P<close>[)\]])?[\s$.]*"
)
_BRACKETED = re.compile(
    rf"[\s$\\,;]*[(\[][\s$]*(?:{_TIMES}|(?:in\s+)?units\s+of)[\s$]*(?P<number>{_POWER})[\s$]*[)\]]"
)
_ANY = re.compile(
    rf"[\s$]*(?:{_TIMES}|/)?\s*(?<![\d.]){_POWER}(?!\d)[\s$]*(?:{_TIMES}|/)?|[(\[]\s*[)\]]"
)
_UNITS = re.compile(
    rf"\b(?:units?\s+of|times|multipl\w+\s+(?:by|with)|scaled\s+(?:by|with)|factor(?:\s+of)?)"
    rf"[\s$(]*(?:{_TIMES})?[\s$]*(?<![\d.]){_POWER}",
    re.IGNORECASE,
)
_FRACTION = re.compile(
    r"(?:\\[dt]?frac\s*(?:\{\s*1\s*\}|1)\s*\{(?P<latex>[^{}]{1,20}(?:\{[^{}]{1,9}\}\s*)?)\}"
    r"|1\s*/\s*\(?(?P<plain>[^()]{1,20})\)?)"
)
_OPEN = re.compile(rf"{_TIMES}\Z")
_IN_CELL = re.compile(rf"(?<![\d.\s])[\s$]*{_TIMES}[\s$]*{_POWER}")
_WRITTEN = re.compile(r"10\s*(?:\^|\*\*)|10[⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹]|\d[eE][-+−]?\d")
_LONGEST = 80
_TWICE = "a factor stands at its name and another at its numbers; write the numbers in full"
_UNSURE = (
    "a factor such as 10^-6 stands near these numbers, and it is not certain that it multiplies "
    "them; write it with each number, as in 1.5e-6"
)


@dataclass(frozen=True, slots=True)
class Factor:
    """What multiplies the numbers; None where one is there and cannot be applied with certainty.

    ``leads`` says that numbers must follow: ``10^-6 *``.
    """

    value: Decimal | None
    leads: bool = False


def factor_of(text: str) -> Decimal | None:
    r"""The value of ``10^{-6}``, ``4.11\times 10^{-6}``, ``\frac{1}{10^6}``; None for others.

    A plain number such as 2 before a matrix makes a formula, and is none.
    """
    if len(text) > _LONGEST:
        return None
    fraction = _FRACTION.fullmatch(text.strip())
    if fraction:
        below = fraction["latex"] or fraction["plain"]
        power = Decimal(below) if re.fullmatch(r"10{1,9}", below) else factor_of(below)
        return 1 / power if power else None
    try:
        number = parse_number(text.replace("1.0", "1", 1) if text.startswith("1.0") else text)
    except NotationError:
        return None
    value = Decimal(repr(number.value))
    place = number.last_place
    is_power = bool(place) and number.digits == 1 and value.scaleb(-(place or 0)) == 1
    return value if value > 0 and (is_power or _WRITTEN.search(text)) else None


def line_factor(text: str) -> Factor | None:
    """The factor that a line, or a formula by itself, is; None for anything else."""
    found = _LINE.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None or not (found["before"] or found["behind"]):
        return None
    return Factor(factor_of(found["number"]), leads=bool(found["behind"]))


def in_label(label: str) -> tuple[str, Factor | None]:
    """A name without the factor at it, with blanks in its place, and that factor."""
    if len(label) > 2 * _LONGEST:
        return label, None
    sure = _BRACKETED.search(label)
    if sure:
        power = factor_of(sure["number"])
        value = power if power and power < 1 else None
        return label[: sure.start()] + " " * len(sure[0]) + label[sure.end() :], Factor(value)
    if not _ANY.search(label) or not re.search(_POWER, label):
        return label, None
    bare = _ANY.sub(lambda m: " " * len(m[0]), label)
    bare = re.sub(r"[(\[]\s*[)\]]", lambda m: " " * len(m[0]), bare)
    return bare, Factor(None)


def ends_open(text: str) -> bool:
    """Whether a formula ends with a sign of multiplication, or is a factor alone."""
    tail = text[-_LONGEST:].strip().strip("$").strip()
    return _OPEN.search(tail) is not None or factor_of(tail) is not None


def in_cells(text: str) -> bool:
    """Whether a table has a factor in a cell that is no number: ``| grad_w0 (x 10^-6) |``."""
    return _IN_CELL.search(text) is not None or states_units(text)


def states_units(text: str) -> bool:
    """Whether words say that numbers are to be multiplied: "in units of 10^-6"."""
    return _UNITS.search(text[:2000]) is not None


# --- applying it --------------------------------------------------------------------------------


def settled(response: Response, factor: Factor | None, *, is_doubted: bool = False) -> Response:
    """The response with the factor applied; `Unreadable` where it is not certain."""
    if isinstance(response, Unreadable) or not (factor or is_doubted):
        return response
    has_power = isinstance(response, Grid) and any(map(_has_power, response.cells))
    if factor is None:
        return _unreadable(response, _UNSURE) if _is_array(response) and not has_power else response
    if has_power:
        return _unreadable(response, _TWICE)
    if factor.value is None or not isinstance(response, Grid):
        return _unreadable(response, _UNSURE)
    return scaled(response, factor.value)


def _is_array(response: Response) -> bool:
    """Whether numbers may have a factor in common; in a formula they stand in a matrix."""
    if isinstance(response, Grid):
        return len(response.cells) > 1
    return isinstance(response, Formula) and "matrix" in response.text


def _has_power(cell: Cell) -> bool:
    return isinstance(cell.content, Number) and _WRITTEN.search(cell.content.text) is not None


def _unreadable(response: Response, reason: str) -> Unreadable:
    if isinstance(response, Formula):
        return Unreadable(response.text, reason, response.place)
    cells = response.cells if isinstance(response, Grid) else _cells(response)
    text = ", ".join(cell.content.text for cell in cells[:4] if cell.content)
    return Unreadable(text, reason, cells[0].place)


def _cells(response: Response) -> tuple[Cell, ...]:
    entries = response.entries if isinstance(response, Entries) else ()
    return tuple(entry.cell for entry in entries)


def scaled(response: Response, factor: Decimal) -> Response:
    """The response with every number multiplied."""
    if not isinstance(response, Grid) or factor == 1:
        return response
    return replace(response, cells=tuple(_scaled_cell(cell, factor) for cell in response.cells))


def _scaled_cell(cell: Cell, factor: Decimal) -> Cell:
    """A product has as many digits as the number that was multiplied."""
    number = cell.content
    if not isinstance(number, Number):
        return cell
    old = Decimal(repr(number.value))
    new = old * factor
    sign, size = ("-" if factor < 0 else ""), abs(factor)
    is_power = size.normalize().as_tuple().digits == (1,)
    behind = "" if size == 1 else f"·10^{size.adjusted()}" if is_power else f"·{size:e}"
    moved = new.adjusted() - old.adjusted() if old else size.adjusted()
    last = None if number.last_place is None else number.last_place + moved
    text = f"{sign}{number.text}{behind}"
    return replace(cell, content=replace(number, text=text, value=float(new), last_place=last))

"""What the cells of a notebook show -> equations: ``h0`` and its ``Out``, lines that were printed.

Only what is shown under a quantity's own name counts, and only where no text answers that quantity
and no later code does. What is shown twice with different values is left to a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import prod

from grader.model import Answer, Grid, Number, QuantityKey, Rubric
from grader.notation import names
from grader.readers.leftside import left_side
from grader.readers.transcripts import is_rounding, numbers_in, printed_value, shown_name

__all__ = ["Shown", "of_code", "result_of", "settled", "shown_in"]

_NAMED = re.compile(r"[ \t]*(?P<name>[^\s=:]{1,24})[ \t]*[=:][ \t]*(?P<rest>[^\n]*)")
_MOST_SHOWN = 4_000
_NUMBERS = re.compile(r"[\s\d.,;eE+\-−\[\]()]*\d[\s\d.,;eE+\-−\[\]()]*")


@dataclass(frozen=True, slots=True)
class Shown:
    """A quantity that an output names; ``value`` is empty where no numbers stand behind it."""

    name: str
    keys: tuple[QuantityKey, ...]
    value: str
    cell: str

    @property
    def equation(self) -> str:
        """As it would be written."""
        return f"{self.name} = {self.value}"


def result_of(source: str, text: str, cell: str, rubric: Rubric) -> Iterator[Shown]:
    """What a cell that ends with a quantity's name evaluates to."""
    last = next((line for line in reversed(source.splitlines()) if line.strip()), "")
    name = "" if last.startswith((" ", "\t")) else shown_name(last)
    value = printed_value(text[:_MOST_SHOWN])
    keys, sizes = _quantities(name, rubric)
    if keys and value:
        yield Shown(name, keys, _fitting(value, sizes), cell)


def shown_in(text: str, cell: str, rubric: Rubric) -> Iterator[Shown]:
    """What printed lines name: ``h0 = [0.38 1.4]``, over several lines while brackets are open."""
    lines = text[:_MOST_SHOWN].splitlines()
    for position, line in enumerate(lines):
        named = _NAMED.match(line)
        keys, sizes = _quantities(named["name"], rubric) if named else ((), set[int]())
        if named and keys:
            value = _value([named["rest"], *lines[position + 1 :]])
            yield Shown(named["name"], keys, _fitting(value, sizes), cell)


def settled(shown: Iterable[Shown]) -> tuple[list[Shown], list[Shown]]:
    """The outputs that count, one a name, and one of each name that cannot count."""
    by_name: dict[str, list[Shown]] = {}
    for one in shown:
        by_name.setdefault(one.name, []).append(one)
    taken = [full for same in by_name.values() if (full := _fullest(same)) is not None]
    told = {one.name for one in taken}
    return taken, [same[-1] for name, same in by_name.items() if name not in told]


def _fullest(same: Sequence[Shown]) -> Shown | None:
    """The last with the most digits, if the others are that value, or rounded looks at it."""
    full = max(reversed(same), key=lambda one: len(one.value))
    values = numbers_in(full.value)
    agree = all(one.value == full.value or is_rounding(one.value, values) for one in same)
    return full if agree and full.value else None


def of_code(
    shown: Iterable[Shown], answers: Sequence[Answer], sources: Sequence[str]
) -> list[Shown]:
    """The outputs that tell what became of an answer in code: ``h2`` after ``h2 = relu(h2 + b1)``.

    They stand in the cell of the answer or behind it, no later cell assigns to the name, and they
    are no rounded look at the answer. A part of a quantity says nothing of the whole.

    Args:
        shown: what the outputs show.
        answers: what was read without them.
        sources: of each cell its code; empty where it is a cell of text.
    """
    found = [one for one in shown if _became(one, answers, sources)]
    last = {one.name: _last_assigned(one.name, sources) for one in found}
    return [one for one in found if int(one.cell) >= last[one.name]]


def _became(one: Shown, answers: Sequence[Answer], sources: Sequence[str]) -> bool:
    mine = [answer for answer in answers if answer.key in one.keys and answer.place]
    cells = [int(answer.place.cell or 0) for answer in mine if answer.place]
    is_later = all(0 < cell <= int(one.cell) and sources[cell - 1] for cell in cells)
    is_whole = not re.search(r"[\[(]", one.name)
    return bool(mine) and is_later and is_whole and not any(_agrees(one, each) for each in mine)


def _agrees(one: Shown, answer: Answer) -> bool:
    """Whether what is shown is the answer, or the answer with fewer digits."""
    cells = answer.response.cells if isinstance(answer.response, Grid) else ()
    values = [cell.content.value for cell in cells if isinstance(cell.content, Number)]
    return len(values) == len(cells) and is_rounding(one.value, values)


def _last_assigned(name: str, sources: Sequence[str]) -> int:
    """The number of the last cell whose code assigns to a name; 0 where none does."""
    assigned = re.compile(
        rf"^[ \t]*{re.escape(name)}[ \t]*(?:\[[^\]\n]*\][ \t]*)?[-+*/@|]{{0,2}}=(?!=)", re.MULTILINE
    )
    return max((n for n, source in enumerate(sources, 1) if assigned.search(source)), default=0)


def _quantities(name: str, rubric: Rubric) -> tuple[tuple[QuantityKey, ...], set[int]]:
    """What a name may be, and how many numbers that has."""
    keys = names.candidates(name, rubric)
    left = None if keys else left_side(name, rubric, "")
    found = [(left.key, len(left.index or ()))] if left else [(key, 0) for key in keys]
    sizes = set[int]()
    for key, depth in found:
        problem, _, quantity = key.partition(".")
        shape = names.numeric_shape(rubric.problem(problem), quantity)
        sizes |= {prod(shape[depth:])} if shape is not None else set()
    return tuple(key for key, _ in found), sizes


def _fitting(value: str, sizes: set[int]) -> str:
    """The value, if it has as many numbers as the quantity: ``h0: 8`` may be its length."""
    count = len(re.findall(r"\d[\d.]*(?:[eE][-+]?\d+)?|\.\d+", value))
    return value if count in sizes else ""


def _value(lines: list[str]) -> str:
    """The numbers in the first line, or up to where its brackets close."""
    depth = 0
    for count, line in enumerate(lines, 1):
        depth += sum(map(line.count, "([")) - sum(map(line.count, "])"))
        if depth <= 0 and (count > 1 or line.strip()):
            value = printed_value("\n".join(lines[:count]))
            return value if _NUMBERS.fullmatch(value) else ""
    return ""

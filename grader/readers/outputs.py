"""What the cells of a notebook show -> equations: ``h0`` and its ``Out``, lines that were printed.

Only what is shown under a quantity's own name counts, and only where the notebook answers that
quantity nowhere else. What is shown twice with different values is left to a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import prod

from grader.model import QuantityKey, Rubric
from grader.notation import names
from grader.readers.leftside import left_side
from grader.readers.transcripts import printed_value, shown_name

__all__ = ["Shown", "result_of", "settled", "shown_in"]

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


def settled(
    shown: Iterable[Shown], known: Iterable[QuantityKey]
) -> tuple[list[Shown], list[Shown]]:
    """The outputs that count, one a name, and one of each name that cannot count."""
    answered = {*known}
    by_name: dict[str, list[Shown]] = {}
    for one in shown:
        if not answered & {*one.keys}:
            by_name.setdefault(one.name, []).append(one)
    taken = [same[-1] for same in by_name.values() if len({one.value for one in same}) == 1]
    taken = [one for one in taken if one.value]
    told = {one.name for one in taken}
    return taken, [same[-1] for name, same in by_name.items() if name not in told]


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

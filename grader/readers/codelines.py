"""Code -> its statements that are not indented: what functions and loops do is not known."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["statements_of_code"]

_MOST_LINES = 400
"""Lines that one statement may run over."""
_NUMBERS = re.compile(r"[\s\d.,;eE+\-−×*()\[\]|]*\d[\s\d.,;eE+\-−×*()\[\]|]*")
"""Rows of numbers are no statements, so that none of them is a function's."""
_GOES_ON = ("\\", "...")


def statements_of_code(text: str) -> Iterator[tuple[int, str]]:
    """Each statement with the position where it begins; its brackets close in its last line."""
    lines = text.split("\n")
    indent = min((len(x) - len(x.lstrip()) for x in lines if x.strip()), default=0)
    position, count = 0, 0
    while count < len(lines):
        first, start, depth = count, position, 0
        while count < len(lines) and count - first < _MOST_LINES:
            line = lines[count]
            depth += sum(map(line.count, "([{")) - sum(map(line.count, ")]}"))
            position += len(line) + 1
            count += 1
            if depth <= 0 and not line.rstrip().endswith(_GOES_ON):
                break
        statement = text[start : position - 1]
        if statement[indent : indent + 1].strip() or _NUMBERS.fullmatch(statement):
            yield start, statement

"""What a workbook's XML says that the values alone do not: how much there is, what has no value.

Read with expat, which keeps no tree. The library that reads the cells gives nothing at all for an
error value or a formula that was never calculated; here they are found, by their positions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from xml.parsers import expat

from grader.model import Place, SubmissionError
from grader.readers.sheet import Sheet

__all__ = ["Position", "Used", "XmlError", "attributes", "faults", "longest_text"]

Position = tuple[int, int]
"""Row and column, from 0."""

_MOST_CELLS = 200_000
_MOST_ELEMENTS = 1_500_000
_MOST_AREA = 1_000_000
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_MOST_NUMERAL = 40

_REFERENCE = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})")

_NOT_CALCULATED = (
    "a formula that was never calculated: open the file in a spreadsheet program, save it, "
    "hand it in again"
)

_Start = Callable[[str, dict[str, str]], None]


class XmlError(ValueError):
    """XML that is not well-formed, or not as in a workbook; the message is a student's, if any."""


@dataclass(slots=True)
class Used:
    """What the sheets of one workbook have used up so far; counts, changed while reading.

    ``area`` sums the rectangles from A1 that hold each sheet's cells, which is what their values
    take in memory, and ``shared`` counts the cells whose text stands in the list of all texts.
    """

    cells: int = 0
    elements: int = 0
    area: int = 0
    shared: int = 0


def faults(xml: bytes, used: Used, place: Place) -> Mapping[Position, str] | None:
    """The positions of a sheet where something stands that has no value, and why.

    None for a sheet of another kind than cells, such as a chart.

    Raises:
        XmlError: not well-formed.
        SubmissionError: the workbook has more cells than an answer sheet can need.
    """
    scan = _Scan(used, place)
    _parse(xml, scan.start, scan.end, scan.text)
    rows, columns = scan.rows, scan.columns
    used.area += rows * columns
    if used.area > _MOST_AREA:
        corner = Sheet(place.file, (), place.sheet).place(rows - 1, columns - 1).cell
        message = f"the sheet reaches as far as cell {corner}; delete what is far from the answers"
        raise SubmissionError(message, place)
    return scan.faults if scan.root == "worksheet" else None


def attributes(xml: bytes, element: str, *names: str) -> list[tuple[str, ...]]:
    """Some attributes of every element of that name, whatever the namespaces' prefixes.

    Raises:
        XmlError: not well-formed.
    """
    found: list[tuple[str, ...]] = []

    def start(name: str, attrs: dict[str, str]) -> None:
        if _local(name) == element:
            local = {_local(key): value for key, value in attrs.items()}
            found.append(tuple(local.get(key, "") for key in names))

    _parse(xml, start)
    return found


def longest_text(xml: bytes) -> int:
    """At most how many bytes the longest of the shared texts takes.

    Raises:
        XmlError: not well-formed.
    """
    starts: list[int] = []
    parser = expat.ParserCreate("UTF-8")

    def start(name: str, _attrs: dict[str, str]) -> None:
        if _local(name) == "si":
            starts.append(parser.CurrentByteIndex)

    _parse(xml, start, parser=parser)
    edges = [*starts, len(xml)]
    return max((after - before for before, after in pairwise(edges)), default=0)


def _local(name: str) -> str:
    return name.rpartition(":")[2] if ":" in name else name


def _parse(
    xml: bytes,
    start: _Start,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
    parser: expat.XMLParserType | None = None,
) -> None:
    """Send what is in the XML to the handlers; a bounded number of elements, and no entities.

    It is read as UTF-8 whatever it declares, because so will the library read it.
    """
    parser = parser or expat.ParserCreate("UTF-8")
    left = _MOST_ELEMENTS

    def counted(name: str, attrs: dict[str, str]) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise XmlError("is larger than any answer sheet can be; start from the template")
        start(name, attrs)

    def doctype(*_declared: object) -> None:
        raise XmlError("declares a document type, which no spreadsheet program writes")

    parser.buffer_text = True
    parser.StartElementHandler = counted
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(xml, True)  # noqa: FBT003 - its parameter has no name
    except expat.ExpatError:
        raise XmlError from None


@dataclass(slots=True)
class _Scan:
    """One pass through a sheet: expat's handlers, and where they are in it."""

    used: Used
    place: Place
    faults: dict[Position, str] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0
    root: str = ""
    row: int = -1
    column: int = -1
    kind: str = ""
    value: str = ""
    in_value: bool = False
    has_formula: bool = False
    has_text: bool = False

    def start(self, name: str, attrs: dict[str, str]) -> None:
        local = _local(name)
        if local == "c":
            self.begin_cell(attrs)
        elif local == "v":
            self.in_value = True
        elif local == "f":
            self.has_formula = True
        elif local == "is":
            self.has_text = True
        elif local == "row":
            number = attrs.get("r", "")
            self.row = _position(f"A{number}")[0] if number else self.row + 1
            self.column = -1
        elif not self.root:
            self.root = local

    def begin_cell(self, attrs: Mapping[str, str]) -> None:
        reference = attrs.get("r")
        if reference:
            self.row, self.column = _position(reference)
        else:
            self.column += 1
        self.kind = attrs.get("t", "n")
        self.value = ""
        self.has_formula = self.has_text = False
        self.used.cells += 1
        self.used.shared += self.kind == "s"
        if self.used.cells > _MOST_CELLS:
            raise SubmissionError(
                f"has more than {_MOST_CELLS:,} cells; use the template", self.place
            )

    def text(self, data: str) -> None:
        if self.in_value and len(self.value) < _MOST_NUMERAL:
            self.value += data[:_MOST_NUMERAL]

    def end(self, name: str) -> None:
        local = _local(name)
        if local == "v":
            self.in_value = False
        elif local == "c":
            fault = self.fault()
            if fault:
                self.faults[self.row, self.column] = fault
            if fault or self.value or self.has_text:
                self.rows = max(self.rows, self.row + 1)
                self.columns = max(self.columns, self.column + 1)

    def fault(self) -> str:
        if self.kind == "e":
            return f"the error value {self.value.strip()} stands here; mend the formula"
        if self.has_formula and not (self.value or self.has_text or self.kind == "str"):
            return _NOT_CALCULATED
        return ""


@lru_cache(maxsize=4096)
def _position(reference: str) -> Position:
    """``B7`` -> (6, 1); the same few cells are named in every answer sheet.

    Raises:
        XmlError: it names no cell of a sheet.
    """
    match = _REFERENCE.fullmatch(reference)
    if not match:
        raise XmlError
    row, column = int(match[2]) - 1, _column(match[1].upper())
    if row >= _MOST_ROWS or column >= _MOST_COLUMNS:
        raise XmlError
    return row, column


def _column(letters: str) -> int:
    """A -> 0, Z -> 25, AA -> 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1

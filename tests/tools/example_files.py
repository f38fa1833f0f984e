"""What students save: answers written as JSON, CSV and XLSX, the same bytes each time."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.model import Student
from grader.rubric import load
from grader.template import workbook

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

Answers = Mapping[str, Any]
"""By quantity: an array of numbers (or of texts, written as they are), or a formula."""
Format = Callable[[float], Any]

_A_DAY = (2024, 4, 15, 12, 0, 0)


@dataclass(frozen=True)
class Work:
    """What one student hands in; ``number`` is how they write a number."""

    student: Student
    answers: Answers
    number: Format
    conventions: Mapping[str, str] = field(default_factory=dict)

    def written(self, key: str) -> Any:
        """An answer as nested lists of what is written down; a formula as it is."""
        answer = self.answers[key]
        if isinstance(answer, str):
            return answer
        array = np.asarray(answer)
        return _mapped(array.tolist(), self.number)

    def about(self) -> Iterator[tuple[str, str]]:
        """What is said about the student."""
        for name in ("id", "name", "level"):
            if text := getattr(self.student, name):
                yield name, text


def _mapped(value: Any, number: Format) -> Any:
    if isinstance(value, list):
        return [_mapped(part, number) for part in value]
    return number(value) if isinstance(value, float | int) else value


# --- how numbers are written --------------------------------------------------------------------


def digits(count: int) -> Format:
    """As a text with so many significant digits: ``1.400``, ``4.110e-07``."""
    return lambda value: f"{value:#.{count}g}".rstrip(".")


def rounded(count: int) -> Format:
    """As a number rounded to so many significant digits: ``1.4``, ``4.11e-07``."""
    return lambda value: float(f"{value:.{count}g}")


def comma(value: float) -> str:
    """With a decimal comma: ``1,400``."""
    return str(digits(4)(value)).replace(".", ",")


def powers(value: float) -> str:
    """Powers of ten written out and a Unicode minus: ``−4.110·10^−7``."""
    text = re.sub(r"e([+-])0?(\d+)", r"·10^\1\2", str(digits(4)(value))).replace("^+", "^")
    return text.replace("-", "−")


# --- text files ---------------------------------------------------------------------------------


def as_json(work: Work) -> bytes:
    """One line an answer, as typed by hand."""
    parts: dict[str, dict[str, Any]] = {"student": dict(work.about())}
    if work.conventions:
        parts["conventions"] = dict(work.conventions)
    parts["answers"] = {key: work.written(key) for key in work.answers}
    bodies = []
    for name, part in parts.items():
        lines = (f"    {_dumped(key)}: {_dumped(value)}" for key, value in part.items())
        bodies.append(f"  {_dumped(name)}: {{\n" + ",\n".join(lines) + "\n  }")
    return ("{\n" + ",\n".join(bodies) + "\n}\n").encode()


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def as_tidy(work: Work, *, base: int = 0) -> bytes:
    """``quantity,index,value``; an index counts from ``base``."""
    return _csv(tidy_rows(work, base=base))


def tidy_rows(work: Work, *, base: int = 0) -> list[tuple[Any, ...]]:
    """One row an entry."""
    rows: list[tuple[Any, ...]] = [("quantity", "index", "value")]
    rows += [("student", name, text) for name, text in work.about()]
    rows += [("convention", *stated) for stated in work.conventions.items()]
    for key in work.answers:
        written = np.asarray(work.written(key), dtype=object)
        for index in np.ndindex(written.shape):
            rows.append((key, ";".join(str(i + base) for i in index), written[index]))
    return rows


def as_blocks(work: Work) -> bytes:
    """Blocks under their names, with semicolons, in the encoding of a Western Windows."""
    return _csv(block_rows(work), ";").decode().encode("cp1252")


def block_rows(work: Work) -> list[tuple[Any, ...]]:
    """A name, its values below it, a line between channels and between blocks."""
    rows: list[tuple[Any, ...]] = [*work.about(), *work.conventions.items(), ()]
    for key in work.answers:
        written = np.asarray(work.written(key), dtype=object)
        if written.ndim < 2:
            rows += [(key, *np.atleast_1d(written)), ()]
            continue
        rows.append((key,))
        for index in np.ndindex(written.shape[:-2]):
            rows += [*map(tuple, written[index].tolist()), ()]
    return rows


def _csv(rows: Sequence[Sequence[Any]], delimiter: str = ",") -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode()


def class_table(works: Sequence[Work]) -> bytes:
    """One row a student: ``h0`` entry by entry, longer arrays as a list in one cell."""
    keys = list(dict.fromkeys(key for work in works for key in work.answers))
    columns = [(key, k) for key in keys for k in (range(8) if key == "gan.h0" else [None])]
    names = [key if k is None else f"{key}[{k}]" for key, k in columns]
    rows = [("id", "name", "level", *names)]
    for work in works:
        cells = []
        for key, k in columns:
            value = work.written(key) if key in work.answers else ""
            value = value if k is None or value == "" else value[k]
            cells.append(str(value).replace("'", "") if isinstance(value, list) else value)
        rows.append((work.student.id, work.student.name, work.student.level, *cells))
    return _csv(rows)


# --- workbooks ----------------------------------------------------------------------------------


def as_template(work: Work) -> bytes:
    """The answer sheet of `grade template`, filled in."""
    from openpyxl import load_workbook  # noqa: PLC0415 - slow, and only for workbooks

    book = load_workbook(io.BytesIO(workbook(load("hw6"), work.student)))
    for name, value in work.conventions.items():
        sheet, row, column = _found(book, name)
        sheet.cell(row, column + 1).value = value
    for key in work.answers:
        written = np.asarray(work.written(key), dtype=object)
        if written.ndim == 0:
            _put(*_first_cell(book, key), written.item())
        for index in product(*map(range, written.shape[:-2])):
            if written.ndim:
                _fill(book, key + "".join(f"[{k}]" for k in index), np.atleast_2d(written[index]))
    return _saved(book)


def _found(book: Workbook, label: str) -> tuple[Worksheet, int, int]:
    cells = (c for sheet in book for row in sheet.iter_rows() for c in row if c.value == label)
    cell = next(cells)
    return cell.parent, cell.row, cell.column


def _first_cell(book: Workbook, label: str) -> tuple[Worksheet, int, int]:
    """The first yellow cell of an answer: beside its label, or below that where it is a grid."""
    sheet, row, column = _found(book, label)
    is_grid = sheet.cell(row, column + 1).value is not None  # the header of the first column
    return sheet, row + is_grid, column + 1


def _fill(book: Workbook, label: str, block: np.ndarray) -> None:
    sheet, row, column = _found(book, label)
    for (i, k), value in np.ndenumerate(block):
        _put(sheet, row + 1 + i, column + 1 + k, value)


def _put(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    """A formula is a text, unless it begins with an equals sign, as spreadsheets have it."""
    sheet.cell(row, column).value = value


def as_sheet(rows: Sequence[Sequence[Any]], title: str = "Sheet1") -> bytes:
    """Rows in a workbook of a student's own."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow, and only for workbooks

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            _put(sheet, number, column, value)
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    """The workbook with the clock taken out of it."""
    buffer = io.BytesIO()
    book.save(buffer)
    members = []
    with zipfile.ZipFile(buffer) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"2024-04-15T12:00:00Z", content)
            members.append((name, content))
    return zipped(members)


def zipped(members: Sequence[tuple[str, bytes]]) -> bytes:
    """A ZIP of these files, all of one day."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name, _A_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()

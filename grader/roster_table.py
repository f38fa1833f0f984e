"""The rows of a class list, under the names that we use for its columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.model import GraderError, SubmissionError

__all__ = ["Row", "is_class_list", "may_be_class_list", "read_lines", "read_rows", "table_lines"]

_MAX_BYTES = 20 * 2**20
_HEADER_WITHIN = 10  # lines: a title may stand above the columns

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": (
        *("sisuserid", "studentid", "studentnumber", "idnumber", "sid", "orgdefinedid", "rin"),
        *("universityid", "registrationnumber", "matriculationnumber", "matrikelnummer", "uid"),
        *("id",),
    ),
    "lms_id": ("canvasid", "identifier", "canvasuserid"),
    "name": ("name", "student", "fullname", "studentname", "displayname"),
    "first": ("firstname", "givenname", "forename", "first"),
    "last": ("lastname", "surname", "familyname", "last"),
    "level": ("level", "coursenumber", "courselevel", "catalognumber"),
    "section": ("section", "sections", "sectionname", "course", "class"),
    "group": ("group", "groupname", "team", "teamname"),
    "email": ("email", "emailaddress", "mail", "studentemail"),
    "login": ("login", "sisloginid", "loginid", "username", "userid", "netid", "user"),
    "excused": ("excused", "exempt"),
}
"""For each of our columns what others call it, the best first."""

_NO_STUDENTS = frozenset({"points possible", "student, test", "test student", "test, student"})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list; what is not there is empty."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


_Lines = Sequence[tuple[int, list[str]]]


def read_rows(path: Path) -> list[Row]:
    """The students' rows of a CSV or XLSX list, without those that platforms add.

    Raises:
        GraderError: it cannot be read, has no column of ids, or has rows longer than its header.
    """
    lines = read_lines(path)
    at, columns = _header(path, lines)
    header, below = lines[at][1], lines[at + 1 :]
    width = max((i for i, title in enumerate(header) if title), default=0) + 1
    too_long = [line for line, cells in below if any(cells[width:])]
    if too_long:
        raise GraderError(
            "\n".join(
                f"{path.name}: line {line} has more cells than the header;"
                " a name with a comma in it needs quotes"
                for line in too_long
            )
        )
    rows = (Row(line, _cells(columns, cells)) for line, cells in below)
    return [row for row in rows if _is_student(row, header)]


def read_lines(path: Path) -> list[tuple[int, list[str]]]:
    """The lines of a CSV or XLSX list that hold anything, with their numbers.

    Raises:
        GraderError: it cannot be read, or is empty.
    """
    lines = [line for line in table_lines(path.name, _content(path)) if any(line[1])]
    if not lines:
        raise GraderError(f"{path.name}: the list is empty")
    return lines


def _header(path: Path, lines: _Lines) -> tuple[int, Mapping[str, tuple[int, ...]]]:
    for at, (_, cells) in enumerate(lines[:_HEADER_WITHIN]):
        columns = _columns(cells)
        if "id" in columns:
            return at, columns
    found = ", ".join(cell for cell in lines[0][1] if cell)
    raise GraderError(
        f"{path.name}: there is no column with the students' ids (id, student id, SIS User ID,"
        f" ...); the columns are: {found}"
    )


def _columns(header: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """For each of our columns where it stands; ``id`` may have others to fall back on.

    Canvas has two: the registrar's (SIS User ID) is the student's, its own number (ID) the
    platform's. A list with logins only (Blackboard) has those for ids.
    """
    titles = [re.sub(r"[\W_]", "", title.casefold()) for title in header]
    columns: dict[str, tuple[int, ...]] = {}
    for column, synonyms in _COLUMNS.items():
        places = tuple(titles.index(synonym) for synonym in synonyms if synonym in titles)
        if places:
            columns[column] = places if column == "id" else places[:1]
    own = titles.index("id") if "id" in titles else None
    if own is not None and columns["id"] != (own,):
        columns["lms_id"] = (own,)
    if "id" not in columns and "login" in columns:
        columns["id"] = columns["login"]
    return columns


def _cells(columns: Mapping[str, tuple[int, ...]], cells: Sequence[str]) -> dict[str, str]:
    return {
        column: next((cells[at] for at in places if at < len(cells) and cells[at]), "")
        for column, places in columns.items()
    }


def _is_student(row: Row, header: Sequence[str]) -> bool:
    """Not a row of settings: Canvas has the points possible, the test student, and the like."""
    if row["name"].casefold() in _NO_STUDENTS:
        return False
    is_canvas = header[0].casefold() == "student"
    return bool(row["name"]) or not is_canvas or bool(row["id"])


# --- class lists among other files --------------------------------------------------------------

_LIST_NAMES = re.compile(
    r"(.*[^a-z])?(roster|class[\W_]*list|students|gradebook)([^a-z].*)?\.(csv|tsv|xlsx)",
    re.IGNORECASE | re.DOTALL,
)
_NO_COLUMN = re.compile(
    r"[.\[∇]|grad|(?<![^\W_])([a-z]\d*|[a-z]{2}\d+)(?![^\W_])|\A\d+\Z", re.IGNORECASE
)
"""What a class list has in no title: a quantity, or an id that stands beside the word."""


def may_be_class_list(filename: str) -> bool:
    """Whether a file is called as class lists are, so that it is worth a look."""
    return _LIST_NAMES.fullmatch(filename) is not None


def is_class_list(filename: str, data: bytes) -> bool:
    """Whether a file has a header with an id and a name, and nothing that may be a quantity."""
    try:
        lines = [cells for _, cells in table_lines(filename, data) if any(cells)]
    except GraderError:
        return False
    is_tidy = any("quantity" in map(str.casefold, cells) for cells in lines)
    return not is_tidy and any(map(_is_of_a_class, lines[:_HEADER_WITHIN]))


def _is_of_a_class(header: Sequence[str]) -> bool:
    columns = _columns(header)
    named = "name" in columns or {"first", "last"} <= columns.keys()
    known = {at for places in columns.values() for at in places}
    others = (title for at, title in enumerate(header) if title and at not in known)
    return "id" in columns and named and not any(map(_NO_COLUMN.search, others))


# --- files --------------------------------------------------------------------------------------


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise GraderError(f"{path.name}: cannot be opened ({error.strerror})") from None


def table_lines(filename: str, data: bytes) -> list[tuple[int, list[str]]]:
    """The lines of a CSV or XLSX table with their numbers, the cells without their wrappings.

    Raises:
        GraderError: it cannot be read.
    """
    if len(data) > _MAX_BYTES:
        raise GraderError(f"{filename}: is larger than {_MAX_BYTES // 2**20} MiB")
    rows = _sheet_lines(filename, data) if data.startswith(b"PK") else _csv_lines(filename, data)
    return [(line, [_tidied(cell) for cell in cells]) for line, cells in rows]


def _tidied(cell: str) -> str:
    """Without the wrappings that keep a spreadsheet from changing a text: ``="007"``, ``#007``."""
    cell = cell.strip()
    wrapped = re.fullmatch(r'="(.*)"', cell)
    return (wrapped[1] if wrapped else cell).removeprefix("#").strip()


def _sheet_lines(filename: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The first sheet that has anything on it."""
    from grader.readers.xlsx import sheets  # noqa: PLC0415 - only lists in XLSX pay for it

    try:
        found = sheets(data, filename)
    except SubmissionError as error:
        raise GraderError(str(error)) from None
    for sheet in found:
        rows = [[cell.text for cell in row] for row in sheet.rows]
        if any(any(row) for row in rows):
            yield from enumerate(rows, 1)
            return


def _csv_lines(filename: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(data)
    told = re.match(r"sep=(.)\r?\n", text)
    text = text[told.end() :] if told else text
    delimiter = told[1] if told else _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            yield line + bool(told), row
            line = reader.line_num + 1
    except csv.Error as error:
        raise GraderError(f"{filename}: line {line + bool(told)}: {error}") from None


def _decoded(data: bytes) -> str:
    for bom in (b"\xff\xfe", b"\xfe\xff"):
        if data.startswith(bom):
            return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    """What the first line with anything in it has most of."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    unquoted = re.sub(r'"[^"]*"', "", first)
    return max(",;\t", key=unquoted.count)

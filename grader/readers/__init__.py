"""A file -> submissions. One module a format, and the table below that lists them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from grader.model import Place, Remark, Rubric, Submission, SubmissionError

__all__ = ["EXTENSIONS", "READERS", "Reader", "read"]


def _xlsx(data: bytes, filename: str, rubric: Rubric) -> tuple[Submission, ...]:
    from grader.readers.xlsx import read_xlsx  # noqa: PLC0415 - only spreadsheets pay for it

    return read_xlsx(data, filename, rubric)


def _json(data: bytes, filename: str, rubric: Rubric) -> tuple[Submission, ...]:
    from grader.readers.json_reader import read_json  # noqa: PLC0415 - the same

    return read_json(data, filename, rubric)


def _csv(data: bytes, filename: str, rubric: Rubric) -> tuple[Submission, ...]:
    from grader.readers.csv_reader import read_csv  # noqa: PLC0415 - the same

    return read_csv(data, filename, rubric)


def _notebook(data: bytes, filename: str, rubric: Rubric) -> tuple[Submission, ...]:
    from grader.readers.notebook import read_notebook  # noqa: PLC0415 - only write-ups pay for it

    return read_notebook(data, filename, rubric)


def _written(data: bytes, filename: str, rubric: Rubric) -> tuple[Submission, ...]:
    from grader.readers.plaintext import read_written  # noqa: PLC0415 - the same

    return read_written(data, filename, rubric)


def _plain(data: bytes, filename: str, rubric: Rubric) -> tuple[Submission, ...]:
    from grader.readers.plaintext import read_plain  # noqa: PLC0415 - the same

    return read_plain(data, filename, rubric)


@dataclass(frozen=True, slots=True)
class Reader:
    """A format: what its files are called, how their bytes begin, and who reads them."""

    name: str
    extensions: tuple[str, ...]
    accepts: Callable[[bytes], bool]
    read: Callable[[bytes, str, Rubric], tuple[Submission, ...]]


def _start(data: bytes) -> bytes:
    """The first characters of a file, without marks and space, of whatever encoding."""
    return data[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()


def _is_notebook(data: bytes) -> bool:
    return _start(data).startswith(b"{") and b'"nbformat"' in data


READERS: tuple[Reader, ...] = (
    Reader("XLSX", (".xlsx", ".xlsm"), lambda data: data.startswith(b"PK"), _xlsx),
    Reader("a notebook", (".ipynb",), _is_notebook, _notebook),
    Reader("JSON", (".json",), lambda data: _start(data).startswith((b"{", b"[{")), _json),
    Reader("CSV", (".csv", ".tsv"), lambda _data: True, _csv),
    Reader(
        "a write-up", (".md", ".markdown", ".tex", ".rmd", ".qmd"), lambda _data: True, _written
    ),
    Reader("text", (".txt",), lambda _data: True, _plain),
)
"""In the order in which the content is tried: those from CSV on accept any text."""

_TEXTS = frozenset(("CSV", "a write-up", "text"))

EXTENSIONS = tuple(extension for reader in READERS for extension in reader.extensions)

_HAND_IN = "hand in the answer sheet as .xlsx, .csv or .json, or a write-up as .md, .tex or .ipynb"
_TAG = (b"<",)
_REFUSED: tuple[tuple[tuple[bytes, ...], str], ...] = (
    ((b"%pdf",), f"is a PDF, which is not read; {_HAND_IN}"),
    ((b"\x89png", b"\xff\xd8\xff", b"gif8"), f"is a picture, which is not read; {_HAND_IN}"),
    ((b"<!doctype html", b"<html", b"<head", b"<body"),
     "is a web page, perhaps a login page that was saved in the file's place; download it again"),
    ((b"<?xml",), f"is XML, which is not read; {_HAND_IN}"),
    (_TAG, f"is XML or a web page, which is not read; {_HAND_IN}"),
    ((b"{\\rtf",), f"is a text document (RTF), which is not read; {_HAND_IN}"),
    ((b"\x1f\x8b", b"7z\xbc\xaf", b"rar!"), "is a compressed archive; hand in the file inside it"),
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0"


def read(data: bytes, filename: str, rubric: Rubric) -> tuple[Submission, ...]:
    """The submissions in a file: one, or one a row of a class table.

    What kind of file it is follows from its content; its extension only decides where the content
    leaves a choice.

    Raises:
        SubmissionError: it cannot be read; the message says why, where and what to do.
    """
    _refuse(data, filename)
    extension = "." + filename.rpartition(".")[2].lower()
    named = next((r for r in READERS if extension in r.extensions), None)
    reader = _reader(data, named)
    submissions = reader.read(data, filename, rubric)
    if named is None or named is reader:
        return submissions
    remark = Remark(
        f"is named {extension} but holds {reader.name}, and was read so", Place(filename)
    )
    return tuple(replace(s, remarks=(remark, *s.remarks)) for s in submissions)


def _reader(data: bytes, named: Reader | None) -> Reader:
    """Who reads a file, by its content; among texts by what it is named."""
    found = next(r for r in READERS if r.accepts(data))
    if found.name not in _TEXTS:
        return found
    if named is None:
        return next(r for r in READERS if r.name == "text")
    return found if named.name == "XLSX" else named  # what is no JSON is best explained as such


def _refuse(data: bytes, filename: str) -> None:
    """What no reader can read, by how it begins."""
    place = Place(filename)
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise SubmissionError("is empty; save your answers and hand it in again", place)
    if data.startswith(_OLE):
        raise SubmissionError(_ole(data, filename), place)
    is_markdown = filename.lower().endswith((".md", ".markdown", ".rmd", ".qmd"))
    for beginnings, told in _REFUSED:
        if is_markdown and beginnings == _TAG:
            continue  # there a picture or a comment may come first
        if _start(data).startswith(beginnings) or data[:8].lower().startswith(beginnings):
            raise SubmissionError(told, place)


def _ole(data: bytes, filename: str) -> str:
    """What a file in the old container is: a protected workbook, or an old one.

    Where it does not say, its name decides: what is called .xlsx is nearly always protected.
    """
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "is protected by a password; save it without one"
    if "Workbook".encode("utf-16-le") in data or not filename.lower().endswith((".xlsx", ".xlsm")):
        return "is in the old .xls format; save it as .xlsx"
    return (
        "is protected by a password (or is an old .xls file in disguise);"
        " save it as .xlsx without a password"
    )

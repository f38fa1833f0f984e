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


READERS: tuple[Reader, ...] = (
    Reader("XLSX", (".xlsx", ".xlsm"), lambda data: data.startswith(b"PK"), _xlsx),
    Reader("JSON", (".json",), lambda data: _start(data).startswith((b"{", b"[{")), _json),
    Reader("CSV", (".csv", ".tsv", ".txt"), lambda _data: True, _csv),
)
"""In the order in which the content is tried: the last accepts any text."""

EXTENSIONS = tuple(extension for reader in READERS for extension in reader.extensions)

_HAND_IN = "hand in the answer sheet as .xlsx, .csv or .json"
_REFUSED: tuple[tuple[tuple[bytes, ...], str], ...] = (
    ((b"%pdf",), f"is a PDF, which is not read; {_HAND_IN}"),
    ((b"\x89png", b"\xff\xd8\xff", b"gif8"), f"is a picture, which is not read; {_HAND_IN}"),
    ((b"<!doctype html", b"<html", b"<head", b"<body"),
     "is a web page, perhaps a login page that was saved in the file's place; download it again"),
    ((b"<?xml", b"<"), f"is XML or a web page, which is not read; {_HAND_IN}"),
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
    reader = next(r for r in READERS if r.accepts(data))
    named = next((r for r in READERS if extension in r.extensions), None)
    if named is not None and named.name == "JSON" and reader.name == "CSV":
        reader = named  # what is no JSON there is best explained as such
    submissions = reader.read(data, filename, rubric)
    if named is None or named is reader:
        return submissions
    remark = Remark(
        f"is named {extension} but holds {reader.name}, and was read so", Place(filename)
    )
    return tuple(replace(s, remarks=(remark, *s.remarks)) for s in submissions)


def _refuse(data: bytes, filename: str) -> None:
    """What no reader can read, by how it begins."""
    place = Place(filename)
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise SubmissionError("is empty; save your answers and hand it in again", place)
    if data.startswith(_OLE):
        raise SubmissionError(_ole(data, filename), place)
    for beginnings, told in _REFUSED:
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

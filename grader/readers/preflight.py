"""Before a workbook is opened: is it one, and does it fit into memory?

An XLSX file is a ZIP of XML files, and both compress without bound: a few kilobytes can claim
gigabytes, and the library that reads the cells ends the whole process when memory runs out. So
nothing is believed that the file says about itself. Every member is inflated under a limit, every
sheet's XML is counted, and what goes on to the library is a new archive of only the members that
it needs, as they were counted here; the file as handed in is never opened by anything else.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from grader.model import Place, SubmissionError
from grader.readers.sheetxml import (
    Position,
    Used,
    XmlError,
    attributes,
    faults,
    longest_text,
)

__all__ = ["Package", "preflight"]

_MIB = 2**20
_MOST_BYTES = 10 * _MIB
_MOST_INFLATED = 64 * _MIB
_MOST_MEMBERS = 1_000
_MOST_SHEETS = 200
_MOST_RATIO, _RATIO_FLOOR = 200, 4 * _MIB
_MOST_TEXT = 64 * _MIB
_CHUNK = 2**16
_ALSO_READ = ("/sharedStrings", "/styles")

_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_ROOT = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_MEMBER = b"PK\x01\x02"

_SAVE = "open it in a spreadsheet program and save it as .xlsx"
_PROTECTED = "is password-protected; save it without a password and hand it in again"
_CORRUPT = "is damaged, or was not uploaded whole; open it, save it and hand it in again"
_TOO_LARGE = "is larger than any answer sheet can be; start from the template and hand in again"

_PLAIN = "is plain text and no workbook; give it the ending .csv, or save it as .xlsx"

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "is a PDF and no spreadsheet; type the answers into the template"),
    (b"\x89PNG", "is a picture and no spreadsheet; type the answers into the template"),
    (b"\xff\xd8\xff", "is a picture and no spreadsheet; type the answers into the template"),
    (b"\x1f\x8b", "is a compressed file (gzip) and no spreadsheet; unpack it first"),
    (b"\xff\xfe", _PLAIN),
    (b"\xfe\xff", _PLAIN),
    (b"Rar!", "is an archive (RAR) and no spreadsheet; unpack it first"),
    (b"7z\xbc\xaf", "is an archive (7z) and no spreadsheet; unpack it first"),
)
_OTHER_PACKAGES: tuple[tuple[str, str], ...] = (
    ("xl/workbook.bin", f"is a binary workbook (.xlsb); {_SAVE}"),
    ("word/document.xml", "is a Word document and no spreadsheet; use the template"),
    ("ppt/presentation.xml", "is a presentation and no spreadsheet; use the template"),
    ("index/document.iwa", "is a Numbers document; export it as Excel (.xlsx)"),
    ("index.zip", "is a Numbers document; export it as Excel (.xlsx)"),
    ("content.xml", f"is an OpenDocument sheet (.ods); {_SAVE}"),
)
_MARKUP = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html|head|table|meta|style)", re.IGNORECASE
)
_PRINTABLE = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xff]+")


@dataclass(frozen=True, slots=True)
class Package:
    """A workbook that was looked through.

    Attributes:
        data: the ZIP, stored, with only the members that reading the cells needs.
        names: the sheets' names, in the workbook's order.
        faults: for each sheet the positions where something stands that has no value, and why;
            None for a sheet without cells (a chart).
    """

    data: bytes
    names: tuple[str, ...]
    faults: tuple[Mapping[Position, str] | None, ...]


_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, XmlError),
    ValueError,  # zipfile seeks to where a damaged directory points
)


def preflight(data: bytes, filename: str) -> Package:
    """The workbook, once it is known to be one and to fit into memory.

    Raises:
        SubmissionError: it is another kind of file, protected, damaged or too large; the message
            says which and what to do.
    """
    _refuse_other_files(data, filename)
    try:
        return _package(_members(data, filename), filename)
    except _DAMAGED as e:
        told = str(e) if isinstance(e, XmlError) and str(e) else _CORRUPT
        raise SubmissionError(told, Place(filename)) from None


def _refuse_other_files(data: bytes, filename: str) -> None:
    reason = _other_file(data, filename.casefold())
    if reason:
        raise SubmissionError(reason, Place(filename))


def _other_file(data: bytes, filename: str) -> str:
    """Why these bytes are no XLSX file, from how they begin; empty when they may be one."""
    if data.startswith(_ZIP) and len(data) <= _MOST_BYTES:
        return "" if data.count(_MEMBER) <= _MOST_MEMBERS else _TOO_LARGE
    if data.startswith(_OLE):
        old = filename.endswith(".xls") or "Workbook".encode("utf-16-le") in data
        protected = "EncryptedPackage".encode("utf-16-le") in data
        return f"is an old Excel file (.xls); {_SAVE}" if old and not protected else _PROTECTED
    looks: tuple[tuple[object, str], ...] = (
        (not data, "is empty; save your answers and hand it in again"),
        (len(data) > _MOST_BYTES, _TOO_LARGE),
        *((data.startswith(start), reason) for start, reason in _STARTS),
        (_MARKUP.match(data), f"is a web page (HTML) with the name of a workbook; {_SAVE}"),
        (_PRINTABLE.fullmatch(data), _PLAIN),
    )
    return next((reason for found, reason in looks if found), f"is no spreadsheet; {_SAVE}")


# --- the archive --------------------------------------------------------------------------------


def _members(data: bytes, filename: str) -> Mapping[str, bytes]:
    """The members under xl/ that may be needed, by name in lower case, each counted as it inflates.

    Members that are not needed are inflated and counted too, and then forgotten.
    """
    kept: dict[str, bytes] = {}
    total = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [_canonical(info.filename) for info in archive.infolist()]
        _refuse_other_packages(names, filename)
        for name, info in zip(names, archive.infolist(), strict=True):
            if info.flag_bits & 1:
                raise SubmissionError(_PROTECTED, Place(filename))
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise SubmissionError(_CORRUPT, Place(filename))
            content = _inflated(archive, info, _MOST_INFLATED - total, filename)
            total += len(content)
            if name.endswith((".xml", ".rels")):
                _refuse_entities(content, filename)
            if name.startswith("xl/") and not name.startswith(("xl/media/", "xl/theme/")):
                kept[name] = content
    return kept


def _canonical(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _refuse_other_packages(names: list[str], filename: str) -> None:
    if len(set(names)) != len(names):
        raise SubmissionError(_CORRUPT, Place(filename))
    if _WORKBOOK in names:
        return
    for member, reason in _OTHER_PACKAGES:
        if member in names:
            raise SubmissionError(reason, Place(filename))
    raise SubmissionError(
        "is an archive (ZIP) without a workbook in it; hand in the .xlsx file itself",
        Place(filename),
    )


def _refuse_entities(content: bytes, filename: str) -> None:
    if b"<!DOCTYPE" in content:
        reason = f"declares a document type (DOCTYPE), which no workbook has; {_SAVE}"
        raise SubmissionError(reason, Place(filename))


def _inflated(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: int, filename: str) -> bytes:
    """A member's content, inflated piece by piece until it is whole or over the limit."""
    pieces: list[bytes] = []
    size = 0
    with archive.open(info) as stream:
        while piece := stream.read(_CHUNK):
            size += len(piece)
            squeezed = size > _RATIO_FLOOR and size > _MOST_RATIO * info.compress_size
            if size > budget or squeezed:
                raise SubmissionError(_TOO_LARGE, Place(filename))
            pieces.append(piece)
    return b"".join(pieces)


# --- the workbook in it -------------------------------------------------------------------------


def _package(members: Mapping[str, bytes], filename: str) -> Package:
    """The workbook's sheets looked through, and a new archive of what reading them needs."""
    if _RELATIONS not in members:
        raise XmlError
    related = attributes(members[_RELATIONS], "Relationship", "Id", "Target", "Type")
    paths = {identity: _resolved(target) for identity, target, _ in related}
    sheets = attributes(members[_WORKBOOK], "sheet", "name", "id")
    names = tuple(name for name, _ in sheets)
    if not sheets or len(set(names)) != len(names) or len(sheets) > _MOST_SHEETS:
        raise XmlError
    used = Used()
    found = tuple(
        faults(_member(members, paths.get(identity, "")), used, Place(filename, sheet=name))
        for name, identity in sheets
    )
    extra = [_resolved(target) for _, target, kind in related if kind.endswith(_ALSO_READ)]
    texts = (members[t.casefold()] for t in extra if t.casefold() in members)
    if used.shared and used.shared * max(map(longest_text, texts), default=0) > _MOST_TEXT:
        raise SubmissionError(_TOO_LARGE, Place(filename))
    wanted = (_WORKBOOK, _RELATIONS, *extra, *(paths[identity] for _, identity in sheets))
    return Package(_stored(wanted, members), names, found)


def _resolved(target: str) -> str:
    """A relationship's target as a member's name."""
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _member(members: Mapping[str, bytes], name: str) -> bytes:
    if name.casefold() not in members:
        raise XmlError
    return members[name.casefold()]


def _stored(names: Iterable[str], members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo("_rels/.rels"), _ROOT)
        for name in dict.fromkeys(names):
            if name.casefold() in members:
                archive.writestr(zipfile.ZipInfo(name), members[name.casefold()])
    return buffer.getvalue()

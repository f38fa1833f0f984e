"""ZIP files from strangers: what is in them, and one member's bytes; none is unpacked to disk.

Every limit is checked on what is really there: declared sizes, counts and names are claims. A
member that cannot be trusted is refused by name, and the others are read.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from unicodedata import normalize

from grader.model import SubmissionError

__all__ = [
    "MAX_BYTES",
    "MAX_MEMBERS",
    "Listing",
    "Member",
    "Refused",
    "listing",
    "opened",
    "unpack",
]

MAX_BYTES = 20 * 2**20
"""The largest file that is read, in or out of a ZIP."""

MAX_MEMBERS = 20_000
_MAX_DIRECTORY = 8 * 2**20
_MAX_RATIO = 200
_RATIO_FROM = 2**20  # a small file may well shrink by more: a column of zeros
_CHUNK = 2**16
_LOCAL_HEADER = 30
_DAMAGED = "the ZIP is damaged here; zip and upload it again"
_SHARED = "its bytes are another file's too; zip and upload it again"
_BUNDLE = frozenset({"manifest.json", "inputs.json", "history.json", "result.json"})
_DOCUMENTS = frozenset({"xl/workbook.xml", "[Content_Types].xml", "mimetype"})


@dataclass(frozen=True, slots=True)
class Member:
    """One file in a ZIP, by where its bytes begin; the rest is what the ZIP claims about it."""

    name: str
    offset: int
    packed: int
    size: int
    method: int
    crc: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A member that is not read, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What a ZIP holds, in its own order.

    ``is_document``: it is a workbook or the like. ``is_bundle``: `grade bundle` packed it.
    """

    members: tuple[Member, ...] = ()
    refused: tuple[Refused, ...] = ()
    repeated: tuple[Refused, ...] = ()
    is_document: bool = False
    is_bundle: bool = False


class _Bounded(io.BufferedReader):
    """A file that is not read in one piece beyond what a list of members may take."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _MAX_DIRECTORY:
            raise zipfile.BadZipFile("its list of files is too long")
        return super().read(size)


def opened(source: Path | bytes) -> BinaryIO:
    """A ZIP, from the disk or from memory, for `listing` and `unpack`.

    Raises:
        OSError: the file cannot be opened.
    """
    raw = io.BytesIO(source) if isinstance(source, bytes) else io.FileIO(source)
    return _Bounded(raw)


def listing(file: BinaryIO) -> Listing:
    """What the ZIP holds: the members that may be read, and those that may not.

    Raises:
        SubmissionError: it is no ZIP, it is damaged, or it holds too many files.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            # `is_dir` fails on a damaged, empty name
            infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, struct.error) as error:
        raise SubmissionError(
            f"this is not a ZIP file, or it is damaged ({error}); download it again"
        ) from None
    if len(infos) > MAX_MEMBERS:
        raise SubmissionError(f"holds {len(infos)} files; at most {MAX_MEMBERS} are read")
    named = [(_name(info), info) for info in infos]
    unlike, repeated = _without_repeats(named)
    shared = _overlapping(infos)
    faults = [_fault(name, info) or shared.get(id(info), "") for name, info in unlike]
    refused = [Refused(name, why) for (name, _), why in zip(unlike, faults, strict=True) if why]
    sound = [item for item, why in zip(unlike, faults, strict=True) if not why]
    collisions, colliding = _collisions(name for name, _ in sound)
    good = (item for item in sound if item[0] not in colliding)
    return Listing(
        members=tuple(_member(name, info) for name, info in good),
        refused=(*refused, *collisions),
        repeated=repeated,
        is_document=not _DOCUMENTS.isdisjoint(name for name, _ in named),
        is_bundle={name for name, _ in named} >= _BUNDLE,
    )


def unpack(file: BinaryIO, member: Member) -> bytes:
    """The bytes of one member, never more than it claims to have.

    Raises:
        SubmissionError: they are not what the ZIP claims, or are packed in an unusual way.
    """
    try:
        file.seek(member.offset)
    except (OverflowError, ValueError):  # beyond what any file has
        raise SubmissionError(_DAMAGED) from None
    header = file.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or not header.startswith(b"PK\3\4"):
        raise SubmissionError(_DAMAGED)
    file.seek(sum(struct.unpack("<HH", header[26:])), io.SEEK_CUR)
    limit = min(member.size, MAX_BYTES)
    data = _METHODS[member.method](file, member.packed, limit)
    if len(data) != member.size or zlib.crc32(data) != member.crc:
        raise SubmissionError(
            "the content is not what the ZIP says it is (its size or its checksum differs);"
            " zip and upload it again"
        )
    return data


# --- names --------------------------------------------------------------------------------------


def _name(info: zipfile.ZipInfo) -> str:
    """The name as it stands in the ZIP, whatever the system's separator.

    Many programs write UTF-8 and forget to say so; it is then read as code page 437.
    """
    name = info.orig_filename
    if not info.flag_bits & 0x800 and not name.isascii():
        try:
            return name.encode("cp437").decode("utf-8")
        except UnicodeError:
            return name
    return name


_FAULTS: tuple[tuple[Callable[[str, zipfile.ZipInfo], bool], str], ...] = (
    (lambda name, _: not name or "\0" in name, "its name is empty or holds a NUL"),
    (lambda name, _: "\\" in name, "its name holds a backslash; zip it again with another program"),
    (lambda name, _: name.startswith("/"), "its name is an absolute path"),
    (lambda name, _: bool(re.match(r"[A-Za-z]:", name)), "its name begins with a drive letter"),
    (lambda name, _: ".." in name.split("/"), "its name leads out of the ZIP (..)"),
    (
        lambda _, info: stat.S_ISLNK(_mode(info)),
        "it is a link to another file; send the file itself",
    ),
    (lambda _, info: stat.S_IFMT(_mode(info)) not in {0, stat.S_IFREG}, "it is not a plain file"),
    (lambda _, info: bool(info.flag_bits & 0x41), "it is encrypted; send it without a password"),
    (lambda _, info: info.compress_type not in _METHODS, "it is packed in an unusual way; use ZIP"),
    (
        lambda _, info: info.file_size > MAX_BYTES,
        f"it is larger than {MAX_BYTES // 2**20} MiB; send the answers only",
    ),
    (
        lambda _, info: info.file_size > max(_RATIO_FROM, _MAX_RATIO * info.compress_size),
        "it would unpack to far more than it is; send the answers only",
    ),
)


def _mode(info: zipfile.ZipInfo) -> int:
    return info.external_attr >> 16


def _fault(name: str, info: zipfile.ZipInfo) -> str:
    return next((reason for test, reason in _FAULTS if test(name, info)), "")


def _overlapping(infos: Iterable[zipfile.ZipInfo]) -> dict[int, str]:
    """Why members are refused whose bytes are another's too, by the identity of their entries.

    A small ZIP could else unpack to any size: thousands of members made of the same bytes.
    """
    found: dict[int, str] = {}
    longest: zipfile.ZipInfo | None = None  # the one that reaches furthest so far
    reach = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if longest is not None and info.header_offset < reach:
            found[id(info)] = found[id(longest)] = _SHARED
        end = info.header_offset + _LOCAL_HEADER + info.compress_size
        if end > reach:
            longest, reach = info, end
    return found


_Named = tuple[str, zipfile.ZipInfo]


def _without_repeats(named: list[_Named]) -> tuple[list[_Named], tuple[Refused, ...]]:
    """Members that stand there twice with the same content count once."""
    first: dict[tuple[str, int, int], _Named] = {}
    repeated = []
    for name, info in named:
        key = (name, info.CRC, info.file_size)
        if key in first:
            repeated.append(Refused(name, "stands twice in the ZIP with the same content"))
        first.setdefault(key, (name, info))
    return list(first.values()), tuple(repeated)


def _collisions(names: Iterable[str]) -> tuple[list[Refused], frozenset[str]]:
    """Names that several members have, or that differ only by case or by how accents are coded."""
    count = Counter(names)
    alike: dict[str, list[str]] = defaultdict(list)
    for name in count:
        alike[normalize("NFC", name).casefold()].append(name)
    clashing = [group for group in alike.values() if sum(count[name] for name in group) > 1]
    return [Refused(group[0], _clash(group)) for group in clashing], frozenset(
        name for group in clashing for name in group
    )


def _clash(group: list[str]) -> str:
    if len(group) == 1:
        return "several files of this name, with different content, are in the ZIP"
    return f"{', '.join(group[1:])} differs from it only by upper and lower case; rename one"


def _member(name: str, info: zipfile.ZipInfo) -> Member:
    return Member(
        name, info.header_offset, info.compress_size, info.file_size, info.compress_type, info.CRC
    )


# --- content ------------------------------------------------------------------------------------


def _stored(file: BinaryIO, packed: int, limit: int) -> bytes:
    """In pieces, as `_Bounded` wants it."""
    sizes = (min(_CHUNK, limit - at) for at in range(0, limit, _CHUNK))
    return b"".join(map(file.read, sizes)) if packed == limit else b""


def _inflated(file: BinaryIO, packed: int, limit: int) -> bytes:
    """At most one byte more than ``limit``, so that a lie shows."""
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    parts, room = [], limit + 1
    try:
        while packed > 0 and room > 0 and (chunk := file.read(min(packed, _CHUNK))):
            packed -= len(chunk)
            parts.append(inflate.decompress(chunk, room))
            room -= len(parts[-1])
    except zlib.error:
        raise SubmissionError(_DAMAGED) from None
    return b"".join(parts)


_METHODS: dict[int, Callable[[BinaryIO, int, int], bytes]] = {
    zipfile.ZIP_STORED: _stored,
    zipfile.ZIP_DEFLATED: _inflated,
}

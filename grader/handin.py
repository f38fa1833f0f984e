"""One file that was handed in: what it is called, where its bytes are, and what is no hand-in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.archives import MAX_BYTES, Member, opened, unpack
from grader.identity import Identity
from grader.model import Place, SubmissionError

__all__ = [
    "HandIn",
    "Ignored",
    "Listed",
    "Problem",
    "Spot",
    "Submitter",
    "cannot_open",
    "is_own_list",
    "natural",
    "noise",
    "read_bytes",
    "without_notes",
]


@dataclass(frozen=True, slots=True)
class Submitter:
    """Somebody by whom a download's list says that something was handed in."""

    id: str = ""
    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a download's own list says of a hand-in.

    Attributes:
        source: the list's name.
        submitters: by whom; several for a group, none where the list is about times only.
        submitted: when, as `grader.moments.iso` has it; empty where it is not known.
        fault: why the list does not tell by whom, for a person.
    """

    source: str
    submitters: tuple[Submitter, ...] = ()
    submitted: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class HandIn:
    """One file that was handed in; small, so that workers can be sent it and read it themselves.

    Attributes:
        name: its path below what the user named, with forward slashes; no two are the same, but
            what a group handed in stands there once for each member.
        path: the file on the disk: itself, or the ZIP that it is in.
        members: where it is in that ZIP; two where a student's ZIP is in a download's ZIP.
        parts: the names that may tell whose it is, from the folder that the user named down; that
            one's is empty where it has none.
        listed: what the download's own list says of it; None where there is none.
        whose: whose it is, where something else than these names told so.
    """

    name: str
    path: Path
    members: tuple[Member, ...] = ()
    parts: tuple[str, ...] = ()
    listed: Listed | None = None
    whose: Identity | None = None

    @property
    def member(self) -> str:
        """Its path within the ZIP; empty for a file on the disk."""
        return "/".join(member.name for member in self.members)


@dataclass(frozen=True, slots=True)
class Ignored:
    """A file or folder that is no hand-in, and why; ``content`` where it tells of hand-ins."""

    name: str
    reason: str
    content: HandIn | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something handed in that cannot be opened; the rest as in a `HandIn`."""

    name: str
    reason: str
    parts: tuple[str, ...] = ()
    listed: Listed | None = None
    whose: Identity | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the walk is: the named folder's own name, the names below it, and what to leave out."""

    root: str
    below: tuple[str, ...] = ()
    excluded: frozenset[str] = frozenset()

    def down(self, name: str) -> Spot:
        """The file or folder of that name, or of that path, below here."""
        fresh = tuple(part for part in name.split("/") if part not in {"", "."})
        return replace(self, below=(*self.below, *(fresh or ("(no name)",))))

    @property
    def name(self) -> str:
        """The path below what the user named; the named folder itself is called by its name."""
        return "/".join(map(_printable, self.below)) or _printable(self.root) or "."

    @property
    def parts(self) -> tuple[str, ...]:
        """The names that may tell whose it is; the first is always that of what the user named."""
        return tuple(map(_printable, (self.root, *self.below)))

    def ignored(
        self, reason: str, path: Path | None = None, members: tuple[Member, ...] = ()
    ) -> Ignored:
        """What is here is no hand-in; a download's own list stays where it can be read."""
        if path is None or not is_own_list(self.below[-1]):
            return Ignored(self.name, reason)
        return Ignored(self.name, reason, HandIn(self.name, path, members, self.parts))

    def problem(self, reason: str) -> Problem:
        """What is here cannot be opened."""
        return Problem(self.name, reason, self.parts)


def read_bytes(handin: HandIn) -> bytes:
    """The content of a hand-in.

    Raises:
        SubmissionError: it is too large, damaged, or cannot be opened.
    """
    try:
        return _content(handin.path, handin.members)
    except SubmissionError as error:
        raise SubmissionError(error.message, Place(handin.name)) from None
    except OSError as error:
        raise SubmissionError(cannot_open(error), Place(handin.name)) from None


def _content(path: Path, members: tuple[Member, ...]) -> bytes:
    if not path.is_file():  # opening a pipe would wait for ever
        raise SubmissionError("it is not there any more, or is no plain file")
    if not members:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise SubmissionError(f"is larger than {MAX_BYTES // 2**20} MiB; send the answers only")
        return data
    source: Path | bytes = path
    for member in members:
        with opened(source) as archive:
            source = unpack(archive, member)
    return source if isinstance(source, bytes) else b""


def cannot_open(error: OSError) -> str:
    """What the system said when a file could not be opened, in a sentence."""
    return f"it cannot be opened ({error.strerror or error}); check its permissions"


# --- names --------------------------------------------------------------------------------------

_OWN_LIST = r"submission_metadata\.(csv|ya?ml)"
_FOLDER_NOISE = (("__macosx", "left by macOS"), (r"\.(?!\.$).*", "hidden"))
_FILE_NOISE = (
    (r"\._.*|\.ds_store", "left by macOS"),
    (r"(eh)?thumbs\.db|desktop\.ini", "left by Windows"),
    (r"~\$.*|\.~lock\..*#", "left by a program that had the file open"),
    (r".*\.(tmp|part|crdownload)", "a temporary or unfinished file"),
    (r"\.(?!\.\\).*", "hidden"),
    (r"index\.html", "the page that the download brings along"),
    (r"readme(\..*)?", "a note, not answers"),
    (_OWN_LIST, "the download's own list"),
    (r".*\.ya?ml", "settings or a rubric, not answers"),
)


def is_own_list(name: str) -> bool:
    """Whether a download says under this name whose each of its hand-ins is."""
    return re.fullmatch(_OWN_LIST, name, re.IGNORECASE) is not None


def noise(parts: Sequence[str]) -> str:
    """Why something at this place is no hand-in; empty where it is one."""
    tables = [_FOLDER_NOISE] * (len(parts) - 1) + [_FILE_NOISE]
    for part, table in zip(parts, tables, strict=True):
        for pattern, reason in table:
            if re.fullmatch(pattern, part, re.IGNORECASE | re.DOTALL):
                return reason
    return ""


_ATTEMPT_NOTE = re.compile(r"(.*_attempt_[0-9-]{19})\.txt", re.DOTALL)


def without_notes(
    found: Sequence[HandIn | Ignored | Problem],
) -> list[HandIn | Ignored | Problem]:
    """Blackboard writes a note beside each attempt; it is a hand-in only where it is alone."""
    attempts = {
        item.name[: match.end()]
        for item in found
        if isinstance(item, HandIn)
        and (match := re.match(r".*_attempt_[0-9-]{19}(?=_)", item.name, re.DOTALL))
    }
    return [
        Ignored(item.name, "the download's note about the attempt beside it")
        if isinstance(item, HandIn)
        and (match := _ATTEMPT_NOTE.fullmatch(item.name))
        and match[1] in attempts
        else item
        for item in found
    ]


def natural(name: str) -> tuple[Any, ...]:
    """A key under which ``q2`` comes before ``q10``, on every system alike."""
    pieces = re.split(r"([0-9]+)", name.casefold())
    digits = (piece.lstrip("0") for piece in pieces[1::2])
    numbers = [*((len(piece), piece) for piece in digits), (0, "")]
    return tuple(zip(pieces[::2], numbers, strict=True)), name


def _printable(text: str) -> str:
    r"""The text with what a terminal or a page cannot show written out as ``\x1b``."""
    return "".join(
        c if c.isprintable() else " " if c.isspace() and c > "\x7f" else ascii(c)[1:-1]
        for c in text
    )

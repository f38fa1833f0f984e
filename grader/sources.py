"""What was handed in: the files in folders and ZIPs, in one order on every system.

Nothing is lost without a word. A file is a hand-in (even one that no reader reads: a person must
look at it), or it is ignored with a reason, or it is a problem: something that a student handed in
and that cannot be opened.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from grader.archives import Member, listing, opened, unpack
from grader.choice import Candidate, Choice, by_student, choose
from grader.handin import (
    HandIn,
    Ignored,
    Problem,
    Spot,
    cannot_open,
    natural,
    noise,
    read_bytes,
    without_notes,
)
from grader.model import GraderError, SubmissionError
from grader.own_lists import with_lists
from grader.roster_table import is_class_list, may_be_class_list

__all__ = [
    "Candidate",
    "Choice",
    "Collection",
    "HandIn",
    "Ignored",
    "Problem",
    "by_student",
    "choose",
    "collect",
    "read_bytes",
]

_MAX_DEPTH = 40
_OUTPUTS = re.compile(
    r"results\.jsonl|gradebook\.(xlsx|csv)|report\.html|feedback|stepgrade\.sqlite.*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Collection:
    """All that was found; every file that there is stands in one of the three."""

    handins: tuple[HandIn, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    problems: tuple[Problem, ...] = ()


_Found = HandIn | Ignored | Problem


def collect(paths: Sequence[Path], exclude: Sequence[Path] = ()) -> Collection:
    """All hand-ins below some folders, in some ZIPs, and the files that are named themselves.

    Args:
        paths: what the user named. A file named by itself is a hand-in whatever it is called.
        exclude: files and folders that are something else: the roster, the output.

    Raises:
        GraderError: something named does not exist.
    """
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise GraderError(f"there is no file or folder {', '.join(missing)}; check the name")
    excluded = frozenset(os.path.realpath(path) for path in exclude)
    found = [(path, item) for path in paths for item in _named(path, excluded)]
    unique = with_lists(without_notes(_distinct(_once(found))))
    return Collection(
        tuple(item for item in unique if isinstance(item, HandIn)),
        tuple(item for item in unique if isinstance(item, Ignored)),
        tuple(item for item in unique if isinstance(item, Problem)),
    )


# --- folders and files --------------------------------------------------------------------------


def _named(path: Path, excluded: frozenset[str]) -> Iterator[_Found]:
    """What the user named: a folder, or one file, which is taken whatever it is called."""
    if path.is_dir():
        root = "" if path.name == ".." else path.name
        yield from _folder(path, os.path.realpath(path), Spot(root, excluded=excluded))
    else:
        spot = Spot(path.parent.name, excluded=excluded)
        yield from _file(path, spot.down(path.name), is_named=True)


def _folder(folder: Path, root: str, spot: Spot) -> Iterator[_Found]:
    if len(spot.below) > _MAX_DEPTH:
        yield spot.problem(f"there are folders more than {_MAX_DEPTH} deep here")
        return
    try:
        with os.scandir(folder) as entries:
            listed = sorted(entries, key=lambda entry: natural(entry.name))
    except OSError as error:
        yield spot.problem(cannot_open(error))
        return
    is_output = _is_output(folder)
    if is_output and spot.below:
        yield spot.ignored("results of an earlier run")
        return
    for entry in listed:
        below = spot.down(entry.name)
        if is_output and _OUTPUTS.fullmatch(entry.name):
            yield below.ignored("results of an earlier run")
            continue
        try:
            yield from _entry(entry, root, below)
        except OSError as error:  # it went away, or may not even be looked at
            yield below.problem(cannot_open(error))


def _entry(entry: os.DirEntry[str], root: str, spot: Spot) -> Iterator[_Found]:
    path = Path(entry.path)
    if os.path.realpath(path) in spot.excluded:
        yield spot.ignored("named as something else: the roster or the output")
    elif entry.is_symlink():
        yield _link(path, root, spot)
    elif entry.is_dir(follow_symlinks=False):
        reason = noise((entry.name, ""))
        yield from [spot.ignored(reason)] if reason else _folder(path, root, spot)
    else:
        yield from _file(path, spot)


def _link(path: Path, root: str, spot: Spot) -> _Found:
    """Links are never followed: what is within the folder is read where it is."""
    target = Path(os.path.realpath(path))
    if reason := noise((path.name,)):
        return spot.ignored(reason)
    if target.is_relative_to(root) and target.exists():
        return spot.ignored("a link; what it points to is read where it is")
    return spot.problem(
        "it is a link that leads out of the folder or nowhere; send the file itself"
    )


def _file(path: Path, spot: Spot, *, is_named: bool = False) -> Iterator[_Found]:
    reason = "" if is_named else noise((path.name,))
    if reason:
        yield spot.ignored(reason, path)
    elif not stat.S_ISREG(path.stat().st_mode):
        yield spot.problem("it is a pipe or a device, not a file")
    elif not os.access(path, os.R_OK):
        yield spot.problem("it cannot be opened; check its permissions")
    elif path.suffix.lower() == ".zip":
        yield from _archive(path, (), path, spot, is_named=is_named)
    elif is_named:
        yield HandIn(spot.name, path, (), spot.parts)
    else:
        yield _handin(path, (), spot)


def _handin(path: Path, members: tuple[Member, ...], spot: Spot) -> _Found:
    """A file that somebody handed in, unless it is a class list that lies beside them."""
    handin = HandIn(spot.name, path, members, spot.parts)
    if may_be_class_list(PurePosixPath(spot.name).name):
        with contextlib.suppress(SubmissionError):  # it will be told when it is to be graded
            if is_class_list(handin.name, read_bytes(handin)):
                return spot.ignored("a class list; give it with --roster")
    return handin


def _is_output(folder: Path) -> bool:
    """Whether an earlier run wrote here: judged by content, since a student may use the names."""
    if (folder / "gradebook.xlsx").is_file() and (folder / "gradebook.csv").is_file():
        return True
    results = folder / "results.jsonl"
    try:
        with results.open("rb") as file:
            return file.read(9) == b'{"schema"'
    except OSError:
        return False


# --- ZIPs ---------------------------------------------------------------------------------------


def _archive(
    path: Path,
    members: tuple[Member, ...],
    source: Path | bytes,
    spot: Spot,
    *,
    is_named: bool = False,
) -> Iterator[_Found]:
    """The files in a ZIP; the ZIP itself where it is a workbook that lost its name."""
    try:
        with opened(source) as file:
            held = listing(file)
    except SubmissionError as error:
        yield spot.problem(error.message)
        return
    except OSError as error:
        yield spot.problem(cannot_open(error))
        return
    if held.is_document:
        yield HandIn(spot.name, path, members, spot.parts)
        return
    if held.is_bundle:
        packed = "a result that `grade bundle` packed"
        yield spot.problem(f"it is {packed}") if members else spot.ignored(packed)
        return
    inside = Spot(path.stem, excluded=spot.excluded) if is_named else spot
    yield from (inside.down(item.name).ignored(item.reason) for item in held.repeated)
    for refused in held.refused:
        where = inside.down(refused.name)
        reason = noise(where.below)
        yield where.ignored(reason) if reason else where.problem(refused.reason)
    for member in sorted(held.members, key=lambda member: natural(member.name)):
        yield from _in_archive(path, (*members, member), source, inside.down(member.name))
    if not (held.members or held.refused):
        yield spot.problem("the ZIP is empty")


def _in_archive(
    path: Path, members: tuple[Member, ...], source: Path | bytes, spot: Spot
) -> Iterator[_Found]:
    reason = noise(spot.below)
    if reason:
        yield spot.ignored(reason, path, members)
    elif not members[-1].name.lower().endswith(".zip"):
        yield _handin(path, members, spot)
    elif len(members) > 1:
        yield spot.problem("it is a ZIP in a ZIP in a ZIP; send the files themselves")
    else:
        yield from _nested(path, members, source, spot)


def _nested(
    path: Path, members: tuple[Member, ...], source: Path | bytes, spot: Spot
) -> Iterator[_Found]:
    """A student's own ZIP in a download: its files are hand-ins of that student."""
    try:
        with opened(source) as file:
            data = unpack(file, members[-1])
    except SubmissionError as error:
        yield spot.problem(error.message)
        return
    except OSError as error:
        yield spot.problem(cannot_open(error))
        return
    yield from _archive(path, members, data, spot)


# --- names --------------------------------------------------------------------------------------


def _once(found: Iterable[tuple[Path, _Found]]) -> Iterator[tuple[Path, _Found]]:
    """A file that was named twice, or with its folder, counts once."""
    seen: set[tuple[str, tuple[Member, ...]]] = set()
    for origin, item in found:
        key = (os.path.realpath(item.path), item.members) if isinstance(item, HandIn) else None
        if key in seen:
            yield origin, Ignored(item.name, "named twice; it is read once")
            continue
        if key:
            seen.add(key)
        yield origin, item


def _distinct(found: Iterable[tuple[Path, _Found]]) -> list[_Found]:
    """Names that several files have are told apart by what the user named, then by a number."""
    pairs = list(found)
    count = Counter(item.name for _, item in pairs if not isinstance(item, Ignored))
    used: set[str] = set()
    result = []
    for origin, item in pairs:
        name = item.name
        if not isinstance(item, Ignored):
            name = _unused(_longer(origin, name) if count[name] > 1 else name, used)
            used.add(name)
        result.append(replace(item, name=name))
    return result


def _longer(origin: Path, name: str) -> str:
    start = origin.as_posix()
    return start if start == name or start.endswith(f"/{name}") else f"{start}/{name}"


def _unused(name: str, used: set[str]) -> str:
    number = 2
    unused = name
    while unused in used:
        unused = f"{name} ({number})"
        number += 1
    return unused

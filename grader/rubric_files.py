"""The files that a rubric is: its YAML, and the references that lie beside it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from grader.model import RubricError
from grader.rubric import located
from grader.rubric_yaml import MOST_BYTES, Entry, Listing, Notes, Scalar, Table, Tree, parse

__all__ = ["judged_by", "portable", "references", "rubric_files"]

_OF_TIME = frozenset({"due", "late"})

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", re.ASCII)


def rubric_files(source: str | Path) -> tuple[tuple[str, bytes], ...]:
    """Name and bytes of each file, the YAML first; all of them together make the digest.

    Raises:
        RubricError: one of them cannot be read.
    """
    path = located(source)
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        beside = [(name, (path.parent / name).read_bytes()) for name in references(data)]
    except OSError as error:
        raise RubricError((f"{source}: cannot be read: {error.strerror or error}",)) from error
    return ((path.name, data), *beside)


def references(data: bytes) -> tuple[str, ...]:
    """The references of a rubric that are files of Python code, wherever they are named."""
    tree = parse(data, Notes(""))
    return tuple(_references(tree)) if tree else ()


def judged_by(files: Sequence[tuple[str, bytes]]) -> str:
    """A digest of all that judging depends on: what the files say, but ``due`` and ``late``.

    What being late costs is worked out afterwards, so a deadline can move and nothing has to be
    judged again. Comments change nothing either.
    """
    (_, data), *beside = files
    tree = parse(data, Notes(""))
    if isinstance(tree, Table):
        kept = tuple(entry for entry in tree.entries if entry.key not in _OF_TIME)
        data = repr(_said(replace(tree, entries=kept))).encode()
    return hashlib.sha256(b"\n".join((data, *(more for _, more in beside)))).hexdigest()


def _said(tree: Tree) -> object:
    """What a tree says, wherever it stands in the file."""
    if isinstance(tree, Table):
        return {"table": [(entry.key, _said(entry.value)) for entry in tree.entries]}
    if isinstance(tree, Listing):
        return [_said(item) for item in tree.items]
    return (tree.text, tree.plain) if isinstance(tree, Scalar) else None


def _references(tree: Tree) -> Iterator[str]:
    if isinstance(tree, Table):
        for entry in tree.entries:
            yield from _code(entry) or _references(entry.value)
    elif isinstance(tree, Listing):
        for item in tree.items:
            yield from _references(item)


def _code(entry: Entry) -> list[str]:
    """The reference that the entry names, where it is a file."""
    value = entry.value
    if entry.key != "reference" or not isinstance(value, Scalar):
        return []
    return [value.text] if value.text.endswith(".py") else []


def portable(name: str) -> bool:
    """Whether a file of that name can be put beside a rubric in any folder, on any system."""
    return all(_PLAIN.fullmatch(part) for part in name.split("/"))

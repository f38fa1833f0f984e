"""The files that a rubric is: its YAML, and the references that lie beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from grader.model import RubricError
from grader.rubric import located
from grader.rubric_yaml import MOST_BYTES, Entry, Listing, Notes, Scalar, Table, Tree, parse

__all__ = ["portable", "references", "rubric_files"]

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

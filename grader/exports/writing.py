"""What an export writes: all of it or nothing, and one sentence where it cannot be."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from grader.files import write_temporary
from grader.model import GraderError

__all__ = ["open_elsewhere", "write_all"]


def write_all(target: Path, files: Mapping[str, bytes]) -> None:
    """Write one file (its name in ``files`` is empty), or a folder of files.

    Everything is written beside its place first and renamed only when all of it is there, so a
    full disk leaves nothing half written.

    Raises:
        GraderError: it cannot be written; what was there before is untouched.
    """
    made: list[tuple[Path, Path]] = []
    try:
        with _one_sentence(target):
            for name, data in files.items():
                path = target / name if name else target
                path.parent.mkdir(parents=True, exist_ok=True)
                made.append((write_temporary(path.parent, data), path))
            for temporary, _ in made:
                with temporary.open("rb+") as file:
                    os.fsync(file.fileno())
            for temporary, path in made:
                temporary.replace(path)
    finally:
        for temporary, _ in made:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def _one_sentence(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        told = f"{target}: cannot be written: {error.strerror or error}"
        if isinstance(error, PermissionError):
            told += " (is it open in another program?)"
        raise GraderError(f"{told}; say another place with -o") from error


def open_elsewhere(path: Path) -> str:
    """By what file a program shows that it has this one open; empty where none does."""
    marks = (f".~lock.{path.name}#", f"~${path.name}", f"~${path.name[2:]}")
    return next((mark for mark in marks if (path.parent / mark).exists()), "")

"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

__all__ = ["PARTS", "NotWrittenError", "scratch", "write_atomically", "write_temporary"]

PARTS = f".{'?' * 16}.part"
"""Matches the names that temporary files have."""


class NotWrittenError(OSError):
    """There is no room or no right to write: it is the fault of no submission, and ends the run."""


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader (or a crash) sees the old content or the new, never a part.

    Raises:
        OSError: it could not be written; the old file is untouched.
    """
    with _named(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = write_temporary(path.parent, content)
        try:
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is gone in the end."""
    import tempfile  # noqa: PLC0415  # a self-check has no use for it

    with tempfile.TemporaryDirectory(prefix="stepgrade-") as folder:
        yield Path(folder)


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    """A failure tells of the file that a person knows, and not of the temporary one."""
    try:
        yield
    except OSError as error:
        told = error.strerror or str(error)
        if isinstance(error, PermissionError):
            told += "; if another program has it open, close it there and start again"
        raise type(error)(error.errno, told, str(path)) from error


def write_temporary(folder: Path, content: str | bytes) -> Path:
    """Write a file of a name of its own, hidden and ending in ``.part``, for renaming later.

    Raises:
        OSError: it could not be written; nothing is left behind.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    path = folder / f".{os.urandom(8).hex()}.part"
    try:
        with path.open("xb") as file:
            file.write(data)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path

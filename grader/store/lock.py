"""One run at a time in a folder: the second waits, and says so."""

from __future__ import annotations

import contextlib
import errno
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

__all__ = ["LOCK", "alone"]

LOCK = ".stepgrade.lock"
_POLL_SECONDS = 0.2
_CANNOT_LOCK = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP})  # some network disks

if sys.platform == "win32":
    import msvcrt

    def _taken(file: IO[bytes]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _taken(file: IO[bytes]) -> bool:
        """Whether nobody else has it; the system lets go of it when the process ends, however.

        Where the disk has no locks it is taken without one.
        """
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # no worker inherits it
        except (BlockingIOError, PermissionError):
            return False
        except OSError as error:
            if error.errno not in _CANNOT_LOCK:
                raise
        return True


@contextlib.contextmanager
def alone(folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Wait until no other run is at work in the folder, and keep others out meanwhile.

    Args:
        folder: made if need be.
        say: told once, if there is something to wait for.

    Raises:
        OSError: the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("ab") as file:
        if not _taken(file):
            say(f"another run is at work in {folder}; waiting until it is done")
            while not _taken(file):
                time.sleep(_POLL_SECONDS)
        yield

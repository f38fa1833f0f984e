"""ZIPs whose bytes follow from what is in them: no clock, no system, no order of a folder."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

__all__ = ["zipped"]

_MADE = (2000, 1, 1, 0, 0, 0)
_UNIX = 3
_FILE, _PROGRAM = 0o100644, 0o100755


def zipped(files: Mapping[str, bytes], programs: frozenset[str] = frozenset()) -> bytes:
    """A ZIP of the files, in their order; those named in ``programs`` can be run."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            member = zipfile.ZipInfo(name, _MADE)
            member.create_system = _UNIX
            member.external_attr = (_PROGRAM if name in programs else _FILE) << 16
            archive.writestr(member, data, zipfile.ZIP_DEFLATED)
    return memory.getvalue()

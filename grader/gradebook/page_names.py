"""What a student's feedback page is called, on every file system."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from urllib.parse import quote

from grader.model import Report

__all__ = ["feedback_name", "feedback_names"]

_LONGEST = 120
_KEPT = 80

# Windows keeps these for devices, with any extension.
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def feedback_name(report: Report) -> str:
    """The file name of a feedback page: the student's id and ``.html``.

    Letters, digits, ``_``, ``-`` and ``.`` stand for themselves, everything else is
    percent-encoded, and so is the first character where the name would hide the file, look like
    an option or be a device of Windows: `urllib.parse.unquote` gives the id back. An id of over
    120 characters is cut off and told apart by a digest. Without an id the name is ``no-id~``
    and the submission's file; no id has a ``~`` there, because a ``~`` of an id is encoded.
    """
    if report.student.id:
        return _shortened(_safe(report.student.id)) + ".html"
    return "no-id~" + _shortened(_safe(report.file)) + ".html"


def feedback_names(reports: Sequence[Report]) -> dict[int, str]:
    """A name for each report, by its position in ``reports``; no two are the same.

    Names that differ in case only count as the same (they are, on many a disk). The first in the
    order of id and file has its own name, the others ``~2``, ``~3`` behind it, whatever the order
    of ``reports``.
    """
    order = sorted(
        range(len(reports)),
        key=lambda k: (reports[k].student.id, reports[k].file, reports[k].student.name),
    )
    uses: dict[str, int] = {}
    names = {}
    for position in order:
        name = feedback_name(reports[position])
        uses[name.casefold()] = use = uses.get(name.casefold(), 0) + 1
        names[position] = name if use == 1 else f"{name.removesuffix('.html')}~{use}.html"
    return names


def _safe(text: str) -> str:
    encoded = quote(text, safe="", errors="surrogatepass").replace("~", "%7E")
    if encoded[:1] in ("-", ".") or _DEVICE.match(encoded):
        return f"%{ord(encoded[0]):02X}{encoded[1:]}"
    return encoded


def _shortened(encoded: str) -> str:
    if len(encoded) <= _LONGEST:
        return encoded
    kept = re.sub(r"%.?$", "", encoded[:_KEPT])
    return f"{kept}~{hashlib.sha256(encoded.encode()).hexdigest()[:16]}"

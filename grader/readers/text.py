"""The bytes of a text file as text."""

from __future__ import annotations

import codecs

from grader.model import Place, Remark, SubmissionError

__all__ = ["LARGEST", "decoded"]

LARGEST = 1 << 20
"""Bytes of text that are read: a submission has a few kilobytes, a class table some hundred."""

_MARKS = (  # the longer first: UTF-32's mark begins like UTF-16's
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decoded(data: bytes, filename: str) -> tuple[str, tuple[Remark, ...]]:
    """The text, and a remark where its encoding had to be assumed.

    Raises:
        SubmissionError: too large, or no text.
    """
    place = Place(filename)
    if len(data) > LARGEST:
        told = f"has {len(data):,} bytes; a submission in text has at most {LARGEST:,}"
        raise SubmissionError(told, place)
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    remarks: tuple[Remark, ...] = ()
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text, remarks = _assumed(data, encoding, place)
    if "\0" in text:
        raise SubmissionError("holds binary data, not text; hand in the file itself", place)
    return text, remarks


def _assumed(data: bytes, encoding: str, place: Place) -> tuple[str, tuple[Remark, ...]]:
    """Text of the encodings that old programs write, where it is no UTF-8."""
    if encoding != "utf-8":
        told = f"is damaged: it begins as {encoding.upper()} but does not go on so; save it again"
        raise SubmissionError(told, place) from None
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    told = "is not in UTF-8; it was read as Windows-1252, so check letters with accents"
    return text, (Remark(told, place),)

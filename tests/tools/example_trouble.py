"""The files of the example class that give trouble: broken, contradictory, hostile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from by_hand import gan
from example_class import AUTOENCODER, ITEMS, File, some, work
from example_files import as_json, as_sheet, as_tidy, block_rows, rounded

from grader.model import Student

__all__ = ["troubled_files"]

_PAGE = b"""<!DOCTYPE html>
<html><head><title>Sign in</title></head><body><p>Your session has expired.</p></body></html>
"""
_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n%%EOF\n"
_PROTECTED = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "EncryptedPackage".encode("utf-16-le")
"""How a password-protected workbook begins, and the name of the part that it is hidden in."""


def troubled_files() -> Iterator[File]:
    """Every file that a person or a student has to do something about, by name."""
    for part in (_not_read, _partly_read, _several_files, _hostile):
        yield from part()


def _not_read() -> Iterator[File]:
    whole = as_json(work("s1032", some(gan(), ITEMS)))
    yield "s1032.json", whole[: len(whole) // 2]
    yield "s1033.xlsx", _PAGE
    yield "s1034.csv", b""
    yield "s1035.xlsx", _PROTECTED
    yield "s1043.pdf", _PDF


def _partly_read() -> Iterator[File]:
    """One answer, or some entries, have no value; the rest counts."""
    key = some(gan(), ITEMS)
    sheet = work("s1036", key | {"gan.h0": [f"=0.1*{k}" for k in range(8)]})
    yield "s1036.xlsx", as_sheet(block_rows(sheet))
    once = as_json(work("s1037", key)).decode()
    h1 = next(line for line in once.splitlines() if "gan.h1" in line)
    yield "s1037.json", once.replace(h1, f"{h1}\n{h1.replace('1.540', '1.450')}").encode()
    h0, h2, grad_w0 = (key[f"gan.{name}"].astype(object) for name in ("h0", "h2", "grad_w0"))
    h0[3] = "nan"
    h2[0, 1], h2[3, 3] = "inf", "1e400"
    grad_w0[4, 1] = "about 4e-6"
    odd = key | {"gan.h0": h0, "gan.h2": h2, "gan.grad_w0": grad_w0}
    yield "s1038.json", as_json(work("s1038", odd))


def _several_files() -> Iterator[File]:
    key = some(gan(), ITEMS)
    first = as_json(work("s1039", key, rounded(4)))
    yield "s1039.json", first
    yield "s1039_final.json", first.replace(b"1.54", b"1.45")
    yield "s1040_gan.csv", as_tidy(work("s1040", key))
    yield "s1040_autoencoder.json", as_json(work("s1040", AUTOENCODER))


def _hostile() -> Iterator[File]:
    """Names that a spreadsheet would run, or a page."""
    key = some(gan(), ITEMS)
    formula = replace(work("s1041", key), student=Student("s1041", "=cmd|' /C calc'!A0", "4850"))
    yield "s1041.json", as_json(formula)
    name = "<script>alert('graded')</script>"
    yield "s1042.json", as_json(replace(formula, student=Student("s1042", name, "4850")))

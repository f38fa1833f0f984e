"""A class as it lies on the disk: files of many students, right ones and broken ones."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from functools import lru_cache

import numpy as np
import openpyxl

from grader.rubric import load
from reference.graph import evaluate

FORWARD = ("h0", "h1", "c", "h2", "H2", "m", "p")
GRADIENTS = ("grad_p", "grad_m", "grad_H2", "grad_h1", "grad_w1", "grad_h0", "grad_w0")
ALL = (*FORWARD, *GRADIENTS)


@lru_cache
def key(**conventions):
    """Every quantity of ``gan`` as the key has it, by name."""
    problem = load("hw6").problem("gan")
    return evaluate(problem.reference.graph(conventions), problem.given)


def digits(value, count=6):
    """Nested lists of numbers as text with so many significant digits."""
    if np.ndim(value):
        return [digits(part, count) for part in value]
    return f"{float(value):.{count - 1}e}"


def answers(names=ALL, count=6, **conventions):
    """``{"gan.h0": [...]}`` of a student who has it all right."""
    return {f"gan.{name}": digits(key(**conventions)[name], count) for name in names}


def as_json(student_id="", name="", level="4850", given=None, **more):
    """A JSON hand-in; without an id it has no student block."""
    student = {"student": {"id": student_id, "name": name, "level": level}} if student_id else {}
    return json.dumps({**student, "answers": answers() if given is None else given, **more})


def as_tidy(student_id="", name="", level="4850", given=None):
    """The same as a tidy CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("quantity", "index", "value"))
    if student_id:
        told = {"id": student_id, "name": name, "level": level}
        writer.writerows(("student", what, value) for what, value in told.items() if value)
    for quantity, values in (answers() if given is None else given).items():
        array = np.array(values, dtype=object)
        writer.writerows(
            (quantity, ";".join(map(str, index)), array[index]) for index in np.ndindex(array.shape)
        )
    return text.getvalue()


def as_workbook(student_id="", name="", level="4850", given=None):
    """The same as a workbook of labelled blocks; an entry may be a formula, which has no value."""
    book = openpyxl.Workbook()
    sheet = book.active
    if student_id:
        for row in (("id", student_id), ("name", name), ("level", level)):
            sheet.append(row)
    for quantity, values in (answers() if given is None else given).items():
        array = np.array(values, dtype=object)
        for number, part in enumerate(array if array.ndim > 2 else [array]):
            sheet.append(())
            sheet.append((f"{quantity}[{number}]" if array.ndim > 2 else quantity,))
            for row in np.atleast_2d(part):
                sheet.append([entry if entry[0] == "=" else float(entry) for entry in row])
    return _saved(book)


def _saved(book):
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_zip(members):
    """A ZIP of ``{path: content}``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, content in members.items():
            archive.writestr(path, content)
    return buffer.getvalue()


def _protected():
    """As an office program saves a workbook with a password: no ZIP any more."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le")


def _scratched(data):
    """With some bytes in the middle lost."""
    middle = len(data) // 2
    return data[: middle - 200] + bytes(400) + data[middle + 200 :]


UNREADABLE = {
    "empty.json": ("", "is empty"),
    "blank.csv": (" \n\n", "is empty"),
    "truncated.json": (as_json("s1")[:400], "ends too early"),
    "truncated.xlsx": (as_workbook("s1")[:3000], "damaged"),
    "corrupt.xlsx": (_scratched(as_workbook("s1")), "damaged"),
    "protected.xlsx": (_protected(), "password"),
    "picture.xlsx": (b"\x89PNG\r\n\x1a\n" + bytes(64), "picture"),
    "essay.csv": ("The answer to the first question is that it depends.\n", "no answer was found"),
    "paper.json": (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    "login.xlsx": ("<!DOCTYPE html><title>Log in</title>", "web page"),
    "list.json": ("[1, 2, 3]", "object"),
    "binary.csv": (bytes(range(256)), "text"),
}
"""Files that nobody can read, by name, with a word of what is said of each."""


def write(folder, files):
    """Write ``{path: content}`` below a folder, which is returned."""
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def results(out):
    """The lines of results.jsonl by file, or by student where there is no file."""
    lines = (out / "results.jsonl").read_text("utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return {entry["file"] or entry["student"]["id"]: entry for entry in found}

"""A Jupyter notebook -> a submission. Its cells are read, never run; its outputs are not read.

Markdown cells are read as a write-up. Of a code cell only the assignments that are not indented
count: what a function or a loop would do is not known without running it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from grader.model import Place, Remark, Rubric, Submission, SubmissionError
from grader.notation import names
from grader.readers.json_text import Object, parsed
from grader.readers.macros import Macros
from grader.readers.mathblocks import Kind, Part, parts
from grader.readers.text import LARGEST
from grader.readers.writeup import read_parts

__all__ = ["is_notebook", "read_notebook"]

_LARGEST_FILE = 16 * LARGEST
"""Pictures in outputs are large; they are passed over."""
_MOST_CELLS = 1_000
_FOREIGN = re.compile(
    r"\s*%%(?:bash|sh|html|javascript|js|perl|ruby|script|system|sx|svg|cmd|writefile|file|R)\b"
)
_WRITTEN_MAGIC = re.compile(r"\s*%%(?:latex|markdown)[^\n]*\n", re.IGNORECASE)
_SHOWN = re.compile(r"^\s*(?P<name>[^\s=:]{1,24})\s*[=:]\s*\S", re.MULTILINE)
_MOST_SHOWN = 4_000
_UNREAD = "outputs are not read, so write the values into a cell of text"


def is_notebook(data: bytes) -> bool:
    """Whether JSON is a notebook's."""
    return b'"nbformat"' in data and (b'"cells"' in data or b'"worksheets"' in data)


def read_notebook(data: bytes, filename: str, rubric: Rubric) -> tuple[Submission, ...]:
    """The submission in a notebook.

    Raises:
        SubmissionError: it is no notebook, too large, or answers no quantity of the assignment.
    """
    place = Place(filename)
    if len(data) > _LARGEST_FILE:
        told = f"has {len(data):,} bytes; clear the outputs, save it and hand it in again"
        raise SubmissionError(told, place)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        told = "is no notebook: it is not in UTF-8; save it again"
        raise SubmissionError(told, place) from None
    cells = [*_cells(parsed(text, filename))]
    if not cells:
        raise SubmissionError("has no cells; hand in the notebook as you saved it", place)
    if len(cells) > _MOST_CELLS or sum(len(_source(cell)) for cell in cells) > LARGEST:
        raise SubmissionError("is too long; hand in the cells with your answers only", place)
    macros = Macros(filename)
    found = [p for number, cell in enumerate(cells, 1) for p in _parts(cell, str(number), macros)]
    submission = read_parts(found, filename, rubric, macros.remarks)
    return (_with_shown(submission, cells, rubric),)


def _with_shown(submission: Submission, cells: Sequence[Object], rubric: Rubric) -> Submission:
    """The submission with a remark on each output that shows what is not answered elsewhere."""
    known = {answer.key for answer in submission.answers}
    remarks = [
        Remark(f"its output shows {name}; {_UNREAD}", Place(submission.file, cell=str(number)))
        for number, cell in enumerate(cells, 1)
        for name in _shown(cell, rubric)
        if not known & {*names.candidates(name, rubric)}
    ]
    return replace(submission, remarks=(*submission.remarks, *remarks))


def _cells(document: Any) -> Iterator[Object]:
    """The cells, also of the notebooks of old, which have worksheets."""
    for sheet in _list(_get(document, "worksheets")):
        yield from _cells(sheet)
    yield from (cell for cell in _list(_get(document, "cells")) if isinstance(cell, Object))


def _get(value: Any, key: str) -> Any:
    """A member of an object; None where there is none."""
    return dict(value.members).get(key) if isinstance(value, Object) else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    """A text, or lines of one."""
    lines = value if isinstance(value, list) else [value]
    return "".join(line for line in lines if isinstance(line, str))


def _source(cell: Object) -> str:
    return _text(_get(cell, "source") or _get(cell, "input"))


def _parts(cell: Object, number: str, macros: Macros) -> tuple[Part, ...]:
    """The parts of one cell; raw cells and what is for another program are passed over."""
    source, kind = _source(cell).replace("\r\n", "\n"), _text(_get(cell, "cell_type"))
    if kind in {"markdown", "heading"}:
        return parts(macros.expanded(source, number), number)
    if kind != "code":
        return ()
    if written := _WRITTEN_MAGIC.match(source):
        source = "\n" * written[0].count("\n") + source[written.end() :]
        return parts(macros.expanded(source, number), number)
    return () if _FOREIGN.match(source) else (Part(Kind.CODE, source, 1, cell=number),)


def _shown(cell: Object, rubric: Rubric) -> tuple[str, ...]:
    """The quantities that the output of a cell names."""
    outputs = _list(_get(cell, "outputs"))
    texts = (_text(_get(o, "text") or _get(_get(o, "data"), "text/plain")) for o in outputs)
    printed = "\n".join(texts)[:_MOST_SHOWN]
    found = dict.fromkeys(shown["name"] for shown in _SHOWN.finditer(printed))
    return tuple(name for name in found if names.candidates(name, rubric))

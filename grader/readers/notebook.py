"""A Jupyter notebook -> a submission. Its cells are read, never run.

Markdown cells are read as a write-up. Of a code cell only the assignments that are not indented
count: what a function or a loop would do is not known without running it. What outputs show
under a quantity's name counts where no text answers it and no later code does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from grader.model import Place, Remark, Rubric, Submission, SubmissionError
from grader.readers.json_text import Object, parsed
from grader.readers.macros import Macros
from grader.readers.mathblocks import Kind, Part, parts
from grader.readers.outputs import Shown, of_code, result_of, settled, shown_in
from grader.readers.text import LARGEST
from grader.readers.transcripts import Transcripts
from grader.readers.writeup import read_parts

__all__ = ["is_notebook", "read_notebook"]

_LARGEST_FILE = 16 * LARGEST
"""Pictures in outputs are large; they are passed over."""
_MOST_CELLS = 1_000
_FOREIGN = re.compile(
    r"\s*%%(?:bash|sh|html|javascript|js|perl|ruby|script|system|sx|svg|cmd|writefile|file|R)\b"
)
_WRITTEN_MAGIC = re.compile(r"\s*%%(?:latex|markdown)[^\n]*\n", re.IGNORECASE)
_TAKEN = "was read from the output of this cell, as it is answered nowhere else"
_BECAME = "was read from the output of this cell, which shows what the code made of it"
_UNREAD = "it was not read, so write the values into a cell of text"


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
    macros, transcripts = Macros(filename), Transcripts(filename, rubric)
    found = [_parts(cell, str(n), macros, transcripts) for n, cell in enumerate(cells, 1)]
    remarks = (*macros.remarks, *transcripts.remarks)
    return (_with_shown(found, cells, filename, rubric, remarks),)


def _with_shown(
    found: list[tuple[Part, ...]],
    cells: Sequence[Object],
    file: str,
    rubric: Rubric,
    remarks: Sequence[Remark],
) -> Submission:
    """The submission, with what outputs show where the cells do not answer, or in code only."""
    shown = [one for n, cell in enumerate(cells, 1) for one in _shown(cell, str(n), rubric)]
    written = _read(found, file, rubric, remarks)
    if not shown and isinstance(written, SubmissionError):
        raise written
    answers = () if isinstance(written, SubmissionError) else written.answers
    became = of_code(shown, answers, [_code(cell) for cell in cells])
    known = {answer.key for answer in answers}
    taken, others = settled([s for s in shown if s in became or not known & {*s.keys}])
    told = [
        *(_decided(s, file, is_known=bool(known & {*s.keys})) for s in taken),
        *(
            Remark(f"its output shows {s.name}; {_UNREAD}", Place(file, cell=s.cell))
            for s in others
        ),
    ]
    if taken:
        printed = [*found]
        for one in taken:
            part = Part(Kind.CODE, one.equation, 1, cell=one.cell)
            printed[int(one.cell) - 1] = (*printed[int(one.cell) - 1], part)
        written = _read(printed, file, rubric, remarks)
    if isinstance(written, SubmissionError):
        raise written
    return replace(written, remarks=(*written.remarks, *told))


def _decided(one: Shown, file: str, *, is_known: bool) -> Remark:
    said = _BECAME if is_known else _TAKEN
    return Remark(f"{one.name} {said}", Place(file, cell=one.cell), is_decision=True)


def _read(
    found: list[tuple[Part, ...]], file: str, rubric: Rubric, remarks: Sequence[Remark]
) -> Submission | SubmissionError:
    try:
        return read_parts((part for cell in found for part in cell), file, rubric, remarks)
    except SubmissionError as error:
        return error


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


def _code(cell: Object) -> str:
    """What a cell of code would run; empty of any other."""
    source = _source(cell) if _text(_get(cell, "cell_type")) == "code" else ""
    return "" if _FOREIGN.match(source) or _WRITTEN_MAGIC.match(source) else source


def _parts(cell: Object, number: str, macros: Macros, transcripts: Transcripts) -> tuple[Part, ...]:
    """The parts of one cell; raw cells and what is for another program are passed over."""
    source, kind = _source(cell).replace("\r\n", "\n"), _text(_get(cell, "cell_type"))
    if kind in {"markdown", "heading"}:
        written = transcripts.written_out(source, number)
        return parts(macros.expanded(written, number), number)
    if kind != "code":
        return ()
    if magic := _WRITTEN_MAGIC.match(source):
        source = "\n" * magic[0].count("\n") + source[magic.end() :]
        return parts(macros.expanded(source, number), number)
    return () if _FOREIGN.match(source) else (Part(Kind.CODE, source, 1, cell=number),)


def _shown(cell: Object, number: str, rubric: Rubric) -> Iterator[Shown]:
    """The quantities that the outputs of a cell show."""
    source = _source(cell) if _text(_get(cell, "cell_type")) == "code" else ""
    for output in _list(_get(cell, "outputs")):
        data = _text(_get(_get(output, "data"), "text/plain")) or _text(_get(output, "text"))
        if _text(_get(output, "output_type")) in {"execute_result", "pyout"}:
            results = [*result_of(source, data, number, rubric)]
            yield from results or shown_in(data, number, rubric)
        else:
            yield from shown_in(data, number, rubric)

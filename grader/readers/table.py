"""Sheets of cells -> submissions: which of the layouts a sheet has, and all sheets together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from grader.model import Place, Rubric, Submission, SubmissionError
from grader.notation.numbers import uses_decimal_comma
from grader.readers.blocks import read_blocks
from grader.readers.classtable import class_header, is_class_list, read_class
from grader.readers.collect import Found, submission
from grader.readers.sheet import Sheet
from grader.readers.tidy import read_tidy, tidy_header

__all__ = ["read_sheets"]

_MOST_CELLS = 200_000


def read_sheets(sheets: tuple[Sheet, ...], rubric: Rubric) -> tuple[Submission, ...]:
    """The submissions in a file's sheets.

    A class table gives one submission a row. Otherwise all sheets are one submission, each of them
    tidy (``quantity,index,value``) or in blocks: a cell names a quantity, its values stand beside
    or below. What stands above a tidy table is read in blocks, too.

    Raises:
        SubmissionError: there is nothing in it, too much, or no quantity of the assignment.
    """
    file = sheets[0].file if sheets else ""
    texts = tuple(_texts(sheets))
    if not texts:
        raise SubmissionError("there is nothing in it", Place(file))
    if len(texts) > _MOST_CELLS:
        told = f"it has more than {_MOST_CELLS:,} filled cells; no submission is that large"
        raise SubmissionError(told, Place(file))
    decimal_comma = uses_decimal_comma(texts)
    headers = [class_header(sheet, rubric) for sheet in sheets]
    if any(headers):
        pairs = [(s, h) for s, h in zip(sheets, headers, strict=True) if h is not None]
        return tuple(s for p in pairs for s in read_class(*p, rubric, decimal_comma=decimal_comma))
    found = Found(file)
    for sheet in sheets:
        header = tidy_header(sheet)
        if header is None:
            read_blocks(sheet, found, rubric, decimal_comma=decimal_comma)
        else:
            above = replace(sheet, rows=sheet.rows[: header.row])
            read_blocks(above, found, rubric, decimal_comma=decimal_comma)
            read_tidy(sheet, header, found, rubric, decimal_comma=decimal_comma)
    if not found.labels and any(map(is_class_list, sheets)):
        told = "it lists students and holds no answers; a class list is given with --roster"
        raise SubmissionError(told, Place(file))
    if not found.labels:
        raise SubmissionError(_nothing_told(found, rubric), Place(file))
    return (submission(found, rubric),)


def _texts(sheets: tuple[Sheet, ...]) -> Iterator[str]:
    for sheet in sheets:
        for _, _, cell in sheet.filled():
            yield "" if cell.is_number else cell.text


def _nothing_told(found: Found, rubric: Rubric) -> str:
    names = ", ".join(str(item.key) for problem in rubric.problems for item in problem.items[:3])
    told = f"no answer was found: no cell names a quantity such as {names}"
    first = next(iter(found.remarks), None)
    return f"{told}. {first}" if first else told

"""What the tests of the readers share: the rubric, and what was read in a form to compare."""

from __future__ import annotations

from grader import rubric as rubrics
from grader.model import Cell, Entries, Formula, Grid, Number, Unreadable
from grader.readers import read

RUBRIC = rubrics.load("hw6")


def read_one(content, filename):
    """The one submission in a file; text is written as UTF-8."""
    data = content.encode() if isinstance(content, str) else content
    (submission,) = read(data, filename, RUBRIC)
    return submission


def shown(cell: Cell):
    """A cell's value, None where it is empty, and the text of what is unreadable."""
    content = cell.content
    return content.value if isinstance(content, Number) else content and f"!{content.text}"


def said(submission):
    """Each answer as plain values: a formula's text, entries by index, a shape and its values."""
    return {answer.key: response(answer.response) for answer in submission.answers}


def response(found):
    if isinstance(found, Formula):
        return found.text
    if isinstance(found, Unreadable):
        return found
    if isinstance(found, Entries):
        return {entry.index: shown(entry.cell) for entry in found.entries}
    assert isinstance(found, Grid)
    values = [shown(cell) for cell in found.cells]
    return (found.shape, values) if found.shape else values[0]

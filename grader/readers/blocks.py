"""Blocks on a sheet: a cell names a quantity, its values stand beside it or below it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.model import Answer, Cell, Grid, Place, QuantityKey, Response, Rubric, Unreadable
from grader.notation import names
from grader.notation.functions import canonical, is_foreign
from grader.notation.labels import split_index
from grader.notation.numbers import quoted
from grader.readers.board import At, Board, Box, Kind, board, caption
from grader.readers.collect import Found, note_answer
from grader.readers.entries import content_of
from grader.readers.neighbours import doubtful, other_list
from grader.readers.region import beside_or_below, planes
from grader.readers.sheet import Sheet
from grader.readers.spread import spread
from grader.readers.statements import read_statements
from grader.readers.values import is_blank, response_of_cell, response_of_text, undivided
from reference.gradient import PREFIX

__all__ = ["read_blocks"]

_MOST_LEFT_OVER = 20
_MOST_WORDS = 4
"""A text beside a label of numbers that is longer describes it, and is no answer."""
_DECIMAL = re.compile(r"(?<![\w.])\d*[.,]\d")
_WORD = re.compile(r"[^\W\d_]{3,}")
_COMMAND = re.compile(r"\\(?!(?:text|mbox)\b)[A-Za-z]+")
"""A LaTeX command; only the text ones hold words of a language."""
_FORMULA_WORDS = frozenset({"grad", "nabla", "vec", "hadamard"})
"""What stands in formulas beside symbols and functions."""


def read_blocks(sheet: Sheet, found: Found, rubric: Rubric, *, decimal_comma: bool) -> None:
    """Note what the blocks of a sheet say, and remark on numbers that belong to no label."""
    meant = spread(sheet, rubric, decimal_comma=decimal_comma)
    view = board(meant, rubric, decimal_comma=decimal_comma)
    read_statements(view, found)
    for at in sorted(k for k, kind in view.kinds.items() if kind is Kind.GIVEN):
        region = beside_or_below(view, *at, None)
        if region is not None:
            view.take(region[1])
    for at in sorted(k for k, kind in view.kinds.items() if kind is Kind.QUANTITY):
        _read_label(view, at, found)
    for place, told in _left_over(view):
        found.remark(told, place)


# --- a quantity ---------------------------------------------------------------------------------


def _read_label(view: Board, at: At, found: Found) -> None:
    """Note what stands beside or below a label; a label without values is no answer."""
    written = view.text(*at)
    place = view.sheet.place(*at)
    whole = bool(names.candidates(written, view.rubric))
    label, index = (written, None) if whole else split_index(written)
    named = None if names.candidates(label, view.rubric) else caption(written, view.rubric)
    if named is not None:
        label, index = split_index(named[0])
    key = _key(view, at, label, index is not None)
    if key is None:
        told = names.explain_unknown(label, view.rubric, problem=view.problem(at[0]))
        if beside_or_below(view, *at, None) is not None or _beside(view, at) is not None:
            found.remark(f"{told} What stands beside it was not read.", place)
        elif named:
            found.remark(f"{told} {quoted(named[1])} was not read.", place)
        return
    shape = _part(_shape(view, key), index)
    stated = _stated(named[1], place, key, view) if named else None
    response = (stated if shape == () else None) or _response(view, at, key, shape) or stated
    if named and not stated and _DECIMAL.search(named[1]):
        found.remark(f"{quoted(named[1])} stands behind {quoted(label)} and was not read.", place)
    answer = Answer(key, written, response, place) if response else None
    note_answer(found, answer, index)


def _stated(text: str, place: Place, key: QuantityKey, view: Board) -> Response | None:
    """What stands in the label's own cell, as in ``m = 12.4``.

    Words only describe, and so does a formula of the forward pass: ``h0 = ReLU(w0 z + b0)``.
    """
    response = response_of_text(text, place, decimal_comma=view.decimal_comma)
    asked = _shape(view, key) is None or key.partition(".")[2].startswith(PREFIX)
    is_answer = isinstance(response, Grid | Unreadable) or (asked and _is_formula(text, key, view))
    return response if is_answer else None


def _over_header(
    view: Board, at: At, whole: Box, boxes: list[Box], key: QuantityKey
) -> Response | None:
    """The one formula or list that was typed over a header of a block left empty.

    Whatever else stands there is passed over, and remarked on.
    """
    headers = {*_cells([whole])} - {*_cells(boxes), at}
    texts = sorted(header for header in headers if view.kind(*header) is Kind.TEXT)
    found = (_stated(view.text(*t), view.sheet.place(*t), key, view) for t in texts)
    answers = [response for response in found if response is not None]
    if len(answers) == 1 and len(texts) == 1:
        return answers[0]
    view.passed.update(texts)
    return None


def _key(view: Board, at: At, label: str, is_part: bool) -> QuantityKey | None:  # noqa: FBT001 - a fact about the label
    """The quantity of a label, decided by the numbers' shape where the letters leave a choice."""
    problem = view.problem(at[0])
    key = names.match(label, view.rubric, problem=problem)
    if key is not None or is_part:
        return key
    region = beside_or_below(view, *at, None)
    shape = _squeezed(region[0]) if region else None
    return names.match(label, view.rubric, problem=problem, shape=shape)


def _squeezed(box: Box) -> tuple[int, ...]:
    sides = (box.bottom - box.top + 1, box.right - box.left + 1)
    return tuple(n for n in sides if n > 1)


def _shape(view: Board, key: QuantityKey) -> tuple[int, ...] | None:
    problem, _, quantity = key.partition(".")
    return names.numeric_shape(view.rubric.problem(problem), quantity)


def _part(shape: tuple[int, ...] | None, index: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """The shape of what an index leaves open."""
    return shape[len(index) :] if shape is not None and index is not None else shape


def _response(
    view: Board, at: At, key: QuantityKey, shape: tuple[int, ...] | None
) -> Response | None:
    if shape == ():
        return _scalar(view, at, key)
    text = _beside(view, at)
    if shape is None and text is not None and view.kinds[text] is Kind.TEXT:
        return _text(view, text, key)
    region = beside_or_below(view, *at, shape)
    if region is None:
        below = (at[0] + 1, at[1])
        text = text or (below if view.kind(*below) is Kind.TEXT else None)
        return _text(view, text, key) if text is not None else None
    box, whole = region
    boxes = planes(view, box, at, shape)
    view.take(whole)
    for plane in boxes:
        view.take(plane)
    response = (
        doubtful(view, at, boxes, shape) or _single_text(view, boxes, key) or _grid(view, boxes)
    )
    if response is None or is_blank(response):
        return _over_header(view, at, whole, boxes, key) or response
    return undivided(response, shape) or response


def _scalar(view: Board, at: At, key: QuantityKey) -> Response | None:
    """The one value of a scalar: the nearest number to the right, or below; else a formula."""
    row, column = at
    right = view.to_the_right(row, column)
    numbers = [(row, c) for c in right if view.kind(row, c) is Kind.NUMBER]
    below = next(
        ((r, column) for r in (row + 1, row + 2) if view.kind(r, column) is not None), None
    )
    if not numbers and below is not None and view.is_number(*below):
        numbers = [below]
    if numbers:
        view.taken.add(numbers[0])
        return Grid((), (_content(view, numbers[0]),))
    text = _beside(view, at) or (below if below and view.kind(*below) is Kind.TEXT else None)
    return _text(view, text, key) if text is not None else None


def _beside(view: Board, at: At) -> At | None:
    """The first filled cell to the right of a label that is no header."""
    row, column = at
    right = (c for c in view.to_the_right(row, column) if view.kind(row, c) is not Kind.AXIS)
    return next(((row, c) for c in right), None)


def _text(view: Board, at: At, key: QuantityKey) -> Response | None:
    """A text in the place of an answer: a formula, a list; None where it only describes."""
    cell, place = view.cells[at], view.sheet.place(*at)
    if at in view.taken:
        return None
    response = response_of_cell(cell, place, decimal_comma=view.decimal_comma)
    if isinstance(response, Grid) or _is_formula(cell.text, key, view):
        view.taken.add(at)
        return other_list(view, at, response) or response
    problem, _, quantity = key.partition(".")
    reference = view.rubric.problem(problem).reference
    meaning = next((q.meaning for q in reference.quantities if q.name == quantity), "")
    described = cell.text.strip().casefold().startswith(meaning.casefold())
    words = len(cell.text.split())
    beside = view.kind(at[0], at[1] - 1) is Kind.QUANTITY
    if described or (_shape(view, key) is not None and not (beside and words <= _MOST_WORDS)):
        return None
    view.taken.add(at)
    reason = f"numbers or a formula were expected, but {quoted(cell.text)} stands here"
    return Unreadable(cell.text[:200], reason, place)


def _is_formula(text: str, key: QuantityKey, view: Board) -> bool:
    """Whether a text has symbols of the problem and no words of a language."""
    problem = view.rubric.problem(key.partition(".")[0])
    words = re.findall(r"[^\W\d_][\w'′’]*", _COMMAND.sub(" ", text[:2000]))
    known = [w for w in words if names.resolve_symbol(w, problem) is not None]
    foreign = [w for w in words if w not in known and _WORD.search(w) and not _is_of_formulas(w)]
    apart = re.search(r"[^\W\d_]{2,}\s+[^\W\d_]{2,}\s+[^\W\d_]{2,}", text)
    return not foreign and not apart and (bool(known) or re.search(r"\d", text) is not None)


def _is_of_formulas(word: str) -> bool:
    """Whether a word is a function's name, or stands in formulas otherwise; primes aside."""
    bare = word.rstrip("'′’")
    return bare.casefold() in _FORMULA_WORDS or bool(canonical(bare)) or is_foreign(bare)


def _single_text(view: Board, boxes: list[Box], key: QuantityKey) -> Response | None:
    """A formula or a list that was written into the first cell of a grid."""
    filled = [at for at in _cells(boxes) if at in view.kinds]
    if len(filled) != 1 or view.kinds[filled[0]] is not Kind.TEXT:
        return None
    cell, place = view.cells[filled[0]], view.sheet.place(*filled[0])
    response = response_of_cell(cell, place, decimal_comma=view.decimal_comma)
    is_answer = isinstance(response, Grid) or _is_formula(cell.text, key, view)
    return response if is_answer else None


def _cells(boxes: list[Box]) -> Iterator[At]:
    for box in boxes:
        for row in range(box.top, box.bottom + 1):
            for column in range(box.left, box.right + 1):
                yield row, column


def _grid(view: Board, boxes: list[Box]) -> Response | None:
    """The entries in the shape in which they stand; axes of one entry do not count."""
    first = boxes[0]
    sides = (len(boxes), first.bottom - first.top + 1, first.right - first.left + 1)
    shape = tuple(n for n in sides if n > 1)
    cells = tuple(_content(view, at) for at in _cells(boxes))
    texts = [view.text(*at) for at in _cells(boxes)]
    counters = [[str(k + start) for k in range(len(texts))] for start in (0, 1)]
    if len(shape) == 1 and len(texts) > 2 and texts in counters:  # noqa: PLR2004 - 0 and 1 can be values
        return None  # only the header of a row that was left empty
    return Grid(shape, cells)


def _content(view: Board, at: At) -> Cell:
    last = len(view.sheet.rows) - 1  # the empty rows at a sheet's end are not in it
    place = view.sheet.place(min(at[0], last), at[1])
    if at not in view.cells:
        return Cell(None, place)
    return content_of(view.cells[at], place, decimal_comma=view.decimal_comma)


# --- what is left over --------------------------------------------------------------------------


def _left_over(view: Board) -> Iterator[tuple[Place, str]]:
    """A sentence on each run of numbers in a row that was not read, with what stands before it."""
    told = 0
    for row in sorted(view.columns):
        for column in view.columns[row]:
            if _is_passed_over(view, row, column):
                text = quoted(view.text(row, column))
                yield view.sheet.place(row, column), f"{text} stands beside a name; not read."
        free = [c for c in view.columns[row] if view.is_number(row, c)]
        if not free:
            continue
        told += 1
        if told > _MOST_LEFT_OVER:
            yield view.sheet.place(row, free[0]), "there are more numbers that were not read"
            return
        many = f"{len(free)} numbers stand" if len(free) > 1 else "a number stands"
        before = [c for c in view.columns[row] if c < free[0] and view.kind(row, c) is Kind.TEXT]
        above = (row - 1, free[0])
        name = view.text(row, before[-1]) if before else ""
        if not name and view.kind(*above) is Kind.TEXT:
            name = view.text(*above)
        hint = f" {names.explain_unknown(name, view.rubric)}" if name else ""
        yield (
            view.sheet.place(row, free[0]),
            f"{many} here with no quantity's name; not read.{hint}",
        )


def _is_passed_over(view: Board, row: int, column: int) -> bool:
    """Whether a text was taken for a description of a quantity: right beside its name, say."""
    if (row, column) in view.passed:
        return True
    is_text = view.kind(row, column) is Kind.TEXT and (row, column) not in view.taken
    return is_text and view.kind(row, column - 1) is Kind.QUANTITY

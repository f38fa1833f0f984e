"""The words for what was understood of a submission, for the terminal and for the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from grader.fault import Fault
from grader.model import Index, Place, Remark, Student, Unreadable
from grader.reading import Confidence, Numbers, Reading, Understood
from grader.reports.shown import entry_names, visible
from grader.reports.wording import Words, convention_sentence
from grader.working import shape_in_words

__all__ = [
    "CONFIDENCES",
    "confidence_words",
    "conventions_told",
    "drawn",
    "label_told",
    "notes_told",
    "place_told",
    "remarks_told",
    "shape_told",
    "student_told",
    "summary",
]

CONFIDENCES: Mapping[Confidence, Words] = MappingProxyType(
    {
        Confidence.CERTAIN: Words("certain", "●", "There is one way to read it."),
        Confidence.CHOSEN: Words(
            "chosen", "◐", "It could be read in other ways; what was decided stands with it."
        ),
        Confidence.NOT_READ: Words("not read", "?", "The reason stands with it."),
    }
)
_MATRIX = 2
_MOST_LISTED = 8


def confidence_words(reading: Reading) -> str:
    """One of the three words; and how far where only some entries could not be read."""
    if not _is_in_part(reading):
        return reading.confidence.value
    taken = reading.taken
    assert isinstance(taken, Numbers)  # noqa: S101 - only numbers are read in part
    return f"{len(taken.unread)} of {len(taken.contents)} not read"


def _is_in_part(reading: Reading) -> bool:
    taken = reading.taken
    return isinstance(taken, Numbers) and 0 < len(taken.unread) < len(taken.contents)


def summary(told: Understood) -> str:
    """One line: ``14 answers read, 1 of them with a choice, 2 not read; 3 things ...``."""
    count = Counter(reading.confidence for reading in told.readings)
    chosen, in_part = count[Confidence.CHOSEN], sum(map(_is_in_part, told.readings))
    read, unread = count[Confidence.CERTAIN] + chosen, count[Confidence.NOT_READ] - in_part
    parts = [f"{read} {'answer' if read == 1 else 'answers'} read"]
    if chosen:
        parts.append(f"{chosen} of them with a choice" if read > 1 else "with a choice")
    parts += [f"{in_part} in part"] if in_part else []
    parts += [f"{unread} not read"] if unread else []
    things = len(told.unplaced)
    noun = "thing" if things == 1 else "things"
    more = f"; {things} {noun} could not be placed" if things else ""
    return f"{', '.join(parts)}{more}."


def student_told(student: Student) -> str:
    """Whose it is: ``s1001, Doe, Jane, level 6850``."""
    parts = (student.id, student.name, student.level and f"level {student.level}")
    return ", ".join(part for part in parts if part) or "not stated"


def conventions_told(told: Understood) -> tuple[str, ...]:
    """The conventions that the student states, each in words."""
    return tuple(_convention(*pair) for pair in told.conventions.items())


def _convention(name: str, value: str) -> str:
    if name == "index_base":
        return f"entries are counted from {value}"
    return convention_sentence(name, value)


def remarks_told(remarks: Sequence[Remark]) -> tuple[str, ...]:
    """Remarks with their places; the file is named above them."""
    return tuple(_without_file(remark.place, remark.message) for remark in remarks)


def _without_file(place: Place | None, message: str) -> str:
    where = str(replace(place, file="")) if place else ""
    return f"{where}: {message}" if where else message


def label_told(reading: Reading) -> str:
    """The label as the student wrote it."""
    return visible(reading.answer.label, 60)


def place_told(reading: Reading) -> str:
    """Where it stands, without the file: ``sheet gan, cells B4 to F8``."""
    start, end = reading.answer.place, reading.ends
    if end.line > start.line:
        return _on_sheet(start, f"lines {start.line} to {end.line}")
    if start.cell and end.cell not in ("", start.cell):
        return _on_sheet(start, f"cells {start.cell} to {end.cell}")
    return str(replace(start, file=""))


def _on_sheet(place: Place, where: str) -> str:
    sheet = str(Place("", sheet=place.sheet))
    return ", ".join(filter(None, (sheet, where)))


def shape_told(reading: Reading) -> str:
    """The shape in which it was taken: ``a list of 8``, ``4 x 4 values``, ``N x 1 values``."""
    taken = reading.taken
    return shape_in_words(taken.shape if isinstance(taken, Numbers) else reading.shape)


def notes_told(reading: Reading) -> tuple[str, ...]:
    """How it was read: what was decided, what is missing, and which entries have no value."""
    taken = reading.taken
    if not isinstance(taken, Numbers):
        return reading.notes
    return (*reading.notes, *_on_numbers(taken, reading.answer.quantity))


def _on_numbers(taken: Numbers, name: str) -> Iterator[str]:
    if taken.other_layouts and not taken.layout:
        other = "the transpose" if len(taken.shape) == _MATRIX else "another order of its axes"
        yield f"It is read as it stands; {other} would fit too."
    if taken.missing:
        told = entry_names(name, taken.missing, _MOST_LISTED)
        yield f"Missing: {len(taken.missing)} of {len(taken.contents)} entries: {told}."
    alike: dict[str, list[tuple[Index, Unreadable]]] = {}
    for index, content in taken.unread:
        alike.setdefault(content.reason, []).append((index, content))
    for reason, those in list(alike.items())[:_MOST_LISTED]:
        where = str(replace(those[0][1].place, file=""))
        names = entry_names(name, (index for index, _ in those), _MOST_LISTED)
        yield f"{names}{f' ({where})' if where else ''}: {reason}"
    if len(alike) > _MOST_LISTED:
        yield f"And {len(alike) - _MOST_LISTED} more reasons why entries could not be read."


def drawn(fault: Fault, width: int) -> tuple[str, str] | None:
    """The line of the text that a fault is about and the carets below it, in a window.

    Marks stay below what they are of, also where something before them has to be spelled out.
    """
    if not fault.text:
        return None
    start, end = fault.span
    begin = fault.text.rfind("\n", 0, start) + 1
    line, _, _ = fault.text[begin:].partition("\n")
    start = start - begin
    end = min(end - begin, len(line), start + width)
    left = max(0, start - width // 2) if len(line) > width else 0
    before = ("..." if left else "") + visible(line[left:start])
    marked = visible(line[start:end])
    after = visible(line[end : end + width])
    shown = f"{before}{marked}{after}"
    cut = shown if len(shown) <= width else f"{shown[: width - 3]}..."
    carets = " " * len(before) + "^" * max(1, len(marked))
    return cut.rstrip(), carets[:width].rstrip()

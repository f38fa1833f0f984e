"""A made-up class, the same each time: ``python benchmarks/make_class.py 200 /tmp/class``.

Seven in ten students have it right, each in their own conventions, with their own digits and their
own choice of steps. The others made one or two of the mistakes that the problem's graph can have,
slipped in an entry, left items out, or handed in a file that cannot be read. The formats are mixed
as they are in life.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter
from expressions import RIGHT, WRONG
from sheets import blocks, filled

from grader.rubric import load
from reference.graph import evaluate
from reference.mistakes import changed, mistakes

__all__ = ["FORMATS", "KINDS", "HandIn", "hand_in", "made_up"]

KINDS = {
    "right": 70,
    "one mistake": 15,
    "two mistakes": 5,
    "slip": 5,
    "items missing": 3,
    "unreadable": 2,
}
"""What students do, in percent."""

FORMATS = {"template.xlsx": 35, "json": 25, "tidy.csv": 15, "blocks.xlsx": 15, "blocks.csv": 10}
"""What they hand in, in percent."""

_RUBRIC = load("hw6")
_GAN = _RUBRIC.problem("gan")
_NAMES = tuple(quantity.name for quantity in _GAN.reference.quantities)
_ITEMS = tuple(item.quantity for item in _GAN.items)
_STEPS = (*_ITEMS, "c", "m", "p", "grad_h1")
_FIRST = ("Ada", "Ben", "Chloé", "Dmitri", "Farah", "Goran", "Hana", "Ivo", "Kofi", "Lin")
_LAST = ("Abbott", "Åberg", "Baker", "Chen", "Doe", "Ekström", "Gupta", "Müller", "Okafor")

_UNREADABLE = (
    (".json", b""),
    (".json", b'{"student": {"id": "s1"}, "answers": {"gan.h0": [0.38, 1.4'),
    (".pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"),
    (".xlsx", b"PK\x03\x04\x14\x00\x06\x00\x08\x00cut off here"),
    (".xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)),
)

Answers = Mapping[str, Any]
"""Numbers as nested lists of text, or a formula, by the quantity's full name."""


@dataclass(frozen=True)
class HandIn:
    """One file of the class, what its student did, and who that is; ``level`` is the course's."""

    name: str
    data: bytes
    kind: str
    format: str
    person: str = ""
    level: str = ""


@dataclass(frozen=True)
class _Student:
    id: str
    name: str
    level: str
    kind: str
    conventions: Mapping[str, str]
    digits: int
    keep: tuple[str, ...]


def made_up(size: int, seed: int = 6) -> Iterator[HandIn]:
    """The files of a class of that size; a larger class begins with the smaller one."""
    for number in range(size):
        draw = random.Random(f"{seed}:{number}")
        kind = _drawn(draw, KINDS)
        yield hand_in(f"s{number:05d}", kind, _drawn(draw, FORMATS), draw)


def hand_in(
    student_id: str, kind: str, form: str, draw: random.Random, like: HandIn | None = None
) -> HandIn:
    """One file of a student who does this, in this format; the one who handed in ``like``."""
    if kind == "unreadable":
        ending, data = draw.choice(_UNREADABLE)
        return HandIn(student_id + ending, data, kind, form)
    student = _student(student_id, kind, draw)
    if like:
        student = replace(student, name=like.person, level=like.level)
    answers = _gan(student, draw) | _autoencoder(student, draw)
    if kind == "items missing":
        answers = _with_gaps(answers, draw)
    block = {"id": student.id, "name": student.name, "level": student.level}
    stated = student.conventions if draw.random() < 0.3 else {}
    data = _WRITERS[form](block, stated, answers)
    name = f"{student_id}.{form.rpartition('.')[2]}"
    return HandIn(name, data, kind, form, student.name, student.level)


def _drawn(draw: random.Random, weights: Mapping[str, int]) -> str:
    return draw.choices(list(weights), list(weights.values()))[0]


def _student(student_id: str, kind: str, draw: random.Random) -> _Student:
    chosen = {name: draw.choice(values) for name, values in _GAN.conventions.items()}
    first = {name: values[0] for name, values in _GAN.conventions.items()}
    return _Student(
        id=student_id,
        name=f"{draw.choice(_LAST)}, {draw.choice(_FIRST)}",
        level=draw.choice(["4850", "4850", "4850", "6850", "6850"]),
        kind=kind,
        conventions=first if draw.random() < 0.5 else chosen,
        digits=draw.choice([3, 4, 4, 5, 6]),
        keep=draw.choice([_ITEMS, _STEPS, _STEPS, _NAMES]),
    )


# --- the answers --------------------------------------------------------------------------------


def _gan(student: _Student, draw: random.Random) -> dict[str, Any]:
    """Every step that the student wrote down, worked with the student's mistakes."""
    count = {"one mistake": 1, "two mistakes": 2}.get(student.kind, 0)
    values = _worked(student, count, draw)
    if student.kind == "slip":
        values = _slipped(student, draw)
    return {
        f"gan.{name}": _written(values[name], student.digits)
        for name in _NAMES
        if name in student.keep
    }


def _worked(student: _Student, count: int, draw: random.Random) -> Mapping[str, Any]:
    """The values with so many mistakes, each of which changes something that was written down."""
    graph = _GAN.reference.graph(student.conventions)
    right = evaluate(graph, _GAN.given)
    if not count:
        return right
    possible = mistakes(_GAN.reference, student.conventions, _GAN.conventions)
    while True:
        made = tuple(draw.sample(possible, count))
        wrong = evaluate(changed(graph, made), _GAN.given)
        if len({m.step for m in made}) == count and _shows(right, wrong, student.keep):
            return wrong


def _shows(right: Mapping[str, Any], wrong: Mapping[str, Any], keep: tuple[str, ...]) -> bool:
    return any(not np.allclose(right[k], wrong[k], rtol=0.03, atol=1e-12) for k in keep)


def _slipped(student: _Student, draw: random.Random) -> Mapping[str, Any]:
    """One entry written or worked out wrongly, and carried on by half of them."""
    graph = _GAN.reference.graph(student.conventions)
    right = evaluate(graph, _GAN.given)
    name = draw.choice([n for n in student.keep if np.any(right[n])])
    entries = np.array(right[name], dtype=float)
    index = tuple(draw.choice(np.argwhere(entries)))
    entries[index] *= draw.choice([0.1, 0.9, 1.1, 1.5, 10.0])
    if draw.random() < 0.5:
        return {**right, name: entries}
    pinned = np.full(entries.shape, np.nan)
    pinned[index] = entries[index]
    return evaluate(graph, _GAN.given, {name: pinned})


def _autoencoder(student: _Student, draw: random.Random) -> dict[str, Any]:
    """The four equations, each in one of its spellings; some of those who err do so here too."""
    if student.level != "6850":
        return {}
    found = {quantity: draw.choice(spellings) for quantity, spellings in RIGHT.items()}
    if "mistake" in student.kind and draw.random() < 0.5:
        quantity = draw.choice(list(WRONG))
        found[quantity] = draw.choice(WRONG[quantity])
    return {f"autoencoder.{quantity}": text for quantity, text in found.items()}


def _with_gaps(answers: dict[str, Any], draw: random.Random) -> dict[str, Any]:
    """Some answers left out."""
    left_out = set(draw.sample(list(answers), draw.randint(1, max(1, len(answers) // 2))))
    return {key: value for key, value in answers.items() if key not in left_out}


def _written(value: Any, digits: int) -> Any:
    """Nested lists of numbers as text with so many significant digits."""
    if np.ndim(value):
        return [_written(part, digits) for part in value]
    return f"{float(value):.{digits}g}"


# --- the files ----------------------------------------------------------------------------------


def _json(student: Mapping[str, str], stated: Mapping[str, str], answers: Answers) -> bytes:
    document = {"student": student, "conventions": stated, "answers": _numbers(answers)}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _numbers(value: Any) -> Any:
    """Texts that are numbers as numbers, so that they stand in JSON as a student writes them."""
    if isinstance(value, Mapping):
        return {key: _numbers(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_numbers(part) for part in value]
    try:
        return float(value)
    except ValueError:
        return value


def _tidy(student: Mapping[str, str], stated: Mapping[str, str], answers: Answers) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("quantity", "index", "value"))
    writer.writerows(("student", *pair) for pair in student.items())
    writer.writerows(("convention", *pair) for pair in stated.items())
    for quantity, values in answers.items():
        array = np.array(values, dtype=object)
        for index in np.ndindex(array.shape):
            writer.writerow((quantity, ";".join(map(str, index)), array[index]))
    return text.getvalue().encode()


def _blocks_csv(student: Mapping[str, str], stated: Mapping[str, str], answers: Answers) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(blocks(student, stated, answers))
    return text.getvalue().encode()


def _blocks_xlsx(student: Mapping[str, str], stated: Mapping[str, str], answers: Answers) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": True}) as book:
        sheet = book.add_worksheet("answers")
        for number, row in enumerate(blocks(student, stated, answers)):
            sheet.write_row(number, 0, row)
    return buffer.getvalue()


def _template(student: Mapping[str, str], stated: Mapping[str, str], answers: Answers) -> bytes:
    return filled(_RUBRIC, student, stated, answers)


_WRITERS = {
    "json": _json,
    "tidy.csv": _tidy,
    "blocks.csv": _blocks_csv,
    "blocks.xlsx": _blocks_xlsx,
    "template.xlsx": _template,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("students", type=int, help="how many")
    parser.add_argument("folder", type=Path, help="where to; made if need be")
    parser.add_argument("--seed", type=int, default=6, help="another class")
    told = parser.parse_args()
    told.folder.mkdir(parents=True, exist_ok=True)
    for made in made_up(told.students, told.seed):
        (told.folder / made.name).write_bytes(made.data)
    print(f"wrote {told.students} files to {told.folder}")


if __name__ == "__main__":
    main()

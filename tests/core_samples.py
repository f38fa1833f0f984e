"""Submissions put together by hand, and students who work the key, a convention or a mistake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_DOWN, Decimal
from functools import lru_cache
from itertools import product
from pathlib import Path

import numpy as np

from grader.compare import Written
from grader.grading import grade
from grader.model import (
    Answer,
    Cell,
    Entries,
    Entry,
    Formula,
    Grid,
    Place,
    QuantityKey,
    Student,
    Submission,
    Unreadable,
)
from grader.notation.errors import NotationError
from grader.notation.numbers import parse_number
from grader.rubric import load
from reference.graph import evaluate
from reference.mistakes import changed, mistakes

HERE = Path(__file__).parent
PLACE = Place("answers.json")
TYPO = "1..4"
"""What cannot be read as a number."""

# --- rubrics ------------------------------------------------------------------------------------


@lru_cache
def rubric(name="hw6"):
    """``hw6``, or one of the rubrics that stand beside the tests."""
    beside = {
        "other": HERE / "rubrics" / "other_given.yaml",
        "softmax": HERE / "assignments" / "softmax.yaml",
    }
    return load(beside.get(name, name))


def problem(name="gan", of="hw6"):
    return rubric(of).problem(name)


def rubric_from(path, text):
    """A rubric from YAML, written to ``path``."""
    path.write_text(text, encoding="utf-8")
    return load(path)


def variant(path, *changes, of="hw6"):
    """The rubric of that name with some of its text replaced, each place once."""
    source = {
        "hw6": HERE.parent / "rubrics" / "hw6.yaml",
        "other": HERE / "rubrics/other_given.yaml",
    }
    text = source[of].read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return rubric_from(path, text)


# --- submissions --------------------------------------------------------------------------------


def cell(content):
    """One entry: None is empty, a number is written as Python writes it, text is read."""
    if content is None:
        return Cell(None, PLACE)
    text = content if isinstance(content, str) else f"{content:.17g}"
    try:
        return Cell(parse_number(text), PLACE)
    except NotationError as error:
        return Cell(Unreadable(text, str(error), PLACE), PLACE)


def grid(values):
    """A grid of the shape of nested lists."""
    array = np.array(values, dtype=object)
    return Grid(array.shape, tuple(cell(value) for value in array.ravel()))


def by_entry(values):
    """Entries from ``{(0, 1): "0.5"}``."""
    return Entries(tuple(Entry(index, cell(value)) for index, value in values.items()))


def listed(values, base=0):
    """Every entry of an array, by its index."""
    array = np.array(values, dtype=object)
    return by_entry({tuple(i + base for i in k): array[k] for k in np.ndindex(array.shape)})


def response(value):
    """What a student may have written: text is a number, or else a formula."""
    if not isinstance(value, str):
        return value if isinstance(value, Entries | Formula | Grid | Unreadable) else grid(value)
    try:
        parse_number(value)
    except NotationError:
        return Formula(value, PLACE)
    return grid(value)


def answers(given: Mapping[str, object], level="6850", **conventions):
    """A submission from ``{"gan.h0": [...], "gan.grad_p": "-1/p"}``, in that order.

    A name without its problem is one of ``gan``. Text is a number, or else a formula.
    """
    full = {key if "." in key else f"gan.{key}": value for key, value in given.items()}
    return Submission(
        Student("s1001", "Doe, Jane", level),
        "answers.json",
        tuple(Answer(QuantityKey(k), k, response(v), PLACE) for k, v in full.items()),
        conventions,
    )


def graded(given, level="4850", of="hw6", **conventions):
    """The report on such a submission; ``of`` is a rubric or its name."""
    return grade(answers(given, level, **conventions), rubric(of) if isinstance(of, str) else of)


# --- students -----------------------------------------------------------------------------------


def rounded(value, digits=17):
    """Written to so many significant digits, trailing zeros kept; a scalar as text."""
    array = np.vectorize(lambda x: _significant(float(x), digits), otypes=[object])(value)
    return array.tolist() if np.ndim(value) else str(array)


def _significant(x, digits):
    if x == 0:
        return "0"
    text = f"{x:#.{digits}g}"
    return text.removesuffix(".")


def cut(value, digits):
    """Cut off after so many significant digits."""

    def one(x):
        exact = Decimal(f"{x:.12g}")
        unit = Decimal(1).scaleb(exact.adjusted() - digits + 1)
        return str(exact.quantize(unit, ROUND_DOWN))

    array = np.vectorize(lambda x: one(float(x)), otypes=[object])(value)
    return array.tolist() if np.ndim(value) else str(array)


def conventions(of=None):
    """Every combination of the accepted conventions of a problem, the key's first."""
    accepted = (of or problem()).conventions
    return [dict(zip(accepted, choice, strict=True)) for choice in product(*accepted.values())]


def names(of=None):
    return [quantity.name for quantity in (of or problem()).reference.quantities]


def working(chosen=None, made=(), pinned=None, of=None):
    """Every value as a student has it who works under these conventions, with these mistakes.

    ``pinned`` are values of their own that are carried on, NaN where they are worked out.
    """
    of = of or problem()
    graph = changed(of.reference.graph(chosen or {}), tuple(made))
    return evaluate(graph, of.given, pinned)


def mistake(code, step, chosen=None, of=None, nth=0):
    """The mistake of the catalogue with that code at that step."""
    of = of or problem()
    first = {name: values[0] for name, values in of.conventions.items()}
    found = mistakes(of.reference, {**first, **(chosen or {})}, of.conventions)
    return [m for m in found if m.code == code and m.step == step][nth]


def written_down(values, keep=None, digits=6, of=None):
    """A student's sheet: these quantities, with so many digits."""
    of = of or problem()
    chosen = names(of) if keep is None else keep
    return {f"{of.name}.{q}": rounded(values[q], digits) for q in chosen}


def student(chosen=None, keep=None, digits=6, *, made=(), pinned=None, of=None):
    """A sheet of one who works so, all in one."""
    return written_down(working(chosen, made, pinned, of), keep, digits, of)


def slipped(value, index, by=1.1):
    """The array with one entry changed."""
    array = np.array(value, dtype=float)
    array[index] = array[index] * by
    return array


def pin(value, index, new):
    """Only that entry pinned."""
    array = np.full(np.shape(value), np.nan)
    array[index] = new
    return array


# --- reports ------------------------------------------------------------------------------------


def item(report, key):
    """The assessment of one quantity."""
    key = key if "." in key else f"gan.{key}"
    return {a.key: a for a in report.assessments}[key]


def found(report, *, layout=False):
    """Every finding as (code, at), without its problem where that is gan."""
    return [
        (f.code, f.at.removeprefix("gan.")) for f in report.findings if layout or f.code != "layout"
    ]


def codes(report):
    return [code for code, _at in found(report)]


def typed(values):
    """Texts as `grader.compare` takes them."""
    numbers = np.vectorize(parse_number, otypes=[object])(np.asarray(values))
    return Written(
        _each(numbers, lambda n: n.value),
        _each(numbers, lambda n: 0.0 if n.last_place is None else 10.0**n.last_place),
        _each(numbers, lambda n: n.digits, int),
    )


def _each(numbers: np.ndarray, of, kind: type = float) -> np.ndarray:
    return np.vectorize(of, otypes=[kind])(numbers)


def without(given: Mapping[str, object], left_out: Iterable[str]):
    """The sheet without some quantities."""
    dropped = {key if "." in key else f"gan.{key}" for key in left_out}
    return {key: value for key, value in given.items() if key not in dropped}

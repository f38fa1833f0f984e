"""A rubric: YAML in, `grader.model.Rubric` out, with every mistake in it told at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

import numpy as np

import rubrics
from grader import rubric_fields as read
from grader.model import Problem, Rubric, RubricError
from grader.rubric_items import MARKING_KEYS, check_sum, read_items, read_marking
from grader.rubric_late import read_deadline, read_late
from grader.rubric_reference import FoundReference, UnusableReferenceError, find_reference
from grader.rubric_summary import describe, key_answers
from grader.rubric_yaml import (
    MOST_BYTES,
    Notes,
    Scalar,
    Table,
    Tree,
    entries,
    fields,
    listing,
    parse,
    suggestion,
)
from reference.operations import Array
from reference.problem import Problem as Reference

__all__ = ["describe", "installed", "load", "located"]

_REVEAL = ("nothing", "values")
_RUBRIC_KEYS = ("assignment", "title", "reveal", "due", "late", "problems")
_PROBLEM_KEYS = (
    *("reference", "title", "given", "conventions", "gradient_tolerance", "levels", "items"),
    *MARKING_KEYS,
)
_INSTALLED = Path(rubrics.__path__[0])  # as they stand, in a checkout and in a wheel alike
_SUFFIXES = (".yaml", ".yml")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}", re.ASCII)


# --- where a rubric is --------------------------------------------------------------------------


def load(source: str | Path) -> Rubric:
    """The rubric of that id (``hw6``, one that is installed), or in that YAML file.

    Raises:
        RubricError: it cannot be used; ``mistakes`` lists all that is wrong with it, each a
            sentence with file and line.
    """
    path = located(source)
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        told = f"{source}: the rubric cannot be read: {getattr(error, 'strerror', error)}"
        raise RubricError((told,)) from error
    notes = Notes(path.name)
    tree = parse(data, notes)
    rubric, sources = _rubric(tree, path.parent, notes) if tree is not None else (None, b"")
    if rubric is None or notes.mistakes:
        raise RubricError(notes.sentences())
    return replace(rubric, digest=hashlib.sha256(data + sources).hexdigest())


def installed() -> tuple[str, ...]:
    """The ids of the rubrics that are part of the project."""
    return tuple(sorted(path.stem for path in _INSTALLED.glob("*.yaml")))


def located(source: str | Path) -> Path:
    """The file of a rubric's id or path.

    Raises:
        RubricError: there is no such rubric.
    """
    if isinstance(source, str) and _ID.fullmatch(source) and Path(source).suffix not in _SUFFIXES:
        found = _INSTALLED / f"{source}.yaml"
        if found.is_file():
            return found
        if not Path(source).is_file():
            told = suggestion(source, installed())
            raise RubricError((f"there is no rubric {source!r}, and no file of that name; {told}",))
    return Path(source)


# --- the rubric as a whole ----------------------------------------------------------------------


def _rubric(tree: Tree, folder: Path, notes: Notes) -> tuple[Rubric | None, bytes]:
    """The rubric without its digest, and the text of references that are files."""
    required = ("assignment", "title", "problems")
    values = fields(tree, "the rubric", _RUBRIC_KEYS, required, notes)
    name = _assignment(values.get("assignment"), notes)
    title = read.text(values.get("title"), "title", notes)
    reveal = read.choice(values.get("reveal"), "reveal", _REVEAL, notes) or "nothing"
    due = _due(values.get("due"), notes)
    late = read_late(values.get("late"), notes)
    deadline = read_deadline(values.get("due"), values.get("late"), late, notes)
    listed = entries(values.get("problems"), "problems", notes)
    if not listed and isinstance(values.get("problems"), Table):
        notes.add(values["problems"].line, "problems: expected at least one problem")
    problems, sources = [], b""
    for problem_name, entry in listed.items():
        if not _NAME.fullmatch(problem_name):
            told = "a problem's name is letters, digits and _, beginning with a letter"
            notes.add(entry.line, f"problems: {told}, found {problem_name!r}")
        problem, source = _problem(problem_name, entry.value, folder, notes)
        problems += [problem] if problem else []
        sources += source
    if notes.mistakes:
        return None, sources
    return Rubric(
        id=name or "",
        title=title or "",
        problems=tuple(problems),
        reveal=reveal,
        due=due,
        late=late,
        deadline=deadline,
    ), sources


def _assignment(tree: Tree | None, notes: Notes) -> str | None:
    """The rubric's id; it can be part of a file's name."""
    word = read.text(tree, "assignment", notes)
    if word is None or tree is None or _ID.fullmatch(word):
        return word
    told = "expected letters, digits and - _ . only"
    notes.add(tree.line, f"assignment: {told}, found {word!r}")
    return None


def _due(tree: Tree | None, notes: Notes) -> str:
    """A date, or a date and time, as it is written; empty where none is given."""
    if tree is None:
        return ""
    written = tree.text if isinstance(tree, Scalar) else ""
    try:
        datetime.fromisoformat(written)
    except ValueError:
        told = "expected a date such as 2024-04-16 or 2024-04-16T23:59:00-04:00"
        notes.add(tree.line, f"due: {told}, found {written or 'none'}")
    return written


# --- a problem ----------------------------------------------------------------------------------


def _problem(name: str, tree: Tree, folder: Path, notes: Notes) -> tuple[Problem | None, bytes]:
    required = ("reference", "points", "items")
    values = fields(tree, name, _PROBLEM_KEYS, required, notes)
    title = read.text(values.get("title"), f"{name}: title", notes)
    total = read.points(values.get("points"), f"{name}: points", notes)
    levels = _levels(values.get("levels"), name, notes)
    marking = read_marking(values, name, notes)
    found = _reference(values.get("reference"), name, folder, notes)
    answer_key = found.problem if found else None
    given = _given(values.get("given"), name, tree.line, answer_key, notes)
    conventions = _conventions(values.get("conventions"), name, answer_key, notes)
    items = read_items(values.get("items"), name, marking, answer_key, notes)
    check_sum(values.get("points"), name, total, items, notes)
    if notes.mistakes or found is None or total is None:
        return None, found.source if found else b""
    problem = Problem(
        name=name,
        title=title or found.problem.title,
        reference=found.problem,
        points=total,
        given=MappingProxyType(given),
        conventions=MappingProxyType(conventions),
        tolerance=marking.tolerance,
        gradient_tolerance=marking.gradient_tolerance,
        items=tuple(item for item in items if item),
        levels=levels,
    )
    _check_key(problem, values, notes)
    return problem, found.source


def _reference(tree: Tree | None, name: str, folder: Path, notes: Notes) -> FoundReference | None:
    word = read.text(tree, f"{name}: reference", notes)
    if word is None or tree is None:
        return None
    try:
        return find_reference(word, folder)
    except UnusableReferenceError as fault:
        notes.add(tree.line, f"{name}: reference: {fault}")
        return None


def _levels(tree: Tree | None, name: str, notes: Notes) -> frozenset[str]:
    what = f"{name}: levels"
    trees = listing(tree, what, notes) or ()
    levels = (read.text(level, what, notes, digits=True) for level in trees)
    return frozenset(level for level in levels if level)


# --- what is given and which conventions --------------------------------------------------------


def _given(
    tree: Tree | None, name: str, line: int, answer_key: Reference | None, notes: Notes
) -> dict[str, Array]:
    """An array an input; none at all only where the dimensions are symbols."""
    if answer_key is None:
        return {}
    inputs = answer_key.forward.inputs
    if tree is None:
        if not answer_key.dimensions:
            notes.add(line, f"{name}: given is missing; it gives {', '.join(inputs)} their values")
        return {}
    values = fields(tree, f"{name}: given", tuple(inputs), tuple(inputs), notes)
    sizes: dict[str, int] = {}
    given: dict[str, Array] = {}
    for symbol, shape in inputs.items():
        value = read.array(values.get(symbol), f"{name}: given {symbol}", shape, sizes, notes)
        if value is not None:
            given[symbol] = value
            named = zip(shape, value.shape, strict=True)
            sizes |= {dimension: n for dimension, n in named if isinstance(dimension, str)}
    return given


def _conventions(
    tree: Tree | None, name: str, answer_key: Reference | None, notes: Notes
) -> dict[str, tuple[str, ...]]:
    """The accepted values of each convention; all of the reference's where none are listed."""
    if answer_key is None:
        return {}
    known = {key: tuple(options) for key, options in answer_key.conventions.items()}
    what = f"{name}: conventions"
    values = fields(tree, what, tuple(known), (), notes) if tree else {}
    accepted = dict(known)
    for convention, listed in values.items():
        inner = f"{what}: {convention}"
        trees = listing(listed, inner, notes) or ()
        words = [read.choice(word, inner, known[convention], notes) for word in trees]
        accepted[convention] = tuple(word for word in words if word)
        for word in {word for word in words if word and words.count(word) > 1}:
            notes.add(listed.line, f"{inner}: {word} is listed twice")
    return accepted


def _check_key(problem: Problem, values: Mapping[str, Tree], notes: Notes) -> None:
    """Every item has a finite right answer for the values given."""
    if not problem.given:
        return
    try:
        answers = key_answers(problem)
    except (ValueError, TypeError, LookupError) as error:  # a file's graph can be at odds with it
        told = f"the answers cannot be worked out: {error}"
        notes.add(values["reference"].line, f"{problem.name}: reference: {told}")
        return
    for item in problem.items:
        if not np.isfinite(answers[item.quantity]).all():
            told = f"{item.quantity} has no finite value for what is given"
            notes.add(values["given"].line, f"{problem.name}: {told}")

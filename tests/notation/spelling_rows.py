"""Rows of the tables of real-life spellings, and the values at which their truth is checked.

Each group of texts has one meaning, written out in NumPy beside it, so that the tables are known
to be true without any reader.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import SimpleNamespace

import numpy as np

from grader.grading import grade
from grader.model import Answer, Assessment, Formula, Place, QuantityKey, Student, Submission
from grader.rubric import load
from reference import autoencoder, gan
from reference.graph import evaluate

RUBRIC = load("hw6")
PLACE = Place("row")
KINDS = (
    "ascii",
    "numpy",
    "matlab",
    "unicode",
    "latex",
    "index",
    "functions",
    "chain",
    "definitions",
    "letters",
)


@dataclass(frozen=True, eq=False)
class Row:
    """One text as a student writes it.

    Attributes:
        key: the quantity that it answers.
        text: as written.
        kind: the family of notations, one of ``KINDS``.
        meaning: what it says, in NumPy; raises ValueError where the shapes do not fit.
        code: a finding that a wrong one must have; empty where several would do.
        conventions: those that the student states.
    """

    key: str
    text: str
    kind: str
    meaning: Callable[[SimpleNamespace], np.ndarray]
    code: str = ""
    conventions: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.key} {self.kind}: {self.text}"


def spelt(key, meaning, code="", conventions=None, **texts):
    """The rows of one meaning: the texts of each kind."""
    return tuple(
        Row(key, text, kind, meaning, code, conventions or {})
        for kind, of_kind in texts.items()
        for text in of_kind
    )


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def slope(y):
    """The sigmoid's derivative, from its value."""
    return y * (1 - y)


def judged(row: Row) -> Assessment:
    """What the grader decides about a row that is a student's only answer."""
    key = QuantityKey(row.key)
    answer = Answer(key, row.key, Formula(row.text, PLACE), PLACE)
    student = Student("s1001", "Doe, Jane", "6850")
    report = grade(Submission(student, "row", (answer,), row.conventions), RUBRIC)
    return next(a for a in report.assessments if a.key == row.key)


# --- where the truth is checked -----------------------------------------------------------------

PROBLEMS = {"autoencoder": autoencoder.PROBLEM, "gan": gan.PROBLEM}
SIZES = ((3, 2), (2, 4), (4, 3))
DRAWS = 8


@lru_cache
def settings(problem, conventions=()):
    """Each accepted combination of conventions, and the values of some draws under it."""
    stated = dict(conventions)
    chosen = (
        [{}]
        if problem == "autoencoder"
        else [
            {"objective": objective}
            for objective in ("maximize_log_p", "minimize_nll")
            if stated.get("objective", objective) == objective
        ]
    )
    return [[_values(problem, c, n, m, s) for n, m in SIZES for s in range(DRAWS)] for c in chosen]


def _values(problem, conventions, n, m, seed):
    """All values of one draw at which some units of the first layer are on and some off."""
    reference = PROBLEMS[problem]
    graph = reference.graph(conventions)
    hidden = "h" if problem == "autoencoder" else "h0"
    for attempt in range(100):
        rng = np.random.default_rng((seed, n, m, attempt))
        shapes = (tuple({"N": n, "M": m}.get(d, d) for d in s) for s in graph.inputs.values())
        drawn = {k: rng.normal(size=s) for k, s in zip(graph.inputs, shapes, strict=True)}
        if problem == "gan":
            drawn["w2"] /= 8  # so that p is neither 0 nor 1
        found = SimpleNamespace(**evaluate(graph, drawn), N=n, M=m)
        on = getattr(found, hidden) > 0
        if on.any() and not on.all():
            return found
    raise AssertionError("no draw has units both on and off")

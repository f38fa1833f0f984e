"""Formulas on a page: which may be shown, and how they are typeset."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from grader.model import Assessment, Problem, Rubric
from grader.reports.shown import visible
from grader.reports.written import squeezed
from reference.graph import Step
from reference.operations import OPERATIONS

if TYPE_CHECKING:
    from markupsafe import Markup as Math
else:
    Math = str

__all__ = [
    "Math",
    "asked_formula",
    "fitting",
    "key_formula",
    "math",
    "own_math",
    "written_out",
]

_LONGEST = 300
_LONGEST_OWN = 1_000
_LONGEST_SIDE = 60
_SHORT_NAME = 12
_ON_PAPER = 58  # signs in a line; page.css makes longer ones smaller
_CALL = re.compile(r"\w+\(\{0\}(, \{1\})?\)")
_ONE = re.compile(r"[\w.]+|-\d+(\.\d+)?")
_TIMES_ONE = re.compile(r"(^|\(|\* )1 \* ")  # the gradient that every sweep begins with


@lru_cache(maxsize=1024)
def math(text: str) -> Math:
    """A name or a formula, as MathML; as it stands where it is none."""
    from markupsafe import Markup  # noqa: PLC0415 - pages only; a self-check does without it

    from grader.notation.typeset import mathml_of_text  # noqa: PLC0415 - the same

    markup = mathml_of_text(visible(text, _LONGEST))
    return Markup(markup)  # noqa: S704 - our own writer made it, and escapes what it sets


def own_math(text: str) -> Math | None:
    """A student's own lines, typeset; None where they cannot be, or are too long to be looked at.

    A short chain of equalities stands in one line, of a long one each side; definitions in lines
    of their own. A side that cannot be read, and is not the last, is shown as text.
    """
    from markupsafe import Markup  # noqa: PLC0415 - pages only

    from grader.notation.errors import NotationError  # noqa: PLC0415 - pages only
    from grader.notation.prose import is_prose, prepared  # noqa: PLC0415 - pages only
    from grader.notation.statements import statements  # noqa: PLC0415 - pages only

    if len(text) > _LONGEST_OWN:
        return None
    try:
        every = [one for one in statements(prepared(text)) if not is_prose(one)]
    except NotationError:
        return None
    chains = [_chain([member.text for member in one.members]) for one in every]
    return Markup("").join(c for c in chains if c) if chains and all(chains) else None


def _chain(sides: Sequence[str]) -> Math | None:
    """A chain of equalities, in lines; None where its last side cannot be read."""
    from markupsafe import Markup  # noqa: PLC0415 - pages only

    from grader.notation.typeset import mathml_of_chain, signs_in  # noqa: PLC0415 - pages only

    lines = mathml_of_chain(sides, [visible(squeezed(side), _LONGEST_SIDE) for side in sides])
    if not lines:
        return None
    inside = "".join(f"<span>{fitting(line)}</span>" for line in lines)
    is_named = len(lines) > 1 and signs_in(lines[0]) <= _SHORT_NAME
    markup = f'<span class="chain{" named" if is_named else ""}">{inside}</span>'
    return Markup(markup)  # noqa: S704 - our own writer made it, and escapes what it sets


def fitting(line: str) -> Math:
    """A line of formulas, which is told how wide its widest part is: paper cannot be moved."""
    from markupsafe import Markup  # noqa: PLC0415 - pages only

    from grader.notation.typeset import LINE_MAY_END, signs_in  # noqa: PLC0415 - pages only

    widest = max(map(signs_in, line.split(LINE_MAY_END)))
    if widest > _ON_PAPER:
        line = f'<span class="wide" style="--signs:{widest}">{line}</span>'
    return Markup(line)  # noqa: S704 - as above


def key_formula(
    assessment: Assessment, rubric: Rubric, conventions: Mapping[str, str]
) -> Math | None:
    """How the quantity is worked out, where the student may see it.

    A forward step stands in the assignment. The step of a gradient, or of any expression, is the
    answer itself: it is shown only where the rubric reveals values.
    """
    is_answer = assessment.is_expression or assessment.quantity.startswith("grad_")
    if is_answer and rubric.reveal != "values":
        return None
    text = asked_formula(assessment, rubric, conventions)
    return math(text) if text else None


def asked_formula(assessment: Assessment, rubric: Rubric, conventions: Mapping[str, str]) -> str:
    """A step with the steps that have no name of their own written out in it.

    ``relu(w0 @ z + b0)`` and not ``relu(a0)``, since the assignment knows no ``a0``.
    """
    name = assessment.key.partition(".")[0]
    problem = next((p for p in rubric.problems if p.name == name), None)
    return written_out(problem, assessment.quantity, conventions) or assessment.formula


def written_out(problem: Problem | None, quantity: str, conventions: Mapping[str, str]) -> str:
    """The quantity's formula in terms of other quantities; empty where it has none."""
    if problem is None or not conventions.keys() <= problem.reference.conventions.keys():
        return ""
    steps = problem.reference.graph(conventions).by_name
    named = frozenset(q.name for q in problem.reference.quantities)

    def written(name: str, into: Step) -> str:
        if name in named or name not in steps:
            return name
        text = formula(steps[name])
        is_one = _ONE.fullmatch(text) is not None
        return text if is_one or _encloses(into) else f"({text})"

    def formula(step: Step) -> str:
        return replace(step, inputs=tuple(written(name, step) for name in step.inputs)).formula

    return _TIMES_ONE.sub(r"\1", formula(steps[quantity])) if quantity in steps else ""


def _encloses(step: Step) -> bool:
    """Whether what stands in the step needs no brackets: a sum, or a function's argument."""
    symbol = OPERATIONS[step.operation].symbol(step.options)
    return step.operation in ("add", "same") or _CALL.fullmatch(symbol) is not None

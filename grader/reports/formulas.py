"""Formulas on a page: which may be shown, and how they are typeset."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from grader.model import Assessment, Problem, Rubric
from reference.graph import Step

if TYPE_CHECKING:
    from markupsafe import Markup as Math
else:
    Math = str

__all__ = ["Math", "asked_formula", "key_formula", "math", "own_math"]

_LONGEST = 300


@lru_cache(maxsize=1024)
def math(text: str) -> Math:
    """A name or a formula of the key, as MathML."""
    from markupsafe import Markup  # noqa: PLC0415 - pages only; a self-check does without it

    from grader.notation.typeset import mathml_of_text  # noqa: PLC0415 - the same

    return Markup(mathml_of_text(text))  # noqa: S704 - MathML that our own writer made and escaped


def own_math(text: str) -> Math | None:
    """A student's expression as it was read, or None where it could not be."""
    from grader.notation.errors import NotationError  # noqa: PLC0415 - pages only

    if len(text) > _LONGEST:
        return None
    try:
        return math(text)
    except NotationError:
        return None


def key_formula(assessment: Assessment, rubric: Rubric) -> Math | None:
    """How the quantity is worked out, where the student may see it.

    A forward step stands in the assignment. The step of a gradient, or of any expression, is the
    answer itself: it is shown only where the rubric reveals values.
    """
    problem = next((p for p in rubric.problems if p.name == assessment.key.partition(".")[0]), None)
    is_answer = assessment.is_expression or assessment.quantity.startswith("grad_")
    if is_answer and rubric.reveal != "values":
        return None
    text = asked_formula(problem, assessment.quantity) if problem and not is_answer else ""
    text = text or assessment.formula
    return math(text) if text else None


def asked_formula(problem: Problem, quantity: str) -> str:
    """A step with the steps that have no name of their own written out in it.

    ``relu(w0 @ z + b0)`` and not ``relu(a0)``, since the assignment knows no ``a0``.
    """
    steps = problem.reference.graph().by_name
    named = frozenset(q.name for q in problem.reference.quantities)

    def written(name: str, into: Step) -> str:
        step = steps.get(name)
        if step is None or name in named:
            return name
        text = formula(step)
        is_safe = into.operation == "add" or "(" in into.formula or " " not in text
        return text if is_safe else f"({text})"

    def formula(step: Step) -> str:
        return replace(step, inputs=tuple(written(name, step) for name in step.inputs)).formula

    return formula(steps[quantity]) if quantity in steps else ""

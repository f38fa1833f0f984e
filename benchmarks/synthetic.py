"""Synthetic students whose truth is known: what they did wrong and where.

Each is made from the graph itself: conventions, rules replaced, slips that are carried on or not,
at full precision or with each answer worked out from the previous ones as written; written with so
many digits, with answers left out, in other layouts, through a file of some format. The same kind
and seed give the same student.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from benchmarks.synthetic_answers import Plan, completed
from benchmarks.synthetic_draw import Draw
from benchmarks.synthetic_student import Made, Spoilt
from grader.model import Problem, Rubric
from reference.graph import evaluate
from reference.operations import Array

__all__ = ["KINDS", "random_given", "synthetic"]

_ATTEMPTS = 300
_SWAPS = (("h0", "grad_h0"), ("H2", "grad_H2"), ("h2", "grad_h2"), ("grad_H2", "grad_w2"))


@lru_cache(maxsize=64)
def random_given(problem: Problem, seed: int) -> Problem:
    """The problem with other given values: some units off, p neither near 0 nor near 1."""
    reference = problem.reference
    for attempt in range(1000):
        rng = np.random.default_rng([seed, attempt])
        given = {
            name: np.round(rng.normal(scale=0.7, size=shape), 2)
            for name, shape in reference.forward.inputs.items()
        }
        values = evaluate(reference.graph(), given)
        on = np.concatenate([np.ravel(values[q] > 0) for q in ("h0", "h2")])
        if 0.2 < float(values["p"]) < 0.8 and 0.5 < on.mean() < 0.9 and values["h0"].any():
            return replace(problem, given=given)
    raise ValueError("no such values were found")


@lru_cache(maxsize=64)
def _alone(rubric: Rubric, problem: Problem) -> Rubric:
    return replace(rubric, problems=(problem,))


def synthetic(rubric: Rubric, kind: str, seed: int) -> Made | None:
    """The student of that kind and seed: even at the assignment's values, odd at random ones.

    None where no such mistake was found that changes a number beyond tolerance.

    Raises:
        MisreadError: the readers gave back something else than was written.
    """
    rng = np.random.default_rng([seed, list(KINDS).index(kind)])
    problem = rubric.problem("gan")
    if seed % 2:
        problem = random_given(problem, seed % 40)
    if kind.startswith("formulas") and rng.random() < 0.5:
        problem = rubric.problem("autoencoder")
    for _ in range(_ATTEMPTS):
        plan = KINDS[kind](Draw(kind, seed, _alone(rubric, problem), problem, rng))
        made = completed(plan) if plan else None
        if made is not None:
            return made
    return None


# --- kinds --------------------------------------------------------------------------------------


def _perfect(draw: Draw) -> Plan:
    return draw.plan()


def _layout(draw: Draw) -> Plan:
    """Arrays with their axes in another order, or as one row."""
    return draw.laid_out(Draw.plan)


def _one(draw: Draw) -> Plan | None:
    rule = draw.rule()
    return draw.plan(rules=(rule,)) if rule else None


def _two(draw: Draw) -> Plan | None:
    """Two rules, or a rule and a slip."""
    first = draw.rule()
    if first is None:
        return None
    if draw.rng.random() < 0.2:
        slip = draw.slip((first,), carried=bool(draw.rng.random() < 0.7))
        return draw.plan(rules=(first,), slips=(slip,)) if slip else None
    second = draw.rule()
    if second is None or second.step == first.step:
        return None
    return draw.plan(rules=(first, second))


def _slips(draw: Draw) -> Plan | None:
    slip = draw.slip((), carried=True)
    return draw.plan(slips=(slip,)) if slip else None


def _transcription(draw: Draw) -> Plan | None:
    slip = draw.slip((), carried=False)
    return draw.plan(slips=(slip,)) if slip else None


def _zeros(draw: Draw) -> Plan | None:
    scored = [q for q in draw.keep if draw.problem.criterion(q).points]
    q = draw.pick(scored)
    zeros = Spoilt("degenerate", (q,), lambda q, values: np.zeros_like(values[q]))
    return replace(draw.plan(spoilt=(zeros,)), as_written=False)


def _swapped(draw: Draw) -> Plan | None:
    pairs = [pair for pair in _SWAPS if set(pair) <= set(draw.keep)]
    if not pairs:
        return None
    a, b = draw.pick(pairs)
    other = {a: b, b: a}

    def stands(q: str, values: Mapping[str, Array]) -> Array:
        return values[other[q]]

    swap = Spoilt("swapped_answers", (a, b), stands)
    return replace(draw.plan(spoilt=(swap,)), as_written=False)


def _shifted(draw: Draw) -> Plan | None:
    """An array of which every value stands one place on or back; the right ones are carried on."""
    axes = [
        (q, k - len(shape))
        for q in draw.keep
        for shape in [draw.problem.shape(q)]
        for k, length in enumerate(shape)
        if int(length) >= 3
    ]
    if not axes:
        return None
    q, axis = draw.pick(axes)
    by = draw.pick([1, -1])
    shift = Spoilt("index_shifted", (q,), lambda q, values: np.roll(values[q], by, axis))
    return replace(draw.plan(spoilt=(shift,)), as_written=False)


def _rounded(draw: Draw) -> Plan:
    """Every answer from the previous ones as they are written, be that enough digits or not."""
    plan = draw.plan()
    digits = int(draw.rng.integers(2, 9))
    writing = replace(plan.writing, digits=digits)
    return replace(plan, writing=writing, as_written=True, rounding_matters=True)


def _untidy(draw: Draw) -> Plan | None:
    """One mistake, and arrays in other layouts."""
    return draw.laid_out(_one)


def _formulas(draw: Draw) -> Plan | None:
    return draw.formulas(())


def _formulas_two(draw: Draw) -> Plan | None:
    made = (draw.formula_rule(), draw.formula_rule())
    if None in made or made[0].step == made[1].step:
        return None
    return draw.formulas(made)


def _formulas_one(draw: Draw) -> Plan | None:
    rule = draw.formula_rule()
    return draw.formulas((rule,)) if rule else None


KINDS: Mapping[str, Callable[[Draw], Plan | None]] = MappingProxyType(
    {
        "perfect": _perfect,
        "layout": _layout,
        "rounded": _rounded,
        "one": _one,
        "two": _two,
        "slips": _slips,
        "transcription": _transcription,
        "zeros": _zeros,
        "swapped": _swapped,
        "shifted": _shifted,
        "formulas": _formulas,
        "formulas_one": _formulas_one,
        "formulas_two": _formulas_two,
        "untidy": _untidy,
    }
)
"""What students do; new kinds go to the end, as a kind's place is part of its students' seeds."""

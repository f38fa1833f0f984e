"""Submissions that nobody hopes for, and what holds of the report on any of them.

Random numbers in the right shapes, right numbers in random order, sheets that contradict
themselves, entries missing, numbers of any size, and values chosen to make others follow.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from functools import lru_cache

import numpy as np
from core_samples import conventions, graded, mistake, names, problem, rounded, rubric, working

from benchmarks.synthetic import random_given
from grader.codes import FINDING_CODES
from grader.model import Mark, Status
from grader.reports.record import line

PRINTED = "as printed"
"""The assignment's own values: every unit is on, and the gradients are of order 1e-6."""

GIVENS = (PRINTED, 0, 3)
"""With them, values drawn at random: some units are off, and the gradients are of order 1."""

ITEMS = tuple(item.quantity for item in problem().items)
GRADIENTS = tuple(q for q in ITEMS if q.startswith("grad_"))
SHAPES = {q: np.shape(working()[q]) for q in names()}
ARRAYS = tuple(q for q in SHAPES if SHAPES[q])

EXTREMES = ("1e300", "-1e300", "1e-300", "5e-324", "-0.0", "1e308", "-1.7e308")
SLIPS = frozenset({"arithmetic_slip", "transcription_slip"})
SAYS_NOTHING_OF_RULES = frozenset({"degenerate", "too_few_digits", "layout"})


# --- what is asked ------------------------------------------------------------------------------


@lru_cache
def rubric_of(given):
    """The rubric with the assignment's own values, or with drawn ones."""
    if given == PRINTED:
        return rubric()
    problems = (random_given(problem(), given), problem("autoencoder"))
    return replace(rubric(), problems=problems)


def gan(given):
    return rubric_of(given).problem("gan")


def right_values(given, chosen=None):
    """The key's values; under its own conventions where none are said."""
    return _key(given, tuple((chosen or {}).items()))


@lru_cache(maxsize=256)
def _key(given, chosen):
    return working(dict(chosen), of=gan(given))


# --- sheets -------------------------------------------------------------------------------------


def sheet(values, keep=None, digits=6, gaps=None):
    """These quantities as they are written; None where ``gaps`` says so."""
    kept = [q for q in keep or names() if q in values]
    return {f"gan.{q}": _written(values[q], digits, (gaps or {}).get(q)) for q in kept}


def _written(value, digits, gap):
    array = np.array(rounded(np.asarray(value, dtype=float), digits), dtype=object)
    if gap is not None:
        array[gap] = None
    return array.tolist()


def texts(values):
    """A sheet of texts that are handed in as they are."""
    return {f"gan.{q}": np.array(v, dtype=object).tolist() for q, v in values.items()}


def random_values(given, seed, *, likely=True):
    """Normal numbers for every quantity, of the size of the right ones where ``likely``."""
    draw = np.random.default_rng([seed, 8])
    size = {q: float(np.abs(right_values(given)[q]).max()) or 1.0 for q in names()}
    return {q: (size[q] if likely else 1.0) * draw.normal(size=SHAPES[q]) for q in names()}


def of_any_size(seed, least=1e-322):
    """Random numbers from ``least`` on; from denormal ones to the largest that a float holds."""
    draw = np.random.default_rng([seed, 9])
    low = np.log10(least)
    return {
        q: draw.choice([-1, 1], shape) * 10.0 ** draw.uniform(low, 307, shape)
        for q, shape in SHAPES.items()
    }


def in_another_order(value, seed):
    flat = np.ravel(value)
    return flat[np.random.default_rng(seed).permutation(flat.size)].reshape(np.shape(value))


def with_text(given, entries, keep=None):
    """The right sheet with single entries written otherwise: ``{quantity: (index, text)}``."""
    found = sheet(right_values(given), keep)
    for quantity, (index, text) in entries.items():
        array = np.array(found[f"gan.{quantity}"], dtype=object)
        array[index] = text
        found[f"gan.{quantity}"] = array.tolist()
    return found


def sizable_entry(given, quantity, nth=0):
    """An entry that is not small among the others, so that no other number passes for it."""
    size = np.abs(right_values(given)[quantity])
    large = np.argwhere(size > 0.05 * size.max())
    return tuple(int(i) for i in large[(7 * nth + 3) % len(large)])


def one_extreme_in_every_answer(given, seed):
    draw = np.random.default_rng(seed)
    return {
        q: (sizable_entry(given, q, int(draw.integers(99))), str(draw.choice(EXTREMES)))
        for q in ARRAYS
    }


def carried(given, quantity, own, chosen=None):
    """What follows from an own value of one quantity, itself among it."""
    value = np.broadcast_to(np.asarray(own, dtype=float), SHAPES[quantity])
    return {**working(chosen, pinned={quantity: value}, of=gan(given)), quantity: value}


def changed_half_way(given, convention, value, chosen=None):
    """Forward under ``chosen``, backward under another value of one convention."""
    backward = {"deconv": ("grad_h1", "grad_w1"), "reshape": ("grad_h0",), "flatten": ("grad_h2",)}
    of = gan(given)
    made = [_mixed(step, convention, value, chosen, of) for step in backward[convention]]
    return working(chosen, made, of=of)


def _mixed(step, convention, value, chosen, of):
    """The mixture of that convention and value at that step."""
    for nth in range(9):
        found = mistake("convention_mixed", step, chosen, of, nth)
        if found.mixed == (convention, value):
            return found
    raise AssertionError((step, convention, value))


def each_by_itself(given, seed):
    """Every quantity under a combination of conventions of its own."""
    draw = np.random.default_rng([seed, 21])
    every = conventions(gan(given))
    chosen = {q: every[int(draw.integers(len(every)))] for q in names()}
    return {q: right_values(given, chosen[q])[q] for q in names()}


def with_gaps_and_slips(given, chosen, seed):
    """The right values with a third of the entries missing, and some of the others wrong.

    Returns:
        The values, the gaps, and the entries that are wrong, by factors so far apart that no
        wrong entry follows from another by accident.
    """
    draw = np.random.default_rng([seed, 11])
    values, gaps, wrong = dict(right_values(given, chosen)), {}, {}
    for q in names():
        right = values[q]
        gaps[q] = draw.random(SHAPES[q]) < 0.35
        wrong[q] = (draw.random(SHAPES[q]) < 0.15) & ~gaps[q] & (right != 0) & (q in ARRAYS)
        factor = 10.0 ** draw.uniform(0.3, 6, SHAPES[q])
        values[q] = np.where(wrong[q], right * factor, right)
    return values, gaps, wrong


KINDS = ("right", "right", "right", "random", "in another order", "zero", "missing")


def patchwork(given, chosen, seed):
    """Every quantity right, or nonsense of a kind of its own, or left out.

    Returns:
        The values of those answered, and the kind of each quantity.
    """
    draw = np.random.default_rng([seed, 77])
    right, other = right_values(given, chosen), random_values(given, seed)
    kinds = {q: str(draw.choice(KINDS)) for q in names()}
    made = {
        "right": lambda q: right[q],
        "random": lambda q: other[q],
        "in another order": lambda q: in_another_order(right[q], [seed, 3]),
        "zero": lambda q: np.zeros(SHAPES[q]),
    }
    return {q: made[kind](q) for q, kind in kinds.items() if kind in made}, kinds


# --- what holds of every report -----------------------------------------------------------------


def agrees(given, quantity, values, chosen=None):
    """Entry by entry, whether values are the key's by the tolerance alone, digits aside."""
    tolerance = gan(given).criterion(quantity).tolerance
    right = right_values(given, chosen)[quantity]
    size = np.abs(right)
    allowed = np.maximum(tolerance.abs, tolerance.rel * size)
    zero = max(tolerance.abs, 1e-3 * float(size.max()))
    with np.errstate(over="ignore"):
        return np.abs(values - right) <= np.where(size == 0, zero, allowed) * (1 + 1e-6)


def judged(handed_in, given=PRINTED, **stated):
    """The report on a sheet, once it is known to be sound."""
    report = graded(handed_in, of=rubric_of(given), **stated)
    is_sound(report, given)
    return report


def is_sound(report, given):
    """Decided, finite, adding up, and right only where it is the key's."""
    assert report.status is Status.GRADED
    assert report.score == sum(a.score for a in report.assessments)
    assert math.isfinite(json.loads(line(report))["score"])
    assert {f.code for f in report.findings} <= set(FINDING_CODES)
    chosen = dict(report.problems[0].conventions)
    for a in report.assessments:
        assert 0 <= a.score <= a.max_score
        if a.entries:
            assert a.score == a.max_score * a.right / a.total
            _marks_are_sound(a, given, chosen)


def _marks_are_sound(a, given, chosen):
    """What is right is the key's under the conventions told, and what is wrong is listed."""
    right = [e for e in a.entries if e.mark is Mark.RIGHT]
    values = np.full(SHAPES[a.quantity], np.nan)
    for e in right:
        values[e.index] = e.obtained
    held = agrees(given, a.quantity, values, chosen)
    assert all(held[e.index] for e in right), a.key
    good = {e.index for e in a.entries if e.mark in {Mark.RIGHT, Mark.FOLLOWS}}
    assert len(good) == a.right
    assert {e.index for e in a.entries} - good == set(a.wrong)


def marks(report, quantity):
    """The marks of an answer, by index."""
    found = [a for a in report.assessments if a.key == f"gan.{quantity}"]
    return {e.index: e.mark for a in found for e in a.entries}


def lost(report):
    """The items that have not all their points."""
    return {a.quantity for a in report.assessments if a.score < a.max_score}


def told(report):
    """The findings that tell of rules, as (code, quantity)."""
    return [
        (f.code, f.at.removeprefix("gan."))
        for f in report.findings
        if f.code not in SAYS_NOTHING_OF_RULES
    ]


def told_of_arrays(report):
    """The same for answers of many entries; a single number is easily met by accident."""
    return [(code, at) for code, at in told(report) if at in ARRAYS]


def follows(report):
    """How many entries with points follow from own values."""
    scored = [a for a in report.assessments if a.max_score]
    return sum(e.mark is Mark.FOLLOWS for a in scored for e in a.entries)

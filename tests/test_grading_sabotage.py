"""Each law of the grading core fails on a core that is broken on purpose."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import core_laws as laws
import numpy as np
import pytest
from core_samples import answers, conventions, graded, student

from grader import answers as answers_module
from grader.model import Mark, Tolerance

KEY, OTHER = conventions()[0], conventions()[-1]


CORE = frozenset({"compare", "working", "settled", "explain", "charges", "score", "grading"})


def _break(monkeypatch, name, broken):
    """Put ``broken(true)`` in the place of the core's ``name``, wherever it was imported to."""
    places = [
        module
        for title, module in sorted(sys.modules.items())
        if title.startswith("grader.") and name in vars(module)
    ]
    # others may have a function of the same name: the core's own is meant
    places.sort(key=lambda module: module.__name__.removeprefix("grader.") not in CORE)
    assert places, f"the core has no {name}"
    true = vars(places[0])[name]
    for module in places:
        if vars(module)[name] is true:
            monkeypatch.setattr(module, name, broken(true))
    answers_module._flat.cache_clear()  # what it kept is the true core's


# --- broken on purpose --------------------------------------------------------------------------


def _whatever_agrees(_true):
    def within(expected, allowed, values, span):
        del allowed, span
        return np.broadcast_to(~np.isnan(values), np.broadcast_shapes(expected.shape, values.shape))

    return within


def _unsigned(true):
    def within(expected, allowed, values, span):
        low, high = np.abs(span[0]), np.abs(span[1])
        return true(np.abs(expected), allowed, np.abs(values), (low, high))

    return within


def _to_the_last_digit(true):
    def within(expected, allowed, values, span):
        nothing = np.full(np.shape(values), np.nan)
        return true(expected, 1e-15 * allowed, values, (nothing, nothing)) if span else None

    return within


def _with_tolerance(change):
    def broken(true):
        return lambda expected, rank, tolerance: true(expected, rank, change(tolerance))

    return broken


def _charged_everywhere(true):
    """What a mistake spoils is charged in every item, not only in the first."""

    def charged(problem, settled, story):
        charges = true(problem, settled, story)
        every = tuple(c for due in charges.due.values() for c in due)
        late = [item.quantity for item in problem.items if item.quantity in settled.answered]
        wrong = {q: story.judgement.right(q) for q in late[len(late) // 2 :]} if every else {}
        return replace(charges, spoilt={**charges.spoilt, **wrong})

    return charged


def _remembered(true):
    seen = Counter()

    def marks(settled, story, charges, q):
        seen[q] += 1
        found = true(settled, story, charges, q)
        return dict.fromkeys(found, Mark.WRONG) if seen[q] > 1 else found

    return marks


def _by_arrival(true):
    """The first answer of the file is judged by other measures."""

    def prepared(problem, given):
        given = list(given)
        return true(problem, given[1:]) if given else true(problem, given)

    return prepared


BROKEN = {
    "whatever is written agrees": (
        "within_allowance",
        _whatever_agrees,
        lambda: laws.wrong_gradients_are_wrong(10),
    ),
    "gradients are judged by the tolerance of the forward values": (
        "allowance",
        _with_tolerance(lambda t: replace(t, abs=0.005)),
        lambda: laws.wrong_gradients_are_wrong(10),
    ),
    "the sign is not looked at": (
        "within_allowance",
        _unsigned,
        lambda: laws.wrong_gradients_are_wrong(-1),
    ),
    "nothing that was rounded agrees": (
        "within_allowance",
        _to_the_last_digit,
        lambda: laws.the_key_grades_itself_at_full_marks(KEY, 4),
    ),
    "a wider tolerance allows less": (
        "allowance",
        _with_tolerance(lambda t: replace(t, rel=0.3 - t.rel)),
        lambda: laws.a_wider_tolerance_keeps_what_is_right(
            np.array([1.0, 2.0]),
            np.array([1.15, 2.3]),
            np.zeros(2, dtype=int),
            Tolerance(0, 0.1),
            Tolerance(0, 0.1),
        ),
    ),
    "no convention but the key's is tried": (
        "_ranges",
        lambda _true: (
            lambda _problem, _stated, first, _told: ((value,) for value in first.values())
        ),
        lambda: laws.the_key_grades_itself_at_full_marks(OTHER),
    ),
    "a mistake is charged wherever it shows": (
        "charged",
        _charged_everywhere,
        lambda: laws.a_mistake_is_charged_once("bias_omitted", "m", "m"),
    ),
    "nothing is carried on": (
        "_pinned",
        lambda _true: lambda *_all: {},
        lambda: laws.a_slip_is_charged_once("h0", (3,)),
    ),
    "no rule is ever found replaced": (
        "_differ",
        lambda _true: lambda _sheets, _values, _wrong, rows: np.zeros(len(rows), dtype=bool),
        lambda: laws.a_mistake_is_charged_once("bias_omitted", "a2", "h2"),
    ),
    "an answer that says nothing is carried on and paid": (
        "says_nothing",
        lambda _true: lambda *_all: False,
        lambda: laws.nothing_earns_nothing("0"),
    ),
    "points are counted in binary": (
        "_score",
        lambda true: lambda *all_of_it: true(*all_of_it) + Fraction(0.1),
        lambda: laws.points_add_up(graded(student())),
    ),
    "something is remembered from one submission to the next": (
        "marks",
        _remembered,
        lambda: laws.grading_twice_is_the_same(answers(student(keep=["h0", "h2"]))),
    ),
    "the first answer of a file is lost": (
        "prepared",
        _by_arrival,
        lambda: laws.the_order_of_answers_does_not_matter(
            student(keep=["h0", "h1", "h2"]), {"gan.h0": 2, "gan.h1": 1, "gan.h2": 0}.get
        ),
    ),
    "only what is written as tabled is read": (
        "layouts",
        lambda true: lambda obtained, expected: true(obtained, expected)[:1],
        lambda: laws.the_layout_does_not_matter(student(keep=["h2", "grad_w1"]), np.transpose),
    ),
    "one wrong answer changes how all are read": (
        "_ranges",
        lambda true: lambda *all_of_it: (values[-1:] for values in true(*all_of_it)),
        lambda: laws.one_wrong_answer_leaves_the_others_right("h2", np.arange(2, 34)),
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_law_catches_a_broken_core(what, monkeypatch):
    name, broken, law = BROKEN[what]
    law()
    _break(monkeypatch, name, broken)
    try:
        with pytest.raises(AssertionError):
            law()
    finally:
        answers_module._flat.cache_clear()

"""The items of a rubric's problem, and how they are marked where they do not say otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType

from grader import rubric_fields as read
from grader.codes import FINDING_CODES
from grader.model import Criterion, Tolerance
from grader.rubric_yaml import Notes, Tree, entries, fields, listing, suggestion
from reference.gradient import PREFIX
from reference.problem import Problem as Reference

__all__ = ["MARKING_KEYS", "Marking", "check_sum", "read_items", "read_marking"]

MARKING_KEYS = ("points", "tolerance", "follow_through", "all_or_nothing", "credit")
"""The keys that a problem and an item share."""

_ITEM_KEYS = ("quantity", "implied", *MARKING_KEYS)
_REQUIRED = ("quantity", "points")
_TOLERANCE_KEYS = ("abs", "rel", "min_digits")
_MOST_DIGITS = 15


# --- how a problem is marked --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Marking:
    """What a problem states for all of its items."""

    tolerance: Tolerance
    gradient_tolerance: Tolerance
    follow_through: Fraction
    all_or_nothing: bool
    credit: Mapping[str, Fraction]


def read_marking(values: Mapping[str, Tree], name: str, notes: Notes) -> Marking:
    """The marking from a problem's values; for gradients ``abs`` is 0 unless it is stated."""
    base = Tolerance()
    tolerance = _tolerance(values.get("tolerance"), f"{name}: tolerance", base, notes)
    for_gradients = _tolerance(
        values.get("gradient_tolerance"),
        f"{name}: gradient_tolerance",
        replace(tolerance, abs=0.0),
        notes,
    )
    neutral = Marking(tolerance, for_gradients, Fraction(1), all_or_nothing=False, credit={})
    return _stated(values, name, neutral, notes)


def _stated(values: Mapping[str, Tree], what: str, base: Marking, notes: Notes) -> Marking:
    """The base with what a problem or an item states for itself, tolerances aside."""
    follow_through = read.share(values.get("follow_through"), f"{what}: follow_through", notes)
    all_or_nothing = read.flag(values.get("all_or_nothing"), f"{what}: all_or_nothing", notes)
    return replace(
        base,
        follow_through=base.follow_through if follow_through is None else follow_through,
        all_or_nothing=base.all_or_nothing if all_or_nothing is None else all_or_nothing,
        credit=MappingProxyType({**base.credit, **_credit(values.get("credit"), what, notes)}),
    )


def _credit(tree: Tree | None, what: str, notes: Notes) -> dict[str, Fraction]:
    """The share of an entry's points that a finding leaves, by the finding's code."""
    credit = {}
    for code, entry in entries(tree, f"{what}: credit", notes).items():
        if code not in FINDING_CODES:
            told = f"there is no finding {code!r}; {suggestion(code, FINDING_CODES)}"
            notes.add(entry.line, f"{what}: credit: {told}")
        share = read.share(entry.value, f"{what}: credit: {code}", notes)
        if share is not None:
            credit[code] = share
    return credit


def _tolerance(tree: Tree | None, what: str, base: Tolerance, notes: Notes) -> Tolerance:
    """The base with what is stated; a negative or a useless bound is a mistake."""
    values = fields(tree, what, _TOLERANCE_KEYS, (), notes)
    stated = {key: read.number(values.get(key), f"{what}: {key}", notes) for key in ("abs", "rel")}
    for key, value in stated.items():
        if value is not None and value < 0:
            notes.add(values[key].line, f"{what}: {key} is negative")
    if (stated["rel"] or 0) >= 1:
        notes.add(values["rel"].line, f"{what}: rel must be below 1, or 0 is right for anything")
    digits = read.whole(values.get("min_digits"), f"{what}: min_digits", 1, _MOST_DIGITS, notes)
    return Tolerance(
        abs=base.abs if stated["abs"] is None else stated["abs"],
        rel=base.rel if stated["rel"] is None else stated["rel"],
        min_digits=base.min_digits if digits is None else digits,
    )


# --- items --------------------------------------------------------------------------------------


def read_items(
    tree: Tree | None, name: str, marking: Marking, answer_key: Reference | None, notes: Notes
) -> list[Criterion | None]:
    """One criterion an item, None where its points cannot be read.

    ``answer_key`` is None where it could not be found: then quantities are not checked. What has
    a mistake is noted, so a criterion is only good for use when nothing was noted.
    """
    tables = [
        (item.line, fields(item, f"{name}: an item", _ITEM_KEYS, _REQUIRED, notes))
        for item in listing(tree, f"{name}: items", notes) or ()
    ]
    quantities: dict[str, int] = {}
    items: list[Criterion | None] = []
    for line, values in tables:
        quantity = _quantity(values.get("quantity"), name, answer_key, notes)
        first = quantities.setdefault(quantity, line)
        if quantity and (first != line or any(i and i.quantity == quantity for i in items)):
            notes.add(line, f"{name}: {quantity} is an item twice, first in line {first}")
        items.append(_item(values, name, quantity, marking, notes))
    between = _between(frozenset(quantities), answer_key)
    stated = [values.get("implied") for _, values in tables]
    return [
        item and replace(item, implied=item.quantity in between if says is None else item.implied)
        for item, says in zip(items, stated, strict=True)
    ]


def _quantity(tree: Tree | None, name: str, answer_key: Reference | None, notes: Notes) -> str:
    """The quantity's name; empty where it cannot be read."""
    what = f"{name}: quantity"
    if answer_key is None:
        return read.text(tree, what, notes) or ""
    known = [quantity.name for quantity in answer_key.quantities]
    return read.choice(tree, what, known, notes) or ""


def _between(quantities: frozenset[str], answer_key: Reference | None) -> frozenset[str]:
    """The gradients among the quantities that another one of them is worked out from."""
    if answer_key is None:
        return frozenset()
    graph = answer_key.graph()
    gradients = {name for name in quantities if name.startswith(PREFIX)}
    return frozenset(name for other in gradients for name in gradients & graph.ancestors(other))


def _item(
    values: Mapping[str, Tree], name: str, quantity: str, marking: Marking, notes: Notes
) -> Criterion | None:
    what = f"{name}.{quantity}" if quantity else f"{name}: an item"
    points = read.points(values.get("points"), f"{what}: points", notes)
    implied = read.flag(values.get("implied"), f"{what}: implied", notes)
    gradient = quantity.startswith(PREFIX)
    base = marking.gradient_tolerance if gradient else marking.tolerance
    tolerance = _tolerance(values.get("tolerance"), f"{what}: tolerance", base, notes)
    own = _stated(values, what, marking, notes)
    if points is None:
        return None
    return Criterion(
        problem=name,
        quantity=quantity,
        points=points,
        tolerance=tolerance,
        implied=bool(implied),
        follow_through=own.follow_through,
        all_or_nothing=own.all_or_nothing,
        finding_credit=own.credit,
    )


def check_sum(
    tree: Tree | None,
    name: str,
    total: Fraction | None,
    items: Sequence[Criterion | None],
    notes: Notes,
) -> None:
    """The items' points add up to the problem's, exactly; silent where one cannot be read."""
    if total is None or tree is None or not items or None in items:
        return
    found = sum((item.points for item in items if item), Fraction(0))
    if found != total:
        notes.add(tree.line, f"{name}: points: the items add up to {found}, not to {total}")

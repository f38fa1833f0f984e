"""What an assignment can and cannot see, in words for its author, and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

import numpy as np

from grader.audit import ProblemAudit, Sight
from grader.audit_alike import Alike, Confused
from grader.audit_forms import FORMS, NOTHINGS, Blank, Refusal
from grader.reports.lines import filled
from grader.suggest import Suggestion
from reference.operations import Array

__all__ = ["audit_record", "audit_text", "given_yaml", "summary"]

Suggestions = Mapping[str, Suggestion | None]
"""By the problem's name; None for one whose answers are expressions. Empty if not asked for."""

_FEW = 3
_MATRIX = 2
_PAIR = 2


def audit_text(audits: Sequence[ProblemAudit], suggestions: Suggestions) -> str:
    """A line a problem, then the details of each, then the suggestions."""
    lines = ["What it can see", ""]
    for audit in audits:
        lines += filled(f"{audit.name}: {summary(audit)}", "", "  ")
    for audit in audits:
        details = [line for part in _PARTS for line in part(audit)]
        lines += ["", *filled(f"{audit.name}, {_tried(audit)}"), *details]
    for audit in audits:
        if audit.name in suggestions:
            lines += ["", *_suggestion(audit, suggestions[audit.name])]
    return "\n".join(lines)


def summary(audit: ProblemAudit) -> str:
    """How many mistakes show, and which do not: ``22 of 24 mistakes show; 2 do not: ...``."""
    every, hidden = len(audit.sights), audit.hidden
    shows = f"{every - len(hidden)} of {_mistakes(every)} show"
    told = [f"{shows}; {len(hidden)} {'does' if len(hidden) == 1 else 'do'} not: {_places(hidden)}"]
    told = told if hidden else [f"all {_mistakes(every)} show" if every else "no mistake is known"]
    if audit.alike:
        told.append(
            f"{sum(len(group.members) for group in audit.alike)} can be taken for another one"
        )
    if audit.confused:
        told.append("some conventions cannot be told apart")
    if audit.refusals:
        told.append("some right answers are refused")
    if audit.mute or any(blank.accepts for blank in audit.blanks):
        told.append("some items accept what says nothing")
    return "; ".join(told)


def _mistakes(count: int) -> str:
    return f"{count} mistake{'' if count == 1 else 's'}"


def _places(sights: Iterable[Sight]) -> str:
    """``relu_omitted at h0 and h2``."""
    places: dict[str, list[str]] = {}
    for sight in sights:
        places.setdefault(sight.code, []).append(sight.at)
    return ", ".join(f"{code} at {_and(dict.fromkeys(at))}" for code, at in places.items())


def _and(words: Iterable[str], last: str = "and") -> str:
    *before, end = words
    return f"{', '.join(before)} {last} {end}" if before else end


def _tried(audit: ProblemAudit) -> str:
    """Where it was tried, and under how many conventions."""
    where = "at drawn values, as answers are formulas" if audit.drawn else "at the given values"
    if audit.combinations == 1:
        return where
    every = "both" if audit.combinations == _PAIR else f"all {audit.combinations}"
    all_tried = audit.tried == audit.combinations
    count = every if all_tried else f"{audit.tried} of {audit.combinations}"
    return f"{where}, under {count} combinations of conventions"


# --- details ------------------------------------------------------------------------------------


def _listed(title: str, told: Iterable[str]) -> list[str]:
    lines = [line for text in told for line in filled(text, "    - ", "      ")]
    return [*filled(title, "  "), *lines] if lines else []


def _hidden(audit: ProblemAudit) -> list[str]:
    """Mistakes that do not show, and why."""
    found = _listed("Do not show:", map(_why, audit.hidden))
    told = (f"{_where(sight.conventions)}: {_why(sight)}" for sight in audit.other_sights)
    return found + _listed("Do not show under other conventions:", told)


def _why(sight: Sight) -> str:
    convention, value = sight.mixed
    mixed = f", {convention} {value}" if convention else ""
    told = f"{sight.code} at {sight.at} ({sight.rule}{mixed}): {_REASONS[sight.hidden](sight)}"
    if sight.elsewhere:
        told += f"; it would show in {_and(sight.elsewhere, 'or')}, without points"
    return told


def _no_effect(sight: Sight) -> str:
    units = sight.code in ("relu_omitted", "relu_mask_omitted")
    return "no unit is off, so nothing changes" if units else "it changes nothing that is asked"


def _within(sight: Sight) -> str:
    off = [f"{q} by at most {_percent(by)}" for q, by in sight.accepts.items()]
    return f"it changes {_and(off[:_FEW])}, which the tolerance accepts"


_REASONS: Mapping[str, Callable[[Sight], str]] = MappingProxyType(
    {
        "not_asked": lambda _sight: "no item depends on it",
        "no_effect": _no_effect,
        "within_tolerance": _within,
        "other_convention": lambda s: f"its values are the right ones {_where(s.read_as)}",
        "other_layout": lambda _sight: "its values are the right ones in another layout",
    }
)


def _where(conventions: Mapping[str, str]) -> str:
    return f"under {_and(f'{name} {value}' for name, value in conventions.items())}"


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %" if share < 1 else f"{100 * share:.0f} %"


def _alike(audit: ProblemAudit) -> list[str]:
    """Mistakes and conventions that nothing asked can tell apart."""
    groups = _listed("Look alike in everything that is asked:", map(_group, audit.alike))
    pairs = _listed("Cannot be told apart by what is asked:", map(_pair, audit.confused))
    return groups + pairs


def _group(group: Alike) -> str:
    return _and(
        f"{code} at {at}{f' {_where(under)}' if under else ''}" for code, at, under in group.members
    )


def _pair(pair: Confused) -> str:
    names = [f"{_and(f'{n} {v}' for n, v in side.items())}" for side in (pair.one, pair.other)]
    return f"{_and(names)}{'' if pair.always else ' (under some of the other conventions)'}"


def _items(audit: ProblemAudit) -> list[str]:
    """What the items refuse and accept."""
    lines = _listed("Right, but refused:", map(_refused, audit.refusals))
    if not audit.refusals:
        forms = [
            words for form, words in FORMS.items() if form.startswith("formula") == audit.drawn
        ]
        lines = filled(f"Right answers pass: {_and(forms)}.", "  ")
    lines += _listed("Wrong, but accepted:", (*map(_blank, audit.blanks), *_accepted(audit)))
    mute = (f"{q}: none of the mistakes that reach it shows in it" for q in audit.mute)
    return lines + _listed("Say nothing:", mute)


def _refused(refusal: Refusal) -> str:
    under = f" {_where(refusal.conventions)}" if refusal.conventions else ""
    return f"{refusal.quantity} {FORMS[refusal.form]}: {refusal.score} points{under}"


def _blank(blank: Blank) -> str:
    told = [NOTHINGS[name][0] for name in blank.accepts]
    if blank.zero_entries and "zeros" not in blank.accepts:
        told.append(f"0 for {blank.zero_entries} of its {blank.entries} entries, which are not 0")
    return f"{blank.quantity} accepts {_and(told)}"


def _accepted(audit: ProblemAudit) -> Iterator[str]:
    """Item by item, the mistakes whose values it takes."""
    for q in audit.asked:
        near = [
            f"{s.code} at {s.at} ({_percent(s.accepts[q])} off)"
            for s in audit.sights
            if q in s.accepts
        ]
        turned = [f"{s.code} at {s.at}" for s in audit.sights if q in s.as_layout]
        if near:
            yield f"{q} accepts what comes of {_and(near)}"
        if turned:
            yield f"{q} takes for another layout what comes of {_and(dict.fromkeys(turned))}"


_PARTS: tuple[Callable[[ProblemAudit], list[str]], ...] = (_hidden, _alike, _items)


# --- suggestions --------------------------------------------------------------------------------


def _suggestion(audit: ProblemAudit, found: Suggestion | None) -> list[str]:
    if found is None:
        told = "its answers are formulas, judged at drawn values; there is nothing to suggest"
        return filled(f"{audit.name}: {told}.", "", "  ")
    if not found.better:
        told = "no values were found that show more than those that are given"
        return filled(f"{audit.name}: {told}.", "", "  ")
    return [
        *filled(f"{audit.name}, other values of the same size, to paste into the rubric:"),
        "",
        given_yaml(found.given),
        "",
        *filled(f"With these {summary(found.audit)}.", "  "),
        *(line for part in (_hidden, _alike) for line in part(found.audit)),
    ]


def given_yaml(given: Mapping[str, Array], indent: int = 4) -> str:
    """The block ``given:`` of a problem, as it stands in a rubric."""
    lines = ["given:"]
    for name, value in given.items():
        if np.ndim(value) > _MATRIX:
            lines += [f"  {name}:", *(f"    - {_flow(part)}" for part in value)]
        else:
            lines.append(f"  {name}: {_flow(value)}")
    return "\n".join(" " * indent + line for line in lines)


def _flow(value: Array) -> str:
    if np.ndim(value):
        return f"[{', '.join(map(_flow, value))}]"
    return f"{float(value):g}"


# --- as JSON ------------------------------------------------------------------------------------


def audit_record(audit: ProblemAudit, suggestions: Suggestions) -> dict[str, Any]:
    """All of it, with the summary in words; the suggestion only where one was asked for."""
    record = {"summary": summary(audit), **asdict(audit), "mute": audit.mute}
    if audit.name in suggestions:
        found = suggestions[audit.name]
        record["suggestion"] = found and {
            "better": found.better,
            "given": {name: np.asarray(value).tolist() for name, value in found.given.items()},
            **audit_record(found.audit, {}),
        }
    return record

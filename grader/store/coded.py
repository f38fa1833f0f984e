"""What was judged as JSON text and back, the very same values.

No pickle: a database may be shared, and what is read from it must never run. Only the classes of
the tables below come back, by name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any

import numpy as np

from grader import lateness, model
from grader.choice import Candidate
from grader.identity import Identity
from grader.judging import Outcome
from grader.reports.record import plain

__all__ = ["decoded", "encoded"]

_TAG = ":"


def _classes() -> dict[str, Any]:
    """The frozen values and words that a report may hold, by name."""
    named = (getattr(home, name) for home in (model, lateness) for name in home.__all__)
    ours = [one for one in named if isinstance(one, type)]
    kept = [one for one in ours if is_dataclass(one) or issubclass(one, StrEnum)]
    return {one.__name__: one for one in (*kept, Candidate, Identity, Outcome)}


_CLASSES: Mapping[str, Any] = _classes()

_TEXTS: Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "Fraction": (str, Fraction),
    "datetime": (datetime.isoformat, datetime.fromisoformat),
    "date": (date.isoformat, date.fromisoformat),
    "timedelta": (
        lambda one: [one.days, one.seconds, one.microseconds],
        lambda told: timedelta(*told),
    ),
    "list": (lambda one: [_told(each) for each in one], lambda told: [_value(e) for e in told]),
    "dict": (
        lambda one: [[_told(key), _told(each)] for key, each in one.items()],
        lambda told: {_value(key): _value(each) for key, each in told},
    ),
}
"""How a value of a class becomes JSON, and comes back."""


def encoded(value: Any) -> str:
    """The value as text; equal values give equal text.

    Raises:
        TypeError: it holds something that has no place here.
    """
    return json.dumps(_told(value), separators=(",", ":"))


def decoded(text: str) -> Any:
    """The value again.

    Raises:
        ValueError: the text was not written by `encoded`.
    """
    try:
        return _value(json.loads(text))
    except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        raise ValueError("a stored result cannot be read") from error


def _told(value: Any) -> Any:
    """As JSON: a list is a tuple, and an object with a tag is all else."""
    name = type(value).__name__
    if value is None or type(value) in {bool, int, float, str}:
        return value
    if isinstance(value, tuple):
        return [_told(member) for member in value]
    if name in _TEXTS:
        return {_TAG: name, "is": _TEXTS[name][0](value)}
    if name in _CLASSES:
        if isinstance(value, StrEnum):
            return {_TAG: name, "is": value.value}
        return {_TAG: name, **{f.name: _told(getattr(value, f.name)) for f in fields(value)}}
    return _other(value)


def _other(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        return _told(plain(value))
    if isinstance(value, Mapping):
        return _told(dict(value))
    raise TypeError(f"a {type(value).__name__} cannot be stored")


def _value(told: Any) -> Any:
    if isinstance(told, list):
        return tuple(map(_value, told))
    if not isinstance(told, dict):
        return told
    kind = told[_TAG]
    if kind in _TEXTS:
        return _TEXTS[kind][1](told["is"])
    if "is" in told:
        return _CLASSES[kind](told["is"])
    return _CLASSES[kind](**{name: _value(each) for name, each in told.items() if name != _TAG})

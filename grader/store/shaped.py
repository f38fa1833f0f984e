"""JSON values as frozen values of our own, and nothing but what their fields say.

What is read may come from a database that others write to, or from a ZIP of a stranger's.
"""

from __future__ import annotations

import dataclasses
import types
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

__all__ = ["shaped"]


def shaped(kind: Any, told: Any) -> Any:
    """The value of that kind: a dataclass, ``tuple[X, ...]``, ``X | None``, or a plain one.

    A field that is not told has its default; what is told beyond the fields is not looked at.

    Raises:
        TypeError: it is something else.
    """
    if dataclasses.is_dataclass(kind):
        return _fields(kind, told)
    if get_origin(kind) is tuple:
        return tuple(shaped(get_args(kind)[0], one) for one in _of(list, told))
    if get_origin(kind) in {Union, types.UnionType}:
        (inner,) = (one for one in get_args(kind) if one is not type(None))
        return None if told is None else shaped(inner, told)
    return _of(kind, told)


def _fields(kind: Any, told: Any) -> Any:
    """Every field of a dataclass.

    Raises:
        TypeError: one is missing or of another kind.
    """
    _of(dict, told)
    return kind(**{name: shaped(inner, told[name]) for name, inner in _hints(kind) if name in told})


@cache
def _hints(kind: Any) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(kind)
    return tuple((field.name, hints[field.name]) for field in dataclasses.fields(kind))


def _of(kind: type, told: Any) -> Any:
    if type(told) is not kind:
        raise TypeError(f"a {kind.__name__} is expected")
    return told

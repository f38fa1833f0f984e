"""``submission_metadata.yml``, which Gradescope lays beside the folders of a download.

Only the few fields that say by whom and when are built, from the parser's events. Nothing is ever
made of a tag or an alias; the rest of the file (results, history) is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

__all__ = ["MOST_BYTES", "Refused", "Tree", "entries"]

MOST_BYTES = 20 * 2**20
"""No list is larger."""

_MOST_DEPTH = 60
_MOST_ITEMS = 200
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OPENS = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_CLOSES = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


@dataclass(frozen=True, slots=True)
class Refused:
    """Something of YAML that is not read, and what it is."""

    what: str


Tree = str | Refused | list[Any] | dict[str, Any]
"""A text as written, a list or a mapping of trees, or something that is not read."""

_Wanted = Mapping[str, Any]

_SUBMITTER: _Wanted = {"name": {}, "sid": {}, "email": {}}
_WANTED: _Wanted = {"": {"submitters": {"": _SUBMITTER}, "created_at": {"utc": {}}}}
"""The keys that are built, with those below them; ``""`` is any key or item."""


def entries(data: bytes) -> list[tuple[str, Tree]]:
    """Each submission's key with what the list says of it, in order; a key can come twice.

    Raises:
        ValueError: it is no such list; the message says why, for a person.
    """
    if len(data) > MOST_BYTES:
        raise ValueError(f"it is larger than {MOST_BYTES // 2**20} MiB")
    try:
        events = _bounded(yaml.parse(data.decode("utf-8-sig"), Loader=_LOADER))
        root = next((e for e in events if isinstance(e, yaml.NodeEvent)), None)
        is_mapping = isinstance(root, yaml.MappingStartEvent)
        if not is_mapping:
            raise ValueError("it does not begin with the name of a submission")
        found = list(_pairs(events, _WANTED))
        if any(isinstance(event, yaml.NodeEvent) for event in events):
            raise ValueError("there is more than one document in it")
    except UnicodeDecodeError:
        raise ValueError("it is not in UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        raise ValueError(f"{where}it is no YAML ({getattr(error, 'problem', error)})") from None
    return found


def _bounded(events: Iterator[Any]) -> Iterator[Any]:
    depth = 0
    for event in events:
        depth += isinstance(event, _OPENS) - isinstance(event, _CLOSES)
        if depth > _MOST_DEPTH:
            raise ValueError(f"line {event.start_mark.line + 1}: it is nested too deep")
        yield event


def _pairs(events: Iterator[Any], wanted: _Wanted) -> Iterator[tuple[str, Tree]]:
    """The wanted keys of a mapping that was opened, without the colon of Ruby's symbols."""
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            return
        key = _text(event) if isinstance(event, yaml.ScalarEvent) else ""
        if not isinstance(event, yaml.ScalarEvent):
            _pass_over(events, event)
        if key in wanted or ("" in wanted and key):
            yield key, _tree(events, next(events), wanted.get(key, wanted.get("", {})))
        else:
            _pass_over(events, next(events))


def _text(event: Any) -> str:
    return str(event.value).removeprefix(":").strip()


def _tree(events: Iterator[Any], event: Any, wanted: _Wanted) -> Tree:
    """What begins with this event. A mapping's tag makes no difference; no object is made."""
    if isinstance(event, yaml.ScalarEvent):
        return Refused(f"the tag {event.tag}") if event.tag else str(event.value).strip()
    if isinstance(event, yaml.MappingStartEvent):
        return dict(_pairs(events, wanted))
    if isinstance(event, yaml.SequenceStartEvent):
        return _items(events, wanted)
    return Refused("an alias")


def _items(events: Iterator[Any], wanted: _Wanted) -> Tree:
    items: list[Any] = []
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            break
        items.append(_tree(events, event, wanted.get("", {})))
    return items if len(items) <= _MOST_ITEMS else Refused(f"more than {_MOST_ITEMS} of them")


def _pass_over(events: Iterator[Any], event: Any) -> None:
    """Go to the end of what begins with this event."""
    depth = int(isinstance(event, _OPENS))
    while depth:
        event = next(events)
        depth += isinstance(event, _OPENS) - isinstance(event, _CLOSES)

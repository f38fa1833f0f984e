"""What differs between two rubrics, in words, from their YAML alone: no code of theirs is run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.rubric_yaml import Listing, Notes, Scalar, Table, Tree, parse

__all__ = ["RubricChange", "rubric_changes", "touching"]

_LONGEST = 60  # characters of a value that are shown
_ITEMS = 3  # names before the key of an item: problems, gan, items


@dataclass(frozen=True, slots=True)
class RubricChange:
    """One change; ``where`` is an item (``gan.h0``), a problem (``gan``), or empty for all."""

    where: str
    told: str

    def __str__(self) -> str:
        return f"{self.where}: {self.told}" if self.where else self.told


_Path = tuple[str, ...]
_Files = Sequence[tuple[str, bytes]]


def rubric_changes(before: _Files, after: _Files) -> tuple[RubricChange, ...]:
    """Every change, in the order in which the rubric has it.

    Args:
        before: name and bytes of each file, the YAML first, as from `grader.rubric_files`.
        after: the same of the other rubric.
    """
    old, new = (_values(files[0][1]) if files else {} for files in (before, after))
    found = [*_items(old, new), *_changed(old, new), *_code(before[1:], after[1:])]
    if not found and [data for _, data in before] != [data for _, data in after]:
        return (RubricChange("", "only comments, the layout or the order of the rubric changed"),)
    return tuple(found)


def touching(changes: Sequence[RubricChange], item: str) -> tuple[str, ...]:
    """What changed for an item such as ``gan.h0``: itself, or its problem."""
    problem = item.partition(".")[0]
    return tuple(change.told for change in changes if change.where in {item, problem})


# --- a rubric as values by their path -----------------------------------------------------------


def _values(data: bytes) -> dict[_Path, str]:
    tree = parse(data, Notes(""))
    return dict(_flat(tree, ())) if tree else {}


def _flat(tree: Tree, path: _Path) -> Iterator[tuple[_Path, str]]:
    if isinstance(tree, Table):
        for entry in tree.entries:
            yield from _flat(entry.value, (*path, entry.key))
    elif isinstance(tree, Listing) and path[-1:] == ("items",):
        for item in tree.items:
            yield from _flat(item, (*path, _quantity(item)))
    else:
        yield path, _text(tree)


def _quantity(tree: Tree) -> str:
    entries = tree.entries if isinstance(tree, Table) else ()
    return next((_text(entry.value) for entry in entries if entry.key == "quantity"), "")


def _text(tree: Tree) -> str:
    if isinstance(tree, Scalar):
        return tree.text
    if isinstance(tree, Listing):
        return f"[{', '.join(map(_text, tree.items))}]"
    entries = tree.entries if isinstance(tree, Table) else ()
    return "{" + ", ".join(f"{entry.key}: {_text(entry.value)}" for entry in entries) + "}"


# --- in words -----------------------------------------------------------------------------------


def _items(old: Mapping[_Path, str], new: Mapping[_Path, str]) -> Iterator[RubricChange]:
    """Items that came and that are gone."""
    there, here = (_points(values) for values in (old, new))
    for name, points in here.items():
        if name not in there:
            yield RubricChange(name, f"a new item of {_counted(points)}")
    for name, points in there.items():
        if name not in here:
            yield RubricChange(name, f"no item any more (it had {_counted(points)})")


def _points(values: Mapping[_Path, str]) -> dict[str, str]:
    """The points of each item."""
    names = {path[:4] for path in values if _is_item(path)}
    ordered = dict.fromkeys(path[:4] for path in values if path[:4] in names)
    return {f"{path[1]}.{path[3]}": values.get((*path, "points"), "") for path in ordered}


def _is_item(path: _Path) -> bool:
    return len(path) > _ITEMS + 1 and path[0] == "problems" and path[2] == "items"


def _changed(old: Mapping[_Path, str], new: Mapping[_Path, str]) -> Iterator[RubricChange]:
    """Values that are others, but those of items that came or are gone."""
    both = _points(old).keys() & _points(new).keys()
    for path in dict.fromkeys([*new, *old]):
        where, what = _placed(path)
        told = old.get(path) != new.get(path) and not (_is_item(path) and where not in both)
        if told:
            yield RubricChange(where, _words(what, old.get(path), new.get(path)))


def _placed(path: _Path) -> tuple[str, str]:
    """What it belongs to, and what it is called there."""
    if _is_item(path):
        return f"{path[1]}.{path[3]}", " ".join(path[4:])
    if path[0] == "problems" and len(path) > 1:
        return path[1], " ".join(path[2:])
    return "", " ".join(path)


def _words(what: str, old: str | None, new: str | None) -> str:
    if old is None:
        return f"{what} is now {_shown(new)}; it was not said before"
    if new is None:
        return f"{what} is not said any more; it was {_shown(old)}"
    if max(len(old), len(new)) > _LONGEST:
        return f"{what} has other values"
    if what == "points":
        return f"{_counted(new)} instead of {old}"
    return f"{what} {_shown(new)} instead of {_shown(old)}"


def _counted(points: str) -> str:
    return f"{points or 0} {'point' if points == '1' else 'points'}"


def _shown(text: str | None) -> str:
    text = text or "nothing"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _code(before: _Files, after: _Files) -> Iterator[RubricChange]:
    """References beside the rubric whose bytes are others."""
    old, new = dict(before), dict(after)
    for name in dict.fromkeys([*new, *old]):
        if name in old and name in new and old[name] != new[name]:
            yield RubricChange("", f"the reference {name} is another")

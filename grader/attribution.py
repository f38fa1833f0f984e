"""Whose each hand-in is, where more than its own name tells: a download's list, or a group.

What several handed in together is a hand-in of each of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TypeVar

from grader.handin import HandIn, Problem
from grader.identity import Identity
from grader.roster import Roster
from grader.sources import Collection
from grader.submitters import by_list
from grader.teams import by_group, handed_out_alike

__all__ = ["attributed"]

_Item = TypeVar("_Item", HandIn, Problem)


def attributed(found: Collection, roster: Roster | None = None) -> Collection:
    """The same, with whose a hand-in is where something else than its name tells so.

    A hand-in of a group stands there once for each of its members. What is attributed already
    stays as it is.
    """
    alike = handed_out_alike(found.handins, roster) if roster else {}
    handins = [replace(one, whose=one.whose or alike.get(one.name)) for one in found.handins]
    return replace(
        found,
        handins=tuple(one for item in handins for one in _each(item, roster)),
        problems=tuple(one for item in found.problems for one in _each(item, roster)),
    )


def _each(item: _Item, roster: Roster | None) -> Iterable[_Item]:
    """A hand-in of one, or one for each member of a group."""
    if item.whose:
        return (item,)
    whose = _whose(item, roster)
    members = whose.team.members if whose and whose.team else ()
    if whose is None or not members:
        return (replace(item, whose=whose),)
    owners = (replace(whose, id=one.id or one.name, name=one.name) for one in members)
    return tuple(replace(item, whose=owner) for owner in owners)


def _whose(item: HandIn | Problem, roster: Roster | None) -> Identity | None:
    if item.listed and (item.listed.submitters or item.listed.fault):
        key = next((part for part in item.parts[1:]), item.name)
        found = by_list(item.listed, key, roster)
        return replace(found, file=PurePosixPath(item.name).name)
    return by_group(item.parts, roster) if roster else None

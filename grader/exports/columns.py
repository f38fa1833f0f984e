"""Which column of a file is the assignment's: by its name, and never guessed."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from grader.exports.platform import folded
from grader.model import GraderError
from grader.notation.numbers import quoted

__all__ = ["chosen_column"]

_MOST_NAMED = 8
_LONGEST = 120


def chosen_column(
    header: Sequence[str], titles: Mapping[int, str], names: Sequence[str], *, said: bool = False
) -> int:
    """The column whose heading, or the title in it, is one of the names.

    A heading that is a name to the letter goes before those that are it but for case, spaces and
    punctuation. The only column of a file without titles is it, unless the name was ``said``.

    Raises:
        GraderError: none is, or several are; the message names them.
    """
    if not titles:
        raise GraderError("the file has no column for the points of an assignment")
    if list(titles.values()) == [""] and not said:
        return next(iter(titles))
    exact = [at for at in titles if header[at] in names]
    alike = {folded(name) for name in names if folded(name)}
    near = [at for at, title in titles.items() if {folded(header[at]), folded(title)} & alike]
    found = exact or near
    if len(found) == 1:
        return found[0]
    told = _listed([header[at] for at in found])
    if found:
        raise GraderError(f"several columns fit: {told}; say which with --column")
    wanted = " or ".join(_shown(name) for name in dict.fromkeys(names))
    close = _listed(_close([header[at] for at in titles], titles, names))
    raise GraderError(f"no column is called {wanted}; did you mean {close}? Say so with --column")


def _close(headings: list[str], titles: Mapping[int, str], names: Sequence[str]) -> list[str]:
    """The headings, those that look like a name first."""
    looks = dict(zip(headings, map(folded, titles.values()), strict=True))

    def likeness(heading: str) -> float:
        return max(_likeness(looks[heading], folded(name)) for name in names)

    return sorted(looks, key=lambda heading: -likeness(heading))


def _likeness(one: str, other: str) -> float:
    is_part = one and other and (one in other or other in one)
    return 1.0 if is_part else difflib.SequenceMatcher(None, one[:200], other[:200]).ratio()


def _listed(headings: Sequence[str]) -> str:
    shown = [_shown(heading) for heading in headings[:_MOST_NAMED]]
    return " or ".join([*shown, *(["others"] if len(headings) > _MOST_NAMED else [])])


def _shown(name: str) -> str:
    return quoted(name, _LONGEST)

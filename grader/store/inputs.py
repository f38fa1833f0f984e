"""What a run was made of, kept so that it can be done again from the store alone.

As JSON: files by name and the SHA-256 of their bytes, and for each result the names of what it
was made from.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

from grader.handin import Ignored, Listed
from grader.identity import Identity
from grader.store.shaped import shaped

__all__ = ["Inputs", "Kept", "Piece", "digests", "parsed", "written"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A file by its name and the digest of its bytes."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that was handed in: with a digest, or with the reason why it cannot be opened.

    The rest as in a `HandIn`.
    """

    name: str
    parts: tuple[str, ...]
    digest: str = ""
    reason: str = ""
    listed: Listed | None = None
    whose: Identity | None = None


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a run was made of.

    Attributes:
        rubric: the YAML, and the references beside it.
        roster: the class list; None where none was given.
        times: when each submission came; None where nobody said.
        pieces: all that was handed in, in the order in which it was found.
        ignored: what is no hand-in.
        made: for each result, in the gradebook's order, the names of the pieces it is made from.
    """

    rubric: tuple[Kept, ...] = ()
    roster: Kept | None = None
    times: Kept | None = None
    pieces: tuple[Piece, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    made: tuple[tuple[str, ...], ...] = ()

    def of(self, place: int) -> Inputs:
        """With only what the result at that place is made from."""
        names = frozenset(self.made[place]) if place < len(self.made) else frozenset()
        pieces = tuple(piece for piece in self.pieces if piece.name in names)
        return replace(self, pieces=pieces, ignored=(), made=(self.made[place],) if names else ())


def digests(inputs: Inputs) -> Iterator[str]:
    """Of all bytes that it was made of."""
    files = (*inputs.rubric, inputs.roster, inputs.times)
    yield from (file.digest for file in files if file)
    yield from (piece.digest for piece in inputs.pieces if piece.digest)


# --- as text ------------------------------------------------------------------------------------


def written(inputs: Inputs) -> str:
    """As JSON; the same inputs give the same text."""
    bare = replace(inputs, ignored=tuple(replace(one, content=None) for one in inputs.ignored))
    return json.dumps(asdict(bare), ensure_ascii=True, sort_keys=True)


def parsed(text: str | bytes) -> Inputs:
    """What was written.

    Raises:
        ValueError: it is something else.
    """
    try:
        found: Inputs = shaped(Inputs, json.loads(text))
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError("what the run was made of cannot be read") from error
    return found

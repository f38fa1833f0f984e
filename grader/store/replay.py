"""What a run was made of, laid out again as it was, from stored bytes alone.

Code is never run out of a store or a bundle: a rubric that brings a reference of its own is used
from a copy that its owner names, which must be the same to the byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.handin import HandIn, Problem
from grader.model import GraderError
from grader.rubric_files import references, rubric_files
from grader.sources import Collection
from grader.store.database import StoreError, digest_of
from grader.store.inputs import Inputs, Kept, Piece
from grader.terms import Named

__all__ = ["Content", "Laid", "laid_out", "same_rubric"]

Content = Callable[[str], bytes | None]
"""The bytes of a digest; None where there are none."""

_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Laid:
    """What was handed in, and the class list and times, as files again."""

    found: Collection
    roster: Named | None = None
    times: Named | None = None


def laid_out(inputs: Inputs, content: Content, folder: Path) -> Laid:
    """Write it into an empty folder; the files have names of ours there.

    Raises:
        StoreError: some bytes are not there any more.
        OSError: they could not be written.
    """
    numbered = enumerate(piece for piece in inputs.pieces if piece.digest)
    handins = tuple(_handin(piece, content, folder / f"{number}") for number, piece in numbered)
    problems = tuple(
        Problem(piece.name, piece.reason, piece.parts, piece.listed, piece.whose)
        for piece in inputs.pieces
        if not piece.digest
    )
    return Laid(
        Collection(handins, inputs.ignored, problems),
        _file("roster", inputs.roster, content, folder),
        _file("times", inputs.times, content, folder),
    )


def same_rubric(inputs: Inputs, content: Content, folder: Path, copy: Path | None = None) -> Path:
    """The rubric as a file.

    Args:
        inputs: what the run was made of.
        content: where its bytes are.
        folder: where it can be written.
        copy: the owner's own copy, for a rubric that brings code.

    Raises:
        StoreError: its bytes are not there any more.
        GraderError: it brings code and no copy is named, or the copy is another.
    """
    if copy:
        return _checked(inputs, copy)
    if not inputs.rubric:
        raise StoreError("the stored run has no rubric; `grade verify` tells more")
    rubric = inputs.rubric[0]
    data = _bytes(rubric.name, rubric.digest, content)
    if code := references(data):
        told = f"the rubric {rubric.name} brings Python code ({', '.join(code)})"
        raise GraderError(
            f"{told}, which is never run from a store or a bundle; name your copy with --rubric"
        )
    path = folder / "rubric.yaml"
    path.write_bytes(data)
    return path


def _checked(inputs: Inputs, copy: Path) -> Path:
    """The copy, if it is what was used."""
    there = dict.fromkeys((name, digest_of(data)) for name, data in rubric_files(copy))
    if [digest for _, digest in there] != [file.digest for file in inputs.rubric]:
        raise GraderError(f"{copy} is not the rubric that was used: some of its bytes are others")
    return copy


def _handin(piece: Piece, content: Content, path: Path) -> HandIn:
    path.write_bytes(_bytes(piece.name, piece.digest, content))
    return HandIn(piece.name, path, (), piece.parts, piece.listed, piece.whose)


def _file(what: str, kept: Kept | None, content: Content, folder: Path) -> Named | None:
    if kept is None:
        return None
    ending = _ENDING.search(kept.name)
    path = folder / f"{what}{ending[0] if ending else ''}"
    path.write_bytes(_bytes(kept.name, kept.digest, content))
    return Named(kept.name, path)


def _bytes(name: str, digest: str, content: Content) -> bytes:
    data = content(digest)
    if data is None:
        raise StoreError(f"the bytes of {name} are not there as they were; `grade verify` tells")
    return data

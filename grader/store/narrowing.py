"""What a run was made of, with one student's rows of the class list and of the times only."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC
from pathlib import Path

from grader import roster as rosters
from grader import times as timetables
from grader.roster_table import read_lines, read_rows
from grader.store.database import digest_of
from grader.store.inputs import Inputs, Kept
from grader.store.replay import Content, laid_out

__all__ = ["narrowed"]


def narrowed(
    inputs: Inputs, content: Content, student: str, folder: Path
) -> tuple[Inputs, Mapping[str, bytes]]:
    """The inputs with tables of one row, and those tables' bytes by their digest.

    Args:
        inputs: what the student's result was made of.
        content: where its bytes are.
        student: the id.
        folder: an empty one, to work in.

    Raises:
        GraderError: a table is not there as it was, or cannot be read.
    """
    laid = laid_out(replace(inputs, pieces=()), content, folder)
    held: dict[str, bytes] = {}
    roster = None
    if laid.roster:
        roster = rosters.load(laid.roster.path)
        lines = {row.line: row["id"] for row in read_rows(laid.roster.path)}
        own = [line for line, name in lines.items() if name == student]
        inputs = replace(inputs, roster=_kept("roster.csv", laid.roster.path, lines, own, held))
    if laid.times:  # the zone makes no difference to which line is whose
        found = timetables.load(laid.times.path, UTC, roster).arrivals
        own = [row.line for key, row in found.items() if key == student.strip().casefold()]
        every = [row.line for row in found.values()]
        inputs = replace(inputs, times=_kept("times.csv", laid.times.path, every, own, held))
    return inputs, held


def _kept(
    name: str, path: Path, every: Collection[int], own: Collection[int], held: dict[str, bytes]
) -> Kept:
    """The table with what stands above the students, and the student's own line."""
    first = min(every, default=0)
    text = io.StringIO()
    rows = (cells for line, cells in read_lines(path) if line < first or line in own)
    csv.writer(text, lineterminator="\n").writerows(rows)
    data = text.getvalue().encode()
    held[digest_of(data)] = data
    return Kept(name, digest_of(data))

"""Every format that results are exported in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grader.exports.blackboard import BLACKBOARD
from grader.exports.brightspace import BRIGHTSPACE
from grader.exports.canvas import CANVAS
from grader.exports.gradescope import gradescope_zip
from grader.exports.moodle import MOODLE
from grader.exports.people_table import csv_table, xlsx_table
from grader.exports.platform import Platform
from grader.exports.results import Assignment, Result

__all__ = ["FORMATS", "Format"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the file it makes, and the platform whose own file it can fill, if there is one."""

    name: str
    suffix: str
    write: Callable[[Sequence[Result], Assignment], bytes]
    platform: Platform | None = None


FORMATS: tuple[Format, ...] = (
    *(Format(p.name, ".csv", p.write, p) for p in (CANVAS, MOODLE)),
    Format("gradescope", ".zip", gradescope_zip),
    *(Format(p.name, ".csv", p.write, p) for p in (BLACKBOARD, BRIGHTSPACE)),
    Format("csv", ".csv", csv_table),
    Format("xlsx", ".xlsx", xlsx_table),
)

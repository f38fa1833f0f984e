"""Students' feedback pages, packed so that a platform hands each back to its student."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.exports.feedback_canvas import canvas_targets
from grader.exports.feedback_moodle import moodle_targets
from grader.exports.pages import page_names
from grader.exports.people import Person, join
from grader.exports.results import Result
from grader.exports.target import NoTargetError, Target
from grader.model import Status

__all__ = ["PACKED", "Package", "packed", "with_pages"]

_TOLD = (Status.GRADED, Status.UNREADABLE)

_Targets = Callable[[Result, Person | None, Sequence[Person]], tuple[Target, ...]]
PACKED: Mapping[str, _Targets] = {"canvas": canvas_targets, "moodle": moodle_targets}
"""The platforms that take pages back, and how each names them."""


@dataclass(frozen=True, slots=True)
class Package:
    """Who gets a page under which name; who cannot be addressed, and why; who gets none."""

    entries: tuple[tuple[Result, Target], ...]
    apart: tuple[tuple[Result, str], ...]
    silent: tuple[Result, ...]


def packed(platform: str, results: Sequence[Result], people: Sequence[Person] = ()) -> Package:
    """The names under which a platform finds the students.

    Whoever is in doubt gets no page: a page in a stranger's hands cannot be taken back. Results
    without a score that is settled (missing, excused, ungraded) have none to hand back.

    Args:
        platform: one of those in `PACKED`.
        results: of one assignment.
        people: the rows of the platform's own file; without them names alone tell.
    """
    rows = {id(result): one for result, one in join(results, people).pairs}
    found: list[tuple[Result, Target]] = []
    apart: list[tuple[Result, str]] = []
    for result in results:
        if result.status in _TOLD:
            try:
                targets = PACKED[platform](result, rows.get(id(result)), people)
            except NoTargetError as error:
                apart.append((result, str(error)))
            else:
                found += [(result, target) for target in targets]
    uses = Counter(target.number for _, target in found)
    shared = [(result, target) for result, target in found if uses[target.number] > 1]
    for result, target in shared:
        apart.append((result, f"{uses[target.number]} results would go to {target.number}"))
    entries = tuple((r, target) for r, target in found if uses[target.number] == 1)
    silent = tuple(result for result in results if result.status not in _TOLD)
    return Package(entries, tuple(apart), silent)


def with_pages(
    package: Package, results: Sequence[Result], folder: Path
) -> tuple[Package, dict[str, bytes]]:
    """The package without those of whom the folder holds no page, and the pages by their names.

    Args:
        package: of these results.
        results: all of them, since a page's name depends on whose else there are.
        folder: where `grade` wrote the pages.

    Raises:
        OSError: a page is there and cannot be read.
    """
    names = page_names(results)
    own = {id(result): names[at] for at, result in enumerate(results)}
    pages: dict[str, bytes] = {}
    apart = list(package.apart)
    for result, target in package.entries:
        page = folder / own[id(result)]
        if page.is_file():
            pages[target.name] = page.read_bytes()
        else:
            apart.append((result, f"there is no page {page.name} in {folder.name}"))
    entries = tuple((result, target) for result, target in package.entries if target.name in pages)
    return replace(package, entries=entries, apart=tuple(apart)), pages

"""What grading a class leaves behind: a folder of results, each file whole or not there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from grader.batch import Batch
from grader.files import PARTS, write_atomically, write_temporary
from grader.gradebook.csv_export import gradebook_csv
from grader.gradebook.page_names import feedback_names
from grader.gradebook.table import in_order
from grader.gradebook.xlsx import workbook
from grader.reports.class_report import class_page
from grader.reports.feedback import feedback_page
from grader.reports.record import line

__all__ = ["claimed", "write_results"]

_MARK = b'<meta name="generator" content="stepgrade">'
_BOM = "\ufeff"  # spreadsheet programs take a CSV without it for an old encoding


@contextlib.contextmanager
def claimed(out: Path) -> Iterator[Path]:
    """The folder, made if need be; half-made files in it are cleared away in the end.

    Raises:
        OSError: it cannot be made or written to; known before any work is done.
    """
    (out / "feedback").mkdir(parents=True, exist_ok=True)
    try:
        for folder in (out, out / "feedback"):
            write_temporary(folder, "").unlink()
        yield out
    finally:
        for part in (*out.glob(PARTS), *out.glob(f"feedback/{PARTS}")):
            part.unlink(missing_ok=True)


def write_results(batch: Batch, out: Path) -> None:
    """Write results, gradebook, pages and the class report.

    Raises:
        OSError: a file could not be written; those written before are whole.
    """
    reports = in_order(batch.reports)
    _write_pages(batch, out / "feedback")
    write_atomically(out / "results.jsonl", "".join(f"{line(report)}\n" for report in reports))
    write_atomically(out / "gradebook.csv", _BOM + gradebook_csv(reports, batch.rubric))
    write_atomically(out / "gradebook.xlsx", workbook(reports, batch.rubric))
    write_atomically(out / "report.html", class_page(reports, batch.rubric))
    if batch.log:
        write_atomically(out / "errors.log", batch.log)
    else:
        (out / "errors.log").unlink(missing_ok=True)


def _write_pages(batch: Batch, folder: Path) -> None:
    """Give each page its student's name, and take away those of an earlier run."""
    names = feedback_names(batch.reports)
    for number, (report, page) in enumerate(zip(batch.reports, batch.pages, strict=True)):
        if page:
            page.replace(folder / names[number])
        else:
            write_atomically(folder / names[number], feedback_page(report, batch.rubric))
    kept = set(names.values())
    for old in folder.glob("*.html"):
        if old.name not in kept and _is_ours(old):
            old.unlink()


def _is_ours(page: Path) -> bool:
    """Whether a run made it; a folder may hold pages of somebody else's too."""
    with page.open("rb") as file:
        return _MARK in file.read(1024)

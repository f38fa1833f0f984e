"""Make `docs/findings.md` from the table in `tests/finding_cases.py`.

    python tests/tools/make_findings_page.py            writes the page
    python tests/tools/make_findings_page.py --check    says whether it is up to date

Every row of the table is graded by `tests/test_findings_page.py`, so the page shows what happens.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [p for p in (str(ROOT), str(ROOT / "tests")) if p not in sys.path]

from finding_cases import ROWS, Found, Row, report_of  # noqa: E402 - found by the line above

from grader.codes import CODE_MEANINGS  # noqa: E402 - the same
from grader.points import shown  # noqa: E402 - the same
from grader.reports.wording import finding_title  # noqa: E402 - the same

PAGE = ROOT / "docs" / "findings.md"
_MANY = 3
_OTHER_VALUES = {
    "other": " (other values)",
    "square": " (a layer with square weights)",
    "pair": " (an auto-encoder of two numbers)",
}
_CHARGED = (
    "Charged where it was made: the wrong entries earn nothing there. If that answer carries no "
    "points, the first item with points where it shows is charged. What follows from it is right."
)
_COSTS = {
    "transcription_slip": "Charged where it stands, and nowhere else: later answers are right.",
    "rounded_early": "The rounded value is right as written. Charged in the first item with points "
    "that its rounding moves off; what follows from it is right.",
    "too_few_digits": "Charged where it stands: the entries named earn nothing there.",
    "swapped_answers": "Charged in both answers, as neither is what was asked for there.",
    "layout": "Nothing: it is information, not a mistake.",
    "shape_mismatch": "The whole answer earns nothing; later answers are judged without it.",
    "degenerate": "The whole answer earns nothing, and neither does what follows from it alone.",
}
_START = """\
# Findings: what was done, and what it costs

A finding names a cause, not a symptom: `at` is the quantity where the mistake was made, even if
it shows only further down, and `entries` those of its entries that it is about (all of them where
none are named). A code is given only where it explains the numbers; where nothing does, no
explanation is invented.

**One cause is charged once.** An item earns its points times the right share of its entries, and
what follows from a mistake that was charged already is right. A rubric can change what a finding
costs (`credit`, in the [rubric format](rubric-format.md)). Why it is so: [who
pays](decisions/0003-who-pays.md).

The tables below are tests: each row is a sheet that is graded, and what stands beside it is what
comes out. Unless a row says otherwise, the sheet is one of the first assignment
(`rubrics/hw6.yaml`) that is right but for what the row tells. *Costs* is what its answers lose in
all, in points; a quantity without points, such as `m`, costs nothing as long as nothing with
points shows the mistake.

* *other values*: `tests/rubrics/other_given.yaml`, where some units are off (in the first
  assignment's values none is, so a lost ReLU changes no number). There what follows from a
  mistake earns 3/4 only.
* *a layer with square weights*: `tests/assignments/square.yaml`. In the two problems of the first
  assignment no weights are square, so that exchanging W and its transpose gives a
  `shape_mismatch`; a formula that is right but for that is told so as well.
* *an auto-encoder of two numbers*: `tests/assignments/pair.yaml`.

"""
_ALTERNATIVES = """\
## When two explanations fit

Where the numbers fit two explanations equally well, both are given, the second with "Or, as the
numbers fit both". It is one mistake: the answer loses what either would cost, and no more. Half
of a gradient of two entries, for example, is a lost 2 as well as a mean of two; the student is
told:

"""


def page() -> str:
    """The whole page."""
    contents = "".join(f"* [`{c}`](#{c}): {finding_title(c)}\n" for c in CODE_MEANINGS)
    sections = "\n".join(_section(code) for code in CODE_MEANINGS)
    return f"{_START}{contents}\n{_ALTERNATIVES}{_alternative()}\n{sections}"


def rows_of(code: str, *, speaks: bool) -> list[Row]:
    """The rows of a code in which it speaks, or those in which it is silent."""
    return [row for row in ROWS if row.code == code and row.speaks is speaks]


def _alternative() -> str:
    row = next(row for row in ROWS if row.of == "pair")
    told = "".join(f"> {finding.message}\n>\n" for finding in report_of(row).findings)
    return f"{told.removesuffix('>' + chr(10))}\nIt costs {_points(row.costs)} points in all.\n"


def _section(code: str) -> str:
    speaking, silent = rows_of(code, speaks=True), rows_of(code, speaks=False)
    told = next(f.message for f in report_of(speaking[0]).findings if f.code == code)
    lines = [
        f"## `{code}`",
        "",
        f"**{finding_title(code)}.** The student {CODE_MEANINGS[code]}.",
        "",
        f"Told, in the first case below: *{told.replace('*', chr(92) + '*')}*",
        "",
        f"Costs: {_COSTS.get(code, _CHARGED)}",
        "",
        *_table(("speaks when", "finding", "costs"), map(_speaking, speaking)),
        "",
        *_table(("stays silent when", "because", "instead", "costs"), map(_silent, silent)),
        "",
    ]
    return "\n".join(lines)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for row in (header, ["---"] * len(header), *rows):
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


def _speaking(row: Row) -> tuple[str, ...]:
    return (_sentence(row), _findings(row), _points(row.costs))


def _silent(row: Row) -> tuple[str, ...]:
    return (_sentence(row), row.why, _findings(row), _points(row.costs))


def _sentence(row: Row) -> str:
    return row.sentence + _OTHER_VALUES.get(row.of, "")


def _findings(row: Row) -> str:
    ordered = sorted(row.gives, key=lambda found: (found[0] != row.code, found))
    return "; ".join(map(_finding, ordered)) or "no finding"


def _finding(found: Found) -> str:
    code, at, entries = found
    if not entries:
        return f"`{code}` at `{at}`"
    if len(entries) > _MANY:
        return f"`{code}` at `{at}`, {len(entries)} entries"
    named = ", ".join(f"`{at}[{','.join(map(str, index))}]`" for index in entries)
    return f"`{code}` at {named}"


def _points(points: Fraction) -> str:
    return shown(points) if points else "0"


def main() -> int:
    """Write the page, or say whether it is what would be written."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if it differs")
    if parser.parse_args().check:
        same = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page()
        told = "is up to date" if same else "is not what the table says; run this without --check"
        sys.stdout.write(f"docs/findings.md {told}\n")
        return 0 if same else 1
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

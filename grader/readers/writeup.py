r"""A write-up in Markdown, LaTeX or plain text -> a submission.

Prose is passed over, worked lines give way to the final form, and what was recognised but could
not be placed is listed. Nothing that the text names is opened: ``\input`` is a word like others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from grader.model import Place, Remark, Rubric, Submission, SubmissionError
from grader.notation.labels import split_index
from grader.notation.numbers import quoted, uses_decimal_comma
from grader.readers.chains import Unplaced
from grader.readers.collect import Found, submission
from grader.readers.gathering import Gathering
from grader.readers.latex_grid import entry_texts
from grader.readers.macros import Macros
from grader.readers.mathblocks import Part, parts, without_comments
from grader.readers.offers import settle
from grader.readers.sayings import Saying, sayings
from grader.readers.sections import sections
from grader.readers.student import lines_said, note_student
from grader.readers.text import decoded
from grader.readers.transcripts import Transcripts

__all__ = ["is_written", "read_parts", "read_writeup"]

_MOST_EQUATIONS = 5_000
_MOST_LINES = 20_000
_MOST_UNPLACED = 40
_BODY = re.compile(r"\\begin\s*\{document\}")
_DECIMAL = re.compile(r"[-+−]?\d+(?:,|\{,\})\d+")
_WRITTEN = re.compile(
    r"\$\$|\\\[|\\\(|^[ \t]*\\(?:begin|section|documentclass)|\$[^$\n]{1,400}=[^$\n]{0,400}\$"
    r"|^#{1,6} |^```|^[ \t]*(?:>>> |In ?\[\d{0,4}\]: )|^[ \t]*=[ \t]*\S"
    r"|^[ \t]*[^\s=,;:]{1,24}[ \t]*=[ \t]*$"
    r"|(?:×|\\times|\*|\btimes|\bx)[ \t]*(?:10[ \t]*\^|10[⁻⁺]|1(?:\.0*)?e[-+])"
    r"|(?:10[ \t]*\^[ \t]*-?\d+|10⁻[⁰¹²³⁴⁵⁶⁷⁸⁹]|\de[-+]\d+)[ \t]*[×*][ \t]*$"
    r"|[(\[][ \t]*(?:1(?:\.0*)?e[-+]\d|10[ \t]*\^|10⁻)"
    r"|\b(?:units[ \t]+of|multiplied[ \t]+by|factor(?:[ \t]+of)?)[ \t]+\(?1"
    r"|^[ \t]*(?:let|where|with|then|so|hence|thus|therefore)\b[^\n]{0,200}=",
    re.MULTILINE | re.IGNORECASE,
)


def is_written(text: str) -> bool:
    """Whether a text has the marks of a write-up: mathematics, headings, sentences of a proof."""
    return _WRITTEN.search(text) is not None


def read_writeup(data: bytes, filename: str, rubric: Rubric) -> tuple[Submission, ...]:
    """The submission in a write-up.

    Raises:
        SubmissionError: it is no text, too long, or answers no quantity of the assignment.
    """
    text, remarks = decoded(data, filename)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if filename.lower().endswith(".tex") or "\\documentclass" in text[:4000]:
        text = without_comments(text)
    transcripts = Transcripts(filename, rubric)
    macros = Macros(filename)
    found = parts(macros.expanded(transcripts.written_out(text)))
    told = (*remarks, *macros.remarks, *transcripts.remarks)
    return (read_parts(found, filename, rubric, told),)


def read_parts(
    given: Iterable[Part], filename: str, rubric: Rubric, remarks: Sequence[Remark] = ()
) -> Submission:
    """The submission that the parts of a write-up, or of a notebook's cells, make up.

    Raises:
        SubmissionError: they are too many, or answer no quantity of the assignment.
    """
    said = _bounded(sayings(given, filename, rubric), filename)
    found = Found(filename, remarks=list(remarks))
    note_student(found, lines_said(said, rubric), rubric)
    comma = uses_decimal_comma(_entries(said))
    gathering = Gathering(rubric, found, decimal_comma=comma)
    gathering.read(sections(said, rubric))
    ledger = gathering.ledger
    settle(ledger.offers, ledger.definitions, found, rubric)
    if not found.labels:
        raise SubmissionError(_nothing_told(rubric), Place(filename))
    _tell_unplaced(ledger.unplaced, found)
    return submission(found, rubric)


def _bounded(said: Iterator[Saying], filename: str) -> list[Saying]:
    listed: list[Saying] = []
    equations = 0
    for saying in said:
        listed.append(saying)
        equations += bool(saying.sides)
        if equations > _MOST_EQUATIONS or len(listed) > _MOST_LINES:
            most = f"{_MOST_EQUATIONS:,} equations or {_MOST_LINES:,} lines"
            told = f"holds more than {most}; no write-up is that long"
            raise SubmissionError(told, Place(filename))
    return listed


def _entries(said: Iterable[Saying]) -> Iterator[str]:
    """The numbers of a file that can show what its comma is."""
    for saying in said:
        for side in saying.sides[-1:]:
            if "\\begin" in side.raw:
                yield from entry_texts(side.raw)
            elif _DECIMAL.fullmatch(side.text.strip()):
                yield side.text


def _tell_unplaced(unplaced: Iterable[Unplaced], found: Found) -> None:
    """A remark on each, in order; those of one name with other indices are told together."""
    alike: dict[tuple[str, str], list[Unplaced]] = {}
    for one in unplaced:
        alike.setdefault((one.why, split_index(one.label)[0]), []).append(one)
    groups = sorted(alike.values(), key=lambda group: _order(group[0].place))
    for group in groups[:_MOST_UNPLACED]:
        found.remark(_told(group), group[0].place)
    more = len(groups) - _MOST_UNPLACED
    if more > 0:
        found.remark(f"and {more} more that could not be placed", groups[_MOST_UNPLACED][0].place)


def _order(place: Place) -> tuple[int, int]:
    return int(place.cell or 0), place.line


def _told(group: Sequence[Unplaced]) -> str:
    first, last = group[0], group[-1].place
    more = f" and {len(group) - 1} more like it, up to line {last.line}" if len(group) > 1 else ""
    return f"not placed, {first.why}: {quoted(first.text, 80)}{more}"


def _nothing_told(rubric: Rubric) -> str:
    names = ", ".join(str(item.key) for problem in rubric.problems for item in problem.items[:3])
    return (
        f"no answer was found: no equation has a quantity such as {names} on its left side; "
        "write 'h0 = [0.38, ...]', or '∇W2 = ...'"
    )

"""How many of the students' spellings are read, and judged rightly.

python tests/notation/spelling_report.py [--kind latex] [--table right|wrong]
"""

import argparse
import sys
from collections import Counter

from right_spellings import RIGHT
from spelling_rows import KINDS, judged
from wrong_spellings import WRONG

from grader.model import Verdict

TABLES = {"right": (RIGHT, Verdict.CORRECT), "wrong": (WRONG, Verdict.INCORRECT)}
UNREAD = (Verdict.UNREADABLE, Verdict.UNGRADED)
OUTCOMES = ("rightly", "unread", "misjudged", "no_code", "raised")


def main():
    chosen = _arguments()
    for name in [chosen.table] if chosen.table else TABLES:
        _report(name, [chosen.kind] if chosen.kind else KINDS)


def _arguments():
    parser = argparse.ArgumentParser(description="How students' spellings are judged.")
    parser.add_argument("--kind", choices=KINDS)
    parser.add_argument("--table", choices=tuple(TABLES))
    return parser.parse_args()


def _report(name, kinds):
    """The counts of a table by kind, then each row that is not judged as it should be."""
    rows, wanted = TABLES[name]
    found = [(row, *_outcome(row, wanted)) for row in rows if row.kind in kinds]
    counts = Counter((row.kind, outcome) for row, outcome, _ in found)
    _say(f"{name:<12} rows " + " ".join(OUTCOMES))
    for kind in (*kinds, "all"):
        _say(_line(kind, counts if kind != "all" else _summed(counts)))
    for row, outcome, told in found:
        if outcome != "rightly":
            _say(f"\n{outcome}: {row!s}\n    {told}")


def _outcome(row, wanted):
    """Which of ``OUTCOMES`` it is, and what the reader or the findings say."""
    try:
        assessment = judged(row)
    except Exception as error:  # noqa: BLE001  # a fault of ours is counted, and the others too
        return "raised", repr(error)
    codes = [finding.code for finding in assessment.findings]
    told = f"{assessment.verdict} {codes}: {'; '.join(assessment.notes)}"
    if assessment.verdict in UNREAD:
        return "unread", told
    if assessment.verdict is not wanted:
        return "misjudged", told
    if row.code not in {"", *codes}:
        return "no_code", f"asked {row.code}, {told}"
    return "rightly", told


def _summed(counts):
    total = Counter()
    for (_, outcome), count in counts.items():
        total["all", outcome] += count
    return total


def _line(kind, counts):
    each = [counts[kind, outcome] for outcome in OUTCOMES]
    told = " ".join(f"{n:{len(o)}}" for n, o in zip(each, OUTCOMES, strict=True))
    return f"{kind:<12} {sum(each):4} {told}"


def _say(text):
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main()

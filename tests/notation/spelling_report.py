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
    outcomes = [(row, judged(row)) for row in rows if row.kind in kinds]
    found = [(row, assessment, _outcome(row, assessment, wanted)) for row, assessment in outcomes]
    counts = Counter((row.kind, outcome) for row, _, outcome in found)
    _say(f"{name:<12} rows rightly unread misjudged no code")
    for kind in (*kinds, "all"):
        _say(_line(kind, counts if kind != "all" else _summed(counts)))
    for row, assessment, outcome in found:
        if outcome != "rightly":
            codes = ", ".join(f"{f.code} at {f.at}" for f in assessment.findings)
            told = "; ".join(assessment.notes) or codes
            asked = f" (asked {row.code})" if outcome == "no code" else ""
            _say(f"\n{outcome}: {row!s}\n    {assessment.verdict}{asked}: {told}")


def _outcome(row, assessment, wanted):
    if assessment.verdict in UNREAD:
        return "unread"
    if assessment.verdict is not wanted:
        return "misjudged"
    codes = {"", *(finding.code for finding in assessment.findings)}
    return "rightly" if row.code in codes else "no code"


def _summed(counts):
    total = Counter()
    for (_, outcome), count in counts.items():
        total["all", outcome] += count
    return total


def _line(kind, counts):
    each = [counts[kind, outcome] for outcome in ("rightly", "unread", "misjudged", "no code")]
    return f"{kind:<12} {sum(each):4} {each[0]:7} {each[1]:6} {each[2]:9} {each[3]:7}"


def _say(text):
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main()

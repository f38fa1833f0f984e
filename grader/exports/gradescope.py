"""Gradescope: ``results.json`` of an autograder, one a student."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from grader.exports.packed import zipped
from grader.exports.pages import page_names
from grader.exports.results import Assignment, Result, counted
from grader.model import Status
from grader.points import as_number, shown

__all__ = [
    "gradescope_files",
    "gradescope_json",
    "gradescope_record",
    "gradescope_words",
    "gradescope_zip",
]

_WORDS = {
    "missing": "Nothing was handed in.",
    "excused": "Excused: no score.",
    "unreadable": "The file could not be read, so there is no score.",
    "ungraded": "A person must look at this submission; it has no score yet.",
}


def gradescope_record(result: Result) -> dict[str, Any]:
    """What Gradescope's autograder format holds of a result.

    Without a score there is neither ``score`` nor a test, and the status says why: Gradescope then
    reports that the autograder gave none, and counts no 0.
    """
    record = result.record
    more = {"rubric": record["rubric"]}
    if record.get("attention"):
        more["attention"] = list(record["attention"])
    if result.score is None:
        words = _WORDS[result.status.value]
        reason = str(record.get("reason", ""))
        return gradescope_words(f"{words} {reason}".strip(), result.status, more)
    words = f"{record['rubric']}: {result.points} points{_lateness(result)}"
    return {
        "score": as_number(result.final),
        **gradescope_words(words, result.status, more),
        "tests": [_test(n, item) for n, item in enumerate(record.get("items", ()), 1)],
    }


def gradescope_words(
    output: str, status: Status, more: Mapping[str, Any] = MappingProxyType({})
) -> dict[str, Any]:
    """Words without a score; ``more`` goes where only instructors look."""
    return {
        "output": output,
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"status": status.value, **more},
    }


def _lateness(result: Result) -> str:
    return "" if result.final == result.score else f", {shown(result.score)} less what is late"


def _test(number: int, item: Mapping[str, Any]) -> dict[str, Any]:
    """An item; one without points is told, too, with neither score nor maximum."""
    points = {"score": counted(item), "max_score": item["max_score"]}
    counts = item["max_score"] and counted(item) is not None
    is_right = item["verdict"] in ("correct", "follow_through", "implied")
    if "override" in item:
        is_right = counted(item) >= item["max_score"]
    return {
        "number": str(number),
        "name": item["quantity"],
        **(points if counts else {}),
        "status": "passed" if is_right else "failed",
        "output": _told(item),
        "output_format": "text",
        "visibility": "visible",
    }


def _told(item: Mapping[str, Any]) -> str:
    verdict = item["verdict"].replace("_", " ")
    messages = [finding["message"] for finding in item.get("findings", ())]
    first = f"{verdict}: {item['right']} of {item['total']} right"
    return "\n".join([first, *messages, *_given(item)])


def _given(item: Mapping[str, Any]) -> list[str]:
    """That a person gave other points, and why."""
    given = item.get("override")
    if given is None:
        return []
    before = "none" if item["score"] is None else f"{item['score']:g}"
    return [f"{given['points']:g} points instead of {before} ({given['by']}: {given['reason']})"]


def gradescope_files(results: Sequence[Result]) -> dict[str, bytes]:
    """``<student id>/results.json`` for each result; the names are safe on every file system."""
    names = page_names(results)
    return {
        f"{names[at].removesuffix('.html')}/results.json": gradescope_json(
            gradescope_record(result)
        )
        for at, result in enumerate(results)
    }


def gradescope_zip(results: Sequence[Result], _: Assignment) -> bytes:
    """The files in a ZIP."""
    return zipped(gradescope_files(results))


def gradescope_json(record: Mapping[str, Any]) -> bytes:
    """The file's bytes; in ASCII, and without numbers that JSON has not."""
    return json.dumps(record, indent=1, allow_nan=False).encode("ascii") + b"\n"

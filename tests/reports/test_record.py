import json
import string
from fractions import Fraction

import numpy as np
import pytest
import report_samples as samples
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError

from grader.model import (
    Assessment,
    Finding,
    Place,
    ProblemReport,
    QuantityKey,
    Remark,
    Report,
    Status,
    Student,
    Verdict,
)
from grader.reports.record import line, record, schema

VALIDATOR = Draft202012Validator(schema())

words = st.text(max_size=12)
names = st.text(string.ascii_letters + "_0123", min_size=1, max_size=6)
indices = st.lists(st.integers(0, 7), max_size=3).map(tuple)
points = st.fractions(0, 100, max_denominator=96)
plain = st.none() | st.booleans() | st.integers() | st.floats() | words
evidence = st.dictionaries(words, plain | st.lists(plain, max_size=3), max_size=3)


@st.composite
def findings(draw):
    return Finding(
        draw(st.sampled_from(["sign_error", "layout", "some_new_code2"])),
        QuantityKey(draw(names) + "." + draw(names)),
        tuple(draw(st.lists(indices, max_size=2))),
        draw(words),
        draw(evidence),
    )


@st.composite
def assessments(draw, problem):
    verdict = draw(st.sampled_from(Verdict))
    return Assessment(
        QuantityKey(f"{problem}.{draw(names)}"),
        verdict,
        None if verdict is Verdict.UNGRADED else draw(points),
        draw(points),
        draw(st.integers(0, 16)),
        draw(st.integers(0, 16)),
        tuple(draw(st.lists(indices, max_size=3))),
        tuple(draw(st.lists(findings(), max_size=2))),
        notes=tuple(draw(st.lists(words, max_size=2))),
    )


@st.composite
def problem_reports(draw):
    name = draw(names)
    return ProblemReport(
        name,
        draw(words),
        draw(st.none() | points),
        draw(points),
        draw(st.dictionaries(words, words, max_size=2)),
        tuple(draw(st.lists(assessments(name), max_size=3))),
        tuple(draw(st.lists(words, max_size=2, unique=True))),
    )


@st.composite
def reports(draw):
    status = draw(st.sampled_from(Status))
    return Report(
        Student(draw(words), draw(words), draw(words)),
        draw(words),
        status,
        draw(points) if status is Status.GRADED else None,
        draw(points),
        draw(names),
        tuple(draw(st.lists(problem_reports(), max_size=2))),
        draw(words),
        tuple(draw(st.lists(words, max_size=2))),
        tuple(Remark(w, Place(w)) for w in draw(st.lists(words, max_size=2))),
    )


def test_the_schema_is_a_json_schema():
    Draft202012Validator.check_schema(schema())


@settings(max_examples=150, deadline=None)
@given(reports())
def test_every_record_keeps_to_the_published_schema_also_after_a_round_trip(report):
    VALIDATOR.validate(json.loads(line(report)))


@settings(max_examples=150, deadline=None)
@given(reports())
def test_a_line_is_one_line_that_can_be_stored_and_says_what_the_record_says(report):
    written = line(report)
    assert len(written.splitlines()) == 1
    assert not set(written) & {chr(c) for c in [*range(32), 0x7F, 0x85, 0x2028, 0x202E]}
    assert json.loads(written.encode("utf-8")) == record(report)


def test_the_record_has_the_contracts_names_and_values():
    found = record(samples.mixed())
    assert found["schema"] == 1
    assert found["student"] == {"id": "s1001", "name": "Doe, Jane", "level": "6850"}
    assert (found["file"], found["status"], found["rubric"]) == ("s1001.json", "graded", "hw6")
    assert (found["score"], found["max_score"]) == (16.416667, 40)
    assert found["problems"]["gan"]["max_score"] == 20
    assert found["problems"]["gan"]["conventions"] == samples.CONVENTIONS
    h0 = found["items"][0]
    assert {k: h0[k] for k in ("quantity", "verdict", "score", "max_score")} == {
        "quantity": "gan.h0",
        "verdict": "partial",
        "score": 2.625,
        "max_score": 3,
    }
    assert (h0["right"], h0["total"], h0["wrong"]) == (7, 8, [[1]])
    assert h0["findings"][0]["code"] == "transcription_slip"
    assert h0["findings"][0]["at"] == "gan.h0"
    assert h0["findings"][0]["entries"] == [[1]]
    assert h0["findings"][0]["evidence"] == {"stated": 1.14, "used": 1.4}


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.GRADED])
def test_what_was_not_graded_has_no_score_and_not_zero(status):
    assert record(samples.without_score(status))["score"] is None


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (float("nan"), None),
        (float("inf"), None),
        (np.float64(0.5), 0.5),
        (np.int64(3), 3),
        (np.array([[1.0, np.nan]]), [[1.0, None]]),
        (((1, 2), (3,)), [[1, 2], [3]]),
        (Fraction(1, 4), 0.25),
        (Place("a.csv", line=3), "a.csv, line 3"),
        (True, True),
    ],
)
def test_evidence_becomes_plain_json(found, told):
    finding = Finding("sign_error", QuantityKey("gan.h0"), (), "", {"x": {"y": found}})
    report = samples.with_item(samples.mixed(), findings=(finding,))
    told_now = json.loads(line(report))["items"][0]["findings"][0]["evidence"]["x"]["y"]
    assert told_now == told
    assert type(told_now) is type(told)


def test_indices_of_numpy_integers_are_whole_numbers():
    report = samples.with_item(samples.mixed(), wrong=((np.int64(1),),))
    assert json.loads(line(report))["items"][0]["wrong"] == [[1]]


def test_a_name_stays_readable_and_cannot_steer_a_terminal_or_end_the_line():
    student = Student("s1", "Núñez 李\u2028\u202e\x1b[2J\x85\ud800", "")
    written = line(Report(student, "", Status.MISSING, None, Fraction(1), "hw6"))
    assert r"Núñez 李\u2028\u202e\u001b[2J\u0085\ud800" in written
    assert json.loads(written)["student"]["name"] == student.name


@pytest.mark.parametrize(
    "change",
    [
        {"status": "late"},
        {"schema": 2},
        {"score": None},
        {"score": -1},
        {"score": "31"},
        {"grade": "A"},
        {"status": "missing"},  # with a score
        {"student": {"id": 7, "name": "", "level": ""}},
        {"items": [{"quantity": "gan.h0"}]},
    ],
)
def test_the_schema_refuses_what_is_no_record(change):
    good = record(samples.mixed())
    VALIDATOR.validate(good)
    with pytest.raises(ValidationError):
        VALIDATOR.validate({**good, **change})


@pytest.mark.parametrize("key", list(record(samples.mixed())))
def test_the_schema_requires_every_key(key):
    lacking = {k: v for k, v in record(samples.mixed()).items() if k != key}
    with pytest.raises(ValidationError):
        VALIDATOR.validate(lacking)

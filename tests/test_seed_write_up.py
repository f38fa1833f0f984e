"""A real solution, read off handwriting by a machine: graded as it stands, noise and all."""

from pathlib import Path

import pytest

from grader.grading import grade
from grader.readers import read
from grader.rubric import load

FILE = Path(__file__).parents[2] / "shared" / "seeds" / "000_2bf917fc5f8c4794.txt"
RUBRIC = load("hw6")

pytestmark = pytest.mark.skipif(not FILE.is_file(), reason="the solution is not part of this")


@pytest.fixture(scope="module")
def report():
    (submission,) = read(FILE.read_bytes(), FILE.name, RUBRIC)
    return grade(submission, RUBRIC)


def of(report, key):
    return next(a for a in report.assessments if a.key == key)


@pytest.mark.parametrize(
    ("key", "verdict", "right"),
    [
        ("gan.h0", "partial", (7, 8)),
        ("gan.h1", "follow_through", (8, 8)),
        ("gan.c", "partial", (30, 32)),
        ("gan.h2", "partial", (14, 16)),
        ("gan.H2", "follow_through", (16, 16)),
        ("gan.m", "follow_through", (1, 1)),
        ("gan.p", "correct", (1, 1)),
        ("gan.grad_p", "correct", (1, 1)),
        ("gan.grad_H2", "correct", (1, 1)),
        ("gan.grad_w1", "missing", (0, 18)),
        ("autoencoder.grad_xp", "incorrect", (0, 1)),
        ("autoencoder.grad_W2", "incorrect", (0, 1)),
        ("autoencoder.grad_h", "follow_through", (1, 1)),
        ("autoencoder.grad_W1", "follow_through", (1, 1)),
    ],
)
def test_what_was_written_is_judged(report, key, verdict, right):
    found = of(report, key)
    assert (found.verdict, (found.right, found.total)) == (verdict, right)


@pytest.mark.parametrize(
    ("key", "code", "at"),
    [
        ("gan.h0", "transcription_slip", "gan.h0"),
        ("gan.c", "arithmetic_slip", "gan.c"),
        ("gan.h2", "arithmetic_slip", "gan.c"),
        ("autoencoder.grad_xp", "sign_error", "autoencoder.grad_xp"),
        ("autoencoder.grad_W2", "input_factor_omitted", "autoencoder.grad_W2"),
    ],
)
def test_the_mistakes_are_named(report, key, code, at):
    assert (code, at) in {(f.code, f.at) for f in of(report, key).findings}


def test_the_numbers_and_the_matrix_follow_two_conventions(report):
    assert report.problems[0].conventions["deconv"] == "cross_correlation"
    (finding,) = [f for f in of(report, "gan.c").findings if f.code == "convention_mixed"]
    assert finding.evidence["matrix"] == "C_1"
    assert finding.evidence["value"] == "transposed"
    assert any("C_1 is the matrix of c" in remark.message for remark in report.remarks)


@pytest.mark.parametrize("key", ["gan.grad_h2", "gan.grad_h0", "gan.grad_w0"])
def test_what_cannot_be_read_is_left_to_a_person_and_never_wrong(report, key):
    assert of(report, key).verdict == "unreadable"
    assert any(told.startswith(key) for told in report.attention)


def test_what_could_not_be_placed_is_told_with_its_line(report):
    lines = {remark.place.line for remark in report.remarks if remark.place}
    assert {123, 131, 153, 159, 161} <= lines


def test_the_sign_is_the_one_that_was_stated(report):
    assert report.problems[0].conventions["objective"] == "minimize_nll"

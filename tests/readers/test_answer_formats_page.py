"""The examples of docs/answer-formats.md are read, and give what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from reading import RUBRIC, said

from grader.model import Student
from grader.notation import names
from grader.notation.errors import NotationError
from grader.notation.labels import split_index
from grader.notation.numbers import parse_number
from grader.readers import read

PAGE = (Path(__file__).parents[2] / "docs" / "answer-formats.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```(json|csv|markdown)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
ENDINGS = {"json": "json", "csv": "csv", "markdown": "md"}


def section(title):
    return PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]


def rows(title):
    for line in section(title).splitlines():
        if line.startswith("| `"):
            written, _, meaning = line.strip("| ").partition(" | ")
            yield from ((text, meaning.strip("` ")) for text in re.findall(r"`([^`]*)`", written))


@pytest.mark.parametrize(("label", "key"), list(rows("Names")))
def test_a_name_of_the_page_is_what_the_page_says(label, key):
    assert names.match(label, RUBRIC) == key


@pytest.mark.parametrize(("text", "meaning"), list(rows("Numbers")))
def test_a_number_of_the_page_is_read_or_refused_as_it_says(text, meaning):
    if meaning.startswith("refused"):
        with pytest.raises(NotationError):
            parse_number(text)
    else:
        assert parse_number(text).digits > 0


@pytest.mark.parametrize(
    ("number", "expected"),
    list(
        enumerate(
            (
                {"gan.h0", "gan.h2", "gan.m", "gan.grad_h0", "autoencoder.grad_W2"},
                {"gan.h0", "gan.h1", "gan.h2", "gan.c", "gan.m", "gan.grad_w0", "gan.grad_H2"},
                {"gan.h0", "gan.h1", "gan.h2", "gan.m", "autoencoder.grad_W2"},
                {"gan.h0", "gan.h1", "gan.h2", "gan.m", "gan.grad_H2", "autoencoder.grad_W2"},
                {"gan.h0", "gan.m", "autoencoder.grad_W2"},
            )
        )
    ),
)
def test_an_example_of_the_page_is_read_whole(number, expected):
    kind, text = EXAMPLES[number]
    submission, *others = read(text.encode(), f"example.{ENDINGS[kind]}", RUBRIC)
    assert set(said(submission)) == expected
    assert submission.student.id == "s1001"
    assert submission.remarks == ()
    assert len(others) == (number == 4)


def test_the_examples_in_blocks_have_their_shapes():
    (submission,) = read(EXAMPLES[2][1].encode(), "example.csv", RUBRIC)
    shapes = {a.key: getattr(a.response, "shape", None) for a in submission.answers}
    assert shapes["gan.h0"] == (8,)
    assert shapes["gan.h1"] == (2, 2, 2)
    assert shapes["gan.h2"] == (4, 4)
    assert said(submission)["gan.h2"][1][9] is None
    assert submission.conventions == {"objective": "minimize_nll"}


def test_the_write_up_of_the_page_is_read_in_its_final_form():
    submission, *_ = read(EXAMPLES[3][1].encode(), "example.md", RUBRIC)
    answers = said(submission)
    assert answers["gan.h1"][0] == (2, 2, 2)
    assert answers["gan.m"] == 12.402
    assert answers["autoencoder.grad_W2"].split()[-2:] == ["h", r"\delta^T"]
    assert submission.student == Student("s1001", "Doe, Jane", "6850")
    assert submission.conventions == {"objective": "minimize_nll"}


def test_the_page_has_no_example_that_is_not_tested():
    assert len(EXAMPLES) == 5
    entries = re.findall(r"`([^`]*\])`", section("Names"))
    assert [split_index(label)[1] for label in entries] == [(1,), (1, 2), (0,)]

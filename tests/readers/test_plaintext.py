from __future__ import annotations

import pytest
from reading import RUBRIC, read_one, said

from grader.model import SubmissionError
from grader.readers import read
from grader.readers.csv_reader import read_csv

TIDY = 'quantity,index,value\nstudent,id,s1001\ngan.h0,0,0.38\nm,,12.40\ngrad_H2,,"-(1-p)*w2"\n'
BLOCKS = (
    "id,s1001\n\nh0,0.38,1.40\n\nh2,col 0,col 1\nrow 0,0.424,1.674\nrow 1,1.152,3.088\nm = 12.4\n"
)
LATEX = '$h_0$,0.38,1.4\n$m$,12.4\ngrad_W2,"$h \\delta^T = a$"\n'
SEMICOLONS = "m;12,40\np;0,99\nProblem 2\n∇W2;-2*h*d.T\n"
CLASS = "id,name,level,gan.h0[0],gan.m\ns1,A,6850,0.38,12.4\ns2,B,4850,0.38,11.98\n"
REMARKED = "remark,quantity,index,value\n$m = 3$ at first,m,,12.4\n$c = d$ too,p,,0.99\n"
COMMENTED = "# my answers\nh0,0.38,1.4\nm,12.4\n"
PLAIN = "h0 = 0.38, 1.4, 0.96, 1.06, 0.7, 1.54, 1.62, 1.06\nm = 12.40\n"


@pytest.mark.parametrize("filename", ["a.txt", "a", "a.dat"])
@pytest.mark.parametrize(
    "content",
    [TIDY, BLOCKS, LATEX, SEMICOLONS, CLASS, REMARKED, COMMENTED, PLAIN, TIDY.replace(",", "\t")],
)
def test_a_table_is_read_as_it_was(content, filename):
    expected = read_csv(content.encode(), filename, RUBRIC)
    assert read(content.encode(), filename, RUBRIC) == expected


WRITTEN = [
    "# Problem 1\n\nIt is $m = w_2^T H_2 + b_2 = 12.4$, since, as shown, none is negative.\n",
    "Q1\n\n$$m = 12.4$$\n",
    "\\documentclass{article}\n\\begin{document}\n\\[ m = 12.4 \\]\n\\end{document}\n",
    "let a = 3\nm = a + 9.4\n  = 12.4\n",
    "```python\nm = 12.4\n```\n",
]


@pytest.mark.parametrize("filename", ["a.txt", "a", "a.md", "a.tex"])
@pytest.mark.parametrize("content", WRITTEN)
def test_what_is_written_is_read_as_a_write_up(content, filename):
    submission = read_one(content, filename)
    assert said(submission) == {"gan.m": 12.4}
    assert submission.remarks == ()


@pytest.mark.parametrize("filename", ["a.md", "a.tex"])
def test_a_table_may_be_called_a_write_up(filename):
    assert said(read_one("h1[0]\n1,2\n3,4\n\nm,12.4\n", filename))["gan.m"] == 12.4
    assert said(read_one(COMMENTED, filename))["gan.m"] == 12.4


IN_SENTENCES = [
    # (a text, what is read besides m, what is told)
    ("p: 0.99\n\nSince it is large, m = 12.4.\n", {"gan.p": 0.99}, ()),
    ("The logit:\n\nm = 12.4\n\nso that, as p = 0.99, the net is fooled\n", {"gan.p": 0.99}, ()),
    ("m = 12.4\n\nThat was short, was it not?\n", {}, ()),
    ("m = 12.4\n\nThat is\n\n$$[[1, 2], [3, 4]]$$\n", {}, ("no name stands before it",)),
]


@pytest.mark.parametrize(("content", "expected", "told"), IN_SENTENCES)
def test_of_rows_among_sentences_the_reading_that_has_more_counts(content, expected, told):
    submission = read_one(content, "a.txt")
    assert said(submission) == {"gan.m": 12.4, **expected}
    assert len(submission.remarks) == len(told)
    assert all(why in str(one) for why, one in zip(told, submission.remarks, strict=True))


def test_a_file_of_sentences_has_the_answers_that_it_has_under_another_name():
    row = "h0 = [0.38, 1.4, 0.96, 1.06, 0.7, 1.54, 1.62, 1.06]"
    text = f"Name: A B\nID: s1\n\n{row}\n\nHence, all told, m = 12.4 and, with that, p = 0.99.\n"
    submission = read_one(text, "a.txt")
    assert set(said(submission)) == {"gan.h0", "gan.m", "gan.p"}
    assert said(submission) == said(read_one(text, "a.md"))
    assert (submission.student.id, submission.student.name) == ("s1", "A B")


@pytest.mark.parametrize("content", WRITTEN)
def test_what_is_called_a_table_is_read_as_one(content):
    try:
        expected = read_csv(content.encode(), "a.csv", RUBRIC)
    except SubmissionError:
        with pytest.raises(SubmissionError):
            read(content.encode(), "a.csv", RUBRIC)
    else:
        assert read(content.encode(), "a.csv", RUBRIC) == expected


@pytest.mark.parametrize(
    ("data", "filename", "says"),
    [
        (b"<!-- a comment -->\n\n$m = 12.4$", "a.md", ""),
        (b"<div>\n\n$m = 12.4$\n</div>", "a.md", ""),
        (b"<!doctype html><p>m = 12.4", "a.md", "is a web page"),
        (b"<?xml version='1.0'?>", "a.md", "is XML"),
        (b"<div>$m = 12.4$", "a.txt", "is XML or a web page"),
        (b"%PDF-1.5", "a.md", "as .md, .tex or .ipynb"),
        (b"  \n", "a.tex", "is empty"),
        (b"m = 12.4 \x00\x01", "a.tex", "binary data"),
    ],
)
def test_what_begins_as_something_else(data, filename, says):
    if says:
        with pytest.raises(SubmissionError, match=says):
            read(data, filename, RUBRIC)
    else:
        assert said(read_one(data, filename)) == {"gan.m": 12.4}


def test_an_encoding_that_was_assumed_is_told():
    submission = read_one("Name: Müller\n\n$m = 12.4$".encode("cp1252"), "a.md")
    assert submission.student.name == "Müller"
    assert "read as Windows-1252" in str(submission.remarks[0])

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import RUBRIC, read_one, said

from grader.model import SubmissionError
from grader.readers import read
from grader.readers.csv_reader import sheet_of_text

TIDY = """\
quantity,index,value
student,id,s1001
student,name,"Doe, Jane"
student,level,6850
convention,gan.objective,minimize nll
gan.h0,0,0.38
gan.h0,1,1.40
gan.h1,0;0;1,2
gan.h1,"0,1,1",3
gan.h1,[1][1][1],
m,,12.40
grad_H2,,"-(1-p)*w2"
h2,,"[[1, 2], [3, 4]]"
"""


def test_a_tidy_table_is_read():
    submission = read_one(TIDY, "a.csv")
    assert submission.student.id == "s1001"
    assert submission.student.name == "Doe, Jane"
    assert submission.student.level == "6850"
    assert submission.conventions == {"objective": "minimize_nll"}
    assert said(submission) == {
        "gan.h0": {(0,): 0.38, (1,): 1.4},
        "gan.h1": {(0, 0, 1): 2, (0, 1, 1): 3, (1, 1, 1): None},
        "gan.m": 12.4,
        "gan.grad_H2": "-(1-p)*w2",
        "gan.h2": ((2, 2), [1, 2, 3, 4]),
    }
    assert submission.remarks == ()
    assert str(submission.answers[0].response.entries[1].cell.place) == "a.csv, line 7"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(",", ";").replace("0;0;1", '"0;0;1"').replace("Doe;", "Doe,"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: "sep=,\n" + text,
        lambda text: "\n\nAnswers of homework 6\n" + text,
        lambda text: text.replace("quantity,index,value", "Name , Entry , Value"),
        lambda text: text.replace("\n", ",,,\n"),
        lambda text: text.replace("\n", "\n\n"),
    ],
)
def test_a_tidy_table_may_be_written_in_other_ways(change):
    submission = read_one(change(TIDY), "a.csv")
    assert submission.student == read_one(TIDY, "a.csv").student
    assert said(submission).keys() == said(read_one(TIDY, "a.csv")).keys()
    assert said(submission)["gan.h1"] == {(0, 0, 1): 2, (0, 1, 1): 3, (1, 1, 1): None}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("h0,,0.38\nh0,,1.4\nh0,,x\n", None),
        ("h0,,0.38\nh0,,1.4\n", ((2,), [0.38, 1.4])),
        ("h0,0,0.38\nm,,1\nh0,1,1.4\n", {(0,): 0.38, (1,): 1.4}),
        ("h0[1],,1.4\nh0[2],,0.96\n", {(1,): 1.4, (2,): 0.96}),
        ("h0,1,abc\nh0,2,1\n", {(1,): "!abc", (2,): 1}),
        ("h0,,[0.38, 1.4, 0.96]\n", ((3,), [0.38, 1.4, 0.96])),
        ("h0,0,1\nh0,0,1\n", {(0,): 1}),
        ("h0,0,1\nh0,0,2\n", {(0,): "!1"}),
    ],
)
def test_rows_of_one_quantity_are_one_answer(rows, expected):
    found = said(read_one("quantity,index,value\n" + rows, "a.csv"))["gan.h0"]
    assert found == expected if expected else "answered twice" in found.reason


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("h1,0,1,1,0.38", {(0, 1, 1): 0.38}),
        ("h2,1,2,0.38", {(1, 2): 0.38}),
        ("m,,12,4020", 12.402),
        ("m,,12,402", "!12,402"),
        ("grad_H2,,outer(p,w2)", "outer(p,w2)"),
        ("h0,1,1,40", {(1,): "!1,40"}),
    ],
)
def test_a_row_that_is_too_long_is_put_together_or_refused(row, expected):
    found = said(read_one(f"quantity,index,value\n{row}\n", "a.csv"))
    assert list(found.values()) == [expected]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("foo,,3", "'foo' is no quantity of this assignment"),
        ("hh0,,3", "did you mean gan.h0?"),
        (",,3", "names no quantity"),
        ("h0,zz,3", "'zz' is no index; it is written as 1;2"),
        ("student,shoe,44", "'shoe' is not known of a student"),
        ("convention,deconv,transpose", "did you mean transposed?"),
    ],
)
def test_a_row_that_cannot_be_placed_is_remarked_on_with_its_line(row, says):
    submission = read_one(f"quantity,index,value\nm,,1\n{row}\n", "a.csv")
    (remark,) = submission.remarks
    assert says in remark.message
    assert remark.place.line == 3
    assert said(submission) == {"gan.m": 1}


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a;b\n0,38;1,4\n", [["a", "b"], ["0,38", "1,4"]]),
        ("a\tb\n0,38\t1;4\n", [["a", "b"], ["0,38", "1;4"]]),
        ("a,b\n1;2,3\n1;2,3\n1;2,3\n", [["a", "b"], ["1;2", "3"], ["1;2", "3"], ["1;2", "3"]]),
        ('sep=|\n"x|y"|b\n', [["x|y", "b"]]),
        ('a, "1,2"\n', [["a", "1,2"]]),
        ('"a\nb",c\n', [["a\nb", "c"]]),
        ("m;12,4\n", [["m", "12,4"]]),
    ],
)
def test_the_delimiter_is_found(text, rows):
    sheet = sheet_of_text(text, "a.csv")
    assert [[cell.text for cell in row] for row in sheet.rows] == rows


def test_a_row_knows_its_line_behind_a_cell_of_several():
    sheet = sheet_of_text('sep=,\n"a\nb",c\n\nd,e\n', "a.csv")
    assert sheet.lines == (2, 4, 5)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty; save your answers and hand it in again"),
        (b"\r\n \n", "is empty; save your answers"),
        (b'm,1\nh0,"1.4\n', 'line 2: a quotation mark (") is opened here and never closed'),
        (b'm,"1"2\n', "line 1: text follows a closing quotation mark"),
        (b"m,1\0\n", "binary data"),
        (b"\xff\xfem", "begins as UTF-16"),
        (b"hello\n", "no cell names a quantity such as gan.h0"),
        (b"quantity,index,value\n", "no answer was found"),
        (b"hh0,1,2\n", "did you mean gan.h0?"),
        (b"h0," * 400_000, "at most 1,048,576"),
        (b"m," * 240_000, "more than 200,000 filled cells"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"\x89PNG\r\n\x1a\n", "is a picture"),
        (b"<!DOCTYPE html><html>login", "a web page, perhaps a login page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old .xls format"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (b"\x1f\x8b\x08", "compressed archive"),
    ],
)
def test_a_file_that_is_no_submission_is_refused_with_the_reason(data, says):
    with pytest.raises(SubmissionError, match=re.escape(says)):
        read_one(data, "a.csv")


@pytest.mark.parametrize(
    ("filename", "inside", "says"),
    [
        ("a.xlsx", "", "is protected by a password (or is an old .xls file in disguise)"),
        ("A.XLSM", "", "save it as .xlsx without a password"),
        ("a.xlsx", "EncryptedPackage", "is protected by a password; save it without one"),
        ("a.xlsx", "Workbook", "is in the old .xls format"),
        ("a.xls", "", "is in the old .xls format"),
        ("a.xls", "EncryptedPackage", "is protected by a password; save it without one"),
    ],
)
def test_an_old_container_is_protected_or_old_as_its_content_and_name_say(filename, inside, says):
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64) + inside.encode("utf-16-le")
    with pytest.raises(SubmissionError, match=re.escape(says)):
        read_one(data, filename)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_the_encoding_does_not_matter(encoding):
    submission = read_one("name,José\nm,12.4\n".encode(encoding), "a.csv")
    assert submission.student.name == "José"
    assert said(submission) == {"gan.m": 12.4}
    assert len(submission.remarks) == (encoding in {"cp1252", "latin-1"})


@pytest.mark.parametrize(
    ("content", "filename", "says"),
    [
        ('{"answers": {"m": 1}}', "a.csv", "is named .csv but holds JSON"),
        ("m,1\n", "a.xlsx", "is named .xlsx but holds CSV"),
        ('{"answers": {"m": 1}}', "a.xlsx", "is named .xlsx but holds JSON"),
        ("m,1\n", "a.txt", ""),
        ("m,1\n", "a", ""),
    ],
)
def test_the_content_decides_what_a_file_is(content, filename, says):
    submission = read_one(content, filename)
    assert said(submission) == {"gan.m": 1}
    assert says in " ".join(map(str, submission.remarks))
    assert bool(submission.remarks) == bool(says)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["a.csv", "a.json", "a.txt", "a.xlsx"]))
def test_any_bytes_are_read_or_refused(data, filename):
    try:
        read(data, filename, RUBRIC)
    except SubmissionError as error:
        assert error.message  # noqa: PT017 - either way is right


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data):
    text = list(data.draw(st.sampled_from([TIDY, BLOCKS, CLASS])))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at] = data.draw(
            st.sampled_from(["", ",", '"', "\n", "\0", ";", "9", "x", "-", "[", "é"])
        )
    try:
        submissions = read("".join(text).encode(), "a.csv", RUBRIC)
    except SubmissionError:
        return
    for submission in submissions:
        keys = [answer.key for answer in submission.answers]
        assert len(keys) == len(set(keys))
        assert all(answer.place.line or answer.place.cell for answer in submission.answers)


BLOCKS = """\
id,s1
h0,.38,1.4,.96,1.06,.7,1.54,1.62,1.06
h2
.424,1.674,1.894,1.35
1.152,3.088,5.052,1.444
1.13,4.594,3.87,1.072
1.752,1.812,1.15,.418
grad_W2,-2*h*((x-xp)*xp*(1-xp)).T
"""
CLASS = "id,name,h0[0],h0[1],m\ns1,A,0.38,1.4,12.4\ns2,B,,x,1\n"

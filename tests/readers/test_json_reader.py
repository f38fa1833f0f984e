from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import RUBRIC, read_one, response, said

from grader.model import Number, SubmissionError, Unreadable
from grader.readers import read

H0 = [0.38, 1.4, 0.96, 1.06, 0.7, 1.54, 1.62, 1.06]


def answers(text):
    return f'{{"answers": {text}}}'


def test_a_whole_submission_is_read():
    text = (
        '{"student": {"id": "s1001", "name": "Doe, Jane", "level": 6850}, '
        '"conventions": {"objective": "minimize_nll"}, '
        '"answers": {"gan.h0": [0.38, "1.40", null], "gan.h2": [[1, 2], [3, 4.50]], '
        '"autoencoder.grad_W2": "-2*h*((x-xp)*xp*(1-xp)).T"}}'
    )
    submission = read_one(text, "s1001.json")
    assert (submission.student.id, submission.student.name) == ("s1001", "Doe, Jane")
    assert submission.student.level == "6850"
    assert submission.conventions == {"objective": "minimize_nll"}
    assert said(submission) == {
        "gan.h0": ((3,), [0.38, 1.4, None]),
        "gan.h2": ((2, 2), [1, 2, 3, 4.5]),
        "autoencoder.grad_W2": "-2*h*((x-xp)*xp*(1-xp)).T",
    }
    assert submission.remarks == ()


def test_digits_count_as_written_and_places_name_the_entry():
    submission = read_one(answers('{"gan.h0": [1.40, "1.400", 4.11E-07, 100]}'), "a.json")
    cells = submission.answers[0].response.cells
    assert [cell.content.digits for cell in cells] == [3, 4, 3, 3]
    assert [cell.content.text for cell in cells] == ["1.40", "1.400", "4.11E-07", "100"]
    assert str(cells[2].place) == "a.json, at answers/gan.h0[2]"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12.4", 12.4),
        ('"12.40"', 12.4),
        ('"0,38"', 0.38),
        ('"−1.5"', -1.5),
        ('"1/4"', 0.25),
        ('"nan"', "!nan"),
        ("NaN", "!NaN"),
        ("-Infinity", "!-Infinity"),
        ("1e999", "!1e999"),
        ("true", "!true"),
        ('"50%"', "!50%"),
        ('"2*w2"', "2*w2"),
        ('"= 2*w2"', "2*w2"),
        ('"[[1, 2], [3, 4]]"', ((2, 2), [1, 2, 3, 4])),
        ('"[1 2; 3 4]"', ((2, 2), [1, 2, 3, 4])),
        ('"array([1., 2.])"', ((2,), [1, 2])),
        ('"0.38 1.4"', ((2,), [0.38, 1.4])),
        ('"(1-p)*w2"', "(1-p)*w2"),
        ("[[1, 2], null]", ((2, 2), [1, 2, None, None])),
        ("[1, NaN, true, {}]", ((4,), [1, "!NaN", "!true", "!an object"])),
        ('{"0": 0.38, "1": null}', {(0,): 0.38, (1,): None}),
        ('{"1;2": 3, "[0][1]": "4,5", "(2, 2)": 5}', {(1, 2): 3, (0, 1): 4.5, (2, 2): 5}),
    ],
)
def test_an_answer_is_a_number_a_list_entries_or_a_formula(value, expected):
    assert said(read_one(answers(f'{{"gan.h0": {value}}}'), "a.json")) == {"gan.h0": expected}


@pytest.mark.parametrize("value", ["null", '""', "[]", "[null, null]", '" "', "{}", '{"0": null}'])
def test_an_answer_left_empty_is_no_answer(value):
    assert said(read_one(answers(f'{{"gan.h0": {value}, "gan.m": 1}}'), "a.json")) == {"gan.m": 1}


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("[[1, 2], [3]]", "not of one length (row 1 has 1, row 0 has 2)"),
        ("[1, [2]]", "not of one length"),
        ('"[1, 2"', "brackets of '[1, 2' do not match"),
        ("[[[[[[[[[1]]]]]]]]]", "nested over 8 deep"),
        ('{"first": 1}', "'first' is no index"),
    ],
)
def test_one_faulty_answer_is_unreadable_and_the_others_are_read(value, says):
    read_back = said(read_one(answers(f'{{"gan.h2": {value}, "gan.m": 12.4}}'), "a.json"))
    assert isinstance(read_back["gan.h2"], Unreadable)
    assert says in read_back["gan.h2"].reason
    assert "answers/gan.h2" in read_back["gan.h2"].place.key
    assert read_back["gan.m"] == 12.4


def test_a_file_shows_its_decimal_comma():
    text = answers('{"m": "12,402", "p": "1,000", "h0": ["0,38", "1,400"]}')
    assert said(read_one(text, "a.json")) == {
        "gan.m": 12.402,
        "gan.p": 1.0,
        "gan.h0": ((2,), [0.38, 1.4]),
    }
    assert said(read_one(answers('{"p": "1,000"}'), "a.json")) == {"gan.p": "!1,000"}


def test_answers_may_be_nested_by_problem():
    text = answers('{"gan": {"h_0": [1, 2]}, "Problem 2": {"grad_w2": "x*h", "grad_b1": "h"}}')
    assert said(read_one(text, "a.json")) == {
        "gan.h0": ((2,), [1, 2]),
        "autoencoder.grad_W2": "x*h",
        "autoencoder.grad_b1": "h",
    }


def test_entries_and_parts_are_put_together():
    text = answers(
        '{"gan.h0[0]": 0.38, "gan.h0[1]": "1.4", "gan.h1[1]": [[5, 6], [7, 8]], '
        '"gan.h1[0]": [[1, 2], [3, null]]}'
    )
    assert said(read_one(text, "a.json")) == {
        "gan.h0": {(0,): 0.38, (1,): 1.4},
        "gan.h1": ((2, 2, 2), [1, 2, 3, None, 5, 6, 7, 8]),
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"h1[1]": [[1, 2], [3, 4]], "h1[2]": [[5, 6], [7, 8]]}', [1, 2, 3, 4, 5, 6, 7, 8]),
        ('{"h1[0]": [[1, 2], [3, 4]]}', [1, 2, 3, 4, None, None, None, None]),
        ('{"h1[1]": [[1, 2], [3, 4]]}', "at 0 or at 1"),
        ('{"h1[0]": [[1, 2], [3, 4]], "h1[2]": [[1, 2], [3, 4]]}', "no parts"),
        ('{"h1[0]": [[1, 2], [3, 4]], "h1[1]": [1, 2, 3, 4]}', "not have the same shape"),
        ('{"h1[0]": [[1, 2], [3, 4]], "h_1[0]": [[1, 2], [3, 4]]}', "answered twice"),
    ],
)
def test_parts_are_counted_from_0_or_1_or_it_is_asked(text, expected):
    found = said(read_one(answers(text), "a.json"))["gan.h1"]
    if isinstance(expected, str):
        assert expected in found.reason
    else:
        assert found == ((2, 2, 2), expected)


def test_a_quantity_given_twice_alike_is_read_once():
    submission = read_one(answers('{"gan.m": 12.4, "m": "12.40", "gan.m": 12.4}'), "a.json")
    assert said(submission) == {"gan.m": 12.4}
    assert "more than once, always alike" in submission.remarks[0].message


def test_a_quantity_given_twice_differently_is_never_guessed():
    found = said(read_one(answers('{"gan.m": 12.4, "m": 11.9}'), "a.json"))["gan.m"]
    assert "answers/gan.m" in found.reason
    assert "answers/m" in found.reason
    found = said(read_one(answers('{"m": 12.4, "m": 11.9}'), "a.json"))["gan.m"]
    assert "answered twice" in found.reason
    entry = said(read_one(answers('{"h0[1]": 1, "h_0[1]": 2, "h0[2]": 3}'), "a.json"))
    assert entry == {"gan.h0": {(1,): "!1", (2,): 3}}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"answers": {\n"m": 1,\n"m": 2}}', "different ways (lines 2 and 3); only one"),
        ('{"answers": {\n"m": [{"m": 3}],\n\n"\\u006d": 2}}', "ways (lines 2 and 4);"),
        ('{"answers": {\n"m": 1}, "student": {"name": "\\"m\\": 0"},\n"answers": {"m": 2}}',
         "different ways (lines 2 and 3);"),
        ('{"answers": {"gan": {"m": 1,\n"h": 2, "m": 2}}}', "different ways (lines 1 and 2);"),
        ('{"answers": {"m": 1, "m": 2}}', "different ways (twice in line 1);"),
        ('{"answers": {"m": 1, "gan.m": 2}}',
         "different ways (at answers/m and at answers/gan.m);"),
    ],
)  # fmt: skip
def test_a_doubled_key_is_told_with_its_lines(text, told):
    assert told in said(read_one(text, "a.json"))["gan.m"].reason


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"answers": {"hh0": 1}}', "did you mean gan.h0?"),
        ('{"answers": {"grad_b1": "x"}}', "may be gan.grad_b1 or autoencoder.grad_b1"),
        ('{"answers": {}, "conventions": {"objective": "minimise_nll"}}', "mean minimize_nll?"),
        ('{"answers": {}, "conventions": {"axis": "x"}}', "'axis' is no convention"),
        ('{"answers": {}, "conventions": ["x"]}', "conventions are stated as"),
        ('{"answers": {}, "student": {"shoe": 44}}', "said of the student"),
        ('{"answers": {}, "id": "s1", "student": {"id": "s2"}}', "the first was taken"),
        ('{"answers": {}, "marks": 20}', "'marks' is not used"),
    ],
)
def test_what_is_not_used_is_remarked_on(text, says):
    (remark,) = read_one(text, "a.json").remarks
    assert says in remark.message
    assert remark.place.key


def test_the_student_may_be_named_in_other_ways():
    submission = read_one('{"student": "s1", "answers": {}}', "a.json")
    assert submission.student.id == "s1"
    submission = read_one('{"Student ID": 1001, "course": "ECSE 6850", "answers": {}}', "a.json")
    assert (submission.student.id, submission.student.level) == ("1001", "6850")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("\ufeff \n", "is empty"),
        ('{"answers":', "ends too early"),
        ('{"answers": {},}', "before '}'; there may be a comma too many"),
        ("{'answers': {}}", "straight double quotes"),
        ('{"answers": {"m": .5}}', "a number is written as 0.38"),
        ("[1, 2]", "an object was expected"),
        ('{"gan.h0": [1]}', 'there is no "answers"'),
        ('{"answers": [1]}', "was expected to name quantities"),
        ("[" * 100_000, "nested over 32 deep"),
        ('{"a":' * 100_000, "nested over 32 deep"),
        ('"' + '\\"' * 200_000, 'never closed with "'),
        (" " * (1 << 20) + "{}", "at most 1,048,576"),
    ],
)
def test_a_file_that_is_no_submission_is_refused_with_the_reason(text, says):
    with pytest.raises(SubmissionError, match=re.escape(says)):
        read_one(text, "a.json")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_the_encoding_does_not_matter(encoding):
    text = '{"student": {"name": "José"}, "answers": {"m": 1}}'
    submission = read_one(text.encode(encoding), "a.json")
    assert submission.student.name == "José"
    assert len(submission.remarks) == (encoding == "cp1252")


_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["0", "1;2", "h0", "gan", "x"]), inner, max_size=3)
    ),
    max_leaves=12,
)
_NAMES = st.sampled_from(["gan.h0", "h2", "h1[0]", "h0[1]", "gan", "∇w1", "foo", "grad_b1"])


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(_NAMES, _VALUES, max_size=4), st.dictionaries(st.text(), _VALUES, max_size=2)
)
def test_any_json_is_read_or_refused(members, others):
    text = json.dumps({"answers": members, **others})
    try:
        submission = read_one(text, "a.json")
    except SubmissionError:
        return
    keys = [answer.key for answer in submission.answers]
    assert len(keys) == len(set(keys))


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=8, max_size=8))
def test_what_is_written_is_read_back(values):
    (submission,) = read(json.dumps({"answers": {"h0": values}}).encode(), "a.json", RUBRIC)
    assert response(submission.answers[0].response) == ((8,), values)
    assert all(isinstance(c.content, Number) for c in submission.answers[0].response.cells)

"""What interpreters printed, in a write-up: the name above, the numbers below."""

from __future__ import annotations

import time

import pytest
from reading import RUBRIC, read_one, said

from grader.readers.transcripts import Transcripts, is_rounding, printed_value, shown_name

VALUES = [0.38, 1.4, 0.96, 1.06, 0.7, 1.54, 1.62, 1.06]
H0 = {"gan.h0": ((8,), VALUES)}
H1 = {"gan.h1": ((2, 2, 2), VALUES)}
LIST = "0.38, 1.4 , 0.96, 1.06, 0.7 , 1.54, 1.62, 1.06"
SPACED = LIST.replace(",", "")
CUBE = "[[[0.38, 1.4 ],\n        [0.96, 1.06]],\n\n       [[0.7 , 1.54],\n        [1.62, 1.06]]]"
FIRST, SECOND = "   0.38   1.4\n   0.96   1.06\n", "   0.7   1.54\n   1.62   1.06\n"
SIX = "   0.38  1.4  0.96  1.06  0.7  1.54"
ONES = "array([1., 1., 1., 1., 1., 1., 1., 1.])"

READ = [
    (f">>> h0\narray([{LIST}])", H0),
    (f">>> h0\ntensor([{LIST}], grad_fn=<ReluBackward0>)", H0),
    (f">>> h0\ntensor([{LIST}],\n       device='cuda:0', dtype=torch.float64)", H0),
    (f">>> print(h0)\n[{SPACED}]", H0),
    (f">>> print(np.round(h0, 2))\n[{SPACED}]", H0),
    (f">>> h0.detach().numpy()  # as an array\narray([{LIST}], dtype=float32)", H0),
    (f">>> h0 = relu(w0 @ z + b0); h0\narray([{LIST}])", H0),
    (f">>> h0 = relu(w0 @ z + b0)\n>>> h0\narray([{LIST}])", H0),
    (f">>> h0\narray([{LIST[:23]}\n       {LIST[23:]}])", H0),
    (f">>> h1\narray({CUBE})", H1),
    (f">>> h1\ntensor({CUBE})\n>>> p\n1.0", H1 | {"gan.p": 1}),
    (f">>> print(h1)\n{CUBE.replace(',', '')}", H1),
    ((">>> h1[0]\narray([[0.38, 1.4],\n [0.96, 1.06]])\n"
     ">>> h1[1]\narray([[.7, 1.54], [1.62, 1.06]])"), H1),
    (">>> m\nnp.float64(12.402)\n>>> p.item()\n0.5", {"gan.m": 12.402, "gan.p": 0.5}),
    (">>> m, p\n(12.402, 0.5)", {"gan.m": 12.402, "gan.p": 0.5}),
    (">>> print(m, p)\n12.402 0.5", {"gan.m": 12.402, "gan.p": 0.5}),
    (">>> m.grad\ntensor(4.11e-06)", {"gan.grad_m": 4.11e-06}),
    (f"In [3]: h0\nOut[3]: array([{LIST}])\n\nIn [4]: m\nOut[4]: 12.402", H0 | {"gan.m": 12.402}),
    (f"In [5]: h1\nOut[5]: \narray({CUBE})", H1),
    ("julia> m\n12.402", {"gan.m": 12.402}),
    # the last that is shown counts
    (f">>> h0\n{ONES}\n>>> h0 = f(h0)\n>>> h0\narray([{LIST}])", H0),
    # what is printed with its name is read as it stands
    (f">>> print('h0 =', h0)\nh0 = [{SPACED}]", H0),
    # MATLAB
    ("h0 =\n\n  0.38\n  1.40\n  0.96\n  1.06\n  0.70\n  1.54\n  1.62\n  1.06\n", H0),
    (f"h1(:,:,1) =\n\n{FIRST}\nh1(:,:,2) =\n\n{SECOND}", H1),
    (f"h0 =\n\n  Columns 1 through 6\n\n{SIX}\n\n  Columns 7 and 8\n\n   1.62  1.06\n", H0),
    (f"h0 =\n  Columns 1 through 7\n{SIX}  1.62\n  Column 8\n   1.06\n", H0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), READ)
@pytest.mark.parametrize("form", ["```\n{}\n```", "{}\n\nThat was it.\n"])
def test_a_name_has_what_is_printed_below_it(form, text, expected):
    submission = read_one(form.format(text), "a.md")
    assert said(submission) == expected
    assert submission.remarks == ()


def test_a_text_file_may_be_a_transcript():
    assert said(read_one(f">>> h0\narray([{LIST}])\n", "a.txt")) == H0


TOLD = [
    (f">>> h0 * 2\narray([{LIST}])", "line 3: not placed, what 'h0 * 2' printed has no name"),
    (f">>> relu(w0 @ z)\narray([{LIST}])", "what 'relu(w0 @ z)' printed has no name"),
    (">>> for k in range(2):\n...     print(h1[k])\n...\n[[1, 2], [3, 4]]", "line 3: not placed"),
    (">>> h0\nTraceback (most recent call last):\nNameError: name 'h0'", "below 'h0' stand no"),
    (">>> h0\narray([0.1, 0.2, ..., 0.4])", "below 'h0' stand no numbers"),
    (">>> m, p, 3\n(12.4, 0.5, 3)", "what 'm, p, 3' printed has no name"),
]


@pytest.mark.parametrize(("text", "told"), TOLD)
def test_what_has_no_name_is_told_and_nobody_s(text, told):
    submission = read_one(f"```\n$ python\n{text}\n```\n\n## h2\n\n$m = 1$", "a.md")
    assert said(submission) == {"gan.m": 1}
    (remark,) = submission.remarks
    assert told in str(remark)


@pytest.mark.parametrize(
    "text", [">>> h0.shape\n(8,)", ">>> len(h0)\n8", ">>> z\narray([0.4, 0.8])", ">>> import numpy"]
)
def test_what_is_no_answer_needs_no_word(text):
    submission = read_one(f"```\n{text}\n```\n\n$m = 1$", "a.md")
    assert said(submission) == {"gan.m": 1}
    assert submission.remarks == ()


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("h0", "h0"), ("print(h0)", "h0"), ("print(np.round(h1[0, 1], 4))", "h1[0, 1]"),
        ("h0.round(3)", "h0"), ("w1.grad", "grad_w1"), ("print(w1.grad.numpy())", "grad_w1"),
        ("h0; # shown", "h0"), ("a = 1; h0", "h0"),
        # something was worked out
        ("h0.T", ""), ("h0 + 1", ""), ("h2.flatten()", ""), ("-h0", ""), ("h0.sum()", ""),
        ("print('h0', h0)", ""), ("f(h0)", ""), ("np.abs(h0)", ""), ("", ""),
    ],
)  # fmt: skip
def test_only_a_name_by_itself_is_a_name(code, name):
    assert shown_name(code) == name


ROUGH = "0. , 1. , 1. , 1. , 1. , 2. , 2. , 1. "
LOOKS = [
    (f">>> h0\narray([{LIST}])\n>>> np.round(h0, 0)\narray([{ROUGH}])", VALUES),
    (f">>> h0\narray([{LIST}])\n>>> h0.round(1)\narray([{LIST.replace('0.38', '0.4 ')}])", VALUES),
    ((">>> h0\n[3.8e-1 1.4 .96 1.06 .7 1.54 1.62 1.06]\n"
      f">>> print(np.round(h0, 0))\n[{ROUGH.replace(',', '')}]"), VALUES),
    # the full value after the rounded one, and another value
    (f">>> np.round(h0, 0)\narray([{ROUGH}])\n>>> h0\narray([{LIST}])", VALUES),
    (f">>> h0\narray([{LIST}])\n>>> h0\narray([{ROUGH.replace('0.', '5.')}])",
     [5, 1, 1, 1, 1, 2, 2, 1]),
    (f">>> h0\narray([{LIST}])\n>>> h0\n{ONES}", [1] * 8),
    (f">>> h0\narray([{LIST}])\n>>> h0 += b0\n>>> h0\narray([{ROUGH}])",
     [0, 1, 1, 1, 1, 2, 2, 1]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), LOOKS)
def test_a_rounded_look_takes_nothing_back(text, expected):
    submission = read_one(f"```\n{text}\n```\n\n$m = 1$", "a.md")
    assert said(submission) == {"gan.h0": ((8,), expected), "gan.m": 1}
    assert submission.remarks == ()


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("[0. 1.]", [0.38, 1.4], True), ("4.1e-06", [4.11e-6], True), ("0.2", [0.25], True),
        ("0.3", [0.25], True), ("12.402", [12.402000000001], True), (".5", [0.52], True),
        ("4e-06", [4.6e-6], False), ("[0. 1.]", [0.38], False), ("0.38", [0.39], False),
        ("-0.4", [0.38], False), ("", [], False), ("nan", [1.0], False), ("1e999", [2.0], False),
    ],
)  # fmt: skip
def test_a_rounding_has_the_digits_of_the_value(text, values, expected):
    assert is_rounding(text, values) == expected


@pytest.mark.parametrize("text", ["", "abc", "array(['a'])", "[1, 2, ..., 3]", "<0x1f>", "True"])
def test_what_is_no_number_has_no_value(text):
    assert printed_value(text) == ""


def test_every_line_stays_where_it_was():
    text = "a\n>>> h1\narray([[[1, 2],\n [3, 4]],\n\n [[5, 6],\n [7, 8]]])\nb\n"
    written = Transcripts("a.md", RUBRIC).written_out(text)
    assert written.split("\n") == [
        "a", "", "h1 = [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]", "", "", "", "", "b", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [">>> h0\n" * 20_000, ">>> h0\n[" + "[\n" * 100_000, "Columns 1 through 2\n" * 30_000,
     ">>> print(" + "(" * 100_000, ">>> " + "array(" * 20_000, ">>> h0\n" + "array(" * 20_000],
)  # fmt: skip
def test_long_transcripts_take_no_time(text):
    start = time.process_time()
    Transcripts("a.md", RUBRIC).written_out(text)
    assert time.process_time() - start < 5

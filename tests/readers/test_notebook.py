from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import RUBRIC, read_one, said

from grader.model import SubmissionError
from grader.readers import read
from grader.readers.notebook import read_notebook


def cell(source, kind="code", **more):
    return {"cell_type": kind, "metadata": {}, "source": source, **more}


def text(source):
    return cell(source, "markdown")


def notebook(*cells, **more):
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | more)


def printed(words):
    return [{"output_type": "stream", "name": "stdout", "text": words}]


CELLS = [
    ([text("# Problem 1\n$m = 12.4$")], {"gan.m": 12.4}),
    ([text(["# Problem 1\n", "$m = 12.4$"])], {"gan.m": 12.4}),
    ([cell("m = 12.4\np = 0.99")], {"gan.m": 12.4, "gan.p": 0.99}),
    ([cell(["m = 12.4\n", "p = 0.99"])], {"gan.m": 12.4, "gan.p": 0.99}),
    ([cell("h0 = np.array([1, 2, 3, 4,\n               5, 6, 7, 8])  # row")],
     {"gan.h0": ((8,), [1, 2, 3, 4, 5, 6, 7, 8])}),
    ([text("# Problem 2"), cell("grad_W2 = -2*h@((x-xp)*xp*(1-xp)).T")],
     {"autoencoder.grad_W2": "grad_W2 = -2*h@((x-xp)*xp*(1-xp)).T"}),
    ([text("# Problem 2"), cell("dh = W2 @ \\\n    d")], {"autoencoder.grad_h": "dh = W2 @ d"}),
    # what a function or a loop would do is not known without running it
    ([cell("m = 12.4\ndef f():\n    p = 0.5\nfor k in range(3):\n    m = k\nprint(m == 3)")],
     {"gan.m": 12.4}),
    # the forward pass in code has no numbers
    ([cell("h0 = np.maximum(w0 @ z + b0, 0)\nm = 12.4")], {"gan.m": 12.4}),
    # the last is the answer; magic, raw cells and other languages are passed over
    ([cell("%matplotlib inline\n!ls\nm = 12.1"), cell("m = 12.4")], {"gan.m": 12.4}),
    ([cell("m = 1", "raw"), cell("%%time\nm = 12.4"), cell("%%bash\nm = 2")], {"gan.m": 12.4}),
    ([cell("%%latex\n\\begin{align} m &= 12.4 \\end{align}")], {"gan.m": 12.4}),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "expected"), CELLS)
def test_cells_are_read_and_never_run(cells, expected):
    found = said(read_one(notebook(*cells), "a.ipynb"))
    assert {
        k: " ".join(v.split()) if isinstance(v, str) else v for k, v in found.items()
    } == expected


def test_an_answer_has_its_cell_and_line():
    cells = [text("# Problem 1"), cell("import numpy as np\n\nm = 12.4"), text("a\n\n$p = 1$")]
    submission = read_one(notebook(*cells), "a.ipynb")
    assert [str(answer.place) for answer in submission.answers] == [
        "a.ipynb, cell 2, line 3",
        "a.ipynb, cell 3, line 3",
    ]


def test_definitions_go_from_cell_to_cell():
    cells = [text("# Problem 2\n$\\delta = 2(x'-x)$"), cell("d = 3 * x"), cell("dW2 = h @ d.T")]
    (answer,) = read_one(notebook(*cells), "a.ipynb").answers
    assert answer.response.given == ("\\delta = 2(x'-x)", "d = 3 * x")


def test_the_student_and_conventions_are_stated_in_text():
    cells = [
        text("# HW 6\nName: Jane Doe\n\nID: s1001"),
        text("objective: minimize_nll\n\n$m = 1$"),
    ]
    submission = read_one(notebook(*cells), "a.ipynb")
    assert (submission.student.id, submission.student.name) == ("s1001", "Jane Doe")
    assert submission.conventions == {"objective": "minimize_nll"}


H0 = "0.38, 1.4 , 0.96, 1.06, 0.7 , 1.54, 1.62, 1.06"
H0_READ = ((8,), [0.38, 1.4, 0.96, 1.06, 0.7, 1.54, 1.62, 1.06])
H1 = "[[[0.38 1.4 ]\n  [0.96 1.06]]\n\n [[0.7  1.54]\n  [1.62 1.06]]]"


def result(words):
    return [{"output_type": "execute_result", "data": {"text/plain": words}}]


OUTPUTS = [
    # (the cell, its outputs, what is read, what is told)
    ("p", result("0.99"), {"gan.p": 0.99}, "p was read from the output"),
    ("a = 1\nh0", result(f"array([{H0}])"), {"gan.h0": H0_READ}, "h0 was read"),
    ("np.round(h0, 2)", result(f"tensor([{H0}], grad_fn=<R>)"), {"gan.h0": H0_READ}, "h0 was"),
    ("print(p)", printed("p = 0.99\n"), {"gan.p": 0.99}, "p was read from the output"),
    ("f()", printed(f"h1 =\n{H1}\np: 0.99\n"),
     {"gan.h1": ((2, 2, 2), H0_READ[1]), "gan.p": 0.99}, "h1 was read"),
    ("f()", printed(f"h1 = {H1}\n"), {"gan.h1": ((2, 2, 2), H0_READ[1])}, "h1 was read"),
    # what is answered in a cell is not read again
    ("", printed("m = 12.5\n"), {}, ""),
    ("m", result("12.5"), {}, ""),
    # neither is what cannot be it, what has two values, and what has no name
    ("f()", printed("h0: 8\n"), {}, "its output shows h0; it was not read"),
    ("f()", printed("h0: [0.38 ... 1.06]\n"), {}, "its output shows h0; it was not read"),
    ("f()", printed("p = 0.1\np = 0.2\n"), {}, "its output shows p; it was not read"),
    ("f()", result("p = about 1"), {}, "its output shows p; it was not read"),
    ("p * 2", result("1.98"), {}, ""),
    ("    p", result("0.99"), {}, ""),
    ("", printed("done\nloss = 3\n"), {}, ""),
    ("", [{"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo="}}], {}, ""),
    ("", "p = 1", {}, ""),
    ("", [None, 3, {"text": {"a": 1}}], {}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("source", "outputs", "expected", "told"), OUTPUTS)
def test_an_output_counts_where_the_cells_do_not_answer(source, outputs, expected, told):
    document = notebook(cell(source, outputs=outputs), text("$m = 12.4$"))
    submission = read_one(document, "a.ipynb")
    assert said(submission) == {"gan.m": 12.4, **expected}
    assert len(submission.remarks) == max(len(expected), bool(told))
    assert all(remark.is_decision == bool(expected) for remark in submission.remarks)
    for remark in submission.remarks[:1]:
        assert told in str(remark)
        assert "cell 1" in str(remark)


PRE = f"h0 = np.array([{H0.replace('1', '7')}])"
PRE_READ = ((8,), [0.38, 7.4, 0.96, 7.06, 0.7, 7.54, 7.62, 7.06])
ROUND = "[0., 1., 1., 1., 1., 2., 2., 1.]"
BECAME = "h0 was read from the output of this cell, which shows what the code made of it"

AFTER_CODE = [
    # (the cells, what h0 is, what is told of it)
    ([cell(PRE), cell("h0 = relu(h0)\nh0", outputs=result(f"array([{H0}])"))], H0_READ, BECAME),
    ([cell(PRE), cell("h0 += b0\nprint(h0)", outputs=printed(f"h0 = [{H0}]\n"))], H0_READ, BECAME),
    ([cell(f"{PRE}\nh0 = f(h0)\nh0", outputs=result(f"array([{H0}])"))], H0_READ, BECAME),
    ([cell("h0 = np.zeros(8)\nfor k in r:\n    h0[k] = g(k)"),
      cell("h0", outputs=result(f"array([{H0}])"))], H0_READ, "h0 was read"),
    # what became of it before the last assignment does not count, nor does a rounded look
    ([cell(f"{PRE}\nh0 -= 1\nh0", outputs=result("array([1, 2, 3, 4, 5, 6, 7, 8])")),
      cell("h0 = f(h0)\nh0", outputs=result(f"array([{H0}])")),
      cell("np.round(h0, 0)", outputs=result(f"array({ROUND})"))], H0_READ, BECAME),
    ([cell(f"h0 = np.array([{H0}])"), cell("h0.round(0)", outputs=result(f"array({ROUND})"))],
     H0_READ, ""),
    ([cell("h0", outputs=result(f"array({ROUND})")), cell(f"h0 = np.array([{H0}])")], H0_READ, ""),
    # a text that answers counts more than any output
    ([text(f"$h_0 = [{H0}]$"), cell("h0", outputs=result(f"array({ROUND})"))], H0_READ, ""),
    ([text("$m = 1$"), cell(PRE), cell("h0", outputs=result(f"array({ROUND})")),
      text(f"$h_0 = [{H0}]$")], H0_READ, ""),
    # two values after the code are left to a person
    ([cell(PRE), cell("f()", outputs=printed(f"h0 = [{H0}]\nh0 = {ROUND.replace('0', '5')}"))],
     PRE_READ, "its output shows h0; it was not read"),
    # a part says nothing of the whole
    ([cell(PRE), cell("h0[0]", outputs=result("0.5"))], PRE_READ, ""),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "expected", "told"), AFTER_CODE)
def test_an_output_tells_what_became_of_an_answer_in_code(cells, expected, told):
    submission = read_one(notebook(*cells), "a.ipynb")
    assert said(submission)["gan.h0"] == expected
    assert [told in str(remark) for remark in submission.remarks] == [True] * bool(told)


def test_numbers_that_are_shown_count_before_the_formula_that_worked_them_out():
    code = cell("grad_h0 = np.array([1.5, 2])\ngrad_w0 = np.outer(grad_h0, z)")
    shown = "array([" + ", ".join(["[0.5, 1.25]"] * 8) + "])"
    submission = read_one(notebook(code, cell("grad_w0", outputs=result(shown))), "a.ipynb")
    assert said(submission)["gan.grad_w0"] == ((8, 2), [0.5, 1.25] * 8)


def test_a_notebook_may_answer_in_outputs_only():
    document = notebook(cell("h0", outputs=result(f"array([{H0}])")))
    assert said(read_one(document, "a.ipynb")) == {"gan.h0": H0_READ}


def test_a_notebook_of_old_has_worksheets():
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["m = 12.4"]}]}], "nbformat": 3}
    assert said(read_one(json.dumps(old), "a.ipynb")) == {"gan.m": 12.4}


def test_pictures_in_outputs_may_be_large():
    picture = [{"output_type": "display_data", "data": {"image/png": "A" * 3_000_000}}]
    assert said(read_one(notebook(cell("m = 12.4", outputs=picture)), "a.ipynb")) == {"gan.m": 12.4}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (notebook(), "has no cells"),
        (notebook(text("nothing")), "no answer was found"),
        ('{"cells": 3, "nbformat": 4}', "has no cells"),
        ('{"cells": [3, null], "nbformat": 4}', "has no cells"),
        ('{"cells": [], "nbformat": 4', "no complete JSON"),
        ('{"nbformat": ' + "[" * 200_000, "nested over"),
        (notebook(*[cell("x")] * 2000), "too long"),
        (notebook(cell("x" * 1_100_000)), "too long"),
        (b'{"cells": [], "nbformat": 4, "a": "\xff"}', "not in UTF-8"),
        (b'{"nbformat": "' + b"x" * 17_000_000, "clear the outputs"),
        ("m = 12.4", "no valid JSON"),
    ],
)
def test_what_is_no_notebook_is_refused(data, says):
    with pytest.raises(SubmissionError, match=says):
        read_one(data, "a.ipynb")


def test_a_notebook_is_known_by_its_content():
    submission = read_one(notebook(cell("m = 12.4")), "a.json")
    assert said(submission) == {"gan.m": 12.4}
    assert [str(r) for r in submission.remarks] == [
        "a.json: is named .json but holds a notebook, and was read so"
    ]
    answers = read_one('{"answers": {"m": 12.4}}', "a.ipynb")
    assert said(answers) == {"gan.m": 12.4}
    assert "is named .ipynb but holds JSON" in str(answers.remarks[0])


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.just("m = 1.5")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(
                ["cells", "source", "cell_type", "outputs", "text", "data", "worksheets"]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_any_json_is_read_or_refused(value):
    data = json.dumps({"cells": value, "nbformat": 4}).encode()
    try:
        read(data, "a.ipynb", RUBRIC)
    except SubmissionError as error:
        assert error.message  # noqa: PT017 - either way is right


def test_many_cells_take_no_time():
    start = time.process_time()
    data = notebook(
        *[cell("m = 12.4\ndef f():\n  x = 1\n" * 4, outputs=printed("p = 1\n" * 99))] * 900
    )
    found = said(read_notebook(data.encode(), "a.ipynb", RUBRIC)[0])
    assert found == {"gan.m": 12.4, "gan.p": 1}
    assert time.process_time() - start < 5

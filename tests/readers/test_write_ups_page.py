"""The example of docs/write-ups.md is read, and gives what the page says."""

from __future__ import annotations

import re
from pathlib import Path

from reading import read_one, said

PAGE = (Path(__file__).parents[2] / "docs" / "write-ups.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"^```markdown\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_example_of_the_page_is_understood_as_it_says():
    submission = read_one(EXAMPLE, "write-up.md")
    h0 = [0.38, 1.4, 0.96, 1.06, 0.7, 1.54, 1.62, 1.06]
    found = said(submission)
    assert found.pop("gan.grad_H2").split() == ["(p", "-", "1)", "w_2"]
    assert found.pop("autoencoder.grad_W2").endswith(r"\delta^T")
    assert found == {
        "gan.h0": ((1, 8), h0),
        "gan.h1": ((2, 2, 2), h0),
        "gan.m": 12.402,
        "gan.p": 0.999996,
    }
    assert (submission.student.id, submission.student.name) == ("s1001", "Jane Doe")
    assert submission.conventions == {"objective": "minimize_nll"}
    assert submission.remarks == ()


def test_the_formula_of_the_page_comes_with_its_definition():
    answers = {answer.key: answer for answer in read_one(EXAMPLE, "write-up.md").answers}
    (given,) = answers["autoencoder.grad_W2"].response.given
    assert given.startswith(r"\delta = ")


def test_the_page_lists_the_quantities_of_its_example():
    table = PAGE.partition("Understood are")[2].partition("\n## ")[0]
    listed = set(re.findall(r"^\| `([a-z]+\.\w+)`", table, re.MULTILINE))
    assert listed == set(said(read_one(EXAMPLE, "write-up.md")))

"""What a formula that has no meaning here costs: nothing, until a person has looked."""

import json

import pytest

from grader import rubric as rubrics
from grader.grading import grade
from grader.model import Verdict
from grader.readers import read

RUBRIC = rubrics.load("hw6")


def assessed(quantity, formula):
    answers = {f"autoencoder.{quantity}": formula}
    sheet = {"student": {"id": "s1", "level": 6850}, "answers": answers}
    (submission,) = read(json.dumps(sheet).encode(), "s1.json", RUBRIC)
    report = grade(submission, RUBRIC)
    assert report.attention
    return next(a for a in report.assessments if a.key == f"autoencoder.{quantity}")


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("2*(xp[0] - x)", "single entries"),
        ("exp(x, x)", "takes 1 arguments"),
        ("2*round(x - xp)", "no function round here; the functions are sigmoid, relu"),
        ("conv(x, xp)", "no function conv"),
        ("x^(99)*xp", "exponent"),
    ],
)
def test_what_has_no_meaning_here_is_unreadable_and_named_for_a_person(formula, told):
    found = assessed("grad_xp", formula)
    assert found.verdict is Verdict.UNREADABLE
    assert found.findings == ()
    assert told in " ".join(found.notes)

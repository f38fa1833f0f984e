"""Whole write-ups as students hand them in, each in another style, with the right verdicts.

Twenty-one files in ``write_ups/``; each is right or wrong in ways that are known, and none of it
was written from what the reader makes of it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from reading import RUBRIC, read_one

from grader.grading import grade

FOLDER = Path(__file__).parent / "write_ups"

VERDICTS = {
    # the student's id; then per verdict the quantities, "ae.W1" is autoencoder.grad_W1
    "roman_headings.md": (
        "s2001",
        {
            "correct": "h0 h1 h2 grad_H2 grad_w1 grad_w0 ae.xp ae.W2 ae.h ae.W1",
        },
    ),
    "python_transcript.txt": (
        "s2002",
        {
            "correct": "h0 h1 h2 m p grad_H2 grad_w1",
            "missing": "grad_w0",
        },
    ),
    "macros.tex": (
        "s2003",
        {
            "correct": "h0 h1 h2 grad_m grad_H2 grad_w1 grad_h0 grad_w0 ae.xp ae.W2 ae.h ae.W1",
        },
    ),
    "sloppy.txt": (
        "",
        {
            "correct": "h1 h2 m p grad_H2 ae.h",
            "incorrect": "ae.W2 ae.W1",
            "partial": "h0",
        },
    ),
    "matlab_diary.txt": (
        "s2005",
        {
            "correct": "h0 h1 h2 m grad_w0",
        },
    ),
    "quantity_a_row.md": (
        "s2006",
        {
            "correct": "h0 h1 h2 m p grad_h0 grad_w0",
            "incorrect": "grad_H2",
        },
    ),
    "index_notation.md": (
        "s2007",
        {
            "correct": "ae.xp ae.W2 ae.h ae.W1",
        },
    ),
    "unicode.txt": (
        "s2008",
        {
            "correct": "h0 h1 h2 grad_m grad_H2 grad_h0 ae.xp ae.W2 ae.h ae.W1",
        },
    ),
    "outputs_only.ipynb": (
        "s2009",
        {
            "correct": "h0 h1 h2 grad_H2 grad_w0",
        },
    ),
    "torch.ipynb": (
        "s2010",
        {
            "correct": "h0 h1 h2 grad_w1 grad_w0 ae.xp ae.W2 ae.h ae.W1",
        },
    ),
    "decimal_comma.md": (
        "s2011",
        {
            "correct": "h0 h1 h2 m p grad_h0",
        },
    ),
    "code_block.md": (
        "s2012",
        {
            "correct": "h0 h1 h2 grad_H2 grad_w0 ae.xp ae.W2 ae.h ae.W1",
        },
    ),
    "chain_rule.tex": (
        "s2013",
        {
            "correct": "ae.xp ae.z2 ae.W2 ae.h ae.z1 ae.W1",
        },
    ),
    "all_wrong.md": (
        "s2014",
        {
            "incorrect": "ae.xp ae.W2 ae.h ae.W1",
        },
    ),
    "transposed.md": (
        "s2015",
        {
            "correct": "h0 h1 c h2 m",
        },
    ),
    "channels.md": (
        "s2016",
        {
            "correct": "h0 h1 h2 grad_w1 grad_w0",
        },
    ),
    "prose.md": (
        "s2018",
        {
            "correct": "h0 h1 h2 m p grad_m grad_H2",
        },
    ),
    "tabular.tex": (
        "s2020",
        {
            "correct": "h0 h2 m",
        },
    ),
    "boxed.md": (
        "s2022",
        {
            "correct": "h0 h2 grad_H2 m",
        },
    ),
    "small_letters.md": (
        "s2024",
        {
            "correct": "ae.W2 ae.h ae.W1",
        },
    ),
    "flipped.md": (
        "s2025",
        {
            "correct": "h0 h1 h2 grad_h0",
            "incorrect": "grad_w0",
            "partial": "grad_w1",
        },
    ),
}


def _key(name):
    return f"autoencoder.grad_{name[3:]}" if name.startswith("ae.") else f"gan.{name}"


@pytest.mark.parametrize("name", VERDICTS)
def test_a_write_up_gets_the_verdicts_that_are_right(name):
    student, expected = VERDICTS[name]
    submission = read_one((FOLDER / name).read_bytes(), name)
    report = grade(submission, RUBRIC)
    found = {a.key: a.verdict.value for a in report.assessments}
    wanted = {_key(each): verdict for verdict, keys in expected.items() for each in keys.split()}
    assert {key: found.get(key, "missing") for key in wanted} == wanted
    assert submission.student.id == student


def test_every_write_up_has_its_verdicts():
    assert {path.name for path in FOLDER.iterdir()} == set(VERDICTS)


def test_what_was_left_out_is_told():
    """The one answer of the transcript that has no name is missing, and is told."""
    submission = read_one((FOLDER / "python_transcript.txt").read_bytes(), "a.txt")
    (remark,) = submission.remarks
    assert "'np.outer(grad_h0, z)' printed has no name" in remark.message

"""A convolution that is written as a matrix of kernel entries, and the convention it follows."""

from dataclasses import replace

import numpy as np
import pytest
from core_samples import answers, found, problem, rubric, student

from grader.grading import grade
from grader.maps import map_of
from grader.model import Matrix, Place

GAN = problem()
PLACE = Place("work.md", line=20)


def matrix(entry, *, flipped=False, turned=False, label="C_1"):
    """Each pixel's row: where in the 4 x 4 result its kernel's entries go."""
    cells = np.full((4, 16), "0", dtype=object)
    for row, column in np.ndindex(2, 2):
        for a, b in np.ndindex(3, 3):
            at = (2 - a, 2 - b) if flipped else (a, b)
            cells[2 * row + column, 4 * (row + a) + column + b] = entry(*at)
    cells = cells.T if turned else cells
    return Matrix(label, tuple(tuple(row) for row in cells), PLACE)


def from_zero(a, b):
    return f"w'_{{1,{a},{b}}}"


def from_one(a, b):
    return f"w_{{{a + 1}, {b + 1}}}"


@pytest.mark.parametrize("entry", [from_zero, from_one])
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(("flipped", "value"), [(False, "transposed"), (True, "cross_correlation")])
def test_a_matrix_tells_its_convention(entry, turned, flipped, value):
    found = map_of(GAN, matrix(entry, flipped=flipped, turned=turned))
    assert (found.step, found.convention, found.value) == ("c", "deconv", value)


def with_cell(of, row, column, text):
    cells = [list(line) for line in of.cells]
    cells[row][column] = text
    return Matrix(of.label, tuple(map(tuple, cells)), of.place)


def test_a_slip_of_the_pen_does_not_hide_it():
    assert map_of(GAN, with_cell(matrix(from_zero), 3, 7, "0")).value == "transposed"


@pytest.mark.parametrize(
    "cells",
    [
        (("1", "2"), ("3", "4")),
        (("0", "0"), ("0", "0")),
        (("w_{0,0}", "0"), ("0",)),
        (("w_{0,0}", "sum"), ("0", "w_{1,1}")),
        (("w_{0,0}", "w_{0,1}"), ("w_{1,0}", "w_{1,1}")),
    ],
    ids=["numbers", "nothing", "ragged", "words", "another size"],
)
def test_what_is_no_map_of_a_step_tells_nothing(cells):
    assert map_of(GAN, Matrix("A", cells, PLACE)) is None


def test_a_problem_without_such_steps_has_no_maps():
    assert map_of(problem("autoencoder"), matrix(from_zero)) is None


def graded(chosen, *matrices):
    sheet = answers(student(chosen), level="4850")
    return grade(replace(sheet, matrices=matrices), rubric())


OTHER = {"deconv": "transposed"}


@pytest.mark.parametrize(("chosen", "flipped"), [({}, False), (OTHER, True)])
def test_a_matrix_of_another_convention_than_the_numbers_is_told_and_costs_nothing(chosen, flipped):
    both = [matrix(from_zero, flipped=flipped, label=label) for label in ("C_1", "C_2")]
    report = graded(chosen, *both)
    assert report.score == report.max_score
    assert ("convention_mixed", "c") in found(report)
    assert [r.message.split()[0] for r in report.remarks if r.place == PLACE] == ["C_1", "C_2"]


@pytest.mark.parametrize(("chosen", "flipped"), [({}, True), (OTHER, False)])
def test_a_matrix_of_the_same_convention_is_no_finding(chosen, flipped):
    report = graded(chosen, matrix(from_zero, flipped=flipped))
    assert found(report) == []
    assert report.remarks == ()

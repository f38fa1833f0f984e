import pytest

from grader.readers.symbol_matrix import symbol_cells


def matrix(*rows, kind="bmatrix"):
    inside = " ".join(rf"{row} \\" for row in rows)
    return rf"\begin{{{kind}}} {inside} \end{{{kind}}}"


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        (matrix("w_1 & 0", "0 & w_1"), (("w_1", "0"), ("0", "w_1"))),
        (
            "$$A = " + matrix("w_{1,0}' & 0", r"\alpha & 2") + "$$",
            (("w_{1,0}'", "0"), (r"\alpha", "2")),
        ),
        (matrix("w_1 & 0", "0 & w_2", kind="array"), (("w_1", "0"), ("0", "w_2"))),
        (matrix("1 & 2", "3 & 4"), ()),
        (matrix("w_1 & 0", "0"), ()),
        (matrix("w_1 & 0"), ()),
        (matrix("w_1", "w_2"), ()),
        (matrix("w_1 & 0", "0 & w_1") + matrix("w_1 & 0", "0 & w_1"), ()),
        ("w_1 & 0", ()),
        (matrix("w_" + "1" * 80 + " & 0", "0 & 0"), ()),
        (r"\begin{bmatrix} w_1 & 0", ()),
    ],
)
def test_a_matrix_of_names_has_these_cells(text, cells):
    assert symbol_cells(text) == cells

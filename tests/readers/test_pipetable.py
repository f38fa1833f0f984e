"""Tables in write-ups: a quantity a row, tables below bullets, columns that only count."""

from __future__ import annotations

import pytest
from reading import read_one, said

VALUES = [0.38, 1.4, 0.96, 1.06, 0.7, 1.54, 1.62, 1.06]
H0 = {"gan.h0": ((8,), VALUES)}
H1 = {"gan.h1": ((2, 2, 2), VALUES)}
LIST = "0.38, 1.4, 0.96, 1.06, 0.7, 1.54, 1.62, 1.06"
FIRST = r"$\begin{bmatrix} 0.38 & 1.4 \\ 0.96 & 1.06 \end{bmatrix}$"
SECOND = r"$\begin{bmatrix} 0.7 & 1.54 \\ 1.62 & 1.06 \end{bmatrix}$"
ROWS = [[0.424, 1.674, 1.894, 1.35], [1.152, 3.088, 5.052, 1.444], [1.13, 4.594, 3.87, 1.072],
        [1.752, 1.812, 1.15, 0.418]]  # fmt: skip
H2 = {"gan.h2": ((4, 4), [entry for row in ROWS for entry in row])}
BARE = "\n".join(f"   | {' | '.join(map(str, row))} |" for row in ROWS)
COUNTED = "\n".join(f"| r{k} | {' | '.join(map(str, row))} |" for k, row in enumerate(ROWS))
COLUMN = "\n".join(f"| {k} | {value} |" for k, value in enumerate(VALUES, 1))

TABLES = [
    # one row a quantity
    (f"| quantity | value |\n|---|---|\n| h0 | {LIST} |\n| m | 12.4 |", H0 | {"gan.m": 12.4}),
    ((f"| step | formula | result |\n|---|---|---|\n| h0 | ReLU(w0 z + b0) | [{LIST}] |\n"
     "| m | w2^T H2 + b2 | 12.4 |"), H0 | {"gan.m": 12.4}),
    ((f"| | value |\n|---|---|\n| $h_1^{{(1)}}$ | {FIRST} |\n| $h_1^{{(2)}}$ | {SECOND} |\n"
     "| m | 12.4 |"), H1 | {"gan.m": 12.4}),
    ((f"| | 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 |\n|---|---|\n| h0 | {' | '.join(LIST.split(', '))} |\n"
     "| m | 12.4 |"), H0 | {"gan.m": 12.4}),
    # one column a quantity
    (f"| i | h0 |\n|---|---|\n{COLUMN}", H0),
    # below bullets
    (f"- $h_2$\n\n{BARE}\n- $m = 12.4$", H2 | {"gan.m": 12.4}),
    (f"* h2:\n\n{BARE}\n\n* m: 12.4", H2 | {"gan.m": 12.4}),
    (f"1. The image $h_2$:\n\n| | c0 | c1 | c2 | c3 |\n|---|---|---|---|---|\n{COUNTED}", H2),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), TABLES)
def test_a_table_is_read(text, expected):
    submission = read_one(text, "a.md")
    assert said(submission) == expected
    assert submission.remarks == ()


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (BARE, 1),
        (f"| | c0 | c1 | c2 | c3 |\n|---|---|---|---|---|\n{COUNTED}", 1),
        ("| layer | units |\n|---|---|\n| hidden | 8 |", 0),
        ("| a | b |\n|---|---|\n| u | v |", 0),
    ],
)
def test_numbers_without_any_name_are_told(table, told):
    submission = read_one(f"$m = 12.4$\n\nSome numbers\n\n{table}\n", "a.md")
    assert said(submission) == {"gan.m": 12.4}
    assert len(submission.remarks) == told
    assert all("no name stands before it" in str(remark) for remark in submission.remarks)

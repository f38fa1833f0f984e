"""Which problem a heading names, and what a reader is told where none says it plainly."""

from __future__ import annotations

import pytest
from reading import read_one, said

B = "$$\\nabla_{b_2} = g$$\n\n"
M = "$$\\nabla_m = 1 - p$$\n\n"
XP = "$$\\nabla_{x'} J = 2 (x' - x)$$\n\n"

NAMED = [
    ("# Problem I", "# Problem II"),
    ("# PROBLEM I.", "# PROBLEM II."),
    ("Problem I:", "Problem II:"),
    ("Prob. I -", "Prob. II -"),
    ("# Exercise i", "# Exercise ii"),
    ("## Question I", "## Question II"),
    ("# Problem one", "# Problem two"),
    ("Problem one.", "Problem two."),
    ("# First problem", "# Second problem"),
    ("## Problem #1", "## Problem #2"),
    ("Problem No. 1", "Problem No. 2"),
    ("**Problem 1a**", "**Problem 2a**"),
    ("Problem 1 (a)", "Problem 2 (b)"),
    ("# Solution to Problem 1", "# Solution to Problem 2"),
    ("# HW6, Problem 1", "# HW6, Problem 2"),
    ("Answer to question 1:", "Answer to question 2:"),
    ("\\section*{Problem I}", "\\section*{Problem II}"),
]


@pytest.mark.parametrize(("one", "two"), NAMED)
def test_a_heading_tells_the_problem_however_it_counts(one, two):
    submission = read_one(f"{one}\n\n{B}{two}\n\n{B}", "a.md")
    assert [*said(submission)] == ["gan.grad_b2", "autoencoder.grad_b2"]
    assert submission.remarks == ()


PARTS = [
    ("# Part 1", "# Part 2"),
    ("Part 1:", "Part 2:"),
    ("Part I", "Part II"),
    ("# Part A", "# Part B"),
    ("## Question (a)", "## Question (b)"),
    ("Question (a):", "Question (b):"),
    ("# I", "# II"),
    ("I.", "II."),
    ("II) Backward", "III) Encoder"),
    ("# 1.", "# 2."),
    ("# 2. Backward", "# 3. Encoder"),
    ("Answer 1:", "Answer 2:"),
]


@pytest.mark.parametrize(("one", "two"), PARTS)
def test_a_part_belongs_where_the_names_below_it_do(one, two):
    submission = read_one(f"{one}\n\n{B}{M}{two}\n\n{B}{XP}", "a.md")
    keys = ["gan.grad_b2", "gan.grad_m", "autoencoder.grad_b2", "autoencoder.grad_xp"]
    assert [*said(submission)] == keys
    told = [remark.message for remark in submission.remarks]
    assert [remark.is_decision for remark in submission.remarks] == [True, True]
    assert told[0].startswith(r"'\nabla_{b_2}' read as problem gan, because the names below '")
    assert told[1].endswith("(line 7) are autoencoder's")


@pytest.mark.parametrize(("one", "two"), PARTS)
def test_within_a_named_problem_parts_are_tasks(one, two):
    submission = read_one(f"# Problem 1\n\n{one}\n\n{M}{two}\n\n{B}", "a.md")
    assert [*said(submission)] == ["gan.grad_m", "gan.grad_b2"]
    assert submission.remarks == ()


@pytest.mark.parametrize(
    "line",
    [
        "Problem I had with this was the reshape",
        "p i",
        "Part 2 of the sum is the larger one",
        "I minimise the loss.",
        "A note",
        "Question two years ago",
        "Problem 3",
        "Problem 2.1",
        "(b) and so on",
        "V is the value",
    ],
)
def test_what_only_looks_like_a_heading_changes_nothing(line):
    submission = read_one(f"# GAN\n\n{M}{line}\n\n{B}", "a.md")
    assert [*said(submission)] == ["gan.grad_m", "gan.grad_b2"]


WHY = [
    # (before, the equation, why it is read as that problem's)
    (f"{M}", B, "gan, because every other name beside it is gan's"),
    ("", r"$$\nabla_{w_1} = x (x' - x)^T$$", "autoencoder, because only autoencoder has x and xp"),
    ("# Problem 1\n\n", r"$$\nabla_{w_2} = h (x' - x)^T$$",
     "autoencoder, because only autoencoder has h, x and xp"),
    (f"Q1\n\n{M}Q2\n\n{XP}", B, "autoencoder, because the heading 'Q2' (line 5) has its number"),
    (f"Q1\n\n{M}Q2\n\n$$\\nabla_p = 1$$\n\n", B,
     "gan, because most names below 'Q2' (line 5) are gan's"),
    (f"# Part 1\n\n{M}# Part 2\n\n", B,
     "gan, because what stands before 'Part 2' (line 5) is gan's"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "equation", "why"), WHY)
def test_why_an_answer_is_that_problem_s_is_told(before, equation, why):
    submission = read_one(before + equation, "a.md")
    (remark,) = (r for r in submission.remarks if r.is_decision)
    assert remark.message.partition("read as problem ")[2] == why


SAID = [
    f"# Problem 1\n\n{B}",
    f"# Auto-encoder\n\n{B}",
    r"$$\nabla_{W_2} = h \delta^T$$",  # a capital is this problem's only
    "$$\\nabla_{w_1} = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]$$",  # numbers are asked in one problem
    f"{M}",
]


@pytest.mark.parametrize("text", SAID)
def test_what_the_file_says_itself_needs_no_word(text):
    assert [r for r in read_one(text, "a.md").remarks if r.is_decision] == []

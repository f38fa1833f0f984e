from __future__ import annotations

import pytest
from click.testing import CliRunner
from reading import read_one

from grader.cli import _commands
from grader.identity import Identity
from grader.model import Student
from grader.owner import owner

ANSWERS = "\n\n# Problem 1\n\n$h_0 = [1, 2, 3, 4, 5, 6, 7, 8]$\n"

BLOCKS = [
    ("Student: Priya Nair\nID: s2003", ("s2003", "Priya Nair", "")),
    ("---\nstudent: Priya Nair\nid: s2003\nlevel: 6850\n---", ("s2003", "Priya Nair", "6850")),
    ("Student: s1001", ("s1001", "", "")),
    ("Name: Tara Singh \\\\ ID: s2020 \\\\ Level: 6850\\\\", ("s2020", "Tara Singh", "6850")),
    ("\\textbf{Name:} Tara Singh\\\\\n\\textbf{ID:} s2020\\\\", ("s2020", "Tara Singh", "")),
    ("Name: Olga Petrova. ID: s2029.", ("s2029", "Olga Petrova", "")),
    ("Name: A  ID: s1  Level: 6850", ("s1", "A", "6850")),
    ("Name: Doe, Jane (s1001)\nID: s1001", ("s1001", "Doe, Jane", "")),
    ("# HW6 — Max Stone (s2027) — 6850", ("s2027", "Max Stone", "6850")),
    ("**Ben Carter**, s2019, 6850", ("s2019", "Ben Carter", "6850")),
    ("**Grace Oyelaran -- s2005 -- Level 6850**", ("s2005", "Grace Oyelaran", "6850")),
    ("Name: X Y\nRIN: 661234567", ("661234567", "X Y", "")),
    ("Name: X Y\nRIN: 661 234 567", ("661 234 567", "X Y", "")),
    ("Name: X Y\nStudent number: s9", ("s9", "X Y", "")),
    ("姓名：李明\n学号：s2030", ("s2030", "李明", "")),
    ("\\author{Ann Lee \\\\ ID: s2012}", ("s2012", "Ann Lee", "")),
    ("\\author{Jürgen Schäfer\\\\Matrikelnummer: s2012}", ("s2012", "Jürgen Schäfer", "")),
    ("\\author{Tara Singh \\\\ \\texttt{s2020} \\and TA}", ("s2020", "Tara Singh", "")),
    ("\\author{\n Jane Doe \\\\\n s1001\n}", ("s1001", "Jane Doe", "")),
    (
        "| Field | Value |\n|---|---|\n| Name | Sofia Rossi |\n| ID | s17 |",
        ("s17", "Sofia Rossi", ""),
    ),
    ("Name: Gita Rao, s2007, level 6850", ("s2007", "Gita Rao", "6850")),
    ("\\author{Carla Reyes \\\\ s2003 \\\\ ECSE 6850}", ("s2003", "Carla Reyes", "6850")),
    ("**Pia Novak** s2016 4850", ("s2016", "Pia Novak", "4850")),
    ("Quinn Shaw   s2017   4850", ("s2017", "Quinn Shaw", "4850")),
    ("by Rosa Diaz, student id s2018, level 4850", ("s2018", "Rosa Diaz", "4850")),
    ("# Problem 2 (Noor Haddad, s2014, 6850)", ("s2014", "Noor Haddad", "6850")),
    ("ID: s2019\nlevel 4850", ("s2019", "", "4850")),
    (
        "| Name | ID | Level |\n|---|---|---|\n| Lee, Ann | s17 | 4850 |",
        ("s17", "Lee, Ann", "4850"),
    ),
    ("# Solution of Jim Jay (a09)", ("a09", "Jim Jay", "")),
    ("**HW6 by Jim Jay, (s2001)**", ("s2001", "Jim Jay", "")),
    # no student
    ("# Solution of Laplace Equation (12)", ("", "", "")),
    ("I compared it with Max Stone s2027", ("", "", "")),
    ("At level 12 of the game", ("", "", "")),
    ("# Homework 6, ECSE 6850\n\nDeep Learning, Spring 2024", ("", "", "")),
    ("The gradient of Max Stone (s2027) is right.", ("", "", "")),
]


@pytest.mark.parametrize(("block", "student"), BLOCKS)
def test_the_student_block_is_read(block, student):
    found = read_one(block + ANSWERS, "a.md").student
    assert (found.id, found.name, found.level) == student


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Name: A B\nID: s2021, s2022" + ANSWERS, "s2021 / s2022"),
        (
            "Name: Ann Lee\nID: s1" + ANSWERS + "\nName: Carl Dee\nID: s2\n",
            "Ann Lee (s1) / Carl Dee (s2)",
        ),
        ("IDs: s1001 and s1002" + ANSWERS, "s1001 / s1002"),
        ("Students: Ann Lee (s1), Carl Dee (s2)" + ANSWERS, "Ann Lee (s1) / Carl Dee (s2)"),
        ("Names: Ann Lee and Carl Dee\nIDs: s1, s2" + ANSWERS, "Ann Lee (s1) / Carl Dee (s2)"),
        (
            "**Group work: Ann Lee s1001, Carl Dee s1002**" + ANSWERS,
            "Ann Lee (s1001) / Carl Dee (s1002)",
        ),
        ("Ann Lee, s1001; Carl Dee, s1002" + ANSWERS, "Ann Lee (s1001) / Carl Dee (s1002)"),
        ("\\author{Ann Lee (s1) \\and Carl Dee (s2)}" + ANSWERS, "Ann Lee (s1) / Carl Dee (s2)"),
        ("ID: s1001" + ANSWERS + "\n## ID: s1002\n", "s1001 / s1002"),
        (
            "| Name | ID |\n|---|---|\n| Ann Lee | s1 |\n| Carl Dee | s2 |" + ANSWERS,
            "Ann Lee (s1) / Carl Dee (s2)",
        ),
        (
            "# Solution of Ann Lee (s11)" + ANSWERS + "\n" * 60 + "# Solution of Carl Dee (s12)\n",
            "Ann Lee (s11) / Carl Dee (s12)",
        ),
        ("Name: Ann Lee and Bob Ray\nID: s1" + ANSWERS, "Ann Lee / Bob Ray"),
    ],
)
def test_of_two_students_nobody_is_taken_and_a_person_is_asked(text, names):
    found = read_one(text, "a.md")
    assert (found.student.id, found.student.name) == ("", names)
    assert any("a person must say whose it is" in r.message for r in found.remarks)
    whose = owner(Identity("s1"), found.student)
    assert whose.student.id == ""
    assert "more than one student" in whose.reason


def test_a_name_that_is_said_twice_is_one_persons():
    text = "\\author{P. Nair}\nName: Priya Nair\nID: s1\nid: S1" + ANSWERS
    assert read_one(text, "a.tex").student == Student("s1", "P. Nair", "")


@pytest.mark.parametrize("ending", ["txt", "md"])
def test_lines_above_a_table_name_the_student(ending):
    text = "Name: Kim Lee\nID: s2006\nLevel: 6850\nh0,1,2,3,4,5,6,7,8\nm,12.4\n"
    assert read_one(text, f"a.{ending}").student == Student("s2006", "Kim Lee", "6850")


@pytest.mark.parametrize(
    ("line", "objective"),
    [
        (r"Objective: minimise $-\log p$.", "minimize_nll"),
        ("Objective: minimize -log p(y=0)", "minimize_nll"),
        (r"**Objective:** \(-\ln p\)", "minimize_nll"),
        (r"Objective: maximise $\log p$", "maximize_log_p"),
        ("objective: maximize_log_p", "maximize_log_p"),
        ("Objective: minimise log p", None),
        ("Objective: maximise -log p", None),
    ],
)
def test_the_objective_may_be_stated_in_symbols(line, objective):
    assert read_one(line + ANSWERS, "a.md").conventions.get("objective") == objective


def test_the_commands_name_both_students(tmp_path):
    file = tmp_path / "s9.md"
    file.write_text("Students: Ann Lee (s1), Carl Dee (s2)" + ANSWERS)
    for command in ("read", "explain", "check"):
        told = CliRunner().invoke(_commands, [command, str(file)]).output
        assert "Ann Lee (s1) / Carl Dee (s2)" in told
        assert "two students are named" in " ".join(told.split())
        assert "s9 " not in told

"""Whose a table is: what it says itself counts, and of two students it is neither's."""

from __future__ import annotations

import pytest
from reading import read_one, said
from test_table import one, sheet

H0 = "[0.38, 1.4, 0.96, 1.06, 0.7, 1.54, 1.62, 1.06]"
GRID = ((8,), [0.38, 1.4, 0.96, 1.06, 0.7, 1.54, 1.62, 1.06])

OWN = {
    "rows above a tidy table": (
        f'Name,Ann Lee\nID,s1\nobjective,minimize_nll\n\nquantity,index,value\nh0,,"{H0}"\n'
    ),
    "a column": f'student_id,name,quantity,index,value\ns1,Ann Lee,h0,,"{H0}"\n',
    "another order": f'value,quantity,ID,Full name\n"{H0}",h0,s1,Ann Lee\n',
    "rows of a tidy table": f'quantity,index,value\nName,,Ann Lee\nID,,s1\nh0,,"{H0}"\n',
    "a column of questions": f'student_id,name,question,answer\ns1,"Lee, Ann",h0,"{H0}"\n',
    "a head of columns, and blocks": f'id,name,question,points\ns1,Ann Lee\nh0,"{H0}"\n',
    "a number and an account": f'Student ID,s1\nNetID,leea\nName,Ann Lee\nh0,"{H0}"\n',
    "a remark beside the id": f'ID,s1,(on my card)\nName,Ann Lee,again,4850\nh0,"{H0}"\n',
    "a level beside the id": f'ID,s1,4850\nName,Ann,Lee\nh0,"{H0}"\n',
    "student and id": f'Student,Ann Lee\nID,s1\nh0,"{H0}"\n',
    "columns student and id": f'Student,ID,quantity,value\n"Lee, Ann",s1,h0,"{H0}"\n',
    "said twice": f'ID,s1\nName,Ann Lee\nID,S1\nName,"Lee, Ann"\nh0,"{H0}"\n',
    "an answer below the id": f'name,id\nAnn Lee,s1\nh0,"{H0}"\nm,12\n',
}


@pytest.mark.parametrize("way", OWN)
def test_what_a_table_says_of_its_student_counts(way):
    submission = read_one(OWN[way], "s2.csv")
    assert submission.student.id == "s1"
    assert set(submission.student.name.replace(",", "").split()) <= {"Ann", "Lee"}
    assert said(submission)["gan.h0"] == GRID


def test_what_stands_above_a_tidy_table_is_read():
    submission = read_one("objective,minimize_nll\nm,12.4\nquantity,index,value\np,,1\n", "a.csv")
    assert submission.conventions == {"objective": "minimize_nll"}
    assert said(submission) == {"gan.m": 12.4, "gan.p": 1.0}


def test_entries_below_question_entry_and_answer_are_read():
    rows = "".join(f"s1,h0,{k},{v}\n" for k, v in enumerate(GRID[1]))
    submission = read_one(f"student_id,question,entry,answer\n{rows}", "a.csv")
    assert submission.student.id == "s1"
    assert said(submission)["gan.h0"] == {(k,): v for k, v in enumerate(GRID[1])}


@pytest.mark.parametrize("start", [0, 1])
def test_a_column_that_counts_the_rows_is_nobodys_id(start):
    rows = "".join(f"{k + start},h0,{k},{v}\n" for k, v in enumerate(GRID[1]))
    assert read_one(f"id,quantity,index,value\n{rows}", "a.csv").student.id == ""


NOBODYS = {
    "beside each other": "name,Ann Lee,Bo Berg\nid,s1,s2\nm,12.4\n",
    "below each other": "id,s1\nname,Ann Lee\nm,12.4\n\nid,s2\nname,Bo Berg\np,1\n",
    "a class in long form": "id,name,quantity,index,value\ns1,Ann Lee,m,,12.4\ns2,Bo Berg,p,,1\n",
    "a class of questions": "id,name,question,answer\ns1,Ann Lee,m,12.4\ns2,Bo Berg,p,1\n",
    "a list above the answers": "name,id\nAnn Lee,s1\nBo Berg,s2\nm,12.4\n",
    "rows above and a column": (
        "Name,Ann Lee\nID,s1\n\nid,name,quantity,value\ns2,Bo Berg,m,12.4\ns1,Ann Lee,p,1\n"
    ),
    "rows of a tidy table": (
        "quantity,index,value\nstudent,id,s1\nstudent,name,Ann Lee\n"
        "id,,s2\nname,,Bo Berg\nm,,12.4\n"
    ),
}


@pytest.mark.parametrize("way", NOBODYS)
def test_a_table_of_two_students_is_nobodys(way):
    submission = read_one(NOBODYS[way], "s1.csv")
    assert submission.student.id == ""
    assert sorted(submission.student.name.split(" / ")) == ["Ann Lee (s1)", "Bo Berg (s2)"]
    assert "a person must say whose it is" in " ".join(map(str, submission.remarks))


def test_a_workbook_with_a_sheet_for_each_of_two_students_is_nobodys():
    found = one(sheet([["ID", "s1"], ["m", 12.4]], "A"), sheet([["ID", "s2"], ["p", 1]], "B"))
    assert (found.student.id, found.student.name) == ("", "s1 / s2")


def test_two_names_without_an_id_are_two_students():
    found = read_one('name,quantity,value\n"Lee, Ann",m,12.4\n"Berg, Bo",p,1\n', "a.csv")
    assert (found.student.id, found.student.name) == ("", "Lee, Ann / Berg, Bo")

from dataclasses import replace
from urllib.parse import unquote

import pytest
from class_samples import RUBRIC, five_statuses, made_up_class, report
from hypothesis import given
from hypothesis import strategies as st

from grader.gradebook.table import (
    KINDS,
    feedback_name,
    feedback_names,
    in_order,
    needs_a_person,
    plain,
    table,
)
from grader.model import Place, Remark, Status, Student, Verdict


def cells_of(one, rubric=RUBRIC):
    content = table([one], rubric)
    names = [column.name for column in content.columns]
    return dict(zip(names, content.rows[0], strict=True))


def test_columns_are_the_students_own_then_items_then_totals():
    names = [column.name for column in table([], RUBRIC).columns]
    assert names[:5] == ["id", "name", "level", "status", "gan.h0"]
    assert names[-8:-3] == ["gan", "autoencoder", "score", "max_score", "percent"]
    assert names[-3:] == ["needs_a_person", "remarks", "file"]


@pytest.mark.parametrize("one", five_statuses()[1:], ids=lambda r: r.status.value)
def test_what_has_no_score_is_blank_and_says_why(one):
    cells = cells_of(one)
    for name in ("gan", "score", "percent"):
        assert cells[name].value is None
        assert cells[name].kind == f"student_{one.status.value}"
    assert cells["status"].value == one.status.value


def test_a_graded_zero_is_a_number():
    cells = cells_of(five_statuses()[0])
    assert (cells["gan.h0"].value, cells["score"].value, cells["percent"].value) == (0, 0, 0)


def test_the_five_statuses_have_five_words_and_differ_from_verdicts():
    words = [KINDS[f"student_{status.value}"].word for status in Status]
    words += [KINDS[verdict.value].word for verdict in Verdict]
    assert len(set(words)) == len(words)


def test_an_undecided_item_is_blank_while_its_neighbours_show_where_to_look():
    cells = cells_of(five_statuses()[4])
    assert (cells["gan.h2"].value, cells["gan.h2"].kind) == (None, "ungraded")
    assert cells["gan.h0"].value == 3


@pytest.mark.parametrize(
    ("level", "status", "kind"),
    [
        ("4850", Status.GRADED, "not_required"),
        ("4850", Status.MISSING, "not_required"),
        ("6850", Status.GRADED, "correct"),
        ("6850", Status.MISSING, "student_missing"),
        ("", Status.MISSING, "student_missing"),
    ],
)
def test_a_problem_of_another_level_is_not_required(level, status, kind):
    cell = cells_of(report("s1", level=level, status=status))["autoencoder.grad_W1"]
    assert cell.kind == kind
    assert (cell.value is None) == (kind != "correct")


def test_an_item_worth_nothing_to_a_student_is_not_required():
    one = report("s1", level="6850")
    voluntary = replace(
        one.problems[1],
        max_score=0,
        assessments=tuple(replace(a, score=0, max_score=0) for a in one.problems[1].assessments),
    )
    cells = cells_of(replace(one, problems=(one.problems[0], voluntary)))
    assert cells["autoencoder"].kind == cells["autoencoder.grad_h"].kind == "not_required"


def test_a_single_item_worth_nothing_to_a_student_is_blank_among_those_that_count():
    one = report("s1")
    first, *others = one.problems[0].assessments
    parts = (replace(first, score=0, max_score=0), *others)
    cells = cells_of(replace(one, problems=(replace(one.problems[0], assessments=parts),)))
    assert (cells["gan.h0"].value, cells["gan.h0"].kind) == (None, "not_required")
    assert cells["gan.h1"].value == 2


def test_rows_stand_in_name_order_with_the_nameless_last():
    names = ["", "Zed", "åberg", "Abbott", "Baker", "Abbott"]
    reports = [report(f"s{9 - k}", name) for k, name in enumerate(names)]
    ordered = in_order(reports)
    assert [r.student.name for r in ordered] == ["Abbott", "Abbott", "åberg", "Baker", "Zed", ""]
    assert [r.student.id for r in ordered][:2] == ["s4", "s6"]


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_reports_does_not_matter(random):
    reports = list(made_up_class(12))
    expected = table(reports, RUBRIC)
    random.shuffle(reports)
    assert table(reports, RUBRIC).rows == expected.rows


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (report("s", "n"), ""),
        (report("s", "n", attention=["Two files."]), "Two files."),
        (report("s", "n", status=Status.MISSING), ""),
        (report("s", "n", status=Status.EXCUSED, reason="Ill."), ""),
        (report("s", "n", status=Status.UNREADABLE, reason="Cut off."), "Cut off."),
        (report("s", "n", status=Status.UNGRADED), "no reason was given"),
        (
            report("s", "n", status=Status.UNGRADED, reason="Slow.", attention=["Slow.", "Two."]),
            "Slow.; Two.",
        ),
    ],
)
def test_who_needs_a_person_and_why(one, expected):
    assert needs_a_person(one) == expected


def test_remarks_stand_once_each_and_not_again_where_they_ask_for_a_person():
    told = ("handed in late, by the file's name", "=cmd", "two files", "=cmd")
    place = Place("a.csv", line=3)
    remarks = (*map(Remark, told), Remark("not read", place))
    one = replace(report("s", "n", attention=["two files"]), remarks=remarks)
    cells = cells_of(one)
    assert cells["remarks"].value == f"{told[0]}; =cmd; {place}: not read"
    assert cells_of(report("s", "n"))["remarks"].value == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Doe, Jane", "Doe, Jane"),
        ("a\r\nb\rc\td", "a\nb\nc\td"),
        ("a\x00\x07\x1b[31mb\x85", "a[31mb"),
        ("a\ud800b\uffff", "a\ufffdb\ufffd"),
        ("evil\u202egnp.exe", "evil\\u202egnp.exe"),
        ("שָׁלוֹם \u200f Ω 🎓", "שָׁלוֹם \u200f Ω 🎓"),
        ("x" * 40_000, "x" * 32_766 + "…"),
        ("🎓" * 20_000, "🎓" * 16_383 + "…"),
    ],
)
def test_text_as_a_file_can_hold_it(text, expected):
    assert plain(text) == expected


# --- names of feedback pages ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("student_id", "expected"),
    [
        ("s1001", "s1001.html"),
        ("0123", "0123.html"),
        ("a.b_c-d", "a.b_c-d.html"),
        ("..", "%2E..html"),
        ("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd.html"),
        ("C:\\x", "C%3A%5Cx.html"),
        (".hidden", "%2Ehidden.html"),
        ("-rf", "%2Drf.html"),
        ("con", "%63on.html"),
        ("NUL.txt", "%4EUL.txt.html"),
        ("COM1", "%43OM1.html"),
        ("conrad", "conrad.html"),
        ("a b%~", "a%20b%25%7E.html"),
        ("é", "%C3%A9.html"),
    ],
)
def test_a_page_is_named_after_the_students_id(student_id, expected):
    assert feedback_name(report(student_id)) == expected
    assert unquote(expected.removesuffix(".html")) == student_id


def test_a_page_without_an_id_is_named_after_the_file():
    assert feedback_name(report("", file="sub/a.json")) == "no-id~sub%2Fa.json.html"
    assert feedback_name(report("no-id~sub")) == "no-id%7Esub.html"


@given(st.lists(st.text(st.characters(), max_size=60), unique=True, max_size=8))
def test_names_are_safe_on_any_disk_and_all_different(ids):
    reports = [report("") if not i else report(i, file="f") for i in ids]
    names = feedback_names(reports)
    assert sorted(names) == list(range(len(ids)))
    assert len({name.casefold() for name in names.values()}) == len(ids)
    for name in names.values():
        assert name.isascii()
        assert len(name) < 255
        assert not set(name) & set('/\\:*?"<>|\n\0 ')
        assert not name.startswith((".", "-", "~"))


def test_ids_that_differ_in_case_only_get_two_pages_whatever_their_order():
    upper, lower, again = report("AB"), report("ab"), report("ab", file="z.json")
    assert feedback_names([upper, lower, again]) == {0: "AB.html", 1: "ab~2.html", 2: "ab~3.html"}
    assert feedback_names([again, lower, upper]) == {0: "ab~3.html", 1: "ab~2.html", 2: "AB.html"}


def test_long_ids_are_cut_off_and_still_told_apart():
    first, second = (report("é" * 300 + end) for end in "ab")
    assert feedback_name(first) != feedback_name(second)
    assert len(feedback_name(first)) < 110
    assert "%C~" not in feedback_name(first)


def test_a_student_of_the_vocabulary_has_no_page_of_anothers():
    one = replace(report("a"), student=Student("b"))
    assert feedback_name(one) == "b.html"

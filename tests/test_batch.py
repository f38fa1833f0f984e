import json
import os
import re
import signal
import time
from pathlib import Path

import pytest
from class_on_disk import (
    UNREADABLE,
    answers,
    as_json,
    as_tidy,
    as_workbook,
    as_zip,
    results,
    write,
)

import grader.batch
import grader.judging
import grader.settling
from grader.batch import NothingToGradeError, grade_paths
from grader.gradebook.table import needs_a_person
from grader.model import GraderError
from grader.output import claimed, write_results
from grader.rubric import load


def graded(folder, files, **more):
    """The reports on a class by file, or by student where nothing was handed in."""
    batch = grade_paths([write(folder / "submissions", files)], **{"jobs": 2, **more})
    return {report.file or report.student.id: report for report in batch.reports}, batch


def one(folder, files, **more):
    """The only report."""
    (report,) = graded(folder, files, **more)[0].values()
    return report


def roster(folder, text):
    path = folder / "roster.csv"
    path.write_text(text, encoding="utf-8")
    return path


def without(*names):
    return {key: value for key, value in answers().items() if key.partition(".")[2] not in names}


WRONG = {**answers(), "gan.h0": ["9"] * 8}


# --- whose it is --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "identity"),
    [
        ({"s1001.json": as_json()}, "s1001"),
        ({"hw6_s1001.json": as_json()}, "s1001"),
        ({"s1001/answers.json": as_json()}, "s1001"),
        ({"other.json": as_json("s1001")}, "s1001"),
        ({"other.csv": as_tidy("s1001")}, "s1001"),
        ({"other.xlsx": as_workbook("s1001")}, "s1001"),
        ({"other.json": as_json("0042")}, "0042"),
        ({"doejane_4217_99_answers.json": as_json()}, "4217"),
        ({"s1001.json": "{"}, "s1001"),
    ],
)
def test_whose_it_is_stands_in_the_file_or_in_its_name(tmp_path, files, identity):
    assert one(tmp_path, files).student.id == identity


@pytest.mark.parametrize(
    ("files", "level"),
    [
        ({"Doe, Jane.json": as_json()}, "6850"),
        ({"s1001.json": as_json()}, "6850"),
        ({"doejane_77_99_answers.json": as_json()}, "6850"),
        ({"a.json": as_json("S1001", "Jane Doe", "4850")}, "6850"),
    ],
)
def test_the_roster_knows_the_id_the_name_and_the_level(tmp_path, files, level):
    known = roster(tmp_path, "id,name,level,canvas id\ns1001,'Doe Jane',6850,77\n".replace("'", ""))
    report = one(tmp_path, files, roster=known)
    assert (report.student.id, report.student.level) == ("s1001", level)
    assert report.max_score == 40


def test_who_is_on_the_roster_and_handed_nothing_in_is_missing_or_excused_and_not_zero(tmp_path):
    known = roster(tmp_path, "id,name,level,excused\ns1,A,4850,\ns2,B,6850,\ns3,C,6850,yes\n")
    found, _ = graded(tmp_path, {"s1.json": as_json()}, roster=known)
    told = {name: (r.status, r.score, r.max_score) for name, r in found.items()}
    assert told == {
        "s1.json": ("graded", 20, 20),
        "s2": ("missing", None, 40),
        "s3": ("excused", None, 40),
    }
    assert not any(map(needs_a_person, found.values()))


def test_who_is_excused_and_handed_in_all_the_same_is_graded_and_named(tmp_path):
    known = roster(tmp_path, "id,level,excused\ns1,4850,yes\n")
    report = one(tmp_path, {"s1.json": as_json()}, roster=known)
    assert (report.status, report.score) == ("graded", 20)
    assert "excused" in needs_a_person(report)


def test_who_is_not_on_the_roster_is_graded_and_named_with_those_that_look_alike(tmp_path):
    known = roster(tmp_path, "id,name,level\ns1001,Doe Jane,4850\n")
    found, _ = graded(tmp_path, {"a.json": as_json("s1O01")}, roster=known)
    assert found["a.json"].score == 20
    told = needs_a_person(found["a.json"])
    assert "s1O01 is not on the roster; did they mean s1001 (Doe Jane)?" in told
    assert found["s1001"].status == "missing"


def test_a_file_that_nothing_tells_whose_it_is_is_graded_and_named(tmp_path):
    report = one(tmp_path, {"answers.json": as_json()})
    assert (report.student.id, report.score) == ("", 20)
    assert "whose it is" in needs_a_person(report)


# --- several files of one student ---------------------------------------------------------------


def test_equal_files_of_one_student_count_once(tmp_path):
    report = one(tmp_path, {"a/s1.json": as_json("s1"), "b/s1.json": as_json("s1")})
    assert (report.status, report.score) == ("graded", 20)
    assert any("the same file" in str(remark) for remark in report.remarks)


def test_of_different_files_of_one_student_a_person_must_choose(tmp_path):
    files = {"a.json": as_json("s1"), "b.json": as_json("s1", given=WRONG)}
    report = one(tmp_path, files)
    assert (report.status, report.score) == ("ungraded", None)
    assert needs_a_person(report).startswith("a.json, b.json: their answers differ")


def test_parts_of_one_submission_are_read_together_with_all_that_they_tell(tmp_path):
    forward = {k: v for k, v in answers().items() if "grad" not in k}
    rest = {k: v for k, v in answers().items() if "grad" in k}
    files = {
        "s1 forward.json": as_json(given=forward),
        "s1 gradients.csv": as_tidy("s1", "Doe, Jane", "4850", rest),
    }
    report = one(tmp_path, files)
    assert (report.status, report.score, report.max_score) == ("graded", 20, 20)
    assert (report.student.name, report.student.level) == ("Doe, Jane", "4850")
    assert report.file == "s1 forward.json, s1 gradients.csv"


@pytest.mark.parametrize("with_roster", [False, True])
def test_one_id_under_two_names_is_for_a_person(tmp_path, with_roster):
    known = roster(tmp_path, "id,name,level\ns1,'Doe Jane',4850\n") if with_roster else None
    files = {"a.json": as_json("s1", "Doe, Jane"), "b.json": as_json("s1", "Roe, Rick")}
    report = one(tmp_path, files, roster=known)
    assert (report.status, report.score) == ("ungraded", None)
    assert "the same id stands for Doe, Jane and for Roe, Rick" in needs_a_person(report)


def test_a_readable_file_counts_although_another_of_the_student_cannot_be_read(tmp_path):
    report = one(tmp_path, {"a/s1.json": as_json("s1"), "b/s1.json": "{"})
    assert (report.status, report.score) == ("graded", 20)
    assert "b/s1.json was handed in too and not read" in needs_a_person(report)


def test_a_remark_on_one_of_several_files_is_kept(tmp_path):
    forward = {k: v for k, v in answers().items() if "grad" not in k}
    rest = {k: v for k, v in answers().items() if "grad" in k}
    files = {
        "doejane_LATE_77_1_forward.json": as_json(given=forward),
        "doejane_LATE_77_2_gradients.json": as_json(given=rest),
    }
    remarks = [str(remark) for remark in one(tmp_path, files).remarks]
    assert remarks.count("handed in late, by the file's name") == 1


# --- what cannot be read ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """A class of all that cannot be read, and two that can."""
    files = {f"x{n} {name}": content for n, (name, (content, _)) in enumerate(UNREADABLE.items())}
    files |= {"s1.json": as_json("s1"), "s2.csv": as_tidy("s2")}
    return graded(tmp_path_factory.mktemp("broken"), files)[0]


@pytest.mark.parametrize(("number", "name"), list(enumerate(UNREADABLE)))
def test_a_file_that_cannot_be_read_is_told_with_the_reason_and_its_place(broken, number, name):
    report = broken[f"x{number} {name}"]
    assert (report.status, report.score) == ("unreadable", None)
    assert UNREADABLE[name][1] in report.reason
    assert report.reason.startswith(f"x{number} {name}")


def test_the_others_are_graded(broken):
    assert [broken[name].score for name in ("s1.json", "s2.csv")] == [20, 20]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("utf-16.json", as_json("s1").encode("utf-16")),
        ("utf-16.csv", as_tidy("s1").encode("utf-16")),
        ("latin-1.csv", as_tidy("s1", "José").encode("latin-1")),
        ("mark.json", b"\xef\xbb\xbf" + as_json("s1").encode()),
        ("mark.csv", b"\xef\xbb\xbf" + as_tidy("s1").encode()),
        ("workbook.csv", as_workbook("s1")),
        ("json.xlsx", as_json("s1")),
        ("noending", as_json("s1")),
        ("SHOUTED.JSON", as_json("s1")),
    ],
)
def test_an_odd_encoding_or_a_wrong_ending_is_read_all_the_same(tmp_path, name, content):
    report = one(tmp_path, {name: content})
    assert (report.status, report.score, report.student.id) == ("graded", 20, "s1")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("nan", "no value"),
        ("inf", "not finite"),
        ("1e400", "too large"),
        ("forty", "not a number"),
        (True, "a number was expected"),
        ({"a": 1}, "a number was expected"),
    ],
)
def test_what_is_no_number_costs_its_entry_and_is_told_with_its_place(tmp_path, value, told):
    given = {**answers(), "gan.h0": [value, *answers()["gan.h0"][1:]]}
    report = one(tmp_path, {"s1.json": as_json("s1", given=given)})
    h0 = next(item for item in report.assessments if item.key == "gan.h0")
    assert (report.status, h0.verdict, h0.right) == ("graded", "partial", 7)
    assert "s1.json, at answers/gan.h0[0]" in " ".join(h0.notes)
    assert told in " ".join(h0.notes)


@pytest.mark.parametrize(
    ("files", "verdict", "told"),
    [
        ({"s1.json": as_json("s1", given=without("h2"))}, "missing", ""),
        ({"s1.csv": as_tidy("s1") + "gan.h2,,3\n"}, "unreadable", "answered twice"),
        (
            {"s1.json": as_json("s1", given={**answers(), "gan.h2": [[1, 2], [3]]})},
            "unreadable",
            "not of one length",
        ),
    ],
)
def test_an_answer_that_is_missing_doubled_or_ragged_costs_itself_only(
    tmp_path, files, verdict, told
):
    report = one(tmp_path, files)
    h2 = next(item for item in report.assessments if item.key == "gan.h2")
    assert (report.status, report.score, h2.verdict) == ("graded", 15, verdict)
    assert told in " ".join(h2.notes)


def test_a_formula_without_a_value_costs_its_entry_and_is_told_with_its_cell(tmp_path):
    given = {**answers(), "gan.h0": ["=0.1+0.28", *answers()["gan.h0"][1:]]}
    report = one(tmp_path, {"s1.xlsx": as_workbook("s1", given=given)})
    h0 = next(item for item in report.assessments if item.key == "gan.h0")
    assert (report.status, h0.verdict, h0.right) == ("graded", "partial", 7)
    assert re.search(r"s1\.xlsx, sheet Sheet, cell A6: .*formula", " ".join(h0.notes))


# --- what fails on our side ---------------------------------------------------------------------


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def hang():
    time.sleep(60)


def fail():
    raise ZeroDivisionError("a bug")


def breaking(monkeypatch, module, function, breaks, where):
    """The function with a bug that only shows where ``where`` says so."""
    sound = getattr(module, function)

    def broken(*arguments):
        if where(*arguments):
            breaks()
        return sound(*arguments)

    monkeypatch.setattr(module, function, broken)


OURS = pytest.mark.parametrize(
    ("breaks", "told"),
    [
        (die, "the program reading it broke down"),
        (hang, "it took longer than 3 seconds"),
        (fail, "the grader failed on it (ZeroDivisionError)"),
    ],
)


@OURS
@pytest.mark.parametrize("function", ["read", "grade"])
def test_a_file_that_we_fail_on_is_ungraded_and_the_others_are_graded(
    tmp_path, monkeypatch, breaks, told, function
):
    def where(first, second, *_):
        return "s2" in (second if function == "read" else first.file)

    monkeypatch.setattr(grader.batch, "SECONDS_A_FILE", 3.0)
    breaking(monkeypatch, grader.judging, function, breaks, where)
    found, batch = graded(tmp_path, {f"s{n}.json": as_json() for n in (1, 2, 3)})
    assert {name: report.score for name, report in found.items()} == {
        "s1.json": 20,
        "s2.json": None,
        "s3.json": 20,
    }
    lost = found["s2.json"]
    assert (lost.status, lost.student.id) == ("ungraded", "s2")
    assert needs_a_person(lost) == f"{told}; a person must look"
    assert batch.log.startswith(f"s2.json: {told}")
    assert ("a bug" in batch.log) is (breaks is fail)


TABLE = "id,name,level,gan.p,gan.m\n" + "".join(
    f"s{n},N{n},4850,0.999996,12.402\n" for n in range(1, 5)
)


def test_a_row_of_a_class_table_is_named_with_its_line(tmp_path):
    found, _ = graded(tmp_path, {"class.csv": TABLE})
    assert list(found) == [f"class.csv, line {line}" for line in range(2, 6)]


@OURS
def test_a_row_of_a_class_table_that_we_fail_on_is_the_only_one_ungraded(
    tmp_path, monkeypatch, breaks, told
):
    monkeypatch.setattr(grader.batch, "SECONDS_A_FILE", 3.0)
    breaking(monkeypatch, grader.judging, "grade", breaks, lambda s, _: s.student.id == "s2")
    _, batch = graded(tmp_path, {"class.csv": TABLE})
    status = {report.student.id: str(report.status) for report in batch.reports}
    assert status == {"s1": "graded", "s2": "ungraded", "s3": "graded", "s4": "graded"}
    assert told in next(r for r in batch.reports if r.student.id == "s2").reason
    assert batch.log.startswith("class.csv, line 3: ")


@OURS
def test_a_student_whose_several_files_we_fail_on_is_the_only_one_ungraded(
    tmp_path, monkeypatch, breaks, told
):
    monkeypatch.setattr(grader.batch, "SECONDS_A_FILE", 3.0)
    breaking(monkeypatch, grader.settling, "choose", breaks, lambda _: True)
    files = {"a.json": as_json("s1"), "b.csv": as_tidy("s1"), "s2.json": as_json()}
    found, batch = graded(tmp_path, files)
    assert found["s2.json"].score == 20
    assert found["a.json, b.csv"].status == "ungraded"
    assert told in needs_a_person(found["a.json, b.csv"])
    assert told in batch.log


def test_a_student_one_of_whose_files_we_fail_on_is_ungraded(tmp_path, monkeypatch):
    files = {"a.json": as_json("s1"), "b/s1.json": as_json("s1")}
    breaking(monkeypatch, grader.judging, "read", fail, lambda _data, name, _: name[0] == "b")
    report = one(tmp_path, files)
    assert (report.status, report.score) == ("ungraded", None)
    assert "ZeroDivisionError" in needs_a_person(report)


def test_a_rubric_that_changes_meanwhile_grades_nobody_by_it(tmp_path, monkeypatch):
    path = tmp_path / "hw.yaml"
    text = Path("rubrics/hw6.yaml").read_text("utf-8")
    path.write_text(text, encoding="utf-8")
    sound = grader.batch.collect

    def changing(*arguments):
        path.write_text(text + "# changed\n", encoding="utf-8")
        return sound(*arguments)

    monkeypatch.setattr(grader.batch, "collect", changing)
    report = grade_paths([write(tmp_path / "in", {"s1.json": as_json()})], path, jobs=1).reports[0]
    assert (report.status, report.score) == ("ungraded", None)


# --- the class ----------------------------------------------------------------------------------


def fourteen():
    """A class of fourteen, five of whom handed in what cannot be read."""
    makers = (as_json, as_tidy, as_workbook)
    endings = ("json", "csv", "xlsx")
    files = {
        f"s{n}.{endings[n % 3]}": makers[n % 3](f"s{n}", f"Name {n:02}", given=given)
        for n in range(9)
        for given in [WRONG if n == 4 else None]
    }
    for name in ("truncated.json", "protected.xlsx", "empty.json", "picture.xlsx", "essay.csv"):
        files[f"{name.partition('.')[0]}_1{len(files)}/{name}"] = UNREADABLE[name][0]
    return files


def test_a_class_of_fourteen_in_which_five_are_broken_ends_with_nine_graded_and_five_named(
    tmp_path,
):
    found, batch = graded(tmp_path, fourteen())
    status = [str(report.status) for report in batch.reports]
    assert (status.count("graded"), status.count("unreadable"), len(status)) == (9, 5, 14)
    named = [name for name, report in found.items() if needs_a_person(report)]
    assert set(named) == {name for name in fourteen() if "/" in name}
    assert set(found) == set(fourteen())
    assert not batch.log


def outputs(folder, files, jobs):
    out = folder / "out"
    known = roster(folder, "id,name,level\ns0,Zoe,4850\ns77,Missing,6850\n")
    with claimed(out):
        paths = [write(folder / "in", files)]
        write_results(grade_paths(paths, roster=known, out=out, jobs=jobs), out)
    found = [path for path in sorted(out.rglob("*")) if path.is_file()]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in found}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return outputs(tmp_path_factory.mktemp("one"), several(), 1)


def several():
    """Files of every fate."""
    return {
        **dict(list(fourteen().items())[::2]),
        "double.json": as_json("s2", given=WRONG),
        "part/a.json": as_json("s50", given=without("h0")),
        "part/b.csv": as_tidy("s50", given={"gan.h0": answers()["gan.h0"]}),
        "class.csv": TABLE.replace("s", "t"),
    }


@pytest.mark.parametrize("jobs", [2, 4])
def test_how_many_work_at_it_does_not_change_a_byte(tmp_path, written, jobs):
    assert outputs(tmp_path, several(), jobs) == written


def test_the_order_in_which_files_were_made_does_not_change_a_byte(tmp_path, written):
    assert outputs(tmp_path, dict(reversed(several().items())), 2) == written


def test_a_second_run_over_the_first_gives_the_same_bytes(tmp_path, written):
    outputs(tmp_path, several(), 2)
    assert outputs(tmp_path, several(), 2) == written


def test_every_report_has_its_page_and_nothing_half_made_is_left(written):
    pages = [name for name in written if name.startswith("feedback/")]
    assert len(pages) == len(written["results.jsonl"].splitlines())
    assert not [name for name in written if name.endswith(".part")]


# --- where it looks -----------------------------------------------------------------------------


def test_a_zip_is_a_folder(tmp_path):
    write(tmp_path, {"class.zip": as_zip({"s1.json": as_json(), "s2/answers.csv": as_tidy()})})
    batch = grade_paths([tmp_path / "class.zip"], jobs=1)
    assert {report.student.id: report.score for report in batch.reports} == {"s1": 20, "s2": 20}


def test_the_results_and_the_roster_are_no_submissions(tmp_path):
    known = roster(write(tmp_path, {"s1.json": as_json()}), "id,level\ns1,4850\n")
    out = tmp_path / "grades"
    for _ in range(2):
        batch = grade_paths([tmp_path], roster=known, out=out, jobs=1)
        write_results(batch, out)
        assert list(results(out)) == ["s1.json"]


def test_a_rubric_that_is_loaded_already_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(TypeError, match=r"takes a rubric's id or its file, not a Rubric"):
        grade_paths([tmp_path], load("hw6"))


def test_nothing_to_grade_is_an_error_that_says_where_it_looked(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(NothingToGradeError, match="empty: no submissions found"):
        grade_paths([tmp_path / "empty"])
    with pytest.raises(GraderError, match="no file or folder"):
        grade_paths([tmp_path / "none"])


def test_progress_is_told_from_the_first_to_the_last(tmp_path):
    told = []
    graded(
        tmp_path, {f"s{n}.json": as_json() for n in range(3)}, progress=lambda *p: told.append(p)
    )
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_results_are_valid_by_their_schema(written):
    jsonschema = pytest.importorskip("jsonschema")
    from grader.reports.record import schema  # noqa: PLC0415

    for line in written["results.jsonl"].splitlines():
        jsonschema.validate(json.loads(line), schema())

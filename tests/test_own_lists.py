"""The lists that downloads bring along: what is read, and what is told instead of guessed."""

from __future__ import annotations

import pytest
from class_on_disk import as_json, as_zip, write

from grader.batch import grade_paths
from grader.own_lists import read_list
from grader.sources import collect

TWO_STUDENTS = """---
submission_11:
  :submitters:
  - :name: Jane Doe
    :sid: '007'
    :email: jane@x.edu
  :created_at: 2024-04-16 23:59:00.430229000 Z
  :score: 0.0
  :results:
    tests: [{name: a, extra: !ruby/object:Foo {bar: 1}}]
  :history: &h
  - :score: 1
submission_12:
  :submitters:
  - :name: John Roe
    :sid:
    :email: john@x.edu
  :created_at: !ruby/object:ActiveSupport::TimeWithZone
    utc: &1 2024-04-17 10:00:00.000000000 Z
    zone: &2 !ruby/object:ActiveSupport::TimeZone {name: UTC}
"""
ROSTER = "id,name,level,email\n007,Jane Doe,4850,jane@x.edu\ns2,John Roe,6850,john@x.edu\n"


def told(text, name="submission_metadata.yml"):
    return read_list(name, text if isinstance(text, bytes) else text.encode())


def entry(lines):
    return f"submission_1:\n{lines}"


def submitters(text, fields="  :submitters:\n"):
    return entry(f"{fields}{text}")


def roster(folder, text=ROSTER):
    path = folder / "roster.csv"
    path.write_text(text, encoding="utf-8")
    return path


def graded(folder, files, **more):
    return grade_paths([write(folder / "export", files)], jobs=1, **more)


# --- reading ------------------------------------------------------------------------------------


def test_only_submitters_and_times_are_read():
    first, second = told(TWO_STUDENTS).values()
    (jane,), (john,) = first.submitters, second.submitters
    assert (jane.id, jane.name, jane.email) == ("007", "Jane Doe", "jane@x.edu")
    assert (john.id, john.name, john.email) == ("", "John Roe", "john@x.edu")
    assert first.submitted == "2024-04-16T23:59:00.430229+00:00"
    assert second.submitted == "2024-04-17T10:00:00+00:00"
    assert not first.fault
    assert not second.fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (submitters("  - !ruby/object:User\n    :x: 1\n"), "a submitter of it that cannot be read"),
        (submitters("", "  :submitters: []\n"), "names no submitters"),
        (submitters("", "  :submitters:\n"), "names no submitters"),
        (submitters("", "  :submitters: nobody\n"), "names no submitters"),
        (submitters("", "  :score: 1\n"), "names no submitters"),
        (submitters("", "  :history: &a [x]\n  :submitters: *a\n"), "gives an alias"),
        (submitters("  - :name: &n A\n  - :name: *n\n"), "a submitter of it that cannot be read"),
        (submitters("  - :name: !!python/object:os.system ls\n"), "that cannot be read"),
        (submitters("", "  :submitters: !!python/name:os.system x\n"), "gives the tag"),
        (submitters("  - :name:\n    :sid:\n    :email:\n"), "that cannot be read"),
        (submitters("  - :name:\n      deep: 1\n"), "that cannot be read"),
        (submitters(f"  - :sid: {'9' * 300}\n"), "that cannot be read"),
        (submitters("  - :sid: a\n" * 201), "more than 200 of them"),
        (2 * submitters("  - :sid: a\n"), "has submission_1 twice"),
        ("submission_1: text\n", "names no submitters"),
        ("submission_1: *a\n", "names no submitters"),
    ],
)
def test_an_unclear_entry_is_a_fault_and_names_nobody(text, fault):
    (one,) = told(text).values()
    assert fault in one.fault
    assert one.fault.startswith("submission_metadata.yml ")
    assert one.submitters == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"\xff\xfe\x00", "not in UTF-8"),
        ("", "does not begin with the name of a submission"),
        ("- a\n", "does not begin with the name of a submission"),
        ("a: [\n", "no YAML"),
        ("a: 1\n---\nb: 2\n", "more than one document"),
        ("a: " + "[" * 70 + "]" * 70, "nested too deep"),
        ("a: " + "{x: " * 70 + "}" * 70, "nested too deep"),
        (b" " * (20 * 2**20 + 1), "larger than 20 MiB"),
        ("a: \x00\n", "no YAML"),
    ],
)
def test_a_list_that_is_none_says_why(text, why):
    with pytest.raises(ValueError, match=why):
        told(text)


def test_aliases_that_would_grow_are_passed_over():
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
    )
    assert all(one.fault for one in told(bomb).values())


def test_a_table_has_a_row_a_submitter():
    text = (
        "First Name,Last Name,SID,Email,Submission ID,Submission Time\n"
        "Jane,Doe,007,jane@x.edu,11,2024-04-16 23:59:00 -0400\n"
        "John,Roe,s2,john@x.edu,11,2024-04-16 23:59:00 -0400\n"
        "Ann,Poe,s3,ann@x.edu,,\n,,,,12,\n"
    )
    found = told(text, "submission_metadata.csv")
    assert list(found) == ["submission_11", "submission_12"]
    both = found["submission_11"]
    assert [(s.id, s.name) for s in both.submitters] == [("007", "Jane Doe"), ("s2", "John Roe")]
    assert both.submitted == "2024-04-16T23:59:00-04:00"
    assert "cannot be read" in found["submission_12"].fault
    with pytest.raises(ValueError, match="no column Submission ID"):
        told("a,b\n1,2\n", "submission_metadata.csv")


# --- among the files ----------------------------------------------------------------------------

EXPORT = {
    "assignment_5_export/submission_metadata.yml": TWO_STUDENTS,
    "assignment_5_export/submission_11/hw.json": as_json(),
    "assignment_5_export/submission_12/hw.json": as_json(),
}


def submitter_ids(found):
    return {one.name: [s.id or s.email for s in one.listed.submitters] for one in found.handins}


@pytest.mark.parametrize("packed", [False, True])
def test_each_file_has_what_its_list_says(tmp_path, packed):
    if packed:
        (tmp_path / "export.zip").write_bytes(as_zip(EXPORT))
        found = collect([tmp_path / "export.zip"])
    else:
        found = collect([write(tmp_path / "export", EXPORT)])
    told_of = submitter_ids(found)
    assert list(told_of.values()) == [["007"], ["john@x.edu"]]
    (left_out,) = found.ignored
    assert left_out.reason == "the download's own list"


def test_two_downloads_have_each_their_own_list(tmp_path):
    one = write(tmp_path / "a" / "export", {"submission_metadata.yml": TWO_STUDENTS})
    write(one, {"submission_11/hw.json": as_json()})
    swapped = TWO_STUDENTS.replace("_11", "_0").replace("_12", "_11")
    two = write(tmp_path / "b" / "export", {"submission_metadata.yml": swapped})
    write(two, {"submission_11/hw.json": as_json()})
    assert sorted(submitter_ids(collect([one, two])).values()) == [["007"], ["john@x.edu"]]


def test_what_is_listed_and_not_here_is_told(tmp_path):
    files = {"submission_metadata.yml": TWO_STUDENTS, "submission_11/hw.json": as_json()}
    (left_out,) = collect([write(tmp_path, files)]).ignored
    assert left_out.reason.endswith("; not here are submission_12 (John Roe)")


def test_two_lists_that_contradict_each_other_name_nobody(tmp_path):
    table = "SID,Submission ID\ns9,11\n"
    (found,) = collect(
        [
            write(
                tmp_path,
                {
                    "submission_metadata.yml": TWO_STUDENTS,
                    "submission_metadata.csv": table,
                    "submission_11/hw.json": as_json(),
                },
            )
        ]
    ).handins
    assert found.listed.submitters == ()
    assert "name other submitters of it" in found.listed.fault


# --- whose it is --------------------------------------------------------------------------------


def test_the_listed_students_are_graded(tmp_path):
    batch = graded(tmp_path, EXPORT, roster=roster(tmp_path))
    assert {r.student.id: (r.status, r.score) for r in batch.reports} == {
        "007": ("graded", 20),
        "s2": ("graded", 20),
    }
    assert [r.attention for r in batch.reports] == [(), ()]


def test_without_a_class_list_the_list_alone_says_whose_it_is(tmp_path):
    batch = graded(tmp_path, EXPORT)
    found = {report.student.id: report.student.name for report in batch.reports}
    assert found == {"007": "Jane Doe", "john@x.edu": "John Roe"}


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("submission_12:", "submission_13:", "submission_metadata.yml does not have submission_12"),
        ("jane@x.edu", "john@x.edu", "can mean 007 (Jane Doe) or s2 (John Roe)"),
        ("  - :name: John Roe\n    :sid:\n    :email: john@x.edu\n", "", "names no submitters"),
        ("---\n", "a: [\n", "submission_metadata.yml cannot be read: line "),
    ],
)
def test_a_fault_is_told_and_nobody_gets_the_points(tmp_path, old, new, why):
    files = {
        **EXPORT,
        "assignment_5_export/submission_metadata.yml": TWO_STUDENTS.replace(old, new),
    }
    batch = graded(tmp_path, files, roster=roster(tmp_path))
    unsettled = [r for r in batch.reports if r.status == "ungraded"]
    assert unsettled
    assert all(r.score is None and not r.student.id for r in unsettled)
    assert any(why in r.reason for r in unsettled)


def test_a_file_that_says_whose_it_is_counts_and_the_fault_is_told(tmp_path):
    files = {
        "submission_metadata.yml": TWO_STUDENTS,
        "submission_99/hw.json": as_json("s2", "John Roe"),
    }
    batch = graded(tmp_path, files, roster=roster(tmp_path))
    (report,) = (r for r in batch.reports if r.file)
    assert (report.student.id, report.status) == ("s2", "graded")
    assert "does not have submission_99" in report.attention[0]


def test_a_file_that_names_somebody_else_goes_to_a_person(tmp_path):
    files = {**EXPORT, "assignment_5_export/submission_11/hw.json": as_json("s2", "John Roe")}
    batch = graded(tmp_path, files, roster=roster(tmp_path))
    (report,) = (r for r in batch.reports if r.status == "ungraded")
    assert report.reason == (
        "the file says that it is s2 (John Roe)'s, submission_metadata.yml that it is 007 (Jane"
        " Doe)'s; a person must say whose it is"
    )


def test_somebody_who_is_not_in_the_class_is_told_with_who_is_near(tmp_path):
    listed = TWO_STUDENTS.replace("'007'", "'0O7'").replace("jane@x.edu", "jd@y.edu")
    listed = listed.replace("Jane Doe", "Janet Doe")
    files = {**EXPORT, "assignment_5_export/submission_metadata.yml": listed}
    batch = graded(tmp_path, files, roster=roster(tmp_path))
    (report,) = (r for r in batch.reports if r.student.id == "0O7")
    assert report.attention[0] == "0O7 is not on the roster; did they mean 007 (Jane Doe)?"

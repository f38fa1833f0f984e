"""What is found in folders and ZIPs: hand-ins, what is ignored, and what cannot be opened."""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import random
import stat
import struct
import tracemalloc
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader import archives
from grader.archives import MAX_BYTES
from grader.model import GraderError, SubmissionError
from grader.sources import Collection, collect, read_bytes

Content = str | bytes


def files(folder: Path, contents: Mapping[str, Content]) -> Path:
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def zipped(*members: tuple[str | zipfile.ZipInfo, Content]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def names(found: Collection) -> list[str]:
    return [handin.name for handin in found.handins]


def reasons(items: object) -> dict[str, str]:
    return {item.name: item.reason for item in items}  # type: ignore[attr-defined]


def read(found: Collection) -> dict[str, bytes]:
    return {handin.name: read_bytes(handin) for handin in found.handins}


# --- folders ------------------------------------------------------------------------------------


def test_a_folder_is_read_through_in_natural_order(tmp_path: Path) -> None:
    order = ["B2.json", "s2.csv", "s003.csv", "s10/a.xlsx", "s10/b/c.md", "s10.csv", "t.pdf"]
    files(tmp_path, dict.fromkeys(reversed(order), "x"))
    assert names(collect([tmp_path])) == order


@pytest.mark.parametrize(
    "name",
    [
        *("a.json", "a.csv", "a.tsv", "a.xlsx", "a.xlsm", "a.txt", "a.md", "a.tex", "a.ipynb"),
        *("a.pdf", "a.docx", "a.jpg", "a.PNG", "a.7z", "a.rar", "a.xls", "a.ods", "a.numbers"),
        *("a", "onlinetext.html", "a.html", "my readme.json", "~a.csv"),
    ],
)
def test_every_kind_of_file_is_a_hand_in_even_an_empty_one(tmp_path: Path, name: str) -> None:
    found = collect([files(tmp_path, {name: ""})])
    assert (names(found), found.ignored, found.problems) == ([name], (), ())


NOISE = [
    *("__MACOSX/a.csv", "s1/._a.csv", ".DS_Store", "s1/Thumbs.db", "desktop.ini"),
    *("~$answers.xlsx", ".~lock.answers.xlsx#", "a.tmp", "a.xlsx.part", ".git/config", ".hidden"),
    *(
        "s1/index.html",
        "rubric.yaml",
        "hw6.YML",
        "README.md",
        "s1/readme",
        "submission_metadata.csv",
    ),
]


@pytest.mark.parametrize("name", NOISE)
def test_noise_is_ignored_and_listed_on_the_disk_and_in_a_zip(tmp_path: Path, name: str) -> None:
    on_disk = collect([files(tmp_path / "in", {name: "x", "s1.csv": "x"})])
    inside = collect([files(tmp_path, {"in.zip": zipped((name, "x"), ("s1.csv", "x"))}) / "in.zip"])
    for found in (on_disk, inside):
        assert names(found) == ["s1.csv"]
        assert len(found.ignored) == 1
        assert name.startswith(found.ignored[0].name)
        assert found.ignored[0].reason
        assert found.problems == ()


PEOPLE = 'id,name,level\ns1001,"Doe, Jane",6850\n'
CLASS_LISTS = [
    ("roster.csv", PEOPLE),
    ("sub/Class List.csv", PEOPLE),
    ("ECSE6850_roster_final.csv", "Spring\n\nSIS User ID,Last Name,First Name,Section\n"),
    ("2024-gradebook.csv", "Student,ID,SIS Login ID,Section,Assignment 6 (12345)\n"),
    ("students.tsv", PEOPLE.replace(",", "\t")),
]
NO_CLASS_LISTS = [
    ("s1001.csv", PEOPLE),  # called like answers; the reader says what it is
    ("rosters/s1001.csv", PEOPLE),
    ("students.csv", "id,name,gan.h0[0]\ns1001,Jane,0.38\n"),
    ("roster.csv", "id,name,h0\n"),
    ("students.csv", "quantity,index,value\nstudent,id,doej2\nstudent,name,Jane\nm,,12.4\n"),
    ("students.csv", "student,id,s1001\nm,,12.4\n"),
    ("roster.csv", "id\ns1001\n"),
    ("roster.csv", ""),
    ("roster.csv", 'id,name\n"'),
    ("roster.xlsx", "PK\3\4"),
    ("prostudents.csv", PEOPLE),
]


@pytest.mark.parametrize(("name", "content"), CLASS_LISTS)
def test_a_class_list_is_no_hand_in_on_the_disk_and_in_a_zip(
    tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / "in").mkdir()
    archive = zipped((name, content), ("s1.csv", "x"))
    on_disk = collect([files(tmp_path / "in", {name: content, "s1.csv": "x"})])
    inside = collect([files(tmp_path, {"in.zip": archive}) / "in.zip"])
    for found in (on_disk, inside):
        assert names(found) == ["s1.csv"]
        assert reasons(found.ignored) == {name: "a class list; give it with --roster"}


@pytest.mark.parametrize(("name", "content"), NO_CLASS_LISTS)
def test_what_may_hold_answers_is_a_hand_in(tmp_path: Path, name: str, content: str) -> None:
    assert names(collect([files(tmp_path, {name: content})])) == [name]


def test_a_class_list_in_a_workbook_is_no_hand_in(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["ID", "Name", "Level"], ["s1001", "Doe, Jane", 6850]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "roster.xlsx")
    assert reasons(collect([tmp_path]).ignored) == {
        "roster.xlsx": "a class list; give it with --roster"
    }


def test_a_class_list_named_by_itself_is_taken(tmp_path: Path) -> None:
    files(tmp_path, {"roster.csv": PEOPLE})
    assert names(collect([tmp_path / "roster.csv"])) == ["roster.csv"]


def test_a_file_named_by_itself_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    files(tmp_path, {"s1/README.md": "x"})
    (handin,) = collect([tmp_path / "s1" / "README.md"]).handins
    assert (handin.name, handin.parts) == ("README.md", ("s1", "README.md"))


def test_the_parts_begin_with_the_folder_that_was_named(tmp_path: Path) -> None:
    files(tmp_path, {"s1/a/answers.json": "x", "s2.zip": zipped(("answers.json", "x"))})
    assert collect([tmp_path / "s1"]).handins[0].parts == ("s1", "a", "answers.json")
    assert collect([tmp_path / "s2.zip"]).handins[0].parts == ("s2", "answers.json")
    assert collect([tmp_path]).handins[1].parts[1:] == ("s2.zip", "answers.json")


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(GraderError, match=r"one\.csv, .*two\.csv"):
        collect([tmp_path / "one.csv", tmp_path, tmp_path / "two.csv"])


def test_an_empty_folder_has_nothing(tmp_path: Path) -> None:
    assert collect([tmp_path]) == Collection()


def test_links_that_leave_the_folder_are_problems_and_never_followed(tmp_path: Path) -> None:
    files(tmp_path, {"secret.csv": "x", "in/s1.csv": "x", "in/s2/a.csv": "x", "inside/b.csv": "x"})
    inside = tmp_path / "in"
    (inside / "out.csv").symlink_to(tmp_path / "secret.csv")
    (inside / "sibling").symlink_to(tmp_path / "inside", target_is_directory=True)
    (inside / "gone.csv").symlink_to("nowhere.csv")
    (inside / "loop").symlink_to(inside, target_is_directory=True)
    (inside / "again.csv").symlink_to("s1.csv")
    found = collect([inside])
    assert names(found) == ["s1.csv", "s2/a.csv"]
    assert list(reasons(found.problems)) == ["gone.csv", "out.csv", "sibling"]
    assert list(reasons(found.ignored)) == ["again.csv", "loop"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
def test_a_pipe_is_a_problem_and_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "s1.csv")
    found = collect([tmp_path])
    assert list(reasons(found.problems)) == ["s1.csv"]
    assert collect([tmp_path / "s1.csv"]).problems


def test_what_may_not_be_opened_is_a_problem_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files(tmp_path, {"s1.csv": "x", "s2.csv": "x", "s3/a.csv": "x"})
    scandir = os.scandir

    def no_s3(path: Path) -> object:
        if Path(path).name == "s3":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", no_s3)
    monkeypatch.setattr(os, "access", lambda path, _: Path(path).name != "s1.csv")
    found = collect([tmp_path])
    assert names(found) == ["s2.csv"]
    assert "Permission denied" in reasons(found.problems)["s3"]
    assert "permissions" in reasons(found.problems)["s1.csv"]


def test_folders_deeper_than_sense_are_a_problem(tmp_path: Path) -> None:
    found = collect([files(tmp_path, {"s1.csv": "x", "d/" * 45 + "a.csv": "x"})])
    assert names(found) == ["s1.csv"]
    assert "deep" in found.problems[0].reason


RESULTS = '{"schema": 1}\n'


@pytest.mark.parametrize(
    "output",
    [{"results.jsonl": RESULTS}, {"gradebook.xlsx": "x", "gradebook.csv": "x"}],
)
def test_results_of_an_earlier_run_are_no_hand_ins(
    tmp_path: Path, output: dict[str, Content]
) -> None:
    below = {f"grades/{name}": text for name, text in output.items()}
    files(tmp_path, {"s1.json": "x", "grades/feedback/s1.html": "x", **below})
    found = collect([tmp_path])
    assert names(found) == ["s1.json"]
    assert list(reasons(found.ignored)) == ["grades"]


def test_results_written_among_the_hand_ins_are_left_out_one_by_one(tmp_path: Path) -> None:
    contents = ["s1.json", "gradebook.csv", "gradebook.xlsx", "report.html", "feedback/s1.html"]
    files(tmp_path, {"results.jsonl": RESULTS, **dict.fromkeys(contents, "x")})
    assert names(collect([tmp_path])) == ["s1.json"]


def test_a_student_may_call_a_file_results(tmp_path: Path) -> None:
    contents = {"s1/results.jsonl": "my results", "s2/gradebook.xlsx": "x"}
    assert names(collect([files(tmp_path, contents)])) == list(contents)


def test_the_roster_and_the_output_are_left_out(tmp_path: Path) -> None:
    files(tmp_path, {"roster.csv": "x", "s1.csv": "x", "out/a.csv": "x"})
    found = collect([tmp_path], exclude=[tmp_path / "roster.csv", tmp_path / "out"])
    assert names(found) == ["s1.csv"]
    assert list(reasons(found.ignored)) == ["out", "roster.csv"]


def test_equal_names_from_several_places_are_told_apart(tmp_path: Path) -> None:
    files(tmp_path, {"a/s1.csv": "1", "b/s1.csv": "2", "b/s2.csv": "3"})
    found = collect([tmp_path / "a", tmp_path / "b", tmp_path / "b" / "s1.csv"])
    start = tmp_path.as_posix()
    assert read(found) == {f"{start}/a/s1.csv": b"1", f"{start}/b/s1.csv": b"2", "s2.csv": b"3"}
    assert "named twice" in found.ignored[0].reason


def test_names_that_cannot_be_shown_are_written_out(tmp_path: Path) -> None:
    contents = {"s1\x1b[31m.csv": "1", "s2\n.csv": "2", "s3\u202e.csv": "3", "Zoë\u00a0L.csv": "4"}
    found = collect([files(tmp_path, contents)])
    assert names(found) == [r"s1\x1b[31m.csv", r"s2\n.csv", r"s3\u202e.csv", "Zoë L.csv"]
    assert list(read(found).values()) == [b"1", b"2", b"3", b"4"]


def test_the_order_of_the_file_system_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = {f"{name}.{end}": "x" for name in ("s1", "S1", "s10", "é") for end in ("csv", "md")}
    before = collect([files(tmp_path, contents)])
    given_order = sorted
    shuffled = random.Random(0)  # noqa: S311 - only an order

    def turned(items: object, **how: object) -> list[object]:
        mixed = list(items)  # type: ignore[call-overload]
        shuffled.shuffle(mixed)
        return given_order(mixed, **how)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr("builtins.sorted", turned)
    assert collect([tmp_path]) == before


def test_blackboards_note_is_ignored_beside_its_attempt_and_kept_alone(tmp_path: Path) -> None:
    start = "HW_jdoe_attempt_2026-02-03-10-11-1"
    files(tmp_path, {f"{start}2.txt": "", f"{start}2_a.csv": "", f"{start}3.txt": ""})
    found = collect([tmp_path])
    assert names(found) == [f"{start}2_a.csv", f"{start}3.txt"]
    assert list(reasons(found.ignored)) == [f"{start}2.txt"]


# --- content ------------------------------------------------------------------------------------


def test_a_hand_in_is_small_and_can_be_sent_to_a_worker(tmp_path: Path) -> None:
    files(tmp_path, {"all.zip": zipped(("s1.zip", zipped(("a.csv", "content" * 99_999))))})
    (handin,) = collect([tmp_path]).handins
    sent = pickle.dumps(handin)
    assert len(sent) < 1000
    assert read_bytes(pickle.loads(sent)) == b"content" * 99_999  # noqa: S301 - our own
    assert (handin.name, handin.member) == ("all.zip/s1.zip/a.csv", "s1.zip/a.csv")


@pytest.mark.parametrize("size", [MAX_BYTES, MAX_BYTES + 1])
def test_a_file_is_read_up_to_a_limit(tmp_path: Path, size: int) -> None:
    with (tmp_path / "s1.csv").open("wb") as file:
        file.truncate(size)
    (handin,) = collect([tmp_path]).handins
    if size <= MAX_BYTES:
        assert len(read_bytes(handin)) == size
    else:
        with pytest.raises(SubmissionError, match=r"s1\.csv: .*20 MiB"):
            read_bytes(handin)


def test_a_file_that_went_away_is_the_submissions_fault(tmp_path: Path) -> None:
    (handin,) = collect([files(tmp_path, {"s1.csv": "x"})]).handins
    (tmp_path / "s1.csv").unlink()
    with pytest.raises(SubmissionError, match=r"s1\.csv: it is not there any more"):
        read_bytes(handin)


# --- ZIPs ---------------------------------------------------------------------------------------


def info(name: str, **attributes: int) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.compress_type = zipfile.ZIP_DEFLATED
    for attribute, value in attributes.items():
        setattr(made, attribute, value)
    return made


def raw_named(name: str) -> zipfile.ZipInfo:
    """A name that the library would tidy up when writing."""
    made = info("placeholder")
    made.filename = name
    return made


HOSTILE = [
    ("../evil.csv", "leads out"),
    ("s2/../../evil.csv", "leads out"),
    ("/etc/passwd", "absolute"),
    ("C:/evil.csv", "drive letter"),
    ("s2\\evil.csv", "backslash"),
    ("..\\evil.csv", "backslash"),
]


@pytest.mark.parametrize(("name", "why"), HOSTILE)
def test_a_member_with_a_hostile_name_is_one_problem_and_the_rest_is_read(
    tmp_path: Path, name: str, why: str
) -> None:
    data = zipped((raw_named(name), "x"), ("s1.csv", "1"))
    found = collect([files(tmp_path, {"all.zip": data}) / "all.zip"])
    assert read(found) == {"s1.csv": b"1"}
    (problem,) = found.problems
    assert why in problem.reason
    assert problem.name == name.lstrip("/")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.zip"]


@pytest.mark.parametrize(
    ("mode", "why"),
    [(stat.S_IFLNK, "link"), (stat.S_IFIFO, "plain file"), (stat.S_IFCHR, "plain file")],
)
def test_a_member_that_is_no_plain_file_is_a_problem(tmp_path: Path, mode: int, why: str) -> None:
    data = zipped((info("s2.csv", external_attr=(mode | 0o777) << 16), "/etc/passwd"), ("s1", "1"))
    found = collect([files(tmp_path, {"all.zip": data}) / "all.zip"])
    assert names(found) == ["s1"]
    assert why in reasons(found.problems)["s2.csv"]


def patched(data: bytes, name: str, at: int, value: bytes) -> bytes:
    """The ZIP with bytes changed in the list entry of a member; fields as in the format."""
    entry = data.index(name.encode(), data.index(b"PK\1\2")) - 46
    return data[: entry + at] + value + data[entry + at + len(value) :]


FLAGS, METHOD, SIZE, CRC, OFFSET = 8, 10, 24, 16, 42
CHANGED: list[tuple[int, bytes, str]] = [
    (FLAGS, struct.pack("<H", 1), "encrypted"),
    (METHOD, struct.pack("<H", 14), "unusual"),
    (SIZE, struct.pack("<L", MAX_BYTES + 1), "20 MiB"),
    (SIZE, struct.pack("<L", 10 * 2**20), "far more"),
]


@pytest.mark.parametrize(("at", "value", "why"), CHANGED)
def test_a_member_that_claims_what_is_refused_is_a_problem(
    tmp_path: Path, at: int, value: bytes, why: str
) -> None:
    data = patched(zipped(("s2.csv", "x" * 999), ("s1.csv", "1")), "s2.csv", at, value)
    found = collect([files(tmp_path, {"all.zip": data}) / "all.zip"])
    assert read(found) == {"s1.csv": b"1"}
    assert why in reasons(found.problems)["s2.csv"]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize(("at", "value"), [(SIZE, 5), (SIZE, 2000), (CRC, 7)])
def test_a_member_that_is_not_what_it_claims_is_refused_when_read(
    tmp_path: Path, method: int, at: int, value: int
) -> None:
    content = zipped((info("s2.csv", compress_type=method), "xyz" * 333), ("s1.csv", "1"))
    files(tmp_path, {"all.zip": patched(content, "s2.csv", at, struct.pack("<L", value))})
    one, two = collect([tmp_path / "all.zip"]).handins
    assert read_bytes(one) == b"1"
    with pytest.raises(SubmissionError, match=r"s2\.csv: the content is not what the ZIP says"):
        read_bytes(two)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_large_member_is_read_whole(tmp_path: Path, method: int) -> None:
    content = random.Random(0).randbytes(2**20) * 17  # noqa: S311 - only bytes
    files(tmp_path, {"all.zip": zipped((info("s1.csv", compress_type=method), content))})
    assert read(collect([tmp_path])) == {"all.zip/s1.csv": content}


def test_an_offset_beyond_any_file_is_damage(tmp_path: Path) -> None:
    (handin,) = collect([files(tmp_path, {"all.zip": zipped(("s1.csv", "x"))})]).handins
    for offset in (10**6, 2**63, 2**64):
        members = (replace(handin.members[0], offset=offset),)
        with pytest.raises(SubmissionError, match="damaged"):
            read_bytes(replace(handin, members=members))


def test_a_bomb_that_understates_its_size_is_never_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "_CHUNK", 512)
    bomb = zipped(("s2.csv", b"\0" * (64 * 2**20)))
    lying = patched(bomb, "s2.csv", SIZE, struct.pack("<L", 1000))
    (handin,) = collect([files(tmp_path, {"all.zip": lying})]).handins
    tracemalloc.start()
    with pytest.raises(SubmissionError):
        read_bytes(handin)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2**20


def test_members_made_of_the_same_bytes_are_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    """Thousands of them would unpack to any size."""
    data = zipped(("s1.csv", "1"), ("s2.csv", "x" * 99), ("s3.csv", "x" * 99), ("s4.csv", "4"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        second = struct.pack("<L", archive.getinfo("s2.csv").header_offset)
    found = collect([files(tmp_path, {"all.zip": patched(data, "s3.csv", OFFSET, second)})])
    assert read(found) == {"all.zip/s1.csv": b"1", "all.zip/s4.csv": b"4"}
    assert {name: "another file's" in why for name, why in reasons(found.problems).items()} == {
        "all.zip/s2.csv": True,
        "all.zip/s3.csv": True,
    }


def test_a_zip_of_the_large_kind_is_read(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("s1.csv", "s2.csv"):
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(name.encode())
    found = collect([files(tmp_path, {"all.zip": buffer.getvalue()}) / "all.zip"])
    assert read(found) == {"s1.csv": b"s1.csv", "s2.csv": b"s2.csv"}


def test_names_that_collide_are_one_problem_and_equal_files_count_once(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        data = zipped(
            *(
                ("s1.csv", "1"),
                ("s2.csv", "2"),
                ("s2.csv", "two"),
                ("s3.csv", "3"),
                ("S3.csv", "3"),
            ),
            *(("é.csv", "4"), ("e\u0301.csv", "4"), ("s5.csv", "5"), ("s5.csv", "5")),
        )
    found = collect([files(tmp_path, {"all.zip": data}) / "all.zip"])
    assert names(found) == ["s1.csv", "s5.csv"]
    assert list(reasons(found.problems)) == ["s2.csv", "s3.csv", "é.csv"]
    assert "S3.csv" in reasons(found.problems)["s3.csv"]
    assert "twice" in reasons(found.ignored)["s5.csv"]


def test_a_bundle_among_the_submissions_is_nobodys_work(tmp_path: Path) -> None:
    held = ("manifest.json", "inputs.json", "history.json", "result.json", "files/0-s1.json")
    bundle = zipped(*((name, "{}") for name in held))
    files(tmp_path, {"bundle.zip": bundle, "all.zip": zipped(("s1.zip", bundle)), "s1.json": "{}"})
    found = collect([tmp_path])
    assert names(found) == ["s1.json"]
    assert reasons(found.ignored) == {"bundle.zip": "a result that `grade bundle` packed"}
    assert reasons(found.problems) == {
        "all.zip/s1.zip": "it is a result that `grade bundle` packed"
    }


def test_a_students_zip_in_a_download_is_opened_and_no_deeper(tmp_path: Path) -> None:
    deeper = zipped(("b.csv", "b"))
    own = zipped(("answers.csv", "1"), ("more.zip", deeper), ("__MACOSX/._a", "x"))
    found = collect([files(tmp_path, {"all.zip": zipped(("doe_1_2_hw.zip", own))}) / "all.zip"])
    assert read(found) == {"doe_1_2_hw.zip/answers.csv": b"1"}
    assert found.handins[0].parts == ("all", "doe_1_2_hw.zip", "answers.csv")
    assert list(reasons(found.problems)) == ["doe_1_2_hw.zip/more.zip"]
    assert list(reasons(found.ignored)) == ["doe_1_2_hw.zip/__MACOSX/._a"]


def test_a_workbook_is_not_taken_apart_whatever_its_ending(tmp_path: Path) -> None:
    book = zipped(("[Content_Types].xml", ""), ("xl/workbook.xml", ""))
    contents = {"a.xlsx": book, "b.zip": book, "c.docx": book, "d.csv": zipped(("x", "y"))}
    files(tmp_path, {**contents, "e.zip": zipped(("s1.zip", book), ("s2.xlsx", book))})
    found = collect([tmp_path])
    assert names(found) == [*contents, "e.zip/s1.zip", "e.zip/s2.xlsx"]
    assert read(found)["e.zip/s1.zip"] == book


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not a ZIP"),
        (b"<html>Please log in</html>", "not a ZIP"),
        (zipped(("a.csv", "x"))[:-9], "not a ZIP"),
        (zipped(), "empty"),
    ],
)
def test_a_zip_that_cannot_be_opened_is_a_problem_wherever_it_is(
    tmp_path: Path, content: bytes, why: str
) -> None:
    around = zipped(("s2.zip", content), ("s1.csv", "x"))
    files(tmp_path, {"in/s2.zip": content, "in/s1.csv": "x", "in.zip": around})
    for path, name in ((tmp_path / "in", "s2.zip"), (tmp_path / "in.zip", "s2.zip")):
        found = collect([path])
        assert names(found) == ["s1.csv"]
        assert why in reasons(found.problems)[name]
    assert why in reasons(collect([tmp_path / "in" / "s2.zip"]).problems)["s2.zip"]


def test_a_zip_of_too_many_files_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files(tmp_path, {"many.zip": zipped(*((f"{n}.csv", "x") for n in range(6)))})
    monkeypatch.setattr(archives, "MAX_MEMBERS", 6)
    assert len(collect([tmp_path]).handins) == 6
    monkeypatch.setattr(archives, "MAX_MEMBERS", 5)
    assert "6 files" in collect([tmp_path]).problems[0].reason
    monkeypatch.setattr(archives, "_MAX_DIRECTORY", 100)
    assert "list of files is too long" in collect([tmp_path]).problems[0].reason


def test_names_in_utf_8_are_read_even_where_the_zip_does_not_say_so(tmp_path: Path) -> None:
    data = zipped(("müller.csv", "x"))
    unsaid = data.replace(struct.pack("<H", 0x800), b"\0\0")
    assert unsaid != data
    assert names(collect([files(tmp_path, {"all.zip": unsaid}) / "all.zip"])) == ["müller.csv"]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_zip_never_stops_the_run(tmp_path: Path, data: st.DataObject) -> None:
    whole = zipped(("s1.csv", "1" * 99), ("s2.zip", zipped(("a.csv", "x"))), ("s3.csv", "3"))
    at = data.draw(st.integers(0, len(whole) - 1))
    value = data.draw(st.binary(min_size=1, max_size=8))
    (tmp_path / "all.zip").write_bytes(whole[:at] + value + whole[at + len(value) :])
    found = collect([tmp_path])
    assert found.handins or found.problems or found.ignored
    for handin in found.handins:
        with contextlib.suppress(SubmissionError):
            read_bytes(handin)

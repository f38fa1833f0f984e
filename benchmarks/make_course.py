"""A made-up course as Canvas hands it out: a ZIP of what was handed in, and a gradebook.

``python benchmarks/make_course.py 1000 /tmp/course`` writes ``submissions.zip`` and
``gradebook.csv``. Half of the students hand in as one would wish; the others in one of twelve messy
ways. Whatever the mess, the same work has to get the same points, or it has to be left to a person.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from make_class import HandIn, hand_in

__all__ = ["COLUMN", "MESSES", "Course", "Enrolled", "made_up"]

COLUMN = "Homework 6 (98765)"

_ODD = (
    "O'Hara, Siân",
    "Müller-Lüdenscheidt, Jörg",
    "de la Cruz y García, José María",
    "Nguyễn, Thị Ánh",
    '=cmd, "Bobby"',
    "محمد, علي",
    "Li",
)
_KINDS = ("right", "right", "right", "one mistake", "slip", "items missing")


@dataclass(frozen=True)
class Enrolled:
    """One student; ``files`` by their names in the download.

    Attributes:
        mess: how it was handed in; empty for as one would wish.
        work: the same work, by itself and tidy; None where nothing is to be graded.
        expected: ``graded``, or the status that a person is to see in its place.
    """

    id: str
    canvas_id: int
    name: str
    level: str
    mess: str
    files: Mapping[str, bytes]
    work: HandIn | None
    expected: str = "graded"
    is_listed: bool = True


@dataclass(frozen=True)
class Course:
    """A course, and the two files that an instructor downloads."""

    students: tuple[Enrolled, ...]
    submissions: bytes
    gradebook: bytes


def made_up(size: int, seed: int = 6) -> Course:
    """A course of that many students, the same each time."""
    students = tuple(_enrolled(number, random.Random(f"{seed}:{number}")) for number in range(size))
    return Course(students, _download(students), _gradebook(students))


# --- one student --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Start:
    """A tidy hand-in, before anything happens to it."""

    id: str
    canvas_id: int
    attachment: int
    work: HandIn
    draw: random.Random

    def file(self, name: str = "", *, later: int = 0, late: bool = False) -> str:
        """What Canvas calls a file of this student."""
        letters = re.sub(r"\W", "", self.work.person.lower()).replace("_", "")
        mark = "LATE_" if late else ""
        ending = Path(self.work.name).suffix
        number = self.attachment + later
        return f"{letters}_{mark}{self.canvas_id}_{number}_{name or 'homework6' + ending}"

    def again(self, kind: str, form: str) -> HandIn:
        """Other work of the same student, in this format."""
        other = random.Random(f"again:{self.id}:{kind}:{form}")
        return hand_in(self.id, kind, form, other, self.work)

    def enrolled(self, files: Mapping[str, bytes], work: HandIn | None = None) -> Enrolled:
        """The student with these files."""
        counted = work or self.work
        return Enrolled(self.id, self.canvas_id, counted.person, counted.level, "", files, counted)


def _enrolled(number: int, draw: random.Random) -> Enrolled:
    student_id = f"{660000000 + 7 * number:09d}" if number % 3 else f"00{7000000 + number}"
    form = draw.choice(["template.xlsx", "template.xlsx", "json", "tidy.csv", "blocks.xlsx"])
    work = hand_in(student_id, draw.choice(_KINDS), form, draw)
    start = _Start(student_id, 40000 + number, 900000 + 10 * number, work, draw)
    if number % 2:
        return start.enrolled({start.file(): work.data})
    names = list(MESSES)
    mess = names[number // 2 % len(names)]
    return replace(MESSES[mess](start), mess=mess)


# --- twelve kinds of mess -----------------------------------------------------------------------


def _late(start: _Start) -> Enrolled:
    return start.enrolled({start.file(late=True): start.work.data})


def _resubmitted(start: _Start) -> Enrolled:
    """An earlier, worse attempt lies beside the last one."""
    first = start.again("items missing", start.work.format)
    last = start.file("homework6-1" + Path(start.work.name).suffix, later=5)
    return start.enrolled({start.file(): first.data, last: start.work.data})


def _zipped(start: _Start) -> Enrolled:
    """A ZIP of the student's own, with what a Mac adds."""
    name = Path(start.work.name).name
    inside = {
        f"hw6/{name}": start.work.data,
        f"__MACOSX/hw6/._{name}": b"\x00\x05\x16\x07",
        "hw6/.DS_Store": b"\x00\x00\x00\x01Bud1",
    }
    return start.enrolled({start.file("hw6.zip"): _zip(inside)})


def _two_files(start: _Start) -> Enrolled:
    """A file for each problem."""
    work = start.again("right", "json")
    told = json.loads(work.data)
    files = {}
    for later, problem in enumerate(("gan", "autoencoder")):
        own = {k: v for k, v in told["answers"].items() if k.startswith(problem)}
        document = {**told, "answers": own}
        if own:
            files[start.file(f"{problem}.json", later=later)] = json.dumps(document).encode()
    return start.enrolled(files, work)


def _decimal_comma(start: _Start) -> Enrolled:
    """Saved by a spreadsheet that writes numbers as on the Continent, in its old encoding."""
    work = start.again("right", "tidy.csv")
    rows = list(csv.reader(io.StringIO(work.data.decode())))
    data = io.StringIO()
    writer = csv.writer(data, delimiter=";", lineterminator="\r\n")
    writer.writerows([*row[:-1], _continental(row[-1])] for row in rows)
    saved = data.getvalue().encode("cp1252", errors="replace")
    return start.enrolled({start.file("homework6.csv"): saved}, work)


def _continental(text: str) -> str:
    return text.replace(".", ",") if re.fullmatch(r"-?[\d.]+(e-?\d+)?", text) else text


def _utf16(start: _Start) -> Enrolled:
    """Saved as "Unicode text"."""
    work = start.again("one mistake", "tidy.csv")
    rows = csv.reader(io.StringIO(work.data.decode()))
    data = io.StringIO()
    csv.writer(data, delimiter="\t", lineterminator="\r\n").writerows(rows)
    return start.enrolled({start.file("homework6.txt.csv"): data.getvalue().encode("utf-16")}, work)


def _wrong_ending(start: _Start) -> Enrolled:
    """A workbook that was renamed to what the assignment asked for."""
    work = start.again("right", "template.xlsx")
    return start.enrolled({start.file("homework6.csv"): work.data}, work)


def _nameless(start: _Start) -> Enrolled:
    """Nothing in the file says whose it is."""
    work = start.again("slip", "json")
    told = {**json.loads(work.data), "student": {}}
    return start.enrolled({start.file("homework6.json"): json.dumps(told).encode()}, work)


def _photograph(start: _Start) -> Enrolled:
    """A picture of a sheet of paper."""
    picture = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + start.draw.randbytes(3000)
    found = start.enrolled({start.file("IMG_2041.jpg"): picture})
    return replace(found, work=None, expected="unreadable")


def _odd_name(start: _Start) -> Enrolled:
    """A name that breaks tables, and none in the file."""
    work = replace(start.again("right", "json"), person=start.draw.choice(_ODD))
    told = {**json.loads(work.data), "student": {}}
    named = replace(start, work=replace(work, name="homework6.json"))
    return named.enrolled({named.file(): json.dumps(told).encode()}, work)


def _dropped(start: _Start) -> Enrolled:
    """Handed in, and is on the list no more."""
    return replace(start.enrolled({start.file(): start.work.data}), is_listed=False)


def _somebody_elses(start: _Start) -> Enrolled:
    """The sheet states the id of another student, who handed in as well."""
    other = start.again("right", "json")
    told = json.loads(other.data)
    own = start.canvas_id - 40000
    neighbour = f"00{7000000 + (own // 3 * 3 if own % 3 else abs(own - 3))}"
    told["student"] = {"id": neighbour, "name": told["student"]["name"], "level": "6850"}
    found = start.enrolled({start.file("homework6.json"): json.dumps(told).encode()}, other)
    return replace(found, work=None, expected="ungraded")


MESSES: Mapping[str, Callable[[_Start], Enrolled]] = {
    "late": _late,
    "handed in twice": _resubmitted,
    "a ZIP in the ZIP": _zipped,
    "a file a problem": _two_files,
    "decimal comma": _decimal_comma,
    "UTF-16": _utf16,
    "wrong ending": _wrong_ending,
    "nameless": _nameless,
    "a photograph": _photograph,
    "an odd name": _odd_name,
    "not on the list": _dropped,
    "another's id": _somebody_elses,
}
"""What students do to their files."""


# --- what Canvas makes of it --------------------------------------------------------------------


def _zip(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 20, 12, 0, 0)), data)
    return buffer.getvalue()


def _download(students: tuple[Enrolled, ...]) -> bytes:
    return _zip({name: data for student in students for name, data in student.files.items()})


def _gradebook(students: tuple[Enrolled, ...]) -> bytes:
    """As exported: points of an earlier homework, and Canvas's own columns behind."""
    data = io.StringIO()
    writer = csv.writer(data, lineterminator="\n")
    head = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Homework 5 (98001)")
    writer.writerow((*head, COLUMN, "Final Score", "Unposted Final Score"))
    writer.writerow(("    Points Possible", *[""] * 4, "40.00", "40.00", "(read only)", ""))
    writer.writerows(_rows(students))
    writer.writerow(("Student, Test", "99999", "", "test", "ECSE-4850-01", "", "", "", ""))
    return data.getvalue().encode()


def _rows(students: tuple[Enrolled, ...]) -> Iterator[tuple[str, ...]]:
    for place, one in enumerate(one for one in students if one.is_listed):
        section = f"ECSE-{one.level}-0{place % 2 + 1}"
        login = f"u{one.canvas_id}"
        score = "" if place % 9 == 0 else f"{place % 41}.00"
        yield (one.name, str(one.canvas_id), one.id, login, section, score, "", "80.0", "80.0")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("students", type=int, help="how many")
    parser.add_argument("folder", type=Path, help="where to; made if need be")
    parser.add_argument("--seed", type=int, default=6, help="another course")
    told = parser.parse_args()
    told.folder.mkdir(parents=True, exist_ok=True)
    course = made_up(told.students, told.seed)
    (told.folder / "submissions.zip").write_bytes(course.submissions)
    (told.folder / "gradebook.csv").write_bytes(course.gradebook)
    print(f"wrote submissions.zip and gradebook.csv of {told.students} students to {told.folder}")


if __name__ == "__main__":
    main()

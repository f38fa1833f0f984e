"""What each platform does with a file, after its own source or documents; knows nothing of ours."""

import csv
import io
import re
from decimal import Decimal

COMPUTED = re.compile(r"(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")


class RefusedError(Exception):
    """The platform does not take the file."""


def decoded(data):
    """The text, as the byte order mark has it."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le")):
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding)
    return data.decode("utf-8")


def table(data, delimiter=None):
    text = decoded(data)
    if delimiter is None:
        first = "".join(text.splitlines(keepends=True)[:3])
        delimiter = max(",;\t", key=first.count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    return [row for row in rows if row]


def ruby_float(text):
    """``"1,234".to_f`` after Canvas's own replacement: a comma is a decimal mark."""
    found = re.match(r"\s*\d+(\.\d+)?", text.replace(",", "."))
    return Decimal(found[0].strip()) if found else Decimal(0)


def canvas(data):
    """By SIS id and assignment: what an import would set; columns that it drops are not in it."""
    header, *rows = table(data)
    if not ("Student" in header[0] and "ID" in header[1]) and header[:3] != [
        *("LastName", "FirstName", "ID")
    ]:
        raise RefusedError("Invalid header row")
    section = header.index("Section")
    points = next((r for r in rows[:2] if r[0].strip() == "Points Possible"), [])
    found = {}
    for row in rows:
        if row is points or row[0] in ("", "Student, Test"):
            continue
        who = row[header.index("SIS User ID")]
        for at in range(section + 1, len(header)):
            told = re.fullmatch(r"(.*)\s\((\d+)\)", header[at])
            locked = at < len(points) and "read only" in points[at]
            if locked or COMPUTED.search(told[1] if told else header[at]):
                continue
            found[who, told[2] if told else header[at]] = canvas_value(row[at])
    return found


def canvas_value(cell):
    cell = cell.strip()
    if cell in ("", "-"):
        return None
    if cell.upper() in ("EX", "N/A"):
        return cell.upper()
    return ruby_float(cell)


def moodle_worksheet(data, mark="."):
    """By participant: grade and when it was last changed, as the site's language writes numbers."""
    header, *rows = table(data)
    if not {"Identifier", "Grade", "Last modified (grade)"} <= set(header):
        raise RefusedError("a column is missing")
    found = {}
    for row in rows:
        cells = dict(zip(header, row, strict=True))
        number = int(re.fullmatch(r"(?:Participant )?(\d+)", cells["Identifier"])[1])
        grade = cells["Grade"]
        if grade and cells.get("Grade can be changed") != "No":
            value = Decimal(grade.replace(mark, "."))
            if not 0 <= value <= Decimal(cells["Maximum grade"].replace(mark, ".")):
                raise RefusedError("out of range")
            found[number] = (value, cells["Last modified (grade)"])
    return found


def moodle_gradebook(data, key, column, users):
    """By key; one unknown student or bad value and nothing at all is imported."""
    header, *rows = table(data)
    found = {}
    for row in rows:
        who, cell = row[header.index(key)], row[header.index(column)]
        if who not in users:
            raise RefusedError(f"{who} is unknown")
        if cell not in ("", "-"):
            found[who] = Decimal(cell)
    return found


def blackboard(data):
    """By user name: the cell of each column, by its number; a column without one is new."""
    header, *rows = table(data, "\t" if data.startswith(b"\xff\xfe") else ",")
    name = header.index("Username")
    columns = {at: m[1] for at, h in enumerate(header) if (m := re.search(r"\|\s*(\d+)$", h))}
    columns |= {at: h for at, h in enumerate(header) if "[Total" in h and at not in columns}
    return {(row[name], told): row[at] for row in rows for at, told in columns.items()}


def brightspace(data):
    """By organisation's id: points; every row ends with the mark."""
    header, *rows = table(data)
    if header[-1] != "End-of-Line Indicator" or any(row[-1] != "#" for row in rows):
        raise RefusedError("no End-of-Line Indicator")
    (at,) = [at for at, h in enumerate(header) if " Points Grade" in h]
    return {row[0].removeprefix("#"): Decimal(row[at]) for row in rows if row[at]}

from __future__ import annotations

import datetime as dt
import io
import os
import subprocess
import sys
import time
import zipfile
import zlib

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.model import SubmissionError
from grader.readers import preflight
from grader.readers.sheet import Sheet, SheetCell
from grader.readers.xlsx import sheets

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATED = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(cells: dict[str, object], formats: dict[str, str] | None = None) -> bytes:
    book = openpyxl.Workbook()
    for reference, value in cells.items():
        book.active[reference] = value
    for reference, number_format in (formats or {}).items():
        book.active[reference].number_format = number_format
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def package(
    rows: str = "",
    *,
    sheet: str = "",
    strings: str = "",
    extra: dict[str, bytes] | None = None,
    names: tuple[str, ...] = ("One",),
) -> bytes:
    """A workbook written by hand; every sheet of it is the same member."""
    listed = "".join(f'<sheet name="{n}" sheetId="{k}" r:id="rId1"/>' for k, n in enumerate(names))
    members = {
        "xl/workbook.xml": f"<workbook {MAIN} {RELATED}><sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships><Relationship Id="rId1" Type="{KIND}/worksheet" '
            f'Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{KIND}/sharedStrings" '
            'Target="sharedStrings.xml"/></Relationships>'
        ),
        "xl/worksheets/sheet1.xml": sheet
        or f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>",
        "xl/sharedStrings.xml": strings or f"<sst {MAIN}/>",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**members, **(extra or {})}.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/").replace("_DOT_", "."), content)
    return buffer.getvalue()


def only(data: bytes) -> Sheet:
    (sheet,) = sheets(data, "answers.xlsx")
    return sheet


def refusal(data: bytes, filename: str = "answers.xlsx") -> str:
    with pytest.raises(SubmissionError) as caught:
        sheets(data, filename)
    assert caught.value.place is not None
    assert caught.value.place.file == filename
    return str(caught.value)


# --- what a cell becomes ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.38, "0.38"),
        (5, "5"),
        (5.0, "5"),
        (-1.5, "-1.5"),
        (-4.1104e-06, "-4.1104e-06"),
        (0, "0"),
        (661234567, "661234567"),
        (1e22, "1e+22"),
    ],
)
def test_a_numeric_cell_is_the_shortest_decimal_that_gives_its_value(value, text):
    assert only(workbook({"A1": value})).rows == ((SheetCell(text, is_number=True),),)


@pytest.mark.parametrize(
    "text", ["1.40", "0,38", "−0.5", "gan.h0", "  kept  ", "a\nb", "<&>", "=1"]
)
def test_text_stays_as_it_was_written(text):
    book = openpyxl.Workbook()
    book.active["A1"] = text
    book.active["A1"].data_type = "s"
    buffer = io.BytesIO()
    book.save(buffer)
    assert only(buffer.getvalue()).rows == ((SheetCell(text),),)


def test_of_a_percentage_the_value_counts():
    cell = only(workbook({"A1": 0.38}, {"A1": "0.0%"})).cell(0, 0)
    assert cell == SheetCell("0.38", is_number=True)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (dt.date(2024, 4, 1), "a date stands here (2024-04-01)"),
        (dt.datetime(2024, 4, 1, 12, 30), "a date stands here (2024-04-01 12:30:00)"),  # noqa: DTZ001 - a spreadsheet knows no zones
        (dt.time(3, 4), "a date stands here (03:04:00)"),
        (True, "the truth value TRUE"),
        (False, "the truth value FALSE"),
    ],
)
def test_what_is_no_number_and_no_text_has_a_fault_that_says_so(value, told):
    cell = only(workbook({"A1": value})).cell(0, 0)
    assert told in cell.fault
    assert not cell.is_number
    assert not cell.is_empty


def test_an_error_value_has_a_fault_where_it_stands():
    rows = '<row r="2"><c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="C2"><v>1</v></c></row>'
    sheet = only(package(rows))
    assert "#DIV/0!" in sheet.cell(1, 1).fault
    assert sheet.cell(1, 2) == SheetCell("1", is_number=True)


def test_a_formula_that_was_never_calculated_is_not_taken_for_an_empty_cell():
    sheet = only(workbook({"B2": "=1+1", "D4": "=SUM(B2:B3)", "A1": 3}))
    for row, column in ((1, 1), (3, 3)):
        assert "never calculated" in sheet.cell(row, column).fault
    assert sheet.cell(0, 0) == SheetCell("3", is_number=True)
    assert sheet.cell(2, 2).is_empty


def test_a_formula_that_was_calculated_counts_with_its_value():
    rows = (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"a"</f><v>a</v></c>'
        '<c r="C1" t="str"><f>""</f><v></v></c></row>'
    )
    sheet = only(package(rows))
    assert sheet.rows[0][:2] == (SheetCell("2", is_number=True), SheetCell("a"))
    assert sheet.cell(0, 2).is_empty


def test_a_number_too_large_to_work_with_has_a_fault():
    sheet = only(package('<row r="1"><c r="A1"><v>1e999</v></c></row>'))
    assert "too large" in sheet.cell(0, 0).fault


def test_merged_cells_have_their_value_in_the_first():
    book = openpyxl.Workbook()
    book.active["B2"] = 7
    book.active.merge_cells("B2:C3")
    book.active["D4"] = 8
    buffer = io.BytesIO()
    book.save(buffer)
    sheet = only(buffer.getvalue())
    filled = [(r, c) for r in range(5) for c in range(5) if not sheet.cell(r, c).is_empty]
    assert filled == [(1, 1), (3, 3)]


# --- where a cell stands ------------------------------------------------------------------------


def test_cells_stand_where_they_stand_in_the_file():
    sheet = only(workbook({"C5": "x", "E9": 1}))
    assert sheet.cell(4, 2) == SheetCell("x")
    assert sheet.cell(8, 4) == SheetCell("1", is_number=True)
    assert str(sheet.place(8, 4)) == "answers.xlsx, sheet Sheet, cell E9"


def test_cells_without_a_reference_follow_each_other():
    rows = (
        '<row r="2"><c r="B2"><v>1</v></c><c><v>2</v></c><c><f>1</f></c></row>'
        "<row><c><v>3</v></c></row>"
    )
    sheet = only(package(rows))
    assert [c.text for c in sheet.rows[1]] == ["", "1", "2", ""]
    assert "never calculated" in sheet.cell(1, 3).fault
    assert sheet.cell(2, 0).text == "3"


def test_every_sheet_is_read_also_a_hidden_one_and_in_order():
    book = openpyxl.Workbook()
    for name in ("Start", "gan", "Kür & <x>"):
        sheet = book.create_sheet(name)
        sheet["B2"] = name
    book["gan"].sheet_state = "hidden"
    book["Start"].sheet_state = "veryHidden"
    buffer = io.BytesIO()
    book.save(buffer)
    read = sheets(buffer.getvalue(), "a.xlsx")
    assert [(s.name, s.cell(1, 1).text) for s in read][1:] == [
        ("Start", "Start"),
        ("gan", "gan"),
        ("Kür & <x>", "Kür & <x>"),
    ]


def test_a_sheet_that_is_a_chart_is_passed_over():
    book = xlsxwriter.Workbook(buffer := io.BytesIO())
    values = book.add_worksheet("values")
    values.write_column("A1", [1, 2, 3])
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=values!$A$1:$A$3"})
    book.add_chartsheet("picture").set_chart(chart)
    book.add_worksheet("more").write("A1", 4)
    book.close()
    read = sheets(buffer.getvalue(), "a.xlsx")
    assert [(s.name, s.cell(0, 0).text) for s in read] == [("values", "1"), ("more", "4")]


def test_a_dimension_that_claims_a_whole_sheet_is_no_harm():
    sheet = (
        f'<worksheet {MAIN}><dimension ref="A1:XFD1048576"/><sheetData><row r="1">'
        '<c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
        "</worksheet>"
    )
    started = time.process_time()
    assert only(package(sheet=sheet)).rows == ((SheetCell("1", is_number=True),),)
    assert time.process_time() - started < 5


def test_other_writers_prefixes_and_shared_texts_are_understood():
    sheet = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<x:sheetData><x:row r="1"><x:c r="A1" t="s"><x:v>1</x:v></x:c><x:c r="B1"><x:f>1</x:f>'
        "</x:c></x:row></x:sheetData></x:worksheet>"
    )
    strings = f"<sst {MAIN}><si><t>no</t></si><si><t>yes</t></si></sst>"
    read = only(package(sheet=sheet, strings=strings))
    assert read.cell(0, 0).text == "yes"
    assert "never calculated" in read.cell(0, 1).fault


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.integers(1, 40), st.integers(1, 40)),
        st.one_of(
            st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda x: float(f"{x:.12g}")),
            st.text(
                st.characters(max_codepoint=0x2FF, exclude_categories=("Z", "C")),
                min_size=1,
                max_size=8,
            ),
        ),
        max_size=12,
    )
)
def test_what_is_written_is_read_where_it_was_written(cells):
    book = openpyxl.Workbook()
    for (row, column), value in cells.items():
        cell = book.active.cell(row, column, value)
        cell.data_type = "s" if isinstance(value, str) else "n"
    buffer = io.BytesIO()
    book.save(buffer)
    sheet = only(buffer.getvalue())
    found = {
        (r + 1, c + 1): float(cell.text) if cell.is_number else cell.text
        for r, row in enumerate(sheet.rows)
        for c, cell in enumerate(row)
        if not cell.is_empty
    }
    assert found == cells


# --- what is no workbook ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "filename", "told"),
    [
        (b"", "a.xlsx", "is empty"),
        (OLE + bytes(600), "a.xlsx", "is password-protected; save it without a password"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.xls", "password-protected"),
        (OLE + "Workbook".encode("utf-16-le"), "a.xlsx", "old Excel file (.xls)"),
        (OLE + bytes(600), "a.xls", "old Excel file (.xls)"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "a.xlsx", "web page (HTML)"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html><html/>', "a.xlsx", "web page (HTML)"),
        (b"quantity,index,value\ngan.m,,12.4\n", "a.xlsx", "plain text"),
        ("quantity;Größe".encode("utf-16"), "a.xlsx", "plain text"),
        (b"%PDF-1.7 ...", "a.xlsx", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a.xlsx", "a picture"),
        (b"Rar!\x1a\x07\x01\x00", "a.xlsx", "unpack it"),
        (b"\x00\x01\x02", "a.xlsx", "is no spreadsheet"),
        (b"PK\x03\x04", "a.xlsx", "damaged"),
        (bytes(11 * 2**20), "a.xlsx", "larger than any answer sheet"),
        (archive(mimetype=b"x", content_DOT_xml=b"<a/>"), "a.xlsx", "OpenDocument sheet (.ods)"),
        (archive(Index__Document_DOT_iwa=b"x"), "a.xlsx", "Numbers document"),
        (archive(word__document_DOT_xml=b"<a/>"), "a.xlsx", "Word document"),
        (archive(xl__workbook_DOT_bin=b"x"), "a.xlsx", "binary workbook (.xlsb)"),
        (archive(answers_DOT_xlsx=workbook({"A1": 1})), "a.xlsx", "without a workbook in it"),
        (archive(xl__workbook_DOT_xml=b"<workbook/>"), "a.xlsx", "damaged"),
    ],
)
def test_another_kind_of_file_is_named_with_what_to_do(data, filename, told):
    assert told in refusal(data, filename)


def protected_member() -> bytes:
    data = bytearray(package())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def test_a_zip_with_a_password_is_named_as_such():
    assert "password-protected" in refusal(protected_member())


# --- what would take memory or time -------------------------------------------------------------


def zeros(megabytes: int) -> bytes:
    return bytes(megabytes * 2**20)


def lying_about_its_size() -> bytes:
    """The member's size is declared as 10 bytes; it inflates to 8 MiB."""
    size = 8 * 2**20
    data = package(extra={"xl/worksheets/more.xml": bytes(size)})
    return data.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))


def many(cell: str, count: int) -> str:
    return f'<row r="1">{cell * count}</row>'


def shared_amplified() -> bytes:
    strings = f"<sst {MAIN}><si><t>{'x' * 1_000_000}</t></si></sst>"
    return package(many('<c t="s"><v>0</v></c>', 10_000), strings=strings)


def shared_amplified_in_disguise() -> bytes:
    text = "".join(f"<r><t>{'x' * 9_000}<!--<si>--></t></r>" for _ in range(100))
    return package(
        many('<c t="s"><v>0</v></c>', 10_000), strings=f"<sst {MAIN}><si>{text}</si></sst>"
    )


BILLION = (
    '<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        pytest.param(package(extra={"xl/media/x.bin": zeros(80)}), "larger", id="huge member"),
        pytest.param(package(extra={"other.bin": zeros(30)}), "larger", id="ratio"),
        pytest.param(
            package(extra={f"xl/{k}.bin": os.urandom(2**14) * 256 for k in range(17)}),
            "larger",
            id="huge together",
        ),
        pytest.param(lying_about_its_size(), "damaged", id="declared size lies"),
        pytest.param(
            package(extra={f"xl/{k}": b"" for k in range(20_000)}), "larger", id="20,000 members"
        ),
        pytest.param(
            package(sheet=f"{BILLION}<worksheet><sheetData>&c;</sheetData></worksheet>"),
            "DOCTYPE",
            id="billion laughs in a sheet",
        ),
        pytest.param(
            package(extra={"docProps/core.xml": BILLION.encode() + b"<a/>"}),
            "DOCTYPE",
            id="DOCTYPE",
        ),
        pytest.param(package(many("<c><v>1</v></c>", 200_001)), "200,000 cells", id="cells"),
        pytest.param(
            package(many("<c/>", 30_000), names=tuple("abcdefghij")), "200,000 cells", id="sheets"
        ),
        pytest.param(package("<a>" * 1_500_001), "larger", id="deeply nested"),
        pytest.param(
            package('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>'),
            "cell XFD1048576",
            id="far away",
        ),
        pytest.param(
            package('<row r="1048576"><c r="XFD1048576" t="e"><v>#REF!</v></c></row>'),
            "cell XFD1048576",
            id="an error value far away",
        ),
        pytest.param(package('<row r="1"><c r="XFE1"/></row>'), "damaged", id="beyond the edge"),
        pytest.param(package('<row r="9999999"><c/></row>'), "damaged", id="beyond the last row"),
        pytest.param(shared_amplified(), "larger", id="one text, many cells"),
        pytest.param(shared_amplified_in_disguise(), "larger", id="the same in disguise"),
        pytest.param(package(names=("One",) * 2), "damaged", id="two sheets of one name"),
        pytest.param(
            package(names=tuple(f"s{k}" for k in range(201))), "damaged", id="too many sheets"
        ),
        pytest.param(package(sheet="<worksheet><sheetData>"), "damaged", id="XML cut off"),
        pytest.param(
            package(sheet=f"<worksheet {MAIN}/>".encode("utf-16").decode("latin-1")),
            "damaged",
            id="UTF-16",
        ),
    ],
)
def test_what_would_take_memory_or_time_is_refused_soon(data, told):
    started = time.process_time()
    assert told in refusal(data)
    assert time.process_time() - started < 15


def test_members_are_counted_together_as_they_inflate(monkeypatch):
    monkeypatch.setattr(preflight, "_MOST_INFLATED", 10_000)
    monkeypatch.setattr(preflight, "_RATIO_FLOOR", 2**40)
    assert "larger" in refusal(package(extra={"xl/x": os.urandom(10_000)}))
    assert only(package('<row r="1"><c r="A1"><v>1</v></c></row>')).rows


def test_a_member_beside_the_workbook_is_never_opened():
    inner = workbook({"A1": "inner"})
    sheet = only(
        package(
            '<row r="1"><c r="A1"><v>1</v></c></row>',
            extra={"xl/embeddings/other.xlsx": inner, "xl/vbaProject.bin": b"\x00macro"},
        )
    )
    assert sheet.rows == ((SheetCell("1", is_number=True),),)
    names = zipfile.ZipFile(
        io.BytesIO(preflight.preflight(package(extra={"xl/x.xlsx": inner}), "a").data)
    ).namelist()
    assert "xl/x.xlsx" not in names


def test_a_second_archive_behind_the_first_cannot_reach_the_library():
    """Readers of ZIPs differ in which directory they believe; ours passes on what it counted."""
    first = package('<row r="1"><c r="A1"><v>1</v></c></row>')
    second = package('<row r="1"><c r="A1"><v>2</v></c></row>')
    for data in (first + second, second[:30] + first):
        try:
            read = sheets(data, "a.xlsx")
        except SubmissionError:
            continue
        counted = preflight.preflight(data, "a.xlsx").data
        assert read == sheets(counted, "a.xlsx")


def test_many_cells_are_still_read():
    grid = "".join(
        f'<row r="{r}">' + "".join(f"<c><v>{c}</v></c>" for c in range(100)) + "</row>"
        for r in range(1, 301)
    )
    sheet = only(package(grid))
    assert (len(sheet.rows), len(sheet.rows[0])) == (300, 100)


# --- damage -------------------------------------------------------------------------------------


def test_a_file_cut_off_anywhere_is_a_damaged_one():
    data = workbook({"A1": 1, "B2": "two", "C3": "=1"})
    for length in range(1, len(data) - 1, 37):
        message = refusal(data[:length])
        assert "damaged" in message or "no spreadsheet" in message or "plain text" in message


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_are_refused_and_nothing_else(data):
    for start in (b"", b"PK\x03\x04", OLE, b"PK\x05\x06"):
        with pytest.raises(SubmissionError):
            sheets(start + data, "a.xlsx")


SOUND = workbook({"A1": 1, "B2": "two", "C3": "=1", "D4": dt.date(2024, 4, 1), "E5": True})


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), max_size=6))
def test_a_file_with_damaged_bytes_is_read_or_refused(changes):
    data = bytearray(SOUND)
    for position, value in changes:
        data[position] = value
    try:
        sheets(bytes(data), "a.xlsx")
    except SubmissionError as error:
        assert error.message  # noqa: PT017 - either outcome is right, silence is not


SHEET = (
    f'<worksheet {MAIN}><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><f>1</f><v>2'
    '</v></c><c t="b"><v>1</v></c></row><row><c t="inlineStr"><is><t>x</t></is></c></row>'
    '</sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>'
)
PIECES = ["<", ">", '"', "9", "s", "A", "-", "/", "", "1e999", "<c>", "</v>", "XFD", "&#0;", "&lt;"]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(60, len(SHEET)), st.sampled_from(PIECES)), max_size=4),
    st.booleans(),
)
def test_a_sheet_with_strange_xml_is_read_or_refused(changes, has_strings):
    text = SHEET
    for position, piece in changes:
        text = text[:position] + piece + text[position + 1 :]
    strings = f"<sst {MAIN}><si><t>a</t></si></sst>" if has_strings else ""
    try:
        sheets(package(sheet=text, strings=strings), "a.xlsx")
    except SubmissionError as error:
        assert error.message  # noqa: PT017 - either outcome is right, silence is not


def test_a_checksum_that_does_not_hold_is_damage():
    data = package('<row r="1"><c r="A1"><v>1</v></c></row>')
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        content = file.read("xl/worksheets/sheet1.xml")
    checksum = zlib.crc32(content).to_bytes(4, "little")
    assert checksum in data
    assert "damaged" in refusal(data.replace(checksum, b"\0\0\0\0"))


def test_looking_through_a_normal_file_is_quick():
    cells = {f"{chr(65 + c)}{r}": c / 7 for c in range(10) for r in range(1, 31)}
    data = workbook(cells)
    best = min(_seconds(data) for _ in range(20))
    assert best < 0.02


def _seconds(data: bytes) -> float:
    started = time.process_time()
    preflight.preflight(data, "a.xlsx")
    return time.process_time() - started


def test_no_library_is_loaded_before_it_is_needed():
    code = "import sys, grader.readers.xlsx; print('python_calamine' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    assert told.stdout.strip() == "False"

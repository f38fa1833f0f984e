import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.exports.delimited import parse, written
from grader.model import GraderError

ENCODINGS = [
    ("utf-8", b""),
    ("utf-8", b"\xef\xbb\xbf"),
    ("utf-16-le", b"\xff\xfe"),
    ("utf-16-be", b"\xfe\xff"),
    ("utf-16-le", b""),
    ("utf-16-be", b""),
    ("cp1252", b""),
]
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
TABLES = st.lists(st.lists(CELLS, min_size=2, max_size=5), min_size=1, max_size=6)


def by_the_standard_library(text, delimiter):
    return [tuple(r) for r in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]


@pytest.mark.parametrize(("encoding", "bom"), ENCODINGS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_only_the_cell_that_is_named_changes(encoding, bom, delimiter, end):
    lines = ["Name|Points|Note", '"Doe, ""J"" José"|"4"|x', "Li|4|", '"a\nb; \t"|""|0042']
    text = end.join(lines).replace("|", delimiter) + end
    sheet = parse(bom + text.encode(encoding), "class.csv")
    changed = text.replace(f'"4"{delimiter}x', f'"17.5"{delimiter}x')
    changed = changed.replace(f"Li{delimiter}4", f"Li{delimiter}9")
    assert sheet.replaced({(2, 1): "9", (1, 1): "17.5"}) == bom + changed.encode(encoding)
    assert list(sheet.texts) == by_the_standard_library(text, delimiter)


@given(TABLES, st.sampled_from([",", ";", "\t"]), st.sampled_from(["\r\n", "\n", "\r"]), st.data())
def test_untouched_cells_are_byte_identical_whatever_is_in_them(table, delimiter, end, data):
    text = io.StringIO(newline="")
    head = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    head.writerow(["a", "b"])
    text.seek(0, 2)
    for row in table:
        breaks = any("\r" in cell or "\n" in cell for cell in row)  # csv forgets to quote some
        quoting = csv.QUOTE_ALL if breaks or data.draw(st.booleans()) else csv.QUOTE_MINIMAL
        csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerow(row)
    given_bytes = b"\xef\xbb\xbf" + text.getvalue().encode()
    sheet = parse(given_bytes, "class.csv")
    assert list(sheet.texts) == by_the_standard_library(text.getvalue(), delimiter)
    row = data.draw(st.integers(1, len(table)))
    column = data.draw(st.integers(0, len(table[row - 1]) - 1))
    assert sheet.replaced({}) == given_bytes
    field = sheet.rows[row][column]
    filled = sheet.replaced({(row, column): "12"})[3:].decode()
    assert filled[: field.start] == text.getvalue()[: field.start]
    assert filled.endswith(text.getvalue()[field.end :])
    expected = [list(cells) for cells in sheet.texts]
    expected[row][column] = "12"
    assert [list(cells) for cells in by_the_standard_library(filled, delimiter)] == expected


def test_a_new_text_is_quoted_where_it_must_be():
    sheet = parse(b"a,b\n1,2\n", "class.csv")
    assert sheet.replaced({(1, 1): "2,5"}) == b'a,b\n1,"2,5"\n'
    assert sheet.replaced({(1, 0): 'x"y'}) == b'a,b\n"x""y",2\n'


def test_a_first_line_can_tell_the_delimiter():
    sheet = parse(b"sep=;\r\na,b;c\r\n1;2\r\n", "class.csv")
    assert sheet.texts == (("a,b", "c"), ("1", "2"))
    assert sheet.replaced({(1, 1): "3"}) == b"sep=;\r\na,b;c\r\n1;3\r\n"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b'a,b\n"c,d\n', "line 2: a quote is opened and never closed"),
        (b'a,b\n"c"d,e\n', "line 2: something stands behind a closing quote"),
        (b"PK\x03\x04rest", "is a workbook"),
        (b"\xff\xfea", "is no text"),
        (b"\xef\xbb\xbf\xff", "is no text"),
        (b"a,b\nc,\0\n", "is no text"),
    ],
)
def test_what_is_no_such_file_is_refused(data, told):
    with pytest.raises(GraderError, match=told):
        parse(data, "class.csv")


def test_a_new_file_can_be_read_by_others():
    rows = [["a", 'Doe, "J"', "x\ny"], ["", "é", "0042"]]
    text = written(rows).decode("utf-8")
    assert [list(row) for row in by_the_standard_library(text, ",")] == rows
    assert written([["a"]], quote_all=True) == b'"a"\r\n'

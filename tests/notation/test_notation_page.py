"""What the page on formulas shows is what happens: its tables are read, and each row is tried."""

import re
from pathlib import Path

import pytest
from spelling_rows import Row, judged

from grader.model import Verdict
from grader.notation import brackets, definitions, grammar, lexer, products, shapes, statements
from grader.notation.derivation import _MOST_STATEMENTS, derivation
from grader.notation.errors import NotationError
from grader.notation.functions import FUNCTIONS
from grader.notation.grammar import parse
from grader.notation.typeset import plain
from grader.notation.vocabulary import of_problem
from reference.autoencoder import PROBLEM

PAGE = (Path(__file__).parents[2] / "docs" / "notation.md").read_text(encoding="utf-8")
NAMES = of_problem(PROBLEM)
INTERNAL = {"counted", "float", "indicator", "matrix_power", "sum_along"}
"""What other notations mean; the page has them by those."""


def rows(name):
    """The cells of a table of the page, without its head."""
    table = PAGE.split(f"<!-- {name}: begin -->")[1].split(f"<!-- {name}: end -->")[0]
    found = [line for line in table.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in found]


def code(cell):
    """What is set as code in a cell."""
    return [text.replace("\\|", "|") for text in re.findall(r"`(.+?)`", cell)]


def read(quantity, text):
    shape = PROBLEM.shapes[quantity]
    return derivation(text, NAMES, quantity=quantity, shape=shape)


FAMILIES = [(code(of)[0], code(text)[0]) for _family, of, text in rows("families")]
READINGS = [(code(of)[0], code(text)[0], code(ways)) for of, text, ways in rows("readings")]
REFUSALS = [(code(of)[0], code(text)[0], told) for of, text, told in rows("refusals")]
SPELLINGS = [(code(name)[0], text) for name, cell in rows("names") for text in code(cell)]


def test_the_tables_are_there():
    sizes = [len(table) for table in (FAMILIES, READINGS, REFUSALS, SPELLINGS)]
    assert all(size >= least for size, least in zip(sizes, (15, 30, 12, 20), strict=True)), sizes


@pytest.mark.parametrize(("quantity", "text"), FAMILIES)
def test_each_family_of_notations_is_right(quantity, text):
    row = Row(f"autoencoder.{quantity}", text, "page", lambda _values: None)
    assert judged(row).verdict is Verdict.CORRECT


@pytest.mark.parametrize(("quantity", "text", "understood"), READINGS)
def test_what_is_written_is_understood_as_the_page_says(quantity, text, understood):
    assert [plain(way.tree) for way in read(quantity, text).ways] == understood


@pytest.mark.parametrize(("quantity", "text", "told"), REFUSALS)
def test_what_is_refused_is_told_as_the_page_says(quantity, text, told):
    with pytest.raises(NotationError) as caught:
        read(quantity, text)
    assert caught.value.message == told


@pytest.mark.parametrize(("name", "text"), SPELLINGS)
def test_every_spelling_of_a_name_is_that_name(name, text):
    assert NAMES.resolved(parse(text).name) == name


def test_every_function_is_on_the_page():
    listed = PAGE.split("\nFunctions: ")[1].split("\n\n")[0]
    assert set(FUNCTIONS) - INTERNAL <= set(code(listed))


def test_the_limits_are_those_of_the_code():
    limits = " ".join(PAGE.split("## Limits")[1].split())
    for told in (
        f"{lexer.MAX_CHARACTERS:,} characters",
        f"{lexer.MAX_TOKENS} numbers, names and signs",
        f"{brackets.MAX_DEPTH} brackets within brackets",
        f"{grammar.MAX_HEIGHT} operations in a row",
        f"{statements._LONGEST:,} characters and {_MOST_STATEMENTS} equations",
        f"{definitions._MOST_NODES:,} parts",
        f"{lexer.MAX_NUMBER} characters and a decimal point",
        f"between -{grammar.MAX_EXPONENT} and {grammar.MAX_EXPONENT}",
        f"{products.MOST_READINGS} readings",
        f"up to {products._MOST_FACTORS} factors",
        f"{shapes.MAX_ELEMENTS:,} entries, a dimension's name counted as {shapes._NAMED}",
    ):
        assert told in limits, told

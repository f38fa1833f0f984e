"""The example class: who is in it, what each did, and in which file it came.

All people are invented. What must come out of grading stands in `tests/test_examples.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import seed_student
from by_hand import Array, gan
from example_files import (
    Answers,
    Format,
    Work,
    as_blocks,
    as_json,
    as_sheet,
    as_template,
    as_tidy,
    block_rows,
    class_table,
    comma,
    digits,
    powers,
    rounded,
    tidy_rows,
)

from grader.model import Student

__all__ = ["AUTOENCODER", "ITEMS", "ROSTER", "File", "good_files", "some", "work"]

_NAMES = """\
s1001;Okafor, Amara;6850
s1002;Lindqvist, Ben;4850
s1003;Müller, Chiara;6850
s1004;Park, Dong-hyun;4850
s1005;Yılmaz, Elif;4850
s1006;Haddad, Farid;6850
s1007;Mwangi, Grace;4850
s1008;Lefèvre, Hugo;4850
s1009;Solberg, Ingrid;6850
s1010;Tanaka, Jun;4850
s1011;Novak, Katarina;4850
s1012;O'Brien, Liam;4850
s1013;Santos, Mariana;4850
s1014;Nguyen, Nam;4850
s1015;Petrov, Oleg;4850
s1016;Kaur, Priya;4850
s1017;de Vries, Quinten;4850
s1018;Castillo, Rosa;4850
s1019;Weber, Stefan;4850
s1020;Adeyemi, Tunde;6850
s1021;Horváth, Ursula;4850
s1022;Marchetti, Vito;6850
s1023;Zhang, Wei;6850
s1024;Fernández, Ximena;
s1025;Aziz, Yusuf;4850
s1026;Kowalska, Zofia;4850
s1027;Ali, Bashir;4850
s1028;Brandt, Clara;4850
s1029;Chen, Daiyu;4850
s1030;Eriksen, Finn;6850
s1031;Gallo, Helena;6850
s1032;Ito, Ken;4850
s1033;Jansen, Lotte;4850
s1034;Kim, Min-ji;6850
s1035;Larsen, Nils;4850
s1036;Moreau, Odile;4850
s1037;Nair, Pooja;4850
s1038;Owusu, Kofi;4850
s1039;Quintana, Raul;4850
s1040;Rossi, Sara;6850
s1041;;4850
s1043;Schmidt, Tom;4850
s1044;Taylor, Uma;4850
s1045;Usman, Vera;6850
s1050;Rivera, Alma;6850
s1051;Brandt, Jonas;6850
s1052;Nwosu, Adaeze;6850"""
"""The class list; s1042 is not on it, s1041 has no name there, s1024 no level."""

_EXCUSED = "s1045"
_STUDENTS: Mapping[str, Student] = MappingProxyType(
    {line.split(";")[0]: Student(*line.split(";")) for line in _NAMES.splitlines()}
)

ROSTER = "id,name,level,excused\n" + "".join(
    f'{s.id},"{s.name}",{s.level},{"yes" if s.id == _EXCUSED else ""}\n' for s in _STUDENTS.values()
)

ITEMS = ("h0", "h1", "h2", "grad_H2", "grad_w1", "grad_h0", "grad_w0")
_WORKING = ("h0", "h1", "c", "h2", "m", "p", "grad_p", "grad_H2", "grad_h2", "grad_w1")
_WORKING += ("grad_h1", "grad_h0", "grad_w0")

AUTOENCODER: Mapping[str, str] = MappingProxyType(
    {
        "autoencoder.grad_xp": "-2*(x - xp)",
        "autoencoder.grad_W2": "h @ (grad_xp*xp*(1 - xp)).T",
        "autoencoder.grad_h": "W2 @ (grad_xp*xp*(1 - xp))",
        "autoencoder.grad_W1": "x @ (grad_h*(h > 0)).T",
    }
)

File = tuple[str, bytes]


def some(values: Mapping[str, Array], names: tuple[str, ...], **other: Any) -> dict[str, Any]:
    """The quantities of these names, some of them written otherwise."""
    return {f"gan.{name}": other.get(name, values[f"gan.{name}"]) for name in names}


def work(student: str, answers: Answers, number: Format | None = None, **stated: str) -> Work:
    """What a student of the class hands in; four digits unless they write otherwise."""
    return Work(_STUDENTS[student], answers, number or digits(4), stated)


def good_files() -> Iterator[File]:
    """Every file that can be read without trouble, by name."""
    for part in (_perfect, _mistakes_with_numbers, _mistakes_of_rule, _formulas, _table, _seed):
        yield from part()


# --- right under each convention, in each format ------------------------------------------------


def _perfect() -> Iterator[File]:
    key, nll = gan(), gan(objective="minimize_nll")
    yield "s1001.json", as_json(work("s1001", some(key, _WORKING) | AUTOENCODER, rounded(4)))
    stated = work("s1002", some(nll, ITEMS), powers, objective="minimize_nll")
    yield "s1002.csv", as_tidy(stated)
    turned = some(gan(deconv="transposed"), _WORKING)
    yield "s1003_hw6.csv", as_blocks(work("s1003", turned | AUTOENCODER, comma))
    last = some(gan(reshape="channels_last"), _WORKING)
    yield "s1004.xlsx", as_template(work("s1004", last, rounded(5)))
    column = some(gan(reshape="column_major"), ITEMS)
    yield "hw6_s1005.xlsx", as_sheet(block_rows(work("s1005", column)))
    final = ("h0", "h1", "h2", "m", "p", "grad_w1", "grad_w0")
    flat = some(gan(flatten="column_major"), final) | AUTOENCODER
    yield "s1006.xlsx", as_sheet(tidy_rows(work("s1006", flat, rounded(6))))
    yield "s1007.json", as_json(work("s1007", _other_layouts(key)))
    yield "s1008.csv", as_tidy(work("s1008", some(key, ITEMS)), base=1).decode().encode("utf-16")
    short = work("s1009", _short(nll), objective="minimize_nll")
    yield "solbergingrid_LATE_4711_99812_answers.xlsx", as_template(short)


def _other_layouts(key: Mapping[str, Array]) -> Answers:
    """Kernels as (row, column, channel), the weights transposed, the image as one list."""
    kernels = key["gan.grad_w1"].transpose(1, 2, 0)
    flat = key["gan.h2"].ravel()
    return some(key, ITEMS, h2=flat, grad_w1=kernels, grad_w0=key["gan.grad_w0"].T)


def _short(nll: Mapping[str, Array]) -> Answers:
    """Steps left out, and one gradient as an expression."""
    answers = some(nll, ("h0", "h1", "h2", "grad_H2", "grad_w1", "grad_w0"), grad_H2="-(1 - p)*w2")
    return answers | {
        "autoencoder.grad_W2": "-2*h @ ((x - xp)*xp*(1 - xp)).T",
        "autoencoder.grad_W1": "-2*x @ ((W2 @ ((x - xp)*xp*(1 - xp)))*(h > 0)).T",
    }


# --- one mistake each ---------------------------------------------------------------------------


def _mistakes_with_numbers() -> Iterator[File]:
    key = gan()
    slip = key["gan.h0"].copy()
    slip[5] = 1.45
    yield "s1010.json", as_json(work("s1010", some(gan(carry={"h0": slip}), _WORKING)))
    copied = key["gan.h0"].copy()
    copied[6] = 1.26
    yield "s1011.csv", as_tidy(work("s1011", some(key, ITEMS, h0=copied)))
    cut = some(gan(carry={"p": np.array(0.9999)}), _WORKING)
    yield "s1012.xlsx", as_sheet(block_rows(work("s1012", cut)))
    yield "s1013_answers.csv", as_tidy(Work(Student(), _two_digits(key), digits(4)))
    minus = some(key, _WORKING, grad_w0=-key["gan.grad_w0"])
    yield "s1014.json", as_json(work("s1014", minus))
    nothing = gan(carry={"grad_p": np.array(0.0)})
    zeros = some(key, ("h0", "h1", "h2", "p")) | some(nothing, ITEMS[3:])
    yield "s1019.xlsx", as_template(work("s1019", zeros | {"gan.p": np.array("0.999996")}))
    few = some(key, ("h0", "h1", "h2"))
    yield "s1023.csv", as_tidy(work("s1023", few))
    whole = gan(carry={"p": np.array(1.0)})
    yield "s1025.xlsx", as_sheet(block_rows(work("s1025", some(whole, _WORKING))))
    one_kernel = some(key, ITEMS, grad_w1=key["gan.grad_w1"][0])
    yield "s1026.json", as_json(work("s1026", one_kernel))


def _two_digits(key: Mapping[str, Array]) -> Answers:
    """h0 rounded to two digits, written so and carried on so."""
    texts = [f"{value:.2g}" for value in key["gan.h0"]]
    carried = gan(carry={"h0": np.array(texts, dtype=float)})
    return some(carried, ITEMS, h0=np.array(texts), h1=np.array(texts).reshape(2, 2, 2))


def _mistakes_of_rule() -> Iterator[File]:
    lost = some(gan(slips=["no sigma'"]), _WORKING)
    yield "s1015.xlsx", as_template(work("s1015", lost, rounded(4)))
    no_bias = some(gan(slips=["no b1"]), ("h0", "h1", "h2", "m", "p", *ITEMS[3:]))
    yield "s1016.csv", as_blocks(work("s1016", no_bias, comma))
    yield "s1017.json", as_json(work("s1017", some(gan(slips=["one channel"]), ITEMS)))
    mixed = some(gan(slips=["kernel gradient transposed"]), ITEMS)
    yield "s1018.csv", as_tidy(work("s1018", mixed, powers))
    no_input = some(gan(slips=["no z"]), ITEMS)
    yield "s1021.xlsx", as_sheet(tidy_rows(work("s1021", no_input)))


def _formulas() -> Iterator[File]:
    key = some(gan(), ITEMS)
    no_two = AUTOENCODER | {"autoencoder.grad_xp": "-(x - xp)"}
    yield "s1020.json", as_json(work("s1020", key | no_two))
    mean = AUTOENCODER | {"autoencoder.grad_xp": "-2/N*(x - xp)"}
    yield "s1022.json", as_json(work("s1022", key | mean))
    yield "s1024.json", as_json(work("s1024", key | AUTOENCODER))


def _table() -> Iterator[File]:
    """Three students in one table."""
    names = ("h0", "h1", "h2", "p", "grad_p", "grad_H2", "grad_w1", "grad_h0", "grad_w0")
    key, other = gan(), gan(slips=["log(1-p)"])
    gaps = key["gan.h0"].astype(object)
    gaps[[2, 5]] = ""
    left_out = some(key, tuple(n for n in names if n != "grad_w1"), h0=gaps)
    rows = (
        work("s1027", some(key, names)),
        work("s1028", some(other, names)),
        work("s1029", left_out),
    )
    yield "class_table.csv", class_table(rows)


def _seed() -> Iterator[File]:
    answers, number = seed_student.ANSWERS, seed_student.number
    yield "s1030.xlsx", as_template(work("s1030", answers, number))
    yield "s1031.json", as_json(work("s1031", answers, number))

r"""What a student's own commands stand for: ``\newcommand{\pd}[2]{\frac{\partial#1}{\partial#2}}``.

Only simple macros are written out: a text with up to nine arguments put into it. What calls itself,
grows too long or needs more of TeX than that is left as it stands, and a remark says so where it
is used. Every line keeps its number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from grader.model import Place, Remark
from grader.readers.struck import without_struck

__all__ = ["Macros"]

_MOST = 300
"""Definitions in one write-up."""
_LONGEST_BODY = 1_000
_LONGEST = 8_000
"""Characters that one use may be written out to, and that its arguments may have."""
_MOST_WRITTEN = 1 << 20
"""Characters that all uses together may be written out to."""
_DEEPEST = 12
"""Macros in macros, and arguments in arguments."""

_COMMAND = re.compile(r"\\(?:([a-zA-Z]+)|(.))", re.DOTALL)
_DEFINING = (
    r"(?:(?P<new>(?:re)?newcommand|providecommand|DeclareRobustCommand)"
    r"|(?P<operator>DeclareMathOperator)|(?P<def>[gex]?def))(?![a-zA-Z])"
)
_DEFINES = re.compile(r"\\(?:p?dv(?![a-zA-Z])|" + _DEFINING + ")")
_DEFINITION = re.compile(
    r"\\" + _DEFINING + r"\*?\s*"
    r"(?:\{\s*\\(?P<braced>[a-zA-Z]+|[^a-zA-Z\s])\s*\}|\\(?P<bare>[a-zA-Z]+|[^a-zA-Z\s]))"
    r"[^\S\n]*(?:\[(?P<count>\d)\]\s*(?:\[(?P<default>[^\[\]\n]{0,80})\]\s*)?)?"
    r"(?P<between>[^{}\n]{0,80})(?:\n[^\S\n]*)?(?=\{)"
)
_PARAMETERS = re.compile(r"(?:#\d)*")
_PROGRAM = re.compile(
    r"\\(?:if|else\b|fi\b|csname|expandafter|loop|let\b|[gex]?def\b|(?:re)?newcommand|the\b"
    r"|advance|number|romannumeral|@)|##"
)
_ENSURED = re.compile(r"\s*\\ensuremath\s*\{(?P<inside>(?:[^{}]|\{[^{}]*\})*)\}\s*")
_SILENT = re.compile(r"\\(?:xspace|ensuremath)(?![a-zA-Z])")
_PARAMETER = re.compile(r"#(\d)")
_TOKEN = re.compile(r"#\d|\\[a-zA-Z]+|\\.|[^\s{}\\]")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_BLANK = re.compile(r"[^\S\n]*(?:\n[^\S\n]*(?!\n))?")
_OPTIONAL = re.compile(r"[^\S\n]*\[([^\[\]\n]{0,200})\]")
_VISIBLE = re.compile(r"\S")


class _RefusedError(Exception):
    """Why a macro is not written out; ``name`` is the one to leave as it stands."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name = name


@dataclass(frozen=True, slots=True)
class _Macro:
    """A command that the student defined.

    Attributes:
        count: of its arguments; the first may be left out where there is a ``default``.
        fault: why it is not simple; empty where it is.
    """

    body: str
    count: int
    default: str | None
    line: int
    fault: str = ""


_USUAL = {
    "pdv": _Macro(r"\frac{\partial #1}{\partial #2}", 2, None, 0),
    "dv": _Macro(r"\frac{d #1}{d #2}", 2, None, 0),
}
"""What a package defines that students load for its derivatives."""


@dataclass(slots=True)
class Macros:
    """The macros of one write-up, up to where it was read.

    Attributes:
        file: the write-up, for remarks.
        remarks: one on each macro that is used and was not written out.
    """

    file: str
    remarks: list[Remark] = field(default_factory=list)
    _known: dict[str, _Macro] = field(default_factory=lambda: {**_USUAL})
    _bodies: dict[str, str] = field(default_factory=dict)
    _refused: set[str] = field(default_factory=set)
    _written: int = 0
    _place: Place = field(init=False)

    def expanded(self, text: str, cell: str = "") -> str:
        """The text with blanks for definitions and with each use written out."""
        if len(self._known) == len(_USUAL) and not _DEFINES.search(text):
            return text
        text = without_struck(text)
        kept: list[str] = []
        position, line = 0, 1
        while mark := _COMMAND.search(text, position):
            _put(kept, text[position : mark.start()])
            line += text.count("\n", position, mark.start())
            self._place = Place(self.file, cell=cell, line=line)
            start, position = mark.start(), mark.end()
            if defined := _DEFINITION.match(text, start):
                position = self._define(text, defined, line)
                _put(kept, _VISIBLE.sub(" ", text[start:position]))
            else:
                new, position = self._use(text, mark)
                _put(kept, new)
            line += text.count("\n", start, position)
        _put(kept, text[position:])
        return "".join(kept)

    # --- definitions ----------------------------------------------------------------------------

    def _define(self, text: str, found: re.Match[str], line: int) -> int:
        """Note a definition; where it ends."""
        end = _closed(text, found.end())
        if end is None or len(self._known) >= _MOST:
            return found.end()
        body = " ".join(text[found.end() + 1 : end - 1].split("\n"))
        between = found["between"].strip()
        is_simple = not between or (found["def"] and _PARAMETERS.fullmatch(between))
        fault = ""
        if not is_simple or _PROGRAM.search(body):
            fault = "it is no simple macro"
        elif len(body) > _LONGEST_BODY:
            fault = f"it has more than {_LONGEST_BODY:,} characters"
        count = between.count("#") or int(found["count"] or 0)
        name = found["braced"] or found["bare"]
        body = _shown(body, is_operator=bool(found["operator"]))
        self._known[name] = _Macro(body, count, found["default"], line, fault)
        self._refused.discard(name)
        self._bodies.clear()
        return end

    # --- uses -----------------------------------------------------------------------------------

    def _use(self, text: str, mark: re.Match[str]) -> tuple[str, int]:
        """What a command stands for and where it ends with its arguments; itself if no macro."""
        while self._macro(mark):
            try:
                return self._written_out(text, mark, ())
            except _RefusedError as error:  # once a macro: the others are tried without it
                self._refused.add(error.name)
                line = self._known[error.name].line
                where = f" (line {line})" if line else ""
                told = f"\\{error.name}{where} is not written out: {error}"
                self.remarks.append(Remark(told, self._place))
        return mark[0], mark.end()

    def _macro(self, mark: re.Match[str]) -> _Macro | None:
        name = mark[1] or mark[2]
        return None if name in self._refused else self._known.get(name)

    def _written_out(
        self, text: str, mark: re.Match[str], within: tuple[str, ...]
    ) -> tuple[str, int]:
        """A use with its arguments put in, and where it ends."""
        macro, name = self._macro(mark), mark[1] or mark[2]
        if macro is None:
            return mark[0], mark.end()
        body = self._body(name, macro, within)
        given, end = _arguments(text, mark.end(), name, macro)
        new = _filled(body, [self._run(one, name, (*within, "")) for one in given])
        self._written += len(new)
        if len(new) > _LONGEST or self._written > _MOST_WRITTEN:
            raise _RefusedError(name, "what it stands for grows too long")
        lost = text.count("\n", mark.start(), end) - new.count("\n")
        return new + "\\,\n" * lost, end

    def _body(self, name: str, macro: _Macro, within: tuple[str, ...]) -> str:
        """What a macro stands for, with the macros in it written out and its parameters open."""
        if macro.fault:
            raise _RefusedError(name, macro.fault)
        if name in within:
            raise _RefusedError(name, "it calls itself")
        if name not in self._bodies:
            self._bodies[name] = self._run(macro.body, name, (*within, name))
        return self._bodies[name]

    def _run(self, text: str, of: str, within: tuple[str, ...]) -> str:
        """A body, or an argument, ``of`` a macro with the macros in it written out."""
        if len(within) > _DEEPEST:
            raise _RefusedError(of, f"more than {_DEEPEST} macros stand in one another")
        kept: list[str] = []
        position = size = 0
        while mark := _COMMAND.search(text, position):
            new, end = self._written_out(text, mark, within)
            size += mark.start() - position + len(new)
            if size > _LONGEST:
                raise _RefusedError(of, "what it stands for grows too long")
            _put(kept, text[position : mark.start()])
            _put(kept, new)
            position = end
        _put(kept, text[position:])
        return "".join(kept)


def _shown(body: str, *, is_operator: bool) -> str:
    """A body without what only sets it in the right mode."""
    if is_operator:
        return "\\operatorname{" + body.replace("\\,", "") + "}"
    ensured = _ENSURED.fullmatch(body)
    return _SILENT.sub(" ", ensured["inside"] if ensured else body)


def _arguments(text: str, position: int, name: str, macro: _Macro) -> tuple[list[str], int]:
    """The arguments of a use, without their brackets, and where the last one ends."""
    given: list[str] = []
    if macro.count and macro.default is not None:
        optional = _OPTIONAL.match(text, position)
        given.append(optional[1] if optional else macro.default)
        position = optional.end() if optional else position
    while len(given) < macro.count:
        blank = _BLANK.match(text, position)
        start = blank.end() if blank else position
        token = _TOKEN.match(text, start)
        end = token.end() if token else _closed(text, start)
        if end is None:
            raise _RefusedError(name, f"it takes {macro.count} arguments, which are not all here")
        given.append(token[0] if token else text[start + 1 : end - 1])
        position = end
    return given, position


def _closed(text: str, start: int) -> int | None:
    """Where the bracket that opens at ``start`` is closed; None where it is not."""
    if not text.startswith("{", start):
        return None
    depth = 0
    for mark in _BRACE.finditer(text, start, start + _LONGEST):
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
        if depth == 0:
            return mark.end()
    return None


def _filled(body: str, given: list[str]) -> str:
    """The body with the arguments in it; their ends of lines stay where they first stand."""
    kept: list[str] = []
    used: set[int] = set()
    position = 0
    for parameter in _PARAMETER.finditer(body):
        number = int(parameter[1])
        _put(kept, body[position : parameter.start()])
        position = parameter.end()
        if 0 < number <= len(given):
            one = given[number - 1]
            _put(kept, one.replace("\n", " ") if number in used else one)
            used.add(number)
    _put(kept, body[position:])
    return "".join(kept)


def _put(kept: list[str], piece: str) -> None:
    """Add a piece; a blank keeps apart what would be another command or name."""
    before = kept[-1] if kept else ""
    if piece[:1].isalpha() and before[-1:].isalpha():
        kept.append(" ")
    if piece:
        kept.append(piece)

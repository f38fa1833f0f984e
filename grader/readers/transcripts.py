"""What an interpreter printed -> equations: ``>>> h0`` and ``array([0.38, 1.4])`` below it.

Nothing is run: only a name that was asked for by itself, rounded or converted at most, has what
is printed below it. What other expressions printed has no name, and is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import inf

from grader.model import Place, Remark, Rubric
from grader.notation import names
from grader.notation.numbers import quoted
from grader.readers.leftside import left_side

__all__ = ["Transcripts", "is_rounding", "numbers_in", "printed_value", "shown_name"]

_PROMPT = re.compile(r"[ \t]{0,12}(?:>>>|In ?\[\d{0,4}\]:|julia>)(?:[ \t](?P<code>[^\n]*)|\Z)")
_MORE = re.compile(r"[ \t]*\.\.\.:?(?:[ \t](?P<code>[^\n]*)|\Z)")
_OUT = re.compile(r"[ \t]*Out ?\[\d{0,4}\]:[ \t]*")
_CALL = re.compile(
    r"(?:(?:np|numpy|torch|tf|jnp|cp)\.)?(?:array|matrix|tensor|Tensor|Array|Parameter|float\d*"
    r"|float64|float32)\s*\((?P<inner>.*)\)",
    re.DOTALL,
)
_OPTION = re.compile(r",\s*(?:dtype|device|grad_fn|requires_grad|shape|numpy)\s*=[^\[\]]*\Z")
_VALUE = re.compile(r"[\[\]()\s\d.,eE+\-]*\d[\[\]()\s\d.,eE+\-]*|[-+]?(?:nan|inf)")
_AROUND = re.compile(
    r"(?:print|disp|display|float|list|(?:np|numpy|torch)\.(?:round|around|array|asarray|squeeze)"
    r"|round)\s*\(\s*(?P<inner>[^(),\[\]]*(?:\[[^\[\]()]*\])*[^(),\[\]]*(?:\([^()]*\))?)"
    r"(?:,\s*(?:decimals\s*=\s*)?\d{1,2})?\s*\)"
)
_BEHIND = re.compile(
    r"\.(?:round\(\s*\d{0,2}\s*\)|numpy\(\)|detach\(\)|cpu\(\)|item\(\)|tolist\(\)|squeeze\(\)|data"
    r"|double\(\)|float\(\))\Z"
)
_NAME = re.compile(r"[^\W\d][\w∇′']{0,30}(?:\[\s*\d\s*(?:,\s*\d\s*){0,2}\]){0,3}")
_GRADIENT = re.compile(r"(?P<name>[^\W\d]\w{0,20})\.grad")
_ASSIGNMENT = re.compile(r"[^=<>!]*[^=<>!]=(?!=)")
_ASSIGNED = re.compile(r"[^\w∇′']")
_MEASURE = re.compile(
    r"\.(?:shape|size|ndim|dtype)\b|\b(?:len|type|range|help|dir|allclose|shape)\s*\("
)
_PLANE = re.compile(r"\(:,:,(\d)\)(?=[ \t]*=[ \t]*$)", re.MULTILINE)
_COLUMNS = re.compile(r"[ \t]*Columns? \d+(?: (?:through|to|and) \d+)?:?[ \t]*")
_ROW = re.compile(r"[ \t]*[-+]?\.?\d[\d.eE+\- \t]*")
_FIGURE = re.compile(
    r"[-+]?(?:\d+\.?(?P<part>\d*)|\.(?P<bare>\d+))(?:[eE](?P<power>[-+]?\d{1,3}))?"
)
_HALF = 0.5 + 1e-6
"""Of the last place; ``0.25`` may be shown as ``0.2`` and as ``0.3``."""
_SAME = 1e-9
_MOST_OUTPUT = 400
"""Lines that one value may run over."""


@dataclass(slots=True)
class Transcripts:
    """Writes transcripts out; ``remarks`` tell what of them has no name."""

    file: str
    rubric: Rubric
    remarks: list[Remark] = field(default_factory=list)
    _known: dict[str, str] = field(default_factory=dict)

    def written_out(self, text: str, cell: str = "") -> str:
        """The text with an equation for each value that was asked for by its name.

        It stands on the line on which the value begins; every other line stays where it was.
        """
        lines = _PLANE.sub(r"[\1]", text).split("\n")
        _join_columns(lines)
        position = 0
        while position < len(lines):
            prompt = _PROMPT.fullmatch(lines[position])
            position += 1
            if prompt:
                position = self._entry(lines, position, prompt["code"] or "", cell)
        return "\n".join(lines)

    def _entry(self, lines: list[str], start: int, code: str, cell: str) -> int:
        """Rewrite what was entered in the line before ``start``, and what was printed for it."""
        line, is_kept = start, bool(_ASSIGNMENT.match(code))
        if is_kept:
            self._known.pop(_ASSIGNED.split(code.strip(), maxsplit=1)[0], None)
        lines[start - 1] = code if is_kept else ""
        while start < len(lines) and (more := _MORE.fullmatch(lines[start])):
            code = more["code"] or code
            is_own = _ASSIGNMENT.match(code) and not code.startswith((" ", "\t"))
            lines[start] = code if is_kept or is_own else ""
            start += 1
        end = _end_of_output(lines, start)
        printed = _OUT.sub("", "\n".join(lines[start:end]), count=1)
        value = printed_value(printed)
        found = [*_shown(code, value)] if value else []
        known = [(name, each) for name, each in found if self._is_quantity(name)]
        if known or value:
            lines[start:end] = [""] * (end - start)
        if known:
            new = [pair for pair in known if not self._is_known(*pair)]
            lines[start] = "; ".join(f"{name} = {each}" for name, each in new)
        is_told = not found and not _MEASURE.search(code)
        if is_told and (value or self._is_quantity(shown_name(code))):
            self._tell(code, Place(self.file, cell=cell, line=line), is_value=bool(value))
        return end

    def _is_known(self, name: str, value: str) -> bool:
        """Whether a value was shown in full before; a rounded look at it takes nothing back."""
        full = self._known.get(name, "")
        if full != value and is_rounding(value, numbers_in(full)):
            return True
        self._known[name] = value
        return False

    def _is_quantity(self, name: str) -> bool:
        return bool(names.candidates(name, self.rubric) or left_side(name, self.rubric, ""))

    def _tell(self, code: str, place: Place, *, is_value: bool) -> None:
        shown = quoted(code.strip(), 60)
        if is_value:
            told = f"what {shown} printed has no name; write it as in 'h0 = [0.38, ...]'"
        else:
            told = f"below {shown} stand no numbers that can be read"
        self.remarks.append(Remark(f"not placed, {told}", place))


def printed_value(text: str) -> str:
    """The numbers that were printed, on one line and without the call around them; else empty."""
    bare = " ".join(text.split())
    while call := _CALL.fullmatch(bare):
        inner = call["inner"].strip()
        while inner != (shorter := _OPTION.sub("", inner)):
            inner = shorter
        bare = inner.strip()
    return bare if _VALUE.fullmatch(bare) and "..." not in bare else ""


def numbers_in(text: str) -> list[float]:
    """The numbers in what was printed."""
    return [*map(_value, _FIGURE.finditer(text))]


def is_rounding(text: str, values: Sequence[float]) -> bool:
    """Whether the numbers in a text are those values, each rounded to the digits that it has."""
    figures = [*_FIGURE.finditer(text)]
    return len(figures) == len(values) > 0 and all(
        abs(_value(figure) - value) <= max(_HALF * _last_place(figure), _SAME * abs(value)) < inf
        for figure, value in zip(figures, values, strict=True)
    )


def _value(figure: re.Match[str]) -> float:
    return float(figure[0])


def _last_place(figure: re.Match[str]) -> float:
    """The place of the last digit that is written: 0.01 of ``1.40``."""
    return float(f"1e{int(figure['power'] or 0) - len(figure['part'] or figure['bare'] or '')}")


def shown_name(code: str) -> str:
    """The name that was asked for by itself; empty where something was worked out with it."""
    bare = _without_comment(code).rpartition(";")[2].strip()
    while True:
        around = _AROUND.fullmatch(bare)
        shorter = around["inner"].strip() if around else _BEHIND.sub("", bare)
        if shorter == bare:
            break
        bare = shorter
    if gradient := _GRADIENT.fullmatch(bare):
        return f"grad_{gradient['name']}"
    return bare if _NAME.fullmatch(bare) else ""


def _without_comment(code: str) -> str:
    return re.sub(r"\s+#.*\Z", "", code).strip().rstrip(";")


def _shown(code: str, value: str) -> Iterator[tuple[str, str]]:
    """The name that was asked for and its value; of several names with scalars, each."""
    if name := shown_name(code):
        yield name, value
        return
    bare = re.sub(r"\Aprint\s*\((.*)\)\Z", r"\1", _without_comment(code))
    listed = [shown_name(part) for part in bare.strip("()").split(",")]
    values = value.strip("()").replace(",", " ").split()
    if all(listed) and len(listed) == len(values) and "[" not in value:
        yield from zip(listed, values, strict=True)


def _end_of_output(lines: Sequence[str], start: int) -> int:
    """Where the output ends: with its brackets, at a prompt, a fence or a blank line."""
    depth = 0
    is_begun = False
    for position in range(start, min(len(lines), start + _MOST_OUTPUT)):
        line = lines[position]
        if _PROMPT.fullmatch(line) or line.lstrip().startswith(("```", "~~~", "$$", "\\end")):
            return position
        if is_begun and depth <= 0 and not line.strip():
            return position
        if not is_begun and not line.strip():
            return start
        depth += sum(map(line.count, "([")) - sum(map(line.count, ")]"))
        is_begun = is_begun or bool(_OUT.sub("", line).strip())
        if depth <= 0 and line.rstrip().endswith((")", "]")):
            return position + 1
    return min(len(lines), start + _MOST_OUTPUT)


# --- MATLAB -------------------------------------------------------------------------------------


def _join_columns(lines: list[str]) -> None:
    """Rows that are printed in parts, ``Columns 1 through 6`` and so on, each in one line."""
    rows: list[int] = []
    for position, line in enumerate(lines):
        if not _COLUMNS.fullmatch(line):
            continue
        lines[position] = ""
        block = _block(lines, position + 1)
        is_first = re.search(r"\D1(?:\D|\Z)", line) is not None
        if is_first or len(block) != len(rows):
            rows = block
            continue
        for row, part in zip(rows, block, strict=True):
            lines[row] += lines[part]
            lines[part] = ""


def _block(lines: Sequence[str], start: int) -> list[int]:
    """Where the rows of numbers stand that come next, up to a blank line."""
    while start < len(lines) and not lines[start].strip():
        start += 1
    end = start
    while end < len(lines) and _ROW.fullmatch(lines[end]):
        end += 1
    return [*range(start, end)]

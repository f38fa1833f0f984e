"""JSON text -> objects, lists and texts: numbers as they were written, keys that stand twice."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grader.model import Place, SubmissionError
from grader.notation.numbers import quoted
from grader.readers.entries import DEEPEST

__all__ = ["Literal", "Object", "has_doubled", "joined", "lines_of_keys", "parsed", "strings"]

_DEEPEST_FILE = 32
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[][{},:]', re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\Z)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Literal:
    """A number as written, or ``NaN`` and the like, which JSON does not have."""

    text: str


@dataclass(frozen=True, slots=True)
class Object:
    """An object's members in order, doubled keys too."""

    members: tuple[tuple[str, Any], ...]


def parsed(text: str, filename: str) -> Any:
    """The document: texts, lists, literals and objects.

    Raises:
        SubmissionError: it is no JSON, or nested too deeply.
    """
    depth = _depth(text)
    if depth > _DEEPEST_FILE:
        told = f"it is nested over {_DEEPEST_FILE} deep; an answer has at most {DEEPEST} lists"
        raise SubmissionError(told, Place(filename))
    try:
        return json.loads(
            text,
            parse_float=Literal,
            parse_int=Literal,
            parse_constant=Literal,
            object_pairs_hook=lambda members: Object(tuple(members)),
        )
    except json.JSONDecodeError as error:
        raise SubmissionError(_told(error), Place(filename, line=error.lineno)) from None


def _depth(text: str) -> int:
    """How deep brackets are nested, those in strings left out."""
    deepest = depth = 0
    for bracket in re.findall(r"[\[\]{}]", _STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _told(error: json.JSONDecodeError) -> str:
    """Where JSON ends, and what is often the reason."""
    rest = error.doc[error.pos : error.pos + 1]
    before = error.doc[: error.pos].rstrip()[-1:]
    if not rest:
        return "it is no complete JSON: the file ends too early; save it again"
    if error.msg.startswith("Unterminated string"):
        return f'it is no complete JSON: the text at column {error.colno} is never closed with "'
    hint = ""
    if rest in "'‘’“”":
        hint = '; texts stand between straight double quotes (")'
    elif before == "," or (rest == "," and before == ","):
        hint = "; there may be a comma too many"
    elif rest in ".+,":
        hint = '; a number is written as 0.38 or as text, "0,38"'
    return f"it is no valid JSON at column {error.colno}, before {quoted(rest)}{hint}"


def strings(value: Any) -> Iterator[str]:
    """Every text in the document that is no key."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Object):
        for _, member in value.members:
            yield from strings(member)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def has_doubled(value: Any) -> bool:
    """Whether an object in the document has a key twice."""
    if not isinstance(value, Object):
        return False
    keys = {key for key, _ in value.members}
    return len(keys) < len(value.members) or any(has_doubled(m) for _, m in value.members)


def lines_of_keys(text: str) -> Mapping[str, list[int]]:
    """For each key, as its place has it (``answers/gan.h0``), the lines where it stands."""
    lines: dict[str, list[int]] = {}
    within: list[str | None] = [None]  # the path of each bracket; None for the document and lists
    path, line, at, is_key = "", 1, 0, False
    for token in _TOKEN.finditer(text):
        line, at = line + text.count("\n", at, token.start()), token.start()
        match token[0]:
            case "{" | "[" as bracket:
                is_key = bracket == "{"
                within.append(path if is_key else None)
                path = path if is_key else f"{path}[]"
            case "}" | "]":
                within.pop()
                is_key = False
            case ",":
                is_key = within[-1] is not None
            case ":":
                is_key = False
            case string if is_key:
                path = joined(within[-1] or "", json.loads(string, strict=False))
                lines.setdefault(path, []).append(line)
    return lines


def joined(path: str, key: str) -> str:
    """The place of a member: ``answers/gan.h0``."""
    return f"{path}/{key[:60]}" if path else key

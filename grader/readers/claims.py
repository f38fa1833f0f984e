"""What is said of a student so far, and lines that name one without any label.

``HW6 — Max Stone (s2027) — 6850``, ``by Jane Doe, student id s2018, level 4850``: a name beside an
id, where nothing else stands in the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from grader.model import Place, Rubric
from grader.student_names import same_name

__all__ = [
    "BREAK",
    "MARKUP",
    "Claims",
    "clean",
    "is_name",
    "is_same",
    "level_in",
    "pieces_of",
    "unlabelled",
]

_MOST_TOGETHER = 4
BREAK = re.compile(r"\\\\(?:\[[^\[\]]*\])?|\\newline(?![a-z])|<br\s*/?>|&nbsp;|~|\\q?quad(?![a-z])")
MARKUP = re.compile(r"\\[a-zA-Z]+\s?|[{}`]|\*\*|__|</?[a-z]+>")
_BETWEEN = re.compile(r"\s+(?:-{1,3}|[–—])\s+|[,;:()\[\]|·•/–—，；（）、\n]|\\and(?![a-z])")
_PLAIN_ID = re.compile(r"[A-Za-z]{1,3}\d{3,10}|\d{7,10}")
"""An id that is one without being called so."""
_LEVEL = re.compile(r"(?:[A-Za-z]{2,8}[\s-]*)?(?<!\d)(?P<number>\d{4})")
_ID_SAID = re.compile(
    r"\b(?:my\s+)?(?:student\s+)?(?:id|number|no\.?)\s+(?=[A-Za-z]{0,3}\d)", re.IGNORECASE
)
_SAID = re.compile(r"(?P<level>(?:course\s+)?level)\s+(?=\d)|by\s+(?=[^\W\d_])", re.IGNORECASE)
"""What stands before a level or a name without a colon."""
_APART = re.compile(r"(?:(?<=\s)(?:[A-Za-z]{1,3}\d{3,10}|\d{7,10})|(?<=\d\s)\d{4})(?=[\s,;)]|\Z)")
_WORK = re.compile(
    r"(?:(?:home\s?work|hw|assignment|problem set|pset|exercise|sheet|answers?|solutions?|student"
    r"|submission|problem|question|part|group|team|work|name|by|of|to|for|my)(?![^\W\d_])[\s#.]*\d{0,2}\s*)*",
    re.IGNORECASE,
)
_OF_WORK = re.compile(
    r"(?:my |the )?(?:home\s?work|hw|assignment|answers?|solutions?|submission|work)"
    r"[\s#]*\d{0,2}\s+(?:of|by|from)\s+(?P<name>[^\d()]{3,60}?)[\s,]*"
    r"\((?P<id>[A-Za-z]{1,8}\d{2,10}|\d{6,10})\)",
    re.IGNORECASE,
)
_NO_NAMES = re.compile(
    r"homework|assignment|problem|deep|learning|introduction|level|course|network|neural|gan"
    r"|auto-?encoder|auto|encoder|university|institute|department|spring|fall|summer|winter",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Claims:
    """What the lines say so far, each field with all its values in order."""

    rubric: Rubric
    said: dict[str, list[tuple[str, Place]]] = field(default_factory=dict)

    def add(self, name: str, value: str, place: Place) -> None:
        """Note a value, unless it is known; names that share a word are one person's."""
        known = self.said.setdefault(name, [])
        if value and not any(is_same(name, value, other) for other, _ in known):
            known.append((value, place))

    def levels(self) -> set[str]:
        """The numbers that can be a level of this course."""
        titled = re.findall(r"(?<!\d)\d{4}(?!\d)", self.rubric.title)
        return {str(n) for p in self.rubric.problems for n in p.levels} | set(titled)


def is_same(name: str, value: str, other: str) -> bool:
    """Whether two values of a field are one student's: names that share a word are."""
    if name != "name":
        return value.casefold() == other.casefold()
    mine, theirs = ({*re.findall(r"\w+", n.casefold())} for n in (value, other))
    return bool(mine & theirs) or same_name(value, other)


def clean(value: str) -> str:
    """A value without LaTeX's and Markdown's marks, and without what ends a sentence."""
    value = " ".join(MARKUP.sub("", value).split())
    if value.count("(") != value.count(")"):
        value = value.strip("()")
    return value.strip(" .,;|*_\"'<>–—。，；-")


def of_work(text: str) -> tuple[str, str] | None:
    """The name and the id in ``Solution of Jane Doe (s1001)``, wherever such a line stands."""
    found = _OF_WORK.fullmatch(clean(text.strip("# ")[:120]))
    return (found["name"], found["id"]) if found and is_name(found["name"]) else None


def unlabelled(text: str, place: Place, claims: Claims) -> None:
    """``HW6 — Max Stone (s2027) — 6850``: a name beside an id, and nothing that is neither."""
    plain = _ID_SAID.sub("", MARKUP.sub(" ", text.strip("# ")[:120]))
    whole = [*pieces_of(_APART.sub(r",\g<0>,", re.sub(r"[ ]{3,}|\t", ",", plain)))]
    pieces = [_SAID.sub("", piece, count=1) if _SAID.match(piece) else piece for piece in whole]
    levels = [p for p in pieces if level_in(p, claims)]
    ids = [p for p in pieces if _PLAIN_ID.fullmatch(p)]
    people = [p for p in pieces if is_name(p)]
    others = [p for p in pieces if p not in {*levels, *ids, *people} and not _WORK.fullmatch(p)]
    said = {found.lastgroup for found in map(_SAID.match, whole) if found}
    if not others and not ids and not people and "level" in said:
        claims.add("level", level_in(levels[0], claims) if levels else "", place)
    if not ids or len(ids) > _MOST_TOGETHER or len(people) != len(ids) or others:
        return
    for each, name in zip(ids, people, strict=True):
        claims.add("id", each, place)
        claims.add("name", name, place)
    for piece in levels[:1]:
        claims.add("level", level_in(piece, claims), place)


def level_in(piece: str, claims: Claims) -> str:
    """The level that a piece is, with the course before it or not; empty where it is none."""
    found = _LEVEL.fullmatch(piece)
    return found["number"] if found and found["number"] in claims.levels() else ""


def pieces_of(text: str) -> Iterator[str]:
    """The parts of a line between commas, dashes and brackets."""
    for piece in _BETWEEN.split(BREAK.sub("\n", text)):
        if bare := clean(MARKUP.sub("", piece)):
            yield bare


def is_name(text: str) -> bool:
    """Whether a text is a name and cannot be anything else: two to four words in capitals."""
    words = text.split()
    return 2 <= len(words) <= 4 and all(  # noqa: PLR2004 - a name
        re.fullmatch(r"[^\W\d_][^\W\d_.'’-]*(?:[.'’-][^\W\d_]*)*", w)
        and w[0].isupper()
        and not _NO_NAMES.fullmatch(w)
        for w in words
    )

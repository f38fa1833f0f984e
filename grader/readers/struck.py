r"""What a student crossed out, commented out or calls wrong is no answer: it becomes blank.

Every character keeps its place, so that lines are told as in the file.
"""

from __future__ import annotations

import re

__all__ = ["without_struck"]

_PAIRS = (("<!--", "-->"), ("<del>", "</del>"), ("<s>", "</s>"), ("<strike>", "</strike>"))
_CONDITION = ("\\iffalse", "\\fi")
_TILDES = re.compile(r"(?<![^\s(*_|>])~~(?=[^\s~])[^~\n]{1,8000}(?<=\S)~~(?!~)")
_COMMAND = re.compile(
    r"\\(?:(?P<struck>sout|st|xout|[xb]?cancel)\s*\{|[a-zA-Z]+|.)|[{}]", re.DOTALL
)
_WRONG = re.compile(
    r"^[ \t>*_#-]{0,12}(?:(?:wrong|incorrect|not correct)\b[^\n:]{0,40}:"
    r"|(?:a|one|the) (?:common|usual|typical|tempting) (?:mistake|error)\b)[^\n]*",
    re.MULTILINE | re.IGNORECASE,
)
_VISIBLE = re.compile(r"\S")
_END = "\\end{document}"


def without_struck(text: str) -> str:
    """The text with blanks in place of what is struck out, in a comment, or said to be wrong."""
    for opening, closing in (*_PAIRS, _CONDITION):
        text = _without(text, opening, closing)
    end = text.find(_END)
    if end >= 0:
        text = text[:end] + _blank(text[end:])
    if "~~" in text:
        text = _TILDES.sub(lambda m: _blank(m[0]), text)
    return _without_wrong(_without_commands(text))


def _blank(text: str) -> str:
    return _VISIBLE.sub(" ", text)


def _without(text: str, opening: str, closing: str) -> str:
    """The text without what stands between marks; a mark that is not closed is no mark."""
    kept, position = [], 0
    while (start := text.find(opening, position)) >= 0:
        end = text.find(closing, start + len(opening))
        if end < 0:
            break
        end += len(closing)
        kept += [text[position:start], _blank(text[start:end])]
        position = end
    return "".join((*kept, text[position:]))


def _without_commands(text: str) -> str:
    r"""The text without ``\sout{...}`` and the like."""
    if not re.search(r"\\(?:sout|st|xout|[xb]?cancel)\s*\{", text):
        return text
    kept: list[str] = []
    opened: list[int | None] = []
    position = 0
    for mark in _COMMAND.finditer(text):
        if mark["struck"] or mark[0] == "{":
            is_first = mark["struck"] and not any(start is not None for start in opened)
            opened.append(mark.start() if is_first else None)
        elif mark[0] == "}" and opened and (start := opened.pop()) is not None:
            kept += [text[position:start], _blank(text[start : mark.end()])]
            position = mark.end()
    return "".join((*kept, text[position:]))


def _without_wrong(text: str) -> str:
    """The text without lines that say that they are wrong; one that ends with a colon leads in."""
    kept, position = [], 0
    for found in _WRONG.finditer(text):
        if found.start() < position:
            continue
        end = found.end()
        if found[0].rstrip(" *_").endswith(":"):
            after = re.compile(r"\n[ \t]*\n|\Z").search(text, end + 2)
            end = after.start() if after else len(text)
        kept += [text[position : found.start()], _blank(text[found.start() : end])]
        position = end
    return "".join((*kept, text[position:]))

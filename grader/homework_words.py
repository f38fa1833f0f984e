"""The words in a file's name that say which homework it is, and not whose."""

from __future__ import annotations

import re

__all__ = ["MAX_TEXT", "SEPARATOR", "stripped"]

MAX_TEXT = 300
"""Names longer than file systems allow are not taken apart."""

SEPARATOR = r"[\s_.,()\-]"
_WORK = (
    r"(?:(?:hw|homework|assignment|assign|asgn|ps|pset|problem|prob|task|part|question|exercise)"
    rf"(?:{SEPARATOR}?[0-9]{{1,2}}[a-z]?)?|(?:q|ex|v)[0-9]{{1,2}}|p[1-9]"
    r"|answers?|solutions?|submissions?|submitted|responses?|results?|templates?|sheet|final|draft"
    r"|copy|new|uploads?|downloads?|students?|class|data|files?|gan|autoencoder|forward|gradients?)"
)
_BEFORE = re.compile(rf"{_WORK}(?:{SEPARATOR}+|$)", re.IGNORECASE)
_AFTER = re.compile(  # or the number that a browser adds to a second download
    rf"(?:(?:^|{SEPARATOR}){SEPARATOR}*{_WORK}| *\([0-9]{{1,2}}\))$", re.IGNORECASE
)


def stripped(text: str) -> str:
    """The text without what says which homework it is: ``hw6_s1001`` is ``s1001``."""
    if len(text) > MAX_TEXT:
        return text
    while match := _AFTER.search(text):
        text = text[: match.start()]
    while match := _BEFORE.match(text):
        text = text[match.end() :]
    return text.strip(" _-.,")

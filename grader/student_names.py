"""Names of students as they are compared: case, accents, spacing and order do not count."""

from __future__ import annotations

import re
from unicodedata import combining, normalize

__all__ = ["TWO", "plain", "same_name", "squeezed", "turned", "words"]

TWO = " / "
"""What stands between the names of students where a file names more than one."""


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same but for case, accents, spacing and ``Doe, Jane``."""
    return not turned(one).isdisjoint(turned(other))


def plain(text: str) -> str:
    """Without case and accents."""
    letters = normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not combining(letter))


def words(text: str) -> str:
    """Its letters and digits as plain words."""
    return " ".join(re.findall(r"[^\W_]+", plain(text)))


def squeezed(name: str) -> str:
    """Its plain words without what is between them."""
    return words(name).replace(" ", "")


def turned(name: str) -> frozenset[str]:
    """The name with each of its words first, squeezed: Canvas writes ``doejane``."""
    found = words(name).split()[:12]
    return frozenset("".join(found[at:] + found[:at]) for at in range(len(found)))

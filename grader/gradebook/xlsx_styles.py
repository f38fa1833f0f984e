"""How the gradebook looks: one table of colours, and formats made once a workbook.

The tints are those of Okabe and Ito's palette, made light enough to read numbers on; blue is
right, orange is not, and no two that matter differ by red and green only. Every colour has its word
on the sheets Verdicts and Legend.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

__all__ = ["Styles"]

_LINE = "#D0D0D0"
_HEAD = "#1F3A54"
_OTHER = "#3D648A"  # the next problem's columns

_FILLS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "correct": {"bg_color": "#D3E6F5"},
        "follow_through": {"bg_color": "#E8F5FD"},
        "implied": {"bg_color": "#D5EFE6"},
        "partial": {"bg_color": "#FBF3B4"},
        "incorrect": {"bg_color": "#F7C9A6"},
        "missing": {"bg_color": "#E4E4E4"},
        "unreadable": {"bg_color": "#EFD3E4"},
        "ungraded": {"bg_color": "#5A5A5A", "font_color": "#FFFFFF", "bold": True},
        "overridden": {"bg_color": "#DAD7F0", "bold": True},
        "not_required": {"bg_color": "#F4F4F4", "font_color": "#8A8A8A"},
        "student_graded": {},
        "student_missing": {"bg_color": "#C9C9C9"},
        "student_excused": {"bg_color": "#E3DDF3"},
        "student_unreadable": {"bg_color": "#E3B5D2"},
        "student_ungraded": {"bg_color": "#3C3C3C", "font_color": "#FFFFFF", "bold": True},
    }
)

_BORDER = {"border": 1, "border_color": _LINE}
_TOP = {**_BORDER, "valign": "top"}  # a note beside it may need several lines
_HEADER = {"bold": True, "bg_color": _HEAD, "font_color": "#FFFFFF", **_BORDER}
_TURNED = {**_HEADER, "rotation": 90, "align": "center", "valign": "bottom"}

_LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "plain": {},
        "text": {"num_format": "@", "valign": "top"},
        "wrapped": {"num_format": "@", "valign": "top", "text_wrap": True},
        "title": {"bold": True, "font_size": 14, "font_color": _HEAD},
        "heading": {"bold": True, "font_size": 12, "font_color": _HEAD},
        "remark": {"italic": True, "font_color": "#595959"},
        "head": {**_HEADER, "valign": "bottom"},
        "head_wrapped": {**_HEADER, "text_wrap": True, "align": "center", "valign": "vcenter"},
        "head_turned": _TURNED,
        "head_turned_other": {**_TURNED, "bg_color": _OTHER},
        "points": {
            "num_format": '"of "0.##',
            "bg_color": "#DCE4EC",
            **_BORDER,
            "align": "center",
            "italic": True,
        },
        "cell": {"num_format": "@", **_TOP},
        "note": {"num_format": "@", **_TOP, "text_wrap": True},
        "count": {"num_format": "0", **_BORDER},
        "number": {"num_format": "0.00", **_TOP},
        "percent": {"num_format": "0.0%", **_TOP},
        "total": {"num_format": "0.00", **_TOP, "bold": True},
        "word": {
            "num_format": "@",
            **_BORDER,
            "font_size": 9,
            "align": "center",
        },
    }
)


class Styles:
    """The formats of one workbook, by look and by the kind of a cell; each is made once."""

    def __init__(self, book: Any) -> None:
        self._book = book

    @cached_property
    def _made(self) -> dict[tuple[str, str], Any]:
        return {}

    def __call__(self, look: str, kind: str = "") -> Any:
        """The format of a look, filled with the colour of a kind (none for no kind)."""
        key = (look, kind)
        if key not in self._made:
            fill = _FILLS[kind] if kind else {}
            self._made[key] = self._book.add_format({**_LOOKS[look], **fill})
        return self._made[key]

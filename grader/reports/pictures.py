"""The class report's pictures, as SVG to be set into a page.

Drawn with `matplotlib.figure.Figure`: no window, no global state that stays. Letters are text, so
pictures are small and can be searched and read aloud; the same numbers give the same SVG.
Labels are shown as they are, never as formulas.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from html import escape
from types import MappingProxyType
from typing import Any

__all__ = ["Picture", "Series", "bars", "columns", "compared"]

_RC: Any = MappingProxyType(
    {
        "svg.fonttype": "none",
        "svg.hashsalt": "stepgrade",
        "text.parse_math": False,
        "font.family": "DejaVu Sans",
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": "#8A8A8A",
        "axes.labelcolor": "#333333",
        "xtick.color": "#555555",
        "ytick.color": "#333333",
        "hatch.linewidth": 0.6,
    }
)

_WIDTH = 7.4
_LONGEST_LABEL = 48
_DARK = frozenset({"#0072B2", "#D55E00", "#333333", "#009E73"})


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers of one colour, one a label; ``hatch`` tells them apart without colour."""

    name: str
    values: tuple[int, ...]
    colour: str
    hatch: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing, what its colours mean, and the same numbers as a table.

    ``told`` holds sentences that say what is to be seen.
    """

    title: str
    note: str
    svg: str
    legend: tuple[Series, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    told: tuple[str, ...] = ()


def _styled(draw: Callable[..., str]) -> Callable[..., str]:
    """Draws with our settings; the reader's own are as before afterwards."""

    @wraps(draw)
    def styled(*args: Any, **options: Any) -> str:
        from matplotlib import rc_context  # noqa: PLC0415 - only a class report loads it

        with rc_context(dict(_RC)):
            return draw(*args, **options)

    return styled


@_styled
def columns(
    labels: Sequence[str], series: Sequence[Series], *, name: str, says: str, x_label: str
) -> str:
    """Columns, the series stacked: a distribution. ``says`` is the text alternative."""
    figure, axes = _figure(2.6)
    base = [0] * len(labels)
    places = range(len(labels))
    for one in series:
        axes.bar(places, one.values, bottom=base, width=0.92, **_paint(one))
        base = [a + b for a, b in zip(base, one.values, strict=True)]
    for place, total in zip(places, base, strict=True):
        if total:
            axes.annotate(
                str(total), (place, total), (0, 2), textcoords="offset points", ha="center"
            )
    axes.set_xticks(list(places), [_label(label) for label in labels])
    axes.set_xlabel(x_label)
    axes.set_ylabel("students")
    _whole_numbers(axes.yaxis)
    axes.set_ylim(0, max(1, *base) * 1.12)
    return _svg(figure, name, says)


@_styled
def bars(labels: Sequence[str], series: Sequence[Series], *, name: str, says: str) -> str:
    """Horizontal bars, the series stacked, the first label on top; numbers stand in the bars."""
    figure, axes = _figure(0.55 + 0.27 * max(1, len(labels)))
    base = [0] * len(labels)
    totals = [sum(one.values[k] for one in series) for k in range(len(labels))]
    most = max([1, *totals])
    for one in series:
        axes.barh(range(len(labels)), one.values, left=base, height=0.74, **_paint(one))
        for place, (start, value) in enumerate(zip(base, one.values, strict=True)):
            if value / most > 0.03:  # noqa: PLR2004 - a narrower bar has no room for its number
                ink = "white" if one.colour in _DARK else "#222222"
                axes.text(start + value / 2, place, str(value), color=ink, ha="center", va="center")
        base = [a + b for a, b in zip(base, one.values, strict=True)]
    axes.set_yticks(range(len(labels)), [_label(label) for label in labels])
    axes.set_ylim(max(1, len(labels)) - 0.5, -0.5)
    axes.set_xlim(0, most)
    axes.set_xlabel("students")
    _whole_numbers(axes.xaxis)
    return _svg(figure, name, says)


@_styled
def compared(labels: Sequence[str], series: Sequence[Series], *, name: str, says: str) -> str:
    """Horizontal bars of percents, those of a label below each other, the first on top."""
    figure, axes = _figure(0.55 + 0.2 * max(1, len(labels) * len(series)))
    thick = 0.8 / max(1, len(series))
    for number, one in enumerate(series):
        places = [k - 0.4 + (number + 0.5) * thick for k in range(len(labels))]
        axes.barh(places, one.values, height=thick, **_paint(one))
        for place, value in zip(places, one.values, strict=True):
            axes.text(value + 1, place, f"{value} %", va="center", fontsize=8, color="#222222")
    axes.set_yticks(range(len(labels)), [_label(label) for label in labels])
    axes.set_ylim(max(1, len(labels)) - 0.5, -0.5)
    axes.set_xlim(0, 108)
    axes.set_xticks(range(0, 101, 20))
    axes.set_xlabel("percent")
    return _svg(figure, name, says)


def _figure(height: float) -> tuple[Any, Any]:
    from matplotlib.figure import Figure  # noqa: PLC0415 - only a class report loads it

    figure = Figure(figsize=(_WIDTH, height), layout="constrained")
    return figure, figure.subplots()


def _paint(series: Series) -> dict[str, Any]:
    edges = {"edgecolor": "white", "linewidth": 0.8}
    return {"color": series.colour, "hatch": series.hatch, **edges}


def _whole_numbers(axis: Any) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - only a class report loads it

    axis.set_major_locator(MaxNLocator(nbins=6, integer=True, min_n_ticks=1))


def _label(text: str) -> str:
    """A label in characters that the font has, and not too long."""
    text = re.sub(r"[^ -~]", "?", text)
    return text if len(text) <= _LONGEST_LABEL else text[: _LONGEST_LABEL - 3] + "..."


def _svg(figure: Any, name: str, says: str) -> str:
    """The drawing as an ``svg`` element with a text alternative.

    ``name`` goes before its ids, so that several drawings can stand in one page.
    """
    memory = io.StringIO()
    figure.savefig(memory, format="svg", transparent=True, metadata=_NO_METADATA)
    drawing = memory.getvalue()
    drawing = drawing[drawing.index("<svg") :]
    drawing = re.sub(r"<metadata>.*?</metadata>", "", drawing, flags=re.DOTALL)
    drawing = re.sub(r"<style[^>]*>.*?</style>", "", drawing, flags=re.DOTALL)
    drawing = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", drawing)
    drawing = re.sub(r"'DejaVu Sans'[^;\"]*", "inherit", drawing)
    drawing = re.sub(r">\s+<", ">\n<", drawing)
    return drawing.replace("<svg", f'<svg role="img" aria-label="{escape(says)}"', 1)


_NO_METADATA = MappingProxyType({"Date": None, "Creator": None, "Format": None, "Type": None})

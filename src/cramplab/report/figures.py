"""Figures as inline SVG, each with a title, a description and the numbers behind it.

Colours are those of Okabe and Ito (2008), told apart by line style and marker as well. Text stays text, so that it can
be read aloud and searched, and the same tree gives the same bytes.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cramplab.report.inline_svg import inline_svg
from cramplab.report.panels import Panel
from cramplab.report.prose import Wording, clock

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

BLUE, VERMILLION, GREEN, BLACK = "#0072B2", "#D55E00", "#009E73", "#000000"
_LINES = ((BLUE, "-", "o"), (VERMILLION, "--", "s"), (GREEN, ":", "^"))
# Drawn small, so that on a phone's width the letters are still read without zooming.
_INCHES = (4.5, 2.7)
ROWS_OF_TABLE = 10
_STYLE: Mapping[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "cramplab",
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "hatch.linewidth": 0.6,
}
WHITE_BEHIND = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.8}


@dataclass(frozen=True)
class Figure:
    """A figure ready for the page: SVG, caption and the table under it."""

    name: str
    title: str
    caption: str
    svg: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def figures(tree: Mapping[str, Any], panels: Sequence[Panel]) -> list[Figure]:
    """Draw each panel whose series the run has, from the content of a ``result.json``."""
    drawn = []
    for panel in panels:
        present = [name for name in panel.series if any(value is not None for value in _median_of(tree, name))]
        if present:
            drawn.append(_Drawing(tree, panel, present, Wording.of(tree)).figure())
    return drawn


def _median_of(tree: Mapping[str, Any], name: str) -> Sequence[float | None]:
    course: Mapping[str, Sequence[float | None]] = tree["series"].get(name, {"median": ()})
    return course["median"]


@dataclass(frozen=True)
class _Drawing:
    """One panel with the series that the run has for it."""

    tree: Mapping[str, Any]
    panel: Panel
    names: Sequence[str]
    say: Wording

    @property
    def unit(self) -> str:
        return str(self.tree["series"][self.names[0]]["unit"])

    @property
    def end_s(self) -> float:
        return float(self.tree["run"]["event_end_s"])

    def short(self, name: str) -> str | None:
        return dict(zip(self.panel.series, self.panel.short, strict=False)).get(name)

    def figure(self) -> Figure:
        with _axes() as (axes, svg):
            self.draw(axes)
            drawing = svg()
        caption = f"{self.panel.words} {self.error_in_words()}{self.end_in_words()}"
        columns = ("Time, h:mm", *(self.column(name) for name in self.names))
        return Figure(self.panel.name, self.panel.title, caption, self.inline(drawing, caption), columns, self.rows())

    # --- words and numbers

    def entry(self, name: str, index: int) -> dict[str, Any]:
        course = self.tree["series"][name]
        numbers = {key: course[key][index] for key in ("median", "low", "high")}
        return {"unit": course["unit"], "signed": self.panel.signed, **numbers}

    def index_at(self, time_s: float) -> int:
        return int(np.searchsorted(self.tree["time_s"], time_s, side="right")) - 1

    def end_in_words(self) -> str:
        index = self.index_at(self.end_s)
        parts = [
            f"{self.short(name) or ''} {self.say.estimate(self.entry(name, index))}".strip() for name in self.names
        ]
        return f"At the end of the event: {'; '.join(parts)}."

    def error_in_words(self) -> str:
        for each in self.tree["assumptions"]:
            if each["name"] == self.panel.error:
                return f"{each['label']}: {self.say.with_unit(each['value'], each['unit'])}. "
        return ""

    def column(self, name: str) -> str:
        unit, short = self.say.unit(self.unit), self.short(name)
        words = short.capitalize() if short else self.tree["series"][name]["label"]
        return f"{words}, {unit}" if unit else words

    def rows(self) -> tuple[tuple[str, ...], ...]:
        last = self.tree["time_s"][-1]
        step = next((each for each in (60, 300, 600, 900, 1800, 3600, 7200) if last / each <= ROWS_OF_TABLE), 14400)
        moments = {0.0, self.end_s, last, *(float(each) for each in range(0, int(last) + 1, step))}
        return tuple(
            (clock(self.tree["time_s"][index]), *(self.cell(name, index) for name in self.names))
            for index in sorted({self.index_at(each) for each in moments})
        )

    def cell(self, name: str, index: int) -> str:
        entry = self.entry(name, index)
        middle = self.say.number(entry["median"], entry["unit"], signed=self.panel.signed)
        if entry["low"] == entry["high"]:
            return middle
        return f"{middle} ({self.say.spread(entry, signed=self.panel.signed)})"

    # --- lines and areas

    def draw(self, axes: Axes) -> None:
        hours = np.array(self.tree["time_s"]) / 3600.0
        for name, (colour, style, marker) in zip(self.names, _LINES, strict=False):
            low, middle, high = (self.shown(name, key) for key in ("low", "median", "high"))
            axes.fill_between(hours, low, high, color=colour, alpha=0.18, linewidth=0)
            if len(self.names) == 1:
                lower, upper = self.shown(name, "lower_quartile"), self.shown(name, "upper_quartile")
                axes.fill_between(hours, lower, upper, color=colour, alpha=0.25, linewidth=0)
            line: dict[str, Any] = {"color": colour, "linewidth": 1.8, "marker": marker, "markersize": 4}
            axes.plot(hours, middle, style, markevery=max(len(hours) // 8, 1), label=self.short(name), **line)
        self.limit(axes)
        self.mark(axes, self.end_s / 3600.0, hours[-1])
        self.name_axes(axes, hours)

    def shown(self, name: str, key: str) -> NDArray[np.float64]:
        course = self.tree["series"][name]
        return np.array([math.nan if each is None else self.say.convert(each, course["unit"]) for each in course[key]])

    def limit(self, axes: Axes) -> None:
        courses = [self.tree["series"][name] for name in self.names]
        bounds = [each for course in courses for key in ("low", "high") for each in course[key] if each is not None]
        bounds += [mark.value for mark in self.panel.marks]
        bounds += [self.panel.floor] if self.panel.floor is not None else []
        bounds += [0.75] if self.panel.gain_zone else []
        low, high = min(bounds), max(bounds)
        # A flat line must not fill the axis with its rounding noise.
        spread = max(high - low, 0.05 * max(abs(low), abs(high), 1e-3))
        widened = 0.5 * (spread - (high - low))
        low, high = (low, high) if self.panel.floor is not None else (low - widened, high + widened)
        bottom = low if self.panel.floor is not None and low >= self.panel.floor else low - 0.06 * spread
        axes.set_ylim(self.say.convert(bottom, self.unit), self.say.convert(high + 0.14 * spread, self.unit))

    def mark(self, axes: Axes, end: float, last: float) -> None:
        for mark in self.panel.marks:
            level = self.say.convert(mark.value, self.unit)
            axes.axhline(level, color=BLACK, linewidth=1.0, linestyle=(0, (5, 2)))
            words = self.mark_words(mark.value, mark.words)
            place: dict[str, Any] = {"xytext": (-3, 1.5), "textcoords": "offset points", "ha": "right", "va": "bottom"}
            axes.annotate(words, (end, level), fontsize=8.5, bbox=WHITE_BEHIND, **place)
        if self.panel.gain_zone:
            top = axes.get_ylim()[1]
            axes.axhspan(0, top, facecolor="none", edgecolor=VERMILLION, hatch="///", linewidth=0)
            sideways = axes.get_yaxis_transform()
            axes.text(0.012, top / 2, "gain", transform=sideways, va="center", fontsize=8.5, bbox=WHITE_BEHIND)
        if end < last:
            axes.axvspan(end, last, color=BLACK, alpha=0.06, linewidth=0)
            middle = (end + last) / 2
            upwards = axes.get_xaxis_transform()
            axes.text(
                middle, 0.04, "rest after", transform=upwards, ha="center", fontsize=8, rotation=90, bbox=WHITE_BEHIND
            )

    def mark_words(self, value: float, words: str) -> str:
        if self.say.unit(self.unit) == self.say.unit(self.unit.replace("degC", "°C")):
            return words
        return f"{self.say.convert(value, self.unit):.0f}:{words.partition(':')[2]}"

    def name_axes(self, axes: Axes, hours: NDArray[np.float64]) -> None:
        from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

        words, unit = self.panel.axis or self.panel.title, self.say.unit(self.unit)
        axes.set_ylabel(f"{words}, {unit}" if unit else words)
        axes.set_xlabel("time from the start, h:mm")
        axes.set_xlim(hours[0], hours[-1])
        total = hours[-1] - hours[0]
        step = next((each for each in (1 / 60, 1 / 12, 1 / 6, 0.25, 0.5, 1.0, 2.0, 3.0, 4.0) if total / each <= 7), 6.0)
        axes.xaxis.set_major_locator(MultipleLocator(step))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: clock(value * 3600)))
        axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        if self.panel.signed:
            axes.yaxis.set_major_formatter(FuncFormatter(_with_sign))
        if len(self.names) > 1:
            above: dict[str, Any] = {"loc": "lower center", "bbox_to_anchor": (0.5, 1.0), "ncols": len(self.names)}
            axes.legend(frameon=False, handlelength=3.2, borderpad=0, **above)

    def inline(self, svg: str, caption: str) -> str:
        inner = " and the darker band 50 %" if len(self.names) == 1 else ""
        described = f"{caption} Lines are medians; the light bands hold 90 % of the simulated runs{inner}."
        return inline_svg(svg, self.panel.name, self.panel.title, described)


def _with_sign(value: float, _: int | None) -> str:
    return f"{'+' if value > 1e-9 else ''}{value:g}".replace("-", "\u2212")


@contextmanager
def _axes() -> Iterator[tuple[Axes, Any]]:
    """Give axes on a canvas of their own, and a function that writes them as SVG."""
    with drawing_surface(_INCHES) as (canvas, svg):
        yield canvas.add_subplot(), svg


_ONE_AT_A_TIME = RLock()
"""The settings of the drawing library hold for the whole process, and the web app draws in several threads."""


@contextmanager
def drawing_surface(inches: tuple[float, float]) -> Iterator[tuple[Canvas, Callable[[], str]]]:
    """Give a canvas under our settings alone, and a function that writes it as SVG, the same bytes each time.

    Parameters
    ----------
    inches
        Width and height.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure as Canvas

    settings: dict[Any, Any] = {**mpl.rcParamsDefault, **_STYLE}
    with _ONE_AT_A_TIME, mpl.rc_context(settings):
        canvas = Canvas(figsize=inches, layout="constrained")
        FigureCanvasSVG(canvas)

        def svg() -> str:
            stream = io.StringIO()
            canvas.savefig(stream, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
            return stream.getvalue()

        yield canvas, svg

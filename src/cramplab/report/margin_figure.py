"""The cramp margin in the course of an event under each theory: one line each, alike ones drawn as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.report.figures import BLACK, BLUE, GREEN, VERMILLION, Figure, drawing_surface
from cramplab.report.inline_svg import inline_svg
from cramplab.report.prose import Wording, clock
from cramplab.report.verdicts import finite

FloatArray = NDArray[np.float64]
_INCHES = (4.5, 3.6)
ALIKE_HZ = 0.1
"""Lines that never lie further apart are drawn as one."""
ROWS_OF_TABLE = 10
_PINK, _SKY, _ORANGE = "#CC79A7", "#56B4E9", "#E69F00"
_LINES = (
    (BLACK, "-", "o"), (VERMILLION, "--", "s"), (BLUE, "-.", "^"), (GREEN, ":", "D"), (_PINK, (0, (7, 2)), "v"),
    (_ORANGE, (0, (1, 1)), "P"), (_SKY, (0, (4, 1, 1, 1, 1, 1)), "X"), ("#666666", (0, (3, 3)), "*"),
    (BLUE, (0, (9, 3, 2, 3)), "<"), (VERMILLION, (0, (2, 2)), ">"),
)  # fmt: skip


def margin_figure(tree: Mapping[str, Any]) -> Figure | None:
    """Draw the median course of the worked muscle's cramp margin under each theory; None if no theory was asked."""
    margins = tree.get("margin_by_theory") or {}
    courses = {
        name: np.array([np.nan if each is None else each for each in course], dtype=float)
        for name, course in (margins.get("median") or {}).items()
    }
    if not courses:
        return None
    hours = np.asarray(margins["time_s"], dtype=float) / 3600.0
    groups = alike(courses)
    with drawing_surface(_INCHES) as (canvas, svg):
        _draw(canvas.add_subplot(), hours, courses, groups)
        drawing = svg()
    title = "Cramp margin under each theory"
    caption = (
        "Cramp margin of the worked muscle in the event, median over the simulated runs, if each theory were right; at "
        f"0 a cramp would come by itself. Lines within {ALIKE_HZ:g} Hz of each other throughout are drawn as one. "
        f"{_at_end(courses, groups)}"
    )
    columns = ("Time, h:mm", *(f"{_words([name])}, Hz" for name in courses))
    rows = _rows(margins["time_s"], courses)
    return Figure("margin-by-theory", title, caption, inline_svg(drawing, "margin-by-theory", title, caption), columns,
                  rows)  # fmt: skip


def alike(courses: Mapping[str, FloatArray]) -> list[list[str]]:
    """Put theories together whose lines never lie further apart than `ALIKE_HZ` from that of the first of them."""
    groups: list[list[str]] = []
    for name, course in courses.items():
        for group in groups:
            if np.all(np.abs(course - courses[group[0]]) <= ALIKE_HZ):
                group.append(name)
                break
        else:
            groups.append([name])
    return groups


def _draw(axes: Any, hours: FloatArray, courses: Mapping[str, FloatArray], groups: Sequence[Sequence[str]]) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    for number, group in enumerate(groups):
        colour, dashes, marker = _LINES[number % len(_LINES)]
        every = (number % 4, max(len(hours) // 7, 1))  # begun apart, so that signs do not hide each other
        axes.plot(
            hours, courses[group[0]], color=colour, linestyle=dashes, marker=marker, markersize=4.5, markevery=every,
            linewidth=1.6, label=_legend(group),
        )  # fmt: skip
    axes.set_ylim(bottom=0.0)
    axes.set_xlim(0.0, hours[-1])
    axes.set_ylabel("Cramp margin, Hz")
    axes.set_xlabel("time from the start, h:mm")
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: clock(value * 3600)))
    axes.legend(
        frameon=False, handlelength=3.6, borderpad=0, fontsize=8.5, loc="lower center", bbox_to_anchor=(0.5, 1.0)
    )


def _legend(group: Sequence[str]) -> str:
    """Name the theories of one line, three in a row."""
    names = [name.replace("_", " ") for name in group]
    return ",\n".join(", ".join(names[begin : begin + 3]) for begin in range(0, len(names), 3))


def _words(group: Sequence[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in group)


def _at_end(courses: Mapping[str, FloatArray], groups: Sequence[Sequence[str]]) -> str:
    say = Wording()
    told = [f"{_words(group)} {say.with_unit(float(courses[group[0]][-1]), 'Hz')}" for group in groups]
    return f"At the end of the event: {'; '.join(told)}."


def _rows(time_s: Sequence[float], courses: Mapping[str, FloatArray]) -> tuple[tuple[str, ...], ...]:
    say, step = Wording(), max(len(time_s) // ROWS_OF_TABLE, 1)
    places = sorted({*range(0, len(time_s), step), len(time_s) - 1})
    return tuple(
        (clock(time_s[place]), *(_cell(say, float(course[place])) for course in courses.values())) for place in places
    )


def _cell(say: Wording, value: float) -> str:
    return say.number(value if finite(value) else None, "Hz")

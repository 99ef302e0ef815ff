"""The record of a laboratory run as one figure: discharges, EMG, force and what drives them, over one time axis."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cramplab.core.laboratory_run import (
    ECTOPIC,
    LONGEST_WINDOW,
    ORIGINS,
    SERIES,
    SPINAL,
    STIMULUS,
    LaboratoryRun,
    Window,
    cramp_window,
    cramps_of,
)
from cramplab.report.figures import (
    BLACK,
    BLUE,
    GREEN,
    ROWS_OF_TABLE,
    VERMILLION,
    WHITE_BEHIND,
    Figure,
    drawing_surface,
)  # fmt: skip
from cramplab.report.inline_svg import inline_svg
from cramplab.report.prose import Wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_SPIKES = 60_000
"""More discharges than these would make the page too heavy: fewer motor units are then drawn."""
_MOST_ROWS = 60
_MOST_POINTS = 900
_CLOSE = (2.0, 4.0)  # s before and after the onset: here single discharges are told apart
_WIDTH, _PANEL, _RASTER = 4.8, 1.05, 2.6  # inches
# Colour, lower and upper end of the mark in a motor unit's row, and width: where it is tells it apart without colour.
_MARKS: dict[int, tuple[str, float, float, float]] = {
    SPINAL: (BLUE, -0.42, 0.42, 0.45),
    STIMULUS: (BLACK, -0.42, -0.14, 0.45),
    ECTOPIC: (VERMILLION, 0.14, 0.42, 0.7),
}
_ORIGIN_OF_MARK = {
    SPINAL: "full height: spinal",
    STIMULUS: "lower third: stimulus",
    ECTOPIC: "upper third: ectopic",
}
_LINES = ((BLUE, "-"), (VERMILLION, "--"), (GREEN, ":"))
# Axis, series with their names in the legend, and whether to leave the panel out if nothing happens in it.
_PANELS: tuple[tuple[str, tuple[tuple[str, str], ...], bool], ...] = (
    ("stimulation, Hz", (("stimulation", ""),), True),
    ("drive, share", (("voluntary_drive", ""),), True),
    ("fibre length", (("fibre_length", ""),), True),
    ("EMG, mV", (("emg", ""),), False),
    ("force, N", (("force", ""),), False),
    ("tone, µS", (("spinal_tone", "excitation"), ("renshaw", "Renshaw inhibition")), True),
    (
        "afferents, imp/s",
        (("primary_afferent_rate", "Ia"), ("secondary_afferent_rate", "II"), ("tendon_organ_rate", "Ib")),
        True,
    ),
)
_IN_TABLE = ("stimulation", "force", "emg", "fibre_length", "motor_unit_rate", "active_units", "spinal_tone")


def record_figures(run: LaboratoryRun) -> list[Figure]:
    """Draw the whole record, the cramp in more detail if the record is too long to show it, and how it begins."""
    everything = (0.0, max(run.duration_s, float(run.time_s[-1])))
    cramps, long = cramps_of(run), everything[1] > LONGEST_WINDOW
    made = [_figure(run, "record", "The whole record", everything, single=not long)]
    if long:
        title = "Around the cramp" if cramps else "Around the last train"
        made.insert(0, _figure(run, "detail", title, cramp_window(run), single=True))
    if cramps:
        start, end = cramps[0].start_s - _CLOSE[0], cramps[0].start_s + _CLOSE[1]
        made.append(
            _figure(run, "onset", "As the cramp begins", (max(start, 0.0), min(end, everything[1])), single=True)
        )
    return made


def _figure(run: LaboratoryRun, name: str, title: str, window: Window, *, single: bool) -> Figure:
    panels = [panel for panel in _PANELS if _is_worth_drawing(run, panel, window)]
    heights = [_RASTER, *[_PANEL] * len(panels)]
    rows, sentence = _rows_to_draw(run, window, single=single)
    caption = " ".join(
        (
            f"From {_seconds(window[0])} to {_seconds(window[1])}.",
            "Each row of the first panel is a motor unit, the smallest at the bottom.",
            "Each mark is one discharge." if single else "A mark covers discharges too close together to part.",
            "A mark of full height comes from the motor neuron,",
            "one in the lower third of its row from a stimulus at the axon,",
            "one in the upper third from the axon's terminal by itself.",
            *([sentence] if sentence else []),
            "Shaded: the muscle cramps." if cramps_of(run) else "",
        )
    ).strip()
    with drawing_surface((_WIDTH, sum(heights) + 0.5)) as (canvas, svg):
        axes = canvas.subplots(len(heights), 1, sharex=True, height_ratios=heights, squeeze=False)[:, 0]
        _draw_raster(run, axes[0], rows, window, single=single)
        for panel, each in zip(panels, axes[1:], strict=True):
            _draw_panel(run, each, panel, window)
        for each in axes:
            _mark_events(run, each, window, numbered=each is axes[0])
        axes[-1].set_xlabel("time from the start, s")
        axes[-1].set_xlim(window)
        canvas.align_ylabels(list(axes))
        drawing = svg()
    table = _table(run, window)
    return Figure(name, title, caption, _with_short_ticks(inline_svg(drawing, name, title, caption)), *table)


def _is_worth_drawing(run: LaboratoryRun, panel: tuple[str, Any, bool], window: Window) -> bool:
    _, series, only_if_busy = panel
    present = [run.series[name] for name, _ in series if name in run.series]
    if not present:
        return False
    inside = (run.time_s >= window[0]) & (run.time_s <= window[1])
    return not only_if_busy or any(np.ptp(values[inside]) > 1e-9 for values in present if inside.any())


# --- discharges


def _rows_to_draw(run: LaboratoryRun, window: Window, *, single: bool) -> tuple[NDArray[np.intp], str]:
    """Choose the motor units to draw, evenly over sizes, and say so if they are not all."""
    inside = (run.spike_time_s >= window[0]) & (run.spike_time_s <= window[1])
    most = _MOST_ROWS
    if single and inside.any():
        most = min(most, int(run.unit_count * MOST_SPIKES / inside.sum()))
    if run.unit_count <= most:
        return np.arange(run.unit_count), ""
    rows = np.unique(np.linspace(0, run.unit_count - 1, max(most, 2)).round().astype(np.intp))
    return rows, f"Only {rows.size} of the {run.unit_count} motor units are drawn, so that the page stays light."


def _with_short_ticks(svg: str) -> str:
    """Write every vertical tick of a path in half the bytes: thousands of them make most of the page."""
    return re.sub(r"M ([\d.]+) ([\d.]+) ?\nL \1 ([\d.]+) ?\n", r"M\1 \2V\3", svg)


def _draw_raster(run: LaboratoryRun, axes: Axes, rows: NDArray[np.intp], window: Window, *, single: bool) -> None:
    from matplotlib.lines import Line2D

    seen = set()
    finest = (window[1] - window[0]) / _MOST_POINTS
    for row, unit in enumerate(rows):
        mine = (run.spike_unit == unit) & (run.spike_time_s >= window[0]) & (run.spike_time_s <= window[1])
        for origin, (colour, low, high, width) in _MARKS.items():
            times = run.spike_time_s[mine & (run.spike_origin == origin)]
            if not times.size:
                continue
            seen.add(origin)
            x, y = _ticks(times, row, low, high) if single else _bars(times, row, low, high, finest)
            style: dict[str, Any] = {"color": colour, "linewidth": width, "solid_capstyle": "butt"}
            axes.plot(x, y, **style)
    axes.set_ylim(-0.8, max(len(rows) - 0.2, 1.0))
    axes.set_ylabel("motor unit")
    axes.set_yticks([0, max(len(rows) - 1, 0)], ["1", str(int(rows[-1]) + 1)] if len(rows) > 1 else ["1", "1"])
    axes.grid(visible=False)
    if seen:
        markers: dict[int, Any] = {SPINAL: "|", STIMULUS: 3, ECTOPIC: 2}
        handles = [
            Line2D([], [], color=_MARKS[each][0], marker=markers[each], linestyle="", markersize=8)
            for each in sorted(seen)
        ]
        words = [_ORIGIN_OF_MARK[each] for each in sorted(seen)]
        above: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (-0.02, 1.0), "ncols": len(words)}
        axes.legend(
            handles, words, frameon=False, fontsize=7.5, handletextpad=0.0, columnspacing=0.8, borderpad=0, **above
        )


def _ticks(
    times: NDArray[np.float64], row: int, low: float, high: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give one line that draws all ticks of a row: a broken line is a single element of the page."""
    x = np.repeat(times, 3)
    y = np.tile([row + low, row + high, np.nan], times.size)
    return x, y


def _bars(
    times: NDArray[np.float64], row: int, low: float, high: float, finest: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give boxes' zigzag outlines for discharges closer than the page can part, and ticks for the others."""
    breaks = np.flatnonzero(np.diff(times) > 3 * finest) + 1
    first, last = times[np.r_[0, breaks]], times[np.r_[breaks, times.size] - 1]
    last = np.maximum(last, first + finest)
    x = np.stack([first, first, last, last, first, np.full_like(first, np.nan)], axis=1).ravel()
    y = np.tile([row + low, row + high, row + high, row + low, row + low, np.nan], first.size)
    return x, y


# --- lines


def _draw_panel(run: LaboratoryRun, axes: Axes, panel: tuple[str, Any, bool], window: Window) -> None:
    from matplotlib.ticker import MaxNLocator

    label, series, _ = panel
    for (name, short), (colour, style) in zip(series, _LINES, strict=False):
        if name in run.series:
            x, y = _thinned(run.time_s, run.series[name], window)
            axes.plot(x, y, style, color=colour, linewidth=1.1, label=short or None)
    axes.set_ylabel(label)
    if "fibre_length" not in dict(series):
        axes.set_ylim(bottom=0.0)
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    if len(series) > 1:
        above: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (-0.02, 1.0), "ncols": len(series)}
        axes.legend(frameon=False, fontsize=7.5, handlelength=2.6, borderpad=0, **above)


def _thinned(
    times: NDArray[np.float64], values: NDArray[np.float32], window: Window
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Keep the lowest and the highest value of each stretch that the page cannot part, so that no peak is lost."""
    inside = (times >= window[0]) & (times <= window[1])
    x, y = times[inside], values[inside].astype(np.float64)
    group = math.ceil(x.size / (_MOST_POINTS / 2))
    if group <= 2:
        return x, y
    keep: list[int] = []
    for start in range(0, x.size, group):
        stretch = y[start : start + group]
        keep += sorted({start + int(np.argmin(stretch)), start + int(np.argmax(stretch))})
    return x[keep], y[keep]


def _mark_events(run: LaboratoryRun, axes: Axes, window: Window, *, numbered: bool) -> None:
    """Shade the cramps, and put a line where something was done; the numbers are those of the page's list."""
    for number, event in enumerate(run.events, start=1):
        start, end = max(event.start_s, window[0]), min(event.end_s, window[1])
        if end < start:
            continue
        if event.kind == "cramp":
            axes.axvspan(start, end, facecolor=VERMILLION, alpha=0.10, linewidth=0)
        if numbered and event.start_s >= window[0] and len(run.events) <= 30:
            upwards = axes.get_xaxis_transform()
            axes.text(start, 0.97, str(number), transform=upwards, va="top", fontsize=7.5, bbox=WHITE_BEHIND)
        if event.kind != "cramp" and event.start_s >= window[0]:
            axes.axvline(start, color=BLACK, linewidth=0.6, linestyle=(0, (2, 2)))


# --- the numbers behind


def _table(run: LaboratoryRun, window: Window) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    say = Wording()
    names = [name for name in _IN_TABLE if name in run.series]
    columns = ("Time, s", *(f"{name.replace('_', ' ').capitalize()}{_unit(name, say)}" for name in names))
    inside = np.flatnonzero((run.time_s >= window[0]) & (run.time_s <= window[1]))
    chosen = inside[np.unique(np.linspace(0, inside.size - 1, ROWS_OF_TABLE).astype(int))] if inside.size else inside
    rows = tuple(
        (f"{run.time_s[at]:.1f}", *(say.number(float(run.series[name][at]), SERIES[name][0]) for name in names))
        for at in chosen
    )
    return columns, rows


def _unit(name: str, say: Wording) -> str:
    unit = say.unit(SERIES[name][0])
    return f", {unit}" if unit else ""


def _seconds(time_s: float) -> str:
    return f"{time_s:.0f} s"


def discharges_by_origin(run: LaboratoryRun) -> Iterator[tuple[str, str, int]]:
    """Give a word, its meaning and the number of discharges for every origin."""
    for origin, (word, meaning) in ORIGINS.items():
        yield word, meaning, int(np.count_nonzero(run.spike_origin == origin))

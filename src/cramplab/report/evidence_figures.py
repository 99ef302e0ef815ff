"""Dots and intervals as small drawings inside a page: what was published beside what each theory predicts.

They are written by hand, some 2 kB each, because a page holds hundreds of them. Letters keep their size on a phone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from cramplab.report.prose import Wording
from cramplab.report.scoreboard import Finding
from cramplab.report.verdicts import VERDICTS, Mark, finite, mark_of

_WIDTH, _LEFT, _RIGHT = 400.0, 136.0, 374.0  # of the drawing; of the axis
_ROW, _TOP, _BELOW = 18.0, 6.0, 38.0
_LONGEST_LABEL = 23
_MOST_TICKS = 5
_INK, _SOFT, _LINE = "#1a1a1a", "#4a4a4a", "#c8c8c8"
_ORDINARY = Mark("", "", "", "", "#0072B2")


@dataclass(frozen=True)
class Interval:
    """One row: a dot, an interval about it, and a sign at its right end.

    Parameters
    ----------
    label
        What stands at its left.
    value, low, high
        In the unit of the axis; None for what is not there.
    mark
        Its sign and colour.
    without
        What is said where there is nothing to draw.
    verbatim
        Write the label as it is; a theory's name gets spaces for its underscores.
    """

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    mark: Mark = _ORDINARY
    without: str = ""
    verbatim: bool = False


@dataclass(frozen=True)
class IntervalPlot:
    """A drawing of intervals, one below the other, over one axis.

    Parameters
    ----------
    name
        Stands before its ids.
    title, described
        What a screen reader says of it.
    axis
        Words under the axis, with the unit.
    intervals
        The rows.
    observed
        What was published, drawn black in a row of its own, with a shade through all rows.
    neutral
        Where nothing differs: a line, if it is within reach.
    direction
        ``increase`` or ``decrease`` where that is all that was published: that side of ``neutral`` is shaded.
    limits
        Ends of the axis, if they are given and not found.
    """

    name: str
    title: str
    described: str
    axis: str
    intervals: Sequence[Interval]
    observed: Interval | None = None
    neutral: float | None = 0.0
    direction: str = ""
    limits: tuple[float, float] | None = None


def finding_plot(finding: Finding, name: str) -> str:
    """Draw a finding: the published dot with its error, and the predicted interval of every theory.

    Returns
    -------
    str
        The drawing; empty if no theory predicts a number.
    """
    found, say = finding.found, Wording()
    if not any(finite(row.get("predicted")) for row in finding.rows.values()):
        return ""
    published, direction = finding.published_words(say), str(found.get("direction") or "")
    band = finding.observed()
    observed = None
    if finite(found.get("published")) or band:
        observed = Interval("published", found.get("published"), *(band or (None, None)))
    unit = say.unit(finding.unit)
    verdicts = [row["verdict"] for row in finding.rows.values()]
    counted = ", ".join(f"{verdicts.count(word)} {word}" for word in VERDICTS if word in verdicts)
    plot = IntervalPlot(
        name=name,
        title=str(found["words"]),
        described=f"Published: {published}. Of {len(verdicts)} theories: {counted}.",
        axis=axis_words(str(found["measure"]), unit),
        intervals=[theory_interval(theory, row) for theory, row in finding.rows.items()],
        observed=observed,
        neutral=finding.neutral,
        direction="" if observed else direction,
    )
    return draw(plot)


def theory_interval(theory: str, row: Mapping[str, Any]) -> Interval:
    """Give the row of one theory in a drawing of a finding."""
    low, middle, high = (row.get(key) for key in ("predicted_low", "predicted", "predicted_high"))
    mark = mark_of(row["verdict"], VERDICTS)
    return Interval(theory, middle, low, high, mark, without=str(row["verdict"]))


def axis_words(measure: str, unit: str) -> str:
    """Name an axis: the measure with its unit."""
    words = measure.replace("_", " ")
    return f"{words}, {unit}" if unit else words


def draw(plot: IntervalPlot) -> str:
    """Give the drawing as an element of the page, with a title and a description."""
    scale = _Scale(*(plot.limits or _limits(plot)))
    rows = [*([plot.observed] if plot.observed else []), *plot.intervals]
    bottom = _TOP + _ROW * len(rows)
    opening = (
        f'<svg viewBox="0 0 {_WIDTH:.0f} {bottom + _BELOW:.0f}" font-size="11" fill="{_INK}" role="img" '
        f'aria-labelledby="{plot.name}-title {plot.name}-desc">'
        f'<title id="{plot.name}-title">{escape(plot.title)}</title>'
        f'<desc id="{plot.name}-desc">{escape(plot.described)}</desc>'
    )
    parts = [opening, _shade(plot, scale, bottom), _axis(plot, scale, bottom)]
    for number, row in enumerate(rows):
        y = _TOP + _ROW * (number + 0.5)
        parts.append(_observed(row, scale, y) if row is plot.observed else _row(row, scale, y))
    return "".join([*parts, "</svg>"])


@dataclass(frozen=True)
class _Scale:
    """From a value to a place on the axis."""

    low: float
    high: float

    def at(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return _LEFT + min(max(share, 0.0), 1.0) * (_RIGHT - _LEFT)

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


def _limits(plot: IntervalPlot) -> tuple[float, float]:
    """Choose the ends of the axis: all medians and what was published; of long intervals only what fits beside them."""
    rows = [*([plot.observed] if plot.observed else []), *plot.intervals]
    values = [row.value for row in rows if finite(row.value)]
    if plot.observed:
        values += [each for each in (plot.observed.low, plot.observed.high) if finite(each)]
    ends = [each for row in rows for each in (row.low, row.high) if finite(each)] or values
    if plot.neutral is not None and plot.direction:
        values.append(plot.neutral)
    widths = sorted(row.high - row.low for row in plot.intervals if finite(row.low) and finite(row.high))
    usual = widths[len(widths) // 2] if widths else 0.0
    low, high = min(values), max(values)
    reach = max(2.0 * (high - low), 1.2 * usual)
    low, high = max(min(low, *ends), low - reach), min(max(high, *ends), high + reach)
    if plot.neutral is not None and low - (high - low) <= plot.neutral <= high + (high - low):
        low, high = min(low, plot.neutral), max(high, plot.neutral)
    margin = 0.06 * (high - low) or 0.05 * max(abs(high), 1e-3)
    return low - margin, high + margin


def _shade(plot: IntervalPlot, scale: _Scale, bottom: float) -> str:
    """Shade what agrees with the published finding."""
    seen, neutral = plot.observed, plot.neutral
    if seen and finite(seen.low) and finite(seen.high):
        start, end = scale.at(seen.low), scale.at(seen.high)
    elif neutral is not None and plot.direction in ("increase", "decrease"):
        start, end = (scale.at(neutral), _RIGHT) if plot.direction == "increase" else (_LEFT, scale.at(neutral))
    else:
        return ""
    return f'<path d="M{start:.1f} {_TOP:.0f}H{end:.1f}V{bottom:.0f}H{start:.1f}z" fill="{_INK}" fill-opacity=".09"/>'


def _axis(plot: IntervalPlot, scale: _Scale, bottom: float) -> str:
    parts = [f'<path d="M{_LEFT:.0f} {bottom:.0f}H{_RIGHT:.0f}" stroke="{_SOFT}"/>']
    grid, numbers = [], []
    for tick in _ticks(scale):
        x = scale.at(tick)
        grid.append(f"M{x:.1f} {_TOP:.0f}V{bottom + 4:.0f}")
        numbers.append(f'<text x="{x:.1f}" y="{bottom + 16:.0f}">{_tick_words(tick, scale)}</text>')
    parts.append(f'<path d="{"".join(grid)}" stroke="{_LINE}" stroke-width=".6"/>')
    if plot.neutral is not None and scale.holds(plot.neutral):
        x = scale.at(plot.neutral)
        parts.append(f'<path d="M{x:.1f} {_TOP:.0f}V{bottom:.0f}" stroke="{_INK}" stroke-dasharray="4 3"/>')
    words = f'<text x="{(_LEFT + _RIGHT) / 2:.0f}" y="{bottom + 31:.0f}">{escape(plot.axis)}</text>'
    parts.append(f'<g fill="{_SOFT}" text-anchor="middle">{"".join(numbers)}{words}</g>')
    return "".join(parts)


def _ticks(scale: _Scale) -> list[float]:
    span = scale.high - scale.low
    size = 10.0 ** math.floor(math.log10(span / _MOST_TICKS))
    step = next(size * each for each in (1, 2, 5, 10) if span / (size * each) <= _MOST_TICKS)
    first, last = math.ceil(scale.low / step - 1e-9), math.floor(scale.high / step + 1e-9)
    return [step * number for number in range(first, last + 1)]


def _tick_words(value: float, scale: _Scale) -> str:
    # What rounding leaves of a zero is no number to print.
    shown = 0.0 if abs(value) < 1e-9 * (scale.high - scale.low) else value
    return f"{shown:.4g}".replace("-", "\u2212")


def _label(row: Interval, y: float, weight: str = "") -> str:
    text = row.label if row.verbatim else row.label.replace("_", " ")
    shown = text if len(text) <= _LONGEST_LABEL else f"{text[: _LONGEST_LABEL - 1]}…"
    bold = ' font-weight="600"' if weight else ""
    return f'<text x="0" y="{y + 4:.0f}"{bold}>{escape(shown)}</text>'


def _line(row: Interval, scale: _Scale, y: float, colour: str, width: float) -> str:
    """Draw an interval; an end beyond the axis is an arrow."""
    if not (finite(row.low) and finite(row.high)):
        return ""
    low, high = row.low, row.high
    text = f'<path d="M{scale.at(low):.1f} {y:.0f}H{scale.at(high):.1f}" stroke="{colour}" stroke-width="{width:g}"/>'
    if low < scale.low:
        text += f'<path d="M{_LEFT - 5:.0f} {y:.0f}l6 -4v8z" fill="{colour}"/>'
    if high > scale.high:
        text += f'<path d="M{_RIGHT + 5:.0f} {y:.0f}l-6 -4v8z" fill="{colour}"/>'
    return text


def _row(row: Interval, scale: _Scale, y: float) -> str:
    colour, text = row.mark.colour, _label(row, y)
    if not finite(row.value):
        x = (_LEFT + _RIGHT) / 2
        return (
            f'{text}<text x="{x:.0f}" y="{y + 4:.0f}" fill="{_SOFT}" text-anchor="middle">{escape(row.without)}</text>'
        )
    text += _line(row, scale, y, colour, 3)
    if scale.holds(row.value):
        text += f'<circle cx="{scale.at(row.value):.1f}" cy="{y:.0f}" r="4" fill="{colour}"/>'
    sign = (
        f'<text x="{_WIDTH - 14:.0f}" y="{y + 5:.0f}" font-size="15" font-weight="700" fill="{colour}">{row.mark.sign}'
    )
    return f"{text}{sign}</text>" if row.mark.sign else text


def _observed(row: Interval, scale: _Scale, y: float) -> str:
    """Draw what was published: a black diamond, or a bar alone where only a range is known."""
    text = _label(row, y, "bold") + _line(row, scale, y, _INK, 1.6)
    for end in (row.low, row.high):
        if finite(end) and scale.holds(end):
            text += f'<path d="M{scale.at(end):.1f} {y - 4:.0f}v8" stroke="{_INK}" stroke-width="1.6"/>'
    if finite(row.value):
        text += f'<path d="M{scale.at(row.value):.1f} {y - 5:.0f}l5 5l-5 5l-5 -5z"/>'
    return text

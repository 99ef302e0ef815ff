"""Figures of a plan: what is foreseen in the course of the event, other ways to drink, and what unknowns do.

Each has a title, a description and a table of its numbers; nothing is told by colour alone.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cramplab.report import plan_words as words
from cramplab.report.figures import BLACK, BLUE, VERMILLION, WHITE_BEHIND, Figure, drawing_surface
from cramplab.report.inline_svg import inline_svg
from cramplab.report.prose import Wording, clock

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INCHES = (4.5, 2.7)
_ROW_INCHES, _ROOM_INCHES = 0.19, 0.75
_LINE_INCHES = 0.15
_LABEL = 26  # characters of a line at the left of a row
_ROWS_OF_TABLE = 10
_DASHES = (0, (5, 2))
_MINUS = re.compile(r"-(?=\d)")


@dataclass(frozen=True)
class Fan:
    """How one quantity is drawn over time.

    Parameters
    ----------
    name
        Of the course in the plan's tree.
    axis, sentence
        Words at the axis, and what the figure shows.
    lines
        Levels in the course's unit, each with its words; always in view.
    signed
        Write a plus before what is above zero, and hatch that as a gain.
    """

    name: str
    title: str
    axis: str
    sentence: str
    lines: tuple[tuple[float, str], ...] = ()
    signed: bool = False


BODY_MASS = Fan(
    "body_mass_change", "Body mass under this plan", "Change",
    "Change of body mass against the start. The hatched zone is a gain of weight, which no plan may give.",
    ((-2.0, "2 % lost"), (0.0, "no change")), signed=True,
)  # fmt: skip
PLASMA_SODIUM = Fan(
    "plasma_sodium", "Blood sodium under this plan", "Plasma sodium",
    "Sodium in blood plasma. Below 135 mmol/L it is low; below 130 mmol/L people are usually ill.",
    ((135.0, "135: low below"), (130.0, "130: usually ill below")),
)  # fmt: skip
CORE = Fan(
    "core_temperature", "Core temperature under this plan", "Core temperature",
    "Temperature of the body core. With confusion or collapse, above the line is treated as heat stroke.",
    ((40.0, "heat-stroke range begins"),),
)  # fmt: skip


def fan(tree: Mapping[str, Any], which: Fan) -> Figure | None:
    """Draw median and 90 % interval of one course; None if the plan does not hold it."""
    course = tree["courses"].get(which.name)
    if course is None:
        return None
    say = words.wording(tree)
    with drawing_surface(_INCHES) as (canvas, svg):
        _draw_fan(canvas.add_subplot(), course, which, say)
        drawing = svg()
    unit = course["unit"]

    def at(index: int) -> str:
        entry = {key: course[key][index] for key in ("low", "median", "high")}
        return say.estimate({**entry, "unit": unit, "signed": which.signed})

    caption = f"{which.sentence} At the end: {at(-1)}. Line: median; band: 90 % of the simulated runs."
    last = len(course["time_s"]) - 1
    places = sorted({*range(0, last, max(last // _ROWS_OF_TABLE, 1)), last})
    rows = tuple((clock(course["time_s"][place]), at(place)) for place in places)
    columns = ("Time, h:mm", which.axis)
    name = f"fan-{which.name.replace('_', '-')}"
    return Figure(name, which.title, caption, inline_svg(drawing, name, which.title, caption), columns, rows)


def _draw_fan(axes: Axes, course: Mapping[str, Any], which: Fan, say: Wording) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

    unit = course["unit"]
    hours = [each / 3600.0 for each in course["time_s"]]
    low, middle, high = ([say.convert(each, unit) for each in course[key]] for key in ("low", "median", "high"))
    axes.fill_between(hours, low, high, color=BLUE, alpha=0.2, linewidth=0)
    axes.plot(hours, middle, color=BLUE, linewidth=1.8, marker="o", markersize=4, markevery=max(len(hours) // 8, 1))
    levels = [(say.convert(value, unit), told) for value, told in which.lines]
    bottom, top = min([*low, *(level for level, _ in levels)]), max([*high, *(level for level, _ in levels)])
    top = max(top, 0.75) if which.signed else top
    spread = top - bottom
    axes.set_ylim(bottom - 0.06 * spread, top + 0.14 * spread)
    for level, told in levels:
        axes.axhline(level, color=BLACK, linewidth=1.0, linestyle=_DASHES)
        place: dict[str, Any] = {"xytext": (-3, 1.5), "textcoords": "offset points", "ha": "right", "va": "bottom"}
        axes.annotate(told, (hours[-1], level), fontsize=8.5, bbox=WHITE_BEHIND, **place)
    if which.signed:
        ceiling = axes.get_ylim()[1]
        axes.axhspan(0, ceiling, facecolor="none", edgecolor=VERMILLION, hatch="///", linewidth=0)
        sideways = axes.get_yaxis_transform()
        axes.text(0.012, ceiling / 2, "gain", transform=sideways, va="center", fontsize=8.5, bbox=WHITE_BEHIND)
        axes.yaxis.set_major_formatter(FuncFormatter(_signed))
    axes.set_ylabel(f"{which.axis}, {say.unit(unit)}")
    axes.set_xlabel("time from the start, h:mm")
    axes.set_xlim(hours[0], hours[-1])
    step = next((each for each in (1 / 12, 1 / 6, 0.25, 0.5, 1.0, 2.0) if hours[-1] / each <= 7), 3.0)
    axes.xaxis.set_major_locator(MultipleLocator(step))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: clock(value * 3600)))
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))


def _signed(value: float, _: int | None = None) -> str:
    return f"{'+' if value > 1e-9 else ''}{value:g}".replace("-", "\u2212")


# --- other ways to drink

# Figure of the plan's tree, title, words at the axis, level to see beside it and its words.
_MEASURES = (
    ("body_mass_change", "Body mass at the end", "Change", (-2.0, 0.0), "dashed: 2 % lost, and no change"),
    ("plasma_sodium_lowest", "Blood sodium at its lowest", "Plasma sodium", (135.0,), "dashed: low below 135 mmol/L"),
    ("core_temperature_highest", "Core temperature at its highest", "Core temperature", (40.0,),
     "dashed: the heat-stroke range begins"),
)  # fmt: skip


def comparison_figures(tree: Mapping[str, Any]) -> list[Figure]:
    """Draw the ways to drink side by side, one small figure for each measure; none without comparisons."""
    ways, say = tree["comparisons"], words.wording(tree)
    drawn = []
    for name, title, axis, levels, told in _MEASURES:
        rows = [(way, way["figures"][name]) for way in ways if name in way["figures"]]
        if rows:
            drawn.append(_comparison(name, title, axis, levels, told, rows, say))
    return drawn


def _comparison(name: str, title: str, axis: str, levels: Sequence[float], told: str,
                rows: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]], say: Wording) -> Figure:  # fmt: skip
    unit, signed = rows[0][1]["unit"], name == "body_mass_change"

    def draw(axes: Axes) -> None:
        for row, (way, found) in enumerate(rows):
            colour, marker = (VERMILLION, "X") if way["broken"] else (BLUE, "D" if way["name"] == "plan" else "o")
            low, middle, high = (say.convert(found[key], unit) for key in ("low", "median", "high"))
            axes.plot([low, high], [row, row], color=colour, linewidth=2.4)
            axes.plot([middle], [row], marker, color=colour, markersize=8 if marker == "X" else 6.5)
        for level in levels:
            axes.axvline(say.convert(level, unit), color=BLACK, linewidth=1.0, linestyle=_DASHES)
        axes.set_xlabel(f"{axis}, {say.unit(unit)}")

    labels = [f"{'✕ ' if way['broken'] else ''}{way_label(way)}" for way, _ in rows]
    drawing = _horizontal(labels, draw, signed=signed)
    caption = (
        f"Dot: median; bar: 90 % of the simulated runs; {told}. Diamond: this plan. "
        "A cross means that the way breaks a safety limit: it is shown, never advised."
    )
    table = tuple(
        (way_label(way), f"{say.estimate({**found, 'signed': signed})}{' — breaks a limit' if way['broken'] else ''}")
        for way, found in rows
    )
    name = f"ways-{name.replace('_', '-')}"
    return Figure(name, title, caption, inline_svg(drawing, name, title, caption), ("Way to drink", axis), table)


def way_label(way: Mapping[str, Any]) -> str:
    """Name a way to drink in two words, as it stands beside a figure."""
    short = {"plan": "this plan", "thirst": "to thirst", "nothing": "nothing", "most": "most possible",
             "water": "water only", "own": "your own"}  # fmt: skip
    return short.get(way["name"], way["label"])


def _horizontal(labels: Sequence[str], draw: Callable[[Axes], None], *, signed: bool = False) -> str:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    lines = max(label.count("\n") + 1 for label in labels)
    height = _ROOM_INCHES + (_ROW_INCHES + _LINE_INCHES * lines) * len(labels)
    with drawing_surface((_INCHES[0], height)) as (canvas, svg):
        axes = canvas.add_subplot()
        draw(axes)
        axes.set_yticks(range(len(labels)), labels, fontsize=8.5)
        axes.set_ylim(len(labels) - 0.4, -0.6)
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
        axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
        if signed:
            axes.xaxis.set_major_formatter(FuncFormatter(_signed))
        return str(svg())


# --- unknowns


def tornado(tree: Mapping[str, Any]) -> Figure | None:
    """Draw how far each unknown moves the drinking rate that the limits allow, the strongest first."""
    say = words.wording(tree)
    swings = [
        {**each, **{key: _MINUS.sub("\u2212", each[key]) for key in ("low_words", "high_words")}}
        for each in sorted(tree["swings"], key=lambda each: -abs(each["at_high"] - each["at_low"]))
    ]
    if not swings:
        return None

    def draw(axes: Axes) -> None:
        for row, each in enumerate(swings):
            low, high = say.convert(each["at_low"], "L/h"), say.convert(each["at_high"], "L/h")
            axes.barh(row, high - low, left=low, height=0.42, color=BLUE, alpha=0.35, edgecolor=BLUE)
            axes.plot([low], [row], "<", color=BLACK, markersize=6)
            axes.plot([high], [row], ">", color=BLACK, markersize=6)
        axes.use_sticky_edges = False
        axes.margins(x=0.08)
        axes.set_xlabel(f"drinking rate that the limits allow,\n{say.unit('L/h')}")

    labels = [
        "\n".join(line for told in (each["label"], f"{each['low_words']} to {each['high_words']}")
                  for line in textwrap.wrap(told, _LABEL))
        for each in swings
    ]  # fmt: skip
    drawing = _horizontal(labels, draw)
    title = "What each unknown does to the amount allowed"
    caption = (
        "◀ where the unknown lies in its lowest fifth, ▶ in its highest fifth; both values stand under its name. "
        "The longest bar is what is worth knowing."
    )
    table = tuple(
        (each["label"], f"{each['low_words']}: {say.with_unit(each['at_low'], 'L/h')}",
         f"{each['high_words']}: {say.with_unit(each['at_high'], 'L/h')}", each["measure"] or "nothing that one can do")
        for each in swings
    )  # fmt: skip
    columns = ("Unknown", "At its low end", "At its high end", "What would tell")
    return Figure("swings", title, caption, inline_svg(drawing, "swings", title, caption), columns, table)

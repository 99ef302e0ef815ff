"""Figures of a team: the last change of body mass of everybody, and what is known of each one's sweat rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cramplab.report.evidence_figures import Interval, IntervalPlot, axis_words, draw
from cramplab.report.figures import BLACK, BLUE, VERMILLION, Figure, drawing_surface
from cramplab.report.inline_svg import inline_svg
from cramplab.report.prose import Wording
from cramplab.report.team_words import day, gained, rows_in_order
from cramplab.safety.limits import load_limits

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDTH, _LEAST_HEIGHT, _DOT, _ROOM = 4.8, 1.7, 0.17, 1.15  # inches
_MARGIN = 1.2  # percent of body mass, beyond the signs
_ORANGE = "#E69F00"
_MOST_NAMED = 20  # of those who lost much; who gained is always named
_SIGN_SHARE, _LETTER_SHARE = 0.036, 0.018  # of the axis: width of a sign, and of a letter beside it
_DASHES = (0, (5, 2))


def changes(tree: Mapping[str, Any], say: Wording) -> Figure | None:
    """Draw the last change of body mass of every athlete as a dot over one axis; None if nobody was weighed."""
    rows = [row for row in rows_in_order(tree) if row["change_pct"] is not None]
    if not rows:
        return None
    warned, severe = (-load_limits()[name].value for name in ("mass_loss_target", "mass_loss_warn"))
    placed = _placed(rows, severe)
    height = max(_LEAST_HEIGHT, _ROOM + _DOT * (1 + max(each.level for each in placed)))
    with drawing_surface((_WIDTH, height)) as (canvas, svg):
        _draw(canvas.add_subplot(), placed, (warned, severe), say)
        drawing = svg()
    up = [row["athlete"]["id"] for row in rows if gained(row)]
    lost = sum(row["change_pct"] < severe for row in rows)
    title = "Last change of body mass"
    told = f"gained weight: {', '.join(up)}" if up else "nobody gained weight"
    caption = (
        f"Each sign is one of {len(rows)} athletes, at the last weighing. ✕ {told}. ▼ beyond {say.minus}{-severe:g} %: "
        f"{lost}. ■ between the dashed lines. ● the others."
    )
    columns = ("Athlete", "Weighing", "Change, %", f"Change, {say.unit('kg')}")
    table = tuple(
        (row["athlete"]["id"], day(row["last"]) if row["last"] else "–",
         say.number(row["change_pct"], "%", signed=True), say.number(row["change_kg"], "kg", signed=True))
        for row in rows
    )  # fmt: skip
    return Figure("changes", title, caption, inline_svg(drawing, "changes", title, caption), columns, table)


@dataclass(frozen=True)
class _Placed:
    """A sign at its change (%) and level, with a name beside it or none."""

    change: float
    level: int
    name: str
    gained: bool


def _placed(rows: Sequence[Mapping[str, Any]], severe: float) -> list[_Placed]:
    """Give each sign the lowest level on which neither it nor its name hides another."""
    found = [row["change_pct"] for row in rows]
    span = max(*found, 0.0) - min(*found, severe) + _MARGIN
    much = sum(change < severe for change in found)
    taken: dict[int, list[tuple[float, float]]] = {}
    placed = []
    for row in sorted(rows, key=lambda row: row["change_pct"]):
        change, up = row["change_pct"], gained(row)
        name = str(row["athlete"]["id"]) if up or (change < severe and much <= _MOST_NAMED) else ""
        begin = change - 0.5 * _SIGN_SHARE * span
        end = begin + (_SIGN_SHARE + _LETTER_SHARE * len(name)) * span
        level = 0
        while any(begin < other_end and other < end for other, other_end in taken.get(level, ())):
            level += 1
        taken.setdefault(level, []).append((begin, end))
        placed.append(_Placed(change, level, name, up))
    return placed


def _draw(axes: Axes, placed: Sequence[_Placed], levels: tuple[float, float], say: Wording) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    warned, severe = levels
    for each in placed:
        marker, colour, size = _sign(each, warned, severe)
        axes.plot([each.change], [each.level], marker, color=colour, markersize=size, zorder=3)
        if each.name:
            axes.annotate(each.name, (each.change, each.level), xytext=(6, 0), textcoords="offset points", va="center",
                          fontsize=8, zorder=4)  # fmt: skip
    found = [each.change for each in placed]
    axes.set_xlim(min(*found, severe) - 0.3 * _MARGIN, max(*found, 0.0) + 0.7 * _MARGIN)
    axes.set_ylim(-0.8, max(each.level for each in placed) + 1.0)
    axes.axvspan(0.0, axes.get_xlim()[1], facecolor="none", edgecolor=VERMILLION, hatch="///", linewidth=0, alpha=0.35)
    for value, words in ((0.0, "gain from here"), (warned, ""), (severe, "")):
        line = "-" if value == 0.0 else _DASHES
        axes.axvline(value, color=BLACK, linewidth=1.2, linestyle=line)
        axes.text(value, 1.01, words or f"{say.minus}{-value:g} %", transform=axes.get_xaxis_transform(),
                  ha="left" if words else "center", va="bottom", fontsize=8.5)  # fmt: skip
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("change of body mass at the last weighing, %")
    axes.xaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: say.number(value, "%", signed=True)))


def _sign(each: _Placed, warned: float, severe: float) -> tuple[str, str, float]:
    """Give shape, colour and size: what matters is told apart by its shape."""
    if each.gained:
        return "X", VERMILLION, 9.0
    if each.change < severe:
        return "v", VERMILLION, 7.5
    return ("s", _ORANGE, 6.5) if each.change < warned else ("o", BLUE, 6.5)


def sweat_rates(tree: Mapping[str, Any], say: Wording) -> Figure | None:
    """Draw the sweat rate of every athlete with its range of 90 %, the highest first; None without athletes."""
    rows = sorted(tree["rows"], key=lambda row: -row["sweat"]["usual"]["median"])
    if not rows:
        return None
    told = [
        (row, [say.convert(row["sweat"]["usual"][key], "L/h") for key in ("median", "low", "high")]) for row in rows
    ]
    intervals = [Interval(row["athlete"]["id"], middle, low, high, verbatim=True) for row, (middle, low, high) in told]
    title = "Sweat rate"
    caption = "Dot: median; bar: 90 % of what is held possible. Long bars are athletes to weigh more often."
    end = 1.05 * max(numbers[2] for _, numbers in told)
    plot = IntervalPlot("sweat-rates", title, caption, axis_words("sweat rate", say.unit("L/h")), intervals,
                        neutral=None, limits=(0.0, end))  # fmt: skip
    columns = ("Athlete", f"Sweat rate, {say.unit('L/h')}", "On one more such day", "Weighings behind it")
    table = tuple(
        (row["athlete"]["id"], say.estimate(row["sweat"]["usual"]), say.estimate(row["sweat"]["another_day"]),
         str(row["sweat"]["tests"]))
        for row in rows
    )  # fmt: skip
    return Figure("sweat-rates", title, caption, draw(plot), columns, table)

"""Figures of a team: the last change of body mass of everybody, and what is known of each one's sweat rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cramplab.report.evidence_figures import Interval, IntervalPlot, axis_words, draw
from cramplab.report.figures import BLACK, BLUE, VERMILLION, WHITE_BEHIND, Figure, drawing_surface
from cramplab.report.inline_svg import inline_svg
from cramplab.report.prose import Wording
from cramplab.report.team_words import day, gained, rows_in_order
from cramplab.safety.limits import load_limits

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDTH, _LEAST_HEIGHT, _DOT, _ROOM = 4.8, 1.7, 0.17, 1.15  # inches
_STEP = 0.15  # percent of body mass; dots closer than this stand on one another
_ORANGE = "#E69F00"
_FEW = 16  # athletes; more are not all named
_DASHES = (0, (5, 2))


def changes(tree: Mapping[str, Any], say: Wording) -> Figure | None:
    """Draw the last change of body mass of every athlete as a dot over one axis; None if nobody was weighed."""
    rows = [row for row in rows_in_order(tree) if row["change_pct"] is not None]
    if not rows:
        return None
    warned, severe = (-load_limits()[name].value for name in ("mass_loss_target", "mass_loss_warn"))
    placed = _stacked(rows)
    height = max(_LEAST_HEIGHT, _ROOM + _DOT * (1 + max(level for _, level in placed)))
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


def _stacked(rows: Sequence[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], int]]:
    """Give each row a level, so that no dot hides another."""
    seen: dict[int, int] = {}
    placed = []
    for row in rows:
        column = round(row["change_pct"] / _STEP)
        placed.append((row, seen.get(column, 0)))
        seen[column] = placed[-1][1] + 1
    return placed


def _draw(
    axes: Axes, placed: Sequence[tuple[Mapping[str, Any], int]], levels: tuple[float, float], say: Wording
) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    warned, severe = levels
    for row, level in placed:
        change = row["change_pct"]
        if gained(row):
            marker, colour = "X", VERMILLION
        elif change < severe:
            marker, colour = "v", VERMILLION
        elif change < warned:
            marker, colour = "s", _ORANGE
        else:
            marker, colour = "o", BLUE
        place = round(change / _STEP) * _STEP
        axes.plot([place], [level], marker, color=colour, markersize=9 if marker == "X" else 7, zorder=3)
        if marker in "Xv" or len(placed) <= _FEW:
            axes.annotate(
                row["athlete"]["id"], (place, level), xytext=(0, 7), textcoords="offset points", ha="center",
                va="bottom", fontsize=8, rotation=35 if len(placed) > 4 else 0, zorder=4,
            )  # fmt: skip
    found = [row["change_pct"] for row, _ in placed]
    axes.set_xlim(min(*found, severe) - 0.5, max(*found, 0.0) + 0.6)
    axes.set_ylim(-0.7, max(level for _, level in placed) + 2.2)
    axes.axvspan(0.0, axes.get_xlim()[1], facecolor="none", edgecolor=VERMILLION, hatch="///", linewidth=0, alpha=0.5)
    sideways = axes.get_xaxis_transform()
    for value, words in ((0.0, "0"), (warned, f"{warned:g}"), (severe, f"{severe:g}")):
        axes.axvline(value, color=BLACK, linewidth=1.2 if value == 0.0 else 1.0,
                     linestyle="-" if value == 0.0 else _DASHES)  # fmt: skip
        axes.text(value, 1.0, f"{words} %".replace("-", say.minus), transform=sideways, ha="center", va="bottom",
                  fontsize=8.5)  # fmt: skip
    axes.text(0.99, 0.97, "gain", transform=axes.transAxes, ha="right", va="top", fontsize=8.5, bbox=WHITE_BEHIND)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("change of body mass at the last weighing, %")
    axes.xaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: say.number(value, "%", signed=True)))


def sweat_rates(tree: Mapping[str, Any], say: Wording) -> Figure | None:
    """Draw the sweat rate of every athlete with its range of 90 %, the highest first; None without athletes."""
    rows = sorted(tree["rows"], key=lambda row: -row["sweat"]["usual"]["median"])
    if not rows:
        return None
    told = [
        (row, [say.convert(row["sweat"]["usual"][key], "L/h") for key in ("median", "low", "high")]) for row in rows
    ]
    intervals = [Interval(row["athlete"]["id"], *numbers, verbatim=True) for row, numbers in told]
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

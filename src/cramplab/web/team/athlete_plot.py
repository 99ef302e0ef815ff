"""One athlete's changes of body mass from session to session, as a line over time; a gain has a sign of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cramplab.report.figures import BLACK, BLUE, VERMILLION, Figure, drawing_surface
from cramplab.report.inline_svg import inline_svg
from cramplab.report.prose import Wording
from cramplab.report.team_words import day
from cramplab.safety.limits import load_limits

_INCHES = (4.8, 2.4)
_MOST = 60
_FEW = 8  # sessions; more are not all named


def changes_over_time(row: Mapping[str, Any], say: Wording) -> Figure | None:
    """Draw an athlete's changes of body mass, from a row of the team's tree; None with fewer than two."""
    told = [each for each in row["weighings"] if each["mass_before_kg"] and each["mass_after_kg"] is not None][-_MOST:]
    if len(told) < 2:
        return None
    changes = [round(each["mass_after_kg"] - each["mass_before_kg"], 4) for each in told]
    percents = [100.0 * change / each["mass_before_kg"] for change, each in zip(changes, told, strict=True)]
    target = -load_limits()["mass_loss_target"].value
    with drawing_surface(_INCHES) as (canvas, svg):
        axes = canvas.add_subplot()
        places = range(len(told))
        axes.plot(places, percents, "-", color=BLUE, linewidth=1.0, zorder=2)
        for place, percent in zip(places, percents, strict=True):
            marker, colour, size = ("X", VERMILLION, 10) if percent > 0.0 else ("o", BLUE, 6)
            axes.plot([place], [percent], marker, color=colour, markersize=size, zorder=3)
        axes.axhline(0.0, color=BLACK, linewidth=1.2)
        axes.axhline(target, color=BLACK, linewidth=1.0, linestyle=(0, (5, 2)))
        axes.set_ylabel("change, %")
        named = places if len(told) <= _FEW else (places[0], places[-1])
        axes.set_xticks(list(named), [day(told[place]) for place in named], rotation=20, ha="right")
        drawing = svg()
    ups = sum(percent > 0.0 for percent in percents)
    title = "Change of body mass, session by session"
    caption = f"● a loss; ✕ a gain: {ups or 'none'}. Dashed: {say.minus}{-target:g} %."
    columns = ("Session", "Change, %", f"Change, {say.unit('kg')}")
    table = tuple(
        (day(each), say.number(percent, "%", signed=True), say.number(change, "kg", signed=True))
        for each, percent, change in zip(told, percents, changes, strict=True)
    )
    return Figure("over-time", title, caption, inline_svg(drawing, "over-time", title, caption), columns, table)

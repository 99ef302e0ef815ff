"""Says which limit set how much a plan lets somebody drink."""

from __future__ import annotations

import numpy as np

from cramplab.core.plan import Plan
from cramplab.importers.scenario import Scenario
from cramplab.safety.comparing import CLOSE
from cramplab.safety.foreseen import Asked, Foreseen
from cramplab.safety.gate import most_allowed
from cramplab.safety.limits import Limits


def bound_by(
    plan: Plan, seen: Foreseen, asked: Asked, limits: Limits, scenario: Scenario
) -> tuple[tuple[str, ...], str]:
    """Name the limits that set the drinking of a plan, the strictest first, and say it in a sentence.

    Parameters
    ----------
    seen
        What is foreseen under that plan.
    """
    most = most_allowed(seen, asked, limits)
    strictest, litres = next(iter(most.items()))
    per_hour = litres / plan.hours
    # What was drunk less than the strictest limit by cups alone is still set by it.
    step = (scenario.preferences.min_drink_step_mL or 50.0) / 1000.0
    cups = step * max(len(plan.servings), 1) if plan.lead == "numbers" else 0.0
    if plan.most_intake + cups >= CLOSE * litres and plan.most_intake > 0.0:
        names = tuple(name for name, value in most.items() if value <= 1.02 * litres)
        rounding = ", then rounding down to cups" if plan.lead == "numbers" else ""
        words = _WORDS.get(strictest, strictest.replace("_", " ")).format(
            percent=100.0 * limits["low_end_of_sweat"].value, share=100.0 * limits["share_of_sweat"].value,
            loss=float(np.median(seen.sweat_loss)) / plan.hours,
        )  # fmt: skip
        return names, f"{words} ({per_hour:.2f} L/h){rounding}"
    fastest = max(plan.fastest_drinking, plan.most_in_an_hour)
    if fastest >= CLOSE * min(limits["hourly_default"].value, asked.own_most_L_per_h) - step:
        own = asked.own_most_L_per_h < limits["hourly_default"].value
        words = _WORDS["own_most" if own else "hourly_default"]
        stations = " between the stations" if scenario.event.drink_stations_km else ""
        return ("hourly_default",), f"{words}{stations}: in no 60 min more than that"
    largest = max((each.volume_L for each in plan.servings), default=0.0)
    if largest >= CLOSE * limits["single_drink"].value:
        return ("single_drink",), "the largest single drink, at the moments when somebody can drink"
    return (), "no limit: drinking more would not do better by mass, sodium, heat and the stomach"


_WORDS = {
    "low_end_of_sweat": "the low end of your sweat loss ({percent:.0f} of 100 possible versions of you lose less)",
    "share_of_sweat": "{share:.0f} % of your median sweat loss of {loss:.2f} L/h",
    "hourly_default": "the usual ceiling on drinking in an hour",
    "own_most": "your own ceiling, max_drink_L_per_h",
    "daily_absolute": "the ceiling for one day",
}

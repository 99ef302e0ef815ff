"""Says which limit set how much a plan lets somebody drink."""

from __future__ import annotations

import numpy as np

from cramplab.core.plan import Plan
from cramplab.importers.event_effort import EventEffort
from cramplab.importers.scenario import Scenario
from cramplab.planner.choices import most_by_moments, step_of
from cramplab.planner.words import rate_words
from cramplab.safety.comparing import CLOSE
from cramplab.safety.foreseen import Asked, Foreseen
from cramplab.safety.gate import most_allowed
from cramplab.safety.limits import Limits


def bound_by(
    plan: Plan, seen: Foreseen, asked: Asked, limits: Limits, scenario: Scenario, effort: EventEffort
) -> tuple[tuple[str, ...], str]:
    """Name the limits that set the drinking of a plan, the strictest first, and say it in a sentence.

    Parameters
    ----------
    seen
        What is foreseen under that plan.
    effort
        At the plan's pacing.
    """
    most = most_allowed(seen, asked, limits)
    rounding = 0.0
    if plan.lead == "numbers":
        litres, name = most_by_moments(scenario, effort, limits)
        most = {**most, name: min(litres, most.get(name, litres))}
        rounding = step_of(scenario) * max(len(plan.servings), 1)
    strictest = min(most, key=lambda each: most[each])
    litres = most[strictest]
    if plan.lead != "thirst" and (plan.most_intake <= 0.0 or plan.most_intake + rounding < CLOSE * litres):
        return (), "no limit: drinking more would do no better by mass, sodium, heat and the stomach"
    names = tuple(sorted((each for each in most if most[each] <= 1.02 * litres), key=lambda each: most[each]))
    words = _WORDS.get(strictest, strictest.replace("_", " ")).format(
        percent=100.0 * limits["low_end_of_sweat"].value, share=100.0 * limits["share_of_sweat"].value,
        loss=rate_words(float(np.median(seen.sweat_loss)) / plan.hours, scenario),
    )  # fmt: skip
    cups = ", then rounding down to cups" if rounding else ""
    return names, f"{words}: {rate_words(litres / plan.hours, scenario)}{cups}"


_WORDS = {
    "low_end_of_sweat": "the low end of your sweat loss ({percent:.0f} of 100 possible versions of you lose less)",
    "share_of_sweat": "{share:.0f} % of your median sweat loss of {loss}",
    "hourly_default": "the usual ceiling on how fast to drink",
    "hourly_absolute": "the ceiling on drinking within any 60 min, at the moments when drinks are to be had",
    "single_drink": "the largest single drink, at the moments when drinks are to be had",
    "own_most": "your own ceiling, max_drink_L_per_h",
    "daily_absolute": "the ceiling for one day",
}

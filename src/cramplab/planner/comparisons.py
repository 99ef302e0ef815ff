"""Other ways to drink in the same event: thirst alone, nothing, as much as possible, water only, and one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cramplab.core.plan import DrinkContent, Plan, Serving
from cramplab.core.plan_result import Comparison
from cramplab.core.theory import Theory
from cramplab.planner.choices import EVERY_S, WATER, moments, own_content
from cramplab.planner.cost import cost_by_run, difference, shares_of_cost
from cramplab.planner.outcomes import chances, figures, finished, foreseen
from cramplab.planner.planned_event import Lived, PlannedEvent
from cramplab.planner.theories_beside import Beside, ask
from cramplab.safety.comparing import Case, broken
from cramplab.safety.foreseen import Asked, Foreseen
from cramplab.safety.limits import Limits

_NO_CEILING_L_PER_H = 10.0
_OFTEN_S = 600.0
_WORDS = {
    "plan": "The drinks of this plan",
    "thirst": "Drinks when thirsty, without a number",
    "nothing": "Withholds water: drinks nothing",
    "most": "Drinks the most that any guideline's hourly limit lets through, whatever is lost; shown to see why not",
    "water": "The plan's volumes as plain water, without salt",
    "own": "The drinking that the scenario describes",
}


def ways(event: PlannedEvent, plan: Plan, limits: Limits) -> dict[str, Plan]:
    """Give the plans to compare, by name; all at the plan's own pacing."""
    effort = event.forcing_of(plan.pacing)[0]
    own = own_content(event.scenario)
    base = Plan("nothing", plan.duration_s, pacing=plan.pacing)
    found = {
        "plan": plan,
        "thirst": _by_thirst(base, own),
        "nothing": base,
        "most": replace(base, lead="numbers", servings=_flood(plan.duration_s, limits), content=own),
        "water": replace(plan, content=WATER, salt_mmol_per_h=0.0),
    }
    drink = event.scenario.drink
    if drink.behaviour == "schedule":
        if drink.rate_L_per_h is not None:
            spans = np.append(np.arange(EVERY_S, plan.duration_s, EVERY_S), plan.duration_s)
            servings = tuple(
                Serving(float(end), drink.rate_L_per_h * float(span) / 3600.0)
                for end, span in zip(spans, np.diff(spans, prepend=0.0), strict=True)
            )
        else:
            volume = (drink.each_station_mL or 0.0) / 1000.0
            servings = tuple(Serving(moment, volume, km) for moment, km in moments(event.scenario, effort))
        found["own"] = replace(base, lead="numbers", servings=servings, content=own)
    return found


def _by_thirst(base: Plan, content: DrinkContent) -> Plan:
    ceiling = _NO_CEILING_L_PER_H
    return replace(base, lead="thirst", at_most_L_per_h=ceiling, at_most_L=ceiling * base.hours, content=content)


def _flood(duration_s: float, limits: Limits) -> tuple[Serving, ...]:
    rate = limits["hourly_absolute"].value
    return tuple(
        Serving(float(moment), rate * _OFTEN_S / 3600.0) for moment in np.arange(_OFTEN_S, duration_s, _OFTEN_S)
    )


def compared(
    event: PlannedEvent,
    known: Sequence[Lived],
    asked: Asked,
    limits: Limits,
    shelf: Mapping[str, Theory],
    hottest_air_C: float,
) -> tuple[tuple[Comparison, ...], dict[str, Beside]]:
    """Live through the event in every one of these ways.

    Parameters
    ----------
    known
        What was lived through already: the plan first.

    Returns
    -------
    comparisons, beside
        The last by name.
    """
    named = ways(event, known[0].plan, limits)
    rows = event.some_rows
    have = {each.plan: each.of(rows) for each in known}
    new = [plan for plan in dict.fromkeys(named.values()) if plan not in have]
    have |= {each.plan: each for each in (event.live(new, rows) if new else ())}
    lived = {name: have[plan] for name, plan in named.items()}
    beside = {name: ask(event, each, hottest_air_C, shelf) for name, each in lived.items()}
    seen = {name: foreseen(each, event.person.mass_kg) for name, each in lived.items()}
    shares = {name: _shares(each, seen[name]) for name, each in lived.items()}
    labels = _labels(event)
    found = []
    for name, each in lived.items():
        paired = np.isfinite(shares[name]) & np.isfinite(shares["plan"])
        error = difference(shares[name][paired], shares["plan"][paired])[1]
        words = _what_comes_of_it(name, seen[name], limits)
        breaks = _broken(each, seen[name], asked, limits, name)
        found.append(
            Comparison(
                name, labels[name], words, figures(each, seen[name]), chances(seen[name], limits),
                float(np.nanmean(shares[name])), error, breaks, beside[name].ranges,
            )
        )  # fmt: skip
    return tuple(found), beside


def _what_comes_of_it(name: str, seen: Foreseen, limits: Limits) -> str:
    line = limits["plasma_sodium_line"].value
    heavier, low = int((seen.mass_change > 0.0).sum()), seen.low_sodium_added(line)
    change = f"{np.median(seen.mass_change_percent):+.1f}".replace("-", "\u2212")
    change = "0.0" if change[1:] == "0.0" else change
    return (
        f"{_WORDS[name]}. At the end {change} % of body mass and plasma sodium at "
        f"{np.median(seen.sodium_end):.0f} mmol/L in the median; heavier than before in {heavier} of {low.of} runs, "
        f"plasma sodium newly below {line:g} in {low.count}."
    )


def _shares(lived: Lived, seen: Foreseen) -> NDArray[np.float64]:
    """Give the shares of the cost, run by run, NaN where a run failed; shape [runs]."""
    shares = np.full(lived.rows.size, np.nan)
    shares[finished(lived)] = shares_of_cost(cost_by_run(seen))
    return shares


def _labels(event: PlannedEvent) -> dict[str, str]:
    behaviour = event.scenario.drink.behaviour
    own = {"thirst": "thirst", "none": "nothing"}.get(behaviour, "")
    labels = {
        "plan": "This plan", "thirst": "Drink to thirst", "nothing": "Drink nothing",
        "most": "As much as possible", "water": "Water only", "own": "Own plan",
    }  # fmt: skip
    return {name: words + (" (own plan)" if name == own else "") for name, words in labels.items()}


def _broken(lived: Lived, seen: Foreseen, asked: Asked, limits: Limits, name: str) -> tuple[str, ...]:
    """Name what a way of drinking breaks; what needs more runs than these is told only where it is plain."""
    if name == "plan":
        return ()
    found = broken(Case(lived.plan, seen, asked, limits))
    if lived.plan.lead == "thirst":
        # Thirst has no planned volume to compare; what counts is what comes of it.
        found = tuple(each for each in found if each in ("no_mass_gain", "chance_of_mass_gain", "plasma_sodium"))
    plain = seen.low_sodium_added(limits["plasma_sodium_line"].value).share > limits["plasma_sodium"].value
    return tuple(each for each in found if each != "plasma_sodium" or plain)

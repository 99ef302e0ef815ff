"""What a plan may choose: how much, when, of which drink, with how much salt; written as drinks in cups at real moments."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cramplab.core.plan import DrinkContent, Pacing, Plan, Serving
from cramplab.importers.event_effort import EventEffort
from cramplab.importers.scenario import Scenario
from cramplab.safety.limits import Limits
from cramplab.simulation.event_course import time_at

EVERY_S = 900.0
"""Time between drinks where the scenario names no stations: within the 15 to 20 min that are usual."""
_USUAL_STEP_L = 0.05
_NOT_IN_THE_LAST_S = 300.0
SHAPES = {"even": (1.0, 1.0), "more early": (1.25, 0.75), "more late": (0.75, 1.25)}
"""Drinking in the first and the second half of the event, over its mean."""
WATER = DrinkContent()
LIGHT = DrinkContent("light sports drink", 20.0, 30.0)
USUAL = DrinkContent("usual sports drink", 20.0, 60.0)
SALTY = DrinkContent("salty drink", 40.0, 30.0)


@dataclass(frozen=True)
class Choice:
    """One way to drink in an event.

    Parameters
    ----------
    litres
        In all, before it is rounded down to cups.
    shape
        Of `SHAPES`.
    content
        Of the drink.
    salt_mmol_per_h : mmol/h
        Beside the drink.
    simplicity
        1 is the simplest to carry out: the person's own drink or water, evenly, without salt beside it.
    """

    litres: float
    shape: str
    content: DrinkContent
    salt_mmol_per_h: float
    simplicity: int

    @property
    def label(self) -> str:
        """Say it in a few words."""
        salt = f", {23.0 * self.salt_mmol_per_h:.0f} mg/h sodium beside it" if self.salt_mmol_per_h else ""
        return f"{self.litres:.2f} L in all, {self.shape}, {self.content.name}{salt}"


def own_content(scenario: Scenario) -> DrinkContent:
    """Give the drink that the scenario names; water if it names none."""
    drink = scenario.drink
    name = drink.name or ("water" if not (drink.sodium_mmol_per_L or drink.carbohydrate_g_per_L) else "own drink")
    return DrinkContent(
        name, drink.sodium_mmol_per_L or 0.0, drink.carbohydrate_g_per_L or 0.0, drink.potassium_mmol_per_L or 0.0
    )


def contents(scenario: Scenario) -> tuple[DrinkContent, ...]:
    """Give the drinks that come into question, the person's own first."""
    own = own_content(scenario)
    others = [each for each in (WATER, LIGHT, USUAL, SALTY) if (each.sodium_mmol_per_L, each.carbohydrate_g_per_L)
              != (own.sodium_mmol_per_L, own.carbohydrate_g_per_L)]  # fmt: skip
    return (own, *others)


def simplicity(choice_shape: str, content: DrinkContent, salt: float, own: DrinkContent) -> int:
    """Count what somebody has to do beyond drinking their own drink evenly."""
    return 1 + (choice_shape != "even") + (content not in (own, WATER)) + (salt > 0.0)


def moments(scenario: Scenario, effort: EventEffort) -> tuple[tuple[float, float | None], ...]:
    """Give when somebody can drink: time (s) and, at stations, place (km)."""
    length = float(effort.distance_m[-1])
    last = effort.duration_s - _NOT_IN_THE_LAST_S
    stations = scenario.event.drink_stations_km
    if stations and np.isfinite(length):
        found = [(time_at(effort, 1000.0 * km), km) for km in stations if 0.0 < 1000.0 * km <= length]
        return tuple((moment, km) for moment, km in found if 0.0 < moment <= last)
    return tuple((float(moment), None) for moment in np.arange(EVERY_S, last + 1.0, EVERY_S))


def servings_of(
    litres: float, shape: str, scenario: Scenario, effort: EventEffort, limits: Limits
) -> tuple[Serving, ...]:
    """Spread a volume over the moments at which somebody can drink, rounded down to cups, inside the limits on pace.

    Parameters
    ----------
    litres : L
        In all, at most.
    """
    step = (scenario.preferences.min_drink_step_mL or 1000.0 * _USUAL_STEP_L) / 1000.0
    own_most = scenario.preferences.max_drink_L_per_h or np.inf
    most_rate = min(limits["hourly_default"].value, own_most)
    first, second = SHAPES[shape]
    half = 0.5 * effort.duration_s
    taken: list[Serving] = []
    drunk, before = 0.0, 0.0
    for moment, km in moments(scenario, effort):
        aim = litres * (first * min(moment, half) + second * max(moment - half, 0.0)) / effort.duration_s
        within = sum(each.volume_L for each in taken if moment - each.time_s < 3600.0)
        room = min(
            aim - drunk, most_rate * (moment - before) / 3600.0, most_rate - within, limits["single_drink"].value
        )
        cups = np.floor(room / step + 1e-9) * step
        if cups >= step - 1e-9:
            taken.append(Serving(moment, float(cups), km))
            drunk += cups
        before = moment
    return tuple(taken)


def plan_of(choice: Choice, scenario: Scenario, effort: EventEffort, limits: Limits, pacing: Pacing, lead: str) -> Plan:
    """Write a choice as a plan: drinks at moments where numbers lead, a ceiling where thirst does."""
    if lead == "thirst":
        rate = choice.litres / effort.duration_s * 3600.0
        return Plan(
            "thirst", effort.duration_s, (), rate, choice.litres, choice.content, choice.salt_mmol_per_h, pacing
        )
    servings = servings_of(choice.litres, choice.shape, scenario, effort, limits)
    return Plan(
        "numbers", effort.duration_s, servings, content=choice.content, salt_mmol_per_h=choice.salt_mmol_per_h,
        pacing=pacing,
    )  # fmt: skip


def rounded(plan: Plan, scenario: Scenario) -> Plan:
    """Round the drinks of a plan down to cups; a plan without fixed drinks is given back as it is."""
    step = (scenario.preferences.min_drink_step_mL or 1000.0 * _USUAL_STEP_L) / 1000.0
    whole = [
        Serving(each.time_s, float(np.floor(each.volume_L / step + 1e-9) * step), each.at_km) for each in plan.servings
    ]
    return replace(plan, servings=tuple(each for each in whole if each.volume_L > 0.0))

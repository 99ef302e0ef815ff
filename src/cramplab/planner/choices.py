"""What a plan may choose: how much, when, of which drink, with how much salt; as drinks in cups at real moments."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cramplab.core.plan import DrinkContent, Pacing, Plan, Serving, fastest_serving, most_in_an_hour
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
        1 is the simplest to carry out: the person's own drink, evenly, without salt beside it.
    """

    litres: float
    shape: str
    content: DrinkContent
    salt_mmol_per_h: float
    simplicity: int

    @property
    def label(self) -> str:
        """Say it in a few words."""
        if self.litres <= 0.0:
            return "nothing to drink"
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
    return 1 + (choice_shape != "even") + (content != own) + (salt > 0.0)


def moments(scenario: Scenario, effort: EventEffort) -> tuple[tuple[float, float | None], ...]:
    """Give when somebody can drink: time (s) and, at stations, place (km)."""
    length = float(effort.distance_m[-1])
    last = effort.duration_s - _NOT_IN_THE_LAST_S
    stations = scenario.event.drink_stations_km
    if stations and np.isfinite(length):
        found = [(time_at(effort, 1000.0 * km), km) for km in stations if 0.0 < 1000.0 * km <= length]
        return tuple((moment, km) for moment, km in found if 0.0 < moment <= last)
    return tuple((float(moment), None) for moment in np.arange(EVERY_S, last + 1.0, EVERY_S))


def most_by_moments(scenario: Scenario, effort: EventEffort, limits: Limits) -> tuple[float, str]:
    """Give the most that somebody can drink at an even rate at these moments (L), and the limit that sets it.

    Drinks at stations come in lumps: none may be too large, nor too many of them fall into one hour.
    """
    even = [Serving(moment, span / effort.duration_s, km) for moment, span, km in _spans(scenario, effort)]
    if not even:
        return 0.0, "hourly_default"
    total = sum(each.volume_L for each in even)
    shares = {
        "hourly_default": _most_rate(scenario, limits) / fastest_serving(even),
        "hourly_absolute": limits["hourly_absolute"].value / most_in_an_hour(even),
        "single_drink": limits["single_drink"].value / max(each.volume_L for each in even),
    }
    name = min(shares, key=lambda each: shares[each])
    return shares[name] * total, name


def servings_of(
    litres: float, shape: str, scenario: Scenario, effort: EventEffort, limits: Limits
) -> tuple[Serving, ...]:
    """Spread a volume over the moments at which somebody can drink, rounded down to cups, inside the limits on pace.

    Parameters
    ----------
    litres : L
        In all, at most.
    """
    step, most_rate = step_of(scenario), _most_rate(scenario, limits)
    first, second = SHAPES[shape]
    half = 0.5 * effort.duration_s
    spans = _spans(scenario, effort)
    covered = sum(span for _, span, _ in spans)
    taken: list[Serving] = []
    left_over, before = 0.0, 0.0
    for moment, span, km in spans:
        aim = litres * (first if moment <= half else second) * span / max(covered, 1.0) + left_over
        within = sum(each.volume_L for each in taken if moment - each.time_s < 3600.0)
        drunk = sum(each.volume_L for each in taken)
        room = min(
            aim,
            litres - drunk,
            most_rate * (moment - before) / 3600.0,
            limits["hourly_absolute"].value - within,
            limits["single_drink"].value,
        )
        cups = max(float(np.floor(room / step + 1e-9)) * step, 0.0)
        # What rounding left is drunk later; what a limit took is not.
        left_over = min(aim - cups, step)
        if cups > 0.0:
            taken.append(Serving(moment, round(cups, 6), km))
        before = moment
    return tuple(taken)


def step_of(scenario: Scenario) -> float:
    """Give the size of the cup that drinks are rounded down to (L)."""
    return (scenario.preferences.min_drink_step_mL or 1000.0 * _USUAL_STEP_L) / 1000.0


def _most_rate(scenario: Scenario, limits: Limits) -> float:
    return min(limits["hourly_default"].value, scenario.preferences.max_drink_L_per_h or np.inf)


def _spans(scenario: Scenario, effort: EventEffort) -> list[tuple[float, float, float | None]]:
    """Give each moment with the time (s) since the one before it, and its place."""
    found = moments(scenario, effort)
    before = [0.0, *(moment for moment, _ in found)]
    return [(moment, moment - last, km) for (moment, km), last in zip(found, before, strict=False)]


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
    step = step_of(scenario)
    whole = [
        Serving(each.time_s, round(float(np.floor(each.volume_L / step + 1e-9)) * step, 6), each.at_km)
        for each in plan.servings
    ]
    return replace(plan, servings=tuple(each for each in whole if each.volume_L > 0.0))

"""Effort, pace and warm-up: what they do to heat and loss, and, alone of all choices, how theories rank them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cramplab.core.plan import Pacing, Plan
from cramplab.core.plan_result import EffortOption
from cramplab.core.theory import Theory
from cramplab.planner.outcomes import chances, figures, foreseen
from cramplab.planner.pacing import stretches_time
from cramplab.planner.planned_event import Lived, PlannedEvent
from cramplab.planner.theories_beside import Beside, ask, lowers_for_all, worst_mean
from cramplab.safety.limits import Limits

SLOWER = (0.95, 0.90)
EASY_START = 0.95
WARM_UP_MIN = 10.0
_SHOWN = ("core_temperature_highest", "body_mass_change", "sweat_rate")


@dataclass(frozen=True, eq=False)
class Ranked:
    """The options in the order of their names, which was chosen, and why in a sentence."""

    options: tuple[EffortOption, ...]
    chosen: Pacing
    words: str


def options_of(event: PlannedEvent) -> dict[str, tuple[str, Pacing]]:
    """Give the ways of pacing that come into question, by name: words and pacing. The first is the one asked for."""
    given = float(event.scenario.event.warm_up_min or 0.0)
    longer = stretches_time(event.effort, event.scenario)
    how = "slower" if longer else "easier"
    found = {"asked": ("As asked", Pacing(warm_up_min=given))}
    found["easy_start"] = (
        f"First fifth {100 * (1 - EASY_START):.0f} % {how}, same time",
        Pacing(1.0, EASY_START, given),
    )
    for pace in SLOWER:
        found[f"pace_{100 * pace:.0f}"] = (f"{100 * (1 - pace):.0f} % {how} throughout", Pacing(pace, 1.0, given))
    if given:
        found["no_warm_up"] = ("Without the warm-up", Pacing())
    else:
        found["warm_up"] = (f"{WARM_UP_MIN:.0f} min of warm-up", Pacing(1.0, 1.0, WARM_UP_MIN))
    return found


def ranked(
    event: PlannedEvent,
    as_asked: Lived,
    plan_at: Callable[[Pacing], Plan],
    is_known: Callable[[Pacing], bool],
    limits: Limits,
    shelf: Mapping[str, Theory],
    hottest: float,
) -> Ranked:
    """Live through the event at every pacing with the plan's drinks, and rank them by what theories say.

    Slower than asked is chosen only where the heat asks for it; a start or a warm-up that costs no time only where
    every theory that gives a chance gives a clearly lower one.

    Parameters
    ----------
    as_asked
        The plan at the pacing that was asked for, lived through in all runs.
    plan_at
        Gives the plan, its drinks fitted to a pacing.
    is_known
        Tells whether an event at a pacing is still of a length that was ever tested.
    hottest : degC
        Air at its hottest.
    """
    named = options_of(event)
    rows = event.some_rows
    others = {name: plan_at(pacing) for name, (_, pacing) in named.items() if name != "asked"}
    lived = {"asked": as_asked.of(rows), **dict(zip(others, event.live(list(others.values()), rows), strict=True))}
    seen = {name: foreseen(each, event.person.mass_kg) for name, each in lived.items()}
    beside = {name: ask(event, each, hottest, shelf) for name, each in lived.items()}
    line = limits["core_temperature_line"].value
    hot = {name: float(np.mean(each.core_highest > line)) for name, each in seen.items()}
    # All runs tell the heat of the effort as asked best; the others are compared with its share of the same runs.
    in_all = float(np.mean(foreseen(as_asked, event.person.mass_kg).core_highest > line))
    slower = [name for name in ("pace_95", "pace_90") if is_known(named[name][1])]
    chosen, words = _chosen(named, slower, hot, in_all, beside, limits)
    order = sorted(named, key=lambda name: (worst_mean(beside[name]), name != "asked"))
    told = []
    for name, (label, _) in named.items():
        found = figures(lived[name], seen[name])
        told.append(
            EffortOption(
                name, label, lived[name].plan.duration_s, {each: found[each] for each in _SHOWN},
                chances(seen[name], limits), beside[name].ranges, 1 + order.index(name) if beside[name].chance else 0,
                name == chosen,
            )
        )  # fmt: skip
    return Ranked(tuple(told), named[chosen][1], words)


def _chosen(
    named: Mapping[str, tuple[str, Pacing]],
    slower: Sequence[str],
    hot: Mapping[str, float],
    in_all: float,
    beside: Mapping[str, Beside],
    limits: Limits,
) -> tuple[str, str]:
    most, line = limits["core_temperature_chance"].value, limits["core_temperature_line"].value
    if in_all > most:
        cooler = [name for name in slower if hot[name] <= most]
        told = f"As asked, {100 * in_all:.0f} of 100 runs pass {line:g} °C of core temperature"
        if cooler:
            name = cooler[0]
            return name, f"{told}; {named[name][0].lower()} it is {100 * hot[name]:.0f}. So take it that much easier."
        if not slower:
            return "asked", f"{told}; any slower, it would last longer than was ever tested. Go a shorter way, or not."
        name = slower[-1]
        told += f"; {named[name][0].lower()} it is still {100 * hot[name]:.0f}. Go easier still, or not at all."
        return name, told
    free = [name for name in named if name in ("easy_start", "warm_up", "no_warm_up")]
    better = [name for name in free if hot[name] <= hot["asked"] and lowers_for_all(beside[name], beside["asked"])]
    if better:
        name = min(better, key=lambda each: worst_mean(beside[each]))
        return name, f"{named[name][0]}: every theory gives a lower chance of a cramp for it, and it costs no time."
    base = worst_mean(beside["asked"])
    told = "Heat allows the effort as asked, and no start or warm-up does better under every theory."
    if beside["pace_95"].chance:
        told += (
            f" {named['pace_95'][0]}, the highest chance of a cramp under any theory is "
            f"{worst_mean(beside['pace_95']):.0f} of 100 in the mean of the runs; as asked, it is {base:.0f}."
        )
    return "asked", told

"""What each theory says a plan does to the chance of a cramp: told beside the plan, and never a reason for a drink."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cramplab.cohort.event_looks import Told, event_looks
from cramplab.cohort.margin_course import draw_pools
from cramplab.core.plan_result import Range, TheoryView
from cramplab.core.theory import Theory
from cramplab.inference.event_chances import chances_of_event
from cramplab.planner.outcomes import finished, range_of
from cramplab.planner.planned_event import Lived, PlannedEvent

FloatArray = NDArray[np.float64]
CLEAR_DIFFERENCE = 1.0
"""A difference of the mean chance below this, in runs of 100, is not told as one."""


@dataclass(frozen=True, eq=False)
class Beside:
    """What theories say of one plan.

    Parameters
    ----------
    told
        As for a simulated event.
    chance
        Of at least one cramp, in runs of 100, by theory; shape [runs], NaN where a run failed. Empty if nothing is
        told.
    """

    told: Told
    chance: Mapping[str, FloatArray]

    @property
    def ranges(self) -> dict[str, Range]:
        """Median and 90 % interval by theory."""
        return {name: range_of(values, "of 100") for name, values in self.chance.items()}


def ask(event: PlannedEvent, lived: Lived, hottest_air_C: float, shelf: Mapping[str, Theory]) -> Beside:
    """Ask every theory what a plan does. Runs keep their strengths of theories from plan to plan.

    Parameters
    ----------
    hottest_air_C : degC
        As forecast.
    """
    label = f"person {event.person.id}"
    pools = {name: values[lived.rows] for name, values in draw_pools(event.runs, event.seed, label).items()}
    agonist = np.broadcast_to(event.people.drawn.get("drugs.beta_agonist", 0.0), (event.runs,))[lived.rows]
    looks = event_looks(
        event.person, lived.recorded, lived.time_s, duration_s=lived.plan.duration_s, hottest_air_C=hottest_air_C,
        pools=pools, beta_agonist=agonist, finished=finished(lived), traits={}, seed=event.seed,
    )  # fmt: skip
    told = chances_of_event(looks, shelf)
    chance = {each.theory: 100.0 * each.chance for each in told.chances.answers if each.chance.size}
    return Beside(told, chance)


def views(every: Beside, plan: Beside, thirst: Beside) -> tuple[TheoryView, ...]:
    """Give each theory's answer, and its difference to drinking as thirst asks, run by run.

    Parameters
    ----------
    every
        Of the plan, in all runs.
    plan, thirst
        In the same runs as each other.
    """
    found = []
    for each in every.told.chances.answers:
        chance = every.chance.get(each.theory)
        if chance is None:
            found.append(TheoryView(each.theory, each.claim, None, None, each.why_not))
            continue
        against = plan.chance[each.theory] - thirst.chance[each.theory]
        found.append(
            TheoryView(each.theory, each.claim, range_of(chance, "of 100"), range_of(against, "of 100"), each.why_not)
        )
    return tuple(found)


def lowers_for_all(option: Beside, base: Beside) -> bool:
    """Tell whether every theory that gives a chance gives a clearly lower one."""
    return bool(base.chance) and all(_clearly_lower(option.chance[name], base.chance[name]) for name in base.chance)


def _clearly_lower(values: FloatArray, base: FloatArray) -> bool:
    apart = base - values
    apart = apart[np.isfinite(apart)]
    error = float(apart.std(ddof=1) / np.sqrt(apart.size))
    return float(apart.mean()) > max(CLEAR_DIFFERENCE, 2.0 * error)


def worst_mean(beside: Beside) -> float:
    """Give the mean chance under the theory that gives the highest (of 100)."""
    return max((float(np.nanmean(values)) for values in beside.chance.values()), default=0.0)

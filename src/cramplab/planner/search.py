"""Searches how to drink in an event: how much, then of what, when, and with how much salt; the simplest that will do.

Each stage keeps what the stage before it found. All choices are lived through by the same possible versions of the
person on the same days, so that two of them are compared run by run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cramplab.core.plan import DrinkContent, Plan
from cramplab.core.plan_result import Candidate
from cramplab.planner.choices import SHAPES, Choice, contents, own_content, plan_of, simplicity
from cramplab.planner.cost import cost_by_run, difference, shares_of_cost, worth_it
from cramplab.planner.outcomes import finished, foreseen
from cramplab.planner.planned_event import Lived, PlannedEvent
from cramplab.safety.comparing import Case, broken
from cramplab.safety.foreseen import Asked, Foreseen
from cramplab.safety.limits import Limits

FloatArray = NDArray[np.float64]
LEVELS = (0.25, 0.5, 0.75, 1.0)
"""Drinking over the most that is allowed; drinking nothing is known before the search."""
NOISE = 1.96
"""Standard errors within which two plans count as equally good."""
_SALT_SHARES = (0.5, 1.0)


@dataclass(frozen=True, eq=False)
class Tried:
    """One choice, as it was lived through.

    Parameters
    ----------
    shares
        Numbers whose mean is its cost; shape [runs]. A run that failed counts as the worst.
    broken
        Caps that it does not keep.
    """

    choice: Choice
    lived: Lived
    seen: Foreseen
    shares: FloatArray
    broken: tuple[str, ...]

    @property
    def plan(self) -> Plan:
        """The choice as a plan."""
        return self.lived.plan

    @property
    def cost(self) -> float:
        """What the search makes small (1)."""
        return float(self.shares.mean())


class DrinkSearch:
    """The search for one person's event at one pacing.

    Parameters
    ----------
    lead
        ``numbers`` or ``thirst``; where thirst leads, how much is its ceiling, and there is no when.
    most_L : L
        The most that limits allow over the event.
    nothing
        How the event was lived through at this pacing without drinking.
    """

    def __init__(
        self, event: PlannedEvent, asked: Asked, limits: Limits, *, lead: str, most_L: float, nothing: Lived
    ) -> None:
        self.event, self.asked, self.limits = event, asked, limits
        self.lead, self.most_L, self.pacing = lead, most_L, nothing.plan.pacing
        self.own = own_content(event.scenario)
        self.rows = event.some_rows
        self.tried: dict[Choice, Tried] = {}
        none = self._choice(0.0, "even", self._within(self.own), 0.0)
        self.tried[none] = self._read(none, nothing.of(self.rows))
        self.none = none

    def run(self) -> tuple[Tried, tuple[Candidate, ...]]:
        """Search, and give the chosen plan with every one that was tried."""
        start = self._within(self.own)
        if self.lead == "thirst":
            # The ceiling is the limits' own: who is not thirsty drinks less anyway.
            best = self._best([self._choice(self.most_L, "even", start, 0.0)])
        else:
            levels = [self._choice(level * self.most_L, "even", start, 0.0) for level in LEVELS]
            best = self._best([self.none, *levels])
        if best.plan.most_intake > 0.0:
            self._refine(best.choice)
        return self._simplest()

    def _refine(self, found: Choice) -> None:
        """Try other drinks and other times at this volume, then the best of both together, and salt beside it."""
        drinks = [replace_content(found, self._within(each), self.own) for each in contents(self.event.scenario)]
        shapes = [self._choice(found.litres, shape, found.content, 0.0) for shape in SHAPES]
        if self.lead == "thirst":
            shapes = [found]
        self._live([*drinks, *shapes])
        drink, shape = self._best(drinks).choice, self._best(shapes).choice
        both = self._choice(found.litres, shape.shape, drink.content, 0.0)
        together = [both]
        salt = self._salt_room(self.tried[drink])
        together += [
            self._choice(found.litres, shape.shape, drink.content, share * salt) for share in _SALT_SHARES if salt
        ]
        self._live(together)

    def _choice(self, litres: float, shape: str, content: DrinkContent, salt: float) -> Choice:
        return Choice(litres, shape, content, salt, simplicity(shape, content, salt, self.own))

    def _within(self, content: DrinkContent) -> DrinkContent:
        """Thin a drink that is above a cap; the name says so."""
        sodium = min(content.sodium_mmol_per_L, self.limits["drink_sodium"].value)
        sugar = min(content.carbohydrate_g_per_L, self.limits["carbohydrate"].value)
        if (sodium, sugar) == (content.sodium_mmol_per_L, content.carbohydrate_g_per_L):
            return content
        return replace(content, name=f"{content.name}, thinned", sodium_mmol_per_L=sodium, carbohydrate_g_per_L=sugar)

    def _salt_room(self, tried: Tried) -> float:
        """Give the sodium beside the drink (mmol/h) that the gates and the loss leave room for."""
        hours = self.asked.hours
        rate = float(np.median(tried.seen.sweat_loss)) / hours
        if (
            rate <= self.limits["salt_supplement_sweat_rate"].value
            or hours <= self.limits["salt_supplement_hours"].value
        ):
            return 0.0
        lost = self.limits["sodium_not_above_loss"].value * float(np.median(tried.seen.sweat_sodium))
        return max(0.95 * lost - tried.plan.most_sodium, 0.0) / hours

    def _live(self, choices: Sequence[Choice]) -> None:
        """Live through the event with every choice that was not tried yet, all in one run."""
        new = [each for each in dict.fromkeys(choices) if each not in self.tried]
        effort = self.event.forcing_of(self.pacing)[0]
        plans = [plan_of(each, self.event.scenario, effort, self.limits, self.pacing, self.lead) for each in new]
        for choice, lived in zip(new, self.event.live(plans, self.rows) if plans else [], strict=True):
            self.tried[choice] = self._read(choice, lived)

    def _best(self, choices: Sequence[Choice]) -> Tried:
        self._live(choices)
        found = [self.tried[each] for each in choices]
        return min([each for each in found if not each.broken] or found, key=lambda each: each.cost)

    def _read(self, choice: Choice, lived: Lived) -> Tried:
        seen = foreseen(lived, self.event.person.mass_kg)
        shares = np.full(lived.rows.size, np.nan)
        shares[finished(lived)] = shares_of_cost(cost_by_run(seen))
        # The chance of low sodium needs far more runs than the search has: the gate asks it at the end.
        over = broken(Case(lived.plan, seen, self.asked, self.limits), ("cap", "gate"))
        return Tried(choice, lived, seen, np.nan_to_num(shares, nan=float(np.nanmax(shares, initial=0.0))), over)

    def _simplest(self) -> tuple[Tried, tuple[Candidate, ...]]:
        tried = [each for each in self.tried.values() if self.lead == "numbers" or each.choice != self.none]
        tried = tried or list(self.tried.values())  # where thirst leads and nothing may be drunk
        inside = [each for each in tried if not each.broken] or tried
        best = min(inside, key=lambda each: each.cost)
        apart: Mapping[Choice, tuple[float, float]] = {
            each.choice: difference(each.shares, best.shares) for each in self.tried.values()
        }
        small = worth_it() * best.cost + 1e-12
        as_good = [each for each in inside if apart[each.choice][0] <= max(NOISE * apart[each.choice][1], small)]
        chosen = min(as_good, key=lambda each: (each.choice.simplicity, each.cost))
        told = [
            Candidate(
                each.choice.label + (" (above a limit)" if each.broken else ""), each.cost, *apart[each.choice],
                each.choice.simplicity, each is chosen,
            )
            for each in sorted(self.tried.values(), key=lambda each: each.cost)
        ]  # fmt: skip
        return chosen, tuple(told)


def replace_content(choice: Choice, content: DrinkContent, own: DrinkContent) -> Choice:
    """Give the same choice with another drink."""
    found = simplicity(choice.shape, content, choice.salt_mmol_per_h, own)
    return replace(choice, content=content, simplicity=found)

"""What a plan for an event is: what to drink and when, how hard to go, and who leads, the card or thirst.

Plain numbers, no engine and no advice: the safety gate reads them, the planner makes them, the report prints them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

Lead = Literal["numbers", "thirst", "nothing"]


@dataclass(frozen=True)
class DrinkContent:
    """What is in a drink.

    Parameters
    ----------
    name
        As on the label, or ``water``.
    sodium_mmol_per_L : mmol/L
    carbohydrate_g_per_L : g/L
    potassium_mmol_per_L : mmol/L
    """

    name: str = "water"
    sodium_mmol_per_L: float = 0.0
    carbohydrate_g_per_L: float = 0.0
    potassium_mmol_per_L: float = 0.0


@dataclass(frozen=True)
class Serving:
    """One drink at one moment of the event.

    Parameters
    ----------
    time_s : s
        From the start of the event.
    volume_L : L
    at_km : km
        Where it is taken, if it is at a station.
    """

    time_s: float
    volume_L: float
    at_km: float | None = None


@dataclass(frozen=True)
class Pacing:
    """How hard to go, against what was asked for.

    Parameters
    ----------
    pace : 1
        Mean speed (or power) over the one asked for; 1 keeps the goal time.
    start : 1
        Speed in the first fifth of the event over the plan's mean; the rest makes up for it.
    warm_up_min : min
        Easy movement before the start.
    """

    pace: float = 1.0
    start: float = 1.0
    warm_up_min: float = 0.0


@dataclass(frozen=True)
class Plan:
    """A plan for one event of one person.

    Parameters
    ----------
    lead
        ``numbers``: the servings are drunk as they stand. ``thirst``: the person drinks when thirsty, and never faster
        than ``at_most_L_per_h`` nor more than ``at_most_L`` in all. ``nothing``: no drinking.
    duration_s : s
        Of the event under this plan.
    servings
        In order of time; empty unless numbers lead.
    at_most_L_per_h : L/h
        Ceiling where thirst leads.
    at_most_L : L
        Ceiling over the whole event where thirst leads.
    content
        Of the drink.
    salt_mmol_per_h : mmol/h
        Sodium swallowed beside the drink.
    pacing
        How hard to go.
    """

    lead: Lead
    duration_s: float
    servings: tuple[Serving, ...] = ()
    at_most_L_per_h: float = 0.0
    at_most_L: float = 0.0
    content: DrinkContent = field(default_factory=DrinkContent)
    salt_mmol_per_h: float = 0.0
    pacing: Pacing = field(default_factory=Pacing)

    @property
    def hours(self) -> float:
        """Length of the event (h)."""
        return self.duration_s / 3600.0

    @property
    def most_intake(self) -> float:
        """The most that this plan lets the person drink over the event (L)."""
        if self.lead == "numbers":
            return sum(each.volume_L for each in self.servings)
        return min(self.at_most_L, self.at_most_L_per_h * self.hours) if self.lead == "thirst" else 0.0

    @property
    def fastest_drinking(self) -> float:
        """The fastest drinking: a serving over the time since the one before it or the start, or thirst's ceiling."""
        if self.lead == "numbers":
            return fastest_serving(self.servings)
        return self.at_most_L_per_h if self.lead == "thirst" else 0.0

    @property
    def most_in_an_hour(self) -> float:
        """The most in any 60 min (L)."""
        if self.lead == "numbers":
            return most_in_an_hour(self.servings)
        return min(self.at_most_L_per_h, self.at_most_L) if self.lead == "thirst" else 0.0

    @property
    def most_sodium(self) -> float:
        """Sodium of the most that is drunk, and of the salt beside it (mmol)."""
        return self.most_intake * self.content.sodium_mmol_per_L + self.salt_mmol_per_h * self.hours

    def drinking_less(self, share: float) -> Plan:
        """Give the plan with this share of its drinking; salt beside the drink keeps its size."""
        servings = tuple(replace(each, volume_L=share * each.volume_L) for each in self.servings)
        return replace(
            self, servings=servings, at_most_L_per_h=share * self.at_most_L_per_h, at_most_L=share * self.at_most_L
        )


def fastest_serving(servings: Sequence[Serving]) -> float:
    """Give the highest rate of a serving over the time since the one before it, or since the start (L/h)."""
    fastest, before = 0.0, 0.0
    for each in servings:
        if each.volume_L > 0.0:
            # A drink at the start itself has no time behind it; a minute to swallow it is the least.
            fastest = max(fastest, 3600.0 * each.volume_L / max(each.time_s - before, 60.0))
        before = each.time_s
    return fastest


def most_in_an_hour(servings: Sequence[Serving]) -> float:
    """Give the largest sum of servings within any half-open span of 60 min (L)."""
    return max(
        (sum(each.volume_L for each in servings if 0.0 <= each.time_s - first.time_s < 3600.0) for first in servings),
        default=0.0,
    )

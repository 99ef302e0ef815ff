"""The worked muscle in the course of an event, as theories are shown it: some dozen looks, in their own states.

The people, their body and their motor pools are common ground. What a theory makes of the looks is worked out above
this room; the event only hands them on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cramplab.cohort.margin_course import pool_factors
from cramplab.cohort.situations import at_rest, quantities_for_states, states_of
from cramplab.core.cramp_chances import CrampChances
from cramplab.core.results import Assumption, Trait
from cramplab.importers.scenario_schema import Person

FloatArray = NDArray[np.float64]
LOOKS = 40
"""At the muscle in an event: its state changes over minutes."""
_HISTORY = {"never": -1.0, "sometimes": 0.0, "most_events": 1.0}
_MEDICINES = frozenset({
    "diuretic", "statin", "nsaid", "long_acting_beta_agonist", "raloxifene", "oestrogen", "teriparatide", "iv_iron",
    "lithium", "ssri",
})  # fmt: skip
"""Flags of a person that stand for a medicine at work."""


@dataclass(frozen=True, eq=False)
class EventLooks:
    """What theories are asked about: one person's possible versions in the course of an event.

    Parameters
    ----------
    person
        As the scenario tells them.
    duration_s : s
        Of the event, without the rest after it.
    hottest_air_C : degC
        Air at its hottest in the event.
    time_s : s
        Of the looks; shape [looks].
    seconds : s
        For which each look stands; shape [looks].
    states
        Of the worked muscle, by name (`cramplab.core.situation.STATES`); shape [looks, draws].
    pools
        What differs between people's motor pools, over its declared value; by input of the margin, shape [draws].
    finished
        Draws that gave an answer; shape [draws].
    traits
        What was drawn of the person and of the day, by short name.
    seed
        Of the run.
    """

    person: Person
    duration_s: float
    hottest_air_C: float
    time_s: FloatArray
    seconds: FloatArray
    states: Mapping[str, FloatArray]
    pools: Mapping[str, FloatArray]
    finished: NDArray[np.bool_]
    traits: Mapping[str, Trait]
    seed: int


@dataclass(frozen=True, eq=False)
class Told:
    """What was made of the looks, and what has to be said in the run because of it.

    Parameters
    ----------
    chances
        Theory by theory.
    assumptions, notices
        To be added to those of the run.
    """

    chances: CrampChances
    assumptions: tuple[Assumption, ...] = ()
    notices: tuple[str, ...] = ()


AskTheories = Callable[[EventLooks], Told]


def event_looks(
    person: Person,
    recorded: Mapping[str, NDArray[np.float32]],
    record_s: FloatArray,
    *,
    duration_s: float,
    hottest_air_C: float,
    pools: Mapping[str, FloatArray],
    beta_agonist: FloatArray | float,
    finished: NDArray[np.bool_],
    traits: Mapping[str, Trait],
    seed: int,
) -> EventLooks:
    """Look at the worked muscle some dozen times in the course of an event, the last time at its end.

    Parameters
    ----------
    recorded
        By quantity, internal units, shape [draws, records]; record 0 is at rest.
    record_s : s
        Times of the records; those after ``duration_s`` are left out.
    pools
        As `cramplab.cohort.margin_course.draw_pools` gives them.
    beta_agonist : 1
        Level, 1 at the usual dose; a number or shape [draws].
    """
    during = np.flatnonzero((record_s > 0.0) & (record_s <= duration_s + 1e-6))
    lasting = np.diff(record_s, prepend=0.0)
    stretches = np.array_split(during, min(during.size, LOOKS))
    rows = [int(each[each.size // 2]) for each in stretches[:-1]] + [int(stretches[-1][-1])]
    seconds = np.array([lasting[each].sum() for each in stretches])
    there = {name: recorded[name][:, rows].T for name in quantities_for_states()}
    rest = {name: recorded[name][:, 0] for name in quantities_for_states()}
    states = {**at_rest(), **_of_person(person, beta_agonist), **states_of("worked", there, rest)}
    shape = (len(rows), finished.size)
    wide = {name: np.broadcast_to(np.asarray(value, dtype=float), shape) for name, value in states.items()}
    return EventLooks(
        person, duration_s, hottest_air_C, record_s[rows], seconds, wide, pool_factors(pools), finished, traits, seed
    )


def _of_person(person: Person, beta_agonist: FloatArray | float) -> dict[str, FloatArray | float]:
    """Give the states that hold through the whole event: who they are, and what they have taken."""
    return {
        "cramp_history": _HISTORY.get(person.cramp_history or "", 0.0),
        "medicine": float(bool(_MEDICINES & set(person.flags))),
        "beta_agonist": beta_agonist,
    }

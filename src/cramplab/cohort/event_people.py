"""Draws the possible versions of a person for an event, and keeps those that fit what was measured and what is planned.

Many more versions than asked for are drawn, weighed by sweat tests and by whether they could hold the planned effort,
and drawn again by weight (sampling, importance, resampling). Without anything to weigh by, the draws stand as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray
from scipy import special

from cramplab.cohort.known_traits import Told, what_is_told
from cramplab.cohort.population import draw_people
from cramplab.cohort.random_streams import stream
from cramplab.cohort.sweat_tests import Pool, guessed, weigh
from cramplab.core.results import Assumption
from cramplab.importers.event_effort import EventEffort
from cramplab.importers.scenario import Scenario
from cramplab.importers.scenario_schema import Person
from cramplab.importers.weather import Weather
from cramplab.simulation.assembly import Body, assemble, body_parameters
from cramplab.simulation.event_course import Surroundings, is_indoors, moves
from cramplab.simulation.event_run import CHUNK_PEOPLE
from cramplab.simulation.timeline import forcing_at_rest

FloatArray = NDArray[np.float64]
FIRST_POOL, SECOND_POOL = 8, 32
"""Versions drawn for each one kept; the second if too few of the first fit."""
ENOUGH = 0.5
"""Versions that fit, as an equivalent of equal weights, over those kept; below it the second pool is drawn."""
LARGEST_POOL = 20_000
USUAL_DRAWS = 200
ENDURANCE = (0.04, 0.09)
"""The share of the aerobic reserve that can be held falls by this for each factor e of time beyond `ALL_OUT_SECONDS`:
for who lasts best, and for who lasts worst of those that enter long events."""
ALL_OUT_SECONDS = 420.0
SWEAT_FOR_THE_SAME_COOLING = 0.25
"""Spread of the sweat that somebody sheds for the same cooling, as a share of the usual (lognormal; our choice), drawn
where a sweat test can tell it.

Some people drip, and outdoors in cool air the body model sweats less than runners do. Without a test the published
spread of athletes stands; with one, what the scale showed has to be possible without anybody being hotter for it.
"""
_FEWEST_FITTING = 30
_WIND_SHARE = (0.50, 0.85)
_WIND, _SUN = (0.5, 4.0), (0.0, 700.0)


@dataclass(frozen=True, eq=False)
class EventPeople:
    """Possible versions of one person, ready for an event.

    Parameters
    ----------
    drawn
        Parameters by dotted name, internal units, shape [draws].
    body
        Assembled with them, float32.
    around
        What was drawn of the surroundings.
    known
        Names of parameters that the scenario told.
    conditioned
        True if measurements or the plan decided which versions were kept.
    """

    drawn: Mapping[str, FloatArray]
    body: Body
    around: Surroundings
    known: frozenset[str]
    conditioned: bool
    notices: tuple[str, ...]
    assumptions: tuple[Assumption, ...]


def sustainable_share(seconds: float, endurance: Any = ENDURANCE[0]) -> Any:
    """Give the share of the aerobic reserve that a trained person can hold for a time, as a mean over it.

    Parameters
    ----------
    seconds : s
    endurance
        Fall of that share for each factor e of time; that of who lasts best by default.
    """
    return np.clip(1.0 - endurance * np.log(max(seconds, 1.0) / ALL_OUT_SECONDS), 0.55, 1.0)


def people_for_event(
    person: Person,
    scenario: Scenario,
    effort: EventEffort,
    weather: Weather,
    *,
    draws: int,
    seed: int,
    names: tuple[str, ...],
    report_progress: Callable[[int], None] | None = None,
) -> EventPeople:
    """Draw the possible versions of a person for an event.

    Parameters
    ----------
    draws
        How many to keep.
    names
        Quantities that the engine records, for the simulation of sweat tests.
    report_progress
        Told how many records of how many people of the sweat tests are done.
    """
    measured = bool(person.sweat_test) or (person.sweat_sodium is not None and not guessed(person))
    planned = effort.kind != "heart_rate"
    guess_fitness = planned and person.vo2max_mL_per_kg_min is None
    label = f"person {person.id}"
    sizes = [draws]
    if measured or guess_fitness:
        sizes = [_pool_size(draws, factor) for factor in ((FIRST_POOL, SECOND_POOL) if measured else (FIRST_POOL,))]
    for size in sizes:
        told = what_is_told(person, scenario.preferences, size, seed, label)
        drawn = draw_people(size, seed, label, told.given, told.centres)
        if person.sweat_test:
            drawn |= sweating_freely(drawn, stream(seed, label, "sweat for the same cooling").standard_normal(size))
        around = _surroundings(effort, weather, size, seed)
        log_weights, notices, assumptions = np.zeros(size), list(told.notices), list(told.assumptions)
        share: FloatArray | None = None
        body = _assembled(drawn)
        if planned:
            demand, reserve = mean_demand(body, scenario, effort, person.mass_kg, size)
            if guess_fitness:
                fitter, gained = fit_enough(drawn, told, demand, reserve, effort.duration_s, seed, label)
                reserve += (fitter["body_size.fitness"] - drawn["body_size.fitness"]) * drawn["body_size.mass"]
                drawn = fitter
                body = _assembled(drawn)
                log_weights += gained
                assumptions.append(_assumed_fit(effort.duration_s))
            share = demand / reserve
        else:
            _, reserve = _demand_and_reserve(body, {}, size)
        if measured:
            sport, chunk = scenario.event.sport, min(CHUNK_PEOPLE, draws)
            pool = Pool(body, size, seed, label, drawn["body_size.mass"], reserve, share, sport, around.indoors, chunk)
            found = weigh(person, pool, names, report_progress)
            log_weights += found.log_weights
            notices += found.notices
            assumptions += found.assumptions
        weights, fitting = normalised(log_weights)
        if fitting >= ENOUGH * draws:
            break
    if person.sweat_test:
        assumptions.append(_assumed_free_sweating())
    if guessed(person):
        notices.append("The sweat sodium is a guess and was not used: published spreads say more.")
    notices += _effort_notices(person, effort, share, weights)
    if len(sizes) == 1 and size == draws and not (measured or guess_fitness):
        return EventPeople(drawn, body, around, told.known, False, tuple(notices), tuple(assumptions))
    if measured:
        notices.append(_told_fit(size, fitting))
    rows = resampled(weights, draws, seed, label)
    drawn = {name: values[rows] for name, values in drawn.items()}
    around = replace(around, wind_share=around.wind_share[rows], wind=around.wind[rows], solar=around.solar[rows])
    return EventPeople(drawn, _assembled(drawn), around, told.known, True, tuple(notices), tuple(assumptions))


def sweating_freely(drawn: Mapping[str, FloatArray], score: FloatArray) -> dict[str, FloatArray]:
    """Scale sweating up and the part of it that cools down by one factor, so that only the water lost changes.

    Parameters
    ----------
    score
        Standard normal; shape [people].
    """
    declared = body_parameters()
    cools = declared["skin_exchange.evaporable"]
    factor = np.clip(
        np.exp(SWEAT_FOR_THE_SAME_COOLING * score),
        drawn["skin_exchange.evaporable"] / cools.high,
        drawn["skin_exchange.evaporable"] / cools.low,
    )
    changed = {
        "sweating.gain": drawn["sweating.gain"] * factor,
        "skin_exchange.evaporable": drawn["skin_exchange.evaporable"] / factor,
    }
    return {name: np.clip(values, declared[name].low, declared[name].high) for name, values in changed.items()}


def _pool_size(draws: int, factor: int) -> int:
    # Half as many for each draw beyond the usual number: what share of a pool fits hangs on the test alone.
    wanted = factor * min(draws, USUAL_DRAWS) + factor // 2 * max(draws - USUAL_DRAWS, 0)
    return max(min(wanted, LARGEST_POOL), 2 * draws)


def _assembled(drawn: Mapping[str, FloatArray]) -> Body:
    return assemble({name: values.astype(np.float32) for name, values in drawn.items()})


def normalised(log_weights: FloatArray) -> tuple[FloatArray, float]:
    """Give weights that add up to 1, and to how many equal ones they amount (effective sample size)."""
    best = float(np.max(log_weights, initial=-np.inf))
    if not np.isfinite(best):
        return np.full(log_weights.size, 1.0 / log_weights.size), 0.0
    weights = np.exp(log_weights - best)
    weights /= weights.sum()
    return weights, float(1.0 / np.sum(weights**2))


def resampled(weights: FloatArray, draws: int, seed: int, label: str) -> NDArray[np.intp]:
    """Draw positions by weight, evenly (systematic resampling), so that equal weights lose nobody."""
    places = (np.arange(draws) + stream(seed, label, "resampling").random()) / draws
    return np.minimum(np.searchsorted(np.cumsum(weights), places), weights.size - 1)


def _surroundings(effort: EventEffort, weather: Weather, people: int, seed: int) -> Surroundings:
    def between(name: str, low: float, high: float) -> FloatArray:
        # One weather for one event: the draws of all its people follow the same numbers.
        return low + (high - low) * stream(seed, "surroundings", name).random(people)

    return Surroundings(
        between("wind share", *_WIND_SHARE), between("wind", *_WIND), between("sun", *_SUN), is_indoors(effort, weather)
    )


@eqx.filter_jit
def _demand_of(body: Body, forcing: Mapping[str, Any], people: int) -> tuple[Any, Any]:
    at_rest = {name: jnp.float32(value) for name, value in forcing_at_rest().items()}
    known = body.quantities(body.initial(), {**at_rest, **forcing})
    demand = jnp.broadcast_to(
        known["oxygen_demand"], jnp.broadcast_shapes((people,), jnp.shape(known["oxygen_demand"]))
    )
    return demand, jnp.broadcast_to(known["oxygen_reserve"], (people,))


def _demand_and_reserve(body: Body, forcing: Mapping[str, Any], people: int) -> tuple[FloatArray, FloatArray]:
    given = {name: jnp.asarray(value, dtype=jnp.float32) for name, value in forcing.items()}
    demand, reserve = _demand_of(body, given, people)
    return np.array(demand, dtype=float), np.array(reserve, dtype=float)


def mean_demand(
    body: Body, scenario: Scenario, effort: EventEffort, mass: float, people: int
) -> tuple[FloatArray, FloatArray]:
    """Give each version's mean oxygen demand over the event, and its oxygen reserve (L/s); shape [people].

    The demand of one step is a person's own factor times what the step asks of anybody, so the steps are worked out for
    one person and the people at one steady effort.
    """
    work, _ = moves(scenario, effort, mass)
    usual = {name: float(np.mean(values)) for name, values in work.items() if name != "grade"}
    main = max(usual, key=lambda name: usual[name] * (0.05 if name == "cycling_power" else 1.0))
    reference = assemble({"body_size.mass": np.float32(mass)})
    steady = {main: usual[main]}
    # The steady effort stands behind the steps, so that the engine is asked once for both.
    one_more = {name: np.append(values, steady.get(name, 0.0)) for name, values in work.items()}
    by_step, _ = _demand_and_reserve(reference, one_more, effort.time_s.size + 1)
    of_all, reserve = _demand_and_reserve(body, steady, people)
    return of_all * float(np.mean(by_step[:-1])) / max(float(by_step[-1]), 1e-12), reserve


def fit_enough(
    drawn: Mapping[str, FloatArray],
    told: Told,
    demand: FloatArray,
    reserve: FloatArray,
    duration_s: float,
    seed: int,
    label: str,
) -> tuple[dict[str, FloatArray], FloatArray]:
    """Draw the aerobic capacity again from those that could hold the event's mean demand.

    Returns
    -------
    drawn
        With ``body_size.fitness`` drawn from the part of its population above what is needed.
    log_weights
        How likely such a capacity is for each version: those whose other traits ask for less weigh more.
    """
    declaration = body_parameters()["body_size.fitness"]
    mass, fitness = drawn["body_size.mass"], drawn["body_size.fitness"]
    at_rest = fitness * mass - reserve
    lasting = stream(seed, label, "endurance").uniform(*ENDURANCE, fitness.size)
    needed = (demand / sustainable_share(duration_s, lasting) + at_rest) / mass
    assert declaration.spread is not None
    middle, width = np.asarray(told.centres["body_size.fitness"]), declaration.spread.size
    # Where a plan asks for a capacity far out, the nearest that is possible is kept, and the run tells what is short.
    lowest = np.clip((needed - middle) / width, -8.0, 8.0)
    above = special.ndtr(-lowest)
    share = stream(seed, label, "capacity for the plan").random(fitness.size)
    score = -special.ndtri(np.maximum(share, 1e-9) * above)
    fresh = np.clip(middle + width * score, declaration.low, declaration.high)
    return {**drawn, "body_size.fitness": fresh}, np.log(above)


def _assumed_fit(duration_s: float) -> Assumption:
    best, worst = (round(100.0 * float(sustainable_share(duration_s, each))) for each in ENDURANCE)
    return Assumption(
        "person.can_hold_the_plan", "Who plans this effort can hold it: largest mean demand over the aerobic reserve",
        f"drawn from {worst} to {best}" if worst < best else best, "%",
        where="1 - e ln(time / 7 min), e from 0.04 to 0.09; the aerobic capacity was not told",
    )  # fmt: skip


def _assumed_free_sweating() -> Assumption:
    return Assumption(
        "sweat_test.sweat_for_the_same_cooling", "Sweat that a person sheds for the same cooling, spread over people",
        100.0 * SWEAT_FOR_THE_SAME_COOLING, "%",
        where="SD of its logarithm; drawn where a sweat test can tell it, never less than all sweat that cools",
    )  # fmt: skip


def _effort_notices(person: Person, effort: EventEffort, share: FloatArray | None, weights: FloatArray) -> list[str]:
    if share is None or person.vo2max_mL_per_kg_min is None:
        return []
    usual, limit = float(np.sum(weights * share)), float(sustainable_share(effort.duration_s))
    if usual <= limit:
        return []
    told = (
        f"The plan asks for {100 * usual:.0f} % of the aerobic reserve on average, with the "
        f"{person.vo2max_mL_per_kg_min:g} mL/kg/min that the scenario tells; trained people hold at "
        f"most about {100 * limit:.0f} % for that long. Check goal time and vo2max_mL_per_kg_min."
    )
    return [told]


def _told_fit(size: int, fitting: float) -> str:
    words = f"What was measured of the person fits the equivalent of {fitting:.0f} of {size} possible versions of them"
    if fitting < _FEWEST_FITTING:
        return f"{words}: few, so that single versions weigh much and the intervals are rough. Check the measurements."
    return f"{words}; the simulated runs were drawn from these."

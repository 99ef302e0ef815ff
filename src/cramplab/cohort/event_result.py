"""Puts what an event's simulation gave into a result: series, traits, assumptions with sources, and what failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.cohort.event_assumptions import assumptions_of_scenario, citations, declared_assumptions, sentence
from cramplab.cohort.event_looks import AskTheories, Told, event_looks
from cramplab.cohort.event_people import EventPeople
from cramplab.cohort.event_series import DEMAND_OVER_CAPACITY, body_series, course_series
from cramplab.cohort.margin_course import draw_pools, margin_assumptions, margin_course, margin_series
from cramplab.core.errors import CramplabError
from cramplab.core.quantities import from_internal
from cramplab.core.results import FailedDraw, RunResult, Series, Trait
from cramplab.importers.event_effort import EventEffort
from cramplab.importers.scenario import Scenario
from cramplab.importers.scenario_schema import Person
from cramplab.importers.weather import Weather, weather_on_grid
from cramplab.simulation.assembly import body_parameters, fast_parameters

FloatArray = NDArray[np.float64]
ABOVE_THE_LIMIT_MINUTES = 5
_VERSIONS_TOLD = ("cramplab", "jax", "jaxlib", "equinox", "numpy", "scipy")
_SHORT_NAMES = {
    "body_size.mass": ("mass", "Body mass"),
    "body_size.height": ("height", "Height"),
    "body_size.age": ("age", "Age"),
    "body_size.female": ("female", "Woman (1) or man (0)"),
    "body_size.body_fat": ("body_fat", "Body fat"),
    "body_size.fitness": ("aerobic_capacity", "Aerobic capacity (largest oxygen uptake)"),
    "resting_state.heat_acclimation": ("heat_acclimation", "Acclimation to heat (0 none, 1 full)"),
    "circulation.heart_rate_at_rest": ("resting_heart_rate", "Resting heart rate"),
    "circulation.heart_rate_most": ("highest_heart_rate", "Highest heart rate"),
    "sweating.gain": ("sweat_gain", "Sweat rate for a given warmth of the body"),
    "sweating.threshold": ("sweat_threshold", "Warmth at which sweating starts"),
    "sweat_composition.sodium_factor": ("sweat_sodium_level", "Personal level of sweat sodium"),
    "drinking.rate_per_thirst": ("drinking_by_thirst", "Drinking for a given thirst"),
    "drinking.habit": ("drinking_habit", "Drinking from habit"),
    "drinking.rate_most": ("drinking_most", "Fastest drinking"),
    "heat_balance.core_at_rest": ("core_temperature_at_rest", "Core temperature at rest"),
    "energy_demand.running_cost_scale": ("running_cost", "Energy cost of running, against the published curve"),
    "neuromodulation.basic_gain": ("persistent_current", "Gain of the motor neurons' persistent inward current"),
    "spinal_drive.facilitation_per_volley": ("volley_facilitation", "Facilitation of motor neurons by one volley"),
}


def event_result(
    person: Person,
    scenario: Scenario,
    effort: EventEffort,
    weather: Weather,
    people: EventPeople,
    recorded: Mapping[str, NDArray[np.float32]],
    time_s: FloatArray,
    *,
    seed: int,
    notices: Sequence[str],
    ask_theories: AskTheories | None = None,
) -> RunResult:
    """Put one person's simulated event into a result.

    Parameters
    ----------
    recorded
        By quantity, internal units, shape [draws, times].
    time_s : s
        Of the records.
    notices
        Sentences of the readers and the engine, told before those found here.
    ask_theories
        Makes chances of a cramp of the worked muscle's course.

    Raises
    ------
    CramplabError
        If no draw gave an answer.
    """
    draws = next(iter(recorded.values())).shape[0]
    pools = draw_pools(draws, seed, f"person {person.id}")
    margin = margin_course(recorded, pools)
    series = body_series(recorded) | margin_series(margin) | course_series(effort, weather, time_s, draws)
    failed = failed_draws(recorded, time_s)
    if len(failed) == draws:
        raise CramplabError(
            f"All {draws} simulated runs of {person.id} gave no finite numbers ({failed[0].reason}), so there "
            "is no answer and nothing was written. Please report it with the scenario."
        )
    for failure in failed:
        for each in series.values():
            if not each.values.flags.writeable:
                continue
            each.values[failure.draw] = np.nan
    traits = _traits(person, scenario, effort, people, weather) | _traits_of_pools(pools)
    told: Told | None = None
    if ask_theories is not None:
        told = ask_theories(
            event_looks(
                person, recorded, time_s, duration_s=effort.duration_s,
                hottest_air_C=_hottest(weather, time_s, effort), pools=pools, finished=_finished(failed, draws),
                beta_agonist=people.drawn.get("drugs.beta_agonist", 0.0), traits=traits, seed=seed,
            )
        )  # fmt: skip
    assumptions = (
        *people.assumptions,
        *assumptions_of_scenario(scenario, weather, people.around.indoors),
        *declared_assumptions(people, pools),
        *margin_assumptions(),
        *(told.assumptions if told else ()),
    )
    return RunResult(
        title=scenario.title,
        person_id=person.id,
        sport=scenario.event.sport,
        start=scenario.event.start.isoformat() if scenario.event.start else None,
        seed=seed,
        draws=draws,
        version=version("cramplab"),
        versions={name: version(name) for name in _VERSIONS_TOLD},
        input_sha256=scenario.input_sha256,
        input_files={each.path.name: each.sha256 for each in scenario.inputs},
        time_s=time_s,
        event_end_s=effort.duration_s,
        series=_ordered(series),
        traits=traits,
        assumptions=assumptions,
        failed=failed,
        notices=(
            *notices,
            *short_of_capacity(recorded, time_s, effort.duration_s, [each.draw for each in failed]),
            *margin.notices,
            *(told.notices if told else ()),
        ),
        scenario=_scenario_of(person, scenario),
        sources=citations(
            {each.source for each in assumptions} | {each.source.partition(",")[0] for each in traits.values()}
        ),
        drink_description=_drink_in_words(scenario),
        chances=told.chances if told else None,
    )


def _finished(failed: Sequence[FailedDraw], draws: int) -> NDArray[np.bool_]:
    keep = np.ones(draws, dtype=bool)
    keep[[each.draw for each in failed]] = False
    return keep


def _hottest(weather: Weather, time_s: FloatArray, effort: EventEffort) -> float:
    return float(np.max(weather_on_grid(weather, time_s[time_s <= effort.duration_s])["air_C"]))


def failed_draws(recorded: Mapping[str, NDArray[np.float32]], time_s: FloatArray) -> tuple[FailedDraw, ...]:
    """Find draws with numbers that are not finite, and say where each first went wrong."""
    wrong = {name: ~np.isfinite(values) for name, values in recorded.items()}
    any_wrong = np.any([each.any(axis=1) for each in wrong.values()], axis=0)
    failed = []
    for draw in np.flatnonzero(any_wrong):
        first = {name: int(np.argmax(each[draw])) for name, each in wrong.items() if each[draw].any()}
        name = min(first, key=lambda one: (first[one], one))
        minutes = time_s[first[name]] / 60.0
        failed.append(FailedDraw(int(draw), f"{name.replace('_', ' ')} was no finite number after {minutes:.0f} min"))
    return tuple(failed)


def short_of_capacity(
    recorded: Mapping[str, NDArray[np.float32]], time_s: FloatArray, duration_s: float, failed: Sequence[int]
) -> list[str]:
    """Tell in how many runs the effort asked for more oxygen than the person can take up, for how long.

    Parameters
    ----------
    failed
        Positions of the runs that are not counted.
    """
    during = (time_s >= 0.0) & (time_s <= duration_s)
    lasting = np.diff(time_s[during], prepend=0.0) / 60.0
    above = (recorded[DEMAND_OVER_CAPACITY][:, during] > 1.0) @ lasting
    runs = np.delete(above, list(failed))
    many = runs > ABOVE_THE_LIMIT_MINUTES
    if not many.any():
        return []
    told = (
        f"In {int(many.sum())} of {runs.size} simulated runs the effort asked for more than the largest oxygen uptake "
        f"for more than {ABOVE_THE_LIMIT_MINUTES} min in all ({np.median(runs[many]):.0f} min in the median of these). "
        "Their work was taken as done all the same; hardly anybody could."
    )
    return [told]


def _ordered(series: Mapping[str, Series]) -> dict[str, Series]:
    first = ("intensity", "speed", "grade", "power", "heart_rate", "air_temperature")
    return {name: series[name] for name in (*first, *series) if name in series}


def _traits(
    person: Person, scenario: Scenario, effort: EventEffort, people: EventPeople, weather: Weather
) -> dict[str, Trait]:
    traits = {}
    idle = _without_effect(scenario, effort, people)
    for name, values in people.drawn.items():
        declaration = body_parameters()[name]
        if name not in people.known and (np.ptp(values) == 0.0 or name in idle):
            continue
        short, label = _SHORT_NAMES.get(name, (name.replace(".", "_"), sentence(declaration.meaning)))
        source = "scenario" if name in people.known else declaration.source
        source += _narrowed(name, person, effort, people)
        shown = np.asarray(from_internal(values, declaration.unit))
        traits[short] = Trait(short, label, declaration.unit, shown, source, name in people.known)
    if not people.around.indoors:
        around = people.around
        share = Trait("wind_share", "Wind at the body over wind as given", "1", around.wind_share, "chosen", False)
        traits[share.name] = share
        if not np.isfinite(weather.wind_m_per_s).all():
            traits["wind"] = Trait("wind", "Wind, not told", "m/s", around.wind, "chosen", False)
        if not np.isfinite(weather.solar_W_per_m2).all():
            traits["sun"] = Trait("sun", "Sunlight on level ground, not told", "W/m^2", around.solar, "chosen", False)
    return traits


def _traits_of_pools(pools: Mapping[str, FloatArray]) -> dict[str, Trait]:
    traits = {}
    for name, values in pools.items():
        declaration, (short, label) = fast_parameters()[name], _SHORT_NAMES[name]
        shown = np.asarray(from_internal(values, declaration.unit))
        traits[short] = Trait(short, label, declaration.unit, shown, declaration.source, False)
    return traits


def _without_effect(scenario: Scenario, effort: EventEffort, people: EventPeople) -> set[str]:
    """Drawn parameters that nothing in this event asks for: naming them as unknown would mislead."""
    idle = set()
    if not np.any(people.drawn.get("muscle_perfusion.narrowing", 0.0)):
        idle.add("muscle_perfusion.collateral")
    if scenario.drink.behaviour != "thirst":
        idle |= {"drinking.rate_per_thirst", "drinking.habit", "drinking.rate_most"}
    if effort.kind == "heart_rate" or scenario.event.sport in ("cycle", "walk"):
        idle.add("energy_demand.running_cost_scale")
    return idle


def _narrowed(name: str, person: Person, effort: EventEffort, people: EventPeople) -> str:
    """Say what narrowed the spread of a trait beyond its source."""
    if not people.conditioned or name in people.known:
        return ""
    if name == "sweating.gain" and person.sweat_test:
        return ", narrowed by the sweat test"
    if name == "sweat_composition.sodium_factor" and person.sweat_sodium is not None:
        return ", narrowed by the sweat sodium" if person.sweat_sodium.method != "guess" else ""
    if name == "body_size.fitness" and effort.kind != "heart_rate":
        return ", able to hold the plan"
    return ""


def _scenario_of(person: Person, scenario: Scenario) -> dict[str, Any]:
    plain = scenario.as_plain()
    plain["person"] = [each for each in plain["person"] if each["id"] == person.id]
    return plain


def _drink_in_words(scenario: Scenario) -> str:
    drink = scenario.drink
    if drink.behaviour == "none":
        return "nothing is drunk"
    how = "by thirst" if drink.behaviour == "thirst" else "by schedule"
    if drink.behaviour == "schedule" and drink.rate_L_per_h is not None:
        how = f"{drink.rate_L_per_h:g} L/h"
    elif drink.behaviour == "schedule":
        how = f"{drink.each_station_mL or 0:g} mL at each of {len(scenario.event.drink_stations_km)} stations"
    sodium, sugar = drink.sodium_mmol_per_L or 0.0, drink.carbohydrate_g_per_L or 0.0
    content = f"sodium {sodium:g} mmol/L ({23.0 * sodium:.0f} mg/L), carbohydrate {sugar:g} g/L"
    return f"{drink.name or 'drink'}, {how}: {content}"

"""What an event's simulation rests on: choices where the scenario is silent, declared parameters, citations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from cramplab.cohort.event_people import EventPeople
from cramplab.core.experiment import read_experiment
from cramplab.core.library import PACKAGED, load_library
from cramplab.core.parameters import Declaration
from cramplab.core.quantities import from_internal
from cramplab.core.results import Assumption
from cramplab.importers.scenario import Scenario
from cramplab.importers.weather import Weather
from cramplab.simulation.assembly import body_parameters, fast_parameters
from cramplab.simulation.event_course import DEFAULT_CLOTHING

# What no event asks for, and what is a definition and no assumption.
_NOT_IN_EVENTS = ("knee_extension", "calf_")
_DEFINITIONS = ("definition", "physics")


def sentence(words: str) -> str:
    """Begin with a capital letter."""
    return words[:1].upper() + words[1:]


def assumptions_of_scenario(scenario: Scenario, weather: Weather, indoors: bool) -> list[Assumption]:
    """List what was assumed where the scenario is silent."""
    found = [
        Assumption("event.start", "State at the start", "rested, in balance of water and salt, stomach empty"),
        Assumption("event.food", "Food during the event and the rest after it", "none but the drink"),
    ]
    if scenario.event.clothing_clo is None:
        clothing = float(from_internal(DEFAULT_CLOTHING, "clo"))
        found.append(Assumption("event.clothing", "Clothing, not told: shirt, shorts and shoes", clothing, "clo"))
    drink = scenario.drink
    if drink.behaviour != "none" and drink.sodium_mmol_per_L is None and drink.carbohydrate_g_per_L is None:
        found.append(Assumption("drink.content", "Content of the drink, not told", "plain water"))
    if drink.behaviour == "thirst":
        found.append(
            Assumption(
                "drink.thirst", "Drinking by thirst", "at any moment, not at stations only; also in the rest after it"
            )
        )
    if indoors:
        found.append(
            Assumption("event.indoors", "No positions, no sun and hardly any wind", "indoors: no wind of one's own")
        )
        return found
    if not np.isfinite(weather.wind_m_per_s).all():
        found.append(Assumption("weather.wind", "Wind, not told", "drawn from 0.5 to 4", "m/s"))
    if not np.isfinite(weather.solar_W_per_m2).all():
        found.append(Assumption("weather.sun", "Sunlight, not told", "drawn from 0 to 700", "W/m^2"))
    found.append(
        Assumption("weather.wind_share", "Wind at the body over wind 10 m above open ground", "drawn from 0.50 to 0.85")
    )
    return found


def declared_assumptions(people: EventPeople, pools: Mapping[str, Any]) -> list[Assumption]:
    """List the declared parameters that the run rests on, but for what the scenario told and what is a definition.

    Parameters
    ----------
    pools
        Parameters of the motor pool that were drawn, by dotted name.
    """
    found = []
    for name, each in body_parameters().items():
        if name in people.known or each.where.startswith(_DEFINITIONS) or any(one in name for one in _NOT_IN_EVENTS):
            continue
        if name.startswith("drugs.") and not np.any(people.drawn.get(name, 0.0)):
            continue
        found.append(_assumption(name, each, people.drawn.get(name)))
    found += [_assumption(name, fast_parameters()[name], values) for name, values in pools.items()]
    return found


def _assumption(name: str, declaration: Declaration, drawn: Any) -> Assumption:
    value = declaration.value_as_written
    if drawn is not None:
        value = float(np.median(from_internal(drawn, declaration.unit)))
    return Assumption(
        name,
        sentence(declaration.meaning),
        float(f"{value:.6g}"),
        declaration.unit,
        declaration.spread.written if declaration.spread is not None else "",
        declaration.origin,
        declaration.source,
        declaration.where,
        declaration.population,
    )


def citations(keys: set[str]) -> dict[str, str]:
    """Citations of the sources that are named; choices and the scenario itself have none."""
    sources = load_library(shelves=("sources",)).sources
    found = {key: sources[key].citation for key in sorted(keys) if key in sources}
    missing = sorted(keys - set(found) - {"", "chosen", "scenario"})
    # A run names one study or none: reading the whole shelf for it would cost half a second.
    files = {key: PACKAGED / "studies" / f"{key}.toml" for key in missing}
    return found | {key: read_experiment(file).citation for key, file in files.items() if file.is_file()}

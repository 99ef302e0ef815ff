"""Equations do not depend on the choice of units.

The second, the litre, the metre and so on are each made larger or smaller by a random factor. Parameters, states and
inputs are converted by their declared units; then outputs and rates have to come out converted by theirs. Temperatures
keep their zero at 0 degC, which is the zero of every number in the engine. A pure factor that slips in has no unit and
stays unseen here: the tests of conservation are for that.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from tests.laws.runs import samples

from cramplab.core.quantities import unit
from cramplab.core.submodel import AbstractSubmodel, Values
from cramplab.simulation.assembly import submodel_classes
from cramplab.simulation.timeline import forcing_at_rest

BASES = (
    "[time]",
    "[length]",
    "[volume]",
    "[mass]",
    "[substance]",
    "[osmoles]",
    "[temperature]",
    "[energy]",
    "[pressure]",
    "[beats]",
)
EXEMPT = {
    # DuBois and Harris-Benedict are regressions on numbers in metres, kilograms and years; they have no dimensions.
    ("body_size", "body_surface_area"),
    ("body_size", "resting_metabolic_rate"),
}
PLACED = [(owner, place) for owner in submodel_classes() for place in (("worked", "rested") if owner.placed else ("",))]


def _factors(seed: int) -> dict[str, float]:
    random = np.random.default_rng(seed)
    return {base: float(np.exp(random.uniform(-1.5, 1.5))) for base in BASES}


def _factor(name: str, factors: dict[str, float]) -> float:
    answer = 1.0
    for base, power in unit(name).dimensions:
        answer *= factors[base] ** power
    return answer


def _declared(owner: type[AbstractSubmodel]) -> dict[str, Any]:
    return {each.name: each.metadata["parameter"] for each in dataclasses.fields(owner) if "parameter" in each.metadata}


def sampled(owner: type[AbstractSubmodel], place: str, seed: int = 5) -> tuple[dict, dict, dict]:
    """Parameters, states and inputs to try: what people came through, and both sides of every declared threshold."""
    body, state, _, known = samples()
    random = np.random.default_rng(seed)
    index = next(i for i, part in enumerate(body.submodels) if (part.name, part.place) == (owner.name, place))
    part = body.submodels[index]
    gathered = dict(body._gather(index, known))
    gathered |= {port.name: body._gather(index, known).get(port.name, known.get(port.name)) for port in owner.inputs}
    own = {port.name: state[f"{place}_{port.name}" if place else port.name] for port in owner.states}
    count = 10 * len(known["cuff"])
    parameters = {
        name: np.tile(np.broadcast_to(getattr(part, name), known["cuff"].shape), 10) for name in _declared(owner)
    }
    for name, each in _declared(owner).items():
        # Levels of medicines and a narrowing are nought in the reference; half of the samples have them.
        if each.value == 0.0 and np.isfinite(each.high):
            parameters[name] = np.where(random.random(count) < 0.5, random.uniform(0.0, 0.9 * each.high, count), 0.0)
    still = random.random(count) < 0.15

    def spread_out(port: Any, values: Any) -> Any:
        values = np.tile(np.broadcast_to(np.asarray(values, dtype=float), known["cuff"].shape), 10)
        size = port.typical or float(np.abs(values).mean()) or 1.0
        # A third as lived, a third far from it, a third around parameters of that dimension, which may be thresholds.
        values = np.where(random.random(count) < 0.33, values * np.exp(random.normal(0.0, 0.7, count)), values)
        # A quantity that has a sign is also tried with the other one.
        if port.name.endswith("_change") or float(np.min(values)) < 0.0:
            values = np.where(random.random(count) < 0.2, random.normal(0.0, 1.0, count) * size, values)
        alike = [
            name for name, each in _declared(owner).items() if unit(each.unit).dimensions == unit(port.unit).dimensions
        ]
        for name in alike:
            near = parameters[name] * random.choice([0.5, 0.9, 0.999, 1.001, 1.1, 2.0], count)
            values = np.where(random.random(count) < 0.33 / len(alike), near, values)
        # Some samples are at rest in all that comes from outside.
        return np.where(still, forcing_at_rest().get(port.name, values), values)

    inputs = {port.name: spread_out(port, gathered[port.name]) for port in owner.inputs}
    states = {port.name: spread_out(port, own[port.name]) for port in owner.states}
    return parameters, states, inputs


def of_parameters_alone() -> dict[str, Any]:
    """What ``initial`` may read besides declared inputs: the size and the resting state of the body."""
    _, _, _, known = samples()
    names = [port.name for each in submodel_classes() if not each.inputs for port in each.outputs]
    return {name: np.tile(np.broadcast_to(known[name], known["cuff"].shape), 10) for name in names}


def _answers(owner: type[AbstractSubmodel], place: str, parameters: dict, states: dict, inputs: dict) -> dict[str, Any]:
    part = owner(place=place, **parameters)
    outputs = part.observe(Values(states), Values(inputs))
    rates = part.rates(Values(states), Values({**inputs, **outputs}))
    begin = part.initial(Values({**of_parameters_alone(), **inputs})) if owner.states else {}
    return (
        {("output", name): value for name, value in outputs.items()}
        | {("rate", name): value for name, value in rates.items()}
        | {("initial", name): value for name, value in begin.items()}
    )


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(("owner", "place"), PLACED, ids=lambda each: each if isinstance(each, str) else each.name)
def test_answers_scale_as_declared_when_units_change(owner, place, seed):
    factors = _factors(seed)
    declared = _declared(owner)
    parameters, states, inputs = sampled(owner, place)
    plain = _answers(owner, place, parameters, states, inputs)
    ports = {port.name: port for port in (*owner.states, *owner.inputs, *owner.outputs)}
    scaled = _answers(
        owner,
        place,
        {name: value * _factor(declared[name].unit, factors) for name, value in parameters.items()},
        {name: value * _factor(ports[name].unit, factors) for name, value in states.items()},
        {name: value * _factor(ports[name].unit, factors) for name, value in inputs.items()},
    )
    wrong = []
    for (kind, name), value in plain.items():
        if (owner.name, name) in EXEMPT or kind == "initial":
            continue
        wanted = value * _factor(ports[name].unit, factors) / (factors["[time]"] if kind == "rate" else 1.0)
        # Far outside its domain (pressure below the veins') an equation may have no answer, but then in any unit.
        assert np.mean(np.isfinite(wanted)) > 0.5, f"{kind} '{name}'"
        assert np.array_equal(np.isfinite(wanted), np.isfinite(scaled[kind, name])), f"{kind} '{name}'"
        size = np.abs(wanted) + 1e-9 * np.nanmax(np.abs(wanted))
        off = np.nanmax(np.abs(scaled[kind, name] - wanted) / np.maximum(size, 1e-300))
        if not off < 1e-6:
            wrong.append(f"{kind} '{name}' ({ports[name].unit}) is off by {off:.2g}")
    assert not wrong, "; ".join(wrong)


def test_every_exemption_is_still_needed():
    for owner_name, name in EXEMPT:
        owner = next(each for each in submodel_classes() if each.name == owner_name)
        assert name in {port.name for port in owner.outputs}

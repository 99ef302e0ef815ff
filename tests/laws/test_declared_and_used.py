"""Nothing is declared that is not used: parameters, inputs, outputs, sources."""

from __future__ import annotations

import numpy as np
import pytest
from tests.laws.test_independence_of_units import _answers, _declared, of_parameters_alone, sampled

from cramplab.core.library import load_library
from cramplab.core.protocol import FORCING
from cramplab.core.quantities import unit
from cramplab.core.submodel import Values
from cramplab.simulation.assembly import declared_parameters, submodel_classes

OWNERS = pytest.mark.parametrize("owner", submodel_classes(), ids=lambda owner: owner.name)


def _changes(owner, place, which, name):
    """Whether any answer changes when one number is moved by a fifth."""
    parts = sampled(owner, place)
    before = _answers(owner, place, *parts)
    moved = [dict(each) for each in parts]
    moved[which][name] = np.asarray(parts[which][name]) * 1.2 + 1e-3 * (np.asarray(parts[which][name]) == 0.0)
    after = _answers(owner, place, *moved)
    return any(not np.array_equal(after[key], before[key]) for key in before)


@OWNERS
def test_every_parameter_moves_some_answer(owner):
    place = "worked" if owner.placed else ""
    idle = [name for name in _declared(owner) if not _changes(owner, place, 0, name)]
    assert not idle, f"{owner.name} declares {', '.join(idle)} and does not use it"


class Watched(Values):
    """Values that remember which of them were read."""

    def __init__(self, values):
        super().__init__(values)
        self.read = set()

    def __getattr__(self, name):
        self.__dict__["read"].add(name)
        return super().__getattr__(name)

    def __getitem__(self, name):
        self.read.add(name)
        return super().__getitem__(name)


@OWNERS
def test_every_input_is_read(owner):
    place = "worked" if owner.placed else ""
    parameters, states, inputs = sampled(owner, place)
    part = owner(place=place, **parameters)
    watched = Watched({**of_parameters_alone(), **inputs})
    outputs = part.observe(Values(states), watched)
    rates = Watched({**inputs, **outputs})
    part.rates(Values(states), rates)
    part.initial(watched)
    idle = {port.name for port in owner.inputs} - watched.read - rates.read
    assert not idle, f"{owner.name} asks for {', '.join(sorted(idle))} and does not read it"


@OWNERS
def test_answers_are_those_declared(owner):
    place = "worked" if owner.placed else ""
    answers = _answers(owner, place, *sampled(owner, place))
    states = {port.name for port in owner.states}
    assert {name for kind, name in answers if kind == "output"} == {port.name for port in owner.outputs}
    assert {name for kind, name in answers if kind == "rate"} == states
    assert {name for kind, name in answers if kind == "initial"} == states


def test_every_forcing_is_read_by_some_submodel():
    read = {port.name for owner in submodel_classes() for port in owner.inputs}
    assert not set(FORCING) - read


def test_ports_of_one_name_have_one_unit():
    units: dict[str, set] = {}
    for owner in submodel_classes():
        for port in (*owner.states, *owner.inputs, *owner.outputs):
            units.setdefault(port.name, set()).add(unit(port.unit).dimensions)
    for name, (written, _, _) in FORCING.items():
        units.setdefault(name, set()).add(unit(written).dimensions)
    mixed = {name: found for name, found in units.items() if len(found) > 1}
    assert not mixed


def test_no_quantity_is_made_twice():
    made = [port.name for owner in submodel_classes() for port in (*owner.states, *owner.outputs)]
    assert sorted(made) == sorted({*made})


def test_every_source_of_a_parameter_has_a_file():
    library = load_library()
    sources = {*library.sources, *library.studies, "chosen"}
    assert not {name: each.source for name, each in declared_parameters().items() if each.source not in sources}


def test_every_declared_value_lies_within_its_limits():
    for name, each in declared_parameters().items():
        assert each.low <= each.value <= each.high, name

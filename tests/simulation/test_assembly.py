"""Submodels meet by names: order does not matter, and what does not fit is named."""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest
from tests.laws.runs import different_people, forcing, parameters

from cramplab.core.errors import UserError
from cramplab.core.submodel import AbstractSubmodel, Port
from cramplab.core.theory import Coupling, Theory
from cramplab.simulation import assembly
from cramplab.simulation.assembly import assemble, quantity_ports, submodel_classes
from cramplab.simulation.solve import heun_step


def coupling(target="sweating.gland_factor", sources=("plasma_sodium",), how="multiply", basis="made up", factor=1.0):
    return Coupling(sources, target, lambda *values: factor * values[0] / 140.0, how, basis)


def theory(name, *couplings):
    return Theory(name, "Made up for this test.", couplings)


def two_steps(theories=()):
    body = assemble(parameters(different_people(2)), theories)
    state, outside = body.initial(), forcing({"running_speed": 3.0, "air_temperature": 30.0})
    for _ in range(2):
        state = heun_step(body, state, outside, jnp.asarray(10.0))
    return state


def same_bits(one, other):
    assert set(one) == set(other)
    for name, value in one.items():
        np.testing.assert_array_equal(value, other[name], err_msg=name)


def test_the_order_of_files_on_the_shelf_changes_no_bit(monkeypatch):
    usual = two_steps()
    for seed in (1, 2):
        classes = list(submodel_classes())
        np.random.default_rng(seed).shuffle(classes)
        monkeypatch.setattr(assembly, "submodel_classes", lambda classes=tuple(classes): classes)
        same_bits(two_steps(), usual)


def test_the_order_of_theories_changes_no_bit():
    one = theory(
        "one", coupling(basis="first", factor=1.1), coupling("hormones.vasopressin_floor", how="add", basis="first")
    )
    two = theory(
        "two", coupling(basis="second", factor=0.7), coupling("hormones.vasopressin_floor", how="add", basis="second")
    )
    three = theory("three", coupling(basis="third", factor=0.3, sources=("core_temperature",)))
    same_bits(two_steps((one, two, three)), two_steps((three, two, one)))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("sweating.gland_facter", "sweating.gland_factor"), ("kidny.aldosterone", "kidney.aldosterone")],
)
def test_a_misspelt_input_is_answered_with_the_nearest_name(wrong, right):
    with pytest.raises(UserError, match=rf"No input named '{wrong}'.*{right}"):
        assemble(theories=(theory("x", coupling(wrong)),))


def test_a_misspelt_source_is_answered_with_the_nearest_name():
    with pytest.raises(UserError, match=r"No quantity named 'plasma_sodum' .*gland_factor.*plasma_sodium"):
        assemble(theories=(theory("x", coupling(sources=("plasma_sodum",))),))


def test_a_misspelt_parameter_is_answered_with_the_nearest_name():
    with pytest.raises(UserError, match=r"No parameter named 'sweating\.gian'.*sweating\.gain"):
        assemble({"sweating.gian": 1.0})


def test_two_theories_that_set_one_input_are_refused_with_both_named():
    one, two = (theory(name, coupling(how="set", basis=f"because of {name}")) for name in ("salt", "heat"))
    with pytest.raises(
        UserError, match=r"Two couplings set 'sweating\.gland_factor': because of .*; because of .*Switch one off"
    ):
        assemble(theories=(one, two))


def test_one_theory_may_set_while_others_multiply():
    assemble(theories=(theory("one", coupling(how="set")), theory("two", coupling(basis="other"))))


@pytest.mark.parametrize(
    ("target", "source", "where"),
    [
        ("skin_exchange.acclimated", "skin_wettedness", "skin_exchange"),
        ("circulation.skin_flow_basal", "cardiac_output", "circulation"),
    ],
)
def test_an_equation_that_acts_on_itself_at_once_is_a_loop(target, source, where):
    with pytest.raises(UserError, match=rf"A loop of equations without a state: {where} -> {where}"):
        assemble(theories=(theory("x", coupling(target, sources=(source,), how="set")),))


def test_acting_back_through_a_rate_of_change_is_no_loop():
    # Catecholamines follow the intensity by a state, so what the heart does may act on them.
    assemble(theories=(theory("x", coupling("hormones.relative_intensity", sources=("thirst",), how="add")),))
    own = coupling("muscle_fatigue.work_intensity", sources=("worked_fatigue",), how="add")
    plain, coupled = two_steps(), two_steps((theory("x", own),))
    assert not np.array_equal(plain["worked_lasting_fatigue"], coupled["worked_lasting_fatigue"])


def test_a_loop_over_two_submodels_names_both():
    there = coupling("stomach.plasma_volume_share", sources=("urine_flow",), how="add")
    back = coupling("kidney.plasma_volume_share", sources=("emptied_water",), how="add", basis="back")
    with pytest.raises(UserError, match=r"loop of equations.*(kidney.*stomach|stomach.*kidney)"):
        assemble(theories=(theory("x", there, back),))


class Lonely(AbstractSubmodel):
    """Asks for what nobody gives."""

    name = "lonely"
    inputs = (Port("plasma_sodim", "mmol/L", "misspelt"),)
    outputs = (Port("loneliness", "1", "nothing"),)
    place: str = ""

    def initial(self, inputs):
        return {}

    def observe(self, state, inputs):
        return {"loneliness": inputs.plasma_sodim}

    def rates(self, state, inputs):
        return {}


def test_an_input_that_nothing_feeds_is_named_with_the_nearest_quantity(monkeypatch):
    classes = (*submodel_classes(), Lonely)
    monkeypatch.setattr(assembly, "submodel_classes", lambda: classes)
    with pytest.raises(UserError, match=r"Nothing gives 'plasma_sodim', which lonely needs.*plasma_sodium"):
        assemble()


def test_submodels_are_found_and_each_is_final():
    classes = submodel_classes()
    assert len({each.name for each in classes}) == len(classes) > 10
    for each in classes:
        assert issubclass(each, eqx.Module)
        assert not each.__subclasses__()


def test_a_quantity_of_a_muscle_carries_its_place():
    ports = quantity_ports()
    assert {"worked_fatigue", "rested_fatigue", "core_temperature"} <= set(ports)
    assert "fatigue" not in ports
    assert set(ports) <= set(assemble().quantities(assemble().initial(), forcing()))

"""Claims about the shelf of theories: each file loads, its names exist, and what it rests on has a file."""

from __future__ import annotations

import dataclasses

import jax.numpy as jnp
import numpy as np
import pytest

from cramplab.core.library import load_library
from cramplab.core.situation import STATES, faults_of_theory
from cramplab.simulation.assembly import assemble, shelved_theories
from cramplab.simulation.theory_shelf import parameters_of, theory_parameters
from cramplab.simulation.timeline import forcing_at_rest

THE_NINE = {
    "null", "neuromuscular_control", "electrolyte", "dehydration", "vascular", "medication", "motor_neuron_plateau",
    "oropharyngeal_reflex", "multifactorial",
}  # fmt: skip
BY_NAME = pytest.mark.parametrize("name", sorted(shelved_theories()))


def test_the_nine_theories_are_on_the_shelf() -> None:
    assert set(shelved_theories()) == THE_NINE


@BY_NAME
def test_every_theory_reads_states_and_moves_inputs_that_exist(name: str) -> None:
    theory = shelved_theories()[name]
    assert theory.name == name
    assert theory.claim
    assert not faults_of_theory(theory)


@BY_NAME
def test_every_theory_but_null_predicts_something_and_names_sources(name: str) -> None:
    theory = shelved_theories()[name]
    assert bool(theory.predicts) == bool(theory.sources) == (name != "null")
    assert all(each.endswith(".") for each in (theory.claim, *theory.predicts))


@BY_NAME
def test_every_arrow_says_its_equation_and_the_observation_it_rests_on(name: str) -> None:
    sources = load_library((), ("sources",)).sources
    for coupling in shelved_theories()[name].couplings:
        assert coupling.equation
        key, _, observation = coupling.basis.partition(":")
        assert observation
        assert {each.strip() for each in key.split(",")} <= set(sources), coupling.basis


@BY_NAME
def test_every_source_of_a_theory_has_a_file(name: str) -> None:
    assert set(shelved_theories()[name].sources) <= set(load_library((), ("sources",)).sources)


def test_the_founding_observation_is_named_as_study_and_finding() -> None:
    for theory in shelved_theories().values():
        assert all(each.count("/") == 1 for each in theory.founding)
        assert theory.founding_words or theory.name == "null"


def test_only_theories_with_a_founding_observation_and_the_joined_one_may_be_calibrated_above_strength_one() -> None:
    for theory in shelved_theories().values():
        if not theory.founding and theory.couplings and not theory.members:
            assert theory.strongest == 1.0, theory.name


def test_the_null_theory_changes_nothing_in_the_body_to_the_last_bit() -> None:
    plain, with_null = assemble(), assemble(theories=[shelved_theories()["null"]])
    forcing = {key: jnp.asarray(value) for key, value in forcing_at_rest().items()} | {
        "running_speed": jnp.asarray(3.0)
    }
    one, other = (body.rates(body.initial(), forcing) for body in (plain, with_null))
    for key, value in one.items():
        np.testing.assert_array_equal(np.asarray(value), np.asarray(other[key]))


def test_every_number_of_a_theory_lies_within_its_limits_and_names_a_source_that_was_read_if_it_says_so() -> None:
    sources = load_library((), ("sources",)).sources
    for name, each in theory_parameters().items():
        assert each.low <= each.value <= each.high, name
        assert each.high < float("inf"), name
        assert each.source == "chosen" or each.source in sources, name
        if each.origin == "read":
            assert sources[each.source].read != "memory", name


@BY_NAME
def test_every_number_of_a_theory_moves_what_the_theory_says(name: str) -> None:
    theory = shelved_theories()[name]
    for field in (each.partition(".")[2] for each in parameters_of(theory)):
        laws = dataclasses.replace(theory.laws, **{field: getattr(theory.laws, field) * 0.9})
        changed = []
        for each in theory.couplings:
            spans = (np.linspace(STATES[key].low, STATES[key].high, 12) for key in each.sources)
            args = np.meshgrid(*spans)
            changed.append(not np.array_equal(getattr(laws, each.law.__name__)(*args), each.law(*args)))
        assert any(changed), f"{name}.{field} is declared and not used"


def test_every_founding_finding_is_on_the_shelf_and_marked_as_one_that_calibrates() -> None:
    studies = load_library((), ("studies",)).studies
    for theory in shelved_theories().values():
        for each in theory.founding:
            study, _, finding = each.partition("/")
            assert {found.id: found.calibrates for found in studies[study].findings}[finding], each

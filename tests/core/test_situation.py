"""States and inputs of theories: ranges that hold their resting values, and faults that name the nearest right name."""

from __future__ import annotations

import pytest

from cramplab.core.situation import PORTS, STATES, faults_of_theory
from cramplab.core.theory import Coupling, Theory


def theory(*couplings):
    return Theory("mine", "A claim.", couplings)


def arrow(source="fatigue", target="motor_pool.persistent_gain", how="multiply", basis="nobody 2026"):
    return Coupling((source,), target, lambda value: 1.0 + value, how, basis)


@pytest.mark.parametrize("name", sorted(STATES))
def test_a_state_at_rest_lies_within_its_range(name):
    assert STATES[name].low <= STATES[name].at_rest <= STATES[name].high
    assert STATES[name].words


@pytest.mark.parametrize("name", sorted(PORTS))
def test_an_input_that_nothing_moves_lies_within_its_range(name):
    assert PORTS[name].low <= PORTS[name].neutral <= PORTS[name].high
    assert PORTS[name].words


def test_arrows_between_names_that_exist_are_no_fault():
    assert faults_of_theory(theory(arrow(), arrow("pain", "motor_pool.resting_drive", "add"))) == []


def test_a_misspelt_input_and_a_misspelt_state_are_both_told_with_the_nearest_names():
    told = [str(each) for each in faults_of_theory(theory(arrow("fatigu", "motor_pool.persistent_gian")), "mine.py")]
    assert len(told) == 2
    assert any("Did you mean 'motor_pool.persistent_gain'" in each for each in told)
    assert any("no state named 'fatigu'" in each and "Did you mean 'fatigue'" in each for each in told)
    assert all("mine.py" in each for each in told)


def test_a_way_of_acting_that_nobody_knows_is_told_with_those_that_there_are():
    (fault,) = faults_of_theory(theory(arrow(how="divide")))
    assert "cannot 'divide'" in str(fault)
    assert "multiply, add, set" in str(fault)


def test_two_arrows_that_set_one_input_are_a_fault_and_one_is_none():
    both = theory(arrow(how="set", basis="one"), arrow("pain", how="set", basis="two"))
    (fault,) = faults_of_theory(both)
    assert "two couplings set it, 'one' and 'two'" in str(fault)
    assert faults_of_theory(theory(arrow(how="set"))) == []


def test_every_fault_of_a_theory_is_told_at_once():
    worst = theory(arrow("fatigu"), arrow(target="motor_pol.volley_gain"), arrow(how="divide"))
    assert len(faults_of_theory(worst)) == 3

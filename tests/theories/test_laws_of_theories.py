"""Claims about the laws: neutral when off and at rest, finite everywhere, and each pushes the way its theory says."""

from __future__ import annotations

import numpy as np
import pytest

from cramplab.core.situation import PORTS, STATES
from cramplab.core.theory import Theory, moved
from cramplab.simulation.assembly import shelved_theories
from cramplab.simulation.theory_shelf import law_faults

NEUTRAL = {name: port.neutral for name, port in PORTS.items()}
REST = {name: state.at_rest for name, state in STATES.items()}
BY_NAME = pytest.mark.parametrize("name", sorted(shelved_theories()))
ARROWS = pytest.mark.parametrize(
    "coupling",
    [each for theory in shelved_theories().values() if not theory.members for each in theory.couplings],
    ids=lambda each: f"{'+'.join(each.sources)}-{each.target}",
)


def inputs(name: str, strength: float = 1.0, **states: float) -> dict[str, float]:
    """Every input under one theory, in a situation that differs from rest in a few states."""
    assert set(states) <= set(STATES)
    return NEUTRAL | moved(shelved_theories()[name], REST | states, NEUTRAL, strength)


def only(moved_inputs: dict[str, float]) -> set[str]:
    return {name for name, value in moved_inputs.items() if value != NEUTRAL[name]}


def wild(seed: int) -> dict[str, np.ndarray]:
    chance = np.random.default_rng(seed)
    return {name: chance.uniform(state.low, state.high, 200) for name, state in STATES.items()}


@BY_NAME
def test_a_theory_at_strength_zero_changes_nothing_to_the_last_bit(name: str) -> None:
    for key, value in moved(shelved_theories()[name], wild(1), NEUTRAL, 0.0).items():
        np.testing.assert_array_equal(value, np.full(200, NEUTRAL[key]))


@BY_NAME
def test_a_theory_at_rest_changes_nothing_to_the_last_bit(name: str) -> None:
    theory = shelved_theories()[name]
    for strength in (0.3, 1.0, theory.strongest):
        for key, value in moved(theory, REST, NEUTRAL, strength).items():
            assert value == NEUTRAL[key], key


@ARROWS
def test_a_law_is_finite_over_all_states_and_exactly_neutral_at_rest(coupling) -> None:
    assert not law_faults(coupling)


@BY_NAME
def test_a_theory_takes_a_strength_for_each_person(name: str) -> None:
    strengths = np.linspace(0.0, 2.0, 200)
    together = moved(shelved_theories()[name], wild(2), NEUTRAL, strengths)
    alone = moved(shelved_theories()[name], {key: each[7] for key, each in wild(2).items()}, NEUTRAL, strengths[7])
    for key, value in together.items():
        assert value[7] == pytest.approx(alone[key], rel=1e-12), key


@ARROWS
def test_an_arrow_alone_at_strength_one_stays_within_the_range_of_its_input(coupling) -> None:
    port, wild_states = PORTS[coupling.target], wild(3)
    alone = Theory("alone", "one arrow", (coupling,))
    found = moved(alone, wild_states, NEUTRAL)[coupling.target]
    # Ions are handed on as they are, also those that no one survives; whoever reads the input bounds it.
    if coupling.target.startswith("motor_pool."):
        assert np.all((found >= port.low) & (found <= port.high))


def test_fatigue_excites_by_spindles_and_inhibits_less_by_tendon_organs() -> None:
    tired, rested = inputs("neuromuscular_control", fatigue=0.4), inputs("neuromuscular_control")
    assert tired["motor_pool.volley_gain"] > 1.0
    assert tired["motor_pool.resting_drive"] > 0.0
    assert tired["motor_pool.tendon_organ_gain"] < rested["motor_pool.tendon_organ_gain"] == 1.0


def test_a_short_muscle_loses_tendon_organ_inhibition_and_a_long_one_does_not() -> None:
    gains = [inputs("neuromuscular_control", fibre_length=length)["motor_pool.tendon_organ_gain"]
             for length in (0.6, 0.8, 0.95, 1.0, 1.3)]  # fmt: skip
    assert gains[0] < gains[1] < gains[2] < gains[3] == gains[4] == 1.0


def test_fatigue_and_shortness_together_take_more_inhibition_than_either() -> None:
    gain = "motor_pool.tendon_organ_gain"
    both = inputs("neuromuscular_control", fatigue=0.5, fibre_length=0.8)[gain]
    assert both < inputs("neuromuscular_control", fatigue=0.5)[gain]
    assert both < inputs("neuromuscular_control", fibre_length=0.8)[gain]


@pytest.mark.parametrize("state", ["fatigue", "fibre_length", "pain", "strong_taste", "oxygen_shortfall"])
def test_the_electrolyte_theory_sees_ions_alone(state: str) -> None:
    assert not only(inputs("electrolyte", **{state: 0.7}))


def test_ions_arrive_at_the_axon_as_they_are() -> None:
    found = inputs("electrolyte", interstitial_sodium_change=-12.0, interstitial_potassium_change=1.5,
                   ionised_calcium_change=-0.1, magnesium_change=-0.2)  # fmt: skip
    assert found["axon_surroundings.sodium"] == NEUTRAL["axon_surroundings.sodium"] - 12.0
    assert found["axon_surroundings.potassium"] == NEUTRAL["axon_surroundings.potassium"] + 1.5
    assert found["axon_surroundings.calcium"] == pytest.approx(1.1)
    assert NEUTRAL["axon_surroundings.magnesium"] - 0.2 < found["axon_surroundings.magnesium"] < 0.55


def test_low_sodium_low_calcium_and_high_potassium_excite_the_axon_by_the_laws_of_its_surroundings() -> None:
    from cramplab.physiology.axon_surroundings import AxonSurroundings

    def shift(**states: float) -> float:
        found = inputs("electrolyte", **states)
        ions = [found[f"axon_surroundings.{ion}"] for ion in ("potassium", "sodium", "calcium", "magnesium")]
        return AxonSurroundings().terminal_shift(*ions, 37.0)

    assert shift() == 0.0
    for state, change in (("interstitial_sodium_change", -12.0), ("ionised_calcium_change", -0.2),
                          ("magnesium_change", -0.3), ("interstitial_potassium_change", 2.0)):  # fmt: skip
        assert shift(**{state: change}) > 0.0 > shift(**{state: -change})


def test_lost_interstitial_fluid_excites_the_terminals_and_gained_fluid_does_nothing() -> None:
    shifts = [inputs("dehydration", interstitial_volume_change=each)["motor_pool.terminal_shift"]
              for each in (0.3, 0.0, -0.05, -0.1, -0.2)]  # fmt: skip
    assert shifts[0] == shifts[1] == 0.0 < shifts[2] < shifts[3] < shifts[4]
    assert shifts[4] == pytest.approx(4.0 * shifts[2])


def test_a_healthy_runners_potassium_and_acid_do_not_count_as_vascular() -> None:
    assert not only(inputs("vascular", interstitial_potassium_change=6.0, ph_change=-0.5, fatigue=0.4, arousal=1.0))


def test_where_blood_is_short_potassium_acid_and_starved_axons_excite() -> None:
    found = inputs("vascular", oxygen_shortfall=0.5, interstitial_potassium_change=4.0, ph_change=-0.4)
    assert found["axon_surroundings.potassium"] == pytest.approx(NEUTRAL["axon_surroundings.potassium"] + 2.0)
    for name in ("terminal_shift", "resting_drive", "potassium_excess", "hydrogen_excess"):
        assert found[f"motor_pool.{name}"] > 0.0, name
    milder = inputs("vascular", oxygen_shortfall=0.2, interstitial_potassium_change=4.0, ph_change=-0.4)
    assert all(milder[name] < found[name] for name in only(found))


def test_acid_that_stays_is_of_the_size_that_small_fibres_feel() -> None:
    from cramplab.physiology.small_fibres import SmallFibres

    left = inputs("vascular", oxygen_shortfall=1.0, ph_change=-0.4)["motor_pool.hydrogen_excess"]
    assert 0.2 < left / SmallFibres().half_hydrogen < 5.0


def test_the_theory_of_medicines_says_nothing_of_people_who_take_none() -> None:
    assert not only(
        inputs(
            "medication", interstitial_sodium_change=-12.0, interstitial_potassium_change=3.0,
            ionised_calcium_change=-0.2, magnesium_change=-0.3, interstitial_volume_change=-0.2, stimulant=1.0,
        )
    )  # fmt: skip


def test_a_takers_ions_and_fluid_count_as_in_the_theories_of_ions_and_of_water() -> None:
    changes = {
        "interstitial_sodium_change": -12.0, "interstitial_potassium_change": -0.6, "ionised_calcium_change": -0.1,
        "magnesium_change": -0.2, "interstitial_volume_change": -0.1,
    }  # fmt: skip
    taker = inputs("medication", medicine=1.0, **changes)
    assert only(taker) == only(inputs("electrolyte", **changes)) | only(inputs("dehydration", **changes))
    for theory in ("electrolyte", "dehydration"):
        for key in only(inputs(theory, **changes)):
            assert taker[key] == inputs(theory, **changes)[key]


def test_a_beta_agonist_excites_and_a_sodium_channel_blocker_calms() -> None:
    assert inputs("medication", beta_agonist=1.0)["motor_pool.persistent_gain"] > 1.0
    assert inputs("medication", sodium_channel_blocker=1.0)["motor_pool.terminal_shift"] < 0.0


@pytest.mark.parametrize("state", ["cramp_history", "arousal", "pain", "recent_cramp", "stimulant"])
def test_each_state_of_the_plateau_theory_raises_the_persistent_current_and_nothing_else(state: str) -> None:
    found = inputs("motor_neuron_plateau", **{state: 1.0})
    assert only(found) == {"motor_pool.persistent_gain"}
    assert found["motor_pool.persistent_gain"] > 1.0


def test_people_who_never_cramp_have_less_persistent_current_than_the_average_person() -> None:
    gain = "motor_pool.persistent_gain"
    assert inputs("motor_neuron_plateau", cramp_history=-1.0)[gain] < 1.0
    assert inputs("motor_neuron_plateau", cramp_history=0.0)[gain] == 1.0


def test_a_strong_taste_inhibits_and_a_weaker_one_less() -> None:
    tastes = [inputs("oropharyngeal_reflex", strong_taste=each)["motor_pool.taste_inhibition"] for each in (0, 0.5, 1)]
    assert 0.0 == tastes[0] < tastes[1] < tastes[2]


def joined() -> Theory:
    return shelved_theories()["multifactorial"]


def test_the_multifactorial_theory_has_every_arrow_of_its_members_at_an_equal_share_of_the_strength() -> None:
    members = [shelved_theories()[name] for name in joined().members]
    assert {each.name for each in members} == {
        name for name, each in shelved_theories().items() if each.couplings and not each.members
    }
    assert len(joined().couplings) == sum(len(each.couplings) for each in members)
    assert {each.strength for each in joined().couplings} == {1.0 / len(members)}


def test_the_multifactorial_theory_moves_an_input_less_than_the_member_that_claims_it() -> None:
    taste = "motor_pool.taste_inhibition"
    alone, shared = (inputs(name, strong_taste=1.0)[taste] for name in ("oropharyngeal_reflex", "multifactorial"))
    assert shared == pytest.approx(alone / 7.0)
    assert inputs("multifactorial", strength=7.0, strong_taste=1.0)[taste] == pytest.approx(alone)

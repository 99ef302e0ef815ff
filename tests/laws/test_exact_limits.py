"""What is not there has exactly no effect: no work, no heat, no drink, no narrowing, no drug, no theory."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from tests.laws.runs import HOUR, different_people, forcing, parameters, run, samples

from cramplab.core.protocol import Segment
from cramplab.core.theory import Coupling, Theory
from cramplab.simulation.assembly import assemble, submodel_classes
from cramplab.simulation.solve import heun_step


@pytest.fixture(scope="module")
def resting():
    """Two hours at rest in cool air without a drink."""
    cool = {"air_temperature": 18.0, "clothing_insulation": 0.155}
    return run([Segment("rest", "rest", 2.0 * HOUR, cool)], different_people(11))[0]


def test_without_work_no_oxygen_is_taken_up_above_rest(resting):
    for name in ("worked_oxygen_uptake", "rested_oxygen_uptake", "relative_intensity", "worked_work_intensity"):
        assert np.all(resting.series[name] == 0.0)


def test_without_work_no_muscle_tires(resting):
    assert np.all(resting.series["worked_fatigue"] == 0.0)
    assert np.all(resting.series["rested_fatigue"] == 0.0)


def test_without_work_lactate_stays_where_it_is(resting):
    for name in ("plasma_lactate", "worked_lactate", "rested_lactate"):
        # Rounding of the resting exchange only.
        np.testing.assert_allclose(
            resting.series[name], resting.series[name][:1] + 0.0 * resting.series[name], rtol=1e-12
        )


def test_without_work_no_phosphocreatine_is_split_and_no_potassium_set_free(resting):
    np.testing.assert_array_equal(resting.series["worked_phosphocreatine_share"], 1.0)
    np.testing.assert_array_equal(resting.series["worked_work_share"], 0.0)


def test_in_the_cold_nobody_sweats_at_rest():
    cold = {"air_temperature": 5.0, "clothing_insulation": 0.0}
    people = different_people(12)
    _, state = run([Segment("cooling", "rest", HOUR, cold)], people)
    # What the glands still gave while the skin cooled fades, and is taken away here.
    dry = {**state, "sweat_rate": 0.0 * state["sweat_rate"]}
    trace, _ = run([Segment("rest", "rest", HOUR, cold)], people, state=dry)
    assert np.all(trace.series["sweat_rate"] == 0.0)
    assert np.all(trace.series["sweat_loss"] == trace.series["sweat_loss"][0])


def test_who_drinks_nothing_absorbs_nothing(resting):
    for what in ("water", "sodium", "potassium", "carbohydrate"):
        assert np.all(resting.series[f"absorbed_{what}"] == 0.0)
    assert np.all(resting.series["stomach_volume"] == 0.0)


def test_an_artery_without_narrowing_passes_the_flow_that_was_asked():
    body, _, _, known = samples()
    assert all(np.all(part.narrowing == 0.0) for part in body.submodels if part.name == "muscle_perfusion")
    asked = known["rested_flow_asked"] * known["muscle_flow_granted"]
    # Within the rounding of a product and a quotient.
    np.testing.assert_allclose(known["rested_muscle_blood_flow"], asked, rtol=5e-15)
    np.testing.assert_allclose(known["rested_distal_pressure"], known["arterial_pressure"], rtol=0.0)
    asked = known["worked_flow_asked"] * known["muscle_flow_granted"] * (1.0 - known["cuff"])
    np.testing.assert_allclose(known["worked_muscle_blood_flow"], asked, rtol=5e-15)


def test_a_hair_of_narrowing_changes_the_flow_by_a_hair():
    _, state, outside, known = samples()
    given = {
        name: np.repeat(values[:1], len(known["cuff"])) for name, values in parameters(different_people(7)).items()
    }
    flows = [
        assemble(given | {"muscle_perfusion.narrowing": np.full(len(known["cuff"]), narrowing)}).quantities(
            state, outside
        )["worked_muscle_blood_flow"]
        for narrowing in (0.0, 1e-6)
    ]
    np.testing.assert_allclose(flows[1], flows[0], rtol=1e-4)


def test_without_a_drug_every_hook_has_exactly_the_neutral_value_of_the_input_it_feeds():
    _, _, _, known = samples()
    hooks = {port.name for owner in submodel_classes() if owner.name == "drugs" for port in owner.outputs}
    met = set()
    for owner in submodel_classes():
        for port in owner.inputs:
            if port.name in hooks:
                met.add(port.name)
                assert port.neutral is not None, f"{owner.name}.{port.name}"
                np.testing.assert_array_equal(known[port.name], port.neutral, err_msg=f"{owner.name}.{port.name}")
    assert met == hooks


TOY = Theory(
    "toy",
    "Salt thickens everything; made up for this test.",
    (
        Coupling(
            ("plasma_sodium", "core_temperature"),
            "sweating.gland_factor",
            lambda salt, core: salt / core,
            "multiply",
            "made up",
        ),
        Coupling(
            ("worked_fatigue",), "hormones.vasopressin_floor", lambda fatigue: 1e3 * (fatigue - 7.0), "add", "made up"
        ),
        Coupling(("sweat_loss",), "kidney.sodium_excretion_factor", lambda loss: 40.0 + loss, "set", "made up"),
    ),
)


def with_strength(strength: float) -> Theory:
    return Theory(
        "toy",
        TOY.claim,
        tuple(Coupling(each.sources, each.target, each.law, each.how, each.basis, strength) for each in TOY.couplings),
    )


def steps(theories: tuple[Theory, ...], count: int = 3) -> dict:
    body = assemble(parameters(different_people(5)), theories)
    state, outside = body.initial(), forcing({"running_speed": 3.0, "air_temperature": 30.0})
    for _ in range(count):
        state = heun_step(body, state, outside, jnp.asarray(10.0))
    return state


def test_a_theory_of_strength_nought_changes_no_bit():
    without, off, on = steps(()), steps((with_strength(0.0),)), steps((with_strength(1.0),))
    for name, value in without.items():
        np.testing.assert_array_equal(off[name], value, err_msg=name)
    assert any(not np.array_equal(on[name], without[name]) for name in without)

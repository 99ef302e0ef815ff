"""Published equations as identities: where a law is named after a paper, its numbers are those of the paper."""

from __future__ import annotations

from functools import cache

import jax.numpy as jnp
import numpy as np
import pytest

from cramplab.core.submodel import Values
from cramplab.simulation.assembly import assemble
from cramplab.simulation.timeline import forcing_at_rest

MMHG_PER_KPA = 7.50062
PMOL = 1e-9  # mmol
L_PER_MIN = 1.0 / 60.0


@cache
def rested() -> tuple:
    """The reference person at rest: body, states, every quantity."""
    body = assemble()
    state = {name: jnp.asarray(value, dtype=float) for name, value in body.initial().items()}
    outside = {name: jnp.asarray(value) for name, value in forcing_at_rest().items()}
    return body, state, body.quantities(state, outside)


def part(name: str, place: str = ""):
    return next(each for each in rested()[0].submodels if (each.name, each.place) == (name, place))


def observed(name: str, place: str = "", **changed):
    """What a submodel gives when some of what it reads is changed from rest."""
    body, state, known = rested()
    index = next(i for i, each in enumerate(body.submodels) if (each.name, each.place) == (name, place))
    inputs = {**dict(body._gather(index, known)), **changed}
    own = {port.name: state[f"{place}_{port.name}" if place else port.name] for port in part(name, place).states}
    own |= {each: changed[each] for each in changed if each in own}
    outputs = part(name, place).observe(Values(own), Values(inputs))
    return outputs, part(name, place).rates(Values(own), Values({**inputs, **outputs})), own


def test_vasopressin_follows_the_line_0_43_times_osmolality_above_284():
    osmolality = np.array([280.0, 284.0, 286.0, 288.4, 292.0, 300.0])
    _, rates, own = observed(
        "hormones", plasma_osmolality_change=jnp.asarray(osmolality - 288.4), plasma_volume_share=jnp.asarray(1.0)
    )
    aimed = own["vasopressin"] + part("hormones").vasopressin_time * rates["vasopressin"]
    np.testing.assert_allclose(aimed / PMOL, 0.43 * np.maximum(osmolality - 284.0, 0.0), atol=1e-9)


def test_thirst_follows_the_line_0_30_times_osmolality_above_281():
    osmolality = np.array([278.0, 281.0, 288.4, 295.0, 300.0])
    outputs, _, _ = observed(
        "drinking", plasma_osmolality_change=jnp.asarray(osmolality - 288.4), plasma_volume_share=jnp.asarray(1.0)
    )
    np.testing.assert_allclose(outputs["thirst"] * 100.0, 0.30 * np.maximum(osmolality - 281.0, 0.0), atol=1e-9)


def test_oncotic_pressure_is_that_of_landis_and_pappenheimer():
    for grams_per_decilitre in (2.0, 4.0, 7.0, 10.0):
        wanted = 2.1 * grams_per_decilitre + 0.16 * grams_per_decilitre**2 + 0.009 * grams_per_decilitre**3
        ours = part("body_water")._oncotic(grams_per_decilitre * 1e-2)  # kg/L
        np.testing.assert_allclose(ours, wanted, rtol=1e-12)
    # The paper's plasma: 7.3 g/dL has about 28 mmHg.
    np.testing.assert_allclose(part("body_water")._oncotic(0.073), 28.0, rtol=0.03)


@pytest.mark.parametrize(("slope", "cost"), [(0.0, 3.6), (0.10, 5.968), (-0.10, 2.152)])
def test_running_costs_what_minetti_measured(slope, cost):
    # 155.4 i^5 - 30.4 i^4 - 43.3 i^3 + 46.3 i^2 + 19.5 i + 3.6 J/kg/m, worked out by hand to three digits.
    speed = 3.0
    outputs, _, _ = observed("energy_demand", running_speed=jnp.asarray(speed), grade=jnp.asarray(slope))
    mass = rested()[2]["body_mass_at_start"]
    np.testing.assert_allclose(
        outputs["oxygen_demand"] * rested()[2]["energy_per_oxygen"] / mass / speed, cost, rtol=2e-3
    )


def test_walking_costs_a_tenth_of_a_millilitre_per_metre_and_eighteen_tenths_per_metre_climbed():
    outputs, _, _ = observed("energy_demand", walking_speed=jnp.asarray(1.5), grade=jnp.asarray(0.05))
    per_minute = outputs["oxygen_demand"] * 60.0 * 1000.0 / rested()[2]["body_mass_at_start"]
    np.testing.assert_allclose(per_minute, 0.1 * 90.0 + 1.8 * 90.0 * 0.05, rtol=1e-9)


def test_a_litre_of_sweat_in_dry_wind_takes_its_latent_heat_and_no_more():
    sweat = 0.1 / 3600.0
    outputs, _, _ = observed(
        "skin_exchange",
        sweat_rate=jnp.asarray(sweat),
        wind=jnp.asarray(8.0),
        relative_humidity=jnp.asarray(0.0),
        skin_temperature=jnp.asarray(35.0),
    )
    latent = 2.43e6 * float(part("skin_exchange").evaporable)  # J/L at the temperature of skin, of what does not drip
    by_sweat = outputs["evaporative_heat_loss"] - 2.43e6 * outputs["skin_diffusion"]
    assert outputs["largest_evaporation"] > 15.0 * sweat * latent
    np.testing.assert_allclose(by_sweat, sweat * latent, rtol=0.01)
    assert by_sweat < sweat * latent


def test_evaporation_is_that_of_iso_7933_until_the_skin_is_as_wet_as_it_can_be():
    for litres_per_hour in (0.1, 0.3, 0.6, 1.0):
        outputs, _, _ = observed(
            "skin_exchange",
            sweat_rate=jnp.asarray(litres_per_hour / 3600.0),
            skin_temperature=jnp.asarray(35.0),
            air_temperature=jnp.asarray(32.0),
            relative_humidity=jnp.asarray(0.6),
            wind=jnp.asarray(1.0),
        )
        on_skin = float(part("skin_exchange").evaporable)
        most, sweat = float(outputs["largest_evaporation"]), on_skin * 2.43e6 * litres_per_hour / 3600.0
        ratio = most / sweat
        wetted = 1.0 if ratio < 0.5 else -ratio + np.sqrt(ratio**2 + 2.0)
        limit = 0.85 + 0.15 * float(rested()[2]["acclimated"])
        by_sweat = float(outputs["evaporative_heat_loss"]) - 2.43e6 * float(outputs["skin_diffusion"])
        np.testing.assert_allclose(by_sweat, min(wetted, limit) * most, rtol=1e-4)


@pytest.mark.parametrize(("temperature", "kilopascal"), [(0.0, 0.611), (20.0, 2.339), (35.0, 5.628), (40.0, 7.384)])
def test_vapour_pressure_is_that_of_the_steam_tables(temperature, kilopascal):
    ours = part("skin_exchange")._vapour_pressure(jnp.asarray(temperature)) / MMHG_PER_KPA
    np.testing.assert_allclose(ours, kilopascal, rtol=2e-3)


@pytest.mark.parametrize("narrowing", [0.3, 0.5, 0.7, 0.9, 0.97])
@pytest.mark.parametrize("litres_per_minute", [0.5, 4.0, 12.0])
def test_flow_through_a_narrowing_solves_young_and_tsai(narrowing, litres_per_minute):
    body = assemble({"muscle_perfusion.narrowing": narrowing})
    bed = next(each for each in body.submodels if (each.name, each.place) == ("muscle_perfusion", "worked"))
    asked, pressure, zero = litres_per_minute * L_PER_MIN, 100.0, jnp.asarray(0.0)
    inputs = {
        "muscle_flow_granted": jnp.asarray(1.0),
        "arterial_pressure": jnp.asarray(pressure),
        "cuff": zero,
        "oxygen_wanted": jnp.asarray(0.01),
        "muscle_mass": jnp.asarray(14.0),
    }
    outputs = bed.observe(
        Values({"flow_asked": jnp.asarray(asked)}),
        Values({**dict.fromkeys((p.name for p in bed.inputs), zero), **inputs}),
    )
    drop = pressure - float(outputs["distal_pressure"])
    flow = float(outputs["muscle_blood_flow"]) / bed.arteries
    wider = 1.0 / (1.0 - narrowing)
    viscous, turbulent = bed.viscous_unit * (wider**2 - 1.0), bed.turbulent_unit * (wider - 1.0) ** 2
    through = (-viscous + np.sqrt(viscous**2 + 4.0 * turbulent * drop)) / (2.0 * turbulent)
    # What passes the narrowing and what goes round it is what the bed takes at the pressure that is left.
    np.testing.assert_allclose(through + drop / bed.collateral, flow, rtol=1e-6)
    conductance = asked / (pressure - bed.venous_pressure) / bed.arteries
    np.testing.assert_allclose(conductance * (pressure - drop - bed.venous_pressure), flow, rtol=1e-6)
    assert 0.0 < flow * bed.arteries < asked


def test_a_narrowing_that_spares_rest_halves_the_run():
    """70 % of the area lost: hardly felt at rest, half of the flow at a runner's demand (0.3, 4 L/min in a leg)."""
    shares = []
    for litres_per_minute in (0.3, 4.0):
        body = assemble({"muscle_perfusion.narrowing": 0.7, "muscle_perfusion.arteries": 1.0})
        bed = next(each for each in body.submodels if (each.name, each.place) == ("muscle_perfusion", "worked"))
        zero = jnp.asarray(0.0)
        inputs = dict.fromkeys((port.name for port in bed.inputs), zero) | {
            "muscle_flow_granted": jnp.asarray(1.0),
            "arterial_pressure": jnp.asarray(95.0),
            "muscle_mass": jnp.asarray(10.0),
        }
        outputs = bed.observe(Values({"flow_asked": jnp.asarray(litres_per_minute * L_PER_MIN)}), Values(inputs))
        shares.append(float(outputs["muscle_blood_flow"]) / (litres_per_minute * L_PER_MIN))
    assert shares[0] > 0.95
    np.testing.assert_allclose(shares[1], 2.29 / 4.0, rtol=0.08)


def test_the_surface_of_the_body_is_that_of_du_bois():
    # 70 kg and 1.75 m: 1.85 m^2 on every nomogram.
    np.testing.assert_allclose(rested()[2]["body_surface_area"], 1.85, atol=0.01)

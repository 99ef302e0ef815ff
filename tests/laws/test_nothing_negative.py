"""Volumes, amounts, concentrations and one-way flows stay at or above zero, whatever is done to whomever."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.laws.runs import HOUR, different_people, run

from cramplab.core.protocol import Segment
from cramplab.simulation.assembly import quantity_ports

# What has a sign by nature: changes from rest, and exchanges that go both ways.
SIGNED = {
    "body_mass_loss",
    "bone_calcium_lent",
    "cell_potassium_gained",
    "worked_cell_potassium_lost",
    "rested_cell_potassium_lost",
    "dry_heat_loss",
    "respiratory_heat_loss",
    "evaporative_heat_loss",
    "core_temperature",
    "skin_temperature",
    "muscle_temperature",
    "absorbed_water",
    "absorbed_sodium",
    "absorbed_water_total",
    *(
        f"{place}_{name}"
        for place in ("worked", "rested")
        for name in ("water_to_muscle", "sodium_to_blood", "potassium_to_blood", "lactate_release", "metabolic_osmoles")
    ),
}
ONE_WAY = sorted(name for name in quantity_ports() if not name.endswith("_change") and name not in SIGNED)
SHARES = ("skin_wettedness", "muscle_flow_granted", "worked_fatigue", "rested_fatigue", "relative_intensity")
# Rounding of a state that empties to nothing, of its usual size.
ROUNDING = 1e-9
# No shrinking: an example takes a third of a second, and every broken name is told at once.
QUICKLY = {"deadline": None, "phases": (Phase.explicit, Phase.generate), "suppress_health_check": list(HealthCheck)}

weather = st.fixed_dictionaries(
    {
        "air_temperature": st.floats(-10.0, 46.0),
        "relative_humidity": st.floats(0.0, 1.0),
        "wind": st.floats(0.0, 12.0),
        "solar": st.floats(0.0, 1100.0),
        "clothing_insulation": st.floats(0.0, 0.3),
        "upright": st.sampled_from([0.0, 1.0]),
    }
)
drink = st.fixed_dictionaries(
    {
        "drink_rate_planned": st.floats(0.0, 3.0 / HOUR),
        "drink_by_thirst": st.sampled_from([0.0, 1.0]),
        "drink_sodium": st.floats(0.0, 200.0),
        "drink_potassium": st.floats(0.0, 40.0),
        "drink_carbohydrate": st.floats(0.0, 900.0),
        "sodium_tablets": st.floats(0.0, 40.0 / HOUR),
    }
)
work = st.one_of(
    st.fixed_dictionaries(
        {"running_speed": st.floats(0.0, 6.5), "grade": st.floats(-0.45, 0.45), "ground_speed": st.floats(0.0, 6.5)}
    ),
    st.fixed_dictionaries({"walking_speed": st.floats(0.0, 2.2), "grade": st.floats(-0.3, 0.3)}),
    st.fixed_dictionaries({"cycling_power": st.floats(0.0, 500.0), "ground_speed": st.floats(0.0, 14.0)}),
    st.fixed_dictionaries({"relative_intensity_asked": st.floats(0.0, 1.3)}),
    st.fixed_dictionaries({"knee_extension_power": st.floats(0.0, 80.0)}),
    st.fixed_dictionaries({"calf_power_share": st.floats(0.0, 1.2), "cuff": st.sampled_from([0.0, 1.0])}),
)


def check(seed: int, outside: dict[str, float], minutes: float, narrowing: float) -> None:
    """Work, then rest, for very different people; whoever gets too hot or too dry stops there."""
    people = different_people(seed) | {"muscle_perfusion.narrowing": narrowing}
    stops = {"core_temperature": 42.0, "total_body_water_change": -0.12}
    segments = [
        Segment("work", "exercise", minutes * 60.0, outside, stops),
        Segment("after", "rest", 1200.0, {name: outside[name] for name in ("air_temperature", "relative_humidity")}),
    ]
    trace, _ = run(segments, people)
    assert not trace.failed.any(), trace.reasons
    ports = quantity_ports()
    lows = {name: trace.series[name].min() for name in ONE_WAY}
    wrong = [
        f"{name} falls to {low:g} {ports[name].unit}"
        for name, low in lows.items()
        if not low >= -ROUNDING * (ports[name].typical or 1.0)
    ]
    wrong += [
        f"{name} rises to {trace.series[name].max():g}" for name in SHARES if trace.series[name].max() > 1.0 + ROUNDING
    ]
    assert not wrong, "; ".join(wrong)


@settings(max_examples=16, derandomize=True, **QUICKLY)
@given(st.integers(0, 2**16), weather, drink, work, st.floats(1.0, 120.0), st.sampled_from([0.0, 0.0, 0.6, 0.95]))
def test_nothing_falls_below_zero_in_hard_hours(seed, air, drunk, effort, minutes, narrowing):
    check(seed, air | drunk | effort, minutes, narrowing)


KINDS = {
    "run": lambda random: {"running_speed": random.uniform(2.0, 6.0), "grade": random.uniform(-0.3, 0.2)},
    "cycle": lambda random: {"cycling_power": random.uniform(100.0, 450.0), "ground_speed": random.uniform(0.0, 12.0)},
    "all out": lambda random: {"relative_intensity_asked": random.uniform(0.9, 1.3)},
    "kick": lambda random: {"knee_extension_power": random.uniform(20.0, 80.0)},
    "calf with a cuff": lambda random: {"calf_power_share": random.uniform(0.3, 1.2), "cuff": 1.0},
}


@pytest.mark.parametrize("narrowing", [0.0, 0.6, 0.95])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_falls_below_zero_when_hard_work_stops_at_once(kind, narrowing):
    random = np.random.default_rng([len(kind), int(100 * narrowing)])
    outside = {
        "air_temperature": random.uniform(0.0, 35.0),
        "relative_humidity": random.uniform(0.1, 0.9),
        "upright": 1.0,
    }
    check(int(random.integers(1000)), outside | KINDS[kind](random), random.uniform(5.0, 120.0), narrowing)


@pytest.mark.slow
@settings(max_examples=400, **QUICKLY)
@given(st.integers(0, 2**16), weather, drink, work, st.floats(1.0, 400.0), st.floats(0.0, 0.97))
def test_nothing_falls_below_zero_in_many_hard_hours(seed, air, drunk, effort, minutes, narrowing):
    check(seed, air | drunk | effort, minutes, narrowing)


def test_names_with_a_sign_still_exist():
    assert not {name for name in SIGNED if name not in quantity_ports()}
    assert np.isin(SHARES, list(quantity_ports())).all()

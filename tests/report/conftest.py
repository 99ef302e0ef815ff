"""Builds a plausible run without the engine, so that report and files are tested on their own.

The curves are drawn by hand formulas; nothing in them is a model of anything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from cramplab.core.cramp_chances import CrampChances, TheoryAnswer
from cramplab.core.results import Assumption, FailedDraw, RunResult, Series, Trait
from cramplab.report.document import render_report

EVENT_END_S = 13_500.0


def make_result(draws: int = 200, seed: int = 1, failed: tuple[int, ...] = (17, 140), **changes: Any) -> RunResult:
    """Give an invented marathon of one invented person with half an hour of rest after it."""
    random = np.random.default_rng(seed)
    time_s = np.arange(0.0, EVENT_END_S + 1801.0, 60.0)
    hours = time_s / 3600.0
    moving = (time_s <= EVENT_END_S).astype(float)
    moving_hours = np.minimum(hours, EVENT_END_S / 3600.0)
    rest_hours = hours - moving_hours

    def person(mean: float, sd: float) -> np.ndarray:
        return random.normal(mean, sd, (draws, 1))

    gain, salt, drink_rate, aerobic = person(1.15, 0.2), person(38.0, 9.0), person(0.72, 0.15), person(46.0, 4.0)
    hill = 2.5 * np.sin(2 * np.pi * hours / 0.9) * moving
    intensity = (72.0 * 46.0 / aerobic + 4.0 * hill) * moving
    warming = 1 - np.exp(-hours / 0.35)
    core = 37.0 + (1.75 * 46.0 / aerobic + 0.15 * moving_hours) * warming * np.exp(-rest_hours / 0.7)
    sweat_rate = (
        gain * (1 - np.exp(-hours / 0.2)) * (0.08 + 0.92 * np.where(moving > 0, 1.0, np.exp(-rest_hours / 0.2)))
    )
    sweat = np.concatenate([np.zeros((draws, 1)), np.cumsum(sweat_rate[:, 1:], axis=1) / 60.0], axis=1)
    drunk = drink_rate * np.floor(moving_hours * 2) / 2
    urine = 0.04 * hours * np.ones((draws, 1))
    lost = sweat + urine + 0.06 * hours
    mass_change = 100 * (drunk - lost - 0.07 * moving_hours) / 62.0
    sodium_lost = sweat * salt + urine * 60
    sodium = 140 + 1.9 * (lost - drunk) - 0.018 * sodium_lost + 0.1 * np.sin(hours)
    flat = np.ones((draws, 1))

    tiring = (24 + 1.5 * (46 - aerobic)) * (1 - np.exp(-moving_hours / 2)) * np.exp(-rest_hours / 3)

    def muscle(part: str, work: float) -> list[tuple[str, str, str, np.ndarray]]:
        words = f"{part} muscle"
        load = work * moving * np.ones((draws, 1))
        return [
            (f"{part}_interstitial_potassium", f"Potassium around {words}", "mmol/L", 4.2 + load * (2.4 + 0.1 * hill)),
            (f"{part}_fatigue", f"Force capacity lost, {words}", "%", work * tiring),
            (
                f"{part}_oxygen_supply_to_demand",
                f"Oxygen supply to demand, {words}",
                "1",
                1.3 - load * (0.28 + 0.01 * hill) * 46 / aerobic,
            ),
            (f"{part}_muscle_water_change", f"Water in {words}", "%", load * 3.0 - 0.6 * (lost - drunk)),
            (
                f"{part}_interstitial_volume_change",
                f"Fluid around the cells of {words}",
                "%",
                load * 5.0 - 2.4 * (lost - drunk),
            ),
            (f"{part}_phosphocreatine", f"Phosphocreatine, {words}", "%", 100 - 35 * load),
            (f"{part}_lactate", f"Lactate, {words}", "mmol/L", 1.2 + 3.5 * load),
            (f"{part}_ph", f"pH, {words}", "1", 7.05 - 0.12 * load),
            (f"{part}_cramp_margin", f"Cramp margin, {words} (at most 60)", "Hz", 22.0 - 4.0 * load * work),
        ]

    rows = [
        ("intensity", "Effort, share of VO2max", "%", intensity),
        ("speed", "Speed", "km/h", 11.25 * moving * flat),
        ("grade", "Grade", "%", hill * flat),
        ("heart_rate", "Heart rate", "bpm", 62 + 1.3 * intensity + 4 * moving_hours),
        ("air_temperature", "Air temperature", "degC", (21 + 1.2 * hours) * flat),
        ("core_temperature", "Core temperature", "degC", core),
        ("skin_temperature", "Skin temperature", "degC", 33.5 + 0.3 * np.sin(hours) * flat),
        ("muscle_temperature", "Temperature of the worked muscle", "degC", core + 0.6 * moving),
        ("sweat_rate", "Sweat rate", "L/h", sweat_rate),
        ("sweat_loss", "Sweat lost", "L", sweat),
        ("sodium_loss", "Sodium lost by sweat and urine", "mmol", sodium_lost),
        ("sweat_sodium", "Sodium in sweat", "mmol/L", salt * (0.9 + 0.02 * hours)),
        ("water_loss", "Water lost", "L", lost),
        ("fluid_intake", "Drunk", "L", drunk),
        ("urine_volume", "Urine", "L", urine),
        ("body_mass_change", "Body mass change", "%", mass_change),
        ("plasma_sodium", "Plasma sodium", "mmol/L", sodium),
        ("plasma_osmolality", "Plasma osmolality", "mosmol/kg", 2 * sodium + 9),
        ("plasma_potassium", "Plasma potassium", "mmol/L", 4.1 + 0.7 * moving * flat),
        ("plasma_volume_change", "Plasma volume change", "%", -5 * moving - 1.8 * (lost - drunk)),
        ("vasopressin", "Vasopressin", "pmol/L", 2 + 3 * np.maximum(sodium - 139, 0)),
        ("thirst", "Thirst", "cm", np.clip(1.5 + 1.2 * (sodium - 140), 0, 10)),
        ("stomach_volume", "Stomach content", "mL", 80 + 60 * moving * flat),
        *muscle("worked", 1.0),
        *muscle("rested", 0.08),
    ]
    standard_names = {"air_temperature": "air_temperature"}
    series = {
        name: Series(
            name, label, unit, standard_names.get(name, ""), np.broadcast_to(values, (draws, time_s.size)).copy()
        )
        for name, label, unit, values in rows
    }
    for draw in failed:
        for each in series.values():
            each.values[draw] = np.nan
    traits = [
        Trait("mass", "Body mass", "kg", np.full(draws, 62.0), "scenario", True),
        Trait(
            "sweat_gain",
            "Sweat rate for a given heat load, against the mean person",
            "1",
            gain[:, 0],
            "invented_2001",
            False,
        ),
        Trait("sweat_sodium", "Sodium in sweat at 1 L/h", "mmol/L", salt[:, 0], "scenario", True),
        Trait("drinking", "Drinking by thirst", "L/h", drink_rate[:, 0], "invented_2002", False),
        Trait("aerobic_capacity", "Aerobic capacity", "mL/kg/min", aerobic[:, 0], "invented_2001", False),
    ]
    fields: dict[str, Any] = {
        "title": "City marathon, warm forecast",
        "person_id": "A01",
        "sport": "run",
        "start": "2026-06-07T08:30:00+01:00",
        "seed": seed,
        "draws": draws,
        "version": "0.1.0",
        "versions": {"cramplab": "0.1.0", "numpy": "2.4.6"},
        "input_sha256": "9f" * 32,
        "input_files": {"marathon.toml": "ab" * 32, "marathon.fit": "cd" * 32},
        "time_s": time_s,
        "event_end_s": EVENT_END_S,
        "series": series,
        "traits": {each.name: each for each in traits},
        "assumptions": (
            Assumption(
                "heat.skin_blood_flow_gain",
                "Skin blood flow gain",
                200.0,
                "L/m^2/h/K",
                "factor 1.3",
                "read",
                "invented_2001",
                "table 2",
                "12 invented men",
            ),
            Assumption(
                "kidney.slope",
                "Vasopressin per osmolality",
                0.38,
                "pmol/L/(mosmol/kg)",
                "SD 0.1",
                "remembered",
                "invented_2002",
                "",
                "adults",
            ),
            Assumption("clothing.insulation", "Clothing", 0.3, "clo", "", "chosen", "", "", ""),
            Assumption(
                "muscle.exchange",
                "Potassium exchange",
                0.021,
                "1/s",
                "",
                "fitted",
                "invented_2002",
                "figure 3",
                "6 invented people",
            ),
            Assumption("cramp_margin.emulator", "Error of the emulator", 0.62, "Hz", "", "fitted"),
        ),
        "failed": tuple(FailedDraw(draw, "the stomach went below empty") for draw in failed),
        "notices": ("marathon.fit: 3 records without position were bridged.",),
        "scenario": {
            "schema": 1,
            "person": {"id": "A01", "sex": "female", "age_y": 41, "mass_kg": 62.0},
            "event": {"sport": "run"},
            "weather": {"air_C": 24.0, "humidity_pct": 60},
            "drink": {"behaviour": "thirst", "sodium_mmol_per_L": 20},
        },
        "sources": {
            "invented_2001": "Nobody A. An invented paper. Journal of Nothing 1:1 (2001).",
            "invented_2002": "Noone B. Another. (2002).",
        },
        "drink_description": "sports drink by thirst: sodium 20 mmol/L (460 mg/L), carbohydrate 60 g/L",
    }
    return RunResult(**(fields | changes))


def make_chances(draws: int = 200, unknown: str = "") -> CrampChances:
    """Give invented answers of ten theories: most alike, one far away, one without a number."""
    random = np.random.default_rng(3)
    look_s = np.linspace(300.0, EVENT_END_S, 40)
    chance = random.beta(2.0, 12.0, draws)
    names = (
        "null", "neuromuscular_control", "electrolyte", "dehydration", "vascular", "medication", "motor_neuron_plateau",
        "oropharyngeal_reflex", "multifactorial",
    )  # fmt: skip
    answers = tuple(
        TheoryAnswer(
            name, f"An invented claim of theory {number}.",
            np.minimum(chance * (3.0 if number == 1 else 1.0), 1.0), 12.0 - 0.7 * number * look_s / EVENT_END_S,
        )
        for number, name in enumerate(names)
    )  # fmt: skip
    silent = TheoryAnswer("own_theory", "Ours.", np.zeros(0), np.full(40, 12.05), "not calibrated yet")
    if unknown:
        return CrampChances(unknown=unknown)
    return CrampChances(
        (*answers, silent), look_s, "They differ: neuromuscular control has 2 times the chance of null.",
        "Sweat rate, by weighing before and after exercise (rank correlation with the chance 0.41).",
        "They rest on an invented base rate.",
    )  # fmt: skip


@pytest.fixture(scope="session")
def asked() -> RunResult:
    """Give the invented marathon with what the theories made of it."""
    return make_result(chances=make_chances())


@pytest.fixture(scope="session")
def not_known() -> RunResult:
    """Give the invented marathon of somebody whom no number is told."""
    return make_result(chances=make_chances(unknown="Nobody measured what cramps would need here: pregnancy."))


@pytest.fixture(name="make_result", scope="session")
def make_result_fixture() -> Callable[..., RunResult]:
    """Give the builder itself, so that a test can change what it is about."""
    return make_result


@pytest.fixture(scope="session")
def marathon() -> RunResult:
    """Give the invented marathon; read only."""
    return make_result()


@pytest.fixture(scope="session")
def page(marathon: RunResult) -> str:
    """Give the report of the invented marathon."""
    return render_report(marathon)

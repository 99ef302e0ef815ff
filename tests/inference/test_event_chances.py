"""The chance of a cramp in an event: theory by theory, from looks at the worked muscle that are made up here."""

from __future__ import annotations

import json

import numpy as np
import pytest

from cramplab.cohort.event_looks import EventLooks, event_looks
from cramplab.cohort.situations import at_rest, quantities_for_states
from cramplab.core.results import Trait
from cramplab.core.theory import Coupling, Theory, with_members
from cramplab.importers.scenario_schema import Person
from cramplab.inference import stances
from cramplab.inference.event_chances import chances_of_event
from cramplab.safety.tested_range import why_unknown

DRAWS, LOOKS = 60, 8
RATES = {"base_rate": {"scale_hz": [1.0, 20.0], "log_rate_per_s": [-6.0, -9.0]}}
STRENGTH = {"grid": [0.0, 1.0, 2.0], "weights": [0.2, 0.5, 0.3], "mode": 1.0, "low": 0.1, "high": 1.9}
GAIN = Coupling(
    ("fatigue",), "motor_pool.persistent_gain", lambda fatigue: 1.0 + 0.5 * np.asarray(fatigue), "multiply", "invented"
)
APART = {"tired": Theory("tired", "A tired muscle cramps.", (GAIN,)), "null": Theory("null", "Nothing moves it.")}
SHELF = {**APART, "both": with_members(Theory("both", "Some of each.", members=("tired", "null")), APART)}


def who(**changes):
    return Person(**({"id": "A01", "sex": "female", "age_y": 41.0, "mass_kg": 62.0, "height_cm": 168.0} | changes))


@pytest.fixture
def records(tmp_path, monkeypatch):
    """Put made-up calibrations in the place of the shipped ones."""
    monkeypatch.setattr(stances, "CALIBRATED", tmp_path)
    stances.calibration_of.cache_clear()

    def write(**found):
        for name, record in found.items():
            (tmp_path / f"{name}.json").write_text(json.dumps(record), encoding="utf-8")
        stances.calibration_of.cache_clear()

    write(null=RATES, both=RATES, tired=RATES | {"strength": STRENGTH, "identifiable": False})
    yield write
    stances.calibration_of.cache_clear()


@pytest.fixture
def looks():
    """Give looks at a muscle that tires in an hour; person and event can be changed."""

    def make(**changes) -> EventLooks:
        states = {name: np.full((LOOKS, DRAWS), value) for name, value in at_rest().items()}
        states["fatigue"] = np.linspace(0.0, 0.4, LOOKS)[:, None] * np.ones(DRAWS)
        gains = np.linspace(0.9, 1.1, DRAWS)
        fields = {
            "person": who(), "duration_s": 3600.0, "hottest_air_C": 24.0,
            "time_s": np.linspace(450.0, 3600.0, LOOKS), "seconds": np.full(LOOKS, 450.0), "states": states,
            "pools": {"persistent_gain": gains, "volley_gain": np.ones(DRAWS)}, "finished": np.ones(DRAWS, dtype=bool),
            "traits": {"persistent_current": Trait("persistent_current", "Gain", "1", gains, "invented", False)},
            "seed": 1,
        }  # fmt: skip
        return EventLooks(**(fields | changes))

    return make


def answers(told):
    return {each.theory: each for each in told.chances.answers}


def test_every_theory_has_a_chance_in_every_draw_and_they_stand_side_by_side(records, looks):
    told = chances_of_event(looks(), SHELF)
    assert [each.theory for each in told.chances.answers] == ["null", "tired", "both"]
    for each in told.chances.answers:
        assert each.chance.shape == (DRAWS,)
        assert np.all((each.chance > 0.0) & (each.chance < 1.0))
        assert each.margin_hz.shape == (LOOKS,)
    assert told.chances.differ
    assert told.chances.measure_next
    assert not told.chances.unknown


def test_a_theory_that_makes_a_tired_muscle_easier_to_cramp_says_more_than_null(records, looks):
    found = answers(chances_of_event(looks(), SHELF))
    assert np.median(found["tired"].chance) > np.median(found["null"].chance)
    assert found["tired"].margin_hz[0] == pytest.approx(found["null"].margin_hz[0])
    assert found["tired"].margin_hz[-1] < found["null"].margin_hz[-1]


def test_at_rest_every_theory_says_what_null_says(records, looks):
    quiet = {name: np.full((LOOKS, DRAWS), value) for name, value in at_rest().items()}
    found = answers(chances_of_event(looks(states=quiet), SHELF))
    for each in found.values():
        np.testing.assert_allclose(each.chance, found["null"].chance, rtol=1e-5)


def test_the_same_seed_gives_the_same_chances_and_another_others(records, looks):
    one, again, other = (answers(chances_of_event(looks(seed=seed), SHELF))["tired"].chance for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)


def test_a_longer_event_has_more_cramps(records, looks):
    hour, two = (
        answers(chances_of_event(looks(seconds=np.full(LOOKS, each)), SHELF))["null"].chance for each in (450.0, 900.0)
    )
    assert np.all(two > hour)


def test_a_draw_that_failed_has_no_chance(records, looks):
    finished = np.ones(DRAWS, dtype=bool)
    finished[3] = False
    chance = answers(chances_of_event(looks(finished=finished), SHELF))["null"].chance
    assert np.isnan(chance[3])
    assert np.isfinite(np.delete(chance, 3)).all()


def test_a_theory_without_base_rate_is_given_no_number(records, looks):
    records(tired={"strength": None})
    told = chances_of_event(looks(), SHELF)
    found = answers(told)
    assert found["tired"].chance.size == 0
    assert found["tired"].why_not == "not calibrated yet"
    assert found["tired"].margin_hz.shape == (LOOKS,)
    assert "Not calibrated yet, so without a number: tired." in told.chances.reference
    assert found["null"].chance.size == DRAWS


def test_without_any_calibration_we_do_not_know(records, looks):
    records(null={}, tired={}, both={})
    chances = chances_of_event(looks(), SHELF).chances
    assert "No theory is calibrated yet" in chances.unknown
    assert not any(each.chance.size for each in chances.answers)


def test_it_is_said_what_the_counts_rest_on_and_what_is_open(records, looks):
    told = chances_of_event(looks(), SHELF)
    for words in ("base rate", "dejager2022_safer22", "calibrated", "nobody has measured", "left open by its founding"):
        assert words in told.chances.reference
    names = {each.name for each in told.assumptions}
    assert names == {"cramp_hazard.scale", "cramp_hazard.base_rate", "theory.tired.strength"}


@pytest.mark.parametrize(
    ("person", "hours", "air", "words"),
    [({"age_y": 17.0}, 1, 20, "age below 18"), ({"flags": ("pregnant",)}, 1, 20, "pregnancy"),
     ({"flags": ("kidney_disease",)}, 1, 20, "kidney disease"), ({"flags": ("dialysis",)}, 1, 20, "dialysis"),
     ({}, 6.1, 20, "more than 6 h"), ({}, 1, 40.5, "air above 40")],
)  # fmt: skip
def test_beyond_what_was_measured_no_number_is_told_and_the_reason_is(records, looks, person, hours, air, words):
    asked = looks(person=who(**person), duration_s=hours * 3600.0, hottest_air_C=float(air))
    told = chances_of_event(asked, SHELF)
    assert words in told.chances.unknown
    assert told.chances.answers == ()
    assert not told.chances.differ


def test_an_ordinary_race_of_a_grown_up_is_answered():
    assert why_unknown(age_y=who().age_y, flags=who().flags, duration_s=6 * 3600.0, hottest_air_C=40.0) == ""


# ---- from what was recorded to the looks


@pytest.fixture
def recorded():
    """Give what a body would have recorded in an hour by the minute, and ten minutes of rest: fatigue rises."""
    times = np.arange(0.0, 4201.0, 60.0)
    found = {name: np.ones((5, times.size), dtype=np.float32) for name in quantities_for_states()}
    found["worked_fatigue"] = np.broadcast_to(np.minimum(times, 3600.0) / 9000.0, (5, times.size)).astype(np.float32)
    return times, found


def looked(recorded, person=None):
    times, found = recorded
    pools = {"neuromodulation.basic_gain": np.ones(5), "spinal_drive.facilitation_per_volley": np.ones(5)}
    return event_looks(
        person or who(), found, times, duration_s=3600.0, hottest_air_C=20.0, pools=pools, beta_agonist=0.3,
        finished=np.ones(5, dtype=bool), traits={}, seed=1,
    )  # fmt: skip


def test_the_looks_stand_for_the_event_and_not_for_the_rest_after_it(recorded):
    found = looked(recorded)
    assert found.seconds.sum() == pytest.approx(3600.0)
    assert found.time_s[-1] == 3600.0
    assert np.all(np.diff(found.time_s) > 0.0)
    assert found.states["fatigue"].shape == (found.time_s.size, 5)
    assert found.states["fatigue"][-1, 0] == pytest.approx(0.4, rel=1e-5)


def test_what_does_not_change_from_rest_is_at_rest(recorded):
    states = looked(recorded).states
    for name in ("plasma_sodium_change", "interstitial_volume_change", "ph_change", "arousal", "oxygen_shortfall"):
        np.testing.assert_array_equal(states[name], at_rest()[name])
    np.testing.assert_array_equal(states["fibre_length"], 1.0)


@pytest.mark.parametrize(
    ("told", "state", "value"),
    [({"cramp_history": "never"}, "cramp_history", -1.0), ({"cramp_history": "sometimes"}, "cramp_history", 0.0),
     ({"cramp_history": "most_events"}, "cramp_history", 1.0), ({}, "cramp_history", 0.0), ({}, "medicine", 0.0),
     ({"flags": ("diuretic",)}, "medicine", 1.0), ({"flags": ("sickle_cell_trait",)}, "medicine", 0.0),
     ({}, "beta_agonist", 0.3)],
)  # fmt: skip
def test_who_the_person_is_and_what_they_take_become_states(recorded, told, state, value):
    np.testing.assert_array_equal(looked(recorded, who(**told)).states[state], value)

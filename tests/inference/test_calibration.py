"""Claims about the calibrations that are shipped."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from cramplab.core.library import load_library
from cramplab.inference.calibration import SCALES_HZ, WIDEST_IDENTIFIED, in_words
from cramplab.inference.stances import CALIBRATED, calibration_of
from cramplab.simulation.theory_shelf import packaged_theories

THEORIES = packaged_theories()


@pytest.mark.parametrize("name", sorted(THEORIES))
def test_every_theory_has_a_calibration_that_says_when_and_from_what_it_was_made(name):
    record = json.loads((CALIBRATED / f"{name}.json").read_text(encoding="utf-8"))
    assert record["theory"] == name
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", record["date"])
    assert re.fullmatch(r"[0-9a-f]{40}", record["commit"])
    assert record["words"]


@pytest.mark.parametrize("name", sorted(name for name, each in THEORIES.items() if each.founding))
def test_a_strength_that_its_founding_observation_leaves_open_is_called_not_identifiable(name):
    record = calibration_of(name)
    strength = record["strength"]
    wide = strength["high"] - strength["low"] > WIDEST_IDENTIFIED * strength["grid"][-1]
    assert record["identifiable"] is not wide
    assert ("Not identifiable" in record["words"]) is wide
    assert np.sum(strength["weights"]) == pytest.approx(1.0, abs=2e-3)


@pytest.mark.parametrize("name", sorted(THEORIES))
def test_the_base_rate_is_lower_where_the_hazard_falls_slowly(name):
    rates = calibration_of(name)["base_rate"]
    assert rates["scale_hz"] == SCALES_HZ.tolist()
    assert np.all(np.diff(rates["log_rate_per_s"]) < 0.0)


@pytest.mark.parametrize("name", sorted(name for name, each in THEORIES.items() if each.founding))
def test_founding_observations_are_marked_to_calibrate_in_the_library(name):
    studies = load_library((), ("studies",)).studies
    for place in THEORIES[name].founding:
        study, _, finding = place.partition("/")
        assert next(each for each in studies[study].findings if each.id == finding).calibrates


def test_a_calibration_is_told_with_its_founding_observation_and_its_base_rate():
    lines = in_words(calibration_of("motor_neuron_plateau"))
    assert lines[0].startswith("motor_neuron_plateau: ")
    assert any("mk09_history" in line for line in lines)
    assert lines[-1].startswith("Base rate of cramps")

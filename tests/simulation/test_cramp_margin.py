"""The emulator of the cramp margin: what it says, where it stops, and that it is what its record says of it."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from cramplab.cohort.margin_validation import emulated_at, held_out
from cramplab.core.errors import UserError
from cramplab.simulation import cramp_margin as module
from cramplab.simulation.cramp_margin import (
    HIGHEST_HZ,
    INPUTS,
    POOLS,
    SLOW_INPUTS,
    cramp_margin,
    emulated,
    emulator,
    features,
    judged,
    outside_ranges,
    pool_fingerprint,
    stated_error,
)

NAMES = ("cramp_margin", "cramp_duration", "cramp_emg")


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_emulator_is_whole_and_says_what_made_it(name):
    found = emulator(name)
    seen = features(np.zeros((1, len(INPUTS)), dtype=np.float32), found.rest).shape[1]
    for weights, bias in found.layers:
        assert weights.shape == (seen, bias.size)
        assert np.isfinite(weights).all()
        assert np.isfinite(bias).all()
        seen = bias.size
    assert seen == (POOLS if name == "cramp_margin" else 1)
    for key in ("date", "commit", "pool", "muscle", "seed", "pools", "points", "ranges", "held_out"):
        assert found.record[key], key
    assert found.record["ranges"] == {name: [each.low, each.high, each.unit] for name, each in SLOW_INPUTS.items()}


def test_the_shipped_emulators_are_fitted_to_one_pool():
    assert len({emulator(name).record["pool"] for name in NAMES}) == 1


def test_the_share_within_one_hertz_is_what_the_record_says_and_enough():
    table = held_out()
    said = emulated_at(table.points)
    for name, rows in (("held_out", ~table.usual), ("held_out_usual", table.usual)):
        found, recorded = judged(said[rows], table.threshold_hz[rows]), emulator().record[name]
        assert found["points"] == recorded["points"]
        assert found["share_within_1_hz"] == pytest.approx(recorded["share_within_1_hz"], abs=2e-3)
        assert found["rmse_hz"] == pytest.approx(recorded["rmse_hz"], rel=0.01)
        assert found["share_within_1_hz"] >= 0.90
    assert f"{100 * emulator().record['held_out']['share_within_1_hz']:.0f} %" in stated_error()


def test_the_held_out_points_fill_the_ranges():
    points = held_out().points[~held_out().usual]
    for column, span in zip(points.T, SLOW_INPUTS.values(), strict=True):
        width = span.high - span.low
        assert span.low - 1e-6 * width <= column.min() <= span.low + 0.02 * width
        assert span.high - 0.02 * width <= column.max() <= span.high + 1e-6 * width


def test_more_inward_current_and_more_facilitation_bring_a_cramp_nearer():
    for name in ("persistent_gain", "volley_gain"):
        span = SLOW_INPUTS[name]
        margins = np.asarray(cramp_margin({name: np.linspace(span.low, span.high, 9)}))
        assert np.all(np.diff(margins) < 0.0), name
        assert margins[0] - margins[-1] > 5.0


def test_inputs_broadcast_and_what_is_left_out_is_at_its_reference():
    all_named = {name: each.reference for name, each in SLOW_INPUTS.items()}
    assert float(cramp_margin({})) == float(cramp_margin(all_named))
    found = cramp_margin({"fatigue": np.zeros((3, 1)), "volley_gain": np.full(4, 1.2)})
    assert found.shape == (3, 4)
    np.testing.assert_allclose(found, float(cramp_margin({"volley_gain": 1.2})), rtol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_the_gradient_is_finite_everywhere(name):
    slope = jax.grad(lambda scaled: emulated(name, dict(zip(INPUTS, scaled, strict=True))))
    places = np.random.default_rng(2).random((20, len(INPUTS)))
    places[0], places[1], places[2] = 0.0, 1.0, 0.5
    low = np.array([each.low for each in SLOW_INPUTS.values()])
    high = np.array([each.high for each in SLOW_INPUTS.values()])
    for place in low + (high - low) * places:
        assert np.isfinite(slope(jnp.asarray(place))).all()


def test_the_gradient_is_the_slope():
    def margin(gain):
        return cramp_margin({"persistent_gain": gain})

    slope = float(jax.grad(margin)(1.05))
    assert slope == pytest.approx(float(margin(1.06) - margin(1.04)) / 0.02, rel=0.05)
    assert slope < 0.0


def test_outside_its_range_an_input_is_taken_at_the_end_of_it_and_that_is_told():
    assert float(cramp_margin({"terminal_shift": 30.0})) == float(cramp_margin({"terminal_shift": 8.0}))
    (told,) = outside_ranges({"terminal_shift": np.array([1.0, 2.0, 3.0, 30.0]), "fatigue": np.array([0.0, 0.6])})
    assert "25 %" in told
    assert "terminal_shift" in told
    assert "-3 to 8 mV" in told


def test_an_unknown_input_or_emulator_is_answered_with_the_nearest():
    with pytest.raises(UserError, match="persistent_gain"):
        cramp_margin({"persistent_gian": 1.0})
    with pytest.raises(UserError, match="cramp_duration"):
        emulator("cramp_durations")


def test_the_margin_stays_in_the_range_of_thresholds():
    points = held_out().points
    found = emulated_at(points)
    assert found.min() > -1.5
    assert found.max() < HIGHEST_HZ + 3.5


def test_a_provoked_cramp_lasts_seconds_to_minutes_and_is_weaker_than_the_strongest_effort():
    assert 1.0 <= float(emulated("cramp_duration", {})) <= 180.0
    assert 10.0 <= float(emulated("cramp_emg", {})) <= 150.0


def test_the_digest_of_the_pool_hears_numbers_and_not_words(tmp_path):
    file = tmp_path / "law.py"

    def code(text):
        file.write_text(text, encoding="utf-8")
        return module._code_of(file)

    first = code('"""Words."""\nRATE = 2.0  # a remark\n\n\ndef law(x):\n    """More words."""\n    return RATE * x\n')
    assert code('"""Other words."""\nRATE = 2.0\ndef law(x):\n    return (RATE * x)\n') == first
    assert code("RATE = 2.1\ndef law(x):\n    return RATE * x\n") != first
    assert code("RATE = 2.0\ndef law(x):\n    return RATE + x\n") != first
    assert code('A = parameter(1.0, "words")') == code('A = parameter(1.0, "other words")')


def test_the_digest_hears_a_parameter(monkeypatch):
    import dataclasses

    before = pool_fingerprint()
    declared = dict(module.fast_parameters())
    name = "neuromodulation.basic_gain"
    declared[name] = dataclasses.replace(declared[name], value=declared[name].value * 1.01)
    monkeypatch.setattr(module, "fast_parameters", lambda: declared)
    pool_fingerprint.cache_clear()
    try:
        assert pool_fingerprint() != before
    finally:
        pool_fingerprint.cache_clear()

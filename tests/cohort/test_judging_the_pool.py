"""Published figures of motor neurons and units, and the neurons that they are held against."""

from __future__ import annotations

import textwrap
from dataclasses import replace

import numpy as np
import pytest

from cramplab.cohort.pool_validation import _TESTS, _Settings, validate_pool
from cramplab.core.errors import UserError
from cramplab.core.library import find_muscle
from cramplab.simulation import motor_neuron_tests
from cramplab.simulation.bench_measures import POOL_MEASURES, read_bench_measure
from cramplab.simulation.production_pool import ProductionPool


def study(tmp_path, text):
    folder = tmp_path / "studies"
    folder.mkdir(exist_ok=True)
    (folder / "invented_pool.toml").write_text(
        'schema = 1\nkey = "invented_pool"\ncitation = "Invented."\njudge = "pool"\n' + textwrap.dedent(text),
        encoding="utf-8",
    )
    return {row["id"]: row for row in validate_pool([tmp_path], people=4, only=["invented_pool"])}


def settings(**what):
    usual = _Settings(
        find_muscle("abductor_hallucis"), "production", "", None, None, 1.0, 1, 0.01, 1.5, 1e-3, None, 0.0, 4, 1
    )
    return replace(usual, **what)


def test_every_measure_has_a_test_and_a_unit():
    assert set(_TESTS) == set(POOL_MEASURES)
    for name in POOL_MEASURES:
        assert read_bench_measure(name, POOL_MEASURES).base == name


def test_production_neurons_follow_the_size_principle():
    run = ProductionPool.of(np.linspace(0.0, 1.0, 5), 0.5, noise=0.0).run
    resistance, rheobase = motor_neuron_tests.input_resistance(run), motor_neuron_tests.rheobase(run)
    assert (np.diff(resistance) < 0.0).all()
    assert (np.diff(rheobase) > 0.0).all()
    # A little of the persistent current is open at rest.
    assert motor_neuron_tests.resting_voltage(run) == pytest.approx(0.0, abs=1.5)


def test_a_current_into_one_neuron_leaves_the_others_alone():
    pool = ProductionPool.of([0.0, 0.5, 1.0], 0.5, noise=0.0)
    current = np.zeros((3, 5000), np.float32)
    current[1] = 15.0
    trains, _ = pool.run(current, np.zeros(5000, np.float32), 1e-4)
    assert [len(train) > 3 for train in trains] == [False, True, False]


def test_the_same_key_meets_the_same_noise_and_another_key_another():
    def spikes(key):
        pool = ProductionPool.of([0.0], 0.5, key=key)
        return pool.run(np.full(10_000, 4.0, np.float32), np.zeros(10_000, np.float32), 1e-4)[0][0]

    assert spikes(3).tolist() == spikes(3).tolist()
    assert spikes(3).tolist() != spikes(4).tolist()


def test_a_step_that_is_too_long_is_refused():
    with pytest.raises(UserError, match="not between"):
        ProductionPool.of([0.0], 0.5).run(np.zeros(10), np.zeros(10), 1e-3)


def test_a_condition_acts_on_the_persistent_current():
    rate = [motor_neuron_tests.self_sustained_rate(settings(gain=gain).run()).mean() for gain in (0.1, 3.0)]
    assert rate[0] == 0.0
    assert rate[1] > 5.0


def test_relaxation_slows_under_a_cuff_and_in_the_cold():
    rate = _TESTS["relaxation_rate"]
    assert rate(settings()) == pytest.approx(1.0)
    assert rate(settings(cuff_s=600.0)) < 1.0 > rate(settings(temperature=25.0))


def test_the_largest_f_wave_is_above_the_mean_one():
    assert (_TESTS["largest_f_wave"](settings()) > _TESTS["f_wave"](settings())).all()


def test_a_file_of_others_is_answered_figure_by_figure(tmp_path):
    rows = study(
        tmp_path,
        """
        [[arm]]
        id = "twitch"
        [[arm.step]]
        kind = "single_stimulus"
        muscle = "abductor_hallucis"
        [[arm]]
        id = "strange"
        [[arm.step]]
        kind = "moon_walk"
        [[finding]]
        id = "right"
        measure = "unit_contraction_time"
        arm = "twitch"
        value = "75 ms"
        band = ["10 ms", "200 ms"]
        status = "verified"
        [[finding]]
        id = "wrong"
        measure = "unit_contraction_time"
        arm = "twitch"
        value = "5 ms"
        band = ["4 ms", "6 ms"]
        status = "verified"
        [[finding]]
        id = "no_such_step"
        measure = "unit_contraction_time"
        arm = "strange"
        value = "75 ms"
        status = "verified"
        [[finding]]
        id = "no_such_measure"
        measure = "contraction_tim"
        arm = "twitch"
        value = "75 ms"
        status = "verified"
        [[finding]]
        id = "wrong_unit"
        measure = "unit_contraction_time"
        arm = "twitch"
        value = "75 mV"
        status = "verified"
        """,
    )
    assert [rows[name]["inside"] for name in ("right", "wrong")] == [True, False]
    for name, why in (("no_such_step", "moon_walk"), ("no_such_measure", "No measure"), ("wrong_unit", "in ms")):
        assert rows[name]["inside"] == "not simulated"
        assert why in rows[name]["why"]

"""The thresholds behind the margin: halving finds what trying every train finds, and what a laboratory would."""

from __future__ import annotations

import numpy as np
import pytest

from cramplab.cohort.margin_validation import held_out
from cramplab.simulation import margin_thresholds
from cramplab.simulation.cramp_margin import (
    ABOVE_ALL,
    BELOW_ALL,
    BY_ITSELF,
    HIGHEST_HZ,
    INPUTS,
    LOWEST_HZ,
    POOLS,
    SLOW_INPUTS,
    STEP_HZ,
    TEMPERATURE,
    emulator,
    pool_fingerprint,
)
from cramplab.simulation.margin_thresholds import provoked_cramps, rungs, thresholds
from cramplab.simulation.subjects import Subjects
from cramplab.simulation.threshold_ladder import Ladder, run_ladder


def points(*changes):
    reference = {name: each.reference for name, each in SLOW_INPUTS.items()}
    return np.array([[(reference | change)[name] for name in INPUTS] for change in changes])


SAMPLE = points({}, {"persistent_gain": 1.3}, {"resting_drive": 1.5e-8}, {"terminal_shift": 5.0})
ASKED = np.tile([0, 1, 2], (len(SAMPLE), 1))


@pytest.fixture(scope="module")
def found():
    return thresholds(SAMPLE, pools=ASKED).each


def test_every_train_has_a_whole_number_of_pulses_in_two_seconds():
    for pool in range(POOLS):
        frequencies = rungs(pool)
        assert np.all((2.0 * frequencies) % 1.0 == 0.0)
        assert LOWEST_HZ <= frequencies[0] < LOWEST_HZ + STEP_HZ
        assert HIGHEST_HZ - STEP_HZ < frequencies[-1] <= HIGHEST_HZ
    assert np.mean([rungs(pool)[0] for pool in range(POOLS)]) == pytest.approx(LOWEST_HZ + 0.375 * STEP_HZ)


def test_halving_finds_what_trying_every_train_finds(found):
    search = margin_thresholds._Search(SAMPLE, ASKED)
    ladders = [rungs(pool) for pool in search.keys]
    lowest = np.full(search.keys.size, np.nan)
    highest_without = np.full(search.keys.size, np.nan)
    for step in range(min(len(each) for each in ladders)):
        frequency = np.array([each[step] for each in ladders])
        # Far above the threshold nothing new is learned, and every train costs time.
        rows = np.flatnonzero(~(frequency > lowest + 4.0 * STEP_HZ))
        if rows.size == 0:
            break
        cramped = search.cramps(rows, frequency[rows])
        new = rows[cramped]
        lowest[new] = np.fmin(lowest[new], frequency[new])
        highest_without[rows[~cramped]] = frequency[rows[~cramped]]
    tried = np.where(lowest == [each[0] for each in ladders], BELOW_ALL, lowest - 0.5 * STEP_HZ).reshape(found.shape)
    said = np.where(found == BY_ITSELF, BELOW_ALL, found)
    once = (np.nan_to_num(highest_without, nan=-1.0) < lowest).reshape(found.shape)
    # A pool that has cramped at one train can stay quiet after the next; then there is no one threshold.
    assert once.mean() >= 0.7
    np.testing.assert_allclose(said[once], tried[once])
    assert np.all(np.abs(said - tried) <= 4.0 * STEP_HZ)


def test_where_the_search_begins_changes_nothing(found):
    again = thresholds(SAMPLE[:2], pools=ASKED[:2], guess_hz=np.full((2, 3), 8.0)).each
    assert np.mean(again == found[:2]) >= 0.8


def test_a_laboratory_with_rests_between_its_trains_finds_the_same_within_a_step():
    subjects = Subjects(margin_thresholds.margin_muscle(), 3, seed=1)
    ladder = Ladder(start_hz=LOWEST_HZ, step_hz=STEP_HZ, stop_hz=HIGHEST_HZ)
    climbed = run_ladder(subjects, ladder, longest_cramp_s=2.0).frequency_hz - 0.5 * STEP_HZ
    single = thresholds(SAMPLE[:1], pools=ASKED[:1]).each[0]
    assert np.all(np.abs(climbed - single) <= 1.5 * STEP_HZ)


def test_the_same_pool_at_the_same_point_answers_the_same_alone_and_in_company(found):
    alone = thresholds(SAMPLE[1:2], pools=ASKED[1:2, 1:2]).each
    assert alone[0, 0] == found[1, 1]


def test_a_pool_that_cannot_cramp_is_above_all_and_one_that_must_is_by_itself():
    weak, strong = thresholds(
        points(
            {"persistent_gain": 0.2, "fibre_length": 1.15}, {"persistent_gain": 1.6, "resting_drive": 1e-7}
        ),
        pools=np.array([[0], [0]]),
    ).each  # fmt: skip
    assert weak == ABOVE_ALL
    assert strong == BY_ITSELF


def test_the_pool_is_asked_at_the_temperature_that_is_told():
    assert np.all(margin_thresholds._Search(SAMPLE, ASKED).rested.person["temperature"] == TEMPERATURE)


def test_mean_and_error_are_over_pools():
    made = margin_thresholds.Thresholds(np.array([[10.0, 14.0, 12.0, 12.0], [3.0, 3.0, 3.0, 3.0]]))
    np.testing.assert_allclose(made.mean, [12.0, 3.0])
    np.testing.assert_allclose(made.error, [np.std([10, 14, 12, 12], ddof=1) / 2.0, 0.0])


def test_a_cramp_a_quarter_above_threshold_lasts_and_is_strong(found):
    duration, emg = provoked_cramps(SAMPLE[:1], found[:1].mean(axis=1), pools=2)
    kept = duration[np.isfinite(duration)]
    assert np.all(kept >= 1.0)
    assert np.all(emg[np.isfinite(emg)] >= 0.1)


def test_a_stored_threshold_is_what_the_pool_gives_as_long_as_the_pool_is_the_same():
    table = held_out()
    middle = np.flatnonzero((table.threshold_hz > 8.0) & (table.threshold_hz < 50.0))[:1]
    again = thresholds(table.points[middle]).mean
    if emulator().record["pool"] == pool_fingerprint():
        np.testing.assert_allclose(again, table.threshold_hz[middle], atol=0.05)
    else:
        # Then `cramplab validate margin` says so.
        assert np.all((again >= 0.0) & (again <= ABOVE_ALL))

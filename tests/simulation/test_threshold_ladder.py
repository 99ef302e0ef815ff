"""How long activity outlasts a train, and the ladder that asks for it."""

from __future__ import annotations

import numpy as np
import pytest

from cramplab.core.errors import UserError
from cramplab.core.library import find_muscle
from cramplab.simulation.subjects import Subjects
from cramplab.simulation.threshold_ladder import (
    BIN_S,
    CRAMP_EMG,
    LONGEST_PAUSE_S,
    SILENT_AFTER_TRAIN_S,
    Ladder,
    outlasting,
    run_ladder,
)

FLOOR = 0.5


def lasted(*spans, seconds=12.0, bin_s=BIN_S):
    """Give the answer for activity in some spans (s after the train), just at the floor, over just less than it."""
    power = np.full((1, round(seconds / bin_s)), 0.99 * FLOOR)
    for start, end in spans:
        power[0, round(start / bin_s) : round(end / bin_s)] = FLOOR
    return float(outlasting(power, np.array([FLOOR]), bin_s)[0])


def test_without_activity_nothing_outlasts_a_train():
    assert lasted() == 0.0


def test_activity_from_the_first_bin_on_counts_to_its_end():
    assert lasted((0.0, BIN_S)) == BIN_S
    assert lasted((0.0, 3.5)) == 3.5
    assert lasted((0.0, 12.0)) == 12.0


def test_a_late_start_counts_from_where_it_starts():
    latest = SILENT_AFTER_TRAIN_S
    assert lasted((1.0, 4.0)) == 3.0
    assert lasted((latest, latest + 4.0)) == 4.0


def test_what_begins_later_was_not_left_by_the_train():
    too_late = SILENT_AFTER_TRAIN_S + BIN_S
    assert lasted((too_late, too_late + 5.0)) == 0.0


def test_a_short_pause_belongs_to_it_and_a_longer_one_ends_it():
    assert lasted((0.0, 2.0), (2.0 + LONGEST_PAUSE_S, 5.0)) == 5.0
    assert lasted((0.0, 2.0), (2.0 + LONGEST_PAUSE_S + BIN_S, 5.0)) == 2.0
    # Pauses do not add up.
    assert lasted((0.0, 1.0), (1.5, 2.0), (2.5, 3.0)) == 3.0


def test_the_length_of_a_bin_does_not_matter():
    for spans in ([(0.5, 4.0)], [(0.0, 2.0), (2.5, 5.0)], [(0.0, 2.0), (3.0, 5.0)], [(2.5, 5.0)]):
        assert lasted(*spans, bin_s=0.05) == pytest.approx(lasted(*spans))


def test_everybody_has_a_floor_of_their_own():
    power = np.tile(np.linspace(2.0, 0.0, 40, endpoint=False), (3, 1))
    by_floor = outlasting(power, np.array([0.5, 1.0, 3.0]))
    assert by_floor[0] > by_floor[1] > by_floor[2] == 0.0


@pytest.mark.parametrize(
    "wrong", [{"step_hz": 0.0}, {"start_hz": 0.0}, {"stop_hz": 2.0}, {"stop_hz": 300.0}, {"train_s": 0.0}]
)
def test_a_ladder_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(UserError):
        Ladder(**wrong)


def test_who_cramps_does_so_at_the_first_rung_after_which_activity_lasts():
    ladder = Ladder(start_hz=10.0, step_hz=10.0, stop_hz=40.0, gap_s=20.0)
    subjects = Subjects(find_muscle("fhb", ()), 3, seed=2)
    subjects.advance(ladder.train(4.0))
    found = run_ladder(subjects, ladder, longest_cramp_s=8.0)
    cramped = np.isfinite(found.frequency_hz)
    assert cramped.any()
    for person in range(3):
        by_rung = found.outlasted_s[person]
        long_enough = np.flatnonzero(by_rung >= ladder.criterion_s)
        if cramped[person]:
            assert found.frequency_hz[person] == ladder.frequencies[long_enough[0]]
            assert found.duration_s[person] == by_rung[long_enough[0]]
            assert found.emg_share[person] >= CRAMP_EMG
            # No train is given to who has cramped.
            assert np.isnan(by_rung[long_enough[0] + 1 :]).all()
        else:
            assert long_enough.size == 0

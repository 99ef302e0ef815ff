"""The gain of the persistent inward current: nothing at the usual, up with each monoamine, scaled by the person."""

from __future__ import annotations

import dataclasses

import numba
import pytest

from cramplab.physiology.neuromodulation import Neuromodulation

PART = Neuromodulation()
RECORD = Neuromodulation.records(1)[0]


def test_at_usual_arousal_the_gain_is_the_persons_own():
    assert PART.gain(0.0, 0.0) == PART.basic_gain
    assert Neuromodulation(basic_gain=1.2).gain(0.0, 0.0) == 1.2


def test_each_monoamine_raises_it_by_its_own_share_and_a_block_lowers_it():
    assert PART.gain(1.0, 0.0) == pytest.approx(PART.basic_gain * (1 + PART.per_serotonin))
    assert PART.gain(0.0, 1.0) == pytest.approx(PART.basic_gain * (1 + PART.per_noradrenaline))
    assert PART.gain(-1.0, 0.0) < PART.basic_gain < PART.gain(0.5, 0.0) < PART.gain(0.5, 0.5)


def test_what_two_monoamines_add_is_the_sum_of_what_each_adds():
    alone = PART.gain(0.4, 0.0) + PART.gain(0.0, -0.7) - PART.basic_gain
    assert PART.gain(0.4, -0.7) == pytest.approx(alone)


def test_no_block_turns_the_current_round():
    assert PART.gain(-1.0, -1.0) > 0.0


def test_compiled_is_as_plain():
    assert numba.njit(Neuromodulation.gain)(RECORD, 0.3, -0.2) == pytest.approx(PART.gain(0.3, -0.2), rel=1e-12)


@pytest.mark.parametrize("field", [each.name for each in dataclasses.fields(Neuromodulation)])
def test_every_parameter_moves_an_answer(field):
    changed = dataclasses.replace(PART, **{field: getattr(PART, field) * 1.05})
    assert changed.gain(0.3, 0.3) != PART.gain(0.3, 0.3)

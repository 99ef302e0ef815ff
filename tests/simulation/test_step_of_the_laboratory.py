"""The step of the motor neurons, judged by what the laboratory measures after a train on the nerve."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from cramplab.core.library import load_library
from cramplab.simulation import laboratory_kernel as kernel
from cramplab.simulation.subjects import Inputs, Segment, Subjects

PEOPLE = 16


@cache
def after_a_train(step_ms: float) -> tuple[float, float, float]:
    """Spikes a person, mean rate (imp/s), and share of a record in which the muscle goes on."""
    muscle = load_library(shelves=("muscles",)).muscles["flexor_hallucis_brevis"]
    # With this much of the persistent current everybody goes on, whatever the parameters are tuned to.
    people = Subjects(muscle, PEOPLE, seed=1, inputs=Inputs(persistent_gain=1.5), step_ms=step_ms)
    people.advance(Segment(2.0, frequency_hz=30.0, pulses=60))
    people.forget_discharges()
    record, _ = people.advance(Segment(4.0, count=True), bins=16)
    row = kernel.UNIT_ROWS.index
    rates = people.unit[:, row("rate_sum")].sum() / people.unit[:, row("rate_count")].sum()
    going = record[:, :, kernel.RECORD.index("spikes")] > 0.05
    return float(people.unit[:, row("count")].sum() / PEOPLE), float(rates), float(np.mean(going))


def test_there_is_a_discharge_to_judge():
    spikes, _, going = after_a_train(0.1)
    assert spikes > 1000
    assert going > 0.9


@pytest.mark.parametrize("which", range(3), ids=("spikes", "rate", "duration"))
def test_half_the_step_changes_a_discharge_after_a_train_by_less_than_a_per_cent(which):
    assert after_a_train(0.05)[which] == pytest.approx(after_a_train(0.1)[which], rel=0.01)

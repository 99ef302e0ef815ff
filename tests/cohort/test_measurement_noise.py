"""Claims about what a laboratory's own readings add."""

from __future__ import annotations

import numpy as np
import pytest

from cramplab.cohort.measurement_noise import MeasurementNoise

PEOPLE = 20_000


def test_a_change_is_made_of_two_readings_and_scatters_by_the_root_of_two():
    noise, level = MeasurementNoise(), np.full(PEOPLE, 140.0)
    one = noise.added("plasma_sodium", level, np.random.default_rng(1), readings=1)
    change = noise.added("plasma_sodium", level, np.random.default_rng(1), readings=2)
    assert one.std() == pytest.approx(0.8, rel=0.03)
    assert change.std() == pytest.approx(0.8 * np.sqrt(2.0), rel=0.03)
    assert one.mean() == pytest.approx(140.0, abs=0.03)


def test_what_is_weighed_is_read_without_error():
    volume = np.linspace(0.5, 2.0, 50)
    assert MeasurementNoise().added("fluid_intake", volume, np.random.default_rng(1), readings=2) is volume

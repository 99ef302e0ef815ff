"""Claims about which experiment would tell theories apart."""

from __future__ import annotations

import numpy as np
import pytest

from cramplab.core.errors import UserError
from cramplab.inference.next_experiment import in_words, information_gain, rank_experiments


def _groups(*middles: float) -> list[np.ndarray]:
    return [middle + np.random.default_rng(number).standard_normal(400) for number, middle in enumerate(middles)]


def test_an_experiment_in_which_all_theories_give_the_same_tells_nothing():
    assert information_gain(_groups(0.0, 0.0, 0.0)) < 0.03


def test_an_experiment_that_parts_all_theories_tells_everything():
    assert information_gain(_groups(0.0, 40.0, 80.0)) == pytest.approx(np.log(3.0), abs=0.02)


def test_two_theories_that_overlap_by_half_tell_less_than_two_that_do_not():
    assert information_gain(_groups(0.0, 1.0)) < information_gain(_groups(0.0, 3.0)) < np.log(2.0)


def test_one_theory_alone_cannot_be_told_apart():
    with pytest.raises(UserError, match="takes two theories"):
        rank_experiments((), ["null"])


def test_a_misspelt_theory_is_answered_with_the_nearest_name():
    with pytest.raises(UserError, match="Did you mean 'dehydration'"):
        rank_experiments((), ["dehydraton", "null"])


def test_the_best_design_is_told_first_and_a_design_that_cannot_be_run_with_its_reason():
    row = {"design": "a", "title": "Heat alone", "finding": "x", "measure": "cramp_threshold_frequency", "unit": "Hz",
           "people": 20, "gain_nats": 0.9, "gain_share": 0.4, "told_apart": [["null", "dehydration"]], "reason": "",
           "results": {"null": {"low": -1.0, "middle": 0.0, "high": 1.0}}}  # fmt: skip
    other = row | {"design": "b", "title": "Biceps", "gain_nats": None, "reason": "no such muscle"}
    lines = in_words([row, other])
    assert "Heat alone" in lines[1]
    assert any("tells null from dehydration" in line for line in lines)
    assert lines[-1] == "Not simulated: Biceps: no such muscle"

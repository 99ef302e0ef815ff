"""People under different plans in one run: each lasts as long as their own plan, and thirst stays under its ceiling."""

from __future__ import annotations

import numpy as np
import pytest

from cramplab.simulation.assembly import assemble
from cramplab.simulation.event_run import Stretch, run_stretches

PEOPLE = 6
LASTING = np.array([340.0, 600.0, 600.0, 785.0, 1000.0, 1000.0])
NAMES = ("core_temperature", "sweat_loss", "fluid_intake", "body_mass_loss", "plasma_sodium")
WORK = {"running_speed": np.linspace(2.0, 3.5, 100)[:, None], "drink_rate_planned": np.full((100, 1), 1e-4)}
REST = Stretch(300.0, {})


@pytest.fixture(scope="module")
def body():
    return assemble({"sweating.gain": np.linspace(4e-5, 2e-4, PEOPLE).astype(np.float32)})


def stretch(seconds: float) -> Stretch:
    steps = int(np.ceil(seconds / 10.0))
    return Stretch(seconds, {name: values[:steps] for name, values in WORK.items()})


@pytest.fixture(scope="module")
def together(body):
    own = Stretch(LASTING.max(), WORK, lambda rows: LASTING[rows])
    return run_stretches(body, [own, REST], PEOPLE, NAMES, chunk_people=PEOPLE)


@pytest.mark.parametrize("seconds", sorted(set(LASTING)))
def test_who_is_through_earlier_is_as_if_run_alone(body, together, seconds):
    alone = run_stretches(body, [stretch(seconds), REST], PEOPLE, NAMES, chunk_people=PEOPLE)
    here = seconds == LASTING
    for name in NAMES:
        np.testing.assert_allclose(together[name][here, -1], alone[name][here, -1], rtol=2e-6, atol=1e-7)


def test_who_is_through_keeps_still_until_all_are(together):
    # Records are minutes: the first person is through before that of 360 s.
    for name in NAMES:
        waiting = together[name][0, 6:18]
        assert np.ptp(waiting) == 0.0
    assert np.all(np.diff(together["sweat_loss"][-1, 6:18]) > 0.0)


def test_nobody_drinks_after_their_own_end(together):
    np.testing.assert_allclose(together["fluid_intake"][:, -1], 1e-4 * LASTING, rtol=1e-5)


@pytest.mark.parametrize("litres_per_hour", [0.0, 0.1, 0.4])
def test_thirst_under_a_ceiling_never_drinks_faster(body, litres_per_hour):
    hot = {
        "running_speed": np.full((1, 1), 3.5), "air_temperature": np.full((1, 1), 35.0),
        "drink_by_thirst": np.ones((1, 1)), "drink_ceiling": np.full((1, 1), litres_per_hour / 3600.0),
    }  # fmt: skip
    drunk = run_stretches(body, [Stretch(5400.0, hot)], PEOPLE, NAMES, chunk_people=PEOPLE)["fluid_intake"]
    each_minute = np.diff(drunk, axis=1)
    assert np.all(each_minute <= litres_per_hour / 60.0 * (1.0 + 1e-4) + 2e-6)


def test_a_ceiling_out_of_reach_changes_nothing_and_a_lower_one_never_adds(body):
    def drunk(**ceiling: np.ndarray) -> np.ndarray:
        hot = {"running_speed": np.full((1, 1), 3.5), "drink_by_thirst": np.ones((1, 1)), **ceiling}
        return run_stretches(body, [Stretch(3600.0, hot)], PEOPLE, NAMES, chunk_people=PEOPLE)["fluid_intake"][:, -1]

    free = drunk()
    np.testing.assert_array_equal(drunk(drink_ceiling=np.ones((1, 1))), free)
    low = drunk(drink_ceiling=np.full((1, 1), 2e-5))
    assert np.all(low <= free + 1e-6)
    assert low.max() < free.max()

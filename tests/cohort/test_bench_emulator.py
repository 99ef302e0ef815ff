"""Emulators of bench tests: they show what their table showed, the chance of it too, and survive being stored."""

from __future__ import annotations

import numpy as np
import pytest

from cramplab.cohort import bench_emulator as bench
from cramplab.cohort.bench_table import INPUTS, RANGES, BenchTable, digest_of, key_of, points, simulate, tasted
from cramplab.cohort.laboratory_timeline import Plan, SegmentAct
from cramplab.core.errors import UserError
from cramplab.simulation.subjects import Segment

PEOPLE, NOISE = 150, 2.0
GAIN, TASTE = INPUTS.index("persistent_gain"), INPUTS.index("taste_inhibition")
PLAN = Plan("flexor_hallucis_brevis", 0.8, None, (SegmentAct("test", (Segment(0.5, voluntary=1.0),), True),), 0)


def made(people=PEOPLE, taste=False, seed=1) -> BenchTable:
    """Invent people whose threshold falls with the gain, a third of whom never cramp for long."""
    inputs = points(people, taste=taste)
    chance = np.random.default_rng(seed)
    gain = inputs[:, GAIN]
    threshold = 25.0 - 20.0 * (gain - 1.0) + NOISE * chance.standard_normal(people)
    short = chance.random(people) < 0.35
    threshold[short] = np.nan
    duration = np.where(short, np.nan, np.exp(2.0 + 3.0 * (gain - 1.0) + 0.5 * chance.standard_normal(people)))
    outputs = {
        "cramp_threshold_frequency": threshold, "cramp_duration": duration, "cramp_incidence": (~short).astype(float),
        "mvc_force": np.full(people, 12.0), "cramp_emg": np.where(np.arange(people) < 5, 0.1, np.nan),
        "peak_cramp_emg": np.full(people, np.nan),
    }  # fmt: skip
    return BenchTable(inputs, outputs)


@pytest.fixture(scope="module")
def table():
    return made()


@pytest.fixture(scope="module")
def emulator(table):
    return bench.fit(table, "invented")


def shown(emulator, wanted, people=4000, **inputs):
    chance = np.random.default_rng(5)
    names = (*wanted, "showing")
    return emulator.measures(inputs, {name: chance.random(people) for name in names}, people, wanted)


def test_the_usual_value_follows_the_inputs(emulator):
    low, high = (
        np.nanmean(shown(emulator, ("cramp_threshold_frequency",), persistent_gain=gain)["cramp_threshold_frequency"])
        for gain in (1.1, 0.9)
    )
    assert high - low == pytest.approx(4.0, abs=1.0)


def test_chance_between_people_is_drawn_again_as_large_as_it_was(emulator):
    found = shown(emulator, ("cramp_threshold_frequency",))["cramp_threshold_frequency"]
    assert np.nanstd(found) == pytest.approx(NOISE, rel=0.15)


def test_as_many_show_nothing_as_in_the_table(emulator, table):
    found = shown(emulator, ("cramp_threshold_frequency", "cramp_incidence"))
    share = float(table.outputs["cramp_incidence"].mean())
    assert np.isfinite(found["cramp_threshold_frequency"]).mean() == pytest.approx(share, abs=0.12)
    assert found["cramp_incidence"].mean() == pytest.approx(share, abs=0.12)
    assert set(np.unique(found["cramp_incidence"])) == {0.0, 1.0}


def test_the_held_out_error_is_the_noise_that_was_put_in(emulator, table):
    errors = bench.errors_of(emulator, table)
    assert errors["cramp_threshold_frequency"]["held_out_error"] == pytest.approx(NOISE, rel=0.2)
    # Of the logarithm, for what spreads over decades.
    assert errors["cramp_duration"]["logarithmic"] == 1.0
    assert errors["cramp_duration"]["held_out_error"] == pytest.approx(0.5, rel=0.2)


def test_the_same_person_stands_at_the_same_place_in_two_tests(emulator):
    chance = {name: np.array([0.5, 0.9]) for name in ("cramp_duration", "showing")} | {"showing": np.zeros(2)}
    one, same = (emulator.measures({}, chance, 2, ("cramp_duration",))["cramp_duration"] for _ in range(2))
    assert np.array_equal(one, same)
    assert one[1] > one[0]


def test_nothing_is_shown_beyond_what_the_table_saw(emulator, table):
    seen = table.outputs["cramp_duration"]
    found = shown(emulator, ("cramp_duration",), persistent_gain=99.0, fatigue=-5.0)["cramp_duration"]
    assert np.nanmin(found) >= np.nanmin(seen)
    assert np.nanmax(found) <= np.nanmax(seen)


def test_an_input_beyond_its_range_counts_as_its_end(emulator):
    low, high = RANGES["persistent_gain"]
    for far, end in ((-9.0, low), (9.0, high)):
        one, other = (shown(emulator, ("mvc_force", "cramp_duration"), persistent_gain=each) for each in (far, end))
        np.testing.assert_array_equal(one["cramp_duration"], other["cramp_duration"])


def test_what_was_the_same_in_all_is_the_same_in_all(emulator):
    assert np.all(shown(emulator, ("mvc_force",))["mvc_force"] == 12.0)


def test_what_hardly_anybody_showed_is_shown_as_seldom_and_what_nobody_showed_never(emulator):
    found = shown(emulator, ("cramp_emg", "peak_cramp_emg"))
    assert np.isfinite(found["cramp_emg"]).mean() == pytest.approx(5 / PEOPLE, abs=0.01)
    np.testing.assert_allclose(found["cramp_emg"][np.isfinite(found["cramp_emg"])], 0.1)
    assert np.isnan(found["peak_cramp_emg"]).all()


def test_a_measure_that_the_test_does_not_take_is_not_given(emulator):
    assert shown(emulator, ("mvc_force",)).keys() == {"mvc_force"}
    assert emulator.measures({}, {"showing": np.zeros(1)}, 1, ("voluntary_rate",)) == {}


# ----------------------------------------------------------------------------------------------------- tables and files
def test_the_situations_of_a_table_lie_within_their_ranges_and_repeat():
    drawn = points(500, taste=True)
    assert np.array_equal(drawn, points(500, taste=True))
    for column, name in enumerate(INPUTS):
        assert drawn[:, column].min() >= RANGES[name][0]
        assert drawn[:, column].max() <= RANGES[name][1]
    assert np.all(points(500, taste=False)[:, TASTE] == 0.0)
    assert (drawn[:, TASTE] > 0.0).mean() > 0.4


def test_a_table_is_read_as_it_was_written_and_fitted_again_to_the_same(tmp_path):
    file = tmp_path / "it.npz"
    written = made(60)
    bench.write_table(file, written, PLAN)
    read = bench.read_table(file)
    np.testing.assert_allclose(read.inputs, written.inputs, rtol=1e-6)
    np.testing.assert_allclose(read.outputs["cramp_duration"], written.outputs["cramp_duration"], rtol=1e-6)
    told = bench.told_of(file)
    assert told["people"] == 60
    assert "effort 100 %" in told["words"]
    again = bench.chosen_for(bench.fit(read, "", told["chosen"]))
    assert again.keys() == told["chosen"].keys()
    for name, chosen in told["chosen"].items():
        np.testing.assert_allclose(again[name], chosen)
    assert not [each for each in tmp_path.iterdir() if each != file]


def test_a_test_without_a_table_is_simulated_once_and_kept(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(bench, "cache_root", lambda: tmp_path)
    monkeypatch.setattr(bench, "simulate", lambda plan, people, **_: asked.append(people) or made(40))
    assert not bench.is_at_hand(PLAN)
    first = bench.table_file(PLAN)
    assert bench.table_file(PLAN) == first
    assert bench.is_at_hand(PLAN)
    assert asked == [bench.PEOPLE_ELSEWHERE]
    assert first.name == f"{digest_of(PLAN, bench.PEOPLE_ELSEWHERE)}.npz"


def test_a_shipped_table_of_another_pool_is_not_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "SHIPPED", tmp_path)
    bench.write_table(tmp_path / f"{key_of(PLAN)}.npz", made(40), PLAN)
    assert bench.is_at_hand(PLAN)
    monkeypatch.setattr(bench, "pool_fingerprint", lambda: "another")
    assert not bench.is_at_hand(PLAN)


def test_a_plan_that_tastes_of_something_is_known():
    assert not tasted(PLAN)
    assert tasted(Plan("soleus", 1.0, None, (SegmentAct("done", (Segment(1.0, taste=1.0),)),), 0))


def test_the_pool_itself_answers_a_table_of_three_people():
    rested = np.array([[1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0]]).repeat(3, axis=0)
    rested[1, INPUTS.index("fatigue")] = 0.4
    found = simulate(PLAN, 3, inputs=rested)
    assert np.all(np.isfinite(found.outputs["mvc_force"]))
    assert found.outputs["mvc_force"][1] < found.outputs["mvc_force"][[0, 2]].min()
    assert found.outputs["force_lost_before"] == pytest.approx([0.0, 0.4, 0.0], abs=0.05)


def test_a_muscle_that_is_not_there_is_told():
    with pytest.raises(UserError, match="soleu"):
        simulate(Plan("soleu", 1.0, None, PLAN.acts, 0), 1)

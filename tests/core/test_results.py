"""What a run holds, and the single numbers drawn from it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from cramplab.core.errors import CramplabError
from cramplab.core.headlines import counts, headlines, influences
from cramplab.core.result_tree import result_tree, tree_text
from cramplab.core.results import Assumption, FailedDraw, RunResult, Series, Trait, interval, quantiles


def series(name: str, values: object, unit: str = "L") -> Series:
    return Series(name, name.replace("_", " ").capitalize(), unit, "", np.array(values, dtype=np.float32))


def run(*each: Series, draws: int | None = None, **changes: object) -> RunResult:
    """Give a run of 2 h with a third hour of rest, at the four full hours."""
    fields: dict[str, object] = {
        "title": "Test", "person_id": "A01", "sport": "run", "start": "2026-06-07T08:30:00+01:00", "seed": 1,
        "draws": draws or (each[0].values.shape[0] if each else 3), "version": "0.1.0", "input_sha256": "00",
        "time_s": np.arange(4) * 3600.0, "event_end_s": 7200.0, "series": {one.name: one for one in each},
    }  # fmt: skip
    return RunResult(**(fields | changes))  # type: ignore[arg-type]


def headline(result: RunResult, name: str) -> dict[str, float]:
    return {each.name: entry for each, entry in headlines(result)}[name]


def test_an_interval_holds_ninety_of_a_hundred_draws():
    found = interval(np.arange(101.0))
    assert (found.median, found.low, found.high) == (50.0, 5.0, 95.0)


def test_what_is_not_a_number_is_left_out_of_an_interval():
    assert interval(np.array([np.nan, 1.0, np.inf, 3.0])).median == 2.0


def test_an_interval_of_nothing_is_not_a_number():
    assert np.isnan(interval(np.array([np.nan, np.nan])).median)


def test_quantiles_of_a_time_course_keep_the_times_without_a_number():
    found = quantiles(np.array([[1.0, np.nan], [3.0, np.nan]]), (0.5,))
    np.testing.assert_array_equal(found, [[2.0, np.nan]])


def test_the_mean_sweat_rate_is_the_loss_of_the_event_per_hour_without_the_rest_after_it():
    assert headline(run(series("sweat_loss", [[0, 1, 2.4, 9]])), "sweat_rate")["median"] == pytest.approx(1.2)


def test_an_end_is_the_end_of_the_event_and_not_of_the_record():
    result = run(series("body_mass_change", [[0, -1, -2, -5]], "%"))
    assert headline(result, "body_mass_change")["median"] == -2.0


def test_the_lowest_sodium_counts_the_rest_after_the_event_too():
    result = run(series("plasma_sodium", [[140, 138, 137, 133]], "mmol/L"))
    assert headline(result, "lowest_plasma_sodium")["median"] == 133.0


def test_a_change_is_from_the_start_to_the_end_of_the_event():
    result = run(series("plasma_sodium", [[140, 138, 137, 133]], "mmol/L"))
    assert headline(result, "plasma_sodium_change")["median"] == -3.0


def test_sodium_lost_is_given_in_milligrams_as_well_at_23_per_millimole():
    assert headline(run(series("sodium_loss", [[0, 50, 100, 120]], "mmol")), "sodium_loss")["also"]["median"] == 2300.0


def test_a_failed_draw_is_left_out_of_every_number_and_told():
    values = [[0, 1, 1, 1], [0, 2, 2, 2], [0, 99, 99, 99]]
    result = run(series("sweat_loss", values), failed=(FailedDraw(2, "no answer"),))
    tree = result_tree(result)
    assert tree["headline"]["sweat_loss"]["high"] < 3
    assert max(tree["series"]["sweat_loss"]["high"]) < 3
    assert tree["run"]["finished_draws"] == 2
    assert tree["run"]["failed"] == [{"draw": 2, "reason": "no answer"}]


def test_counts_say_in_how_many_finished_draws_something_happened():
    result = run(series("body_mass_change", [[0, 0, 0.4, 0], [0, 0, -2.5, 0], [0, 0, -1, 0]], "%"))
    found = dict(counts(result))
    assert (found["body_mass_gained"]["runs"], found["body_mass_gained"]["of"]) == (1, 3)
    assert found["body_mass_below_minus_2"]["runs"] == 1


def drawn(count: int = 100) -> tuple[RunResult, np.ndarray]:
    random = np.random.default_rng(7)
    gain, noise = random.normal(size=count), random.normal(size=count)
    loss = np.zeros((count, 4))
    loss[:, 1:] = (2 + gain)[:, None]
    traits = {
        "gain": Trait("gain", "Gain", "1", gain, "somewhere", False),
        "noise": Trait("noise", "Noise", "1", noise, "somewhere", False),
        "fixed": Trait("fixed", "Fixed", "1", np.ones(count), "scenario", True),
    }
    return run(series("sweat_loss", loss), traits=traits), gain


def test_only_the_trait_that_moves_an_outcome_is_named_as_its_influence():
    result, _ = drawn()
    (found,) = dict(influences(result))["sweat_rate"]
    assert found["trait"] == "gain"
    assert found["rank_correlation"] == pytest.approx(1.0)


def test_few_draws_name_no_influence_at_all():
    assert not dict(influences(drawn(20)[0]))


def test_a_run_without_any_finished_draw_still_has_a_summary():
    result = run(series("sweat_loss", np.full((2, 4), np.nan)), failed=(FailedDraw(0, "a"), FailedDraw(1, "b")))
    assert json.loads(tree_text(result_tree(result)))["headline"]["sweat_loss"]["median"] is None


def test_the_summary_is_plain_json_without_nan_whatever_the_scenario_holds():
    scenario = {"a": float("nan"), "b": (1, np.float64(2.5)), "c": {"d": np.array([1, 2])}}
    text = tree_text(result_tree(run(series("sweat_loss", [[0, 1, 2, 3]]), scenario=scenario)))
    assert json.loads(text)["scenario"] == {"a": None, "b": [1, 2.5], "c": {"d": [1, 2]}}


def test_the_same_run_gives_the_same_bytes_and_the_clock_time_is_not_among_them():
    one, other = (
        tree_text(result_tree(run(series("sweat_loss", [[0, 1, 2, 3]]), created=when)))
        for when in ("2026-01-01T00:00:00+00:00", None)
    )
    assert one == other


def test_long_courses_are_thinned_but_keep_first_last_and_the_end_of_the_event():
    time_s = np.arange(2000) * 10.0
    result = run(series("sweat_loss", np.zeros((2, 2000))), time_s=time_s, event_end_s=15_010.0)
    kept = result_tree(result)["time_s"]
    assert len(kept) <= 242
    assert {0.0, 15_010.0, 19_990.0} <= set(kept)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"time_s": np.array([0.0, 2.0, 1.0, 3.0])}, "increasing"),
        ({"event_end_s": 99_999.0}, "event_end_s is 99999.0 and lies outside"),
        ({"failed": (FailedDraw(5, "x"),)}, "failed draw 5 is not one of the 1 draws"),
        ({"start": "2026-06-07T08:30:00"}, "expected an ISO 8601 date and time with offset"),
        ({"start": "yesterday"}, "expected an ISO 8601 date"),
        ({"draws": 4}, r"has shape \(1, 4\), expected \[draws, times\] = \(4, 4\)"),
        ({"traits": {"a": Trait("a", "A", "1", np.zeros(3), "", True)}}, r"trait 'a' has shape \(3,\)"),
        ({"traits": {"a": Trait("b", "A", "1", np.zeros(1), "", True)}}, "'b' is filed under the name 'a'"),
    ],
)
def test_a_run_that_contradicts_itself_is_refused(changes, message):
    with pytest.raises(CramplabError, match=message):
        run(series("sweat_loss", [[0, 1, 2, 3]]), **changes)


def test_an_assumption_says_how_it_was_obtained():
    with pytest.raises(CramplabError, match=r"origin is 'guessed'\. Expected one of read, remembered"):
        Assumption("a", "A", 1.0, origin="guessed")

"""The main job: a scenario goes in, one result for each person comes out."""

from __future__ import annotations

import json

import equinox as eqx
import numpy as np
import pytest

from cramplab.cohort import memory
from cramplab.cohort.event import run_event
from cramplab.cohort.event_looks import Told
from cramplab.core.cramp_chances import CrampChances
from cramplab.core.errors import CramplabError, UserError
from cramplab.core.result_tree import result_tree, tree_text

UNITS = {
    "intensity": "%", "speed": "km/h", "heart_rate": "bpm", "air_temperature": "degC", "core_temperature": "degC",
    "skin_temperature": "degC", "muscle_temperature": "degC", "sweat_rate": "L/h", "sweat_loss": "L",
    "sodium_loss": "mmol", "sweat_sodium": "mmol/L", "water_loss": "L", "fluid_intake": "L", "urine_volume": "L",
    "body_mass_change": "%", "plasma_sodium": "mmol/L", "plasma_osmolality": "mosmol/kg", "plasma_potassium": "mmol/L",
    "plasma_volume_change": "%", "vasopressin": "pmol/L", "thirst": "cm", "stomach_volume": "mL",
    **{
        f"{part}_{name}": unit
        for part in ("worked", "rested")
        for name, unit in {
            "interstitial_potassium": "mmol/L", "fatigue": "%", "oxygen_supply_to_demand": "1",
            "muscle_water_change": "%", "interstitial_volume_change": "%", "phosphocreatine": "%", "lactate": "mmol/L",
            "ph": "1", "cramp_margin": "Hz",
        }.items()
    },
}  # fmt: skip


def at_end(result, name):
    end = int(np.searchsorted(result.time_s, result.event_end_s, side="right")) - 1
    return result.series[name].values[:, end]


def test_every_promised_series_is_there_in_the_unit_that_is_shown(with_rest):
    assert {name: each.unit for name, each in with_rest.series.items()} == UNITS


def test_numbers_are_of_the_size_of_a_half_hour_run(with_rest):
    sizes = {
        "intensity": (40, 100), "speed": (10, 10), "heart_rate": (110, 200), "core_temperature": (37.3, 40),
        "sweat_loss": (0.05, 1.2), "plasma_sodium": (134, 152), "vasopressin": (0.3, 60), "thirst": (0, 10),
        "worked_ph": (6.3, 7.2), "rested_oxygen_supply_to_demand": (0.9, 2.0),
    }  # fmt: skip
    for name, (low, high) in sizes.items():
        median = float(np.median(at_end(with_rest, name)))
        assert low - 1e-4 <= median <= high + 1e-4, (name, median)


def test_the_rest_after_the_event_is_rest(with_rest):
    assert with_rest.event_end_s == 1800.0
    assert with_rest.time_s[-1] == 2400.0
    assert np.all(with_rest.series["speed"].values[:, -1] == 0.0)
    last = with_rest.series["heart_rate"].values[:, -1]
    assert np.all(last < at_end(with_rest, "heart_rate") - 20.0)


def test_what_the_scenario_tells_is_kept_and_the_rest_is_drawn(run, person):
    result = run(people=person + "max_heart_rate_bpm = 181\nbody_fat_pct = 27\n")
    traits = result.traits
    for name, value in (("mass", 62.0), ("height", 1.68), ("age", 41.0), ("highest_heart_rate", 181.0)):
        assert traits[name].known
        np.testing.assert_allclose(traits[name].values, value, rtol=1e-9)
    np.testing.assert_allclose(traits["body_fat"].values, 27.0)
    assert not traits["sweat_gain"].known
    assert np.ptp(traits["sweat_gain"].values) > 0.0


def test_same_seed_same_bytes_and_another_seed_other_numbers(run):
    first, again, other = (tree_text(result_tree(run(seed=seed))) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_the_result_names_no_folder_of_this_machine(run, tmp_path):
    assert str(tmp_path) not in tree_text(result_tree(run()))


def test_an_event_that_ends_between_two_minutes_ends_there(run):
    result = run(event='duration = "0:20:47"\nspeed_km_per_h = 10')
    assert result.event_end_s == 1247.0
    assert 1247.0 in result.time_s


def test_a_second_person_changes_nothing_for_the_first(scenario, run, person, draws):
    alone = run()
    both = run_event(scenario(people=person + person.replace("A01", "B02")), draws=draws, seed=1)
    assert [each.person_id for each in both] == ["A01", "B02"]
    assert [each["id"] for each in both[1].scenario["person"]] == ["B02"]
    np.testing.assert_array_equal(both[0].series["core_temperature"].values, alone.series["core_temperature"].values)
    assert np.any(both[1].traits["sweat_gain"].values != alone.traits["sweat_gain"].values)


def test_every_assumption_tells_how_it_was_obtained_and_every_named_source_is_cited(run):
    result = run()
    named = {each.name for each in result.assumptions}
    assert {"sweating.gain", "event.start", "weather.wind_share", "person.can_hold_the_plan"} <= named
    assert not {name for name in named if name.startswith("drugs.")}
    cited = {each.source for each in result.assumptions} - {"", "chosen"}
    assert cited <= set(result.sources)


# ---- draws that fail


def spoiled(rows):
    """Change a body so that some of its people have no sweat gain that is a number."""

    def change(body):
        index = next(number for number, part in enumerate(body.submodels) if part.name == "sweating")
        gain = np.array(body.submodels[index].gain)
        gain[rows] = np.nan
        return eqx.tree_at(lambda each: each.submodels[index].gain, body, gain)

    return change


def test_draws_that_fail_are_counted_told_and_left_out_of_every_summary(scenario, draws):
    (result,) = run_event(scenario(), draws=draws, seed=1, change_body=spoiled([3, 5]))
    assert [each.draw for each in result.failed] == [3, 5]
    assert "no finite number after 1 min" in result.failed[0].reason
    tree = json.loads(tree_text(result_tree(result)))
    assert tree["run"]["finished_draws"] == draws - 2
    assert tree["headline"]["sweat_loss"]["median"] is not None


def test_if_every_draw_fails_that_is_our_fault_and_nothing_comes_out(scenario, draws):
    with pytest.raises(CramplabError, match="All 24 simulated runs of A01 gave no finite numbers") as told:
        run_event(scenario(), draws=draws, seed=1, change_body=spoiled(slice(None)))
    assert told.value.exit_code == 1


# ---- what is refused before the work


def test_more_draws_than_the_memory_holds_are_refused_with_numbers(scenario, monkeypatch):
    monkeypatch.setattr(memory, "free_memory", lambda: 1.0e9)
    with pytest.raises(UserError, match=r"100000 draws of 33 minutes need about .* GB of memory.*--draws \d+"):
        run_event(scenario(), draws=100_000, seed=1)


def test_weather_that_ends_before_the_event_is_refused(tmp_path, scenario, draws):
    hours = [f"2026-06-07T{hour:02d}:00+01:00,20,60,2,300" for hour in (7, 8, 9)]
    table = "\n".join(["time,air_C,humidity_pct,wind_m_per_s,solar_W_per_m2", *hours])
    (tmp_path / "weather.csv").write_text(table, encoding="utf-8")
    event = 'start = 2026-06-07T08:30:00+01:00\nduration = "2:00"\nspeed_km_per_h = 10'
    file = scenario(event=event).path
    text = file.read_text(encoding="utf-8")
    begin, end = text.index("air_C"), text.index("[drink]")
    file.write_text(text[:begin] + 'file = "weather.csv"\n' + text[end:], encoding="utf-8")
    from cramplab.importers.scenario import read_scenario

    with pytest.raises(UserError, match=r"weather\.csv"):
        run_event(read_scenario(file), draws=draws, seed=1)


def test_progress_never_goes_back_and_ends_full(scenario, person, draws):
    told: list[tuple[int, int]] = []
    people = (
        person + "[[person.sweat_test]]\nmass_before_kg = 62\nmass_after_kg = 61.6\ndrank_L = 0\nduration_min = 30\n"
    )
    run_event(scenario(people=people), draws=draws, seed=1, report_progress=lambda done, of: told.append((done, of)))
    done = [each for each, _ in told]
    assert done == sorted(done)
    assert told[-1] == (draws, draws)


# ---- every kind of event


@pytest.mark.parametrize(
    ("sport", "effort", "told"),
    [
        ("walk", "speed_km_per_h = 5", ""),
        ("cycle", "power_W = 150", "own wind was worked out from the power"),
        ("cycle", "speed_km_per_h = 25", "what the pedals took was worked out"),
        ("run", "heart_rate_bpm = 150", "the wind of the person's own motion is left out"),
        ("run", "power_W = 230", "running power meter"),
        ("team_sport", "heart_rate_bpm = 140", ""),
        ("triathlon", "speed_km_per_h = 28", "what the pedals took was worked out"),
        ("other", "heart_rate_bpm = 120", ""),
    ],
)
def test_every_sport_and_kind_of_effort_gives_numbers_and_tells_what_it_had_to_work_out(
    scenario, sport, effort, told, draws
):
    file = scenario(event=f'duration = "0:30"\n{effort}').path
    file.write_text(file.read_text(encoding="utf-8").replace('sport = "run"', f'sport = "{sport}"'), encoding="utf-8")
    from cramplab.importers.scenario import read_scenario

    (result,) = run_event(read_scenario(file), draws=draws, seed=1)
    assert result.failed == ()
    assert 20.0 < np.median(at_end(result, "intensity")) < 105.0
    assert any(told in each for each in (*result.notices, ""))


def test_a_room_without_sun_and_wind_is_indoors_and_what_is_not_told_of_the_air_is_drawn_outdoors(scenario, draws):
    from cramplab.importers.scenario import read_scenario

    file = scenario().path
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("_s = 2.0", "_s = 0.2").replace("_m2 = 400", "_m2 = 0"), encoding="utf-8")
    (inside,) = run_event(read_scenario(file), draws=draws, seed=1)
    file.write_text(text.replace("wind_m_per_s = 2.0\nsolar_W_per_m2 = 400", ""), encoding="utf-8")
    (outside,) = run_event(read_scenario(file), draws=draws, seed=1)
    assert "event.indoors" in {each.name for each in inside.assumptions}
    assert {"weather.wind", "weather.sun"} <= {each.name for each in outside.assumptions}
    assert np.ptp(outside.traits["sun"].values) > 0.0
    assert np.median(at_end(inside, "sweat_loss")) > 0.05


# ---- theories are asked


def test_theories_are_shown_the_event_of_every_person_and_their_answer_is_kept(scenario, person, draws):
    shown = []

    def ask(looks):
        shown.append(looks)
        return Told(CrampChances(unknown="Nobody knows."), notices=("Asked.",))

    event = 'duration = "0:30"\nspeed_km_per_h = 10\nrecovery_min = 10'
    (result,) = run_event(scenario(event=event), draws=draws, seed=1, ask_theories=ask)
    (looks,) = shown
    assert result.chances is not None
    assert result.chances.unknown == "Nobody knows."
    assert "Asked." in result.notices
    assert looks.person.id == "A01"
    assert looks.duration_s == looks.time_s[-1] == looks.seconds.sum() == 1800.0
    assert looks.hottest_air_C == 24.0
    assert looks.states["fatigue"].shape == (looks.time_s.size, draws)
    assert np.all(looks.states["fatigue"][-1] > 0.0)
    assert np.all(looks.states["body_mass_change"][-1] < 0.0)
    assert looks.finished.all()
    assert "sweat_gain" in looks.traits


def test_theories_are_told_which_draws_failed(scenario, draws):
    shown = []

    def ask(looks):
        shown.append(looks)
        return Told(CrampChances())

    run_event(scenario(), draws=draws, seed=1, change_body=spoiled([3, 5]), ask_theories=ask)
    assert np.flatnonzero(~shown[0].finished).tolist() == [3, 5]


def test_an_event_whose_theories_were_not_asked_says_so(with_rest):
    assert with_rest.chances is None
    assert "cramp_by_theory" not in result_tree(with_rest)
    assert any("theories were not asked" in words for words in result_tree(with_rest)["not_computed"])

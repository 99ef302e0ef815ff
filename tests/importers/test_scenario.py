"""The scenario file: what is read, and how each fault is answered."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cramplab.core.errors import FaultsFoundError, UserError
from cramplab.importers.scenario import read_scenario

GOOD = """\
schema = 1
title = "Test"
[person]
id = "A01"
sex = "female"
age_y = 41
mass_kg = 62.0
height_cm = 168
[event]
sport = "run"
start = 2026-06-07T08:30:00+01:00
distance_km = 42.195
goal_time = "3:45"
[weather]
air_C = 24
humidity_pct = 60
"""


def save(folder: Path, text: str) -> Path:
    file = folder / "race.toml"
    file.write_text(text, encoding="utf-8")
    return file


def faults_of(folder: Path, text: str) -> str:
    with pytest.raises(FaultsFoundError) as caught:
        read_scenario(save(folder, text))
    return str(caught.value)


@pytest.mark.parametrize("name", ["marathon", "ride_with_power", "treadmill_heart_rate"])
def test_the_shipped_examples_are_valid(examples, name):
    scenario = read_scenario(examples / f"{name}.toml")
    assert scenario.course_path is not None
    assert [file.role for file in scenario.inputs] == ["scenario", "course"]
    assert scenario.as_plain()["person"][0]["id"] == scenario.people[0].id


def test_what_is_left_out_stays_unknown(tmp_path):
    scenario = read_scenario(save(tmp_path, GOOD))
    person = scenario.people[0]
    assert person.vo2max_mL_per_kg_min is None
    assert person.sweat_sodium is None
    assert scenario.weather.wind_m_per_s is None
    assert scenario.event.clothing_clo is None
    assert scenario.drink.behaviour == "thirst"
    assert scenario.goal_time_s == 13_500.0


ALL_OF_A_PLAN = (
    GOOD.replace("height_cm = 168", 'height_cm = 168\nred_flags = ["bad_headache", "dark_urine"]')
    .replace("[weather]", "warm_up_min = 15\n[weather]\nwbgt_C = 22.5\nair_sd_C = 1.5")
    + '[preferences]\nlimits = "stricter.toml"\n'
)  # fmt: skip


def test_what_only_a_plan_asks_for_is_read(tmp_path):
    (tmp_path / "stricter.toml").write_text("# checked by whoever plans\n", encoding="utf-8")
    scenario = read_scenario(save(tmp_path, ALL_OF_A_PLAN))
    assert scenario.people[0].red_flags == ("bad_headache", "dark_urine")
    assert scenario.event.warm_up_min == 15.0
    assert (scenario.weather.wbgt_C, scenario.weather.air_sd_C) == (22.5, 1.5)
    assert scenario.limits_path == tmp_path / "stricter.toml"
    assert [file.role for file in scenario.inputs] == ["scenario", "limits"]


def test_answered_with_none_is_not_the_same_as_not_asked(tmp_path):
    not_asked = read_scenario(save(tmp_path, GOOD))
    none = read_scenario(save(tmp_path, GOOD.replace("height_cm = 168", 'height_cm = 168\nred_flags = "none"')))
    assert not_asked.people[0].red_flags is None
    assert none.people[0].red_flags == ()
    assert (not_asked.event.warm_up_min, not_asked.weather.wbgt_C, not_asked.limits_path) == (None, None, None)


def test_a_reading_of_heat_and_the_error_of_a_forecast_stand_beside_a_weather_file(tmp_path):
    (tmp_path / "hours.json").write_text("{}", encoding="utf-8")
    text = GOOD.replace("air_C = 24\nhumidity_pct = 60", 'file = "hours.json"\nwbgt_C = 22.5\nair_sd_C = 1.5')
    assert read_scenario(save(tmp_path, text)).weather.wbgt_C == 22.5


def test_the_hash_follows_the_content_of_every_file_and_not_its_place(examples, tmp_path):
    text = (examples / "marathon.toml").read_bytes()
    course = (examples / "marathon.fit").read_bytes()
    hashes = []
    for number, change in enumerate((b"", b"", b"\n# other")):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "marathon.toml").write_bytes(text + change)
        (folder / "marathon.fit").write_bytes(course)
        hashes.append(read_scenario(folder / "marathon.toml").input_sha256)
    assert hashes[0] == hashes[1] == read_scenario(examples / "marathon.toml").input_sha256
    assert hashes[2] != hashes[0]


def test_all_faults_are_told_at_once_in_the_order_of_their_lines(tmp_path):
    text = GOOD.replace("mass_kg = 62.0", "mass_kg = 5").replace("humidity_pct = 60", "humidity_pct = 140")
    text = text.replace('sport = "run"', 'sport = "runn"').replace("schema = 1", "schema = 2")
    said = faults_of(tmp_path, text)
    assert [int(line) for line in re.findall(r"line (\d+)", said)] == [1, 7, 10, 16]


def test_a_fault_of_one_key_hides_no_fault_of_another(tmp_path):
    text = GOOD.replace('sport = "run"', 'sprot = "run"').replace("+01:00", "").replace('"3:45"', '"0:00"')
    said = faults_of(tmp_path, text.replace("distance_km = 42.195", 'course = "none.fit"'))
    for each in ("Unknown key 'sprot'", "time zone of start", "the event lasts 0 s", "no course file"):
        assert each in said


@pytest.mark.parametrize(("old", "new", "said"), [
    ("mass_kg = 62.0", "mass_kg = 5", r"mass_kg is 5 in \[person\]\. Expected a number from 25 to 250\."),
    ("mass_kg = 62.0", "mass_lb = 137", r"Unknown key 'mass_lb' in \[person\]\. Write mass_kg = 62\.14"),
    ("mass_kg = 62.0", "mass = 62", r"Unknown key 'mass' in \[person\]\. Write the unit too: mass_kg"),
    ("mass_kg = 62.0", "weight_lbs = 137", "Write mass_kg = 62.14"),
    ("mass_kg = 62.0", 'mass_kg = "62 kg"', "mass_kg is the text '62 kg'.*Write the number alone, without quotes"),
    ("mass_kg = 62.0", "mass_kg = nan", "mass_kg is nan"),
    ("mass_kg = 62.0", "mass_kg = true", "mass_kg is true"),
    ("mass_kg = 62.0", "", r"mass_kg is missing in \[person\]\. Expected a number from 25 to 250"),
    ("height_cm = 168", "height_m = 1.68", "Write height_cm = 168"),
    ("height_cm = 168", "heigth_cm = 168", r"Unknown key 'heigth_cm' in \[person\]\. Did you mean 'height_cm'"),
    ("mass_kg = 62.0", "mass_kg = 30", "30 kg at 168 cm is a body mass index of 11"),
    ("age_y = 41", "age_y = 7", "age_y is 7.*from 10 to 100"),
    ("age_y = 41", "age = 41", "Write the unit too: age_y"),
    ('sex = "female"', 'sex = "femal"', "'femal'.*one of female, male, unspecified. Did you mean 'female'"),
    ('id = "A01"', 'id = "../x"', "id is the text '../x'.*letters, digits"),
    ("air_C = 24", "air_F = 75", r"Unknown key 'air_F' in \[weather\]\. Write air_C = 23\.89"),
    ("air_C = 24", "temperature_C = 24", "Write air_C = 24"),
    ("humidity_pct = 60", "humidity_pct = 140", "humidity_pct is 140.*from 0 to 100"),
    ("humidity_pct = 60", "humidity_fraction = 0.6", "Write humidity_pct = 60"),
    ("humidity_pct = 60", "", r"humidity_pct is missing in \[weather\]"),
    ("humidity_pct = 60", "humidity_pct = 60\nwind_mph = 10", "Write wind_m_per_s = 4.47"),
    ("humidity_pct = 60", "humidity_pct = 60\nclothing_clo = 0.3", r"'clothing_clo' belongs in \[event\]"),
    ("humidity_pct = 60", "humidity_pct = 60\nwbgt_C = 82", "wbgt_C is 82.*a number from -10 to 50"),
    ("humidity_pct = 60", "humidity_pct = 60\nwbgt_F = 82", "Write wbgt_C = 27.78"),
    ("humidity_pct = 60", "humidity_pct = 60\nair_sd_F = 3.6", "Write air_sd_C = 2"),
    ("height_cm = 168", 'height_cm = 168\nred_flags = "no"', "red_flags is the text 'no'.*\"none\", or a list of ids"),
    ("height_cm = 168", "height_cm = 168\nred_flags = []", 'red_flags is a list.*"none", or a list of ids'),
    ("height_cm = 168", "height_cm = 168\nred_flags = [3]", 'red_flags is a list.*"none", or a list of ids'),
    ("height_cm = 168", 'height_cm = 168\nred_flags = ["a", "a"]', "An id stands twice in red_flags"),
    ('goal_time = "3:45"', 'goal_time = "3:45"\nwarm_up_min = 90', "warm_up_min is 90.*from 0 to 60"),
    ("humidity_pct = 60", 'humidity_pct = 60\n[preferences]\nlimits = "no.toml"', "There is no limits file"),
    ("+01:00", "", "The time zone of start = 2026-06-07T08:30:00 is missing"),
    ("2026-06-07T08:30:00+01:00", '"tomorrow"', "start is the text 'tomorrow'.*without quotes"),
    ('goal_time = "3:45"', 'goal_time = "0:00"', "goal_time is '0:00': the event lasts 0 s"),
    ('goal_time = "3:45"', 'goal_time = "25:00"', "goal_time is '25:00'.*an event of 1 minute to 24 h"),
    ('goal_time = "3:45"', 'goal_time = "fast"', 'goal_time is \'fast\'.*"h:mm" or "h:mm:ss"'),
    ('goal_time = "3:45"', "goal_time = 03:45:00", "goal_time is 03:45:00.*text in quotes"),
    ('goal_time = "3:45"', 'goal_time = "0:45"', "42.195 km in this time is 56 km/h"),
    ('goal_time = "3:45"', "", "Nothing says how hard the effort is"),
    ('goal_time = "3:45"', 'course = "run.fit"', "There is no course file '.*run.fit'"),
    ('goal_time = "3:45"', 'goal_time = "3:45"\nduration = "3:45"', "goal_time and duration are both given"),
    ("distance_km = 42.195", "distance_mi = 26.2", "Write distance_km = 42.16"),
    ("distance_km = 42.195", "distance_km = 42.195\ndrink_stations_km = [5, 4]", "drink_stations_km do not rise"),
    ("distance_km = 42.195", "distance_km = 42.195\ndrink_stations_km = [5, 50]", "The last station, 50 km, is after"),
    ("[weather]", "[wether]", "Unknown key 'wether'.*Did you mean 'weather'"),
    ("[weather]\n", "[drink]\nrate_L_per_h = 0.5\n[weather]\n", 'no effect with behaviour = "thirst"'),
    ("[weather]\n", '[drink]\nbehaviour = "schedule"\n[weather]\n', "A schedule needs each_station_mL or rate_L_per_h"),
    ("[weather]\n", "[drink]\nsodium_mg_per_L = 460\n[weather]\n", "Write sodium_mmol_per_L = 20.01"),
    ("[weather]\n", "[drink]\nsodium_mmol = 20\n[weather]\n", "Did you mean 'sodium_mmol_per_L'"),
    ("schema = 1", "", "Write schema = 1 as its first line"),
])  # fmt: skip
def test_one_fault_is_answered_with_what_to_write(tmp_path, old, new, said):
    assert old in GOOD
    answer = faults_of(tmp_path, GOOD.replace(old, new, 1))
    assert re.search(said, answer, re.DOTALL), answer


def test_a_wrong_unit_is_told_once_and_not_again_as_missing(tmp_path):
    with pytest.raises(FaultsFoundError) as caught:
        read_scenario(save(tmp_path, GOOD.replace("mass_kg = 62.0", "mass_lb = 137")))
    assert len(caught.value.faults) == 1


TWO = GOOD.replace("[person]", "[[person]]").replace(
    "[event]", '[[person]]\nid = "A02"\nsex = "male"\nage_y = 30\nmass_kg = 80\nheight_cm = 185\n[event]'
)


def test_several_people_are_read_in_order(tmp_path):
    assert [person.id for person in read_scenario(save(tmp_path, TWO)).people] == ["A01", "A02"]


def test_two_people_with_one_id_are_refused_with_both_lines(tmp_path):
    said = faults_of(tmp_path, TWO.replace('"A02"', '"A01"'))
    assert re.search(r"Two people have the id 'A01' \(the first is in line 4\).*\n  \(.*race\.toml, line 10\)", said)


def test_no_person_at_all_is_refused(tmp_path):
    text = "person = []\n" + GOOD.replace(GOOD[GOOD.index("[person]") : GOOD.index("[event]")], "")
    assert "There is no section [person]" in faults_of(tmp_path, text)


def test_a_sweat_test_with_swapped_masses_is_refused(tmp_path):
    test = "[[person.sweat_test]]\nmass_before_kg = 61\nmass_after_kg = 62\ndrank_L = 0.4\nduration_min = 60\n"
    said = faults_of(tmp_path, GOOD.replace("[event]", test + "[event]"))
    assert "This test gives a sweat loss of -0.60 L" in said
    assert "line 11" in said


@pytest.mark.parametrize(("content", "said"), [
    (b"", "There is no section"),
    (b"schema = = 1", r"Not valid TOML.*line 1"),
    (b"schema = 1\n\xff\xfe", "not UTF-8 text"),
    ("schema = 1".encode("utf-16"), "not UTF-8 text"),
    (b"a = " + b"[" * 50_000, "Not valid TOML"),
    (b"a = " + b"9" * 6000, "cannot be read"),
    (b"person = 3\nevent = 3\nweather = []\ndrink = 'x'", "person is no section"),
    (b"[[event]]\n[[weather]]\n[person.sweat_test]\nx=1\n", r"There is no section|'event' is"),
])  # fmt: skip
def test_strange_text_is_a_clean_fault(tmp_path, content, said):
    file = tmp_path / "race.toml"
    file.write_bytes(content)
    with pytest.raises(UserError, match=rf"(?s){said}"):
        read_scenario(file)


def test_a_missing_scenario_is_answered_with_the_nearest_name(tmp_path):
    save(tmp_path, GOOD)
    with pytest.raises(UserError, match=r"does not exist.*Did you mean '.*race\.toml'"):
        read_scenario(tmp_path / "rase.toml")


def test_an_activity_given_as_scenario_is_told_what_to_do(examples):
    with pytest.raises(UserError, match=r'an activity, not a scenario.*course = "marathon\.fit"'):
        read_scenario(examples / "marathon.fit")


def test_a_course_whose_name_no_file_can_have_is_a_clean_fault(tmp_path):
    said = faults_of(tmp_path, GOOD.replace('goal_time = "3:45"', 'course = "' + "x" * 5000 + '"'))
    assert "cannot be read" in said
    said = faults_of(tmp_path, GOOD.replace('goal_time = "3:45"', 'course = "a\\u0000b"'))
    assert "course" in said


def test_weather_from_a_file_needs_a_start(tmp_path):
    (tmp_path / "w.csv").write_text("time\n")
    text = GOOD.replace("air_C = 24\nhumidity_pct = 60", 'file = "w.csv"').replace(
        "start = 2026-06-07T08:30:00+01:00\n", ""
    )
    assert "without it a weather file cannot be laid under the event" in faults_of(tmp_path, text)

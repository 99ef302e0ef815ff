"""What the form's answers become: numbers as people type them, units, unknowns, faults at their fields, a safe text."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cramplab.importers.scenario_schema import FLAGS
from cramplab.safety.red_flags import load_red_flags
from cramplab.web.planning import fields
from cramplab.web.planning.check import check_all, check_step
from cramplab.web.planning.files import shown_name
from cramplab.web.planning.numbers import read_list, read_number
from cramplab.web.planning.scenario_text import place_of_line, scenario_text
from cramplab.web.planning.steps import ASSUMED_AIR_C, ASSUMED_AIR_SD_C, read_answers
from cramplab.web.planning.summary import gain_words, rows_of
from cramplab.web.planning.what_if import WhatIf, WhatIfError, changed, read_what_if
from cramplab.web.storage.drafts import DraftFile

EXAMPLES = Path(__file__).parents[2] / "examples"
ANSWERS: dict[str, dict[str, Any]] = {
    "you": {"code": "A01", "age": "41", "mass": "62,4", "height": "168", "sex": "female", "red_flags": ["none"]},
    "sweat": {"before_1": "62.4", "after_1": "61.3", "drank_1": "0,4", "minutes_1": "75"},
    "event": {"sport": "run", "effort": "distance", "distance": "42,195", "goal": "3:45", "stations": "5, 10, 15",
              "weather": "typed", "air": "24", "humidity": "60"},
    "drink": {"drink": "own", "label": "mg_per_L", "sodium": "460", "carbohydrate": "60", "most": "0,8"},
}  # fmt: skip


def with_changes(**changes: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {step: {**ANSWERS[step], **changes.get(step, {})} for step in ANSWERS}


def faults_of(**changes: dict[str, Any]) -> dict[str, str]:
    told = read_answers(with_changes(**changes))
    found = told.faults or check_all(told, ()).faults
    return {each.field: each.words for each in found}


def test_a_form_becomes_a_scenario_that_the_importer_takes() -> None:
    told = read_answers(ANSWERS)
    checked = check_all(told, ())
    assert not told.faults
    assert not told.missing
    assert not checked.faults
    read = tomllib.loads(checked.text)
    assert read["person"] == {
        "id": "A01", "sex": "female", "age_y": 41, "mass_kg": 62.4, "height_cm": 168, "red_flags": "none",
        "sweat_test": [{"mass_before_kg": 62.4, "mass_after_kg": 61.3, "drank_L": 0.4, "duration_min": 75}],
    }  # fmt: skip
    assert read["event"] == {
        "sport": "run", "distance_km": 42.195, "goal_time": "3:45", "drink_stations_km": [5, 10, 15]
    }  # fmt: skip
    assert read["drink"]["sodium_mmol_per_L"] == pytest.approx(460 / 22.99, abs=1e-4)
    assert read["preferences"] == {"max_drink_L_per_h": 0.8}


def test_us_units_are_converted_at_the_edge() -> None:
    told = read_answers(with_changes(
        you={"units": "us", "mass": "137.6", "height": "66"},
        sweat={"before_1": "137.6", "after_1": "135", "drank_1": "14"},
        event={"distance": "26.2", "air": "75", "stations": "3, 6"}, drink={"most": "27"},
    ))  # fmt: skip
    assert not told.faults
    assert told.values["person"]["mass_kg"] == pytest.approx(62.41, abs=0.01)
    assert told.values["person"]["height_cm"] == pytest.approx(167.64)
    assert told.values["weather"]["air_C"] == pytest.approx(23.889, abs=0.001)
    assert told.values["event"]["drink_stations_km"] == pytest.approx([4.828, 9.6561])
    assert told.values["preferences"]["max_drink_L_per_h"] == pytest.approx(0.798, abs=0.001)
    assert told.values["preferences"]["units"] == "us"
    assert not check_all(told, ()).faults


def test_a_fault_is_told_at_its_field_in_the_units_that_were_typed() -> None:
    assert "From 25 to 250 kg" in faults_of(you={"mass": "900"})["mass"]
    assert "lb" in faults_of(you={"units": "us", "mass": "900"})["mass"]
    assert set(faults_of(you={"age": "abc", "mass": "9e9"}, event={"goal": "tomorrow"})) == {"age", "mass", "goal"}
    assert "body mass index" in faults_of(you={"height": "229", "mass": "30"})["mass"]
    swapped = faults_of(sweat={"before_1": "62", "after_1": "62", "drank_1": "0"})
    assert "sweat loss" in swapped["after_1"]
    assert "after the finish" in faults_of(event={"stations": "5 50"})["stations"]
    assert set(faults_of(event={"goal": "0:30"})) == {"distance"}
    assert not any(re.search(r"\w_(kg|km|min|L)\b", each) for each in swapped.values())


def test_what_is_typed_and_unknown_at_once_is_a_fault() -> None:
    assert "mass" in faults_of(you={"mass": "62", "mass_unknown": "yes"})


@pytest.mark.parametrize(("typed", "value"), [("62,4", 62.4), ("62.4", 62.4), (" 70 ", 70.0)])
def test_numbers_with_comma_or_point(typed: str, value: float) -> None:
    assert read_number(typed, fields.NUMBER["mass"], 1.0, 0.0, "kg") == value


@pytest.mark.parametrize("typed", ["", "1e3", "nan", "inf", "٦٢x", "1" * 400, "--3", "62 4", "<b>"])
def test_what_is_no_number_is_told(typed: str) -> None:
    assert isinstance(read_number(typed, fields.NUMBER["mass"], 1.0, 0.0, "kg"), str)


def test_a_comma_that_may_be_either_is_asked_about() -> None:
    found = read_number("1,150", fields.NUMBER["sodium"], 1 / 22.99, 0.0, "mg in a litre")
    assert "may be 1.15 or 1150" in str(found)
    assert read_number("42,195", fields.NUMBER["distance"], 1.0, 0.0, "km") == 42.195
    assert read_list("5, 10; 15 20", 1.0) == [5.0, 10.0, 15.0, 20.0]
    assert "one number or two" in str(read_list("5,10", 1.0))


@pytest.mark.parametrize("field", ["age", "mass"])
def test_without_age_or_mass_there_is_no_plan(field: str) -> None:
    told = read_answers(with_changes(you={field: ""}))
    assert [each.step for each in told.missing] == ["you"]
    assert not told.faults
    assert not {"age_y", "mass_kg"} <= set(told.values["person"])


def test_height_may_be_unknown() -> None:
    told = read_answers(with_changes(you={"height": "", "height_unknown": "yes"}))
    assert not told.missing
    assert "height_cm" not in told.values["person"]
    assert not check_all(told, ()).faults


def test_unknown_weather_is_an_assumed_day_and_said() -> None:
    told = read_answers(with_changes(event={"weather": ""}))
    assert told.values["weather"]["air_C"] == ASSUMED_AIR_C
    assert told.values["weather"]["air_sd_C"] == ASSUMED_AIR_SD_C
    assert any("come back with the forecast" in note for note in told.notes)
    assert not check_all(told, ()).faults


def test_red_flags_have_to_be_answered() -> None:
    assert "red_flags" in faults_of(you={"red_flags": []})
    assert "red_flags" in faults_of(you={"red_flags": ["none", "dark_urine"]})
    assert read_answers(with_changes(you={"red_flags": ["dark_urine"]})).red_flags == ("dark_urine",)


def test_every_condition_and_medicine_of_a_scenario_can_be_ticked() -> None:
    assert sorted([*fields.CONDITIONS, *fields.MEDICINES]) == sorted(FLAGS)
    told = read_answers(with_changes(you={"flags": list(FLAGS)}))
    assert set(told.values["person"]["flags"]) == set(FLAGS)


def test_a_gain_of_weight_is_an_alarm_and_no_sweat_test() -> None:
    gained = {"before_1": "104.1", "after_1": "104.9", "drank_1": "3.9", "minutes_1": "135"}
    told = read_answers(with_changes(sweat=gained))
    assert "sweat_test" not in told.values["person"]
    assert told.red_flags == ("headache_or_heavier",)
    words = gain_words(told.gains[0], us=False)
    row = next(each for each in load_red_flags() if each.id == "headache_or_heavier")
    assert all(each in words for each in ("+0.8 kg", "+0.8 %", "1.73 L", row.say))


def test_a_gain_is_kept_though_the_rest_of_the_row_is_missing_or_wrong() -> None:
    told = read_answers(with_changes(sweat={"before_2": "80", "after_2": "80,1", "minutes_2": "x"}))
    assert [each.number for each in told.gains] == [2]
    assert "a little" not in gain_words(told.gains[0], us=False)


def test_a_sweat_test_with_a_hole_asks_or_is_left_out() -> None:
    assert "minutes_1" in faults_of(sweat={"minutes_1": ""})
    told = read_answers(with_changes(sweat={"minutes_1": "", "minutes_1_unknown": "yes"}))
    assert not told.faults
    assert any("left out" in note for note in told.notes)
    assert "sweat_test" not in told.values["person"]


@pytest.mark.parametrize(
    ("label", "typed", "mmol"),
    [
        ("mmol_per_L", "20", 20.0),
        ("mg_per_L", "460", 20.009),
        ("mg_per_100mL", "46", 20.009),
        ("per_serving", "230", 20.009),
    ],
)
def test_labels(label: str, typed: str, mmol: float) -> None:
    told = read_answers(with_changes(drink={"label": label, "sodium": typed, "carbohydrate": "5", "serving": "500"}))
    assert not told.faults
    assert told.values["drink"]["sodium_mmol_per_L"] == pytest.approx(mmol, abs=0.001)


def test_a_label_without_unit_or_serving_is_asked_about() -> None:
    assert "label" in faults_of(drink={"label": ""})
    assert "serving" in faults_of(drink={"label": "per_serving"})


@given(some.text(max_size=150))
def test_no_text_leaves_its_place_in_the_scenario(text: str) -> None:
    written = scenario_text({"schema": 1, "title": text, "drink": {"name": text, "sodium_mmol_per_L": 2.0}})
    read = tomllib.loads(written)
    kept = "".join("?" if 0xD800 <= ord(sign) <= 0xDFFF else sign for sign in text)
    assert read == {"schema": 1, "title": kept, "drink": {"name": kept, "sodium_mmol_per_L": 2.0}}
    assert written.count("\n") == 6
    assert place_of_line(written, 6) == ("drink", "sodium_mmol_per_L")


@given(some.fixed_dictionaries({
    step: some.dictionaries(
        some.sampled_from([each.name for each in fields.NUMBERS[step]] + list(ANSWERS[step]) + ["start", "title"]),
        some.one_of(some.text(max_size=12), some.sampled_from(["1", "60", "62,4", "3:45", "1e309", "-1"])), max_size=8)
    for step in fields.STEPS
}))  # fmt: skip
def test_whatever_is_typed_is_read_without_a_crash(typed: dict[str, dict[str, Any]]) -> None:
    told = read_answers(with_changes(**typed))
    rows_of(with_changes(**typed), us=told.us)
    if not told.faults and not told.missing:
        check_all(told, ())


def test_a_recording_is_described_and_a_broken_one_is_told_at_its_field() -> None:
    answers = with_changes(event={"effort": "file", "course_name": "x.fit", "course_file": "course.fit"})
    told = read_answers(answers)
    whole = (EXAMPLES / "marathon.fit").read_bytes()
    found = check_step("event", told, [DraftFile("course", "course.fit", whole)])
    assert not found.faults
    assert found.found[0].startswith("42.2 km, 3:44 h, about ")
    broken = check_step("event", told, [DraftFile("course", "course.fit", whole[:20_000])]).faults
    assert [each.field for each in broken] == ["course"]
    assert "tick “Use what can be read of it”" in broken[0].words
    assert "course_mend" not in broken[0].words


@pytest.mark.parametrize(
    ("sent", "shown"),
    [("../../x.fit", "x.fit"), ("C:\\runs\\x.fit", "x.fit"), ("a\0b.fit", "a"), ("..", ".."), ("a\nb.fit", "ab.fit")],
)
def test_a_name_of_a_file_is_for_show(sent: str, shown: str) -> None:
    assert shown_name(sent) == shown
    assert len(shown_name("x" * 300 + ".fit")) <= 60


def test_what_if_changes_what_it_says() -> None:
    text = check_all(read_answers(ANSWERS), ()).text
    other, _, notes = changed(text, (), WhatIf(5.0, 10.0, 0.9))
    read = tomllib.loads(other)
    assert read["weather"]["air_C"] == 29.0
    assert read["event"]["goal_time"] == "4:07:30"
    assert read["drink"]["behaviour"] == "schedule"
    assert read["drink"]["rate_L_per_h"] == 0.9
    assert any("relative humidity" in each for each in notes)
    assert WhatIf(5.0, 10.0, 0.9).words(us=False) == "air +5 °C, 10 % slower, own amount, 0.90 L/h"


def test_a_weather_file_gets_warmer_hour_by_hour() -> None:
    table = "time,air_C,humidity_pct\n" + "".join(
        f"2026-06-07T{hour:02d}:00+01:00,{hour}.0,60\n" for hour in range(7, 15)
    )
    answers = with_changes(event={
        "weather": "file", "weather_name": "w.csv", "weather_stored": "weather.csv", "start": "2026-06-07T08:30",
        "start_offset": "+01:00",
    })  # fmt: skip
    files = (DraftFile("weather", "weather.csv", table.encode()),)
    checked = check_all(read_answers(answers), files)
    assert not checked.faults
    _, after, _ = changed(checked.text, files, WhatIf(warmer_C=3.0))
    rows = after[0].content.decode().splitlines()
    assert rows[1].startswith("2026-06-07T07:00:00+00:00,11,60")


def test_what_if_refuses_what_it_cannot_do() -> None:
    with pytest.raises(WhatIfError, match="Nothing is changed"):
        read_what_if("0", "0", "", us=False)
    with pytest.raises(WhatIfError, match="out of range"):
        read_what_if("0", "0", "9", us=False)
    by_heart = {"effort": "duration", "duration": "1:00", "heart_rate": "140", "stations": ""}
    text = check_all(read_answers(with_changes(event=by_heart)), ()).text
    with pytest.raises(WhatIfError, match="heart rate"):
        changed(text, (), WhatIf(slower_pct=10.0))

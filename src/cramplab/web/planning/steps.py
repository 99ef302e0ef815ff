"""From the answers of the form to the sections of a scenario: numbers read, units converted, what is unknown left out.

What is not known is never made up: it is left out, and the engine draws it from published spreads. Only the weather of
the day has to be something, so that is assumed (`ASSUMED_AIR_C` and the rest) and said. Without age, weight or effort
there is no plan.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from cramplab.core.team import CODE_PATTERN, Weighing
from cramplab.core.toml_reading import Place
from cramplab.importers.scenario_checks import read_duration
from cramplab.safety.red_flags import heavier, load_red_flags
from cramplab.web.planning import fields
from cramplab.web.planning.answers import Answers, Gain, StepReader, Told
from cramplab.web.planning.fields import Number
from cramplab.web.planning.numbers import read_list, read_number

ASSUMED_AIR_C, ASSUMED_AIR_SD_C, ASSUMED_HUMIDITY_PCT = 20.0, 8.0, 60.0
"""A day in the temperate half of the year, wide enough for a cold and for a hot one (origin: chosen)."""
SUN_W_PER_M2 = {"full": 800.0, "partly": 450.0, "cloudy": 150.0, "none": 0.0}
"""Sunlight on level ground for the words of the form (origin: chosen)."""
MG_PER_MMOL = {"sodium": 22.99, "potassium": 39.10}
GAIN_ROW = heavier().id
_TIME_WORDS = "h:mm, such as 3:45 for 3 hours 45 minutes"
_NEEDED = {"before": "weight before", "after": "weight after", "drank": "fluid taken", "minutes": "how long"}


def read_answers(answers: Answers) -> Told:
    """Read all steps; a step that was not sent yet counts as not known."""
    told = Told(us=answers.get("you", {}).get("units") == "us")
    for step, read in (("you", _you), ("sweat", _sweat), ("event", _event), ("drink", _drink)):
        read(StepReader(step, answers.get(step, {}), told))
    if not any(each.field == "red_flags" for each in told.faults):
        # Taken along with the scenario, a gain of weight among them, so that the command line heeds them too.
        told.values["person"]["red_flags"] = list(told.red_flags) or "none"
    if told.us:
        told.values.setdefault("preferences", {})["units"] = "us"
    return told


def _you(step: StepReader) -> None:
    code = step.text("code") or "me"
    if not re.fullmatch(CODE_PATTERN, code):
        step.fault("code", "A code is made of letters, digits, “-”, “_” and “.”, at most 32; no name, no space.")
        code = "me"
    step.put(("person", "id"), code, "code")
    step.put(("person", "sex"), step.choice("sex", fields.SEXES) or "unspecified", "sex")
    found = {asked.name: step.put_number(asked) for asked in fields.NUMBERS["you"]}
    if found["age"] is None:
        step.lacks("Age is not known", "Give it, if only about. Under 18 no amounts are told: an adult decides.")
    if found["mass"] is None:
        step.lacks("Weight is not known", "Weigh yourself, and come back: every amount rests on it.")
    step.put(("person", "heat_acclimated"), step.choice("heat", fields.ACCLIMATISED), "heat")
    step.put(("person", "cramp_history"), step.choice("cramps", fields.CRAMPS), "cramps")
    flags = step.ticked("flags", [*fields.CONDITIONS, *fields.MEDICINES])
    step.put(("person", "flags"), flags or None, "flags")
    if step.answers.get("flags_unknown"):
        step.told.notes.append(
            "Not all conditions and medicines are known; the plan takes those that were not ticked as absent. Ask the "
            "clinician or pharmacist who knows them."
        )
    rows = load_red_flags()
    yes = step.ticked("red_flags", [row.id for row in rows])
    none = "none" in step.answers.get("red_flags", [])
    if none and yes:
        step.fault("red_flags", "“None of these is true” is ticked, and one of them too: keep what holds.")
    elif not none and not yes:
        step.fault("red_flags", "Tick what is true, or “None of these is true”. Without an answer there is no plan.")
    step.told.red_flags = tuple(yes)


def _sweat(step: StepReader) -> None:
    tests: list[dict[str, Any]] = []
    for number in fields.TESTS:
        _sweat_test(step, number, tests)
    if tests:
        step.told.values.setdefault("person", {})["sweat_test"] = tests
    unit = step.choice("sweat_sodium_unit", fields.LABELS[:2]) or "mmol_per_L"
    factor = 1.0 if unit == "mmol_per_L" else 1.0 / MG_PER_MMOL["sodium"]
    sodium = step.number("sweat_sodium", factor=factor, unit=dict(fields.LABELS)[unit])
    if sodium is not None:
        method = step.choice("sweat_sodium_method", fields.SODIUM_METHODS)
        step.put(("person", "sweat_sodium", "value_mmol_per_L"), sodium, "sweat_sodium")
        step.put(("person", "sweat_sodium", "method"), method or "guess", "sweat_sodium_method")
        if method is None:
            step.told.notes.append("How the sodium in sweat was read is not known, so it counts as a guess.")


def _sweat_test(step: StepReader, number: int, tests: list[dict[str, Any]]) -> None:
    asked = [each for each in fields.NUMBERS["sweat"] if each.name.endswith(f"_{number}")]
    values = {each.name.rpartition("_")[0]: step.number(each.name) for each in asked}
    weighing = Weighing(
        "", mass_before_kg=values["before"], mass_after_kg=values["after"], drank_L=values["drank"],
        duration_min=values["minutes"],
    )  # fmt: skip
    if weighing.gained:
        # The one reading that is never dropped; it says nothing of how much somebody sweats.
        step.told.gains.append(Gain(number, weighing))
        if GAIN_ROW not in step.told.red_flags:
            step.told.red_flags = (*step.told.red_flags, GAIN_ROW)
        return
    if all(value is None for value in values.values()):
        return
    open_ones = [name for name in _NEEDED if values[name] is None]
    if open_ones:
        for name in open_ones:
            if not step.answers.get(f"{name}_{number}_unknown") and not step.text(f"{name}_{number}"):
                step.fault(f"{name}_{number}", "A sweat test needs this. Tick “I don’t know” to leave the test out.")
        step.told.notes.append(
            f"Sweat test {number} was left out: not known {', '.join(_NEEDED[each] for each in open_ones)}."
        )
        return
    section: Place = ("person", "sweat_test", len(tests))
    test: dict[str, Any] = {each.place[-1]: values[each.name.rpartition("_")[0]] for each in asked}
    test["intensity"] = step.choice(f"intensity_{number}", fields.INTENSITIES)
    step.told.fields |= {(*section, each.place[-1]): (step.name, each.name) for each in asked}
    step.told.fields[section] = (step.name, f"before_{number}")
    tests.append(test)


def _event(step: StepReader) -> None:
    sport = step.choice("sport", fields.SPORTS)
    if sport is None:
        step.told.notes.append("The sport is not known; it counts as “another one”.")
    step.put(("event", "sport"), sport or "other", "sport")
    _start(step)
    _effort(step)
    stations = step.text("stations")
    if stations:
        factor = fields.UNITS["km"][2] if step.told.us else 1.0
        found = read_list(stations, factor)
        if isinstance(found, str):
            step.fault("stations", found)
        else:
            step.put(("event", "drink_stations_km"), found, "stations")
    _weather(step)
    title = step.text("title")
    if len(title) > 200:
        step.fault("title", "At most 200 signs.")
        title = title[:200]
    words = dict(fields.SPORTS).get(sport or "", "Event")
    step.told.values["title"] = title or ("An event" if sport in (None, "other") else words)
    step.told.fields["title",] = (step.name, "title")


def _start(step: StepReader) -> None:
    typed, offset = step.text("start"), step.choice("start_offset", [(each, each) for each in fields.OFFSETS])
    if not typed:
        return
    try:
        start = datetime.fromisoformat(typed + (offset or "+00:00"))
    except ValueError:
        step.fault("start", "No such day and time. Write them as 2026-06-07T08:30.")
        return
    if offset is None:
        step.told.notes.append(
            "How far the clock at the start is from UTC is not known, so the time of day was left out."
        )
        return
    step.put(("event", "start"), start, "start")


def _effort(step: StepReader) -> None:
    kind = step.choice("effort", fields.EFFORTS)
    step.told.fields["event",] = (step.name, "effort")
    step.told.fields["event", "course"] = (step.name, "course")
    if kind == "file":
        step.put(("event", "goal_time"), _time(step, "course_goal"), "course_goal")
        mends = step.ticked("mends", [value for value, _ in fields.MENDS])
        step.put(("event", "course_mend"), mends or None, "mends")
        if step.answers.get("course_name"):
            step.put(("event", "course"), step.answers["course_file"], "course")
        else:
            step.fault("course", "Choose the file, or another way to tell how hard it is.")
        return
    if kind == "distance":
        distance = step.put_number(fields.NUMBER["distance"])
        time = _time(step, "goal")
        step.put(("event", "goal_time"), time, "goal")
        known = distance is not None and time is not None
    else:
        time = _time(step, "duration") if kind else None
        efforts = [step.put_number(fields.NUMBER[name]) for name in ("speed", "power", "heart_rate")] if kind else []
        step.put(("event", "duration"), time, "duration")
        known = time is not None and any(each is not None for each in efforts)
    if not known and not any(each.step == "event" for each in step.told.faults):
        step.lacks(
            "How long and how hard the event is, is not known",
            "A recording of a session like it tells both; so do a distance and a time that you expect.",
        )


def _time(step: StepReader, name: str) -> str | None:
    typed = step.text(name)
    if typed and read_duration(typed) is None:
        step.fault(name, f"“{typed[:20]}” is no time. Write {_TIME_WORDS}.")
        return None
    return typed or None


def _weather(step: StepReader) -> None:
    kind = step.choice("weather", fields.WEATHERS)
    step.put(("weather", "wbgt_C"), step.number("wbgt"), "wbgt")
    step.told.fields["weather",] = (step.name, "air")
    step.told.fields["weather", "file"] = (step.name, "weather_file")
    if kind == "file":
        if step.answers.get("weather_name"):
            step.put(("weather", "file"), step.answers["weather_stored"], "weather_file")
        else:
            step.fault("weather_file", "Choose the file, or type the weather.")
        if ("event", "start") not in step.told.fields:
            step.fault(
                "start", "A weather file can only be used with the day and time of the start, and its UTC offset."
            )
        return
    air = humidity = None
    if kind == "typed":
        air, humidity = (step.put_number(fields.NUMBER[name]) for name in ("air", "humidity"))
        step.put_number(fields.NUMBER["wind"])
        sun = step.choice("sun", fields.SUNS)
        if sun:
            step.put(("weather", "solar_W_per_m2"), SUN_W_PER_M2[sun], "sun")
            step.told.notes.append(f"Sunlight was taken as {SUN_W_PER_M2[sun]:g} W/m² for “{dict(fields.SUNS)[sun]}”.")
    weather = step.told.values.setdefault("weather", {})
    if air is None:
        weather |= {"air_C": ASSUMED_AIR_C, "air_sd_C": ASSUMED_AIR_SD_C}
        us = step.told.us
        middle = fields.from_metric(ASSUMED_AIR_C, "C", us=us)
        spread = fields.from_metric(ASSUMED_AIR_C + ASSUMED_AIR_SD_C, "C", us=us) - middle
        degrees = fields.UNITS["C"][1 if us else 0]
        step.told.notes.append(
            f"The air of the day is not known: this is for a day of {middle:.0f} {degrees}, give or take {spread:.0f} "
            f"{degrees}. The rules for heat could not be asked for the real day: come back with the forecast."
        )
    if humidity is None:
        weather["humidity_pct"] = ASSUMED_HUMIDITY_PCT
        step.told.notes.append(f"The humidity of the day is not known; {ASSUMED_HUMIDITY_PCT:g} % was assumed.")


def _drink(step: StepReader) -> None:
    kind = step.choice("drink", fields.DRINKS)
    if kind == "water":
        for key, value in (("name", "water"), ("sodium_mmol_per_L", 0.0), ("carbohydrate_g_per_L", 0.0)):
            step.put(("drink", key), value, "drink")
    elif kind == "own":
        name = step.text("drink_name")
        if len(name) > 60:
            step.fault("drink_name", "At most 60 signs.")
        step.put(("drink", "name"), name[:60] or None, "drink_name")
        _contents(step)
    for name in ("most", "cup"):
        step.put_number(fields.NUMBER[name])


def _contents(step: StepReader) -> None:
    label = step.choice("label", fields.LABELS)
    per_litre = {"mg_per_100mL": 10.0}.get(label or "", 1.0)
    if label == "per_serving":
        typed = step.text("serving")
        size = read_number(
            typed, Number("serving", "", ("preferences", "min_drink_step_mL")), *_serving_units(step)
        ) if typed else None  # fmt: skip
        if not isinstance(size, float) or size <= 0.0:
            step.fault("serving", size if isinstance(size, str) else "How much fluid is a serving, as you mix it?")
            return
        per_litre = 1000.0 / size
    amounts = [name for name in ("sodium", "potassium", "carbohydrate") if step.text(name)]
    if label is None and any(name != "carbohydrate" for name in amounts):
        step.fault("label", "In which unit does the label tell sodium and potassium?")
        return
    where = {"mg_per_100mL": "in 100 mL", "per_serving": "in a serving"}.get(label or "", "in a litre")
    for name in amounts:
        mass = MG_PER_MMOL.get(name)
        factor = per_litre if mass is None or label == "mmol_per_L" else per_litre / mass
        unit = "g" if mass is None else "mmol" if label == "mmol_per_L" else "mg"
        step.put(fields.NUMBER[name].place, step.number(name, factor=factor, unit=f"{unit} {where}"), name)


def _serving_units(step: StepReader) -> tuple[float, float, str]:
    return (fields.UNITS["mL"][2], 0.0, "fl oz") if step.told.us else (1.0, 0.0, "mL")

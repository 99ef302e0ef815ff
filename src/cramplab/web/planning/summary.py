"""All answers of the form in words, step by step, for a last look before the plan is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cramplab.safety.red_flags import heavier, load_red_flags
from cramplab.web.planning import fields
from cramplab.web.planning.answers import Answers, Gain
from cramplab.web.planning.fields import from_metric, unit_words

UNKNOWN = "not known"


def gain_words(gain: Gain, *, us: bool) -> str:
    """Say that somebody was heavier after a sweat test than before it, and what comes first then."""
    weighing = gain.weighing
    change = from_metric(weighing.change_kg or 0.0, "kg", us=us)
    told = f"{change:+.1f} {'lb' if us else 'kg'}" if abs(change) >= 0.05 else "a little"
    rate = weighing.drinking_rate
    drank = (
        ""
        if rate is None
        else f", having drunk {from_metric(rate, 'L/h', us=us):.{0 if us else 2}f} {'fl oz' if us else 'L'} an hour"
    )
    row = heavier()
    return (
        f"Sweat test {gain.number}: weight went up, {told} ({weighing.change_pct or 0.0:+.1f} %){drank}. {row.say} "
        "It is no sweat test, and while it stands there is no plan. If it is a slip of the pen, put it right."
    )


def rows_of(answers: Answers, *, us: bool) -> dict[str, list[tuple[str, str]]]:
    """Give by step what was answered: the question, and the answer with its unit."""
    told = {"you": _you, "sweat": _sweat, "event": _event, "drink": _drink}
    return {step: list(rows(answers.get(step, {}), us)) for step, rows in told.items()}


def _number(answers: Mapping[str, Any], name: str, us: bool, unit: str = "") -> tuple[str, str]:
    asked = fields.NUMBER[name]
    typed = str(answers.get(name, "")).strip()
    return asked.label, f"{typed} {unit or unit_words(asked, us=us)}".strip() if typed else UNKNOWN


def _choice(answers: Mapping[str, Any], name: str, label: str, options: Any) -> tuple[str, str]:
    return label, dict(options).get(answers.get(name), UNKNOWN) if answers.get(name) else UNKNOWN


def _text(answers: Mapping[str, Any], name: str, label: str) -> tuple[str, str]:
    return label, str(answers.get(name, "")).strip() or UNKNOWN


def _you(answers: Mapping[str, Any], us: bool) -> Iterator[tuple[str, str]]:
    yield _text(answers, "code", "Code")
    yield _choice(answers, "sex", "Sex", fields.SEXES)
    for number in fields.NUMBERS["you"]:
        yield _number(answers, number.name, us)
    yield _choice(answers, "heat", "Used to heat", fields.ACCLIMATISED)
    yield _choice(answers, "cramps", "Cramps in events so far", fields.CRAMPS)
    words = fields.CONDITIONS | fields.MEDICINES
    ticked = [words[each] for each in answers.get("flags", []) if each in words]
    unsure = ["not all known"] if answers.get("flags_unknown") else []
    yield "Conditions and medicines", "; ".join(ticked + unsure) or "none ticked"
    flags = answers.get("red_flags", [])
    yes = [row.when for row in load_red_flags() if row.id in flags]
    yield "Red flags", " ".join(yes) or ("none is true" if "none" in flags else "not answered")


def _sweat(answers: Mapping[str, Any], us: bool) -> Iterator[tuple[str, str]]:
    for number in fields.TESTS:
        asked = [each for each in fields.NUMBERS["sweat"] if each.name.endswith(f"_{number}")]
        told = [_number(answers, each.name, us) for each in asked if str(answers.get(each.name, "")).strip()]
        told += [_choice(answers, f"intensity_{number}", "Effort", fields.INTENSITIES)] if told else []
        yield f"Sweat test {number}", "; ".join(f"{label.lower()} {value}" for label, value in told) or "none"
    unit = answers.get("sweat_sodium_unit")
    unit = "mg/L" if unit == "mg_per_L" else "mmol/L"
    yield _number(answers, "sweat_sodium", us, unit)
    yield _choice(answers, "sweat_sodium_method", "How it was read", fields.SODIUM_METHODS)


def _event(answers: Mapping[str, Any], us: bool) -> Iterator[tuple[str, str]]:
    yield _text(answers, "title", "Name")
    yield _choice(answers, "sport", "Sport", fields.SPORTS)
    effort = answers.get("effort", "")
    if effort == "file":
        yield "Recording", ": ".join([str(answers.get("course_name", UNKNOWN)), *answers.get("course_found", [])[:1]])
        yield _text(answers, "course_goal", "Time to reach")
    elif effort == "distance":
        yield _number(answers, "distance", us)
        yield _text(answers, "goal", "Time")
    elif effort == "duration":
        yield _text(answers, "duration", "Time")
        yield from (
            _number(answers, name, us)
            for name in ("speed", "power", "heart_rate")
            if str(answers.get(name, "")).strip()
        )
    else:
        yield "Effort", UNKNOWN
    start = " ".join(str(answers.get(name, "")) for name in ("start", "start_offset")).replace("T", " ").strip()
    yield "Start", start or UNKNOWN
    stations = _text(answers, "stations", "Drink stations")
    yield stations[0], stations[1] if stations[1] == UNKNOWN else f"{stations[1]} {'miles' if us else 'km'}"
    kind = answers.get("weather", "")
    if kind == "file":
        yield _text(answers, "weather_name", "Weather file")
    elif kind == "typed":
        yield from (_number(answers, name, us) for name in ("air", "humidity", "wind"))
        yield _choice(answers, "sun", "Sun", fields.SUNS)
    else:
        yield "Weather", UNKNOWN
    yield _number(answers, "wbgt", us)


def _drink(answers: Mapping[str, Any], us: bool) -> Iterator[tuple[str, str]]:
    kind = answers.get("drink", "")
    yield _choice(answers, "drink", "What is in the bottle", fields.DRINKS)
    if kind == "own":
        yield _text(answers, "drink_name", "Its name")
        label = answers.get("label", "")
        where = {"mg_per_100mL": "in 100 mL", "per_serving": "in a serving"}.get(label, "in a litre")
        mass = "mmol" if label == "mmol_per_L" else "mg"
        if label == "per_serving":
            serving = str(answers.get("serving", "")).strip()
            yield "Serving", f"{serving} {'fl oz' if us else 'mL'}" if serving else UNKNOWN
        for name in ("sodium", "potassium", "carbohydrate"):
            yield _number(answers, name, us, f"{'g' if name == 'carbohydrate' else mass} {where}")
    for name in ("most", "cup"):
        yield _number(answers, name, us)

"""Says what is wrong with a key of a scenario: the range, the nearest right name, the right unit."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from cramplab.core.errors import did_you_mean
from cramplab.core.toml_reading import Place, TomlFile
from cramplab.importers.scenario_schema import ScenarioFile

# Ending of a key as people write it: ending of the right key, factor, and what is added after the factor.
_CONVERSIONS: dict[str, tuple[tuple[str, float, float], ...]] = {
    "lb": (("kg", 0.45359237, 0.0),), "lbs": (("kg", 0.45359237, 0.0),), "g": (("kg", 1e-3, 0.0),),
    "m": (("cm", 100.0, 0.0), ("km", 1e-3, 0.0)), "in": (("cm", 2.54, 0.0),), "ft": (("cm", 30.48, 0.0),),
    "mi": (("km", 1.609344, 0.0),), "miles": (("km", 1.609344, 0.0),),
    "F": (("C", 1 / 1.8, -32 / 1.8),), "K": (("C", 1.0, -273.15),),
    "mph": (("m_per_s", 0.44704, 0.0), ("km_per_h", 1.609344, 0.0)), "km_per_h": (("m_per_s", 1 / 3.6, 0.0),),
    "kmh": (("m_per_s", 1 / 3.6, 0.0), ("km_per_h", 1.0, 0.0)), "m_per_s": (("km_per_h", 3.6, 0.0),),
    "knots": (("m_per_s", 0.514444, 0.0),),
    "mL": (("L", 1e-3, 0.0),), "L": (("mL", 1e3, 0.0),), "oz": (("L", 0.0295735, 0.0), ("mL", 29.5735, 0.0)),
    "h": (("min", 60.0, 0.0),), "s": (("min", 1 / 60, 0.0),), "fraction": (("pct", 100.0, 0.0),),
    "percent": (("pct", 1.0, 0.0),), "years": (("y", 1.0, 0.0),), "months": (("y", 1 / 12, 0.0),),
    "mL_per_h": (("L_per_h", 1e-3, 0.0),), "oz_per_h": (("L_per_h", 0.0295735, 0.0),),
    "mEq_per_L": (("mmol_per_L", 1.0, 0.0),), "pct": (("g_per_L", 10.0, 0.0),), "kW": (("W", 1e3, 0.0),),
}  # fmt: skip
_RIGHT_UNITS = frozenset({
    "kg", "cm", "y", "C", "pct", "W", "km", "L", "min", "bpm", "clo", "km_per_h", "m_per_s", "W_per_m2", "mmol_per_L",
    "g_per_L", "L_per_h", "mL", "mL_per_kg_min",
})  # fmt: skip
_MG_PER_MMOL = {"sodium": 22.99, "potassium": 39.10, "chloride": 35.45, "value": 22.99}
_STEM_OF_OTHER_WORDS = {
    "weight": "mass", "temperature": "air", "temp": "air", "relative_humidity": "humidity", "rh": "humidity",
    "sun": "solar", "pace": "speed", "gender": "sex", "name": "id", "carbs": "carbohydrate", "hr_max": "max_heart_rate",
    "max_hr": "max_heart_rate", "resting_hr": "resting_heart_rate", "fat": "body_fat", "clothing": "clothing",
}  # fmt: skip


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    """Find the section that a field holds, through Annotated, Optional and tuple."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        found = _inner_model(part)
        if found is not None:
            return found
    return None


def _keys(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def section_model(place: Place) -> type[BaseModel] | None:
    """Give the model of the section at a place such as ``("person", 0, "sweat_test", 1)``."""
    model: type[BaseModel] | None = ScenarioFile
    for part in place:
        if isinstance(part, int) or model is None:
            continue
        field = _keys(model).get(part)
        model = _inner_model(field.annotation) if field else None
    return model


def section_name(place: Place) -> str:
    """Name a section as it is written in the file."""
    names = [str(part) for part in place if not isinstance(part, int)]
    return f" in [{'.'.join(names)}]" if names else ""


def section_of_key(key: str) -> str | None:
    """Name the section that knows a key, if exactly one does."""
    homes = []
    for name, field in _keys(ScenarioFile).items():
        model = _inner_model(field.annotation)
        if model is not None and key in _keys(model):
            homes.append(name)
    return homes[0] if len(homes) == 1 else None


def unknown_key_remedy(key: str, value: object, place: Place) -> str:
    """Say what to write instead of an unknown key; where it is only the unit, with the number converted."""
    model = section_model(place)
    known = list(_keys(model)) if model else []
    for stem in _stems(key):
        for right in known:
            written = _same_thing(stem, key, value, right)
            if written:
                return written
    home = section_of_key(key)
    if home is not None and home not in [part for part in place if isinstance(part, str)]:
        return f"'{key}' belongs in [{home}]"
    return did_you_mean(key, known).rstrip(".") or "Known: " + ", ".join(sorted(known))


def _stems(key: str) -> list[tuple[str, str]]:
    """Split a key into what it measures and the unit at its end, in every way that makes sense."""
    units = sorted({*_CONVERSIONS, *_RIGHT_UNITS, "mg_per_L"}, key=lambda unit: (-len(unit), unit))
    endings = [unit for unit in units if key.lower().endswith("_" + unit.lower()) and len(key) > len(unit) + 1]
    splits = [(key, ""), *((key[: -len(unit) - 1], unit) for unit in endings)]
    return [(_STEM_OF_OTHER_WORDS.get(stem.lower(), stem.lower()), unit) for stem, unit in splits]


def _same_thing(stem_and_unit: tuple[str, str], key: str, value: object, right: str) -> str:
    stem, unit = stem_and_unit
    if right == stem:
        return f"Write {right}" if right != key else ""
    if not right.startswith(stem + "_"):
        return ""
    right_unit = right[len(stem) + 1 :]
    if not unit:
        # Without a unit at the end only the whole stem counts, so that "max" is no answer to "max_heart_rate_bpm".
        return f"Write the unit too: {right}" if right_unit in _RIGHT_UNITS else ""
    if unit == right_unit and right != key:
        return _with_number(right, value, 1.0, 0.0)
    if unit.lower() == "mg_per_l" and right_unit == "mmol_per_L" and stem in _MG_PER_MMOL:
        return _with_number(right, value, 1.0 / _MG_PER_MMOL[stem], 0.0)
    for target, factor, offset in _CONVERSIONS.get(unit, ()):
        if target == right_unit:
            # A standard deviation in degF has a size but no zero point.
            return _with_number(right, value, factor, 0.0 if stem.endswith("_sd") else offset)
    return ""


def _with_number(right: str, value: object, factor: float, offset: float) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e9:
        return f"Write {right} = {float(value) * factor + offset:.4g}"
    return f"Write {right}"


def _bounds(annotation: Any, metadata: list[Any]) -> tuple[dict[str, float], tuple[str, ...]]:
    """Collect the limits and allowed words of a field, through Annotated, Optional and tuple."""
    limits: dict[str, float] = {}
    words: tuple[str, ...] = ()
    for constraint in metadata:
        for name in ("ge", "gt", "le", "lt"):
            if getattr(constraint, name, None) is not None:
                limits[name] = getattr(constraint, name)
        for inner in getattr(constraint, "metadata", ()) or ():
            limits.update(_bounds(None, [inner])[0])
    origin = get_origin(annotation)
    if origin is Literal:
        words = tuple(str(word) for word in get_args(annotation))
    elif origin is Annotated:
        inner, *more = get_args(annotation)
        limits_in, words = _bounds(inner, more)
        limits.update(limits_in)
    elif origin in (Union, types.UnionType, tuple):
        for part in get_args(annotation):
            limits_in, words_in = _bounds(part, [])
            limits.update(limits_in)
            words = words or words_in
    return limits, words


def expectation(place: Place) -> tuple[str, tuple[str, ...]]:
    """Say what may stand at a place: a range, or a list of words (given too, to find the nearest)."""
    keys = [part for part in place if not isinstance(part, int)]
    if not keys:
        return "", ()
    model = section_model(tuple(keys[:-1]))
    field = _keys(model).get(keys[-1]) if model else None
    if field is None:
        return "", ()
    limits, words = _bounds(field.annotation, list(field.metadata))
    if words:
        return "one of " + ", ".join(words), words
    low, high = limits.get("ge", limits.get("gt")), limits.get("le", limits.get("lt"))
    if low is not None and high is not None:
        return (
            f"a number above {low:g}, at most {high:g}" if "gt" in limits else f"a number from {low:g} to {high:g}"
        ), ()
    kinds = str(field.annotation)
    for kind, said in (
        ("datetime", "a date and time with offset, without quotes: 2026-06-07T08:30:00+01:00"),
        ("date", "a date without quotes: 2026-05-03"), ("str", "text in quotes"),
    ):  # fmt: skip
        if kind in kinds:
            return said, ()
    return "", ()


def add_fault(found: ErrorDetails, toml: TomlFile, values: Mapping[str, Any]) -> None:
    """Turn one finding of the schema into a fault with line, expectation and remedy."""
    place: Place = tuple(part for part in found["loc"] if not (isinstance(part, str) and _is_branch(part)))
    kind, key = found["type"], str(place[-1]) if place else ""
    section = section_name(place[:-1])
    if kind == "extra_forbidden":
        toml.fault(place, f"Unknown key '{key}'{section}", remedy=unknown_key_remedy(key, found["input"], place[:-1]))
        return
    if kind == "missing":
        _add_missing(place, toml, values)
        return
    expected, words = expectation(place)
    shown = _shown(found["input"])
    if isinstance(place[-1], int):
        key = next((str(part) for part in reversed(place) if isinstance(part, str)), key)
        section = section_name(place[:-2])
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        toml.fault(place, f"'{key}' is {shown}", expected=f"a section [{'.'.join(str(p) for p in place)}]")
        return
    remedy = ""
    if words and isinstance(found["input"], str):
        close = did_you_mean(found["input"], words)
        remedy = close.rstrip(".") if close.startswith("Did") else ""
    elif isinstance(found["input"], str) and expected.startswith("a number"):
        remedy = "Write the number alone, without quotes; the unit is in the key"
    elif kind == "string_pattern_mismatch":
        expected = "letters, digits, '-', '_' and '.', for example A01"
    elif kind in ("tuple_type", "list_type"):
        expected = expected or "a list in square brackets"
        remedy = "Put it in square brackets"
    elif kind == "answer" or not expected:
        expected = found["msg"]
    toml.fault(place, f"{key} is {shown}{section}", expected=expected, remedy=remedy)


def _is_branch(part: str) -> bool:
    return part.startswith(("function-", "constrained-", "tuple[", "literal[", "nullable"))


def _shown(value: object) -> str:
    if isinstance(value, str):
        return f"the text '{value[:60]}'"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "a section"
    if isinstance(value, (list, tuple)):
        return "a list"
    return str(value)[:60]


def _add_missing(place: Place, toml: TomlFile, values: Mapping[str, Any]) -> None:
    key, above = str(place[-1]), place[:-1]
    holder: Any = values
    for part in above:
        holder = holder[part]
    if isinstance(holder, Mapping):
        # The same thing under a wrong name or unit is told there, once.
        for written, value in holder.items():
            if unknown_key_remedy(written, value, above).startswith((f"Write {key}", f"Write the unit too: {key}")):
                return
    expected, _ = expectation(place)
    if key == "schema":
        toml.fault(place, "The file does not say which schema it follows", remedy="Write schema = 1 as its first line")
    elif section_model(place) is not None:
        toml.fault(above, f"There is no section [{key}]{section_name(above)}")
    else:
        toml.fault(above, f"{key} is missing{section_name(above)}", expected=expected)

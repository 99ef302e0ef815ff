"""The steps of an experiment: what is done to the people, one after the other, and which keys each kind of step has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cramplab.core.errors import did_you_mean
from cramplab.core.quantities import unit
from cramplab.core.toml_tables import Limits, Table, as_written
from cramplab.core.uncertain import Choice, Uncertain

# A figure is read by units, a word freely or from a list, "drink" and "until" by rules of their own.
_TIME: Limits = {"s": (0.0, 3.2e6)}
_SHARE: Limits = {"%": (0.0, 100.0)}
_AIR: Limits = {"degC": (-40.0, 130.0)}
_FREQUENCY: Limits = {"Hz": (0.0, 1000.0), "imp/s": (0.0, 1000.0)}
_INTENSITY: Limits = {
    "%VO2max": (0.0, 200.0), "%VO2peak": (0.0, 200.0), "%VO2reserve": (0.0, 200.0), "W": (0.0, 2500.0),
    "W/kg": (0.0, 30.0), "bpm": (30.0, 230.0), "km/h": (0.0, 90.0), "met": (0.0, 25.0), "%HRmax": (0.0, 110.0),
    "%HRreserve": (0.0, 110.0), "%Wmax": (0.0, 200.0), "%MVC": (0.0, 120.0), "mL/kg/min": (0.0, 100.0),
    "L/min": (0.0, 7.0), "W/m^2": (0.0, 1500.0),
}  # fmt: skip
_DRINK_AMOUNT: Limits = {
    "L/h": (0.0, 6.0), "L": (0.0, 20.0), "mL/kg": (0.0, 100.0), "mL/kg/h": (0.0, 60.0),
    "%mass_loss": (0.0, 300.0), "%sweat_loss": (0.0, 300.0), "%body_mass": (0.0, 10.0),
}  # fmt: skip
_VOLUME: Limits = {key: _DRINK_AMOUNT[key] for key in ("L", "mL/kg", "%mass_loss", "%sweat_loss", "%body_mass")}
_SALT: Limits = {"mmol/L": (0.0, 6000.0), "g/L": (0.0, 400.0)}
_SUGAR: Limits = {"g/L": (0.0, 700.0), "%": (0.0, 70.0), "mmol/L": (0.0, 3000.0)}
_MOLAR_MASS = {"sodium": 22.990, "potassium": 39.098, "chloride": 35.453, "carbohydrate": 180.156}  # g/mol; glucose
_SOLUTES: dict[str, Limits] = {"sodium": _SALT, "potassium": _SALT, "chloride": _SALT, "carbohydrate": _SUGAR}
_RATE: Limits = {"L/h": (0.0, 20.0), "mL/kg/min": (0.0, 10.0)}
_UNTIL: dict[str, Limits] = {
    "body_mass_change": {"%": (-15.0, 15.0)},
    "total_body_water_change": {"%": (-15.0, 15.0)},
    "distance": {"km": (0.0, 1000.0)},
    "core_temperature": {"degC": (34.0, 43.0)},
    "heart_rate": {"bpm": (30.0, 230.0)},
}
_MILLIMOLAR: Limits = {"mmol/L": (0.01, 400.0)}
# How strong a pulse is: over the current that gives the largest M wave, or as a share of the motor threshold.
_PULSE: dict[str, Any] = {
    "pulse_width": {"ms": (0.01, 2.0)}, "above_maximal": {"%": (0.0, 400.0)},
    "of_motor_threshold": {"%": (5.0, 3000.0)},
}  # fmt: skip
_EXERCISE_MODES = (
    "run", "walk", "cycle", "one_leg_cycling", "one_leg_knee_extension", "two_leg_knee_extension", "calf_raise",
    "arm_crank", "step", "row", "swim", "race", "mixed", "upright_rest",
)  # fmt: skip

_CONDITIONS_OF_WORK: dict[str, Any] = {
    "mode": None, "leg": None, "intensity": _INTENSITY, "grade": {"%": (-50.0, 50.0)}, "duration": _TIME,
    "until": "until", "drink": "drink", "posture": ("lying", "sitting", "standing"),
}  # fmt: skip
# Kind -> key -> limits (a quantity), a tuple of words, None (any word), "drink", "until", or "raw" (kept as written).
STEP_KEYS: dict[str, dict[str, Any]] = {
    "rest": {"duration": _TIME, "drink": "drink", "posture": ("lying", "sitting", "standing")},
    "sleep": {"duration": _TIME, "drink": "drink"},
    "exercise": _CONDITIONS_OF_WORK,
    "heat_exposure": _CONDITIONS_OF_WORK | {"air": _AIR, "humidity": _SHARE, "wind": {"m/s": (0.0, 40.0)}},
    "drink": {"volume": _VOLUME, "duration": _TIME, "osmolality": {"mosmol/kg": (0.0, 4000.0)}, **_SOLUTES},
    "infusion": {
        "solute": None, "volume": _VOLUME, "osmoles": {"mosmol": (0.0, 1e5), "mosmol/kg": (0.0, 1e4)},
        "duration": _TIME, "site": ("vein", "duodenojejunum"), "rate": _RATE,
        "osmolality": {"mosmol/kg": (0.0, 4000.0)}, **_SOLUTES,
    },
    "threshold_ladder": {
        "muscle": None, "site": None, "start": _FREQUENCY, "step": _FREQUENCY, "train": _TIME, "pulses": "raw",
        "gap": _TIME, "cramp_criterion": _TIME, "stop": _FREQUENCY, "repeats": "raw", **_PULSE,
    },
    "stimulation": {
        "muscle": None, "site": None, "frequency": _FREQUENCY, "train": _TIME, "pulses": "raw", "repeats": "raw",
        "gap": _TIME, **_PULSE,
    },
    "current_ramp": {
        "neuron": ("production", "reference"), "muscle": None, "site": ("soma", "dendrite"),
        "peak": {"nA": (0.1, 200.0)}, "rise": _TIME,
    },
    "single_stimulus": {
        "neuron": ("production", "reference"), "muscle": None, "site": None, "pulses": "raw", "interval": _TIME,
        **_PULSE,
    },
    "voluntary_contraction": {"muscle": None, "intensity": _INTENSITY, "duration": _TIME, "rise": _TIME},
    "length": {"muscle": None, "value": "raw"},
    "stretch": {"muscle": None, "duration": _TIME, "length": "raw"},
    "fatigue_bouts": {
        "muscle": None, "bouts": "raw", "repetitions": "raw", "drink": "drink", "intensity": _INTENSITY,
        "contraction": _TIME, "relaxation": _TIME, "gap": _TIME,
    },
    "nerve_block": {"site": None},
    "tendon_stimulation": {"tendon": None, "muscle": None, "frequency": _FREQUENCY, "duration": _TIME},
    "vibration": {"tendon": None, "muscle": None, "frequency": _FREQUENCY, "duration": _TIME},
    "pain": {"muscle": None, "substance": None, "level": _SHARE, "duration": _TIME},
    "cuff": {"limb": None, "duration": _TIME},
    "taste": {"substance": None, "volume": _VOLUME, "swallowed": "raw"},
    "body_state": {
        "condition": None, "duration": _TIME, "cramp_history": None, "outcome": None,
        "dialysate_sodium": _SALT, "ultrafiltration": {**_VOLUME, "L/h": (0.0, 6.0)},
        "salt_intake": {"mmol/day": (0.0, 2000.0), "g/day": (0.0, 100.0), "mmol": (0.0, 2000.0), "g": (0.0, 100.0)},
        "interstitial_sodium": _MILLIMOLAR, "interstitial_potassium": _MILLIMOLAR,
        "interstitial_calcium": _MILLIMOLAR, "interstitial_magnesium": _MILLIMOLAR,
        "muscle_temperature": {"degC": (10.0, 43.0)},
    },
}  # fmt: skip
REQUIRED_KEYS: dict[str, tuple[tuple[str, ...], ...]] = {
    "rest": (("duration",),),
    "sleep": (("duration",),),
    "exercise": (("duration", "until"),),
    "drink": (("volume",),),
}
# What only grows by what is drunk.
_GAINED_BY_DRINKING = ("body_mass_change", "total_body_water_change")
OF_EVERY_STEP = ("kind", "id", "same_as", "note")
# A file may have used these words, with keys of its own, before they had a meaning here.
_LATER_KINDS = ("stimulation", "current_ramp", "single_stimulus")


@dataclass(frozen=True)
class Drink:
    """What is drunk in a step.

    Parameters
    ----------
    behaviour
        ``amount``: as much as ``amount`` says; ``ad_libitum``: as thirst says.
    amount
        A rate (L/s), a volume (L), a volume per body mass (L/kg, or L/kg/s), or a share of the mass or sweat lost.
        ``amount.unit`` says which.
    sodium, potassium, chloride : mmol/L
    carbohydrate : kg/L
    """

    behaviour: Literal["amount", "ad_libitum"]
    amount: Uncertain | None = None
    sodium: Uncertain | None = None
    potassium: Uncertain | None = None
    chloride: Uncertain | None = None
    carbohydrate: Uncertain | None = None


@dataclass(frozen=True)
class Until:
    """When a step ends: the body mass, the distance or whatever ``what`` names reaches ``value``; or exhaustion."""

    what: str
    value: Uncertain | None = None


@dataclass(frozen=True)
class Step:
    """One step of an arm.

    Parameters
    ----------
    kind
        For example ``exercise``. A kind that nobody knows is kept as it is; its values are as written.
    id
        A name that findings can refer to; empty where none was given.
    values
        Key to `Uncertain`, `Choice`, `Drink`, `Until`, text, number or truth. Values of ``same_as`` are laid under.
    same_as
        The arm whose step was repeated, or empty.
    line
        Where the step starts in its file.
    """

    kind: str
    id: str
    values: Mapping[str, Any]
    same_as: str = ""
    line: int | None = None

    def number(self, key: str) -> Uncertain | None:
        """Give the figure of a key, or None."""
        value = self.values.get(key)
        return value if isinstance(value, Uncertain) else None


def read_step(table: Table) -> Step:
    """Read one step; what is wrong with it is noted in the table's file."""
    kind = table.text("kind", required=True)
    identity = table.text("id")
    same_as = table.text("same_as")
    table.owner = f"{table.owner}, step '{identity or kind}'"
    line = table.file.line(table.place)
    own_keys = set(table.values) - {*STEP_KEYS.get(kind, ()), *OF_EVERY_STEP}
    if kind not in STEP_KEYS or (kind in _LATER_KINDS and own_keys):
        # The simulator cannot do it: the judge says so. What it would have meant is kept.
        return Step(kind, identity, {k: v for k, v in table.values.items() if k not in OF_EVERY_STEP}, same_as, line)
    table.known.update(OF_EVERY_STEP)
    values: dict[str, Any] = {}
    for key, rule in STEP_KEYS[kind].items():
        value = _read(table, key, rule)
        if value is not None:
            values[key] = value
    if not same_as:
        for alternatives in REQUIRED_KEYS.get(kind, ()):
            if not any(key in table.values for key in alternatives):
                table.fault("kind", f"a step of kind '{kind}' needs {' or '.join(alternatives)}")
    if kind == "exercise" and isinstance(values.get("mode"), Choice):
        _check_mode(table, values["mode"].value)
    table.finish()
    step = Step(kind, identity, values, same_as, line)
    if not same_as:
        # One that repeats another is looked at once the other's values are laid under it.
        for endless in endless_keys(step):
            table.fault(endless.key, endless.message, expected=endless.expected)
    return step


@dataclass(frozen=True)
class Endless:
    """Why a step would never end: the key to mend, what is wrong with it, and what was expected."""

    key: str
    message: str
    expected: str


def endless_keys(step: Step) -> list[Endless]:
    """Give every reason why a step would never end, as far as the file alone tells."""
    if step.kind == "threshold_ladder":
        return _endless_ladder(step)
    return _endless_work(step) if step.kind in ("exercise", "heat_exposure") else []


def _endless_ladder(step: Step) -> list[Endless]:
    start, rung, stop = (step.number(key) for key in ("start", "step", "stop"))
    found = []
    if rung is not None and rung.at(0.0) <= 0.0:
        found.append(Endless("step", f"a ladder that goes by {rung} never ends", "a step above 0 Hz"))
    if start is not None and stop is not None and stop.at(0.0) < start.at(1.0):
        found.append(Endless("stop", f"a ladder from {start} to {stop} has no rung", "a stop at or above the start"))
    return found


def _endless_work(step: Step) -> list[Endless]:
    until = step.values.get("until")
    if not isinstance(until, Until) or until.value is None or until.what not in _GAINED_BY_DRINKING:
        return []
    drink = step.values.get("drink")
    drunk = isinstance(drink, Drink) and (drink.amount is None or drink.amount.at(1.0) > 0.0)
    if until.value.at(1.0) <= 0.0 or drunk:
        return []
    what = until.what.replace("_", " ")
    return [Endless("until", f"without a drink the {what} never reaches {until.value}", "a value below 0, or a drink")]


def _read(table: Table, key: str, rule: Any) -> Any:
    if rule == "raw":
        value = table.raw(key)
        return table.uncertain(key, {"1": None}) if isinstance(value, dict) else value
    if rule == "drink":
        return _read_drink(table, key)
    if rule == "until":
        return _read_until(table, key)
    if rule is None or isinstance(rule, tuple):
        return table.words(key, rule or ())
    value = table.uncertain(key, rule)
    if value is not None and key in _MOLAR_MASS:
        return concentration(key, value)
    return value


def _check_mode(table: Table, mode: str) -> None:
    """Note a misspelt mode; a mode that is like none of ours is left to the judge."""
    near = did_you_mean(mode, _EXERCISE_MODES)
    if mode not in _EXERCISE_MODES and near.startswith("Did you mean"):
        table.fault("mode", f"mode is {as_written(mode)}", expected=" | ".join(_EXERCISE_MODES), remedy=near)


def _read_drink(table: Table, key: str) -> Drink | None:
    value = table.raw(key)
    if value is None:
        return None
    if not isinstance(value, dict):
        if value == "ad_libitum":
            return Drink("ad_libitum")
        if isinstance(value, str) and not value[:1].isdigit() and value[:1] not in "+-.":
            table.fault(key, f"drink is {as_written(value)}", expected='a quantity such as "0.4 L/h", or "ad_libitum"')
            return None
        amount = table.as_uncertain(key, value, _DRINK_AMOUNT)
        return None if amount is None else Drink("amount", amount)
    part = Table(table.file, (*table.place, key), value, f"{table.owner}, drink")
    solutes = {name: part.uncertain(name, limits) for name, limits in _SOLUTES.items()}
    solved = {name: concentration(name, each) for name, each in solutes.items() if each is not None}
    if value.get("value") == "ad_libitum":
        part.known.update(("value", "assumed", "note"))
        part.finish()
        return Drink("ad_libitum", None, **solved)
    amount = table.as_uncertain(key, value, _DRINK_AMOUNT, also=tuple(_SOLUTES))
    return None if amount is None else Drink("amount", amount, **solved)


def _read_until(table: Table, key: str) -> Until | None:
    value = table.raw(key)
    if value is None:
        return None
    example = 'until = { body_mass_change = "-3 %" }'
    if not isinstance(value, dict) or len(value) != 1:
        table.fault(key, f"until is {as_written(value)}", expected=f"one condition, for example {example}")
        return None
    part = Table(table.file, (*table.place, key), value, f"{table.owner}, until")
    what = next(iter(value))
    part.known.update((*_UNTIL, "exhaustion", "cramp"))
    part.finish()
    if what in ("exhaustion", "cramp"):
        return Until(what) if part.boolean(what) else None
    if what in _UNTIL:
        figure = part.uncertain(what, _UNTIL[what])
        return None if figure is None else Until(what, figure)
    return None


def concentration(solute: str, value: Uncertain) -> Uncertain:
    """Bring a concentration to amount per litre of a salt, or mass per litre of carbohydrate.

    Salts may be given by mass (g/L of the ion), carbohydrate as per cent (grams in 100 mL) or by amount (as glucose).
    """
    target = unit("g/L" if solute == "carbohydrate" else "mmol/L")
    if value.unit.dimensions == target.dimensions:
        return value
    if not value.unit.dimensions:
        factor = 1.0  # 6 % is 60 g/L, and both are 0.06 inside
    elif solute == "carbohydrate":
        factor = _MOLAR_MASS[solute] * 1e-6  # mmol/L -> kg/L
    else:
        factor = 1e6 / _MOLAR_MASS[solute]  # kg/L -> mmol/L
    scaled = {key: getattr(value, key) * factor for key in ("value", "low", "high", "spread")}
    return Uncertain(value.kind, **scaled, unit=target, assumed=value.assumed)

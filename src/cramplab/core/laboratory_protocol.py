"""A laboratory protocol: what is done to one muscle, step by step, within minutes. One TOML file each.

Its steps are those of an experiment (`cramplab.core.experiment_steps`), held to what a laboratory can do: nothing that
hurts a nerve, no ladder without an end, no word that the laboratory would have to leave aside.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cramplab.core.errors import UserError, did_you_mean
from cramplab.core.experiment_steps import OF_EVERY_STEP, STEP_KEYS, Step, read_step
from cramplab.core.quantities import read_quantity, unit
from cramplab.core.toml_reading import read_toml
from cramplab.core.toml_tables import Table, as_written
from cramplab.core.uncertain import Choice, Uncertain

LONGEST_PROTOCOL = 3 * 3600.0
LENGTHS = {"short": 0.75, "neutral": 1.0, "long": 1.25}
"""Muscle lengths in words, in optimal fibre lengths (chosen)."""
NERVES = ("nerve", "tibial_nerve", "peroneal_nerve", "femoral_nerve", "sciatic_nerve")
"""Nerves by name; ``nerve`` is that of the muscle, whichever it is."""
SITES = ("motor_point", *NERVES, "motor_axons")
"""Where a stimulus can be put. A stimulus to ``motor_axons`` excites no afferent: only a model can do that."""

# What a step holds if it does not say so. The ladder is the one most used, the rest is our choice.
_DEFAULTS: dict[str, dict[str, Any]] = {
    "threshold_ladder": {
        "site": "nerve", "start": "4 Hz", "step": "2 Hz", "stop": "60 Hz", "gap": "60 s",
        "cramp_criterion": "1 s", "pulse_width": "1 ms", "above_maximal": "30 %", "repeats": 1, "train": "2 s",
    },
    "stimulation": {
        "site": "nerve", "frequency": "20 Hz", "gap": "10 s", "pulse_width": "1 ms", "above_maximal": "30 %",
        "repeats": 1, "train": "2 s",
    },
    "voluntary_contraction": {"intensity": "100 %MVC", "duration": "5 s", "rise": "0.5 s"},
    "length": {"value": "neutral"},
    "stretch": {"duration": "10 s", "length": "long"},
    "fatigue_bouts": {
        "bouts": 5, "repetitions": 20, "intensity": "60 %MVC", "contraction": "2 s", "relaxation": "2 s", "gap": "60 s",
    },
    "nerve_block": {"site": "nerve"},
    "tendon_stimulation": {"frequency": "3 Hz", "duration": "10 s"},
    "vibration": {"frequency": "80 Hz", "duration": "10 s"},
    "pain": {"level": "60 %"},
    "cuff": {"duration": "10 min"},
    "taste": {"swallowed": False},
    "body_state": {},
    "rest": {},
}  # fmt: skip
KINDS = tuple(_DEFAULTS)
_TAKES_THE_PLACE_OF = {"train": "pulses", "above_maximal": "of_motor_threshold"}
# Keys that mean something to a body over hours and nothing to one muscle over minutes, or that the muscle implies.
_FOR_THE_BODY = (
    "drink", "posture", "condition", "cramp_history", "outcome", "dialysate_sodium", "ultrafiltration", "salt_intake",
    "tendon", "limb",
)  # fmt: skip
_LIMITS: dict[str, tuple[float, float, str]] = {
    # key: lowest, highest (in the unit), unit
    "start": (0.5, 200.0, "Hz"),
    "step": (0.1, 50.0, "Hz"),
    "stop": (0.5, 200.0, "Hz"),
    "frequency": (0.1, 200.0, "Hz"),
    "train": (0.01, 120.0, "s"),
    "gap": (0.5, 3600.0, "s"),
    "cramp_criterion": (0.1, 60.0, "s"),
    "rise": (0.0, 30.0, "s"),
    "contraction": (0.1, 300.0, "s"),
    "relaxation": (0.0, 300.0, "s"),
    "intensity": (1.0, 100.0, "%MVC"),
}
_COUNTS = {"pulses": (1, 2000), "repeats": (1, 50), "bouts": (1, 50), "repetitions": (1, 500)}
_LENGTH_KEYS = {"length": "value", "stretch": "length"}
_SHORTEST_FIBRE, _LONGEST_FIBRE = 0.5, 1.6
_LONGEST_CUFF = 30 * 60.0
_PHRASES = {
    "above_maximal": "{} above the current of the largest M wave",
    "of_motor_threshold": "{} of the motor threshold",
    "value": "{}",
}
_INSTANT = ("length", "nerve_block", "pain", "taste", "body_state", "cuff")


@dataclass(frozen=True)
class LaboratoryProtocol:
    """What is done to a muscle.

    Parameters
    ----------
    key
        The name of its file.
    about
        What it is for.
    sources
        Keys of the studies that it follows; empty if it follows none.
    muscle
        The muscle it was made for; empty if any will do.
    steps
        In order, with every default laid under.
    file
        Where it stands.
    """

    key: str
    about: str
    sources: tuple[str, ...]
    muscle: str
    steps: tuple[Step, ...]
    file: Path

    @property
    def longest_s(self) -> float:
        """How long it takes at most, in s: every ladder to its last rung, without the time of cramps."""
        return math.fsum(longest_time(step) for step in self.steps)


def read_protocol(path: Path) -> LaboratoryProtocol:
    """Read one protocol file.

    Raises
    ------
    FaultsFoundError
        With every fault of the file.
    """
    file = read_toml(path)
    top = Table(file, (), file.values, f"protocol '{path.stem}'")
    schema = top.raw("schema")
    if schema not in (None, 1):
        top.fault("schema", f"schema is {as_written(schema)}", expected="1")
    key = top.text("key", default=path.stem)
    if key != path.stem:
        top.fault("key", f"key is {as_written(key)}", expected=f"the file's own name, '{path.stem}'")
    about, sources, muscle = top.text("about", required=True), top.texts("source"), top.text("muscle")
    tables = top.tables("step")
    if not tables:
        top.fault("step", "it has no step", expected="at least one [[step]] with a kind")
    top.finish()
    steps: list[Step] = []
    for table in tables:
        before = len(file.faults)
        step = read_step(table)
        _check_keys(table, step, muscle)
        if step.kind not in KINDS:
            continue
        step = with_defaults(step)
        _check_values(table, step)
        # What follows from a fault is no fault of its own.
        if step.kind == "threshold_ladder" and len(file.faults) == before:
            _check_ladder(table, step)
        if len(file.faults) == before:
            steps.append(step)
    protocol = LaboratoryProtocol(key, about, sources, muscle, tuple(steps), path)
    if not file.faults and protocol.longest_s > LONGEST_PROTOCOL:
        top.fault(
            "step",
            f"it would take {protocol.longest_s / 60:.0f} min",
            expected=f"at most {LONGEST_PROTOCOL / 60:.0f} min",
            remedy="Shorten the pauses, or let a ladder climb in larger steps",
        )
    file.raise_faults()
    return protocol


def allowed_keys(kind: str) -> list[str]:
    """List the keys that a step of this kind may have in a laboratory."""
    return sorted(key for key in STEP_KEYS[kind] if key not in _FOR_THE_BODY)


def with_defaults(step: Step) -> Step:
    """Lay what a laboratory would do under what a step says; a step of another kind is given back as it is.

    ``train`` is left out where ``pulses`` are given, and ``above_maximal`` where ``of_motor_threshold`` is.
    """
    defaults = {
        key: value
        for key, value in _DEFAULTS.get(step.kind, {}).items()
        if _TAKES_THE_PLACE_OF.get(key) not in step.values
    }
    return replace(step, values={**{key: _as_read(key, value) for key, value in defaults.items()}, **step.values})


def _as_read(key: str, default: Any) -> Any:
    if not isinstance(default, str) or key in ("value", "length"):
        return default
    if not default[0].isdigit():
        return Choice((default,))
    quantity = read_quantity(default)
    return Uncertain.fixed(quantity.value, quantity.unit)


def rungs(step: Step) -> tuple[tuple[float, float], ...]:
    """Give the trains of a ladder or stimulation with its defaults: frequency (Hz) and length (s) of each.

    The length is the time from the first pulse to the end of the last period.
    """
    if step.kind == "threshold_ladder":
        start, rise, stop = (_number(step, key) for key in ("start", "step", "stop"))
        # A hair more, so that 4 + 28 x 2 reaches 60.
        frequencies = [start + rung * rise for rung in range(int((stop - start) / rise + 1e-6) + 1)]
    else:
        frequencies = [_number(step, "frequency")] * int(step.values["repeats"])
    pulses = step.values.get("pulses")
    return tuple((each, int(pulses) / each if pulses is not None else _number(step, "train")) for each in frequencies)


def longest_time(step: Step) -> float:
    """Give how long a step with its defaults takes at most, in s; what holds from then on takes none."""
    if step.kind in _INSTANT:
        return 0.0
    if step.kind in ("threshold_ladder", "stimulation"):
        once = math.fsum(length + _number(step, "gap") for _, length in rungs(step))
        return once * (int(step.values["repeats"]) if step.kind == "threshold_ladder" else 1)
    if step.kind == "fatigue_bouts":
        bout = int(step.values["repetitions"]) * (_number(step, "contraction") + _number(step, "relaxation"))
        return int(step.values["bouts"]) * (bout + _number(step, "gap"))
    rise = step.number("rise")
    return _number(step, "duration") + (rise.value if rise is not None else 0.0)


def length_of(value: Any) -> float:
    """Turn a muscle length, a word or a number of optimal lengths, into optimal fibre lengths.

    Raises
    ------
    UserError
        If it is neither one of the words nor a length that a muscle can have.
    """
    if isinstance(value, str) and value in LENGTHS:
        return LENGTHS[value]
    length = value.value if isinstance(value, Uncertain) else value
    try:
        length = float(length)
    except (TypeError, ValueError):
        length = math.nan
    if isinstance(value, bool) or not _SHORTEST_FIBRE <= length <= _LONGEST_FIBRE:
        words = " or ".join(f'"{word}"' for word in LENGTHS)
        near = did_you_mean(value, LENGTHS) if isinstance(value, str) else ""
        known = near if near.startswith("Did") else ""
        expected = f"Write {words}, or {_SHORTEST_FIBRE:g} to {_LONGEST_FIBRE:g} (in optimal fibre lengths)."
        raise UserError(f"{as_written(value)} is no length of a muscle. {expected} {known}".rstrip())
    return length


def step_in_words(step: Step) -> str:
    """Say what a step does, for a reader: its kind and every value."""
    told = []
    for key, value in step.values.items():
        if isinstance(value, bool):
            told.append(key if value else f"not {key}")
        elif not (key == "frequency" and step.values.get("pulses") == 1):
            phrase = _PHRASES.get(key, f"{key.replace('_', ' ')} {{}}")
            told.append(phrase.format(str(value).replace("_", " ") if isinstance(value, (str, Choice)) else value))
    return f"{step.kind.replace('_', ' ')}: {', '.join(told)}" if told else step.kind.replace("_", " ")


def _number(step: Step, key: str) -> float:
    found = step.number(key)
    return math.nan if found is None else found.value


def _check_keys(table: Table, step: Step, muscle: str) -> None:
    """Note what a laboratory cannot do or would have to leave aside."""
    kind = step.kind
    if kind not in KINDS:
        if kind in STEP_KEYS:
            remedy = "Hours of the body are simulated with cramplab run"
            table.fault("kind", f"'{kind}' is no step of a laboratory", expected=" | ".join(KINDS), remedy=remedy)
        elif kind:
            remedy = did_you_mean(kind, KINDS)
            remedy = remedy if remedy.startswith("Did") else ""
            table.fault("kind", f"no step is called '{kind}'", expected=" | ".join(KINDS), remedy=remedy)
        return
    allowed = allowed_keys(kind)
    for key in table.values:
        if key in STEP_KEYS[kind] and key not in allowed:
            table.fault(key, f"'{key}' has no meaning in a laboratory protocol", remedy="Leave it out")
        elif kind == "stimulation" and key not in (*STEP_KEYS[kind], *OF_EVERY_STEP):
            table.fault(key, f"Unknown key '{key}'", remedy=did_you_mean(key, allowed))
    if step.same_as:
        table.fault("same_as", "a protocol has no arms whose step could be repeated", remedy="Write the step out")
    for key, other in _TAKES_THE_PLACE_OF.items():
        if key in table.values and other in table.values:
            table.fault(other, f"both {key} and {other} are given", remedy="Leave one of them out")
    named = step.values.get("muscle")
    if isinstance(named, Choice) and named.values != (muscle,):
        remedy = f'Name it once, at the top of the file: muscle = "{named.value}"'
        table.fault("muscle", "the step names a muscle of its own", remedy=remedy)


def _check_values(table: Table, step: Step) -> None:
    """Note every value that is uncertain, impossible or out of a laboratory's range."""
    for key, value in step.values.items():
        if (isinstance(value, Uncertain) and value.kind != "fixed") or (
            isinstance(value, Choice) and len(value.values) > 1
        ):
            table.fault(key, f"{key} is {value}", expected="one value: a protocol says what is done")
        elif key in _LIMITS and isinstance(value, Uncertain):
            _check_limits(table, key, value)
        elif key in _COUNTS:
            low, high = _COUNTS[key]
            if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
                table.fault(key, f"{key} is {as_written(value)}", expected=f"a whole number, {low} to {high}")
        elif key == _LENGTH_KEYS.get(step.kind):
            try:
                length_of(value)
            except UserError as problem:
                table.fault(key, f"{key}: {problem}")
    _check_words(table, step)
    duration = step.number("duration")
    if duration is not None and duration.value <= 0:
        table.fault("duration", "the step takes no time", expected="a duration above zero")
    elif step.kind == "cuff" and duration is not None and duration.value > _LONGEST_CUFF:
        expected = f"at most {_LONGEST_CUFF / 60:.0f} min: no laboratory closes off a limb for longer"
        table.fault("duration", f"the cuff stays for {duration}", expected=expected)
    if step.kind == "body_state" and not set(table.values) & set(STEP_KEYS["body_state"]):
        expected = " | ".join(key for key in STEP_KEYS["body_state"] if key not in _FOR_THE_BODY)
        table.fault("kind", "the step changes nothing", expected=f"at least one of {expected}")


def _check_limits(table: Table, key: str, value: Uncertain) -> None:
    low, high, name = _LIMITS[key]
    wanted = unit(name)
    same_kind = value.unit.dimensions == wanted.dimensions or (key != "intensity" and value.unit.name == "imp/s")
    if not same_kind or not low <= value.value / wanted.factor <= high:
        table.fault(key, f"{key} is {value}", expected=f"{low:g} to {high:g} {name}")


def _check_words(table: Table, step: Step) -> None:
    site = step.values.get("site")
    if isinstance(site, Choice):
        allowed = NERVES if step.kind == "nerve_block" else SITES
        if site.value not in allowed:
            near = did_you_mean(site.value, allowed)
            remedy = near if near.startswith("Did") else ""
            table.fault("site", f"site is {as_written(site.value)}", expected=" | ".join(allowed), remedy=remedy)
    swallowed = step.values.get("swallowed")
    if swallowed is not None and not isinstance(swallowed, bool):
        table.fault("swallowed", f"swallowed is {as_written(swallowed)}", expected="true or false, without quotes")


def _check_ladder(table: Table, step: Step) -> None:
    """Note a ladder that would never end, or whose criterion could never be met."""
    start, stop, gap, criterion = (_number(step, key) for key in ("start", "stop", "gap", "cramp_criterion"))
    if stop < start:
        given = "stop" if "stop" in table.values else "start"
        message = f"the ladder starts at {start:g} Hz and stops at {stop:g} Hz"
        table.fault(given, message, expected="a stop at or above the start")
    if criterion >= gap:
        given = "cramp_criterion" if "cramp_criterion" in table.values else "gap"
        message = f"the next train comes after {gap:g} s, before activity could outlast a train by {criterion:g} s"
        table.fault(given, message, expected="a cramp_criterion shorter than the gap")


def protocol_record(protocol: LaboratoryProtocol, citations: Mapping[str, str]) -> dict[str, Any]:
    """Describe a protocol in plain values: what a record of its run keeps of it.

    Parameters
    ----------
    citations
        Key of a source to its citation.
    """
    return {
        "key": protocol.key,
        "about": protocol.about,
        "muscle": protocol.muscle,
        "sources": {key: citations.get(key, "") for key in protocol.sources},
        "steps": [step_in_words(step) for step in protocol.steps],
    }

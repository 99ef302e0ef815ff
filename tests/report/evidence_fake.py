"""An invented scoreboard and invented claims, so that pages and tables are tested without the engine.

No number in it comes from a study or from a model.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

THEORIES = (
    ("null", "Nothing that happens in a race changes how easily a cramp starts.", None),
    ("neuromuscular_control", "A tired muscle is excited more and inhibited less.", (1.1, 0.5, 1.9)),
    ("electrolyte", "Salts off their usual value make the nerve fire.", (1.4, 0.6, 2.6)),
    ("dehydration", "Less fluid around the nerve's ends makes them fire.", (0.9, 0.1, 2.8)),
    ("vascular", "Too little blood leaves potassium and acid behind.", (1.0, 0.3, 2.2)),
    ("medication", "A medicine moves a salt, a volume or a gain.", None),
    ("motor_neuron_plateau", "Inward currents keep motor neurons firing.", (1.2, 0.8, 1.7)),
    ("oropharyngeal_reflex", "A strong taste inhibits the motor pool.", (1.0, 0.4, 1.8)),
    ("multifactorial", "All of these at once, each a little.", None),
)
NAMES = tuple(name for name, _, _ in THEORIES)
# Key, title, laboratory, kind, and the findings: id, words, measure, unit, published, standard error, direction.
_STUDIES: tuple[tuple[str, str, str, str, tuple[tuple[Any, ...], ...]], ...] = (
    ("north_2010_loss", "3 % of mass lost, muscle rested", "North", "lab", (
        ("threshold", "threshold frequency, before to after", "cramp_threshold_frequency", "Hz", -2.4, 1.43, "none"),
        ("duration", "duration of the cramp", "cramp_duration", "s", 12.0, 21.0, ""),
    )),
    ("north_2012_taste", "Pickle juice during a cramp", "North", "lab", (
        ("duration", "time to relief, water to pickle juice", "cramp_duration", "s", -49.1, 14.0, "decrease"),
        ("sodium", "plasma sodium five minutes later", "plasma_sodium_change", "mmol/L", 0.05, 0.6, "none"),
        ("soreness", "soreness told on a scale", "cramp_severity", "", None, None, "none"),
    )),
    ("south_2011_block", "Cramp behind a blocked nerve", "South", "lab", (
        ("duration", "duration, nerve blocked to intact", "cramp_duration", "s", 42.0, 9.0, "increase"),
        ("threshold", "threshold frequency, blocked to intact", "cramp_threshold_frequency", "Hz", -4.5, 1.6, ""),
        ("emg", "EMG of the cramp", "cramp_emg", "%", 18.0, 7.0, "increase"),
        ("rate", "discharge rate in the cramp", "motor_unit_discharge_rate", "imp/s", None, None, "decrease"),
    )),
    ("north_2009_history", "Cramp-prone against never", "North", "lab", (
        ("threshold", "threshold frequency, prone to never", "cramp_threshold_frequency", "Hz", 10.6, 3.1, "increase"),
    )),
    ("east_1995_stretch", "A shortened muscle contracted", "East", "lab", (
        ("incidence", "share that cramped, neutral to short", "cramp_incidence", "%", 70.0, 14.5, "increase"),
    )),
    ("marathon_2003", "Sodium of runners who cramped", "West", "field", (
        ("sodium", "plasma sodium, no cramp to cramp", "plasma_sodium", "mmol/L", -0.4, 0.9, "none"),
        ("mass", "body mass lost, no cramp to cramp", "body_mass_change", "%", 0.2, 0.4, "none"),
        ("prevalence", "share that cramped", "cramp_incidence", "%", 18.0, 2.0, ""),
    )),
    ("clinic_1999", "Narrowed arteries and night cramps", "Clinic", "field", (
        ("rate", "cramp rate, healthy to artery disease", "cramp_rate_relative", "1", 2.9, 0.8, "increase"),
    )),
    ("trial_2015", "Magnesium against placebo", "Clinic", "field", (
        ("rate", "cramps per week", "cramp_rate_relative", "1", 0.97, 0.12, "none"),
        ("sleep", "sleep told in a diary", "sleep_quality", "", None, None, "none"),
    )),
)  # fmt: skip
_NOT_SIMULATED = {"soreness": "No simulation here gives what people feel.", "sleep": "Sleep is not part of the model."}


def make_evidence(repeats: int = 1, seed: int = 1) -> dict[str, Any]:
    """Give a scoreboard of eight invented studies and nine theories; more often repeated, as many more studies."""
    random = np.random.default_rng(seed)
    studies = [_study(row, number) for number in range(repeats) for row in _STUDIES]
    rows = [row for study in studies for row in _rows(study, random)]
    totals = [
        {
            "theory": name, "without": without, "findings": 60 - 10 * bool(without),
            "log_density": -130.0 + 3.0 * math.sin(number) + 25.0 * bool(without), "standard_error": 8.1,
        }
        for without in ("", "North", "South", "Clinic")
        for number, name in enumerate(NAMES)
    ]  # fmt: skip
    return {
        "schema": 1, "version": "0.1.0", "date": "2026-11-22", "seed": 1, "seconds": 412.0, "library": ["packaged"],
        "theories": [_theory(*each) for each in THEORIES], "studies": studies, "rows": rows,
        "counts": list(_counts(rows, {study["key"]: study["judge"] for study in studies})), "totals": totals,
        "weights": [
            {"theory": name, "weight": 0.31 - 0.03 * number, "low": 0.02, "high": 0.62 - 0.07 * number}
            for number, name in enumerate(NAMES)
        ],
        "pairs": list(_pairs()),
        "unreproduced": [{"study": "south_2011_block", "finding": "emg", "words": "EMG of the cramp"}],
        "calibrating": [
            {"study": "north_2009_history", "finding": "threshold", "words": "threshold frequency, prone to never",
             "sets": "strength of motor_neuron_plateau"},
        ],
        "emulators": [
            {"test": "ladder of trains", "measure": "cramp_threshold_frequency", "unit": "Hz",
             "held_out_error": 0.8, "spread": 6.2, "points": 240},
        ],
        "sampled_rows": [
            {"study": "north_2010_loss", "finding": "threshold", "theory": "dehydration",
             "emulator": -1.9, "full_pool": -2.2, "difference": 0.3, "unit": "Hz"},
        ],
        "notices": ["One study has < 10 people."], "timing": [{"what": "drawing people", "seconds": 12.0}],
    }  # fmt: skip


def _theory(name: str, claim: str, strength: tuple[float, float, float] | None) -> dict[str, Any]:
    given = None if strength is None else dict(zip(("mode", "low", "high"), strength, strict=True))
    words = "Nothing sets its strength." if strength is None else "Set by its founding observation alone."
    identifiable = None if strength is None else name != "dehydration"
    return {
        "name": name, "claim": claim, "strength": given, "identifiable": identifiable, "calibration_words": words,
    }  # fmt: skip


def _study(row: tuple[Any, ...], number: int) -> dict[str, Any]:
    key, title, laboratory, judge, findings = row
    again = f"_{number}" if number else ""
    return {
        "key": key + again, "title": title, "citation": f"{laboratory} <et al.> (invented) {again}",
        "doi": "10.0000/invented", "url": "https://example.org/invented", "laboratory": laboratory, "judge": judge,
        "bears_on": ["electrolyte"], "n": 10, "note": "Invented for a test.",
        "findings": [_finding(*each) for each in findings],
    }  # fmt: skip


def _finding(identity, words, measure, unit, published, error, direction) -> dict[str, Any]:
    band = None if error is None else [published - 1.96 * error, published + 1.96 * error]
    return {
        "id": identity, "measure": measure, "unit": unit, "words": words, "published": published,
        "published_se": error, "band": band, "direction": direction, "n": [10, 10], "p": "0.12",
        "used_to_calibrate": measure == "cramp_rate_relative" and published == 2.9, "scored": True,
        "why_not_scored": "", "simulated": identity not in _NOT_SIMULATED,
        "reason": _NOT_SIMULATED.get(identity, ""),
    }  # fmt: skip


def _rows(study: dict[str, Any], random: np.random.Generator) -> Iterator[dict[str, Any]]:
    for found in study["findings"]:
        size = found["published_se"] or 4.0
        for name in NAMES:
            predicted = (found["published"] or 0.0) * random.uniform(-0.2, 1.3) + random.normal(0.0, size)
            reach = size * random.uniform(0.6, 2.2) * (12.0 if random.random() < 0.03 else 1.0)
            row = {
                "theory": name, "study": study["key"], "finding": found["id"], "unit": found["unit"],
                "published": found["published"], "published_se": found["published_se"],
                "predicted": predicted, "predicted_low": predicted - reach, "predicted_high": predicted + reach,
                "verdict": _verdict(found, predicted, reach), "log_density": -2.1, "direction": found["direction"],
                "used_to_calibrate": found["used_to_calibrate"] and name == "vascular",
                "predicted_direction_share": 0.93 if found["direction"] else None, "reason": "",
            }  # fmt: skip
            if not found["simulated"]:
                nothing = ("predicted", "predicted_low", "predicted_high", "log_density", "predicted_direction_share")
                row |= dict.fromkeys(nothing) | {"verdict": "not simulated", "reason": found["reason"]}
            yield row


def _verdict(found: dict[str, Any], predicted: float, reach: float) -> str:
    if found["published"] is None:
        return "cannot tell"
    if abs(predicted - found["published"]) > reach + (found["published_se"] or 0.0):
        return "contradicts"
    return "cannot tell" if reach > 1.5 * (found["published_se"] or 1.0) else "agrees"


def _counts(rows: list[dict[str, Any]], judges: dict[str, str]) -> Iterator[dict[str, Any]]:
    for name in NAMES:
        for kind in ("lab", "field"):
            said = [row["verdict"] for row in rows if row["theory"] == name and judges[row["study"]] == kind]
            words = ("agrees", "contradicts", "cannot tell", "not simulated")
            yield {"theory": name, "kind": kind, **{word: said.count(word) for word in words}}


def _pairs() -> Iterator[dict[str, Any]]:
    for number, first in enumerate(NAMES):
        for second in NAMES[number + 1 :]:
            apart = {first, second} == {"null", "motor_neuron_plateau"}
            words = (
                f"{second} tells more than {first}." if apart else f"These studies cannot tell {first} from {second}."
            )
            difference = -9.5 if apart else -1.2
            yield {"a": first, "b": second, "difference": difference, "standard_error": 2.0, "words": words}


def make_claims() -> dict[str, Any]:
    """Give five invented claims, one of each verdict; the last is in words only and leads to the red flags."""
    says = ("nothing", "supports", "contradicts", "cannot tell")
    answers = [
        {"theory": name, "measure": "cramp_threshold_frequency_change", "unit": "Hz", "predicted": -2.0 + 0.5 * number,
         "predicted_low": -3.5 + 0.5 * number, "predicted_high": -0.5 + 0.6 * number, "says": says[number % 4]}
        for number, name in enumerate(NAMES)
    ]  # fmt: skip
    studies = [
        {"study": "north_2010_loss", "finding": "threshold", "words": "no change at 3 % lost", "speaks": "against"},
        {"study": "marathon_2003", "finding": "sodium", "words": "no difference < 1 mmol/L", "speaks": "neither"},
        {"study": "clinic_1999", "finding": "rate", "words": "2.9 times as many", "speaks": "for"},
    ]
    told = (
        ("C02", "Only the overworked muscle is affected.", "supported"),
        ("C09", "Too little fluid around the muscle makes nerves hypersensitive.", "contradicted"),
        ("C11", "Narrowed vessels stop the muscle relaxing.", "mixed"),
        ("C19", "Calcium at bedtime helps.", "untested"),
    )
    experiment = "An invented experiment: the same person twice, once with it and once without."
    claims = [
        {"id": identity, "claim": claim, "experiment": experiment, "kind": "experiment", "answers": answers,
         "studies": studies, "verdict": verdict, "words": "Invented words on it.", "red_flags": False}
        for identity, claim, verdict in told
    ]  # fmt: skip
    in_words = {
        "id": "C29", "claim": "When to see a doctor.", "experiment": "", "kind": "words", "answers": [], "studies": [],
        "verdict": "outside this system", "words": "This is told, not simulated.", "red_flags": True,
    }  # fmt: skip
    return {"schema": 1, "claims": [*claims, in_words]}

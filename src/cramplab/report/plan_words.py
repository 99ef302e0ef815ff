"""How a plan is worded: servings at stations, ceilings, chances, states of limits, what is still missing afterwards.

Everything is read from the plain tree of ``plan.json``. What a person may drink at most is rounded down, never up.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from cramplab.core.reader_units import KILOMETRE_PER_MILE, in_drink, said
from cramplab.report.prose import NOT_AVAILABLE, Wording, clock
from cramplab.safety.after_exercise import (  # noqa: F401 -- the page's template reads them here
    AFTER_L_PER_KG,
    AFTER_SOURCE,
    UNHURRIED_HOURS,
    UNHURRIED_LOSS_PCT,
)
from cramplab.safety.red_flags import load_red_flags

PAGE_FILE, CARD_FILE, DATA_FILE = "plan.html", "card.html", "plan.json"
NO_PLAN = ("refused", "unknown")
"""Outcomes without a plan: nothing that reads like one may be shown."""
STATES = {
    "inside": ("○", "inside"),
    "reached": ("●", "nearly reached"),
    "lowered": ("▼", "lowered"),
    "warned": ("▲", "beyond it: a warning"),
    "broken": ("✕", "broken"),
    "not asked": ("–", "not asked"),
}
"""Shape and word for what a plan makes of a limit."""
_SENTENCES = (
    "reasons", "refusals", "notices", "effort_words", "efforts", "candidates", "comparisons", "heat", "measure_next",
    "theories_unknown", "simplest_words", "bound_words",
)  # fmt: skip
_QUOTED = ("source", "url", "status")
# Steps that a cup can be filled to; a serving is rounded down to one.
_MOUTHFULS_L_PER_H = 0.05
_CUP_STEP = {"mL": 10.0, "fl oz": 0.5}
_CEILING_STEP = {"L": 0.05, "L/h": 0.05, "fl oz": 1.0, "fl oz/h": 1.0}


@dataclass(frozen=True)
class ServingRow:
    """One serving as it stands in a table: time, place, how much, and how much so far; the columns name the units."""

    time: str
    place: str
    volume: str
    total: str


def wording(tree: Mapping[str, Any], minus: str = "\u2212") -> Wording:
    """Take the reader's units from the plan's tree."""
    return Wording(tree["units"] == "us", minus)


def for_reader(tree: Mapping[str, Any], say: Wording) -> dict[str, Any]:
    """Give the tree with its sentences in the reader's units; what quotes a source, or a file, stays as it is."""
    return {key: _for_reader(value, say) if key in _SENTENCES else value for key, value in tree.items()}


def _for_reader(value: Any, say: Wording) -> Any:
    if isinstance(value, str):
        return say.in_text(value)
    if isinstance(value, Mapping):
        return {key: inner if key in _QUOTED else _for_reader(inner, say) for key, inner in value.items()}
    return [_for_reader(each, say) for each in value] if isinstance(value, (list, tuple)) else value


def has_plan(tree: Mapping[str, Any]) -> bool:
    """Tell whether there is a plan whose numbers may be shown."""
    return tree["outcome"] not in NO_PLAN and tree.get("plan") is not None


def shown_flags() -> list[Mapping[str, Any]]:
    """Give the red flags as plain rows, in their order."""
    keys = ("id", "when", "say", "more", "is_acute", "from_memory", "source", "url", "status")
    return [{key: getattr(each, key) for key in keys} for each in load_red_flags()]


def ceiling(say: Wording, value: float, unit: str) -> str:
    """Write what may not be passed, with its unit, rounded down to a step that a person can keep to."""
    shown = say.unit(unit)
    step = _CEILING_STEP.get(shown, _CUP_STEP.get(shown, 0.1))
    # A float that lies a rounding error below a step is that step.
    size = math.floor(say.convert(value, unit) / step + 1e-6) * step
    return f"{size:.{2 if step < 0.1 else 0 if step >= 1 else 1}f} {shown}"


def cup(say: Wording, volume_L: float) -> float:
    """Give a serving in the reader's unit, rounded down to what a cup can be filled to."""
    step = _CUP_STEP[say.unit("mL")]
    return math.floor(say.convert(1000.0 * volume_L, "mL") / step + 1e-6) * step


def cup_number(size: float) -> str:
    """Write a serving that `cup` gave, without its unit."""
    return f"{size:,.1f}".removesuffix(".0")


def serving_rows(tree: Mapping[str, Any], say: Wording) -> list[ServingRow]:
    """Give the servings of a plan by numbers; the running total adds up what is shown."""
    rows, total = [], 0.0
    for each in tree["plan"]["servings"]:
        size = cup(say, each["volume_L"])
        total += size
        place = distance(say, each["at_km"]).split(" ")[0]
        rows.append(ServingRow(clock(each["time_s"]), place, cup_number(size), cup_number(total)))
    return rows


def distance(say: Wording, km: float | None) -> str:
    """Write a distance in km, or in miles; empty if it is not known."""
    if km is None:
        return ""
    return f"{km / KILOMETRE_PER_MILE if say.us_units else km:.1f} {distance_unit(say)}"


def distance_unit(say: Wording) -> str:
    """Give the unit of distances."""
    return "mi" if say.us_units else "km"


def sentence(text: str) -> str:
    """Begin with a capital letter and end with a stop."""
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?', '!')) else '.'}" if text else ""


def drinks_something(tree: Mapping[str, Any]) -> bool:
    """Tell whether a plan has anything to drink; a ceiling of a mouthful or two an hour is nothing."""
    plan = tree["plan"]
    if plan["lead"] == "thirst":
        return bool(plan["at_most_L_per_h"] >= _MOUTHFULS_L_PER_H)
    return any(each["volume_L"] > 0.0 for each in plan["servings"])


def drink_line(tree: Mapping[str, Any], say: Wording) -> str:
    """Say in one line how much to drink and how often."""
    plan = tree["plan"]
    if not drinks_something(tree):
        return "nothing has to be drunk on the way; if thirsty, a mouthful"
    if plan["lead"] == "thirst":
        return (
            "when thirsty, in small sips; never more than "
            f"{ceiling(say, plan['at_most_L_per_h'], 'L/h')}, nor {ceiling(say, plan['at_most_L'], 'L')} in all"
        )
    servings = [each for each in plan["servings"] if each["volume_L"] > 0.0]
    rate = sum(each["volume_L"] for each in servings) / (plan["duration_s"] / 3600.0)
    sizes = sorted({cup(say, each["volume_L"]) for each in servings})
    size = " to ".join(cup_number(each) for each in dict.fromkeys((sizes[0], sizes[-1]))) + f" {say.unit('mL')}"
    return f"{say.with_unit(rate, 'L/h')}: {size} {_rhythm(servings)}"


def _rhythm(servings: Sequence[Mapping[str, Any]]) -> str:
    if len(servings) == 1:
        return f"once, at {clock(servings[0]['time_s'])}"
    gaps = [(after["time_s"] - before["time_s"]) / 60.0 for before, after in pairwise(servings)]
    if max(gaps) - min(gaps) > 1.5:
        return f"at each of {len(servings)} stations, about every {sum(gaps) / len(gaps):.0f} min"
    return f"every {sum(gaps) / len(gaps):.0f} min, {len(servings)} times"


def content_words(content: Mapping[str, Any], say: Wording) -> str:
    """Say what is in the drink: sodium in mmol and mg, carbohydrate in g; by the can where drinks are labelled so."""
    sodium, sugar = content["sodium_mmol_per_L"], content["carbohydrate_g_per_L"]
    if not sodium and not sugar:
        return str(content["name"])
    salt, per = in_drink(sodium * 22.99, "mg/L", say.us_units)
    parts = [f"sodium {say.number(sodium, 'mmol')} mmol/L ({say.number(salt, 'mg')} {per})"] if sodium else []
    grams, of = in_drink(sugar, "g/L", say.us_units)
    parts += [f"carbohydrate {grams:.0f} {of}"] if sugar else []
    return f"{content['name']}: {', '.join(parts)}"


def sodium_line(tree: Mapping[str, Any], say: Wording) -> str:
    """Say how much sodium comes with the plan, beside what sweat takes."""
    found = tree["figures"]
    given, lost = found.get("sodium_intake_rate"), found.get("sodium_loss_rate")
    where = "this drink and salt" if tree["plan"]["salt_mmol_per_h"] else "this drink"
    gets = f"{_milligrams(given, say)} from {where}" if given and given["high"] > 0.0 else f"none from {where}"
    return f"{gets}; sweat takes about {_milligrams(lost, say)}" if lost else gets


def _milligrams(entry: Mapping[str, Any], say: Wording) -> str:
    """Write sodium in an hour, to ten milligrams."""
    return say.estimate({**entry, "unit": "mg"}).replace(" mg", " mg/h", 1)


def salt_words(tree: Mapping[str, Any], say: Wording) -> str:
    """Say how much salt is swallowed beside the drink; empty if none is."""
    salt = tree["plan"]["salt_mmol_per_h"]
    return f"{say.number(salt * 22.99, 'mg')} mg of sodium an hour beside the drink" if salt else ""


def pacing_words(tree: Mapping[str, Any]) -> str:
    """Say how hard to go: the pace against the goal, the start, the warm-up."""
    pacing = tree["plan"]["pacing"]
    time, share = clock(tree["plan"]["duration_s"]), 100.0 * pacing["pace"]
    kept = abs(share - 100.0) < 0.5
    parts = ["keep the goal pace" if kept else f"go at {share:.0f} % of the goal pace ({time} h)"]
    start = 100.0 * (pacing["start"] - 1.0)
    if abs(start) >= 0.5:
        parts.append(f"first fifth {abs(start):.0f} % {'slower' if start < 0 else 'faster'} than the mean")
    if pacing["warm_up_min"]:
        parts.append(f"warm up easily for {pacing['warm_up_min']:.0f} min")
    return "; ".join(parts)


def of_100(chance: Mapping[str, Any]) -> str:
    """Write a chance as a count of 100: ``3 of 100``; what is not zero is never written as zero."""
    share = 100.0 * chance["count"] / chance["of"]
    # Nor is zero of many runs: its bound tells how little it may be.
    if 0.0 < share < 1.0 or (share == 0.0 and chance["upper"] < 0.01):
        return "fewer than 1 of 100"
    return f"{share:.0f} of 100"


def of_few(chance: Mapping[str, Any]) -> str:
    """Write a chance from few runs: where none of them had it, say of how many."""
    return of_100(chance) if chance["count"] else f"none of {chance['of']:,} runs"


def chance_words(chance: Mapping[str, Any] | None) -> str:
    """Write a chance, the simulated runs behind it and how large it may be."""
    if chance is None:
        return NOT_AVAILABLE
    upper = 100.0 * chance["upper"]
    bound = f"{upper:.0f}" if upper >= 9.5 else f"{upper:.1f}"
    return (
        f"{of_100(chance)} ({chance['count']:,} of {chance['of']:,} runs; at most {bound} of 100 with 95 % confidence)"
    )


def count_of_100(entry: Mapping[str, Any] | None, say: Wording, *, signed: bool = False) -> str:
    """Write a theory's count of 100 people with its range."""
    if entry is None:
        return "no number"
    middle, low, high = (_whole(entry[key], say.minus, signed) for key in ("median", "low", "high"))
    return f"{middle} ({low} to {high})"


def _whole(value: float, minus: str, signed: bool) -> str:
    size = f"{abs(value):.0f}"
    return size if size == "0" else (minus if value < 0 else "+" if signed else "") + size


def limit_value(say: Wording, value: float | None, unit: str) -> str:
    """Write the value of a limit with its unit, three digits; a share in per cent."""
    if value is None or not math.isfinite(value):
        return "–"
    if unit == "g/L":
        value, unit = in_drink(value, unit, say.us_units)
    return said(value, unit, say.us_units).replace("-", say.minus)


def missing_rows(tree: Mapping[str, Any], say: Wording) -> Iterator[tuple[str, str, str]]:
    """Give, for the smallest, middle and largest foreseen loss: its name, mass still missing, and what replaces it."""
    found, mass = tree["figures"].get("body_mass_change"), tree["mass_kg"]
    if found is None:
        return
    for name, key in (("little is lost", "high"), ("as foreseen", "median"), ("much is lost", "low")):
        missing = -found[key] * mass / 100.0
        if missing > 0.05:
            yield (
                name,
                say.with_unit(-missing, "kg"),
                " to ".join(say.with_unit(each * missing, "L") for each in AFTER_L_PER_KG),
            )
        else:
            yield name, "nothing missing", "no extra drink"


def after_rate(say: Wording) -> str:
    """Write how much to drink for each kg, or lb, that is still missing."""
    low, high = AFTER_L_PER_KG
    if say.us_units:
        per_pound = [say.convert(each, "L") / say.convert(1.0, "kg") for each in (low, high)]
        return f"{per_pound[0]:.0f} to {per_pound[1]:.0f} {say.unit('L')} for each {say.unit('kg')}"
    return f"{low:g} to {high:g} L for each kg"


def heat_words(tree: Mapping[str, Any], say: Wording) -> str:
    """Say how hot it is, with the wet-bulb globe temperature and where that comes from."""
    heat = tree.get("heat")
    if heat is None:
        return "weather not known"
    low, high = heat["air_C"]
    air = say.with_unit(high, "degC")
    if say.number(low, "degC") != say.number(high, "degC"):
        air = f"{say.number(low, 'degC')} to {air}"
    if heat["wbgt_C"] is None:
        return f"air {air}; WBGT not known, use a meter"
    kind = "measured" if heat["measured"] else "estimate; use a meter"
    if heat.get("wbgt_range_C"):
        coolest, hottest = (say.number(each, "degC") for each in heat["wbgt_range_C"])
        kind = f"{coolest} to {hottest}; {kind}"
    return f"air {air}; WBGT about {say.with_unit(heat['wbgt_C'], 'degC')} ({kind})"

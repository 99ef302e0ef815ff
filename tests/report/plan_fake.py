"""Invented planned events, without the engine: one with numbers, one led by thirst, one refused, one unknown.

Every number in them is made up; nothing here is a model of anything.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from cramplab.core.plan import DrinkContent, Pacing, Plan, Serving
from cramplab.core.plan_result import (
    Candidate,
    Chance,
    Comparison,
    Course,
    EffortOption,
    Heat,
    LimitCheck,
    PaceRow,
    PlanResult,
    Range,
    Refusal,
    Swing,
    TheoryView,
)
from cramplab.core.results import Assumption
from cramplab.report.prose import Wording

BLAMES = {
    "null": "Nothing that water, salt or fatigue do makes nerves more excitable.",
    "dehydration": "Less fluid around the muscle squeezes nerve endings.",
    "electrolyte": "Salts around the nerve are off their usual values.",
    "medication": "A medicine moves an ion, a volume or a gain.",
    "motor_neuron_plateau": "Motor neurons hold on to their firing by themselves.",
    "neuromuscular_control": "A tired muscle excites and inhibits its own nerve cells out of balance.",
    "oropharyngeal_reflex": "A strong taste calms the motor neurons.",
    "vascular": "Too little blood reaches the working muscle.",
    "multifactorial": "Several of these at once.",
}
_COUNTS = {
    "null": (20, 8, 39), "dehydration": (18, 6, 38), "electrolyte": (18, 6, 38), "medication": (20, 8, 39),
    "motor_neuron_plateau": (21, 8, 40), "neuromuscular_control": (22, 9, 41), "oropharyngeal_reflex": (20, 8, 39),
    "vascular": (20, 8, 39), "multifactorial": (20, 8, 39),
}  # fmt: skip


def theories(shift: float = 0.0) -> dict[str, Range]:
    """Give a count of 100 by theory."""
    return {name: Range(mid + shift, low + shift, high + shift, "1") for name, (mid, low, high) in _COUNTS.items()}


def _figures(mass: tuple[float, float, float], intake: float, hours: float) -> dict[str, Range]:
    middle, low, high = mass
    return {
        "sweat_rate": Range(1.10, 0.81, 1.48, "L/h"),
        "sodium_loss_rate": Range(960.0, 500.0, 1500.0, "mg/h"),
        "intake": Range(intake, intake, intake, "L"),
        "intake_rate": Range(intake / hours, intake / hours, intake / hours, "L/h"),
        "sodium_intake_rate": Range(345.0, 345.0, 345.0, "mg/h"),
        "body_mass_change": Range(middle, low, high, "%"),
        "plasma_sodium_end": Range(141.2, 137.9, 144.6, "mmol/L"),
        "plasma_sodium_lowest": Range(139.4 + 0.5 * abs(middle), 136.8, 141.0, "mmol/L"),
        "core_temperature_highest": Range(38.7 - 0.05 * middle, 38.2, 39.3, "degC"),
        "stomach_highest": Range(310.0, 220.0, 420.0, "mL"),
    }


def _chances(gain: int = 12) -> dict[str, Chance]:
    def of(count: int) -> Chance:
        return Chance(count, 4000, (count + 3 + 2 * math.sqrt(count)) / 4000)

    return {
        "mass_gain": of(gain), "loss_above_2": of(2400), "sodium_below_135": of(9), "sodium_below_135_added": of(2),
        "sodium_below_130": of(0), "core_above_40": of(20),
    }  # fmt: skip


def _courses(duration_s: float, end: tuple[float, float, float]) -> dict[str, Course]:
    time_s = tuple(float(each) for each in range(0, int(duration_s) + 1, 300))
    share = [each / time_s[-1] for each in time_s]
    warm = [1.0 - math.exp(-4.0 * each) for each in share]

    def course(label: str, unit: str, low: Any, median: Any, high: Any) -> Course:
        rounded = [tuple(round(float(each), 4) for each in values) for values in (low, median, high)]
        return Course(label, unit, time_s, *rounded)

    middle, low, high = end
    return {
        "body_mass_change": course(
            "body mass change", "%", [low * s for s in share], [middle * s for s in share], [high * s for s in share]
        ),
        "plasma_sodium": course(
            "plasma sodium", "mmol/L", [140 - 2.5 * s - 1 for s in share], [140 + 1.2 * s for s in share],
            [141 + 3.6 * s for s in share],
        ),
        "core_temperature": course(
            "core temperature", "degC", [37 + 1.2 * w for w in warm], [37 + 1.7 * w for w in warm],
            [37.1 + 2.2 * w for w in warm],
        ),
    }  # fmt: skip


def _limit(name: str, rule: str, value: float, unit: str, action: str, **more: Any) -> LimitCheck:
    told: dict[str, Any] = {"planned": None, "allowed": None, "state": "not asked", "words": "", **more}
    return LimitCheck(
        name, rule, value, unit, action, "an invented guideline", f"https://example.org/{name}", "verified", **told
    )


def limits() -> tuple[LimitCheck, ...]:
    """Give a row for each kind of state."""
    return (
        _limit("no_mass_gain", "planned body mass at the end is not above that at the start", 0.0, "kg", "refuse",
               planned=-1.5, allowed=0.0, state="inside", words="Planned change is a loss."),
        _limit("low_end_of_sweat", "total intake stays below this quantile of sweat loss", 0.05, "1", "cap",
               planned=2.85, allowed=3.0, state="reached", words="Total intake against the low end of sweat loss."),
        _limit("hourly_default", "ceiling on the drinking rate", 0.8, "L/h", "cap", planned=0.76, allowed=0.8,
               state="lowered", words="The first plan had more and came down.", tightened=True),
        _limit("hourly_absolute", "no setting raises the drinking rate above this", 1.42, "L/h", "refuse",
               planned=0.76, allowed=1.42, state="inside", words="Fastest serving against the ceiling."),
        _limit("daily_absolute", "no more fluid in a day", 11.4, "L/d", "refuse", planned=2.85, allowed=11.4,
               state="inside", words="Event alone."),
        _limit("wbgt_stop", "no effort outdoors above this", 33.3, "degC WBGT", "refuse", planned=22.0, allowed=33.3,
               state="inside", words="Highest of the event."),
        _limit("mass_loss_target", "a plan aims for less loss than this", 2.0, "%", "warn", planned=2.4, allowed=2.0,
               state="broken", words="median loss of body mass at the end"),
        _limit("salt_supplement_hours", "salt beside the drink only in longer events", 2.0, "h", "gate"),
    )  # fmt: skip


def _comparisons(mass: tuple[float, float, float], hours: float, thirst_led: bool) -> tuple[Comparison, ...]:
    def way(name: str, label: str, words: str, change: tuple[float, float, float], intake: float, cost: float,
            broken: tuple[str, ...] = (), shift: float = 0.0, gain: int = 12) -> Comparison:  # fmt: skip
        return Comparison(name, label, words, _figures(change, intake, hours), _chances(gain), cost, 0.02, broken,
                          theories(shift))  # fmt: skip

    ways = [
        way("plan", "this plan", "What is printed above.", mass, 2.85, 1.0),
        way("nothing", "no drink at all", "Mass falls most, plasma sodium rises, the core is warmest.",
            (-5.9, -8.0, -4.4), 0.0, 2.1, shift=1.0),
        way("most", "as much as goes down", "Body mass rises and plasma sodium falls.", (2.1, 0.2, 3.9), 7.0, 9.0,
            ("no_mass_gain", "plasma_sodium"), -1.0, 3900),
        way("water", "the same as water alone", "Less sodium comes back.", mass, 2.85, 1.1),
        way("own", "your own plan", "More than is sweated.", (-0.6, -2.9, 1.4), 3.75, 1.6,
            ("chance_of_mass_gain",), gain=900),
    ]  # fmt: skip
    if not thirst_led:
        ways.insert(1, way("thirst", "drinking to thirst", "A little less is drunk.", (-3.1, -5.4, -1.2), 2.1, 1.05))
    return tuple(ways)


def _swings(say: Wording) -> tuple[Swing, ...]:
    def swing(label: str, low: float, high: float, unit: str, at: tuple[float, float], measure: str = "") -> Swing:
        return Swing(label, say.with_unit(low, unit), say.with_unit(high, unit), *at, measure)

    return (
        swing("your sweat rate", 0.85, 1.40, "L/h", (0.58, 0.80), "two more sweat tests"),
        swing("air on the day", 19.0, 27.0, "degC", (0.70, 0.80), "the forecast of the last day"),
        swing("water made by burning", 0.09, 0.12, "L/h", (0.74, 0.77)),
    )


def numbers(units: str = "metric", **changes: Any) -> PlanResult:
    """Give a marathon in 3:45 with a plan by numbers."""
    hours, mass, say = 3.75, (-2.4, -5.0, -0.3), Wording(units == "us")
    plan = Plan(
        lead="numbers", duration_s=13_500.0,
        servings=tuple(Serving(720.0 * n, 0.15, round(42.195 * 720.0 * n / 13_500.0, 1)) for n in range(1, 19)),
        content=DrinkContent("sports drink", 20.0, 60.0, 3.0), pacing=Pacing(1.0, 0.97, 10.0),
    )  # fmt: skip
    result = PlanResult(
        title="City marathon, warm forecast", person_id="A01", mass_kg=62.0, age_y=34.0, sport="run",
        start="2026-05-17T09:00:00+02:00", duration_s=13_500.0, distance_km=42.195, seed=1, draws=4000,
        version="0.1.0", input_sha256="ab" * 32, outcome="numbers", units=units, goal_s=13_500.0,
        versions={"python": "3.11"}, input_files={"marathon.toml": "cd" * 32},
        scenario={"schema": 1, "person": {"id": "A01"}}, asked="answered", plan=plan,
        figures=_figures(mass, 2.85, hours), chances=_chances(), courses=_courses(13_500.0, mass),
        sweat_evidence="From 1 sweat test, moved a little by the weather of the day.", limits=limits(),
        bound_by=("low_end_of_sweat", "hourly_default"),
        bound_words="The low end of what you may sweat set the amount, then the size of a cup.",
        simplest_words="Drinking every 8 min would be better by less than the noise of the search; this is simpler.",
        theories=tuple(
            TheoryView(name, BLAMES[name], theories()[name], Range(-0.2, -1.6, 1.1, "1")) for name in BLAMES
        ),
        theories_differ="The theories do not differ enough to act on. They lie within 4 of 100 of each other.",
        theories_rest_on="The level rests on one study of marathon runners; the differences on the theories' own laws.",
        comparisons=_comparisons(mass, hours, thirst_led=False),
        efforts=tuple(
            EffortOption(name, label, 13_500.0 * slower, _figures(mass, 2.85, hours), _chances(), theories(shift), rank,
                         chosen, words)
            for name, label, slower, shift, rank, chosen, words in (
                ("even", "goal pace, even", 1.0, 0.0, 2, False, ""),
                ("easy_start", "goal pace, first fifth 3 % slower", 1.0, -0.5, 1, True, "Within noise of the slowest."),
                ("slower", "5 % slower throughout", 1.05, -2.0, 3, False, "Cooler, and later home."),
            )
        ),
        effort_words="An easier first fifth costs no time and keeps the core lower for longer.",
        pace_rows=tuple(
            PaceRow(2700.0 * n, 2700.0 * (n + 1), 8.4 * n, 8.4 * (n + 1), 11.25 if n else 10.9, None, 158.0 + 2 * n)
            for n in range(5)
        ),
        candidates=(
            Candidate("every 12 min, small cup", 1.00, 0.01, 0.02, 1, chosen=True),
            Candidate("every 8 min, half a cup", 0.99, 0.0, 0.0, 3, chosen=False),
            Candidate("every 20 min, large cup", 1.08, 0.09, 0.02, 2, chosen=False),
        ),
        swings=_swings(say),
        measure_next="The largest unknown is your sweat rate: test it twice more.",
        heat=Heat((18.0, 24.0), (45.0, 70.0), 22.0, measured=False, band="normal practice; watch newcomers"),
        notices=("The forecast has no wind; a spread was drawn.",),
        assumptions=(
            Assumption("sweat.spread", "day-to-day spread of sweat", 0.09, "1", "", "read", "baker_2016", "Table 2"),
            Assumption("cup.time", "time to drink a cup", 0.5, "min", "", "chosen"),
            Assumption("thirst.gain", "gain of thirst", 0.4, "1", "SD 0.1", "remembered"),
        ),
        sources={"baker_2016": "Baker LB et al. 2016. J Sports Sci."},
    )  # fmt: skip
    return replace(result, **changes)


def thirst(units: str = "metric", **changes: Any) -> PlanResult:
    """Give an event of 5:30 in which thirst leads."""
    result = numbers(units)
    duration, mass = 19_800.0, (-2.9, -5.2, -0.6)
    plan = Plan("thirst", duration, (), 0.55, 2.9, result.plan.content, 0.0, Pacing(0.97, 0.98, 5.0))
    told = replace(
        result, title="Trail run, hills", duration_s=duration, distance_km=None, goal_s=None, outcome="thirst",
        reasons=("The event lasts more than 4 h, and longer events are where people drank themselves ill.",
                 "There is no sweat test, so no volume can be promised to fit."),
        asked="not answered", plan=plan, figures=_figures(mass, 2.6, 5.5), courses=_courses(duration, mass),
        bound_words="The low end of what you may sweat set the ceiling.", bound_by=("low_end_of_sweat",),
        comparisons=_comparisons(mass, 5.5, thirst_led=True),
        pace_rows=(PaceRow(0.0, duration, None, None, None, None, 140.0),),
    )  # fmt: skip
    return replace(told, **changes)


def _without_plan(result: PlanResult, **changes: Any) -> PlanResult:
    return replace(
        result, plan=None, figures={}, chances={}, courses={}, bound_by=(), bound_words="", simplest_words="",
        theories=(), theories_differ="", comparisons=(), efforts=(), effort_words="", pace_rows=(), candidates=(),
        swings=(), measure_next="", limits=tuple(replace(each, planned=None, allowed=None, state="not asked", words="")
                                                 for each in result.limits),
        **changes,
    )  # fmt: skip


def refused(units: str = "metric") -> PlanResult:
    """Give an event of a person with kidney disease: no plan is made."""
    return _without_plan(
        numbers(units), outcome="refused", red_flags=("condition",),
        refusals=(Refusal("condition", "You told of a kidney disease.",
                          "Ask the clinician who treats it how to drink in this event; bring this page.",
                          "NATA 2017"),),
        theories_unknown="Nobody measured what cramps would need here: kidney disease.",
    )  # fmt: skip


def unknown(units: str = "metric") -> PlanResult:
    """Give an event of 7 h: outside what was tested."""
    return _without_plan(
        numbers(units), title="Long mountain run", outcome="unknown", duration_s=25_200.0, goal_s=25_200.0,
        refusals=(Refusal("longest_known", "Nobody tested these numbers in an event of more than 6 h.",
                          "An event of 6 h or less can be planned.", "our choice"),),
        theories_unknown="Nobody measured what cramps would need here: an event of more than 6 h.",
    )  # fmt: skip

"""Invented events for the whole planner, as the text of a scenario file; and what every plan for one must keep.

The scenarios come from a seed and not from hypothesis: a plan takes seconds, so nothing could be made smaller anyway,
and a number is enough to see one again. The rules are read from the numbers of ``plan.json``, in words of their own.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import beta

from cramplab.core.plan_result import PlanResult, plan_tree
from cramplab.importers.scenario import Scenario, read_scenario
from cramplab.planner.plan_event import plan_event
from cramplab.report.plan_card import plan_card
from cramplab.report.plan_page import render_plan, render_pocket_card
from cramplab.safety.limits import Limits, load_limits
from cramplab.safety.wording import advice_found
from cramplab.simulation.theory_shelf import load_theories

OF_A_PLAN = ("figures", "chances", "courses", "bound_by", "bound_words", "theories", "comparisons", "efforts",
             "pace_rows", "candidates", "swings", "measure_next", "reasons")  # fmt: skip
"""Parts of a result that must be empty where there is no plan."""
_LITRE = 2e-5
_SPEEDS = {"run": (6.0, 17.0), "cycle": (15.0, 38.0), "walk": (3.0, 6.5)}


@dataclass(frozen=True)
class Faults:
    """What is wrong with a plan, and two numbers worth keeping."""

    words: tuple[str, ...]
    chance_of_gain: float
    bound: float


class ScenarioText:
    """Draws one scenario from a number, with all that people leave out left out now and then."""

    def __init__(self, number: int) -> None:
        self.random = np.random.default_rng([number, 5])
        self.lines: list[str] = ["schema = 1", f'title = "Event {number}"']

    def between(self, low: float, high: float) -> float:
        return round(float(self.random.uniform(low, high)), 2)

    def one_of(self, *choices: Any) -> Any:
        return choices[int(self.random.integers(len(choices)))]

    def now_and_then(self, share: float) -> bool:
        return bool(self.random.random() < share)

    def text(self) -> str:
        self._person()
        self._event()
        self._weather()
        self._rest()
        return "\n".join(self.lines) + "\n"

    def _person(self) -> None:
        height = self.between(148, 200)
        mass = round(self.between(17.5, 36.0) * (height / 100.0) ** 2, 1)
        age = self.one_of(self.between(18, 35), self.between(35, 78), 18, 24)
        self.lines += ["[person]", 'id = "P1"', f'sex = "{self.one_of("female", "male", "unspecified")}"',
                       f"age_y = {age}", f"mass_kg = {mass}", f"height_cm = {height}"]  # fmt: skip
        if self.now_and_then(0.3):
            self.lines.append(f"vo2max_mL_per_kg_min = {self.between(25, 70)}")
        if self.now_and_then(0.4):
            self.lines.append(f'heat_acclimated = "{self.one_of("no", "partly", "yes")}"')
        if self.now_and_then(0.15):
            self.lines.append(f'flags = ["{self.one_of("nsaid", "statin", "ssri", "diuretic", "sickle_cell_trait")}"]')
        for _ in range(self.one_of(0, 1, 1, 1, 2)):
            self._sweat_test(mass)
        if self.now_and_then(0.3):
            method = self.one_of("lab_washdown", "patch_forearm", "wearable", "guess")
            self.lines += [
                "[person.sweat_sodium]",
                f"value_mmol_per_L = {self.between(8, 120)}",
                f'method = "{method}"',
            ]

    def _sweat_test(self, mass: float) -> None:
        hours = self.one_of(0.5, 0.75, 1.0, 1.5)
        rate = self.one_of(self.between(0.4, 2.0), self.between(0.4, 2.0), 0.1, 4.0)
        drank = round(self.one_of(0.0, 0.5, 1.3) * hours * min(rate, 1.0), 2)
        after = round(mass + drank - rate * hours, 2)
        self.lines += ["[[person.sweat_test]]", f"mass_before_kg = {mass}", f"mass_after_kg = {after}",
                       f"drank_L = {drank}", f"duration_min = {60 * hours}"]  # fmt: skip
        if self.now_and_then(0.7):
            self.lines += [
                f"air_C = {self.between(5, 35)}",
                f'intensity = "{self.one_of("easy", "race_pace", "hard")}"',
            ]
        if self.now_and_then(0.3):
            self.lines.append(f"scale_sd_kg = {self.one_of(0.0, 0.05, 0.5)}")

    def _event(self) -> None:
        sport = self.one_of("run", "run", "cycle", "walk")
        minutes = int(
            60 * self.one_of(self.between(0.5, 4.0), self.between(0.5, 4.0), self.between(4.0, 6.0), 4.0, 6.0)
        )
        self.lines += ["[event]", f'sport = "{sport}"', f'duration = "{minutes // 60}:{minutes % 60:02d}"']
        speed = self.between(*_SPEEDS[sport])
        by_speed = sport != "cycle" or self.now_and_then(0.4)
        if by_speed:
            self.lines.append(f"speed_km_per_h = {speed}")
        elif self.now_and_then(0.7):
            self.lines.append(f"power_W = {self.between(60, 280)}")
        else:
            self.lines.append(f"heart_rate_bpm = {self.between(100, 165)}")
        length = speed * minutes / 60.0
        if by_speed and self.now_and_then(0.5):
            gap = self.one_of(1.0, 2.5, 5.0, 0.35 * length, 0.9 * length)
            stations = [round(float(each), 2) for each in np.arange(gap, length, gap)][:60]
            self.lines.append(f"drink_stations_km = {stations}")
        if self.now_and_then(0.3):
            self.lines.append(f"recovery_min = {self.one_of(15, 60)}")
        if self.now_and_then(0.2):
            self.lines.append("warm_up_min = 15")

    def _weather(self) -> None:
        air = self.one_of(self.between(5, 28), self.between(5, 28), self.between(28, 40), self.between(-10, 5), 40)
        self.lines += ["[weather]", f"air_C = {air}", f"humidity_pct = {self.between(8, 60 if air > 28 else 100)}"]
        if self.now_and_then(0.6):
            self.lines.append(f"wind_m_per_s = {self.between(0, 8)}")
        if self.now_and_then(0.6):
            self.lines.append(f"solar_W_per_m2 = {self.between(0, 900)}")
        if self.now_and_then(0.2):
            self.lines.append(f"air_sd_C = {self.one_of(0, 4.0)}")

    def _rest(self) -> None:
        if self.now_and_then(0.6):
            self.lines += ["[drink]", f"sodium_mmol_per_L = {self.between(0, 90)}",
                           f"carbohydrate_g_per_L = {self.between(0, 120)}"]  # fmt: skip
            if self.now_and_then(0.4):
                self.lines += ['behaviour = "schedule"', f"rate_L_per_h = {self.between(0, 3)}"]
        self.lines.append("[preferences]")
        if self.now_and_then(0.4):
            self.lines.append(f"max_drink_L_per_h = {self.between(0.1, 2.0)}")
        if self.now_and_then(0.5):
            self.lines.append(f"min_drink_step_mL = {self.one_of(1, 7.5, 100, 250, 500)}")


def scenario_of(text: str, folder: Path) -> Scenario:
    file = folder / "event.toml"
    file.write_text(text, encoding="utf-8")
    return read_scenario(file)


def planned(text: str, folder: Path, runs: int, limits: Limits | None = None, **more: Any) -> PlanResult:
    """Plan a scenario of one person."""
    shelf = more.pop("shelf", None) or load_theories()
    answers = more.pop("red_flags", {"P1": ()})
    scenario = scenario_of(text, folder)
    return plan_event(scenario, limits or load_limits(), shelf, runs=runs, red_flags=answers, **more)[0]


def tree_of(result: PlanResult) -> dict[str, Any]:
    """Give a result as it is read back from its file."""
    tree: dict[str, Any] = json.loads(json.dumps(plan_tree(result), allow_nan=False))
    return tree


def upper_bound(count: int, of: int) -> float:
    """Give the one-sided upper 95 % bound of a share by Clopper and Pearson."""
    return 1.0 if count == of else float(beta.ppf(0.95, count + 1, of - count))


def faults_of(result: PlanResult) -> Faults:
    """Name all that is wrong with what the planner made of a scenario, and with its pages."""
    tree = tree_of(result)
    found = _faults_of_pages(tree)
    if tree["plan"] is None:
        found += [] if tree["outcome"] in ("refused", "unknown") else [f"no plan, and outcome {tree['outcome']}"]
        found += [f"{name} without a plan" for name in OF_A_PLAN if tree[name]]
        found += [] if tree["refusals"] else ["nobody says why there is no plan"]
        return Faults(tuple(found), 0.0, 0.0)
    gain, added = (tree["chances"][name] for name in ("mass_gain", "sodium_below_135_added"))
    bound = upper_bound(added["count"], added["of"])
    checks = _outcome(tree) | _volumes(tree) | _contents(tree) | _runs(tree, bound) | _whole(tree)
    found += [name for name, holds in checks.items() if not holds]
    return Faults(tuple(found), gain["count"] / gain["of"], bound)


def _faults_of_pages(tree: Mapping[str, Any]) -> list[str]:
    pages = {"page": render_plan(tree), "pocket": render_pocket_card(tree), "card": plan_card(tree, Path("out"))}
    return [f"{name}: {sentence}" for name, text in pages.items() for sentence in advice_found(text)]


def litres(plan: Mapping[str, Any]) -> float:
    """Give the most that a plan lets somebody drink (L)."""
    if plan["lead"] == "thirst":
        return float(min(plan["at_most_L"], plan["at_most_L_per_h"] * plan["duration_s"] / 3600.0))
    return math.fsum(each["volume_L"] for each in plan["servings"])


def _outcome(tree: Mapping[str, Any]) -> dict[str, bool]:
    plan, person = tree["plan"], tree["scenario"]["person"][0]
    hours = plan["duration_s"] / 3600.0
    thirst = hours > 4.0 or not person["sweat_test"]
    return {
        "numbers or thirst": tree["outcome"] == plan["lead"] == ("thirst" if thirst else "numbers"),
        "says why thirst leads": bool(tree["reasons"]) == thirst,
        "no fixed volume where thirst leads": not (thirst and plan["servings"]),
        "not longer than anything tested": hours <= 6.0 + 1e-9,
    }


def _volumes(tree: Mapping[str, Any]) -> dict[str, bool]:
    plan, sweat, choice = tree["plan"], tree["figures"]["sweat_loss"], tree["scenario"]["preferences"]
    drinks, drunk = plan["servings"], litres(plan)
    most = min(0.8, choice["max_drink_L_per_h"] or 9.0) + _LITRE
    times = [each["time_s"] for each in drinks]
    volumes = np.array([each["volume_L"] for each in drinks])
    step = (choice["min_drink_step_mL"] or 50.0) / 1000.0
    stations = tree["scenario"]["event"]["drink_stations_km"]
    within = [sum(v for v, t in zip(volumes, times, strict=True) if begin <= t < begin + 3600) for begin in times]
    gaps = np.diff([0.0, *times])
    in_order = times == sorted(times) and all(0.0 < each < plan["duration_s"] for each in times)
    return {
        "80 % of the median sweat loss": drunk <= 0.8 * sweat["median"] + _LITRE,
        "5th percentile of the sweat loss": drunk <= sweat["low"] + _LITRE,
        "a day's most": drunk <= 11.4,
        "any 60 min": max(within, default=0.0) <= 1.42 + _LITRE,
        "rate between drinks": bool(np.all(volumes <= most * np.maximum(gaps, 60.0) / 3600.0)),
        "thirst's ceiling": plan["lead"] == "numbers" or plan["at_most_L_per_h"] <= most,
        "single drink": bool(np.all(volumes <= 0.4 + 1e-9)),
        "whole cups": bool(np.allclose(volumes / step, np.round(volumes / step), atol=1e-3)),
        "drinks in the event, in order": in_order,
        "drinks at stations": not stations or all(each["at_km"] in stations for each in drinks),
        "what is drunk is what was planned": tree["figures"]["intake"]["high"] <= drunk + 0.002 + 0.001 * drunk,
        "never negative": bool(np.all(volumes > 0.0)) and drunk >= 0.0,
    }


def _contents(tree: Mapping[str, Any]) -> dict[str, bool]:
    plan, figures = tree["plan"], tree["figures"]
    hours, salt, content = plan["duration_s"] / 3600.0, plan["salt_mmol_per_h"], plan["content"]
    swallowed = litres(plan) * content["sodium_mmol_per_L"] + salt * hours
    lost = figures["sodium_loss_rate"]["median"] / 22.99 * hours
    return {
        "sodium of the drink": content["sodium_mmol_per_L"] <= 50.0 + 1e-6,
        "carbohydrate of the drink": content["carbohydrate_g_per_L"] <= 80.0 + 1e-6,
        "sodium not above its loss": swallowed <= lost * 1.001 + 0.01,
        "salt only with much sweat and time": salt == 0.0 or (figures["sweat_rate"]["median"] > 1.2 and hours > 2.0),
    }


def _runs(tree: Mapping[str, Any], bound: float) -> dict[str, bool]:
    chances, figures, drunk = tree["chances"], tree["figures"], litres(tree["plan"])
    return {
        "5 of 100 gain mass": chances["mass_gain"]["count"] <= 0.05 * chances["mass_gain"]["of"],
        "median change of mass": drunk == 0.0 or figures["body_mass_change"]["median"] <= 1e-6,
        "bound of low sodium added": bound <= 0.01,
        "bound as told": abs(bound - chances["sodium_below_135_added"]["upper"]) < 1e-9,
        "most runs count": chances["mass_gain"]["of"] >= 0.95 * tree["draws"],
    }


def _whole(tree: Mapping[str, Any]) -> dict[str, bool]:
    effort = [each for each in tree["efforts"] if each["chosen"]]
    names = [each["name"] for each in tree["comparisons"]]
    return {
        "every limit, none broken": {each["id"] for each in tree["limits"]} == set(load_limits())
        and not any(each["state"] == "broken" for each in tree["limits"]),
        "one effort chosen, and planned": len(effort) == 1
        and abs(effort[0]["duration_s"] - tree["plan"]["duration_s"]) < 1e-6,
        "one candidate chosen": sum(each["chosen"] for each in tree["candidates"]) == 1,
        "compared with all other ways": {"plan", "thirst", "nothing", "most", "water"} <= set(names),
        "the plan itself breaks nothing": not tree["comparisons"][names.index("plan")]["broken"],
    }

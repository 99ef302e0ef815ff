"""The laboratory's judge: who is drawn, what is done to them, and what is made of it."""

from __future__ import annotations

import textwrap
from dataclasses import replace

import numpy as np
import pytest

from cramplab.cli.judge_commands import reasons
from cramplab.cohort import laboratory_validation
from cramplab.cohort.laboratory_arm import Observation
from cramplab.cohort.laboratory_people import ThresholdTest, assumed_spreads, draw_people_on_the_bench
from cramplab.cohort.laboratory_timeline import LadderAct, RestAct, SegmentAct, has_ranges, plan_of
from cramplab.cohort.laboratory_validation import spread_accounting, validate_lab
from cramplab.cohort.participants import NotSimulatedError
from cramplab.core.experiment import read_experiment
from cramplab.core.library import load_library
from cramplab.core.parameters import declarations_of
from cramplab.simulation.bench_measures import LABORATORY_MEASURES, read_bench_measure

LADDER = 'kind = "threshold_ladder"\nmuscle = "abductor_hallucis"\ntrain = "2 s"\ngap = "5 s"\n'


def experiment(tmp_path, text, key="invented_lab", design="paired"):
    folder = tmp_path / "studies"
    folder.mkdir(exist_ok=True)
    path = folder / f"{key}.toml"
    head = f'schema = 1\nkey = "{key}"\ncitation = "Invented."\njudge = "lab"\ndesign = "{design}"\n'
    path.write_text(head + textwrap.dedent(text), encoding="utf-8")
    return path


def arm(tmp_path, steps):
    finding = '[[finding]]\nid = "f"\nmeasure = "cramp_duration"\narm = "a"\ndirection = "none"\n'
    return read_experiment(experiment(tmp_path, f'[[arm]]\nid = "a"\n{steps}\n{finding}')).arms[0]


def step(text):
    return f"[[arm.step]]\n{text}\n"


def half(_key):
    return 0.5


# --------------------------------------------------------------------------------------------------------- the people
def test_more_people_are_the_same_people_and_further_ones():
    few, many = draw_people_on_the_bench(5, 1), draw_people_on_the_bench(9, 1)
    assert set(few) == set(assumed_spreads())
    assert few
    for name, values in few.items():
        assert values == pytest.approx(many[name][:5])
        assert np.std(many[name]) > 0.0


def test_a_spread_can_be_switched_off():
    name = assumed_spreads()[0]
    assert name not in draw_people_on_the_bench(3, 1, without=(name,))


def test_a_second_test_drifts_and_scatters_as_declared():
    law = ThresholdTest()
    true = np.full(4000, 20.0)
    first = law.measured(true, 0, np.random.default_rng(1))
    second = law.measured(true, 1, np.random.default_rng(2))
    assert np.mean(second - first) == pytest.approx(law.drift, abs=0.15)
    assert np.std(second - first) == pytest.approx(law.retest_spread, rel=0.05)
    assert np.isnan(law.measured(np.array([np.nan]), 0, np.random.default_rng(1))).all()


def test_what_the_judge_assumes_of_a_laboratory_has_a_source():
    sources = load_library(shelves=("sources",)).sources
    for each in declarations_of(ThresholdTest, ThresholdTest.name).values():
        assert each.source == "chosen" or each.source in sources


# ------------------------------------------------------------------------------------------------------------ the plan
def test_a_step_behind_a_ladder_that_starts_a_cramp_happens_at_its_onset(tmp_path):
    stretched = plan_of(arm(tmp_path, step(LADDER) + step('kind = "stretch"\nduration = "5 s"')), 0, half)
    rested = plan_of(arm(tmp_path, step(LADDER) + step('kind = "rest"\nduration = "30 min"')), 0, half)
    assert stretched.acts[0].leave_cramping
    assert isinstance(stretched.acts[1], SegmentAct)
    assert not rested.acts[0].leave_cramping
    assert isinstance(rested.acts[1], RestAct)


def test_what_is_laid_on_holds_from_then_on(tmp_path):
    text = step('kind = "nerve_block"\nsite = "tibial_nerve"') + step('kind = "pain"\nlevel = "40 %"') + step(LADDER)
    ladder = plan_of(arm(tmp_path, text), 0, half).acts[-1]
    assert isinstance(ladder, LadderAct)
    assert ladder.ladder.blocked
    assert ladder.ladder.pain == pytest.approx(0.4)
    assert not plan_of(arm(tmp_path, step(LADDER)), 0, half).acts[0].ladder.blocked


def test_pulses_on_motor_axons_excite_no_afferent(tmp_path):
    shares = {
        site: plan_of(arm(tmp_path, step(LADDER + f'site = "{site}"')), 0, half).acts[0].ladder.afferent_share
        for site in ("motor_axons", "tibial_nerve")
    }
    assert shares["motor_axons"] == 0.0
    assert shares["tibial_nerve"] > 0.5


def test_an_open_value_is_taken_from_its_range(tmp_path):
    text = step(LADDER.replace('gap = "5 s"', 'gap = { range = ["10 s", "30 s"], assumed = true }'))
    made = arm(tmp_path, text)
    assert has_ranges(made)
    assert not has_ranges(arm(tmp_path, step(LADDER)))
    assert plan_of(made, 0, lambda _: 0.25).acts[0].ladder.gap_s == pytest.approx(15.0)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (step('kind = "rest"\nduration = "5 min"'), "muscle"),
        (step(LADDER) + step('kind = "exercise"\nduration = "1 h"'), "exercise"),
        (step(LADDER) + step('kind = "body_state"\ncondition = "dialysis"'), "condition"),
        (step(LADDER + 'site = "left ear"'), "left ear"),
        (step(LADDER) + step('kind = "moon_walk"\nspeed = "very"'), "moon_walk"),
        (step('kind = "length"\nvalue = "sideways"') + step(LADDER), "sideways"),
    ],
)
def test_what_the_bench_cannot_do_is_told_with_its_reason(tmp_path, text, why):
    with pytest.raises(NotSimulatedError, match=why):
        plan_of(arm(tmp_path, text), 0, half)


# -------------------------------------------------------------------------------------------------------- the verdicts
class FakeBench:
    """Stands for the compiled loop: thresholds by what is done, and a count of how often it was asked."""

    def __init__(self):
        self.asked = 0

    def __call__(self, plan, _muscle, people, _values, _seed, *, alike=False):
        self.asked += 1
        chance = np.random.default_rng(plan.visit + 1)
        seen = []
        for act in plan.acts:
            if isinstance(act, LadderAct):
                threshold = (18.0 if act.ladder.blocked else 13.0) + (0.0 if alike else 1.0) * chance.normal(
                    0.0, 3.0, people.size
                )
                threshold = np.where(people % 10 == 9, np.nan, threshold)
                values = {
                    "cramp_threshold_frequency": threshold,
                    "cramp_duration": np.where(np.isnan(threshold), np.nan, 50.0),
                    "cramp_incidence": np.isfinite(threshold).astype(float),
                }
                seen.append(Observation(act.step, values, len(seen)))
        return seen


TWO_ARMS = f"""
[participants]
n = 8
[[arm]]
id = "intact"
[[arm.step]]
{LADDER}
[[arm]]
id = "blocked"
[[arm.step]]
kind = "nerve_block"
[[arm.step]]
{LADDER}
"""


def finding(name, **keys):
    lines = [f"{key} = {value}" for key, value in keys.items()]
    return "\n".join([f'[[finding]]\nid = "{name}"\nstatus = "verified"', *lines, ""])


@pytest.fixture
def bench(monkeypatch):
    made = FakeBench()
    monkeypatch.setattr(laboratory_validation, "run_plan", made)
    return made


def judged(tmp_path, text, people=60, **what):
    experiment(tmp_path, text, **what)
    return {row["id"]: row for row in validate_lab([tmp_path], people=people, only=["invented_lab"])}


def test_levels_and_differences_are_judged_over_possible_studies(tmp_path, bench):
    threshold = '"cramp_threshold_frequency"'
    both = '["intact", "blocked"]'
    rows = judged(
        tmp_path,
        TWO_ARMS
        + finding("level", measure=threshold, arm='"intact"', mean='"13 Hz"', band='["9 Hz", "17 Hz"]')
        + finding("rise", measure=threshold, contrast=both, direction='"increase"')
        + finding("fall", measure=threshold, contrast=both, direction='"decrease"')
        + finding("narrow", measure=threshold, arm='"intact"', mean='"13 Hz"', band='["12.5 Hz", "13.5 Hz"]')
        + finding(
            "ratio", measure='"cramp_threshold_frequency_relative"', contrast=both, value="1.4", band="[1.1, 1.8]"
        )
        + finding("share", measure='"cramp_incidence"', arm='"intact"', value='"90 %"', band='["60 %", "100 %"]')
        + finding(
            "echo", measure=threshold, arm='"intact"', mean='"13 Hz"', band='["9 Hz", "17 Hz"]', calibrates="true"
        ),
    )
    assert [rows[name]["inside"] for name in ("level", "rise", "ratio", "share")] == [True] * 4
    assert rows["fall"]["inside"] is False
    assert rows["narrow"]["inside"] == "undetermined"
    assert rows["level"]["failed"] == 6
    assert rows["echo"]["used_to_calibrate"]
    assert not rows["level"]["used_to_calibrate"]
    assert rows["level"]["model_low"] < rows["level"]["model"] < rows["level"]["model_high"]
    assert rows["level"]["people_low"] < rows["level"]["model_low"]
    assert bench.asked == 2


def test_larger_groups_scatter_less(tmp_path, bench):
    text = TWO_ARMS + finding("f", measure='"cramp_threshold_frequency"', arm='"intact"', mean='"13 Hz"')
    small = judged(tmp_path, text)["f"]
    large = judged(tmp_path, text.replace("n = 8", "n = 40"))["f"]
    assert large["model_high"] - large["model_low"] < 0.7 * (small["model_high"] - small["model_low"])
    assert bench.asked == 2


def test_the_same_seed_gives_the_same_rows(tmp_path, bench):
    text = TWO_ARMS + finding("f", measure='"cramp_threshold_frequency"', arm='"intact"', mean='"13 Hz"')
    assert judged(tmp_path, text) == judged(tmp_path, text)
    assert bench.asked == 2


def test_a_second_ladder_in_one_session_shows_the_drift(tmp_path, bench):
    again = f'[[arm.step]]\nid = "again"\n{LADDER}'
    text = TWO_ARMS.replace('[[arm]]\nid = "blocked"', f'{again}\n[[arm]]\nid = "blocked"')
    rows = judged(
        tmp_path,
        text
        + finding("drift", measure='"cramp_threshold_frequency_change"', arm='"intact"', direction='"increase"')
        + finding("once", measure='"cramp_threshold_frequency_change"', arm='"blocked"', direction='"increase"'),
        people=400,
    )
    assert rows["drift"]["model"] == pytest.approx(ThresholdTest().drift, abs=0.5)
    assert rows["once"]["inside"] == "not simulated"
    assert "only once" in rows["once"]["why"]
    assert bench.asked == 2


def test_people_who_differ_only_by_who_they_are_are_not_told_apart(tmp_path, bench):
    text = TWO_ARMS.replace('id = "blocked"', 'id = "blocked"\n[arm.participants]\ncramp_history = "prone"')
    measure = '"cramp_threshold_frequency"'
    rows = judged(
        tmp_path, text + finding("f", measure=measure, contrast='["intact", "blocked"]', direction='"increase"')
    )
    assert rows["f"]["inside"] == "not simulated"
    assert "who took part" in rows["f"]["why"]
    assert bench.asked == 2


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"measure": '"cramp_thrshold_frequency"', "value": '"13 Hz"'}, "Did you mean"),
        ({"measure": '"cramp_threshold_frequency"', "value": '"13 mV"'}, "in Hz"),
        ({"measure": '"cramp_threshold_frequency"', "value": '"13 cramps/night"'}, "cannot be converted"),
        ({"measure": '"mvc_force"', "value": '"13 N"'}, "measures mvc_force"),
        ({"measure": '"plasma_sodium"', "value": '"140 mmol/L"'}, "on the bench"),
    ],
)
def test_what_cannot_be_answered_says_why(tmp_path, bench, keys, why):
    row = judged(tmp_path, TWO_ARMS + finding("f", arm='"intact"', **keys))["f"]
    assert row["inside"] == "not simulated"
    assert why in row["why"]
    assert bench.asked <= 1


def test_nobody_who_shows_it_is_a_miss(tmp_path, bench, monkeypatch):
    monkeypatch.setattr(
        laboratory_validation, "run_plan",
        lambda *arguments, **words: [
            replace(each, values={name: np.full_like(value, np.nan) for name, value in each.values.items()})
            for each in bench(*arguments, **words)
        ],
    )  # fmt: skip
    row = judged(tmp_path, TWO_ARMS + finding("f", measure='"cramp_duration"', arm='"intact"', value='"50 s"'))["f"]
    assert row["inside"] is False
    assert row["failed"] == 60
    assert "nobody" in row["why"]


def test_a_median_counts_people_without_a_cramp_as_above_the_top(tmp_path, bench):
    text = TWO_ARMS + finding(
        "f", measure='"cramp_threshold_frequency"', arm='"intact"', mean='"13 Hz"', centre='"median"'
    )
    assert judged(tmp_path, text)["f"]["model"] > 12.5
    assert bench.asked == 1


def test_every_laboratory_measure_is_one():
    for name in LABORATORY_MEASURES:
        assert read_bench_measure(name, LABORATORY_MEASURES).base == name
        assert read_bench_measure(f"{name}_relative_change", LABORATORY_MEASURES).unit == "%"


def test_the_accounting_tells_what_goes_with_each_spread(bench):
    rows = {row["switched off"]: row for row in spread_accounting(40)}
    assert rows["nothing"]["share"] is None
    assert rows[laboratory_validation.EVERYTHING]["share"] == pytest.approx(1.0)
    assert set(assumed_spreads()) < set(rows)
    assert bench.asked == len(rows)


def test_a_miss_that_no_page_explains_says_so():
    row = {"id": "invented", "inside": False, "used_to_calibrate": False, "why": ""}
    assert reasons([row]) == ["invented: outside: not yet explained"]
    assert reasons([{**row, "inside": True}, {**row, "used_to_calibrate": True}]) == []


# ---------------------------------------------------------------------------------------------------- the real bench
def test_a_few_people_on_the_real_bench(tmp_path):
    text = f"""
    [participants]
    n = 3
    [[arm]]
    id = "left_alone"
    [[arm.step]]
    {LADDER.replace(chr(10), chr(10) + "    ")}start = "36 Hz"
    stop = "40 Hz"
    step = "4 Hz"
    [[arm]]
    id = "stretched"
    [[arm.step]]
    kind = "threshold_ladder"
    same_as = "left_alone"
    [[arm.step]]
    kind = "stretch"
    duration = "2 s"
    [[arm]]
    id = "voluntary"
    [[arm.step]]
    kind = "voluntary_contraction"
    muscle = "abductor_hallucis"
    duration = "3 s"
    """
    rows = judged(
        tmp_path,
        textwrap.dedent(text)
        + finding("who", measure='"cramp_incidence"', arm='"left_alone"', direction='"increase"')
        + finding("left", measure='"cramp_time_left"', arm='"stretched"', value='"0 s"')
        + finding("force", measure='"mvc_force"', arm='"voluntary"', value='"30 N"', band='["1 N", "100 N"]')
        + finding(
            "rate", measure='"voluntary_rate"', arm='"voluntary"', value='"20 imp/s"', band='["5 imp/s", "60 imp/s"]'
        ),
        people=4,
    )
    assert rows["force"]["inside"] is True
    assert rows["rate"]["inside"] is True
    assert rows["who"]["model"] is not None
    assert rows["who"]["failed"] == 0
    assert rows["left"]["model"] is None or rows["left"]["model"] >= 0.0

"""A published experiment is run with the same people in each arm, judged over possible studies, never dropped."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cramplab.cohort import validation
from cramplab.cohort.experiment_timeline import segments_of
from cramplab.cohort.participants import Draws, NotSimulatedError, participants_of
from cramplab.cohort.validation import RanArm, Row, _answer, validate_body, verdict
from cramplab.core.experiment import Experiment, read_experiment
from cramplab.core.protocol import Segment
from cramplab.simulation.timeline import Trace

TEXT = """
schema   = 1
key      = "invented_2000_jog"
citation = "Invented for a test."
judge    = "body"
design   = "paired"
note     = "Nothing of this happened."

[participants]
n           = 8
sex         = "mixed"
mass        = {{ range = ["60 kg", "80 kg"], assumed = true }}
height      = "175 cm"
age         = "30 yr"

[environment]
air         = {{ range = ["15 degC", "30 degC"], assumed = true }}
humidity    = "50 %"

[[arm]]
id = "easy"
[[arm.step]]
id        = "work"
kind      = "exercise"
mode      = "run"
intensity = {{ range = ["50 %VO2max", "60 %VO2max"], assumed = true }}
duration  = {{ range = ["20 min", "30 min"], assumed = true }}

[[arm]]
id = "hard"
[[arm.step]]
id        = "work"
kind      = "exercise"
mode      = "run"
intensity = "75 %VO2max"
duration  = {{ range = ["20 min", "30 min"], assumed = true }}
{extra}
[[finding]]
id          = "core"
measure     = "core_temperature_change"
contrast    = ["easy", "hard"]
value       = "0.6 degC"
band        = ["-3 degC", "3 degC"]
band_kind   = "made wide for a test"
where       = "nowhere"
status      = "verified"
calibrates  = false
scored      = true

[[finding]]
id          = "sweat"
measure     = "sweat_rate"
arm         = "hard"
value       = "9 L/h"
band        = ["8 L/h", "10 L/h"]
band_kind   = "impossible on purpose"
where       = "nowhere"
status      = "verified"
calibrates  = true
scored      = true
"""
KEYS = ["id", "unit", "published", "low", "high", "model", "model_low", "model_high", "inside", "used_to_calibrate"]


def written(tmp_path: Path, extra: str = "", **changes: str) -> Path:
    text = TEXT.format(extra=extra)
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "invented_2000_jog.toml"
    file.write_text(text)
    return file


@pytest.fixture
def experiment(tmp_path) -> Experiment:
    return read_experiment(written(tmp_path))


def test_the_same_people_and_rooms_are_in_both_arms(experiment):
    draws = Draws(4, 16, 1, experiment.key)
    easy, hard = (participants_of(experiment, experiment.arm(name), draws) for name in ("easy", "hard"))
    assert set(easy) == set(hard)
    for name in easy:
        np.testing.assert_array_equal(easy[name], hard[name], err_msg=name)
    one, two = (segments_of(experiment.arm(name), draws, easy)[0] for name in ("easy", "hard"))
    for name in ("air_temperature", "relative_humidity"):
        np.testing.assert_array_equal(one.forcing[name], two.forcing[name])
    np.testing.assert_array_equal(one.duration, two.duration)


def test_a_room_is_one_for_all_people_of_a_possible_study(experiment):
    draws = Draws(4, 16, 1, experiment.key)
    drawn = participants_of(experiment, experiment.arm("easy"), draws)
    air = np.asarray(segments_of(experiment.arm("easy"), draws, drawn)[0].forcing["air_temperature"]).reshape(4, 16)
    assert np.all(air == air[:, :1])
    assert np.unique(air[:, 0]).size == 4
    assert np.all((air >= 15.0) & (air <= 30.0))
    # Each quarter of the range is met by one of the four.
    assert sorted(np.floor((air[:, 0] - 15.0) / 3.75).astype(int)) == [0, 1, 2, 3]


def test_people_differ_inside_a_study_within_what_the_paper_says(experiment):
    drawn = participants_of(experiment, experiment.arm("easy"), Draws(4, 16, 1, experiment.key))
    mass = drawn["body_size.mass"].reshape(4, 16)
    assert np.all((mass >= 60.0) & (mass <= 80.0))
    assert np.all(np.ptp(mass, axis=1) > 3.0)
    assert 10 < drawn["body_size.female"].sum() < 54
    np.testing.assert_array_equal(drawn["body_size.height"], 1.75)


def test_other_seeds_and_other_keys_draw_others(experiment):
    usual = participants_of(experiment, experiment.arm("easy"), Draws(2, 16, 1, experiment.key))
    seeded = participants_of(experiment, experiment.arm("easy"), Draws(2, 16, 2, experiment.key))
    named = participants_of(replace(experiment, key="other"), experiment.arm("easy"), Draws(2, 16, 1, "other"))
    for other in (seeded, named):
        assert not np.array_equal(usual["sweating.gain"], other["sweating.gain"])


@pytest.mark.parametrize("kind", ["stretch", "taste", "voluntary_contraction"])
def test_a_step_that_the_body_cannot_do_is_answered_by_its_name(tmp_path, kind):
    found = read_experiment(written(tmp_path, extra=f'\n[[arm.step]]\nkind = "{kind}"\n'))
    draws = Draws(2, 16, 1, found.key)
    with pytest.raises(NotSimulatedError, match=f"the body model has no step '{kind}'"):
        segments_of(found.arm("hard"), draws, participants_of(found, found.arm("hard"), draws))


def groups(*inside: bool) -> np.ndarray:
    return np.where(inside, 5.0, 50.0)


@pytest.mark.parametrize(
    ("hits", "wanted"),
    [(20, True), (18, True), (17, "undetermined"), (10, "undetermined"), (3, "undetermined"), (2, False), (0, False)],
)
def test_nine_in_ten_are_inside_one_in_ten_outside_and_between_nothing_is_decided(experiment, hits, wanted):
    finding = replace(experiment.findings[0], band=(4.0, 6.0))
    assert verdict(groups(*(index < hits for index in range(20))), finding) == wanted


@pytest.mark.parametrize(("direction", "sign"), [("increase", 1.0), ("decrease", -1.0)])
def test_a_sign_is_judged_by_the_same_rule(experiment, direction, sign):
    finding = replace(experiment.findings[0], band=None, direction=direction)
    assert verdict(sign * np.ones(20), finding) is True
    assert verdict(-sign * np.ones(20), finding) is False
    assert verdict(np.where(np.arange(20) % 2, 1.0, -1.0), finding) == "undetermined"
    assert verdict(np.ones(20), replace(finding, direction="none")) == "no band"


def by_hand(experiment, finding, failed: np.ndarray, lost: float = 0.0) -> Row:
    """Answer a finding from a trace made by hand: everybody warms by 1 degC, the failed by 90."""
    total = failed.size
    core = np.array([np.full(total, 37.0), np.where(failed, 127.0, 38.0)])
    seconds = np.array([np.zeros(total), np.full(total, 60.0)])
    reasons = {int(index): "did not reach the end" for index in np.flatnonzero(failed)}
    mass = np.array([np.zeros(total), np.where(failed, -0.5, -lost)])
    series = {"core_temperature": core, "body_mass_change": mass}
    trace = Trace(series, seconds, ((1, 1),), (Segment("work", "exercise", 60.0),), failed, reasons)
    ran = {name: RanArm(experiment.arm(name), trace, {}) for name in finding.arms}
    return _answer(finding, experiment, ran, Draws(total // 16, 16, 1, experiment.key))


@pytest.mark.parametrize("count", [0, 1, 5, 16])
def test_failed_people_are_counted_and_left_out(experiment, count):
    finding = replace(experiment.findings[0], arms=("hard",), band=(0.9, 1.1))
    row = by_hand(experiment, finding, np.arange(32) < count)
    assert row.failed == count
    assert row.model == pytest.approx(1.0)
    assert row.inside is True


def test_mass_lost_by_failed_people_does_not_count(experiment):
    finding = replace(
        experiment.findings[0],
        arms=("hard",),
        measure="core_temperature_change_per_mass_loss",
        unit=None,
        unit_name="degC/%",
    )
    row = by_hand(experiment, finding, np.arange(32) < 8, lost=0.02)
    # 1 degC over 2 %.
    assert row.model == pytest.approx(0.5)


def test_when_most_people_fail_the_row_says_how_many_and_why(experiment):
    finding = replace(experiment.findings[0], arms=("hard",))
    row = by_hand(experiment, finding, np.arange(32) < 20)
    assert row.inside == "not simulated"
    assert row.model is None
    assert row.failed == 20
    assert row.why == "20 of 32 people: did not reach the end"


def test_rows_have_the_keys_of_the_contract_first_and_are_json(experiment):
    row = by_hand(experiment, replace(experiment.findings[0], arms=("hard",)), np.zeros(32, bool)).plain()
    assert list(row)[: len(KEYS)] == KEYS
    assert json.loads(json.dumps(row)) == row


def test_a_measure_in_another_unit_is_not_compared(experiment):
    finding = replace(experiment.findings[0], arms=("hard",), unit_name="L/h")
    row = by_hand(experiment, finding, np.zeros(32, bool))
    assert row.inside == "not simulated"
    assert "measured in degC, not in L/h" in row.why


def test_a_file_is_judged_from_end_to_end(tmp_path):
    """Two arms of real people; then the same file with a step that nobody can do."""
    written(tmp_path)
    rows = {row["id"]: row for row in validate_body([tmp_path], draws=32, seed=3, only=["invented_2000_jog"])}
    assert list(rows) == ["core", "sweat"]
    assert all(list(row)[: len(KEYS)] == KEYS for row in rows.values())
    core, sweat = rows["core"], rows["sweat"]
    assert core["inside"] is True
    assert core["model_low"] <= core["model"] <= core["model_high"]
    # Harder work warms more.
    assert core["model"] > 0.0
    assert (core["low"], core["high"], core["unit"], core["used_to_calibrate"]) == (-3.0, 3.0, "degC", False)
    assert sweat["inside"] is False
    assert sweat["used_to_calibrate"] is True
    assert 0.2 < sweat["model"] < 4.0
    assert sweat["failed"] == core["failed"] == 0

    written(tmp_path, extra='\n[[arm.step]]\nkind = "stretch"\n')
    again = {row["id"]: row for row in validate_body([tmp_path], draws=32, seed=3, only=["invented_2000_jog"])}
    for row in again.values():
        assert row["inside"] == "not simulated"
        assert row["model"] is None
        assert row["why"] == "the body model has no step 'stretch'"


def test_every_arm_of_every_packaged_experiment_is_run_or_says_why_not():
    told: list[str] = []
    library = validation.load_library(shelves=("studies",))
    for experiment in library.studies.values():
        if experiment.judge != "body":
            continue
        draws = Draws(2, 16, 1, experiment.key)
        for arm in experiment.arms:
            try:
                drawn = participants_of(experiment, arm, draws)
                segments = segments_of(arm, draws, drawn)
            except NotSimulatedError as reason:
                told.append(str(reason))
                continue
            assert segments
            assert all(np.isfinite(values).all() for values in drawn.values()), (experiment.key, arm.id)
            for segment in segments:
                assert np.all(np.asarray(segment.duration) > 0.0), (experiment.key, arm.id, segment.id)
                for name, value in segment.forcing.items():
                    assert np.isfinite(np.asarray(value, dtype=float)).all(), (experiment.key, arm.id, name)
    assert all(len(reason) > 10 for reason in told)

"""Experiment files: what the page on library files promises holds, and every fault is told at once."""

from __future__ import annotations

import pytest

from cramplab.core.errors import FaultsFoundError
from cramplab.core.experiment import read_experiment

WHOLE = """
schema   = 1
key      = "whole"
citation = "Somebody A. Journal 2026;1:1-9."
doi      = "10.0/0"
judge    = "lab"
design   = "paired"
[participants]
n             = 10
sex           = "male"
mass          = { value = "78.1 kg", spread = "11.4 kg" }
height        = { range = ["165 cm", "190 cm"], assumed = true }
age           = 24
cramp_history = "prone"
acclimated    = { value = "no", assumed = true }
fitness       = { range = ["40 mL/kg/min", "55 mL/kg/min"], assumed = true }
[environment]
air = "41 degC"
humidity = "15 %"
wind = { range = ["0.5 m/s", "2 m/s"], assumed = true }
clothing = { value = "0.3 clo", assumed = true }
[[arm]]
id = "euhydrated"
[[arm.step]]
kind = "threshold_ladder"
muscle = "flexor_hallucis_brevis"
start = "4 Hz"
train = "2 s"
pulses = 150
[[arm]]
id = "hypohydrated"
[arm.participants]
acclimated = "yes"
[arm.environment]
air = "30 degC"
[[arm.step]]
id = "dry_out"
kind = "exercise"
mode = "one_leg_cycling"
leg = "other"
until = { body_mass_change = "-3 %" }
intensity = { range = ["30 %VO2max", "50 %VO2max"], assumed = true }
drink = "0 L/h"
[[arm.step]]
kind = "drink"
volume = "150 %mass_loss"
sodium = "0.46 g/L"
carbohydrate = "6 %"
[[arm.step]]
kind = "levitation"
height = 3
[[arm.step]]
id = "test"
kind = "threshold_ladder"
same_as = "euhydrated"
train = "1 s"
[[finding]]
id = "tf"
measure = "cramp_threshold_frequency"
contrast = ["euhydrated", "hypohydrated"]
mean = ["23.7 Hz", "21.3 Hz"]
spread = ["4.74 Hz", "4.43 Hz"]
spread_kind = "SD"
n = [10, 10]
band = ["-5.6 Hz", "0.8 Hz"]
direction = "none"
p = "0.12"
status = "verified"
[[finding]]
id = "sign"
measure = "plasma_volume_change"
arm = "hypohydrated"
from = "dry_out"
to = "test"
direction = "decrease"
status = "verified"
"""


@pytest.fixture
def read(tmp_path):
    def reader(text: str, name: str = "whole"):
        path = tmp_path / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        return read_experiment(path)

    return reader


@pytest.fixture
def faults_of(read):
    def collect(text: str) -> list[str]:
        with pytest.raises(FaultsFoundError, match=r"\.toml") as found:
            read(text)
        return [str(fault) for fault in found.value.faults]

    return collect


def test_a_whole_file_is_read_with_ranges_spreads_and_what_is_assumed(read):
    people = read(WHOLE).participants
    assert people.mass.kind == "normal"
    assert people.mass.spread == pytest.approx(11.4)
    assert people.height.kind == "range"
    assert people.height.assumed
    assert (people.height.low, people.height.high) == pytest.approx((1.65, 1.90))
    assert people.sex.value == "male"
    assert people.age.value == pytest.approx(24 * 365.25 * 86400)
    assert people.acclimated.assumed


def test_an_arm_overrides_people_and_place_and_keeps_the_rest(read):
    arm = read(WHOLE).arm("hypohydrated")
    assert arm.participants.acclimated.value == "yes"
    assert arm.participants.mass.value == pytest.approx(78.1)
    assert arm.environment.air.value == 30.0
    assert arm.environment.humidity.value == pytest.approx(0.15)


def test_same_as_repeats_the_step_of_that_kind_and_own_values_stand(read):
    step = read(WHOLE).arm("hypohydrated").steps[-1]
    assert step.number("start").value == 4.0
    assert step.values["pulses"] == 150
    assert step.number("train").value == 1.0


def test_a_kind_of_step_that_nobody_knows_is_no_fault(read):
    step = read(WHOLE).arm("hypohydrated").steps[2]
    assert step.kind == "levitation"
    assert step.values == {"height": 3}


def test_until_and_drink_are_read(read):
    step = read(WHOLE).arm("hypohydrated").steps[0]
    assert step.values["until"].what == "body_mass_change"
    assert step.values["until"].value.value == pytest.approx(-0.03)
    assert step.values["drink"].behaviour == "amount"
    assert step.values["drink"].amount.value == 0.0


def test_grams_of_sodium_and_per_cent_of_sugar_become_amounts_per_litre(read):
    step = read(WHOLE).arm("hypohydrated").steps[1]
    assert step.number("sodium").value == pytest.approx(20.0, rel=1e-3)
    assert step.number("carbohydrate").value == pytest.approx(0.060)


def test_a_contrast_is_the_second_minus_the_first(read):
    finding = read(WHOLE).findings[0]
    assert finding.published == pytest.approx(-2.4)
    assert finding.band == pytest.approx((-5.6, 0.8))
    assert finding.is_judged


def test_a_sign_needs_no_number(read):
    finding = read(WHOLE).findings[1]
    assert finding.published is None
    assert finding.unit is None
    assert (finding.begin, finding.end) == ("dry_out", "test")


def test_a_finding_from_memory_is_never_judged(read):
    assert not read(WHOLE.replace('status = "verified"', 'status = "memory"')).findings[0].is_judged


def test_a_unit_that_cannot_be_converted_is_kept_for_the_judge_to_refuse(read):
    text = WHOLE.replace('mean = ["23.7 Hz", "21.3 Hz"]', 'mean = ["3 per night", "2 per night"]')
    text = text.replace('spread = ["4.74 Hz", "4.43 Hz"]\nspread_kind = "SD"\n', "")
    finding = read(text.replace('band = ["-5.6 Hz", "0.8 Hz"]\n', "")).findings[0]
    assert finding.unit is None
    assert finding.unit_name == "per night"
    assert finding.published == -1.0


def test_groups_chosen_by_outcome_may_have_names_of_their_own(read):
    text = WHOLE.replace(
        'contrast = ["euhydrated", "hypohydrated"]', 'contrast = ["calm", "cramped"]\nselect = "outcome"'
    )
    assert read(text).findings[0].arms == ("calm", "cramped")


@pytest.mark.parametrize(
    "until", ['{ distance = "42.2 km" }', '{ core_temperature = "39 degC" }', "{ exhaustion = true }"]
)
def test_every_promised_end_of_a_step_is_read(read, until):
    assert read(WHOLE.replace('{ body_mass_change = "-3 %" }', until))


@pytest.mark.parametrize(
    "drink",
    [
        '"ad_libitum"',
        '"0.5 L/h"',
        '{ range = ["0.3 L/h", "0.6 L/h"], sodium = "20 mmol/L", assumed = true }',
        '{ value = "1 L/h" }',
    ],
)
def test_every_promised_form_of_a_drink_is_read(read, drink):
    assert read(WHOLE.replace('drink = "0 L/h"', f"drink = {drink}"))


@pytest.mark.parametrize("intensity", ["65 %VO2max", "150 W", "130 bpm", "12 km/h"])
def test_every_promised_intensity_is_read(read, intensity):
    text = WHOLE.replace('{ range = ["30 %VO2max", "50 %VO2max"], assumed = true }', f'"{intensity}"')
    assert read(text)


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('judge    = "lab"', 'judge    = "labs"', "Did you mean 'lab'"),
        ("cramp_history =", "cramp_histori =", "Did you mean 'cramp_history'"),
        ('air = "41 degC"', 'air = "41"', "Write the unit too"),
        ('air = "41 degC"', "air = 41", "Write the unit too"),
        ('air = "41 degC"', 'air = "41 %"', "another kind of unit"),
        ('air = "41 degC"', 'air = "410 degC"', "Expected -40 to 130 degC"),
        ('humidity = "15 %"', 'humidity = "140 %"', "Expected 0 to 100 %"),
        ('mass          = { value = "78.1 kg"', 'mass          = { value = "5 kg"', "Expected 25 to 250 kg"),
        ('["165 cm", "190 cm"]', '["190 cm", "165 cm"]', "the lower one first"),
        ('["165 cm", "190 cm"]', '["165 cm"]', "a list of two"),
        ('{ range = ["40 mL/kg/min", "55 mL/kg/min"], assumed = true }', '"3.5 L/min"', "Divide by the body mass"),
        ('sex           = "male"', 'sex           = "man"', "male | female | mixed"),
        ('"30 %VO2max", "50 %VO2max"', '"30 %", "50 %"', "another kind of unit"),
        ('mode = "one_leg_cycling"', 'mode = "one_leg_cyclin"', "Did you mean 'one_leg_cycling'"),
        ("until = {", "untill = {", "Did you mean 'until'"),
        ("{ body_mass_change", "{ body_mas_change", "Did you mean 'body_mass_change'"),
        ('until = { body_mass_change = "-3 %" }\n', "", "needs duration or until"),
        ('drink = "0 L/h"', 'drink = "ad libitum"', '"ad_libitum"'),
        ('volume = "150 %mass_loss"', 'volume = "150 %"', "another kind of unit"),
        ('same_as = "euhydrated"', 'same_as = "euhydrate"', "Did you mean 'euhydrated'"),
        ('same_as = "euhydrated"', 'same_as = "hypohydrated"', "goes in a circle"),
        ('contrast = ["euhydrated", "hypohydrated"]', 'contrast = ["euhydrated", "dry"]', "there is no arm 'dry'"),
        ('contrast = ["euhydrated", "hypohydrated"]', 'contrast = ["euhydrated"]', "the names of two arms"),
        ('contrast = ["euhydrated", "hypohydrated"]', 'arm = "euhydrated"', "two means and one arm"),
        ('contrast = ["euhydrated", "hypohydrated"]', "", "it names no arm"),
        ('spread_kind = "SD"\n', "", "no spread_kind"),
        ('["-5.6 Hz", "0.8 Hz"]', '["0.8 Hz", "-5.6 Hz"]', "the lower one first"),
        ('["-5.6 Hz", "0.8 Hz"]', '["-5.6 s", "0.8 s"]', "different units"),
        ('["-5.6 Hz", "0.8 Hz"]', "[-5.6, 0.8]", "different units"),
        ('direction = "decrease"\n', "", "it says nothing"),
        ('direction = "decrease"', 'direction = "down"', "increase | decrease | none"),
        ('from = "dry_out"', 'from = "dryout"', "Did you mean 'dry_out'"),
        ('id = "sign"', 'id = "tf"', "two findings 'tf'"),
        ('id = "hypohydrated"', 'id = "euhydrated"', "two arms 'euhydrated'"),
        ('key      = "whole"', 'key      = "hole"', "the file's own name, 'whole'"),
        ("schema   = 1", "schema   = 2", "schema is 2"),
        ('citation = "Somebody A. Journal 2026;1:1-9."', "", "'citation' is missing"),
        ("n             = 10", 'n             = "ten"', "a whole number"),
        ("n = [10, 10]", "n = [10, -1]", "a whole number"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place_and_remedy(faults_of, right, wrong, told):
    assert right in WHOLE
    faults = faults_of(WHOLE.replace(right, wrong, 1))
    assert any(told in fault for fault in faults), faults
    assert all("whole.toml" in fault for fault in faults)


LADDER = 'start = "4 Hz"\ntrain = "2 s"\n'
LOSS = '{ body_mass_change = "-3 %" }'


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        (LADDER, LADDER + 'step = "0 Hz"\n', "a ladder that goes by 0 Hz never ends. Expected a step above 0 Hz"),
        (LADDER, LADDER + 'step = { range = ["0 Hz", "2 Hz"], assumed = true }\n', "never ends"),
        (LADDER, 'start = "30 Hz"\nstop = "20 Hz"\n', "a ladder from 30 Hz to 20 Hz has no rung"),
        (LOSS, '{ body_mass_change = "1 %" }', "without a drink the body mass change never reaches 1 %"),
        (LOSS, '{ total_body_water_change = "2 %" }', "without a drink the total body water change never reaches"),
    ],
)
def test_a_step_that_could_never_end_is_a_fault(faults_of, right, wrong, told):
    assert right in WHOLE
    faults = faults_of(WHOLE.replace(right, wrong, 1))
    assert any(told in fault for fault in faults), faults


def test_a_ladder_that_is_endless_only_with_what_it_repeats_is_a_fault_at_its_own_line(faults_of):
    text = WHOLE.replace('train = "1 s"', 'stop = "3 Hz"')
    (fault,) = faults_of(text)
    assert "arm 'hypohydrated', step 'test': a ladder from 4 Hz to 3 Hz has no rung" in fault
    line = text.splitlines().index('stop = "3 Hz"') + 1
    assert fault.endswith(f"line {line})")


@pytest.mark.parametrize(
    "fine",
    [
        'until = { body_mass_change = "1 %" }\ndrink = "1.5 L/h"',
        'until = { body_mass_change = "1 %" }\ndrink = "ad_libitum"',
        'until = { body_mass_change = "0 %" }\ndrink = "0 L/h"',
        'until = { exhaustion = true }\ndrink = "0 L/h"',
        'until = { exhaustion = true }\nduration = "1 h"\ndrink = "0 L/h"',
    ],
)
def test_work_that_can_end_or_that_the_judge_refuses_is_no_fault(read, fine):
    text = WHOLE.replace(f"until = {LOSS}\n", "").replace('drink = "0 L/h"', fine)
    assert read(text).arm("hypohydrated").steps[0].values["until"]


def test_all_faults_of_a_file_are_told_at_once_with_their_lines(faults_of):
    text = (
        WHOLE.replace('air = "41 degC"', 'air = "41"')
        .replace('judge    = "lab"', 'judge = "labs"')
        .replace("leg =", "lag =")
    )
    faults = faults_of(text)
    lines = text.splitlines()
    assert len(faults) == 3
    for wrong in ('air = "41"', 'judge = "labs"', 'lag = "other"'):
        assert any(fault.endswith(f"line {lines.index(wrong) + 1})") for fault in faults)


def test_milliequivalents_of_calcium_are_refused(faults_of):
    text = WHOLE.replace('measure = "cramp_threshold_frequency"', 'measure = "sweat_calcium"').replace("Hz", "mEq/L")
    assert any("divalent" in fault for fault in faults_of(text))


def test_an_empty_file_tells_all_that_is_missing(faults_of):
    told = " ".join(faults_of(""))
    for missing in (
        "'schema' is missing",
        "'key' is missing",
        "'citation' is missing",
        "'judge' is missing",
        "no arm",
        "found nothing",
    ):
        assert missing in told


@pytest.mark.parametrize("odd", ["participants = 3", "arm = 3", "finding = [1]", "environment = []", "note = 3"])
def test_a_thing_of_the_wrong_shape_is_a_fault_and_no_crash(faults_of, odd):
    assert any(" is " in fault for fault in faults_of(f"{odd}\n"))


def test_a_draw_stays_in_its_range_and_a_mean_with_spread_keeps_its_sign(read):
    people = read(WHOLE.replace('spread = "11.4 kg"', 'spread = "60 kg"')).participants
    assert people.height.at(0.0) == pytest.approx(1.65)
    assert people.height.at(1.0) == pytest.approx(1.90)
    assert people.mass.at(0.0) > 0
    assert people.mass.at(0.5) == pytest.approx(78.1)
    assert people.sex.at(0.99) == "male"

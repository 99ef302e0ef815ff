"""Laboratory protocols: what is read, what is laid under, and how every fault is told."""

from __future__ import annotations

import math

import pytest

from cramplab.core.errors import FaultsFoundError, UserError
from cramplab.core.experiment_steps import STEP_KEYS, Step
from cramplab.core.laboratory_protocol import (
    KINDS,
    LENGTHS,
    LONGEST_PROTOCOL,
    length_of,
    longest_time,
    read_protocol,
    rungs,
    step_in_words,
    with_defaults,
)
from cramplab.core.library import PACKAGED, load_library

LIBRARY = load_library(shelves=("protocols", "sources"))
SHELF = LIBRARY.protocols
HEAD = 'schema = 1\nabout = "A test."\nsource = "chosen"\nmuscle = "soleus"\n'
LADDER = '[[step]]\nkind = "threshold_ladder"\nsite = "tibial_nerve"\nstart = "4 Hz"\nstep = "2 Hz"\ntrain = "2 s"\n'


@pytest.fixture
def read(tmp_path):
    def from_text(steps: str, head: str = HEAD):
        path = tmp_path / "mine.toml"
        path.write_text(head + steps, encoding="utf-8")
        return read_protocol(path)

    return from_text


@pytest.fixture
def told(read):
    """Give the message of a faulty protocol."""

    def of(steps: str, head: str = HEAD) -> str:
        with pytest.raises(FaultsFoundError) as found:
            read(steps, head)
        return str(found.value)

    return of


def ladder(read, **values: object) -> Step:
    """Read a ladder with some keys set."""
    text = "\n".join(f"{key} = {value!r}".replace("'", '"') for key, value in values.items())
    return read(f'[[step]]\nkind = "threshold_ladder"\n{text}\n').steps[0]


# --- the shelf


def test_the_shelf_holds_the_protocols_of_the_laboratory():
    wanted = {
        "threshold_150_pulses", "threshold_2_s_trains", "threshold_under_block", "stretch_ends_cramp",
        "stretch_ends_cramp_under_block", "antidromic_only", "voluntary_shortened", "voluntary_neutral", "vibration",
        "tendon_stimulation", "fatigue_then_threshold", "pain_then_threshold", "cuff_then_threshold",
        "taste_during_cramp", "potassium_around_terminal", "h_reflex",
    }  # fmt: skip
    assert wanted <= set(SHELF)


@pytest.mark.parametrize("protocol", SHELF.values(), ids=lambda each: each.key)
def test_every_protocol_of_the_shelf_says_what_it_is_for_and_ends(protocol):
    assert len(protocol.about) > 40
    assert 0 < protocol.longest_s <= LONGEST_PROTOCOL
    assert protocol.sources
    for key in protocol.sources:
        assert key == "chosen" or key in LIBRARY.sources
    assert protocol.muscle


@pytest.mark.parametrize("protocol", SHELF.values(), ids=lambda each: each.key)
def test_every_muscle_of_a_protocol_is_on_the_shelf_of_muscles(protocol):
    assert (PACKAGED / "muscles" / f"{protocol.muscle}.toml").is_file()


def test_the_two_ladders_are_those_that_were_published():
    motor_point, nerve = (SHELF[key].steps[-1] for key in ("threshold_150_pulses", "threshold_2_s_trains"))
    for step in (motor_point, nerve):
        frequencies = [frequency for frequency, _ in rungs(step)]
        assert frequencies[:3] == [4.0, 6.0, 8.0]
        assert frequencies[-1] == 60.0
    assert motor_point.values["pulses"] == 150
    assert motor_point.number("pulse_width").value == pytest.approx(152e-6)
    assert motor_point.number("above_maximal").value == pytest.approx(0.30)
    assert motor_point.values["site"].value == "motor_point"
    assert all(length == 2.0 for _, length in rungs(nerve))
    assert nerve.number("gap").value == 60.0


def test_the_block_differs_from_the_open_nerve_by_the_block_alone():
    open_nerve, blocked = SHELF["threshold_150_pulses"], SHELF["threshold_under_block"]
    without = [step.values for step in blocked.steps if step.kind != "nerve_block"]
    assert without == [step.values for step in open_nerve.steps]
    assert len(blocked.steps) == len(open_nerve.steps) + 1


# --- what is read


def test_what_a_step_does_not_say_is_laid_under(read):
    step = ladder(read)
    assert step.number("stop").value == 60.0
    assert step.number("cramp_criterion").value == 1.0
    assert step.values["repeats"] == 1
    assert step.values["site"].value == "nerve"


def test_pulses_take_the_place_of_a_train_and_each_train_has_as_many(read):
    step = ladder(read, pulses=150, start="10 Hz", stop="20 Hz", step="5 Hz")
    assert "train" not in step.values
    assert rungs(step) == ((10.0, 15.0), (15.0, 10.0), (20.0, 7.5))


def test_a_current_of_its_own_takes_the_place_of_the_usual_one(read):
    step = ladder(read, of_motor_threshold="110 %")
    assert "above_maximal" not in step.values


def test_a_ladder_reaches_its_stop_in_spite_of_rounding(read):
    step = ladder(read, start="0.7 Hz", step="0.1 Hz", stop="1 Hz")
    assert [round(frequency, 6) for frequency, _ in rungs(step)] == [0.7, 0.8, 0.9, 1.0]


def test_the_longest_time_counts_every_train_pause_and_repeat(read):
    step = ladder(read, start="4 Hz", step="2 Hz", stop="8 Hz", train="2 s", gap="60 s", repeats=2)
    assert longest_time(step) == 2 * 3 * (2 + 60)
    times = 'contraction = "2 s"\nrelaxation = "1 s"\ngap = "10 s"\n'
    bouts = read(f'[[step]]\nkind = "fatigue_bouts"\nbouts = 2\nrepetitions = 3\n{times}')
    assert bouts.longest_s == 2 * (3 * 3 + 10)
    effort = read('[[step]]\nkind = "voluntary_contraction"\nduration = "4 s"\nrise = "1 s"\n')
    assert effort.longest_s == 5.0


def test_what_holds_from_now_on_takes_no_time(read):
    steps = '[[step]]\nkind = "cuff"\nduration = "8 min"\n[[step]]\nkind = "rest"\nduration = "3 s"\n'
    assert read(steps).longest_s == 3.0


@pytest.mark.parametrize("kind", KINDS)
def test_a_step_of_every_kind_can_be_completed_told_and_timed(kind):
    step = with_defaults(Step(kind, "", {}))
    assert step_in_words(step).startswith(kind.replace("_", " "))
    assert set(step.values) <= set(STEP_KEYS[kind])
    assert kind in ("rest",) or longest_time(step) >= 0
    assert kind in ("rest",) or math.isfinite(longest_time(step))


def test_a_step_of_another_kind_is_left_as_it_is():
    step = Step("sleep", "", {"duration": 1})
    assert with_defaults(step).values == {"duration": 1}


def test_lengths_may_be_words_or_numbers():
    assert length_of("short") == LENGTHS["short"] < length_of("neutral") < length_of("long")
    assert length_of(0.8) == length_of("0.8") == 0.8


@pytest.mark.parametrize("value", ["shrot", 0.4, 1.7, "2 m", True, None, [1.0], float("nan")])
def test_a_length_that_no_muscle_has_is_refused(value):
    with pytest.raises(UserError, match="optimal fibre lengths"):
        length_of(value)


def test_several_sources_may_be_named(read):
    head = HEAD.replace('source = "chosen"', 'source = ["minetto2011", "chosen"]')
    assert read(LADDER, head).sources == ("minetto2011", "chosen")


def test_a_step_stimulation_with_keys_of_its_own_in_an_older_experiment_is_kept():
    from cramplab.core.experiment_steps import read_step
    from cramplab.core.toml_reading import TomlFile
    from cramplab.core.toml_tables import Table

    file = TomlFile(PACKAGED / "x.toml", {}, {})
    step = read_step(Table(file, (), {"kind": "stimulation", "energy": "85 percent of what is borne"}, "x"))
    assert step.values == {"energy": "85 percent of what is borne"}
    assert not file.faults


# --- faults


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        ('start = "4 Hz"', 'start = "400 Hz"', "0.5 to 200 Hz"),
        ('start = "4 Hz"', 'start = "4"', "Write the unit too"),
        ('start = "4 Hz"', 'start = "4 mV"', "another kind of unit"),
        ('start = "4 Hz"', 'begin = "4 Hz"', "Unknown key 'begin'"),
        ('start = "4 Hz"', 'strat = "4 Hz"', "Did you mean 'start'"),
        ('step = "2 Hz"', 'step = "0 Hz"', "0.1 to 50 Hz"),
        ('step = "2 Hz"', 'step = "-2 Hz"', "0 to 1000 Hz"),
        ('train = "2 s"', 'train = "10 min"', "0.01 to 120 s"),
        ('train = "2 s"', 'train = "2 s"\npulses = 150', "both train and pulses"),
        ('train = "2 s"', "pulses = 0", "a whole number, 1 to 2000"),
        ('train = "2 s"', "pulses = 1.5", "a whole number, 1 to 2000"),
        ('train = "2 s"', 'pulses = "150"', "a whole number, 1 to 2000"),
        ('train = "2 s"', "pulses = true", "a whole number, 1 to 2000"),
        ('train = "2 s"', 'pulse_width = "5 ms"', "0.01 to 2 ms"),
        ('train = "2 s"', 'pulse_width = "1 us"', "0.01 to 2 ms"),
        ('train = "2 s"', 'stop = "3 Hz"', "a stop at or above the start"),
        ('start = "4 Hz"', 'start = "70 Hz"', "starts at 70 Hz and stops at 60 Hz"),
        ('train = "2 s"', 'gap = "2 s"\ncramp_criterion = "3 s"', "a cramp_criterion shorter than the gap"),
        ('train = "2 s"', 'gap = "1 s"', "a cramp_criterion shorter than the gap"),
        ('train = "2 s"', "repeats = 0", "a whole number, 1 to 50"),
        ('train = "2 s"', 'above_maximal = "30 %"\nof_motor_threshold = "100 %"', "both above_maximal and"),
        ('train = "2 s"', 'train = { range = ["1 s", "3 s"] }', "one value"),
        ("tibial_nerve", "tibal_nerve", "Did you mean 'tibial_nerve'"),
        ('site = "tibial_nerve"', 'muscle = "gastrocnemius_medialis"', "Name it once, at the top"),
        ('site = "tibial_nerve"', 'same_as = "intact"', "no arms"),
        ('kind = "threshold_ladder"', 'kind = "threshold_lader"', "Did you mean 'threshold_ladder'"),
        ('kind = "threshold_ladder"', 'kind = "exercise"', "is no step of a laboratory"),
        ('kind = "threshold_ladder"', "", "'kind' is missing"),
    ],
)
def test_a_faulty_ladder_is_told_in_words(told, right, wrong, expected):
    assert right in LADDER
    assert expected in told(LADDER.replace(right, wrong))


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ('kind = "length"\nvalue = "shrot"', "Did you mean 'short'"),
        ('kind = "length"\nvalue = 2.5', "0.5 to 1.6"),
        ('kind = "stretch"\nlength = 0.2', "0.5 to 1.6"),
        ('kind = "stretch"\nduration = "0 s"', "a duration above zero"),
        ('kind = "rest"', "needs duration"),
        ('kind = "rest"\nduration = "2 s"\ndrink = "1 L/h"', "'drink' has no meaning in a laboratory"),
        ('kind = "cuff"\nduration = "2 h"', "at most 30 min"),
        ('kind = "cuff"\nlimb = "leg"', "'limb' has no meaning"),
        ('kind = "nerve_block"\nsite = "motor_point"', "tibial_nerve"),
        ('kind = "body_state"', "the step changes nothing"),
        ('kind = "body_state"\ninterstitial_potassium = "8 mmol"', "another kind of unit"),
        ('kind = "body_state"\ncondition = "healthy"', "has no meaning"),
        ('kind = "voluntary_contraction"\nintensity = "200 W"', "1 to 100 %MVC"),
        ('kind = "voluntary_contraction"\nintensity = "110 %MVC"', "1 to 100 %MVC"),
        ('kind = "stimulation"\nfrequenzy = "20 Hz"', "Did you mean 'frequency'"),
        ('kind = "stimulation"\nfrequency = "0 Hz"', "0.1 to 200 Hz"),
        ('kind = "taste"\nswallowed = "yes"', "true or false"),
        ('kind = "pain"\nlevel = "150 %"', "0 to 100 %"),
        ('kind = "fatigue_bouts"\nbouts = "five"', "a whole number, 1 to 50"),
        ('kind = "rest"\nduration = "5 h"', "at most 180 min"),
    ],
)
def test_a_faulty_step_is_told_in_words(told, steps, expected):
    assert expected in told(f"[[step]]\n{steps}\n")


def test_a_protocol_of_too_many_long_ladders_is_refused(told):
    assert "it would take" in told(LADDER.replace('train = "2 s"', 'gap = "20 min"'))


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (HEAD.replace("schema = 1", "schema = 2"), "schema is 2"),
        (HEAD.replace('about = "A test."\n', ""), "'about' is missing"),
        (HEAD + 'key = "other"\n', "the file's own name, 'mine'"),
        (HEAD + 'mucsle = "soleus"\n', "Did you mean 'muscle'"),
        (HEAD + "source2 = 1\n", "Unknown key 'source2'"),
    ],
)
def test_a_faulty_head_is_told_in_words(told, head, expected):
    assert expected in told(LADDER, head)


def test_a_protocol_without_steps_is_refused(told):
    assert "it has no step" in told("")
    assert "each under [[step]]" in told('step = "rest"\n')


def test_all_faults_are_told_at_once_with_their_lines(read):
    wrong = LADDER.replace("4 Hz", "400 Hz").replace("tibial", "tibal").replace('"2 s"', '"2 mV"')
    with pytest.raises(FaultsFoundError) as found:
        read(wrong + '[[step]]\nkind = "rst"\n')
    lines = sorted(int(fault.place.rpartition("line ")[2]) for fault in found.value.faults)
    assert lines == [7, 8, 10, 12]
    assert found.value.exit_code == 2

"""The virtual laboratory: every protocol runs, what was done is what happens, and the record agrees with itself."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

import numpy as np
import pytest

from cramplab.core.errors import FaultsFoundError, UserError
from cramplab.core.laboratory_folder import laboratory_record, record_text
from cramplab.core.laboratory_protocol import protocol_record, read_protocol
from cramplab.core.laboratory_run import ECTOPIC, MEASURES, SERIES, SPINAL, STIMULUS, cramps_of
from cramplab.core.library import find_muscle, load_library
from cramplab.core.parameter_sets import ParameterValue
from cramplab.core.quantities import read_quantity
from cramplab.simulation.assembly import fast_parameters
from cramplab.simulation.laboratory import run_protocol, surface_waveform
from cramplab.simulation.subjects import Segment, Subjects

SHELF = load_library(shelves=("protocols", "people"))
SHORT = ("length", {"value": "short"})


@pytest.fixture
def do(tmp_path):
    """Run steps given as (kind, keys) on a muscle of the foot."""

    def run(*steps, muscle="fhb", person=None, **named):
        text = 'schema = 1\nabout = "A test."\n'
        for kind, keys in steps:
            told = "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())
            text += f'[[step]]\nkind = "{kind}"\n{told}'
        file = tmp_path / "mine.toml"
        file.write_text(text, encoding="utf-8")
        return run_protocol(read_protocol(file), find_muscle(muscle, ()), person, **({"seed": 1} | named))

    return run


def ladder(**keys):
    return "threshold_ladder", {"site": "tibial_nerve", "start": "14 Hz", "step": "8 Hz", "stop": "38 Hz"} | keys


def spikes(run, origin, start=-math.inf, end=math.inf):
    return int(np.sum((run.spike_origin == origin) & (run.spike_time_s >= start) & (run.spike_time_s < end)))


def mean_of(run, name, start, end):
    inside = (run.time_s >= start) & (run.time_s < end)
    return float(run.series[name][inside].mean())


@pytest.mark.parametrize("key", sorted(SHELF.protocols))
def test_every_protocol_of_the_shelf_runs_and_its_record_agrees_with_itself(key):
    protocol = SHELF.protocols[key]
    told = []
    run = run_protocol(
        protocol, find_muscle(protocol.muscle, ()), None, seed=1, report_progress=lambda *a: told.append(a)
    )
    assert set(run.series) == set(SERIES)
    assert all(np.isfinite(values).all() for values in run.series.values())
    np.testing.assert_allclose(np.diff(run.time_s), 0.05, rtol=1e-6)
    assert run.duration_s == pytest.approx(run.time_s[-1] + 0.025)
    assert run.duration_s <= protocol.longest_s + 190.0
    assert (run.spike_time_s <= run.duration_s).all()
    assert (run.spike_time_s >= 0.0).all()
    assert all(0.0 <= each.start_s <= each.end_s <= run.duration_s for each in run.events)
    assert [each.start_s for each in run.events] == sorted(each.start_s for each in run.events)
    assert "mvc_force" in run.measures
    assert run.measures["mvc_force"].value > 0.0
    assert all(each.unit == MEASURES[name.removesuffix("_after")][0] for name, each in run.measures.items())
    # Cramps and nothing else are shaded.
    shaded = float(run.series["cramping"].sum()) * 0.05
    assert shaded == pytest.approx(sum(each.end_s - each.start_s for each in cramps_of(run)), abs=0.2)
    for trial in run.trials:
        assert trial.cramped <= (trial.outlasted_s >= 1.0)
    assert told[-1][0] == told[-1][1]
    assert all(0 <= done <= total for done, total in told)


def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not(do):
    steps = (SHORT, ladder(start="22 Hz", stop="30 Hz"), ("rest", {"duration": "2 s"}))
    texts, records = [], []
    for seed in (1, 1, 2):
        run = do(*steps, seed=seed)
        protocol = protocol_record(SHELF.protocols["h_reflex"], {})
        texts.append(record_text(laboratory_record(run, protocol, {})))
        records.append((run.spike_time_s.tobytes(), run.series["emg"].tobytes()))
    assert texts[0] == texts[1]
    assert records[0] == records[1]
    assert records[0] != records[2]


# --- what is done is what happens


def test_a_train_has_its_pulses_and_the_muscle_its_length(do):
    train = {"site": "motor_axons", "frequency": "10 Hz", "pulses": 20, "gap": "1 s"}
    run = do(("rest", {"duration": "1 s"}), ("stimulation", train),
             ("stretch", {"length": 1.2, "duration": "3 s"}), ("rest", {"duration": "2 s"}))  # fmt: skip
    first = run.spike_time_s[(run.spike_origin == STIMULUS) & (run.spike_unit == 0)]
    np.testing.assert_allclose(first, 1.0 + np.arange(20) / 10.0, atol=0.003)
    assert mean_of(run, "stimulation", 1.1, 2.8) == pytest.approx(10.0)
    assert mean_of(run, "stimulation", 3.1, 9.0) == 0.0
    assert mean_of(run, "fibre_length", 5.0, 6.9) == pytest.approx(1.2, abs=0.02)
    assert mean_of(run, "fibre_length", 8.0, 9.0) == pytest.approx(1.0, abs=0.03)
    assert [event.kind for event in run.events if event.kind != "cramp"] == ["stimulation", "stretch"]


def test_a_step_that_holds_takes_no_time(do):
    run = do(SHORT, ("rest", {"duration": "3 s"}), ("length", {"value": 1.2}), ("rest", {"duration": "3 s"}))
    assert run.duration_s == 6.0
    assert mean_of(run, "fibre_length", 0.0, 0.5) == pytest.approx(0.75, abs=0.02)
    assert mean_of(run, "fibre_length", 5.0, 6.0) == pytest.approx(1.2, abs=0.02)


def test_a_contraction_reaches_the_force_that_was_asked_for(do):
    run = do(("voluntary_contraction", {"intensity": "40 %MVC", "duration": "4 s"}), ("rest", {"duration": "2 s"}))
    assert mean_of(run, "force_share", 2.0, 4.0) == pytest.approx(0.4, abs=0.06)
    whole = do(("voluntary_contraction", {"intensity": "100 %MVC", "duration": "3 s"}))
    assert mean_of(whole, "force_share", 2.0, 3.0) == pytest.approx(1.0, abs=0.08)
    assert mean_of(whole, "emg_share", 2.0, 3.0) == pytest.approx(100.0, rel=0.1)


def test_a_weak_pulse_reaches_afferents_before_motor_axons(do):
    def pulses(current):
        return do(
            ("stimulation", {"pulses": 1, "repeats": 2, "gap": "3 s", "of_motor_threshold": current}), muscle="soleus"
        )

    weak, strong = pulses("98 %"), pulses("200 %")
    assert spikes(weak, STIMULUS) == 0
    assert weak.measures["m_wave_amplitude"].value == 0.0
    assert "h_reflex_share" in weak.measures
    assert "f_wave_share" not in weak.measures
    assert spikes(strong, STIMULUS) == 2 * strong.unit_count
    assert 0.0 < strong.measures["f_wave_share"].value < 10.0
    assert strong.measures["m_wave_amplitude"].value > 0.5


def test_pulses_to_the_motor_axons_alone_start_nothing(do):
    run = do(SHORT, ladder(site="motor_axons", stop="30 Hz", gap="5 s"))
    assert not any(each.cramped for each in run.trials)
    assert cramps_of(run) == []
    assert spikes(run, SPINAL) == 0
    assert math.isnan(run.measures["cramp_threshold_frequency"].value)
    assert "30 Hz" in run.measures["cramp_threshold_frequency"].words


def test_a_blocked_nerve_silences_the_cord(do):
    steps = (("stimulation", {"site": "motor_point", "frequency": "30 Hz", "pulses": 60, "gap": "5 s"}),)
    free, blocked = do(SHORT, *steps), do(SHORT, ("nerve_block", {}), *steps)
    assert spikes(free, SPINAL) > 0
    assert spikes(blocked, SPINAL) == 0
    assert spikes(blocked, STIMULUS) == 60 * blocked.unit_count
    assert any("block lies between" in note for note in blocked.notes)


def test_a_stretch_silences_axons_that_discharge_by_themselves(do):
    cramp = (SHORT, ("nerve_block", {}), ("body_state", {"interstitial_potassium": "7 mmol/L"}),
             ("stimulation", {"site": "motor_point", "frequency": "30 Hz", "pulses": 90, "gap": "1 s"}))  # fmt: skip
    left = do(*cramp, ("rest", {"duration": "3 s"}))
    stretched = do(*cramp, ("stretch", {"length": "long", "duration": "3 s"}))
    assert spikes(left, ECTOPIC, 5.0, 7.0) > 50
    assert spikes(stretched, ECTOPIC, 5.0, 7.0) == 0


def test_a_stretch_ends_a_cramp_of_the_cord(do):
    cramp = (SHORT, ladder(start="22 Hz", step="2 Hz", gap="20 s"), ("rest", {"duration": "3 s"}))
    left = do(*cramp, ("rest", {"duration": "30 s"}))
    stretched = do(*cramp, ("stretch", {"length": "long", "duration": "5 s"}), ("rest", {"duration": "25 s"}))
    assert stretched.measures["cramp_duration"].value < left.measures["cramp_duration"].value
    assert stretched.measures["cramp_time_left"].value < 5.0


def test_a_ladder_ends_with_its_first_cramp(do):
    run = do(SHORT, ladder(gap="20 s"))
    cramped = [each.cramped for each in run.trials]
    assert cramped[-1]
    assert not any(cramped[:-1])
    assert run.measures["cramp_threshold_frequency"].value == run.trials[-1].frequency_hz
    # The recording goes on to the end of the cramp.
    cramp = next(each for each in cramps_of(run) if each.start_s >= run.trials[-1].end_s)
    assert run.duration_s >= min(cramp.end_s, run.trials[-1].end_s + 180.0)
    assert run.measures["cramp_duration"].value == pytest.approx(cramp.end_s - cramp.start_s, abs=0.01)
    lasted = cramp.end_s - run.trials[-1].end_s
    assert run.trials[-1].outlasted_s == pytest.approx(lasted, abs=0.15)


def test_what_follows_a_ladder_begins_in_the_cramp(do):
    run = do(SHORT, ladder(gap="20 s"), ("taste", {"substance": "pickle_juice"}), ("rest", {"duration": "5 s"}))
    taste = next(each for each in run.events if each.kind == "taste")
    assert 1.0 <= taste.start_s - run.trials[-1].end_s <= 4.0
    assert run.measures["cramp_time_left"].value > 0.0
    assert any("mouthful does nothing" in note for note in run.notes)


def test_a_ladder_that_is_repeated_gives_the_mean(do):
    run = do(SHORT, ladder(repeats=2, gap="20 s"))
    reached = [each.frequency_hz for each in run.trials if each.cramped]
    assert len(reached) == 2
    assert run.measures["cramp_threshold_frequency"].value == pytest.approx(np.mean(reached))


def test_pulses_to_the_tendon_excite_its_organs_and_vibration_the_spindles(do):
    rest = ("rest", {"duration": "2 s"})
    tapped = do(rest, ("tendon_stimulation", {"duration": "3 s"}))
    shaken = do(rest, ("vibration", {"duration": "3 s"}))
    # Its first volleys find rested synapses.
    assert mean_of(shaken, "spinal_tone", 2.0, 2.15) > 1.5 * mean_of(shaken, "spinal_tone", 1.0, 2.0)
    assert mean_of(tapped, "spinal_tone", 2.5, 5.0) == pytest.approx(mean_of(tapped, "spinal_tone", 1.0, 2.0), rel=0.05)


def test_pulses_to_the_tendon_inhibit_a_driven_pool():
    # At a length at which the pathway is open; the pulses come too late to change the drive, which is weak, since more
    # of it leaves little to inhibit. The other inhibition of a stretched muscle, which would silence it, is taken away.
    def discharges(organ_share):
        bench = Subjects(find_muscle("soleus", ()), 1, values={"small_fibres.stretch_conductance": 0.0})
        drive = {"fibre_length": 1.2, "voluntary": 0.03}
        bench.advance_one(Segment(1.0, **drive))
        done = bench.advance_one(
            Segment(2.0, **drive, tap_hz=50.0, tap_afferent_share=0.0, tap_organ_share=organ_share)
        )
        return done["spike_time_s"].size

    left_alone, some, whole = map(discharges, (0.0, 0.1, 1.0))
    assert left_alone > 500
    assert left_alone > some > whole
    assert whole < 0.97 * left_alone


def test_a_stretched_muscle_can_still_be_contracted():
    def force(length):
        bench = Subjects(find_muscle("soleus", ()), 1)
        bench.advance_one(Segment(1.0, fibre_length=length))
        before = float(bench.state["force_share"][0])
        bench.advance_one(Segment(2.0, fibre_length=length, voluntary=0.4))
        return float(bench.state["force_share"][0]) - before

    assert force(1.0) > 0.2
    assert force(1.15) > 0.5 * force(1.0)


def test_potassium_around_the_endings_makes_them_excitable_and_cold_slows(do):
    block, train = ("nerve_block", {}), ("stimulation", {"site": "motor_point", "frequency": "20 Hz", "gap": "3 s"})
    usual = do(SHORT, block, train)
    potassium = do(SHORT, block, ("body_state", {"interstitial_potassium": "8 mmol/L"}), train)
    assert spikes(potassium, ECTOPIC) > spikes(usual, ECTOPIC)
    assert any("endings" in note for note in potassium.notes)
    twitch = ("stimulation", {"pulses": 1, "gap": "2 s"})
    warm, cold = do(twitch), do(("body_state", {"muscle_temperature": "22 degC"}), twitch)
    half = [float(np.sum(run.series["force"] > 0.5 * run.series["force"].max())) for run in (warm, cold)]
    assert half[1] > half[0]


def test_what_holds_for_a_time_ends(do):
    state = ("body_state", {"interstitial_potassium": "8 mmol/L", "duration": "2 s"})
    train = ("stimulation", {"site": "motor_point", "frequency": "20 Hz", "train": "1 s", "gap": "6 s"})
    ending = do(SHORT, ("nerve_block", {}), state, train)
    lasting = do(SHORT, ("nerve_block", {}), (state[0], {"interstitial_potassium": "8 mmol/L"}), train)
    assert spikes(ending, ECTOPIC, 0.0, 2.0) == spikes(lasting, ECTOPIC, 0.0, 2.0) > 0
    assert spikes(ending, ECTOPIC, 3.0) < spikes(lasting, ECTOPIC, 3.0)
    assert [each.end_s for each in ending.events if each.kind == "body_state"] == [2.0]


def test_pain_reaches_the_motor_neurons(do):
    from cramplab.simulation.laboratory_bench import Bench, measure_maximal_contraction

    bench = Bench(Subjects(find_muscle("fhb", ()), 1))
    measure_maximal_contraction(bench.subjects)
    bench.begin()
    bench.hold("pain", 0.6)
    bench.wait(40.0)
    steady = 0.6**2 / (0.5**2 + 0.6**2)
    # Most of it was passed in one stride, and it is where the law says it is.
    assert float(bench.subjects.state["group_iv"][0]) == pytest.approx(steady, rel=0.01)
    assert bench.now_s == 40.0
    assert bench.record().shape[0] == 800


def test_fatigue_bouts_take_the_time_they_say(do):
    bouts = {
        "bouts": 2,
        "repetitions": 3,
        "contraction": "1 s",
        "relaxation": "1 s",
        "gap": "5 s",
        "intensity": "50 %MVC",
    }
    run = do(("fatigue_bouts", bouts))
    assert run.duration_s == 22.0
    assert sum(event.kind == "fatigue_bouts" for event in run.events) == 2
    assert mean_of(run, "voluntary_drive", 7.5, 10.9) == 0.0


# --- the signal, the person, the assumptions


def test_the_waveform_has_the_power_of_the_record(do):
    run = do(("voluntary_contraction", {"duration": "3 s"}))
    signal = surface_waveform(run, start_s=1.0, end_s=3.0, rate_hz=4096.0)
    assert signal.dtype == np.float32
    assert signal.size == 8192
    recorded = math.sqrt(float(np.mean(run.series["emg"][(run.time_s > 1.0) & (run.time_s < 3.0)] ** 2)))
    assert float(np.sqrt(np.mean(signal**2))) == pytest.approx(recorded, rel=0.15)


def test_a_waveform_that_makes_no_sense_is_refused(do):
    run = do(("voluntary_contraction", {"duration": "1 s"}), keep_record=False)
    assert run.spike_time_s.size == 0
    assert run.time_s.size == 6
    with pytest.raises(UserError, match="kept no single discharges"):
        surface_waveform(run, start_s=0.0, end_s=1.0, rate_hz=1000.0)
    with pytest.raises(UserError, match="No EMG"):
        surface_waveform(run, start_s=1.0, end_s=1.0, rate_hz=1000.0)


def with_parameter(name, value):
    person = SHELF.people["late_cramper"]
    own = ParameterValue(name, read_quantity(value), "invented", "", "", "", "", "late_cramper.toml")
    return dataclasses.replace(person, parameters={**person.parameters, name: own})


def test_a_persons_own_nerve_counts_and_an_impossible_one_is_refused(do):
    steps = (("voluntary_contraction", {"duration": "2 s"}),)
    reference = do(*steps)
    plain = do(*steps, person=SHELF.people["late_cramper"])
    assert plain.person == "late_cramper"
    assert any("person of the declared values" in note for note in plain.notes)
    np.testing.assert_array_equal(plain.spike_time_s, reference.spike_time_s)
    weak = do(*steps, person=with_parameter("spinal_drive.voluntary_conductance", "0.6 uS"))
    assert weak.measures["mvc_force"].value < reference.measures["mvc_force"].value
    assert any("act on the body over hours" in note for note in weak.notes)
    with pytest.raises(FaultsFoundError, match="facilitation_time"):
        do(*steps, person=with_parameter("spinal_drive.facilitation_time", "900 s"))


def test_assumptions_are_what_was_not_read_the_most_doubtful_first(do):
    run = do(("rest", {"duration": "1 s"}))
    origins = [each.origin for each in run.assumptions]
    assert origins == sorted(origins, key=("chosen", "remembered", "fitted").index)
    names = {each.name for each in run.assumptions}
    assert "spinal_drive.voluntary_conductance" in names
    assert "muscle.lever" in names
    assert not any(name.startswith(("reference_motor_neuron", "axon_node", "axon_surroundings")) for name in names)
    assert not [name for name in names if name in fast_parameters() and fast_parameters()[name].origin == "read"]
    assert any(
        each.name.startswith("axon_surroundings")
        for each in do(("body_state", {"interstitial_calcium": "1 mmol/L"}), ("rest", {"duration": "1 s"})).assumptions
    )


def test_a_protocol_that_takes_no_time_is_refused(do):
    with pytest.raises(UserError, match="takes no time"):
        do(SHORT)


# --- from the command line


def test_the_command_writes_everything_and_the_same_bytes_twice(tmp_path, monkeypatch, capsys):
    from cramplab.cli import app

    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text(
        'schema = 1\nabout = "Mine."\n[[step]]\nkind = "length"\nvalue = "short"\n[[step]]\nkind = "stimulation"\n'
        'frequency = "30 Hz"\ntrain = "2 s"\ngap = "4 s"\n',
        encoding="utf-8",
    )
    kept = []
    for _ in range(2):
        with pytest.raises(SystemExit) as leaving:
            app.main(["lab", "mine.toml", "--muscle", "ah", "--waveform", "--export", "openhdemg", "--out", "here"])
        assert leaving.value.code == 0
        kept.append({path.name: path.read_bytes() for path in Path("here").iterdir()})
    assert set(kept[0]) == {"report.html", "run.json", "result.nc", "spikes.npz", "waveform.npz", "openhdemg.json"}
    assert all(kept[0][name] == kept[1][name] for name in ("run.json", "report.html", "spikes.npz"))
    assert "mvc_force" in capsys.readouterr().out


def test_a_run_that_is_interrupted_leaves_nothing_half_written(tmp_path, monkeypatch):
    from cramplab.cli import app
    from cramplab.simulation import laboratory_bench

    def stop(self, segment):
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(laboratory_bench.Bench, "act", stop)
    with pytest.raises(SystemExit):
        app.main(["lab", "h_reflex", "-q"])
    assert not Path("out").exists() or not list(Path("out/lab").iterdir())

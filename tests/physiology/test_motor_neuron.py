"""The production motor neuron, in double precision and plain NumPy: its equations, its sizes, and its two states."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cramplab.physiology.motor_neuron import (
    CALCIUM,
    EXCITATION,
    INHIBITION,
    POTASSIUM,
    SODIUM,
    MotorNeuron,
    make_step,
)

NEURON = MotorNeuron()
SHARES = {"slow_share": 0.55, "resistant_share": 0.3}
STATES = ("soma", "dendrite", "inactivation", "fast", "slow", "persistent", "since_spike", "noise", "pump")
QUIET = {"noise": 0.0}
STEP = make_step(np.where, np.exp, np.float64)


class Neurons:
    """Some neurons at places of the pool, stepped side by side."""

    def __init__(self, position, neuron=NEURON, step_ms=0.1, **changed):
        self.position = np.atleast_1d(np.asarray(position, float))
        self.of = {**neuron.of_pool(self.position, **SHARES), **{k: np.asarray(v, float) for k, v in changed.items()}}
        self.shared, self.step_ms = neuron.shared(step_ms), step_ms
        size = np.broadcast_shapes(*(np.shape(each) for each in self.of.values()))
        self.state = {name: np.zeros(size) for name in STATES}
        self.state["inactivation"] += 1.0
        self.state["since_spike"] += 1e4
        self.fires = np.zeros(size)

    def step(
        self, *, excitation=0.0, inhibition=0.0, recurrent=0.0, gain=1.0, into_soma=0.0, into_dendrite=0.0,
        uniform=0.0, antidromic=0.0,
    ):  # fmt: skip
        of, shared = self.of, self.shared
        *state, self.fires = STEP(
            *self.state.values(),
            2.0 * of["soma_capacitance"] / self.step_ms, 2.0 * of["dendrite_capacitance"] / self.step_ms,
            of["soma_leak"], of["dendrite_leak"], of["coupling"], of["sodium"], of["fast_potassium"],
            of["slow_potassium"], of["persistent_calcium"], of["threshold"],
            np.exp(-of["slow_potassium_closing"] * self.step_ms), of["noise"],
            of.get("excitation_share", 1.0), of.get("persistent_share", 1.0),
            *(shared[name] for name in (
                "sodium_recovers", "sodium_inactivates", "fast_opens", "fast_closes", "slow_opens",
                "persistent_follows", "persistent_half", "per_persistent_slope", "noise_keeps", "noise_gets",
                "pump_per_spike", "pump_keeps", "pump_conductance", "pulse", "refractory", "step",
            )),
            excitation, inhibition, recurrent, gain, into_soma, into_dendrite, uniform, antidromic,
        )  # fmt: skip
        self.state = dict(zip(STATES, state, strict=True))
        return self.fires

    def run(self, seconds, **inputs):
        """Give how often each neuron fires, and when each fired last (s before the end; inf for never)."""
        steps = round(seconds * 1e3 / self.step_ms)
        count, last = np.zeros(self.fires.shape), np.full(self.fires.shape, -np.inf)
        for k in range(steps):
            fires = self.step(**inputs)
            count += fires
            last = np.where(fires > 0, k, last)
        return count, (steps - last) * self.step_ms * 1e-3


def input_conductance(of):
    """Conductance at the soma without voltage-dependent currents, uS."""
    return of["soma_leak"] + of["dendrite_leak"] * of["coupling"] / (of["dendrite_leak"] + of["coupling"])


# ------------------------------------------------------------------------------------------------------------ the pool
def test_conductances_and_capacitances_are_those_of_cylinders():
    of = NEURON.of_pool(np.array([0.0, 1.0]), **SHARES)
    for place, at in ((0, "smallest"), (1, "largest")):

        def centimetres(name, at=at):
            return 100.0 * getattr(NEURON, f"{name}_{at}")

        def ohm_square_centimetres(name, at=at):
            return 1e4 * getattr(NEURON, f"{name}_resistance_{at}")

        soma, diameter, length = map(centimetres, ("soma_diameter", "dendrite_diameter", "dendrite_length"))
        areas = {"soma": np.pi * soma * soma, "dendrite": np.pi * diameter * length}
        for part, area in areas.items():
            assert of[f"{part}_leak"][place] == pytest.approx(1e6 * area / ohm_square_centimetres(part))
            microfarad_per_square_centimetre = 1e2 * NEURON.capacitance
            assert of[f"{part}_capacitance"][place] == pytest.approx(1e3 * microfarad_per_square_centimetre * area)
        ohm_centimetres = 100.0 * NEURON.axial_resistivity
        halves = [
            ohm_centimetres * (long / 2) / (np.pi * (wide / 2) ** 2)
            for long, wide in ((soma, soma), (length, diameter))
        ]
        assert of["coupling"][place] == pytest.approx(1e6 / sum(halves))


def test_larger_neurons_need_more_current():
    of = NEURON.of_pool(np.linspace(0.0, 1.0, 101), **SHARES)
    assert np.all(np.diff(input_conductance(of)) > 0)
    assert np.all(np.diff(input_conductance(of) * of["threshold"]) > 0)


def test_properties_run_straight_between_four_places():
    slow, resistant = SHARES["slow_share"], SHARES["resistant_share"]
    at = NEURON.of_pool(np.array([0.0, slow, slow + resistant, 1.0, slow / 2]), **SHARES)["threshold"]
    declared = [getattr(NEURON, f"threshold_{place}") for place in ("smallest", "resistant", "fatigable", "largest")]
    assert at[:4] == pytest.approx(declared)
    assert at[4] == pytest.approx((at[0] + at[1]) / 2)


def test_density_of_persistent_calcium_rises_towards_the_largest_with_the_square_of_the_place():
    position = np.array([0.0, 0.25, 0.5, 1.0])
    risen, flat = (
        dataclasses.replace(NEURON, persistent_calcium_rise=rise).of_pool(position, **SHARES)["persistent_calcium"]
        for rise in (NEURON.persistent_calcium_rise, 1.0)
    )
    declared = NEURON.persistent_calcium_rise
    assert declared > 1.0
    assert risen / flat == pytest.approx(1.0 + (declared - 1.0) * position**2)
    area = np.pi * NEURON.dendrite_diameter_smallest * NEURON.dendrite_length_smallest
    assert flat[0] == pytest.approx(1e6 * NEURON.persistent_calcium * area)


@pytest.mark.parametrize("slow_share", [0.0, 1.0])
def test_a_muscle_of_one_fibre_type_has_a_pool_too(slow_share):
    of = NEURON.of_pool(np.linspace(0.0, 1.0, 11), slow_share=slow_share, resistant_share=0.75 * (1.0 - slow_share))
    assert all(np.all(np.isfinite(values)) and np.all(values > 0) for values in of.values())


def test_the_shape_of_the_places_is_kept():
    assert {np.shape(each) for each in NEURON.of_pool(np.zeros((2, 3)), **SHARES).values()} == {(2, 3)}


# ----------------------------------------------------------------------------------------------------------- equations
def test_a_passive_neuron_at_rest_stays_there_exactly():
    neurons = Neurons([0.0, 0.5, 1.0], **QUIET, persistent_calcium=0.0)
    neurons.run(0.05)
    assert not np.any(neurons.state["soma"])
    assert not np.any(neurons.state["dendrite"])


def test_at_usual_gain_nobody_fires_without_noise_or_input():
    count, _ = Neurons(np.linspace(0.0, 1.0, 9), **QUIET).run(1.5)
    assert not np.any(count)


@pytest.mark.parametrize(
    ("input_name", "compartment", "reversal", "given", "opened"),
    [
        ("excitation", "dendrite", EXCITATION, {"excitation": 1.0}, {}),
        ("inhibition", "dendrite", INHIBITION, {"inhibition": 1.0}, {}),
        ("recurrent", "soma", POTASSIUM, {"recurrent": 1.0}, {}),
        ("calcium", "dendrite", CALCIUM, {"gain": 50.0}, {"persistent": 1.0}),
        ("sodium", "soma", SODIUM, {}, {"since_spike": 0.0}),
        ("pump", "dendrite", POTASSIUM, {}, {"pump": 1.0}),
    ],
)
def test_each_conductance_pulls_to_its_reversal_potential(input_name, compartment, reversal, given, opened):
    alone = {"soma_leak": 0.0, "coupling": 0.0, "fast_potassium": 0.0, "slow_potassium": 0.0, "threshold": 1e9}
    if input_name == "calcium":
        alone |= {"dendrite_leak": 0.0}
    else:
        alone |= {"persistent_calcium": 0.0}
    if input_name in ("excitation", "inhibition"):
        alone |= {"dendrite_leak": 0.0}

    def after(start):
        neurons = Neurons([0.3], **QUIET, **alone)
        neurons.state[compartment][:] = start
        for name, value in opened.items():
            neurons.state[name][:] = value
        if input_name == "pump":
            neurons.of["dendrite_leak"] = np.array([0.5])
            # The leak itself is cancelled by a current, so that the pump is left alone.
            neurons.step(into_dendrite=0.5 * reversal)
        else:
            neurons.step(**given)
        return float(neurons.state[compartment][0])

    assert after(reversal) == pytest.approx(reversal, abs=1e-9)
    # The midpoint rule may pass the reversal potential in a step, but comes nearer to it.
    for start in (reversal - 10.0, reversal + 10.0):
        assert abs(after(start) - reversal) < 9.999


def test_both_compartments_are_solved_to_second_order():
    def voltage(step_ms):
        neurons = Neurons([0.0], step_ms=step_ms, **QUIET, persistent_calcium=0.0, threshold=1e9)
        neurons.run(4e-3, into_soma=5.0, excitation=0.1)
        return neurons.state["soma"][0]

    exact = voltage(0.002)
    assert (voltage(0.2) - exact) / (voltage(0.1) - exact) == pytest.approx(4.0, rel=0.05)


def test_a_held_current_ends_at_current_over_input_conductance():
    neurons = Neurons([0.0, 0.5, 1.0], **QUIET, persistent_calcium=0.0, threshold=1e9)
    neurons.run(0.4, into_soma=-2.0)
    assert neurons.state["soma"] == pytest.approx(-2.0 / input_conductance(neurons.of), rel=1e-6)


def test_no_conductance_makes_the_step_unstable():
    neurons = Neurons([0.0, 1.0], **QUIET)
    for _ in range(2000):
        neurons.step(excitation=1e4, inhibition=1e4, recurrent=1e4)
        assert np.all(np.abs(neurons.state["soma"]) < 200.0)
        assert np.all(np.abs(neurons.state["dendrite"]) < 200.0)


@pytest.mark.parametrize("step_ms", [0.1, 0.05, 0.025])
def test_the_pulse_of_a_spike_has_its_length_whatever_the_step(step_ms):
    neurons = Neurons([0.5], step_ms=step_ms, **QUIET)
    neurons.step(antidromic=1.0)
    assert neurons.fires[0] == 1.0
    inactivations = [neurons.state["inactivation"][0]]
    for _ in range(round(2.0 / step_ms)):
        neurons.step()
        inactivations.append(neurons.state["inactivation"][0])
    falls = np.diff(inactivations) < 0
    assert falls.sum() * step_ms == pytest.approx(NEURON.pulse * 1e3)
    assert falls[: falls.sum()].all()


def test_a_spike_that_comes_back_fires_the_neuron_but_not_while_it_is_refractory():
    neurons = Neurons([0.5], **QUIET, persistent_calcium=0.0)
    times = [k * 0.1 for k in range(400) if neurons.step(antidromic=1.0)[0]]
    assert np.diff(times) == pytest.approx(NEURON.refractory * 1e3, abs=0.21)


def test_the_afterhyperpolarisation_is_longest_in_the_smallest():
    neurons = Neurons([0.0, 1.0], **QUIET, persistent_calcium=0.0)
    neurons.step(antidromic=1.0)
    voltages = []
    for _ in range(2000):
        neurons.step()
        voltages.append(neurons.state["soma"])
    voltages = np.array(voltages)
    assert voltages.max(axis=0) == pytest.approx(80.0, abs=45.0)  # an overshoot towards sodium
    deepest = voltages.argmin(axis=0)
    half = [next(k for k in range(d, 2000) if v[k] > v[d] / 2) - d for d, v in zip(deepest, voltages.T, strict=True)]
    assert np.all(voltages.min(axis=0) < 0.0)
    assert half[0] > half[1]


def test_a_stronger_current_fires_faster():
    counts = np.array(
        [Neurons([0.0], **QUIET, persistent_calcium=0.0).run(0.8, into_soma=i)[0][0] for i in (0, 8, 12, 16)]
    )
    assert counts[0] == 0
    assert np.all(np.diff(counts) > 0)


def test_the_noise_has_the_declared_size_and_memory():
    rng = np.random.default_rng(3)
    neurons = Neurons(np.zeros(64), persistent_calcium=0.0, threshold=1e9)
    course = []
    for _ in range(4000):
        neurons.step(uniform=rng.uniform(-np.sqrt(3), np.sqrt(3), 64))
        course.append(neurons.state["noise"])
    course = np.array(course)[500:]
    assert course.std() == pytest.approx(1.0, rel=0.03)
    lag = round(NEURON.background_noise_time * 1e4)
    assert (course[lag:] * course[:-lag]).mean() == pytest.approx(np.exp(-1), abs=0.04)


def test_the_pump_gathers_spikes_saturates_and_slows_discharge():
    greedy = dataclasses.replace(NEURON, pump_per_spike=0.2, pump_conductance=0.5)
    idle = dataclasses.replace(greedy, pump_conductance=0.0)
    with_pump, without = (Neurons([0.0], each, **QUIET, persistent_calcium=0.0) for each in (greedy, idle))
    counts = [each.run(0.8, into_soma=12.0)[0][0] for each in (with_pump, without)]
    assert counts[0] < counts[1]
    assert 0.5 < with_pump.state["pump"][0] < 1.0
    before = with_pump.state["pump"][0]
    with_pump.run(0.1, into_soma=-10.0)
    assert with_pump.state["pump"][0] == pytest.approx(before * np.exp(-0.1 / greedy.pump_time), rel=1e-6)


# ----------------------------------------------------------------------------------------------------------- two states
GAINS = np.linspace(0.0, 4.0, 41)


@pytest.fixture(scope="module")
def two_states():
    """The smallest neuron over many gains: silent without a kick, and firing two seconds after one?"""
    left_alone = Neurons(np.zeros(GAINS.size), **QUIET)
    _, silent_for = left_alone.run(2.0, gain=GAINS)
    kicked = Neurons(np.zeros(GAINS.size), **QUIET)
    kicked.run(0.5, gain=GAINS, into_soma=15.0)
    _, since = kicked.run(2.0, gain=GAINS)
    return silent_for == np.inf, since < 0.3, kicked


def test_without_persistent_current_firing_ends_with_its_cause(two_states):
    silent, goes_on, _ = two_states
    assert GAINS[0] == 0.0
    assert silent[0]
    assert not goes_on[0]


def test_above_some_conductance_one_kick_leaves_firing_that_goes_on(two_states):
    silent, goes_on, _ = two_states
    assert (silent & goes_on).any(), "no conductance gives two states"
    first = goes_on.argmax()
    assert goes_on[first:].all()


def test_inhibition_of_the_dendrite_ends_it(two_states):
    silent, goes_on, kicked = two_states
    bistable = silent & goes_on
    kicked.run(0.5, gain=GAINS, inhibition=2.0)
    _, since = kicked.run(1.0, gain=GAINS)
    assert np.all(since[bistable] == np.inf)


def test_persistent_current_opens_smoothly_and_slowly():
    neurons = Neurons(np.zeros(3), **QUIET, threshold=1e9)
    half, slope = NEURON.persistent_half, NEURON.persistent_slope
    held = np.array([half - slope, half, half + slope])
    steps = round(NEURON.persistent_time * 1e4)
    for _ in range(steps):
        neurons.state["dendrite"] = held.copy()
        neurons.step()
    wanted = 1.0 / (1.0 + np.exp([1.0, 0.0, -1.0]))
    assert neurons.state["persistent"] == pytest.approx(wanted * (1 - np.exp(-1)), rel=1e-6)


# ------------------------------------------------------------------------------------------------------ nothing is idle
@pytest.mark.parametrize("field", [each.name for each in dataclasses.fields(MotorNeuron)])
def test_every_parameter_moves_an_answer(field):
    position = np.array([0.0, 0.2, 0.6, 0.9, 1.0])

    def answers(neuron):
        of = neuron.of_pool(position, **SHARES)
        return [*np.concatenate([*of.values()]), *neuron.shared(0.1).values()]

    changed = dataclasses.replace(NEURON, **{field: getattr(NEURON, field) * 1.05})
    assert answers(changed) != answers(NEURON)

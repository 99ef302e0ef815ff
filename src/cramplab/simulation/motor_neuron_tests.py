"""What an electrophysiologist measures on single motor neurons and on pairs of motor units, for any model of them.

Every measurement takes the neurons as a callable that is given currents and returns spikes (:class:`RunNeurons`), asks
it for what the experiment does, and gives one answer per unit; NaN where the unit does not do what is measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

STEP = 0.1e-3
"""Of the currents handed to the neurons : s."""
_REST = 0.5
"""Without current before a measurement : s."""
_LONGEST_INTERVAL = 1.0
"""A silence longer than this ends the discharge of a unit : s."""

Trains = list[NDArray[np.float64]]


class RunNeurons(Protocol):
    """Motor neurons that can be run from rest."""

    def __call__(
        self, soma_current_nA: NDArray[np.float32], dendrite_current_nA: NDArray[np.float32], step_s: float
    ) -> tuple[Trains, NDArray[np.float32] | None]:
        """Inject currents and record.

        Parameters
        ----------
        soma_current_nA, dendrite_current_nA : nA
            Shape [steps] for all units alike or [units, steps]; positive depolarises; equally many steps.
        step_s : s

        Returns
        -------
        spike_times : s
            One array per unit, counted from the start of the currents.
        soma_voltage : mV
            Shape [units, samples], evenly spaced from the start; None where the neurons have no voltage to show.
        """
        ...


def _ramp_up(most_nA: float, rate_nA_per_s: float) -> NDArray[np.float32]:
    """Give a current that rises from zero, after a rest."""
    steps = round(most_nA / rate_nA_per_s / STEP)
    return np.concatenate([np.zeros(round(_REST / STEP)), np.arange(steps) * STEP * rate_nA_per_s]).astype(np.float32)


def _into_soma(run: RunNeurons, current: NDArray[np.float32]) -> tuple[Trains, NDArray[np.float32] | None]:
    return run(current, np.zeros(current.shape[-1], np.float32), STEP)


def _with_voltage(run: RunNeurons, current: NDArray[np.float32]) -> tuple[Trains, NDArray[np.float32], float]:
    """Run; give spikes, voltages and the time between two samples."""
    trains, voltage = _into_soma(run, current)
    if voltage is None:
        raise ValueError("These neurons show no voltage, so it cannot be measured.")
    return trains, voltage, current.shape[-1] * STEP / voltage.shape[1]


def resting_voltage(run: RunNeurons) -> NDArray[np.float64]:
    """Give the voltage of the soma without input : mV, shape [units]."""
    _, voltage, sample_s = _with_voltage(run, np.zeros(round(2.0 * _REST / STEP), np.float32))
    return voltage[:, -round(0.1 / sample_s) :].mean(axis=1).astype(float)


def input_resistance(run: RunNeurons, current_nA: float = -1.0, lasting_s: float = 1.0) -> NDArray[np.float64]:
    """Give the change of voltage at the soma per current, at the end of a long step of current.

    Parameters
    ----------
    run
        The neurons.
    current_nA : nA
        Negative, so that no current that depolarisation opens takes part.
    lasting_s : s

    Returns
    -------
    array, shape [units]
        mV/nA, which is Mohm
    """
    before = round(_REST / STEP)
    current = np.zeros(before + round(lasting_s / STEP), np.float32)
    current[before:] = current_nA
    _, voltage, sample_s = _with_voltage(run, current)
    window, start = round(0.1 / sample_s), round(_REST / sample_s)
    rest = voltage[:, start - window : start].mean(axis=1)
    return (voltage[:, -window:].mean(axis=1) - rest).astype(float) / current_nA


def rheobase(run: RunNeurons, most_nA: float = 40.0, rate_nA_per_s: float = 2.0) -> NDArray[np.float64]:
    """Give the current at the first spike while a current into the soma slowly rises.

    Parameters
    ----------
    run
        The neurons.
    most_nA : nA
        Where the ramp ends; units that need more get NaN.
    rate_nA_per_s : nA/s

    Returns
    -------
    array, shape [units]
        nA
    """
    trains, _ = _into_soma(run, _ramp_up(most_nA, rate_nA_per_s))
    return np.array([(train[0] - _REST) * rate_nA_per_s if len(train) else np.nan for train in trains])


def rate_at_recruitment(
    run: RunNeurons, most_nA: float = 40.0, rate_nA_per_s: float = 2.0, intervals: int = 3
) -> NDArray[np.float64]:
    """Give the rate over the first intervals between spikes on a slow ramp of current.

    Parameters
    ----------
    run
        The neurons.
    most_nA, rate_nA_per_s : nA, nA/s
        The ramp.
    intervals
        How many are taken together.

    Returns
    -------
    array, shape [units]
        imp/s
    """
    trains, _ = _into_soma(run, _ramp_up(most_nA, rate_nA_per_s))
    return np.array(
        [intervals / (train[intervals] - train[0]) if len(train) > intervals else np.nan for train in trains]
    )


def frequency_current_gain(
    run: RunNeurons,
    most_nA: float = 40.0,
    rate_nA_per_s: float = 2.0,
    from_nA: float = 2.0,
    to_nA: float = 10.0,
) -> NDArray[np.float64]:
    """Give by how much the rate rises with current, on a slow ramp.

    A straight line through the rate of each interval against the current in its middle, from the current above
    rheobase ``from_nA``, where the steep start is over, to ``to_nA``.

    Parameters
    ----------
    run
        The neurons.
    most_nA, rate_nA_per_s : nA, nA/s
        The ramp.
    from_nA, to_nA : nA
        Above rheobase. Units that the ramp does not bring to ``to_nA`` get NaN.

    Returns
    -------
    array, shape [units]
        imp/s per nA
    """
    trains, _ = _into_soma(run, _ramp_up(most_nA, rate_nA_per_s))
    gains = np.full(len(trains), np.nan)
    for each, train in enumerate(trains):
        if len(train) < 3:
            continue
        current = ((train[1:] + train[:-1]) / 2.0 - train[0]) * rate_nA_per_s
        inside = (current >= from_nA) & (current <= to_nA)
        reached = (train[0] - _REST) * rate_nA_per_s + to_nA <= most_nA
        if reached and inside.sum() >= 3:
            gains[each] = np.polyfit(current[inside], 1.0 / np.diff(train)[inside], 1)[0]
    return gains


def self_sustained_rate(
    run: RunNeurons,
    peak_nA: float = 30.0,
    rate_nA_per_s: float = 5.0,
    after_s: float = 3.0,
    window_s: float = 2.0,
) -> NDArray[np.float64]:
    """Give the rate at which a unit goes on firing after a current into the soma has risen and returned to zero.

    Parameters
    ----------
    run
        The neurons.
    peak_nA, rate_nA_per_s : nA, nA/s
        The triangle of current.
    after_s : s
        From its end to where counting begins.
    window_s : s
        Over which is counted.

    Returns
    -------
    array, shape [units]
        imp/s; zero if the unit has fallen silent.
    """
    rising = _ramp_up(peak_nA, rate_nA_per_s)
    end = len(rising) + round(peak_nA / rate_nA_per_s / STEP)
    current = np.zeros(end + round((after_s + window_s) / STEP), np.float32)
    current[: len(rising)] = rising
    current[len(rising) : end] = rising[round(_REST / STEP) :][::-1]
    trains, _ = _into_soma(run, current)
    begin = end * STEP + after_s
    rates = np.zeros(len(trains))
    for each, train in enumerate(trains):
        late = train[train >= begin]
        if len(late) > 1:
            rates[each] = (len(late) - 1) / (late[-1] - late[0])
    return rates


def afterhyperpolarisation_duration(
    run: RunNeurons, left: float = 0.1, pulse_s: float = 1e-3, most_nA: float = 2000.0
) -> NDArray[np.float64]:
    """Give how long a single spike is followed by a voltage below rest.

    Each unit is fired by a short current just above what it needs. Time is counted from the moment when the falling
    voltage passes rest.

    Parameters
    ----------
    run
        The neurons.
    left
        The share of the depth that is left at the end; 0.5 gives the time to half decay, counted from the same moment.
    pulse_s : s
        Duration of the current that fires the unit.
    most_nA : nA
        Units that this does not fire get NaN.

    Returns
    -------
    array, shape [units]
        s
    """
    rest_steps, pulse_steps = round(_REST / STEP), round(pulse_s / STEP)
    units = len(run(np.zeros(1, np.float32), np.zeros(1, np.float32), STEP)[0])
    fired = np.zeros(units, bool)
    durations = np.full(units, np.nan)
    strength = 10.0
    while strength <= most_nA and not fired.all():
        current = np.zeros(rest_steps + round(1.0 / STEP), np.float32)
        current[rest_steps : rest_steps + pulse_steps] = strength
        trains, voltage, sample_s = _with_voltage(run, current)
        for each in np.flatnonzero([len(train) > 0 for train in trains] & ~fired):
            fired[each] = True
            durations[each] = _time_below_rest(voltage[each].astype(float), sample_s, trains[each][0], left)
        strength *= 1.25
    return durations


def _time_below_rest(voltage: NDArray[np.float64], sample_s: float, spike_s: float, left: float) -> float:
    start = round(_REST / sample_s)
    rest = voltage[start - round(0.1 / sample_s) : start].mean()
    below = rest - voltage[int(spike_s / sample_s) + 1 :]
    passed = np.flatnonzero(below > 0.0)
    if not len(passed):
        return np.nan
    deepest = passed[0] + int(np.argmax(below[passed[0] :]))
    back = np.flatnonzero(below[deepest:] <= left * below[deepest])
    return float((deepest + back[0] - passed[0]) * sample_s) if len(back) else np.nan


@dataclass(frozen=True)
class PairedUnits:
    """What pairs of motor units show on a triangle of drive; arrays of shape [pairs].

    Parameters
    ----------
    control, test
        Units of each pair, by their number; the control unit is recruited first.
    delta_f : imp/s
        Rate of the control unit where the test unit starts, less its rate where the test unit stops.
    """

    control: NDArray[np.int64]
    test: NDArray[np.int64]
    delta_f: NDArray[np.float64]

    @property
    def mean(self) -> float:
        """Mean over the test units, each first averaged over its control units : imp/s; NaN without a pair."""
        units = np.unique(self.test)
        return float(np.mean([self.delta_f[self.test == each].mean() for each in units])) if len(units) else np.nan


def triangle(peak_nA: float, rise_s: float, before_s: float = _REST, after_s: float = 2.0) -> NDArray[np.float64]:
    """Give a current that rises to a peak and falls back : nA, shape [steps]."""
    rise = np.arange(round(rise_s / STEP)) * STEP * peak_nA / rise_s
    return np.concatenate([np.zeros(round(before_s / STEP)), rise, rise[::-1], np.zeros(round(after_s / STEP))])


def synaptic_noise(
    units: int, steps: int, spread_nA: float, time_s: float, common: float, random: np.random.Generator
) -> NDArray[np.float32]:
    """Give a current that fluctuates about zero, partly the same in all units.

    Parameters
    ----------
    units, steps
        Shape of the answer.
    spread_nA : nA
        Standard deviation.
    time_s : s
        Over which it stays alike.
    common
        Share of the variance that all units have in common.
    random
        Generator with a visible seed.

    Returns
    -------
    array, shape [units, steps]
        nA
    """
    from scipy.signal import lfilter

    kept = np.exp(-STEP / time_s)
    white = random.standard_normal((units + 1, steps))
    # The first value is drawn from the steady spread too, so the noise does not have to build up.
    white[:, 1:] *= np.sqrt(1.0 - kept**2)
    slow = lfilter([1.0], [1.0, -kept], white, axis=1)
    return (spread_nA * (np.sqrt(common) * slow[:1] + np.sqrt(1.0 - common) * slow[1:])).astype(np.float32)


def delta_f(
    run: RunNeurons,
    peak_nA: float,
    rise_s: float = 10.0,
    noise_nA: float = 0.5,
    common_noise: float = 0.3,
    seed: int = 1,
    at_dendrite: bool = True,
) -> PairedUnits:
    """Compare the drive at which motor units start and stop, as the paired-unit technique does in people.

    All units get one triangle of current. The rate of a unit recruited earlier (control), smoothed by a polynomial of
    fifth order, stands for the drive to a unit recruited later (test). A pair counts if the test unit starts at least
    a second after the control unit and stops before it, if the rates of both rise and fall together (r squared at
    least 0.7), and if the control unit's rate could have shown a larger difference: it changes, while the test unit
    is active, by at least 0.5 imp/s more than the difference found.

    Parameters
    ----------
    run
        The neurons.
    peak_nA : nA
        Of the triangle.
    rise_s : s
        It rises and falls for as long.
    noise_nA : nA
        Standard deviation of the noise.
    common_noise
        Share of its variance that all units have in common.
    seed
        Of the noise.
    at_dendrite
        Where the current goes in; otherwise into the soma.

    Returns
    -------
    PairedUnits
    """
    drive = triangle(peak_nA, rise_s)
    nothing = np.zeros(len(drive), np.float32)
    units = len(run(nothing[:1], nothing[:1], STEP)[0])
    noise = synaptic_noise(units, len(drive), noise_nA, 5e-3, common_noise, np.random.default_rng(seed))
    driven = (drive + noise).astype(np.float32)
    trains, _ = run(nothing, driven, STEP) if at_dendrite else run(driven, nothing, STEP)
    bouts = [_longest_discharge(train) for train in trains]
    smooth = {each: _smoothed_rate(bout) for each, bout in enumerate(bouts) if len(bout) > 10}
    found = []
    for control in smooth:
        for test in smooth:
            begin, end = bouts[test][0], bouts[test][-1]
            if begin < bouts[control][0] + 1.0 or end > bouts[control][-1]:
                continue
            over = np.linspace(begin, end, 200)
            of_control, of_test = smooth[control](over), smooth[test](over)
            difference = float(of_control[0] - of_control[-1])
            together = np.corrcoef(of_control, of_test)[0, 1]
            if together > 0.0 and together**2 >= 0.7 and np.ptp(of_control) >= difference + 0.5:
                found.append((control, test, difference))
    columns = list(zip(*found, strict=True)) or [(), (), ()]
    return PairedUnits(np.array(columns[0], int), np.array(columns[1], int), np.array(columns[2], float))


def _longest_discharge(train: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the longest part of a train without a long silence: stray spikes are no discharge."""
    parts = np.split(train, np.flatnonzero(np.diff(train) > _LONGEST_INTERVAL) + 1)
    return max(parts, key=len)


def _smoothed_rate(train: NDArray[np.float64]) -> np.polynomial.Polynomial:
    middles = (train[1:] + train[:-1]) / 2.0
    return np.polynomial.Polynomial.fit(middles, 1.0 / np.diff(train), 5, domain=[train[0], train[-1]])

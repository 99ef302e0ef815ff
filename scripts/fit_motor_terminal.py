"""Fits the laws of the motor terminal to the axon node, prints both, and writes docs/results/motor_terminal.json.

Run from anywhere: ``python scripts/fit_motor_terminal.py``; takes about a minute. It prints what the declared
parameters should be; whoever changes the node copies them into ``motor_terminal.py``.
"""

from __future__ import annotations

import json
import math
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numba
import numpy as np
from scipy.optimize import curve_fit

from cramplab.physiology.axon_node import AxonNode
from cramplab.physiology.axon_surroundings import AxonSurroundings
from cramplab.physiology.motor_terminal import MotorTerminal

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "docs" / "results" / "motor_terminal.json"
FILES = ("axon_node", "axon_surroundings", "motor_terminal")

STEP = 2e-5  # s; at twice that, thresholds are the same to a few hundredths of a millivolt
SETTLING = 0.4  # s
SHOCK = 5000.0  # mA/m^2, several times threshold
SHOCK_WIDTH = 3e-4  # s
OUTLASTS = 1.2  # s; a discharge that is still there so long after the shock counts as started
FREE = -1.0  # sodium moves; any other number holds it that far above rest

node_step, node_at_rest = numba.njit(AxonNode.step), numba.njit(AxonNode.at_rest)
NODE = AxonNode.records(1)[0]


@numba.njit
def impulses(node, seconds, density, shift, fall, fall_from, potassium, opening, current, width, every, count, held):
    """Give the times of the impulses of one node, and its last potential and sodium.

    Shocks come from time 0; the shift of the gates falls by ``fall`` mV/s from ``fall_from`` on.
    """
    v, fast, persistent, slow, sodium = node_at_rest(node)
    if held != FREE:
        sodium += held
    kept = sodium
    times = np.zeros(100000)
    found = 0
    up = False
    for tick in range(int((seconds + SETTLING) / STEP)):
        time = tick * STEP - SETTLING
        shock = math.floor(time / every)
        injected = current if 0 <= shock < count and time - shock * every < width else 0.0
        gates = shift - max(time - fall_from, 0.0) * fall
        v, fast, persistent, slow, sodium = node_step(
            node, v, fast, persistent, slow, sodium, injected, density, gates, potassium, opening, STEP
        )
        if held != FREE:
            sodium = kept
        if v > 0.0 and not up:
            up = True
            if time > 0.0:
                times[found] = time
                found += 1
        if v < -30.0:
            up = False
    return times[:found], v, sodium


def discharge(seconds=1.3, density=1.0, shift=0.0, fall=0.0, fall_from=0.0, potassium=0.0, opening=1.0, current=SHOCK,
              width=SHOCK_WIDTH, every=1e6, count=1, held=0.0):  # fmt: skip
    """Run one node; sodium stays at rest unless told otherwise."""
    return impulses(
        NODE, seconds, density, shift, fall, fall_from, potassium, opening, current, width, every, count, held
    )


def least(works: Callable[[float], bool], low: float, high: float, halvings: int = 12) -> float:
    """Give the least number that works, by halving."""
    for _ in range(halvings):
        middle = 0.5 * (low + high)
        if works(middle):
            high = middle
        else:
            low = middle
    return high


def start(density: float, train: tuple[float, int] = (1e6, 1), **surroundings: float) -> float:
    """Give the shift of the gates, mV, from which a train (interval, impulses) starts a discharge that lasts."""
    interval, count = train
    last = (count - 1) * interval if count > 1 else 0.0

    def lasts(shift: float) -> bool:
        times = discharge(
            last + OUTLASTS + 0.1,
            density,
            shift,
            every=interval,
            count=count,
            **surroundings,  # type: ignore[arg-type]
        )[0]
        return len(times) > 0 and times[-1] > last + OUTLASTS

    return least(lasts, -10.0, 26.0)


def stop(density: float, started: float) -> float:
    """Give the shift of the gates, mV, at which a running discharge stops while the shift falls by 2 mV/s."""
    times = discharge(3.5, density, started + 2.0, fall=2.0, fall_from=0.5)[0]
    return started + 2.0 - 2.0 * (times[-1] - 0.5)


def threshold(width: float, held: float = 0.0, potassium: float = 0.0) -> float:
    """Give the current, mA/m^2, that sets off an impulse."""
    return least(
        lambda current: len(discharge(0.06, current=current, width=width, held=held, potassium=potassium)[0]) > 0,
        0.0, 2e4, 22,
    )  # fmt: skip


def properties() -> dict[str, float]:
    """Measure what is known of human motor axons on the node."""
    widths = np.array([0.1, 0.2, 0.3, 0.5, 1.0]) * 1e-3
    slope, charge = np.polyfit(widths, [threshold(each) * each for each in widths], 1)
    at_rest = discharge(300.0, count=0, held=FREE)[2]
    above = at_rest - AxonNode().sodium_at_rest
    told = {
        "resting_potential_mV": discharge(0.5, count=0)[1],
        "resting_sodium_mmol_per_L": at_rest,
        "strength_duration_time_us": 1e6 * charge / slope,
        "rheobase_mA_per_m2": slope,
    }
    for name, rate, seconds in (("one_minute_at_25", 25.0, 60.0), ("ten_minutes_at_8", 8.0, 600.0)):
        entered = discharge(seconds, every=1 / rate, count=10**9, held=FREE)[2] - AxonNode().sodium_at_rest
        for width in (1e-4, 1e-3):
            rise = threshold(width, entered) / threshold(width, above) - 1.0
            told[f"threshold_rise_{name}_pulse_{1e3 * width:g}_ms"] = rise
        # Spread over the whole train, because entry at rest falls once the pump has hyperpolarised the node.
        effective = rate * AxonNode().pump_time * -math.expm1(-seconds / AxonNode().pump_time)
        told[f"sodium_per_impulse_{name}_mmol_per_L"] = (entered - above) / effective
    long_step = discharge(0.2, current=2.0 * threshold(0.05), width=0.2)[0]
    told["impulses_in_200_ms_at_twice_rheobase"] = float(len(long_step))
    return {name: float(value) for name, value in told.items()}


def fit() -> tuple[dict[str, float], dict[str, float], list[tuple[str, float, float]]]:
    """Fit every law.

    Returns
    -------
    fitted
        By name of the parameter, internal units.
    errors
        Root mean square error of each law against the node.
    rows
        What was measured on the node, and the law with the declared parameters.
    """
    law, rows, fitted, errors = MotorTerminal(), [], {}, {}
    densities = np.arange(1.0, 2.01, 0.2)

    started = np.array([start(each) for each in densities])
    slope, first = np.polyfit(densities - 1.0, started, 1)
    fitted |= {"start": first, "start_per_density": -slope}
    errors["start_mV"] = _rms(first + slope * (densities - 1.0) - started)
    rows += [
        (f"start, density {each:.1f}, mV", found, law.start - law.start_per_density * (each - 1.0))
        for each, found in zip(densities, started, strict=True)
    ]

    stopped = np.array([stop(each, found) for each, found in zip(densities, started, strict=True)])
    fitted["hysteresis"] = float(np.mean(started - stopped))
    errors["stop_mV"] = _rms(started - stopped - fitted["hysteresis"])

    points, rates = [], []
    for each, found in zip(densities[::2], started[::2], strict=True):
        for above in (0.1, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0):
            times = discharge(1.5, each, found + above)[0]
            points.append(above + fitted["hysteresis"])
            rates.append(1.0 / np.mean(np.diff(times[-4:])))
            rows.append((
                f"rate, density {each:.1f}, {above:.1f} mV above start, imp/s", rates[-1],
                law.discharge_rate(law.start - law.start_per_density * (each - 1.0) + above, each),
            ))  # fmt: skip
    curve, _ = curve_fit(_rate_law, points, rates, p0=(40.0, 90.0, 3.0))
    fitted |= dict(zip(("lowest_rate", "rate_range", "rate_scale"), curve, strict=True))
    errors["rate_imp_per_s"] = _rms(_rate_law(np.array(points), *curve) - rates)

    # Trains: what they cost beyond a single shock, while slow potassium channels are still open.
    node = AxonNode()
    away = (node.leak_reversal - node.slow_half) / node.slow_width
    fitted["slow_channel_time"] = 1.0 / (node.slow_rate * math.cosh(away))
    intervals = np.array([0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2])
    dearer = np.array([
        np.mean([start(each, (gap, 10)) - start(each) for each in (1.2, 1.6)]) for gap in intervals
    ])  # fmt: skip
    faded = np.exp(-intervals / fitted["slow_channel_time"])
    fitted["start_after_impulse"] = float(faded @ dearer / (faded @ faded))
    errors["start_after_impulse_mV"] = _rms(fitted["start_after_impulse"] * faded - dearer)
    rows += [
        (f"dearer start in a train, {1e3 * gap:.0f} ms, mV", found,
         law.start_after_impulse * math.exp(-gap / law.slow_channel_time))
        for gap, found in zip(intervals, dearer, strict=True)
    ]  # fmt: skip

    # What else moves the start counts as the shift of the gates that moves it as far.
    thermal = AxonSurroundings().thermal_voltage_per_kelvin * (AxonSurroundings().reference_temperature + 273.15)
    excess = np.array([0.5, 1.0, 2.0, 3.0, 4.0, 6.0])
    logs = np.log(1.0 + excess / law.potassium_at_rest)
    eased = np.array([_eased(potassium=thermal * each) for each in logs])
    fitted["potassium_effect"] = float(logs @ eased / (logs @ logs))
    errors["potassium_effect_mV"] = _rms(fitted["potassium_effect"] * logs - eased)
    rows += [
        (f"potassium excess {each:g} mmol/L, mV", found, law.excitability(each, 0.0, 0.0, 1.0))
        for each, found in zip(excess, eased, strict=True)
    ]
    loads = np.array([1.0, 2.0, 4.0, 6.0, 8.0])
    eased = np.array([_eased(held=each) for each in loads])
    fitted["sodium_effect"] = -float(loads @ eased / (loads @ loads))
    errors["sodium_effect_mV"] = _rms(-fitted["sodium_effect"] * loads - eased)
    rows += [
        (f"sodium load {each:g} mmol/L, mV", found, law.excitability(0.0, each, 0.0, 1.0))
        for each, found in zip(loads, eased, strict=True)
    ]
    lengths = np.array([0.9, 1.05, 1.1, 1.15, 1.2, 1.3])
    surroundings = AxonSurroundings()
    warm = surroundings.reference_temperature
    eased = np.array([_eased(opening=surroundings.leak_opening(warm, each)) for each in lengths])
    taut = np.maximum(lengths, law.slack_length) - 1.0
    fitted["stretch_effect"] = -float(taut @ eased / (taut @ taut))
    errors["stretch_effect_mV"] = _rms(-fitted["stretch_effect"] * taut - eased)
    rows += [
        (f"length {each:g}, mV", found, law.excitability(0.0, 0.0, 0.0, each))
        for each, found in zip(lengths, eased, strict=True)
    ]
    resting = [surroundings.resting_shift(4.2 + each, 142.0, warm, 1.0) for each in excess]
    eased = np.array([_eased(potassium=thermal * each) for each in logs])
    fitted["resting_weight"] = float(np.dot(resting, eased) / np.dot(resting, resting))
    return {name: float(value) for name, value in fitted.items()}, errors, rows


def _eased(**surroundings: float) -> float:
    """Give by how much the start becomes easier, mV, as the mean of two axons above the middle one."""
    return float(np.mean([start(each) - start(each, **surroundings) for each in (1.2, 1.6)]))


def _rate_law(above: Any, lowest: float, rise: float, scale: float) -> Any:
    return lowest + rise * (1.0 - np.exp(-np.asarray(above) / scale))


def _rms(errors: Any) -> float:
    return float(np.sqrt(np.mean(np.square(errors))))


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: float(f"{value:.4g}") for name, value in values.items()}


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def main() -> None:
    """Measure, fit, print and record."""
    measured = properties()
    fitted, errors, rows = fit()
    fitted["sodium_per_impulse"] = measured["sodium_per_impulse_one_minute_at_25_mmol_per_L"]
    declared = {
        name: getattr(MotorTerminal(), name, None) or getattr(AxonSurroundings(), name, None) for name in fitted
    }
    print("Node")
    for name, value in measured.items():
        print(f"  {name:50} {value:10.4g}")
    print("Node against law")
    for name, found, lawful in rows:
        print(f"  {name:50} {found:10.3g} {lawful:10.3g}")
    print("Parameter: fitted, declared")
    for name, value in fitted.items():
        print(f"  {name:50} {value:10.4g} {declared[name]:10.4g}")
    print("Root mean square error of each fitted law")
    for name, value in errors.items():
        print(f"  {name:50} {value:10.3g}")
    made = {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _git("rev-parse", "HEAD"),
        "changed_since_commit": bool(
            _git("status", "--porcelain", "--", *(f"src/cramplab/physiology/{each}.py" for each in FILES))
        ),
        "node": _rounded(measured),
        "fitted": _rounded(fitted),
        "errors": _rounded(errors),
        "rows": [{"what": name, **_rounded({"node": found, "law": lawful})} for name, found, lawful in rows],
    }
    RECORD.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

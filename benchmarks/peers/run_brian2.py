"""The benchmark's motor pool in Brian2 (C++ standalone), written from the differential equations.

Run by ``motor_pool.py`` with the interpreter of the environment in ``requirements.lock``. Reads the pool from a file,
prints one line of JSON: seconds of the run without building, and spikes of each neuron.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

import brian2 as b
import numpy as np

EQUATIONS = """
pulse = int(t - last < pulse_length) : 1
dsoma/dt = (g_sodium * inactivation * pulse * (120 - soma)
            + (g_fast * fast**4 + g_slow * slow**2) * (-10 - soma)
            - soma_leak * soma + coupling * (dendrite - soma) + soma_current) / soma_capacitance / ms : 1
ddendrite/dt = (g_persistent * persistent * (140 - dendrite) + g_excitation * (70 - dendrite)
                + pump_conductance * pump * dendrite_leak * (-10 - dendrite)
                - dendrite_leak * dendrite + coupling * (soma - dendrite) + noise_size * noise)
               / dendrite_capacitance / ms : 1
dinactivation/dt = (pulse * (-inactivation) * sodium_inactivates + (1 - pulse) * (1 - inactivation) * sodium_recovers)
                   / ms : 1
dfast/dt = (pulse * (1 - fast) * fast_opens - (1 - pulse) * fast * fast_closes) / ms : 1
dslow/dt = (pulse * (1 - slow) * slow_opens - (1 - pulse) * slow * slow_closes) / ms : 1
dpersistent/dt = (1 / (1 + exp((persistent_half - dendrite) / persistent_slope)) - persistent)
                 / (persistent_time * ms) : 1
dpump/dt = -pump / (pump_time * ms) : 1
g_excitation = peak_excitation * t / duration : 1
soma_current = peak_current * t / duration : 1
noise : 1
last : second
soma_capacitance : 1
dendrite_capacitance : 1
soma_leak : 1
dendrite_leak : 1
coupling : 1
g_sodium : 1
g_fast : 1
g_slow : 1
g_persistent : 1
threshold : 1
slow_closes : 1
noise_size : 1
"""
PROPERTIES = {
    "soma_capacitance": "soma_capacitance", "dendrite_capacitance": "dendrite_capacitance", "soma_leak": "soma_leak",
    "dendrite_leak": "dendrite_leak", "coupling": "coupling", "g_sodium": "sodium", "g_fast": "fast_potassium",
    "g_slow": "slow_potassium", "g_persistent": "persistent_calcium", "threshold": "threshold",
    "slow_closes": "slow_potassium_closing", "noise_size": "noise",
}  # fmt: skip


def main() -> None:
    """Build, run once, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pool", type=Path)
    parser.add_argument("--folder", type=Path, required=True, help="where the C++ is written and compiled")
    parser.add_argument("--step-ms", type=float, default=0.1)
    parser.add_argument("--repeats", type=int, default=1)
    given = parser.parse_args()
    pool = np.load(given.pool)
    rates = {name.removeprefix("rate_"): float(pool[name]) for name in pool.files if name.startswith("rate_")}
    rates["pulse_length"] = rates.pop("pulse") * b.ms
    # The generated program waits on one core: what is compared is the cost per core.
    b.set_device("cpp_standalone", directory=str(given.folder), build_on_run=False)
    b.prefs.devices.cpp_standalone.openmp_threads = 0
    b.prefs.codegen.cpp.extra_compile_args_gcc = ["-w", "-O3", "-ffast-math", "-march=native"]
    b.defaultclock.dt = given.step_ms * b.ms
    b.seed(int(pool["seed"]))
    duration = float(pool["duration_s"]) * b.second
    keeps = float(np.exp(-given.step_ms / rates["noise_time"]))
    names = {
        **rates, "peak_excitation": float(pool["peak_excitation"]), "peak_current": float(pool["peak_current"]),
        "duration": duration, "noise_keeps": keeps, "noise_gets": float(np.sqrt(3.0 * (1.0 - keeps**2))),
        "refractory_length": rates["refractory"] * b.ms,
    }  # fmt: skip
    neurons = b.NeuronGroup(
        pool["threshold"].size, EQUATIONS, namespace=names, method="exponential_euler",
        threshold="soma >= threshold and t - last > refractory_length",
        reset="last = t; pump += (1 - pump) * pump_per_spike",
    )  # fmt: skip
    neurons.last = -10 * b.second
    neurons.inactivation = 1
    for own, theirs in PROPERTIES.items():
        setattr(neurons, own, pool[theirs].ravel())
    neurons.run_regularly("noise = noise * noise_keeps + noise_gets * (2 * rand() - 1)", when="start")
    spikes = b.SpikeMonitor(neurons, record=False)
    b.run(duration, namespace={})
    begun = time.perf_counter()
    # Brian2 talks while it builds; the answer alone goes to the standard output.
    kept = os.dup(1)
    os.dup2(2, 1)
    b.device.build(directory=str(given.folder), compile=True, run=False)
    built = time.perf_counter() - begun
    times = []
    for _ in range(given.repeats):
        b.device.run(str(given.folder), with_output=False, run_args=[])
        # What the program itself says of its main loop: reading and writing files is left out.
        times.append(float(b.device._last_run_time))
    os.dup2(kept, 1)
    counts = np.asarray(spikes.count).reshape(pool["threshold"].shape)
    json.dump({"version": b.__version__, "build_s": built, "seconds": times, "counts": counts.tolist()}, sys.stdout)


if __name__ == "__main__":
    main()

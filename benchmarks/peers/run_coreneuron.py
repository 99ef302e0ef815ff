"""The benchmark's motor pool in NEURON and CoreNEURON: two sections a neuron, mechanisms in the mod files beside.

Run by ``motor_pool.py`` with the interpreter of the environment in ``requirements.lock``. Reads the pool from a file,
prints one line of JSON: seconds of the run without building, and spikes of each neuron.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent


def compiled(folder: Path) -> Path:
    """Compile the mechanisms into a folder, once."""
    sources = folder / "mod"
    shutil.rmtree(sources, ignore_errors=True)
    sources.mkdir(parents=True)
    for file in HERE.glob("*.mod"):
        shutil.copy(file, sources)
    tool = Path(sysconfig.get_path("scripts")) / "nrnivmodl"
    done = subprocess.run(
        [sys.executable, str(tool), "-coreneuron", "mod"], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"nrnivmodl failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return folder


def main() -> None:
    """Build, run, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pool", type=Path)
    parser.add_argument("--folder", type=Path, required=True, help="where the mechanisms are compiled")
    parser.add_argument("--step-ms", type=float, default=0.1)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--core", action="store_true", help="with CoreNEURON")
    given = parser.parse_args()
    pool = np.load(given.pool)
    begun = time.perf_counter()
    os.chdir(compiled(given.folder.resolve()))
    if given.core:
        os.environ["CORENEURONLIB"] = str(next(given.folder.resolve().rglob("libcorenrnmech*")))
    kept = os.dup(1)
    os.dup2(2, 1)
    import neuron
    from neuron import coreneuron, h

    h.load_file("stdrun.hoc")
    rate = {name.removeprefix("rate_"): float(pool[name]) for name in pool.files if name.startswith("rate_")}
    duration_ms = 1e3 * float(pool["duration_s"])
    for name in (
        "pulse",
        "refractory",
        "sodium_inactivates",
        "sodium_recovers",
        "fast_opens",
        "fast_closes",
        "slow_opens",
    ):
        # "pulse" and "threshold" are words of NEURON's own.
        setattr(h, f"{'pulse_length' if name == 'pulse' else name}_spike_pulse", rate[name])
    keeps = float(np.exp(-given.step_ms / rate["noise_time"]))
    for name, value in (
        ("half", rate["persistent_half"]), ("slope", rate["persistent_slope"]),
        ("follow_time", rate["persistent_time"]),
        ("noise_keeps", keeps), ("noise_gets", float(np.sqrt(1.0 - keeps**2))), ("duration", duration_ms),
    ):  # fmt: skip
        setattr(h, f"{name}_motor_dendrite", value)
    h.duration_spike_pulse = duration_ms
    cells = []
    flat = {name: pool[name].ravel() for name in pool.files if pool[name].ndim == 2}
    for n in range(flat["threshold"].size):
        soma, dendrite = h.Section(name=f"soma{n}"), h.Section(name=f"dendrite{n}")
        dendrite.connect(soma(1))
        for section, which in ((soma, "soma"), (dendrite, "dendrite")):
            section.nseg, section.Ra = 1, float(pool["axial_resistivity"])
            section.L, section.diam = flat[f"{which}_length_um"][n], flat[f"{which}_diameter_um"][n]
            # uS over um^2 to S/cm^2; the membrane's capacitance the same way from nF to uF/cm^2.
            section.cm = 1e5 * flat[f"{which}_capacitance"][n] / section(0.5).area()
        soma.insert("spike_pulse")
        dendrite.insert("motor_dendrite")
        body, tree = soma(0.5).spike_pulse, dendrite(0.5).motor_dendrite
        here, there = 1e2 / soma(0.5).area(), 1e2 / dendrite(0.5).area()
        body.g_sodium, body.g_fast = here * flat["sodium"][n], here * flat["fast_potassium"][n]
        body.g_slow, body.g_leak = here * flat["slow_potassium"][n], here * flat["soma_leak"][n]
        body.fires_at, body.slow_closes = flat["threshold"][n], flat["slow_potassium_closing"][n]
        body.peak = here * float(pool["peak_current"])
        tree.g_persistent, tree.g_leak = there * flat["persistent_calcium"][n], there * flat["dendrite_leak"][n]
        tree.peak_excitation = there * float(pool["peak_excitation"])
        tree.noise_size = there * flat["noise"][n]
        tree.chance.set_ids(int(pool["seed"]), n, 1)
        cells.append((soma, dendrite))
    context = h.ParallelContext()
    context.set_gid2node(0, context.id())
    context.cell(0, h.NetCon(cells[0][0](0.5)._ref_v, None, sec=cells[0][0]))
    h.dt, h.steps_per_ms, h.celsius = given.step_ms, 1.0 / given.step_ms, 37.0
    h.CVode().cache_efficient(True)
    coreneuron.enable, coreneuron.verbose = given.core, 0
    built = time.perf_counter() - begun
    times = []
    for _ in range(given.repeats):
        context.set_maxstep(10.0)
        h.finitialize(0.0)
        begun = time.perf_counter()
        context.psolve(duration_ms)
        times.append(time.perf_counter() - begun)
    counts = np.array([cell[0](0.5).spike_pulse.spikes for cell in cells]).reshape(pool["threshold"].shape)
    os.dup2(kept, 1)
    json.dump(
        {"version": neuron.__version__, "build_s": built, "seconds": times, "counts": counts.tolist()}, sys.stdout
    )
    sys.stdout.flush()
    os._exit(0)  # NEURON's farewell would go to the standard output


if __name__ == "__main__":
    main()

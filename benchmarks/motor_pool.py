"""How fast motor neurons are stepped: our loop against plain C, JAX, Brian2 and NEURON, on one pool, in one run.

All run the same pools from rest under an excitation that rises for some seconds. C, our loop and JAX get the same
noise; Brian2 and NEURON draw their own. Rounds alternate between programs, building and compiling are left out, and
the fastest round counts. Without ``--peers`` Brian2 and NEURON are left out.
"""

from __future__ import annotations

import argparse
import copy
import ctypes
import datetime
import json
import os
import platform
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numba
import numpy as np

from cramplab.core.library import load_library
from cramplab.core.muscle import simulated_units
from cramplab.physiology.motor_neuron import MotorNeuron
from cramplab.simulation.pool_run import advance_pools
from cramplab.simulation.pool_step import LANES, groups_of, lay_out_properties, resting_state, shared_factors
from cramplab.simulation.subjects import Subjects, memory_per_person
from cramplab.simulation.threshold_ladder import Ladder, run_ladder

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
MUSCLE = "flexor_hallucis_brevis"
STEP_MS, FINE_STEP_MS, STEPS_PER_INPUT, SEED = 0.1, 0.0125, 20, 1
PEAK_EXCITATION_US, PEAK_CURRENT_NA = 0.6, 0.0
FLAGS = ("-O3", "-march=native", "-ffast-math")


def pools(people: int, units: int) -> dict[str, np.ndarray]:
    """Give the properties of some people's pools and the geometry that NEURON wants; people are alike."""
    neuron, muscle = MotorNeuron(), load_library(shelves=("muscles",)).muscles[MUSCLE]
    position = simulated_units(muscle.motor_units, units).position
    slow, resistant = muscle.slow_fibre_share, 0.75 * (1.0 - muscle.slow_fibre_share)
    made = neuron.of_pool(position, slow_share=slow, resistant_share=resistant)
    places = (0.0, slow, slow + resistant, 1.0)
    for name in ("soma_diameter", "dendrite_diameter", "dendrite_length"):
        four = [getattr(neuron, f"{name}_{at}") for at in ("smallest", "resistant", "fatigable", "largest")]
        made[f"{name}_um"] = 1e6 * np.interp(position, places, four)
    made["soma_length_um"] = made["soma_diameter_um"]
    return {name: np.tile(values, (people, 1)) for name, values in made.items()}


@dataclass
class Course:
    """What all programs are given."""

    people: int
    seconds: float
    of_units: dict[str, np.ndarray]

    def __post_init__(self) -> None:
        self.units = self.of_units["threshold"].shape[1]
        self.groups = groups_of(self.units)
        self.inputs = round(1e3 * self.seconds / (STEP_MS * STEPS_PER_INPUT))
        rising = ((np.arange(self.inputs) + 0.5) / self.inputs).astype(np.float32)
        self.excitation, self.current = rising * np.float32(PEAK_EXCITATION_US), rising * np.float32(PEAK_CURRENT_NA)
        self.properties = aligned(lay_out_properties(self.of_units, STEP_MS))
        self.shared = shared_factors(MotorNeuron(), STEP_MS)
        self.keys = np.arange(self.people, dtype=np.uint32)
        self.updates = self.people * self.units * self.inputs * STEPS_PER_INPUT

    def rest(self) -> tuple[np.ndarray, np.ndarray]:
        """Give the state at rest and room for counts."""
        return aligned(resting_state(self.people, self.units)), np.zeros((self.people, self.groups * LANES), np.float32)


def aligned(values: np.ndarray) -> np.ndarray:
    """Copy an array to the start of a cache line, so that chance does not favour a program."""
    room = np.empty(values.size + 16, values.dtype)
    start = (-room.ctypes.data % 64) // values.itemsize
    made = room[start : start + values.size].reshape(values.shape)
    made[...] = values
    return made


def clock(threads: int) -> float:
    """Give seconds: of the processor for what runs on one core, so that others on the machine count less."""
    return time.process_time() if threads == 1 else time.perf_counter()


class Ours:
    """The loop that the laboratory uses."""

    def __init__(self, course: Course, threads: int) -> None:
        self.course, self.threads = course, threads

    def __call__(self) -> tuple[float, np.ndarray]:
        """Run once; give seconds and spikes."""
        state, counts = self.course.rest()
        raster = np.zeros((self.course.people, 0, 1), np.uint8)
        numba.set_num_threads(self.threads)
        begun = clock(self.threads)
        advance_pools(
            state, self.course.properties, self.course.groups, self.course.shared, self.course.keys, np.uint32(SEED),
            STEPS_PER_INPUT, self.course.excitation, self.course.current, counts, raster,
        )  # fmt: skip
        return clock(self.threads) - begun, counts[:, : self.course.units]


class PlainC:
    """``motor_pool.c``."""

    def __init__(self, course: Course, threads: int, folder: Path, flags: Sequence[str] = FLAGS) -> None:
        self.course, self.threads = course, threads
        library = folder / f"motor_pool_{abs(hash(tuple(flags)))}.so"
        source = HERE / "motor_pool.c"
        subprocess.run(["gcc", *flags, "-fopenmp", "-shared", "-fPIC", source, "-o", library, "-lm"], check=True)
        self.call = ctypes.CDLL(str(library)).run_pools
        self.call.restype = None

    def __call__(self) -> tuple[float, np.ndarray]:
        """Run once; give seconds and spikes."""
        course = self.course
        state, counts = course.rest()
        shared = np.array(course.shared, np.float32)

        def at(values: np.ndarray) -> ctypes.c_void_p:
            return values.ctypes.data_as(ctypes.c_void_p)

        begun = clock(self.threads)
        self.call(
            course.people, course.groups, course.inputs, STEPS_PER_INPUT, at(state), at(course.properties), at(shared),
            at(course.excitation), at(course.current), at(course.keys), ctypes.c_uint32(SEED), at(counts), self.threads,
        )  # fmt: skip
        return clock(self.threads) - begun, counts[:, : course.units]


class Jax:
    """The same step in a scan of JAX, whole arrays of people at once, single precision."""

    def __init__(self, course: Course) -> None:
        import jax.numpy as jnp

        from cramplab.simulation.pool_oracle import make_runner, ready_properties

        self.run = make_runner(MotorNeuron(), STEP_MS, STEPS_PER_INPUT, jnp.float32)
        self.given = (
            ready_properties(course.of_units, STEP_MS, jnp.float32), jnp.asarray(course.keys), jnp.uint32(SEED),
            jnp.asarray(course.excitation), jnp.asarray(course.current),
        )  # fmt: skip

    def __call__(self) -> tuple[float, np.ndarray]:
        """Run once; give seconds and spikes."""
        begun = clock(1)
        spikes = self.run(*self.given).block_until_ready()
        return clock(1) - begun, np.asarray(spikes.sum(axis=0))


def peer(interpreter: Path, script: str, pool: Path, folder: Path, *extra: str) -> dict[str, Any]:
    """Run Brian2 or NEURON in their own environment."""
    # Both compile and run; a working folder of our own would be found on their path.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    kept["PATH"] = f"{interpreter.parent}{os.pathsep}{kept['PATH']}"
    done = subprocess.run(
        [interpreter, HERE / "peers" / script, pool, "--folder", folder, *extra], capture_output=True, text=True,
        check=False, env={**kept, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{script} failed:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout[done.stdout.index("{") :])


def write_pool(path: Path, course: Course, people: int) -> None:
    """Write what Brian2 and NEURON read: properties in uS, nF, mV, nA and rates per ms."""
    neuron = MotorNeuron()
    rates = {
        name: 1e-3 * getattr(neuron, field)
        for name, field in (
            ("sodium_inactivates", "sodium_inactivation"), ("sodium_recovers", "sodium_recovery"),
            ("fast_opens", "fast_potassium_opening"), ("fast_closes", "fast_potassium_closing"),
            ("slow_opens", "slow_potassium_opening"),
        )
    }  # fmt: skip
    factors = neuron.shared(STEP_MS)
    rates |= {
        "persistent_half": factors["persistent_half"], "persistent_slope": 1.0 / factors["per_persistent_slope"],
        "pump_per_spike": neuron.pump_per_spike, "pump_conductance": neuron.pump_conductance,
    }  # fmt: skip
    rates |= {f"{name}_time": 1e3 * getattr(neuron, f"{name}_time") for name in ("persistent", "pump")}
    rates |= {"noise_time": 1e3 * neuron.background_noise_time, "pulse": 1e3 * neuron.pulse}
    rates["refractory"] = 1e3 * neuron.refractory
    np.savez(
        path, seed=SEED, duration_s=course.seconds, peak_excitation=PEAK_EXCITATION_US, peak_current=PEAK_CURRENT_NA,
        axial_resistivity=1e2 * neuron.axial_resistivity, **{f"rate_{name}": value for name, value in rates.items()},
        **{name: values[:people] for name, values in course.of_units.items()},
    )  # fmt: skip


def threshold_seconds(rungs: int = 20) -> tuple[float, float]:
    """Time the threshold test of one person, all trains of the ladder without a cramp; the first and a warm one."""
    muscle = load_library(shelves=("muscles",)).muscles[MUSCLE]
    ladder = Ladder(start_hz=4.0, step_hz=2.0, stop_hz=4.0 + 2.0 * (rungs - 1))
    # Without a persistent current nothing outlasts a train: every one of them is given.
    subjects = Subjects(muscle, 1, values={"motor_neuron.persistent_calcium": 0.0})
    begun = time.perf_counter()
    run_ladder(copy.deepcopy(subjects), ladder)
    first = time.perf_counter() - begun
    begun = time.perf_counter()
    found = run_ladder(copy.deepcopy(subjects), ladder)
    warm = time.perf_counter() - begun
    if np.isnan(found.outlasted_s).any():
        raise SystemExit("The ladder ended early; its time says nothing.")
    return first, warm


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=64)
    parser.add_argument("--units", type=int, default=43, help="motor neurons of each")
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--scaling", type=int, nargs="*", default=[1, 10, 100, 1000, 10_000])
    parser.add_argument("--peers", type=Path, help="Python of the environment in peers/requirements.lock")
    parser.add_argument("--peer-people", type=int, default=8)
    parser.add_argument("--record", action="store_true", help="write docs/results and the table of README.md")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        found = measure(given, Path(scratch))
    lines = table(found)
    print("\n".join(lines))
    if given.record:
        record(found, lines)


def measure(given: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    course = Course(given.people, given.seconds, pools(given.people, given.units))
    cores = min(2, numba.config.NUMBA_NUM_THREADS)
    programs: dict[str, Callable[[], tuple[float, np.ndarray]]] = {
        "cramplab, 1 core": Ours(course, 1), "C, 1 core": PlainC(course, 1, scratch),
        f"cramplab, {cores} cores": Ours(course, cores), f"C, {cores} cores": PlainC(course, cores, scratch),
        "JAX scan": Jax(course),
    }  # fmt: skip
    seconds: dict[str, list[float]] = {name: [] for name in programs}
    counts: dict[str, np.ndarray] = {}
    begun = time.perf_counter()
    programs["cramplab, 1 core"]()
    compiled = time.perf_counter() - begun
    for program in programs.values():
        program()
    for _ in range(given.rounds):
        for name, program in programs.items():
            took, counts[name] = program()
            seconds[name].append(took)
    rows = [
        {"program": name, "updates_per_us": 1e-6 * course.updates / min(times), "rate": rate_of(counts[name], course)}
        for name, times in seconds.items()
    ]
    same = against_c(course, scratch)
    check = None
    if given.peers:
        small = Course(given.peer_people, given.seconds, pools(given.peer_people, given.units))
        write_pool(scratch / "pool.npz", small, given.peer_people)
        wanted = rate_of(Ours(small, 1)()[1], small)
        for name, script, extra in (
            ("Brian2 standalone, 1 core", "run_brian2.py", ()),
            ("NEURON, 1 core", "run_coreneuron.py", ()),
            ("CoreNEURON, 1 core", "run_coreneuron.py", ("--core",)),
        ):
            place = (given.peers, script, scratch / "pool.npz", scratch / script.removesuffix(".py"))
            answer = peer(*place, "--repeats", "3", *extra)
            # Their methods are of first order: rates are compared at a step at which they have settled.
            fine = peer(*place, "--step-ms", f"{FINE_STEP_MS:g}", *extra)
            speed = 1e-6 * small.updates / min(answer["seconds"])
            rate = rate_of(np.array(fine["counts"]), small)
            rows.append({"program": f"{name} ({answer['version']})", "updates_per_us": speed, "rate": rate})
            rows[-1]["rate_at_same_step"] = rate_of(np.array(answer["counts"]), small)
            if script == "run_brian2.py":
                check = {"neurons": given.peer_people * given.units, "rate": wanted, "brian2_rate": rate,
                         "brian2": answer["version"], "step_ms": STEP_MS, "brian2_step_ms": FINE_STEP_MS}  # fmt: skip
    first, warm = threshold_seconds()
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(), "commit": commit(), "processor": processor(),
        "versions": {"python": platform.python_version(), "numba": numba.__version__, "numpy": np.__version__},
        "people": given.people, "units": given.units, "seconds": given.seconds, "rounds": given.rounds,
        "flags": list(FLAGS), "compile_s": compiled, "programs": rows, "against_c": same,
        "scaling": scaling(given), "bytes_per_person": memory_per_person(given.units),
        "threshold_first_s": first, "threshold_warm_s": warm, "brian2_check": check,
    }  # fmt: skip


def rate_of(counts: np.ndarray, course: Course) -> float:
    return float(counts.sum()) / (counts.shape[0] * counts.shape[1] * course.seconds)


def against_c(course: Course, scratch: Path) -> dict[str, Any]:
    """Compare the number of spikes of every neuron with C."""
    _, ours = Ours(course, 1)()
    _, theirs = PlainC(course, 1, scratch)()
    return {"neurons": int(ours.size), "other_count": int((ours != theirs).sum()), "spikes": int(ours.sum())}


def scaling(given: argparse.Namespace) -> list[dict[str, float]]:
    """Time our loop for more and more people, about the same number of updates in each run."""
    rows = []
    for people in given.scaling:
        seconds = max(given.seconds * min(1.0, 100 / people), 0.1)
        course = Course(people, seconds, pools(people, given.units))
        run = Ours(course, 1)
        repeats = 3 if people >= 100 else 15
        rows.append({"people": people, "ns_per_update": 1e9 * min(run()[0] for _ in range(repeats)) / course.updates})
    return rows


def commit() -> str:
    git = shutil.which("git")
    if not git:
        return "unknown"
    done = subprocess.run([git, "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return platform.processor()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{names[0]}, {len(names)} cores" if names else platform.processor()


def table(found: dict[str, Any]) -> list[str]:
    """Give the table, as Markdown."""
    speed = {row["program"]: row["updates_per_us"] for row in found["programs"]}
    ours = speed["cramplab, 1 core"]
    both = [name for name in speed if name.startswith("cramplab, ") and name != "cramplab, 1 core"]
    made_with = (
        f"{found['people']} people, {found['units']} motor neurons each, {found['seconds']:g} s in steps of "
        f"{STEP_MS:g} ms; {found['processor']}; fastest of {found['rounds']} rounds; compiling (cramplab: "
        f"{found['compile_s']:.1f} s) left out."
    )
    lines = [
        made_with,
        "",
        "| program | neuron steps a microsecond | cramplab over it | mean rate, imp/s |",
        "|---|---|---|---|",
    ]
    for row in found["programs"]:
        several = "cores" in row["program"]
        mine = speed[both[0]] if several and both else ours
        ratio = mine / row["updates_per_us"]
        lines.append(f"| {row['program']} | {row['updates_per_us']:.3g} | {ratio:.2f} | {row['rate']:.3f} |")
    same = found["against_c"]
    compared = (
        f"Of {same['neurons']} neurons {same['other_count']} have another number of spikes than in C ({same['spikes']} "
        "spikes); both compilers may reorder sums."
    )
    costs = (
        f"A person on the bench takes {found['bytes_per_person'] / 1024:.0f} KiB. A threshold test of twenty trains on "
        f"one person takes {found['threshold_warm_s']:.2f} s once compiled."
    )
    lines += ["", compared, "", "| people | ns for a neuron's step |", "|---|---|"]
    lines += [f"| {row['people']} | {row['ns_per_update']:.2f} |" for row in found["scaling"]]
    lines += ["", costs]
    return lines


def record(found: dict[str, Any], lines: list[str]) -> None:
    """Write the records and put the table between the marks of README.md."""
    results = ROOT / "docs" / "results"
    check = found.pop("brian2_check")
    (results / "motor_pool_speed.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if check:
        check = {"date": found["date"], "commit": found["commit"], **check}
        (results / "brian2_check.json").write_text(json.dumps(check, indent=1) + "\n", encoding="utf-8")
    page = HERE / "README.md"
    text = page.read_text(encoding="utf-8")
    start, end = "<!-- motor_pool.py: begin -->\n", "<!-- motor_pool.py: end -->"
    head, rest = text.split(start)
    page.write_text(head + start + "\n".join(lines) + "\n" + end + rest.split(end)[1], encoding="utf-8")


if __name__ == "__main__":
    main()

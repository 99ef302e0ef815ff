"""The cramp margin: how strong a train on the nerve would just leave a cramp, from the slow states of body and cord.

The spiking pool answers questions of seconds. An event lasts hours, and asks the same question every minute for every
simulated person. So the answer of the full pool was worked out at some thousand points once, and a small network was
fitted to it. This file reads that network; what made it stands in `cramplab.simulation.margin_thresholds` and in
``scripts/fit_cramp_margin.py``.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from cramplab.core.errors import UserError, did_you_mean
from cramplab.simulation.assembly import fast_classes, fast_parameters

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class SlowInput:
    """One of the slow states that the margin depends on.

    Parameters
    ----------
    low, high
        The range over which the emulator was fitted, in ``unit``.
    reference
        What changes nothing.
    unit
        As `cramplab.simulation.subjects.Inputs` takes it.
    words
        What it is.
    """

    low: float
    high: float
    reference: float
    unit: str
    words: str


SLOW_INPUTS: Mapping[str, SlowInput] = {
    "persistent_gain": SlowInput(0.75, 1.4, 1.0, "1", "gain of the persistent inward current"),
    "volley_gain": SlowInput(0.5, 2.0, 1.0, "1", "gain of the facilitation by volleys"),
    "tendon_organ_gain": SlowInput(0.0, 1.5, 1.0, "1", "gain of tendon-organ inhibition"),
    "terminal_shift": SlowInput(-3.0, 8.0, 0.0, "mV", "depolarisation of the axons' terminals by what surrounds them"),
    "resting_drive": SlowInput(0.0, 4e-8, 0.0, "S", "steady excitation of the motor neurons"),
    "fibre_length": SlowInput(0.7, 1.2, 1.0, "1", "length of the muscle fibres, in optimal lengths"),
    "fatigue": SlowInput(0.0, 0.6, 0.0, "1", "share of the force that is lost"),
}
"""In the order of the emulator's inputs."""
INPUTS: tuple[str, ...] = tuple(SLOW_INPUTS)
MUSCLE = "abductor_hallucis"
"""Whose pool stands for all: the one in which laboratories provoke cramps most often."""
SEED, POOLS = 1, 20
"""Its pools: the same equations with the axons, the electrode and the noise of twenty people."""
TEMPERATURE = 34.0
"""Of the muscle, degC, as `cramplab.simulation.subjects.Inputs` has it; no input of the emulator."""
LOWEST_HZ, HIGHEST_HZ, STEP_HZ = 4.0, 60.0, 2.0
BY_ITSELF, BELOW_ALL, ABOVE_ALL = 0.0, 3.0, 62.0
"""What a threshold is called (Hz) when no train is needed, when the weakest is enough, when the strongest is not."""
EMULATORS = Path(__file__).with_name("emulators")
HELD_OUT = EMULATORS / "cramp_margin_held_out.npz"
"""Points that judge the emulator, with what the full pool gave there."""
_FILES_OF_THE_POOL = (
    "simulation/counter_noise.py", "simulation/laboratory_kernel.py", "simulation/margin_thresholds.py",
    "simulation/pool_step.py", "simulation/subjects.py", "simulation/threshold_ladder.py", "core/muscle.py",
)  # fmt: skip


@dataclass(frozen=True)
class Rest:
    """What the body's own laws make of length and surroundings in a muscle at rest, before any train.

    The network is told these beside the inputs: without them it would have to find the corners of the laws by itself.

    Parameters
    ----------
    stretch_effect, slack_length : mV per optimal length, optimal length
        Of the terminals: what stretch takes from their excitability, and the length below which it takes nothing.
    silent_primary, silent_secondary : 1
        Fibre lengths, in optimal lengths, up to which the spindle's endings are silent.
    primary_conductance, secondary_conductance : S
        That they hold open in a motor neuron, per optimal length above those.
    inhibition_begins, inhibition_full : 1
        Fibre lengths between which inhibition by the stretched muscle's free endings grows from nothing to all of it.
    """

    stretch_effect: float
    slack_length: float
    silent_primary: float
    primary_conductance: float
    silent_secondary: float
    secondary_conductance: float
    inhibition_begins: float
    inhibition_full: float


@dataclass(frozen=True, eq=False)
class Emulator:
    """A small network that stands in for the full pool.

    Parameters
    ----------
    quantity, unit
        What it gives.
    layers
        Weights, shape [inputs, outputs], and biases, of each layer; float32.
    rest
        Laws that it is told beside the inputs.
    lowest, highest
        Between which every output lies.
    record
        When, from what and how well it was fitted.
    """

    quantity: str
    unit: str
    layers: tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]
    rest: Rest
    lowest: float
    highest: float
    record: Mapping[str, Any]

    def __call__(self, scaled: Any) -> Any:
        """Give the quantity at points of shape [..., inputs], scaled to -1 to 1; shape [...]."""
        rows = features(jnp.reshape(scaled, (-1, scaled.shape[-1])), self.rest)
        return network(self.layers, rows, self.lowest, self.highest).mean(axis=1).reshape(scaled.shape[:-1])


def features(scaled: Any, rest: Rest) -> Any:
    """Give what the network sees: the inputs (scaled to -1 to 1), and four things that follow from them at rest.

    These are the excitability of the axons' terminals, the conductance that drive and spindles hold open in the motor
    neurons, how far the spindles are stretched, and how much of the inhibition by stretch there is.

    Parameters
    ----------
    scaled
        Shape [points, inputs].

    Returns
    -------
    array
        Shape [points, inputs + 4].
    """

    def value(name: str) -> Any:
        span = SLOW_INPUTS[name]
        return span.low + (span.high - span.low) * 0.5 * (scaled[:, INPUTS.index(name)] + 1.0)

    length, drive = value("fibre_length"), SLOW_INPUTS["resting_drive"]
    terminal = value("terminal_shift") - rest.stretch_effect * (jnp.maximum(length, rest.slack_length) - 1.0)
    primary = jnp.maximum(length - rest.silent_primary, 0.0)
    secondary = jnp.maximum(length - rest.silent_secondary, 0.0)
    held_open = (
        value("resting_drive") + rest.primary_conductance * primary + rest.secondary_conductance * secondary
    ) / drive.high
    shift = SLOW_INPUTS["terminal_shift"]
    more = (
        terminal / (0.5 * (shift.high - shift.low)) - 0.5,
        2.0 * held_open / (held_open + 1.0) - 1.0,
        8.0 * secondary - 1.0,
        2.0 * jnp.clip((length - rest.inhibition_begins) / (rest.inhibition_full - rest.inhibition_begins), 0.0, 1.0)
        - 1.0,
    )
    return jnp.concatenate([scaled, jnp.stack(more, axis=1)], axis=1)


def network(layers: Any, seen: Any, lowest: float, highest: float) -> Any:
    """Give one output for each simulated pool, shape [points, pools]; their mean is the answer.

    Each pool has thresholds of its own, with steps of their own. Fitting them apart tells the network where each step
    lies; fitting the mean alone would leave it to guess.
    """
    values = seen
    for weights, bias in layers[:-1]:
        values = jnp.tanh(values @ weights + bias[None, :])
    weights, bias = layers[-1]
    return lowest + (highest - lowest) * jax.nn.sigmoid(values @ weights + bias[None, :])


@cache
def emulator(name: str = "cramp_margin") -> Emulator:
    """Read a shipped emulator: ``cramp_margin``, ``cramp_duration`` or ``cramp_emg``.

    Raises
    ------
    UserError
        If there is none of that name.
    """
    known = sorted(file.stem for file in EMULATORS.glob("*.json"))
    if name not in known:
        raise UserError(f"No emulator named '{name}'. {did_you_mean(name, known)}")
    found = json.loads((EMULATORS / f"{name}.json").read_text(encoding="utf-8"))
    layers = tuple(
        (np.asarray(each["weights"], dtype=np.float32), np.asarray(each["bias"], dtype=np.float32))
        for each in found.pop("layers")
    )
    rest = Rest(**found["rest"])
    return Emulator(found["quantity"], found["unit"], layers, rest, found["lowest"], found["highest"], found)


def cramp_margin(inputs: Mapping[str, Any]) -> Any:
    """Give the cramp margin, Hz: the frequency of two-second trains on the nerve that would just leave a cramp.

    Parameters
    ----------
    inputs
        By name as in `SLOW_INPUTS`, in the units given there; shapes that broadcast. What is left out is at its
        reference. What lies outside its range is taken at the nearest end of it: `outside_ranges` tells.

    Returns
    -------
    array
        0 where a cramp comes by itself; above 60 stands for "more than 60". Differentiable with ``jax.grad``; in the
        range of an input, so is the answer by it.
    """
    return emulated("cramp_margin", inputs)


def emulated(name: str, inputs: Mapping[str, Any]) -> Any:
    """Give the answer of a shipped emulator; see `cramp_margin`.

    Raises
    ------
    UserError
        If an input does not exist.
    """
    for each in inputs:
        if each not in SLOW_INPUTS:
            raise UserError(f"The cramp margin has no input '{each}'. {did_you_mean(each, SLOW_INPUTS)}")
    columns = [
        scaled_input(each, jnp.asarray(inputs.get(each, SLOW_INPUTS[each].reference), dtype=jnp.float32))
        for each in INPUTS
    ]
    return _evaluate(name, jnp.stack(jnp.broadcast_arrays(*columns), axis=-1))


def _evaluate(name: str, scaled: Any) -> Any:
    return _compiled(name)(scaled)


@cache
def _compiled(name: str) -> Any:
    return jax.jit(emulator(name))


def scaled_input(name: str, values: Any) -> Any:
    """Scale an input from its range to -1 to 1, and clip what lies outside."""
    span = SLOW_INPUTS[name]
    middle, half = 0.5 * (span.low + span.high), 0.5 * (span.high - span.low)
    return jnp.clip((values - middle) / half, -1.0, 1.0)


def outside_ranges(inputs: Mapping[str, Any]) -> list[str]:
    """Say of which inputs how much lies outside the range that the emulator was fitted over, one sentence each."""
    told = []
    for name, values in inputs.items():
        span, given = SLOW_INPUTS[name], np.asarray(values, dtype=float)
        slack = 1e-6 * (span.high - span.low)
        outside = (given < span.low - slack) | (given > span.high + slack)
        if outside.any():
            unit = "" if span.unit == "1" else f" {span.unit}"
            told.append(
                f"Cramp margin: {100.0 * outside.mean():.2g} % of the values of {name} lie outside {span.low:g} to "
                f"{span.high:g}{unit} and were taken at the nearest end of it."
            )
    return told


def stated_error() -> str:
    """Give in words how well the shipped emulator stands in for the pool."""
    errors = emulator().record["held_out"]
    return (
        f"within 1 Hz of the full pool at {100.0 * errors['share_within_1_hz']:.0f} % of {errors['points']} points "
        f"that were held out (root mean square {errors['rmse_hz']:.1f} Hz)"
    )


def judged(said_hz: Any, found_hz: Any) -> dict[str, Any]:
    """Set what an emulator says against what the pool gave.

    Returns
    -------
    dict
        points, share_within_1_hz, rmse_hz, median_error_hz, largest_error_hz; rounded to three digits.
    """
    wrong = np.abs(np.asarray(said_hz, dtype=float) - np.asarray(found_hz, dtype=float))
    numbers = {
        "share_within_1_hz": np.mean(wrong <= 1.0),
        "rmse_hz": np.sqrt(np.mean(wrong**2)),
        "median_error_hz": np.median(wrong),
        "largest_error_hz": np.max(wrong),
    }
    return {"points": wrong.size, **{name: float(f"{value:.3g}") for name, value in numbers.items()}}


# ------------------------------------------------------------------------------------------- which pool it stands for
@cache
def pool_fingerprint() -> str:
    """Give a digest of the pool that an emulator is fitted to: equations, parameters, muscle, and how it is asked.

    Comments, docstrings and the words of a declaration do not count; numbers and code do.
    """
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    of_equations = sorted(f"physiology/{each.__module__.rpartition('.')[2]}.py" for each in fast_classes())
    for name in (*of_equations, *_FILES_OF_THE_POOL):
        digest.update(f"{name}\0{_code_of(package / name)}\0".encode())
    for name, declaration in sorted(fast_parameters().items()):
        digest.update(f"{name}={declaration.value!r}\0".encode())
    muscle = (package / "library" / "muscles" / f"{MUSCLE}.toml").read_text(encoding="utf-8")
    digest.update("\n".join(line for line in muscle.splitlines() if line.startswith(("value", "["))).encode())
    return digest.hexdigest()[:16]


def _code_of(file: Path) -> str:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            # What stands alone as a string is a docstring or a comment.
            node.body = [each for each in node.body if not _is_words(each)] or [ast.Pass()]
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("parameter", "UserError"):
            node.args, node.keywords = [], []
    return ast.unparse(tree)


def _is_words(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)

"""A theory as it enters a prediction: with its strength, which is known only so well, and its base rate of cramps."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.cohort.cramp_hazard import CrampHazard
from cramplab.cohort.population import quantile
from cramplab.cohort.random_streams import stream
from cramplab.core.parameters import declarations_of
from cramplab.core.situation import PORTS
from cramplab.core.theory import Theory, moved
from cramplab.physiology.axon_surroundings import AxonSurroundings

FloatArray = NDArray[np.float64]
CALIBRATED = Path(__file__).with_name("calibrated")
NEUTRAL: Mapping[str, float] = {name: port.neutral for name, port in PORTS.items()}
_POOL, _AXON = "motor_pool.", "axon_surroundings."
_UNCALIBRATED_LOG_RATE = np.log(1.0 / 3600.0)


@dataclass(frozen=True, eq=False)
class Stance:
    """A theory with the strengths at which it is tried.

    Parameters
    ----------
    name
        Of the theory.
    parts
        Theories whose couplings act one after the other, each with its strength in every possible world.
    scale_hz, log_rate
        Of the hazard of a cramp, in every possible world; shape [worlds].
    """

    name: str
    parts: tuple[tuple[Theory, FloatArray], ...]
    scale_hz: FloatArray
    log_rate: FloatArray
    claim: str = ""
    record: Mapping[str, Any] = field(default_factory=dict)

    def inputs(self, states: Mapping[str, Any], each: int) -> dict[str, Any]:
        """Give the inputs of nerve and muscle in a situation.

        Parameters
        ----------
        states
            By name; numbers, or the last axis people: ``each`` for every world, one world after the other.
        each
            People in a world.

        Returns
        -------
        dict
            Inputs of the motor pool by their bare names; what lies beyond a port's ends is taken at the end. What is
            around the axon has become a shift of its terminals.
        """
        values: dict[str, Any] = dict(NEUTRAL)
        for theory, strengths in self.parts:
            values |= moved(theory, states, values, np.repeat(strengths, each))
        limited = {
            name: value if name not in PORTS or value is NEUTRAL[name] else np.clip(
                value, PORTS[name].low, PORTS[name].high)
            for name, value in values.items()
        }  # fmt: skip
        return _pool_inputs(limited)

    def worlds(self, values: FloatArray, each: int) -> FloatArray:
        """Repeat one number of every world for its people."""
        return np.repeat(values, each)


def _pool_inputs(values: Mapping[str, Any]) -> dict[str, Any]:
    found = {name.removeprefix(_POOL): value for name, value in values.items() if name.startswith(_POOL)}
    ions = {name.removeprefix(_AXON): value for name, value in values.items() if name.startswith(_AXON)}
    if any(value is not NEUTRAL[_AXON + name] for name, value in ions.items()):
        axon = AxonSurroundings()
        shift = axon.terminal_shift(
            ions["potassium"], ions["sodium"], ions["calcium"], ions["magnesium"], axon.reference_temperature,
            log=np.log,
        )  # fmt: skip
        found["terminal_shift"] = found["terminal_shift"] + shift
    return found


@cache
def calibration_of(name: str) -> dict[str, Any]:
    """Read what calibration found for a theory; empty if it was never calibrated."""
    file = CALIBRATED / f"{name}.json"
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}


def drawn_scales(worlds: int, seed: int) -> FloatArray:
    """Draw how fast the hazard falls with the margin, Hz; evenly over its spread, in random order."""
    declaration = declarations_of(CrampHazard, CrampHazard.name)["cramp_hazard.scale"]
    shares = (stream(seed, "hazard scale").permutation(worlds) + 0.5) / worlds
    return quantile(declaration, shares)


def drawn_strengths(record: Mapping[str, Any], worlds: int, seed: int, name: str) -> FloatArray:
    """Draw strengths as well as calibration knows them; 1 where nothing was calibrated."""
    found = record.get("strength")
    if not found or "grid" not in found:
        return np.ones(worlds)
    shares = (stream(seed, "strength", name).permutation(worlds) + 0.5) / worlds
    return strengths_at(shares, found["grid"], found["weights"])


def strengths_at(shares: FloatArray, grid: Sequence[float], weights: Sequence[float]) -> FloatArray:
    """Give the strengths below which shares of what calibration leaves possible lie.

    Each strength of the grid stands for what is nearer to it than to its neighbours; at the ends, up to the end.
    """
    tried = np.asarray(grid, dtype=float)
    edges = np.concatenate([tried[:1], 0.5 * (tried[1:] + tried[:-1]), tried[-1:]])
    reached = np.concatenate([[0.0], np.cumsum(np.asarray(weights, dtype=float)) / np.sum(weights)])
    return np.interp(shares, reached, edges)


def log_rates(record: Mapping[str, Any], scales: FloatArray) -> FloatArray:
    """Give the base rate that goes with each scale of the hazard; natural logarithm of 1/s."""
    found = record.get("base_rate")
    if not found:
        return np.full(scales.shape, _UNCALIBRATED_LOG_RATE)
    return np.interp(scales, found["scale_hz"], found["log_rate_per_s"])


def stance_of(
    theory: Theory, shelf: Mapping[str, Theory], *, worlds: int, seed: int, strengths: FloatArray | None = None
) -> Stance:
    """Give a theory as it enters a prediction.

    Parameters
    ----------
    theory
        Which one.
    shelf
        All theories, for one that joins others.
    worlds
        How many possible worlds; each has its own strength and its own hazard.
    seed
        Of the run.
    strengths
        Shape [worlds], in place of what calibration knows.
    """
    record = calibration_of(theory.name)
    scales = drawn_scales(worlds, seed)
    parts: list[tuple[Theory, FloatArray]]
    if theory.members:
        # How much of each member there is, nobody knows: shares that add up to one, none preferred.
        shares = stream(seed, "shares", theory.name).dirichlet(np.ones(len(theory.members)), worlds)
        parts = [
            (shelf[name], shares[:, i] * drawn_strengths(calibration_of(name), worlds, seed, name))
            for i, name in enumerate(theory.members)
        ]
    else:
        own = drawn_strengths(record, worlds, seed, theory.name) if strengths is None else strengths
        parts = [(theory, own)]
    return Stance(theory.name, tuple(parts), scales, log_rates(record, scales), theory.claim, record)


def stances(shelf: Mapping[str, Theory], names: Sequence[str], *, worlds: int, seed: int) -> list[Stance]:
    """Give some theories as they enter predictions."""
    return [stance_of(shelf[name], shelf, worlds=worlds, seed=seed) for name in names]

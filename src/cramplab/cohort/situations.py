"""From what a body went through to the states that theories speak about: every one from the person's own rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from cramplab.core.situation import STATES

_FROM_REST = {
    "interstitial_sodium_change": "{}_interstitial_sodium",
    "interstitial_potassium_change": "{}_interstitial_potassium",
    "ionised_calcium_change": "ionised_calcium",
    "magnesium_change": "plasma_magnesium",
    "plasma_sodium_change": "plasma_sodium",
    "ph_change": "{}_ph",
}
_AS_IT_IS = {
    "fatigue": "{}_fatigue",
    "osmolality_change": "plasma_osmolality_change",
    "interstitial_volume_change": "{}_interstitial_volume_change",
    "body_mass_change": "body_mass_change",
    "arousal": "catecholamines",
}
_SUPPLY = "{}_oxygen_supply_to_demand"
PARTS = ("worked", "rested")


def quantities_for_states() -> tuple[str, ...]:
    """Name every quantity of the body from which a state is made."""
    names = {*_FROM_REST.values(), *_AS_IT_IS.values(), _SUPPLY, "muscle_temperature"}
    return tuple(sorted({name.format(part) for name in names for part in PARTS}))


def states_of(part: str, recorded: Mapping[str, Any], rest: Mapping[str, Any]) -> dict[str, Any]:
    """Give the states that the body decides, of the worked or the rested muscle.

    Parameters
    ----------
    part
        ``worked`` or ``rested``.
    recorded
        Quantities of the body as `quantities_for_states` names them, internal units; any shape.
    rest
        The same at rest, of the same people; shapes that broadcast. A quantity equal to its own rest gives a state of
        exactly zero.

    Returns
    -------
    dict
        By name of the state, in the units of `cramplab.core.situation.STATES`.
    """
    found: dict[str, Any] = {}
    for state, name in _FROM_REST.items():
        key = name.format(part)
        found[state] = np.asarray(recorded[key], dtype=float) - np.asarray(rest[key], dtype=float)
    for state, name in _AS_IT_IS.items():
        key = name.format(part)
        # What is counted from rest by the body itself may be a hair off zero at its start.
        found[state] = np.asarray(recorded[key], dtype=float) - np.asarray(rest[key], dtype=float)
    supply = np.asarray(recorded[_SUPPLY.format(part)], dtype=float)
    # Not from rest: whose muscle is short of oxygen at rest has a shortfall.
    found["oxygen_shortfall"] = np.maximum(1.0 - supply, 0.0)
    warm = np.asarray(recorded["muscle_temperature"], dtype=float) - np.asarray(rest["muscle_temperature"], dtype=float)
    found["muscle_temperature_change"] = warm if part == "worked" else np.zeros_like(warm)
    return found


def at_rest() -> dict[str, float]:
    """Give every state of a rested person on whom nothing was done."""
    return {name: state.at_rest for name, state in STATES.items()}

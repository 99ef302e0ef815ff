"""Draws people: every parameter with a published spread between people is drawn, what is known of a person is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from cramplab.cohort.random_streams import stream
from cramplab.core.parameters import Declaration
from cramplab.simulation.assembly import body_parameters

FloatArray = NDArray[np.float64]
_FARTHEST = 2.5  # standard deviations; further out, a sum of normals draws people who do not exist


def quantile(declaration: Declaration, share: FloatArray, centre: Any = None) -> FloatArray:
    """Give the values below which shares of a population lie.

    Parameters
    ----------
    declaration
        With a spread.
    share : 1
        Between 0 and 1.
    centre
        Median (lognormal) or mean; the declared value by default. Internal units.
    """
    spread = declaration.spread
    middle = declaration.value if centre is None else centre
    if spread is None:
        return np.broadcast_to(np.asarray(middle, dtype=float), share.shape)
    if spread.kind == "uniform":
        drawn = middle + (2.0 * share - 1.0) * spread.size
    else:
        score = np.clip(special.ndtri(np.clip(share, 1e-9, 1 - 1e-9)), -_FARTHEST, _FARTHEST)
        if spread.kind == "normal":
            drawn = middle + score * spread.size
        else:
            width = np.sqrt(np.log1p(spread.size**2))
            # The declared value is the mean of the population, as papers print it.
            drawn = middle * np.exp(width * score - 0.5 * width**2)
    return np.clip(np.asarray(drawn, dtype=float), declaration.low, declaration.high)


def draw_people(
    people: int,
    seed: int,
    label: str,
    given: Mapping[str, Any] | None = None,
    centres: Mapping[str, Any] | None = None,
) -> dict[str, FloatArray]:
    """Draw every parameter that differs between people.

    Parameters
    ----------
    people
        How many.
    seed, label
        The seed of the run, and a name for this group.
    given
        Values that are known, by dotted name; internal units, one or one for each person. They are not drawn.
    centres
        Middles of the population to draw from where they differ from the declared value (women, children).

    Returns
    -------
    dict
        By dotted name, shape [people], internal units.
    """
    drawn: dict[str, FloatArray] = {}
    given = dict(given or {})
    for name, declaration in body_parameters().items():
        if name in given:
            drawn[name] = np.broadcast_to(np.asarray(given[name], dtype=float), (people,)).copy()
        elif declaration.spread is not None:
            share = stream(seed, label, name).random(people)
            drawn[name] = quantile(declaration, share, (centres or {}).get(name))
        elif centres and name in centres:
            drawn[name] = np.broadcast_to(np.asarray(centres[name], dtype=float), (people,)).copy()
    return drawn

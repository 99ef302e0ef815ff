"""What a theory is: couplings from named quantities to named inputs, each with a law and a strength."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Coupling:
    """One arrow of a theory.

    Parameters
    ----------
    sources
        Names of quantities whose values the law reads, in order.
    target
        Input that is changed, as ``"submodel.input"``.
    law
        Function of the sources' values (internal units). It must stay finite, and give 1 (``multiply``) or 0 (``add``)
        when its drivers are at rest.
    how
        ``multiply`` scales the input, ``add`` adds to it, ``set`` replaces it (one theory only).
    basis
        Why this arrow exists: source key and the observation.
    strength
        From 0 (off) to 1 (as published).
    """

    sources: tuple[str, ...]
    target: str
    law: Callable[..., Any]
    how: Literal["multiply", "add", "set"]
    basis: str
    strength: float = 1.0


@dataclass(frozen=True)
class Theory:
    """A claim about what fails in a cramp, and the couplings that say it in equations."""

    name: str
    claim: str
    couplings: tuple[Coupling, ...] = ()
    predicts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

"""Renshaw cells: motor neurons that discharge inhibit their own pool."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from cramplab.core.fast_submodel import FastSubmodel
from cramplab.core.parameters import parameter


@dataclass(frozen=True)
class RenshawCells(FastSubmodel):
    """The pool's mean discharge, orthodromic and antidromic, excites Renshaw cells; their inhibition is on the soma.

    The synapse from motor axon to Renshaw cell tires, so inhibition grows less than discharge. All cells of a pool are
    taken as one. In people recurrent inhibition is found across the muscles of leg and thigh; in small muscles of the
    hand it was not found, and what holds for the toe flexors is not known, so how strong it is comes in as an
    argument.

    References
    ----------
    cisi_kohn2008 (kinetics), meunier1994 (leg and thigh), katz1993 (hand), maltenfort1998 (weakness).
    """

    name: ClassVar[str] = "renshaw_cells"

    excitation_time: float = parameter(
        "14 ms", "time constant of their excitation by motor axons", source="cisi_kohn2008", origin="read"
    )
    recovery_time: float = parameter(
        "200 ms", "time constant with which the tired synapse recovers", source="cisi_kohn2008", origin="read"
    )
    use: float = parameter(
        "0.5 1/imp", "share of what is left that one impulse uses up", source="cisi_kohn2008", origin="read"
    )
    half_excitation: float = parameter(
        "10 imp/s", "of impulses, each weighed by what was left, for half of the inhibition", source="chosen",
        origin="chosen",
    )  # fmt: skip
    peak_conductance: float = parameter(
        "0.13 uS",
        "on one motor neuron's soma, all Renshaw cells active",
        source="chosen",
        origin="chosen",
        where="1 to 2 nA at 20 imp/s",
        limits=("0 uS", "1 uS"),
    )

    def step(self, excitation: float, resource: float, discharge_rate: float, step_s: float) -> tuple[float, float]:
        r"""Move both states by one step; exact for a discharge that is constant over it.

        .. math:: \tau_x \dot x = r - x, \qquad \dot d = \frac{1 - d}{\tau_d} - U d\, r

        Parameters
        ----------
        excitation
            Discharge as the cells integrate it, imp/s; 0 at rest.
        resource
            What is left of the synapse, 0 to 1; 1 at rest.
        discharge_rate
            Mean over all motor neurons of the pool, antidromic impulses included, imp/s.
        step_s
            Length of the step, s.

        Returns
        -------
        tuple of float
            ``excitation`` and ``resource`` at the end of the step.

        References
        ----------
        cisi_kohn2008
        """
        pace = 1.0 / self.recovery_time + self.use * discharge_rate
        left = 1.0 / (self.recovery_time * pace)
        return (
            discharge_rate + (excitation - discharge_rate) * math.exp(-step_s / self.excitation_time),
            left + (resource - left) * math.exp(-step_s * pace),
        )

    def conductance(self, excitation: float, resource: float, strength: float) -> float:
        r"""Give the inhibitory conductance on the soma of each motor neuron, S; exactly zero at rest.

        .. math:: G = s\, G_{max} \frac{x d}{x d + h}

        Parameters
        ----------
        excitation, resource
            The two states.
        strength
            Of recurrent inhibition in this muscle; 1 as in the calf, 0 for none.

        Returns
        -------
        float
            Conductance, S.
        """
        effective = excitation * resource
        return strength * self.peak_conductance * effective / (effective + self.half_excitation)

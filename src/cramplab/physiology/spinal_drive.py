"""What reaches the motor neurons: afferent volleys, voluntary drive, and the facilitation that repeated volleys build.

A volley is what a pulse on a nerve sets off in all its afferents at once. It acts three times over: through the single
synapse of the primary spindle fibres, through a slower chain of interneurons, and, when volleys come fast one after
the other, by facilitating the persistent inward current for some tens of seconds (warm-up of plateau potentials). The
last is what lets a train of pulses leave a contraction behind, and its decay is what ends it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from cramplab.core.fast_submodel import FastSubmodel
from cramplab.core.parameters import parameter


@dataclass(frozen=True)
class SpinalDrive(FastSubmodel):
    """Conductances on the dendrite of every motor neuron of a pool, and the gain of their persistent inward current.

    References
    ----------
    svirskis_hounsgaard1997 and bennett1998 (plateaus warm up when they are called repeatedly), collins2001 (trains on a
    nerve leave contractions of central origin), minetto2011 (the duration and threshold that set the free numbers).
    """

    name: ClassVar[str] = "spinal_drive"

    monosynaptic_conductance: float = parameter(
        "0.1 uS", "left by one volley of all primary fibres when rested", source="chosen", origin="chosen"
    )
    monosynaptic_time: float = parameter("5 ms", "its decay", source="chosen", origin="chosen")
    polysynaptic_conductance: float = parameter(
        "0.06 uS", "left by one volley of all afferents through interneurons", source="chosen", origin="chosen"
    )
    polysynaptic_time: float = parameter("30 ms", "its decay", source="chosen", origin="chosen")
    facilitation_per_volley: float = parameter(
        0.0146,
        "facilitation added by a volley for each volley still remembered",
        source="minetto2011",
        origin="fitted",
        spread="lognormal 25 %",
    )
    volley_memory: float = parameter(
        "100 ms", "time for which a volley is remembered by the next", source="chosen", origin="chosen"
    )
    facilitation_time: float = parameter(
        "15.6 s",
        "decay of the facilitation",
        source="minetto2011",
        origin="fitted",
        spread="lognormal 25 %",
        limits=("1 s", "200 s"),
    )
    facilitation_most: float = parameter(2.0, "facilitation at which it saturates", source="chosen", origin="chosen")
    voluntary_conductance: float = parameter(
        "1.0 uS", "excitation of the pool by maximal voluntary drive", source="chosen", origin="chosen"
    )

    def monosynaptic_step(self, conductance: float, impulses: float, resource: float, step_s: float) -> float:
        """Give the conductance of primary fibres after a step.

        Parameters
        ----------
        conductance : S
            Before.
        impulses
            That arrived per fibre in the step; a volley of all fibres is 1.
        resource
            Share that their synapses have left.
        step_s : s
        """
        return conductance * math.exp(-step_s / self.monosynaptic_time) + (
            self.monosynaptic_conductance * impulses * resource
        )

    def polysynaptic_step(self, conductance: float, impulses: float, step_s: float) -> float:
        """Give the conductance that comes through interneurons after a step (S); as for the single synapse."""
        return conductance * math.exp(-step_s / self.polysynaptic_time) + self.polysynaptic_conductance * impulses

    def facilitation_step(
        self, facilitation: float, memory: float, volley: float, gain: float, step_s: float
    ) -> tuple[float, float]:
        r"""Move facilitation and the memory of volleys by one step.

        .. math::
            \dot A = -A / \tau_A + a\, y\, (1 - A / A_{max}) \sum_k \delta(t - t_k), \qquad
            \dot y = -y / \tau_y + \sum_k \delta(t - t_k)

        One volley alone adds nothing; at a steady frequency f the gain per second grows with its square.

        Parameters
        ----------
        facilitation, memory
            Before.
        volley
            Share of the afferents that took part in a volley in this step, 0 for none.
        gain
            What a theory makes of the pathway; 1 changes nothing.
        step_s : s
        """
        facilitation = facilitation * math.exp(-step_s / self.facilitation_time)
        memory = memory * math.exp(-step_s / self.volley_memory)
        room = max(1.0 - facilitation / self.facilitation_most, 0.0)
        return facilitation + self.facilitation_per_volley * gain * memory * volley * room, memory + volley

    def voluntary(self, drive: float) -> float:
        """Give the excitation by voluntary drive (0 to 1), S."""
        return self.voluntary_conductance * drive

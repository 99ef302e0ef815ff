"""What reaches the motor neurons: afferent volleys, voluntary drive, and the facilitation that repeated volleys build.

A volley is what a pulse on a nerve sets off in all its afferents at once. It acts three times over: through the single
synapse of the primary spindle fibres, through a slower chain of interneurons, and, when volleys come fast one after
the other, by facilitating the persistent inward current (warm-up of plateau potentials): for a minute or more while
the motor neurons fire, for seconds once they are silent. The last is what lets a train of pulses leave a contraction
behind, and its decay is what ends it. That it lasts so long in a firing pool is fitted; no measurement of it is known
to us.
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
    svirskis_hounsgaard1997 and bennett1998 (plateaus warm up when they are called repeatedly, and forget it within
    seconds of silence), minetto2011 (the duration and threshold that set the free numbers).
    """

    name: ClassVar[str] = "spinal_drive"

    monosynaptic_conductance: float = parameter(
        "0.6 uS", "left by one volley of all primary fibres when rested", source="cisi_kohn2008", origin="read"
    )
    monosynaptic_time: float = parameter("5 ms", "its decay", source="chosen", origin="chosen")
    polysynaptic_conductance: float = parameter(
        "0.045 uS", "left by one volley of all afferents through interneurons", source="chosen", origin="chosen"
    )
    polysynaptic_time: float = parameter("30 ms", "its decay", source="chosen", origin="chosen")
    secondary_share: float = parameter(
        0.15,
        "share of that conductance that secondary spindle fibres would leave if each discharged once",
        source="chosen",
        origin="chosen",
        where="a stimulated nerve excites skin and joint afferents too",
    )
    facilitation_per_volley: float = parameter(
        0.0165,
        "facilitation added by a volley for each volley still remembered",
        source="minetto2011",
        origin="fitted",
        spread="lognormal 25 %",
    )
    volley_memory: float = parameter(
        "100 ms", "time for which a volley is remembered by the next", source="chosen", origin="chosen"
    )
    primary_share: float = parameter(
        0.04,
        "what a volley of primary fibres alone counts in this, against one of all afferents",
        source="chosen",
        origin="chosen",
        where="vibration, which excites them alone, leaves no cramp in most people",
    )
    facilitation_time: float = parameter(
        "95 s",
        "decay of the facilitation",
        source="minetto2011",
        origin="fitted",
        spread="lognormal 30 %",
        limits=("1 s", "400 s"),
    )
    facilitation_time_silent: float = parameter(
        "3 s",
        "the same while the motor neurons are silent: what depolarisation has facilitated is lost without it",
        source="svirskis_hounsgaard1997",
        origin="remembered",
        limits=("0.5 s", "30 s"),
    )
    half_active_rate: float = parameter(
        "0.25 imp/s",
        "mean discharge of the pool at which it counts as half active in this",
        source="chosen",
        origin="chosen",
    )
    facilitation_most: float = parameter(3.0, "facilitation at which it saturates", source="chosen", origin="chosen")
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

    def polysynaptic_step(
        self, conductance: float, volley: float, secondary_impulses: float, open_share: float, step_s: float
    ) -> float:
        """Give the conductance that comes through interneurons after a step (S).

        Parameters
        ----------
        conductance : S
            Before.
        volley
            Share of all afferents that took part in a volley in this step.
        secondary_impulses
            Impulses of natural discharge per secondary fibre in this step.
        open_share
            What presynaptic inhibition leaves, 0 to 1.
        step_s : s
        """
        arrived = (volley + self.secondary_share * secondary_impulses) * open_share
        return conductance * math.exp(-step_s / self.polysynaptic_time) + self.polysynaptic_conductance * arrived

    def facilitating_share(self, everything: float, primaries: float) -> float:
        """Give what a volley counts in facilitation, 0 to 1: that of all afferents, or of primary fibres alone.

        Parameters
        ----------
        everything, primaries
            Share of all afferents, and of the primary fibres, that took part.
        """
        return max(everything, self.primary_share * primaries)

    def facilitation_step(
        self, facilitation: float, memory: float, volley: float, gain: float, pool_rate: float, step_s: float
    ) -> tuple[float, float]:
        r"""Move facilitation and the memory of volleys by one step.

        .. math::
            \dot A = -A \left( \frac{w}{\tau_A} + \frac{1 - w}{\tau_s} \right)
                      + a\, y\, (1 - A / A_{max}) \sum_k \delta(t - t_k), \qquad
            \dot y = -y / \tau_y + \sum_k \delta(t - t_k), \qquad w = \frac{r}{r + r_{1/2}}

        One volley alone adds nothing; at a steady frequency f the gain per second grows with its square.

        Parameters
        ----------
        facilitation, memory
            Before.
        volley
            Share of the afferents that took part in a volley in this step, 0 for none.
        gain
            What a theory makes of the pathway; 1 changes nothing.
        pool_rate : imp/s
            Mean discharge of the motor neurons over the last second.
        step_s : s
        """
        active = pool_rate / (pool_rate + self.half_active_rate)
        decay = active / self.facilitation_time + (1.0 - active) / self.facilitation_time_silent
        facilitation = facilitation * math.exp(-step_s * decay)
        memory = memory * math.exp(-step_s / self.volley_memory)
        room = max(1.0 - facilitation / self.facilitation_most, 0.0)
        return facilitation + self.facilitation_per_volley * gain * memory * volley * room, memory + volley

    def voluntary(self, drive: float) -> float:
        """Give the excitation by voluntary drive (0 to 1), S."""
        return self.voluntary_conductance * drive

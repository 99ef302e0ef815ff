"""Small muscle afferents, groups III and IV: what force, chemistry and pain of a muscle do to its motor neurons."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from cramplab.core.fast_submodel import FastSubmodel
from cramplab.core.parameters import parameter


@dataclass(frozen=True)
class SmallFibres(FastSubmodel):
    """Group III follows force at once; group IV follows acid, potassium and noxious stimuli within seconds.

    They do three things. They inhibit the terminals of primary spindle fibres. They raise the persistent inward
    current through the dorsal horn, which is how muscle pain could lower the threshold of cramp. They take voluntary
    drive away. They do not inhibit motor neurons themselves: with the fibres kept firing by a cuff, the answer of
    motor neurons to a descending volley recovers within seconds. The signs were read; no size was, so all sizes are
    chosen and differ between people.

    References
    ----------
    kaufman1987 (what excites them), amann2015 (kinds and actions), butler2003 (not on the motor neuron), serrao2007
    (pain), kennedy2013 (voluntary drive).
    """

    name: ClassVar[str] = "small_fibres"

    group_iv_time: float = parameter(
        "5 s", "time constant with which group IV follows its stimuli", source="chosen", origin="chosen"
    )
    half_potassium: float = parameter(
        "10 mmol/L",
        "potassium around the cells above rest that alone excites group IV by half",
        source="kaufman1987",
        origin="chosen",
        where="that the answer to potassium fades within seconds was read, so it weighs little",
    )
    half_hydrogen: float = parameter(
        "60 nmol/L",
        "free acid around the cells above rest that alone excites group IV by half",
        source="chosen",
        origin="chosen",
        where="hard work brings as much",
    )
    half_pain: float = parameter(
        0.5, "noxious stimulus, 0 to 1, that alone excites group IV by half", source="chosen", origin="chosen"
    )
    steepness: float = parameter(2.0, "power of the stimulus", source="chosen", origin="chosen", limits=("1", "6"))
    presynaptic_by_force: float = parameter(
        0.1,
        "share of primary spindle input that group III takes away at maximal force",
        source="chosen",
        origin="chosen",
        limits=("0", "1"),
    )
    presynaptic_by_chemistry: float = parameter(
        0.3,
        "share of primary spindle input that fully active group IV takes away",
        source="chosen",
        origin="chosen",
        limits=("0", "1"),
    )
    facilitation_by_chemistry: float = parameter(
        0.06,
        "gain of the persistent inward current that fully active group IV adds",
        source="serrao2007",
        origin="chosen",
        where="that pain lowers the threshold was read, not by which way",
        limits=("-0.5", "0.5"),
    )
    voluntary_by_chemistry: float = parameter(
        0.2,
        "share of voluntary drive that fully active group IV takes away",
        source="kennedy2013",
        origin="chosen",
        where="that it is taken away was read; the size is of the order of what was seen in the muscle next to it",
        limits=("0", "1"),
    )

    stretch_conductance: float = parameter(
        "1.2 uS",
        "inhibition of the motor neurons by free endings in a muscle that is held well stretched",
        source="rymer1979",
        origin="chosen",
        where="large enough to make a contracting muscle let go, as in the lengthening reaction",
        limits=("0 uS", "5 uS"),
    )
    stretch_begins: float = parameter(
        1.0, "fibre length at which that inhibition begins, optimal lengths", source="chosen", origin="chosen"
    )
    stretch_gate: float = parameter(
        0.05,
        "voluntary drive that halves this inhibition: who contracts a long muscle at will is not held back by it",
        source="chosen",
        origin="chosen",
        limits=("0.001", "1"),
    )
    stretch_full: float = parameter(
        1.1, "fibre length at which it is full, optimal lengths", source="chosen", origin="chosen"
    )

    def step(
        self, activity: float, potassium_excess: float, hydrogen_excess: float, pain: float, step_s: float
    ) -> float:
        r"""Move the activity of group IV by one step; exact for stimuli that are constant over it.

        .. math::
            \tau \dot y = \frac{z^n}{1 + z^n} - y, \qquad
            z = \frac{[\Delta \mathrm{K}]_+}{K_{1/2}} + \frac{[\Delta \mathrm{H}]_+}{H_{1/2}} + \frac{p}{p_{1/2}}

        Parameters
        ----------
        activity
            Of group IV, 0 to 1; 0 at rest.
        potassium_excess, hydrogen_excess
            Above rest, between the cells, mmol/L.
        pain
            Noxious stimulus, 0 to 1.
        step_s
            Length of the step, s.

        Returns
        -------
        float
            Activity at the end of the step.

        References
        ----------
        kaufman1987, amann2015
        """
        stimulus = max(potassium_excess, 0.0) / self.half_potassium + max(hydrogen_excess, 0.0) / self.half_hydrogen
        raised = (stimulus + max(pain, 0.0) / self.half_pain) ** self.steepness
        aim = raised / (1.0 + raised)
        return aim + (activity - aim) * math.exp(-step_s / self.group_iv_time)

    def presynaptic_inhibition(self, activity: float, force_share: float) -> float:
        """Give the share of primary spindle input that is inhibited before the motor neuron, 0 to 1.

        Parameters
        ----------
        activity
            Of group IV, 0 to 1.
        force_share
            Tendon force as a share of the muscle's maximum.

        Returns
        -------
        float
            Share taken away; the two groups act one after the other.
        """
        by_force = self.presynaptic_by_force * min(max(force_share, 0.0), 1.0)
        return 1.0 - (1.0 - by_force) * (1.0 - self.presynaptic_by_chemistry * activity)

    def facilitation(self, activity: float) -> float:
        """Give what is added to the relative gain of the persistent inward current; 0 at rest.

        Parameters
        ----------
        activity
            Of group IV, 0 to 1.

        Returns
        -------
        float
            Relative gain to add.
        """
        return self.facilitation_by_chemistry * activity

    def voluntary_inhibition(self, activity: float) -> float:
        """Give the share of voluntary drive that is taken away, 0 to 1.

        Parameters
        ----------
        activity
            Of group IV, 0 to 1.

        Returns
        -------
        float
            Share taken away.
        """
        return self.voluntary_by_chemistry * activity

    def stretch_inhibition(self, length: float, voluntary: float) -> float:
        r"""Give the inhibitory conductance on the dendrite of each motor neuron while the muscle is stretched, S.

        .. math:: G = \frac{G_{max}}{1 + v / v_{1/2}} \left[ \frac{L - L_0}{L_1 - L_0} \right]_0^1

        Free endings of a stretched muscle make it let go (the lengthening reaction) for as long as it is held, unless
        it is contracted at will.

        Parameters
        ----------
        length
            Muscle fibre length, optimal lengths.
        voluntary
            Voluntary drive, 0 to 1.

        Returns
        -------
        float
            Conductance, S; zero at and below the optimal length.

        References
        ----------
        rymer1979, guissard1988
        """
        share = (length - self.stretch_begins) / (self.stretch_full - self.stretch_begins)
        return self.stretch_conductance * min(max(share, 0.0), 1.0) / (1.0 + voluntary / self.stretch_gate)

"""Tendon organ: how the pull of the muscle reaches its own motor neurons as inhibition."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from cramplab.core.fast_submodel import FastSubmodel
from cramplab.core.parameters import parameter


@dataclass(frozen=True)
class TendonOrgan(FastSubmodel):
    """Tendon organs feel force by its logarithm and its rise; their interneurons inhibit the muscle's motor neurons.

    Force counts as a share of the muscle's own maximum, because a tendon organ is in series with a dozen or so muscle
    fibres, in a toe flexor as in the calf. The interneuron passes on little where the muscle is short: in people the
    inhibition set off at the tendon is greatest in the fully stretched muscle, and in a near-maximal contraction of
    the shortened muscle it is ineffective. Where in the pathway it is lost is not known; here it is lost at the
    interneuron.

    References
    ----------
    lin_crago2002 (force to discharge), khan_burne2007 and khan_burne2009 (length), myogen (small muscle).
    """

    name: ClassVar[str] = "tendon_organ"

    logarithmic_gain: float = parameter(
        "40 imp/s",
        "discharge added by each e-fold of force, once force is well above its scale",
        source="myogen",
        origin="read",
    )
    force_scale: float = parameter(
        "6 %",
        "share of maximal force at which the law turns from linear to logarithmic",
        source="myogen",
        origin="chosen",
        where="2 N in a hand muscle of about 34 N",
    )
    slow_time: float = parameter("5 s", "of the slow part of adaptation", source="lin_crago2002", origin="read")
    fast_time: float = parameter("0.5 s", "of the fast part of adaptation", source="lin_crago2002", origin="read")
    slow_part: float = parameter(
        2.0 / 15.0,
        "of a step's first answer, as a share of the last one, that fades slowly",
        source="lin_crago2002",
        origin="read",
        where="partial fractions of the transfer function",
    )
    fast_part: float = parameter(
        17.0 / 30.0,
        "of a step's first answer, as a share of the last one, that fades fast",
        source="lin_crago2002",
        origin="read",
        where="partial fractions of the transfer function",
    )
    interneuron_time: float = parameter(
        "20 ms", "time constant of the interneuron and its synapse", source="chosen", origin="chosen"
    )
    habituation_time: float = parameter(
        "0.5 s",
        "time constant with which the cord gets used to a steady discharge",
        source="zytnicki1990",
        origin="remembered",
    )
    habituation: float = parameter(
        0.9, "share of a steady discharge that it gets used to", source="zytnicki1990", origin="remembered"
    )
    peak_conductance: float = parameter(
        "0.3 uS",
        "on one motor neuron's dendrite, interneuron fully active",
        source="chosen",
        origin="chosen",
        limits=("0 uS", "2 uS"),
    )
    lost_at_length: float = parameter(
        0.7,
        "fibre length, in optimal lengths, up to which the inhibition is ineffective",
        source="khan_burne2007",
        origin="chosen",
        where="that it is lost was read, not at which length",
        limits=("0.4", "1"),
    )
    full_at_length: float = parameter(
        1.2,
        "fibre length from which the inhibition has its full effect",
        source="khan_burne2009",
        origin="chosen",
        where="that stretch raises it was read, not to which length",
        limits=("1", "1.6"),
    )

    def step(self, slow: float, fast: float, force_share: float, step_s: float) -> tuple[float, float]:
        r"""Move the two parts of adaptation by one step; exact for a force that is constant over it.

        .. math:: r = g \ln \left( 1 + \tfrac{F}{F_s} \right), \qquad \tau_i \dot x_i = r - x_i

        Parameters
        ----------
        slow, fast
            The two parts of adaptation, imp/s; zero at rest.
        force_share
            Tendon force as a share of the muscle's maximum.
        step_s
            Length of the step, s.

        Returns
        -------
        tuple of float
            ``slow`` and ``fast`` at the end of the step.

        References
        ----------
        lin_crago2002
        """
        sustained = self.logarithmic_gain * math.log(1.0 + max(force_share, 0.0) / self.force_scale)
        return (
            sustained + (slow - sustained) * math.exp(-step_s / self.slow_time),
            sustained + (fast - sustained) * math.exp(-step_s / self.fast_time),
        )

    def rate(self, slow: float, fast: float, force_share: float) -> float:
        r"""Give the discharge of one tendon-organ (Ib) fibre, imp/s.

        .. math:: r_{Ib} = \left[ (1 + a_1 + a_2)\, r - a_1 x_1 - a_2 x_2 \right]_+

        Parameters
        ----------
        slow, fast
            The two parts of adaptation, imp/s.
        force_share
            Tendon force as a share of the muscle's maximum.

        Returns
        -------
        float
            Discharge, imp/s.

        References
        ----------
        lin_crago2002
        """
        sustained = self.logarithmic_gain * math.log(1.0 + max(force_share, 0.0) / self.force_scale)
        risen = (1.0 + self.slow_part + self.fast_part) * sustained
        return max(risen - self.slow_part * slow - self.fast_part * fast, 0.0)

    def interneuron_step(
        self,
        activity: float,
        habituated: float,
        afferent_rate: float,
        length: float,
        gain: float,
        presynaptic: float,
        step_s: float,
    ) -> tuple[float, float]:
        r"""Move the activity of the interneurons, and what the cord has got used to, by one step.

        .. math::
            \tau \dot y = \min \left( 1,\; k\, e(L)\, (1 - p)\, \frac{r_{Ib}}{g \ln(1 + 1 / F_s)} \right) - y, \qquad
            e = \left[ \frac{L - L_0}{L_1 - L_0} \right]_0^1, \qquad \tau_h \dot h = y - h

        Inhibition by a held contraction fades within a second: what is left is mostly the answer to a rise of force.
        The activity is 1 where the muscle, well stretched, is held at its maximal force.

        Parameters
        ----------
        activity
            Of the interneurons, 0 to 1.
        habituated
            Activity that the cord has got used to, 0 to 1.
        afferent_rate
            Discharge per tendon-organ fibre as it arrives at the cord, imp/s; what a stimulus at the tendon sets off
            is added to it.
        length
            Muscle fibre length, optimal lengths.
        gain
            What a theory makes of this pathway; 1 changes nothing.
        presynaptic
            Share of the fibres' effect that is inhibited before it reaches the interneuron, 0 to 1.
        step_s
            Length of the step, s.

        Returns
        -------
        tuple of float
            ``activity`` and ``habituated`` at the end of the step.

        References
        ----------
        khan_burne2007, khan_burne2009, zytnicki1990
        """
        effect = (length - self.lost_at_length) / (self.full_at_length - self.lost_at_length)
        effect = min(max(effect, 0.0), 1.0)
        full = self.logarithmic_gain * math.log(1.0 + 1.0 / self.force_scale)
        aim = min(max(gain, 0.0) * effect * (1.0 - presynaptic) * afferent_rate / full, 1.0)
        new = aim + (activity - aim) * math.exp(-step_s / self.interneuron_time)
        return new, new + (habituated - new) * math.exp(-step_s / self.habituation_time)

    def conductance(self, activity: float, habituated: float) -> float:
        """Give the inhibitory conductance on the dendrite of each motor neuron, S.

        Parameters
        ----------
        activity, habituated
            Of the interneurons, and what of it the cord has got used to, 0 to 1.

        Returns
        -------
        float
            Conductance, S.
        """
        return self.peak_conductance * max(activity - self.habituation * habituated, 0.0)

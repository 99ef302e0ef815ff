"""The way from the muscle's receptors to its motor neurons: when impulses arrive, and how much each still does."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from cramplab.core.fast_submodel import FastSubmodel
from cramplab.core.parameters import parameter


@dataclass(frozen=True)
class AfferentSynapse(FastSubmodel):
    """A primary spindle fibre tires at its own terminal: an impulse leaves less for the next, for seconds.

    In people the reflex of the calf is depressed for more than eight seconds by one reflex, tap or contraction before
    it, and for more than ten by a passive stretch; it happens before the motor neuron and only to the fibres that
    were active. Here a resource is used up by impulses and comes back. It is not used up wholly: fibres that
    discharge all the time, as in every contraction, still drive their motor neurons, and in an active muscle the
    depression is nearly gone, since there is little left to lose. The resource is the size of the synaptic potential,
    not that of the reflex, which falls more, because a pool has a threshold.

    References
    ----------
    crone_nielsen1989, hultborn1996 (depression), stein2007 (in contraction), cisi_kohn2008 (conduction),
    simonetta_moreau1999 (group II).
    """

    name: ClassVar[str] = "afferent_synapse"

    recovery_time: float = parameter(
        "4 s",
        "time constant with which the resource comes back",
        source="crone_nielsen1989",
        origin="chosen",
        where="such that some depression is left after 8 s",
        limits=("0.5 s", "20 s"),
    )
    use: float = parameter(
        "0.35 1/imp",
        "share of what can be lost that one impulse takes",
        source="chosen",
        origin="chosen",
        limits=("0 1/imp", "1 1/imp"),
    )
    floor: float = parameter(
        0.3,
        "share of the rested effect that no rate of impulses takes away",
        source="stein2007",
        origin="chosen",
        where="that depression is nearly gone in an active muscle was read, not what is left",
        limits=("0", "1"),
    )
    primary_velocity: float = parameter(
        "60 m/s",
        "conduction in primary spindle fibres",
        source="cisi_kohn2008",
        origin="read",
        where="middle of 55 to 66 m/s",
        limits=("30 m/s", "80 m/s"),
    )
    secondary_velocity_share: float = parameter(
        0.65,
        "conduction in secondary spindle fibres, of that in primary ones",
        source="simonetta_moreau1999",
        origin="read",
        where="fastest fibres of each",
        limits=("0.3", "1"),
    )
    tendon_organ_velocity: float = parameter(
        "57 m/s",
        "conduction in tendon-organ fibres",
        source="myogen",
        origin="read",
        where="human; middle of 52 to 62 m/s",
        limits=("30 m/s", "80 m/s"),
    )
    primary_central_delay: float = parameter("1 ms", "in the cord, one synapse", source="chosen", origin="remembered")
    secondary_central_delay: float = parameter(
        "4 ms", "in the cord, two or more synapses", source="chosen", origin="chosen"
    )
    tendon_organ_central_delay: float = parameter(
        "4 ms", "in the cord, two or more synapses", source="chosen", origin="chosen"
    )
    secondary_per_primary: float = parameter(
        1.0, "secondary spindle fibres for each primary one", source="chosen", origin="remembered"
    )
    tendon_organs_per_primary: float = parameter(
        0.5, "tendon-organ fibres for each primary spindle fibre", source="myogen", origin="read", where="in cats"
    )

    def step(self, resource: float, rate: float, step_s: float) -> float:
        r"""Move the resource of a fibre by one step; exact for a rate that is constant over it.

        .. math:: \dot x = \frac{1 - x}{\tau} - U (x - x_0)\, r

        Parameters
        ----------
        resource
            Effect of an impulse as a share of that of a rested fibre; 1 after long silence.
        rate
            Discharge per fibre without the volleys of a stimulator, imp/s.
        step_s
            Length of the step, s.

        Returns
        -------
        float
            Resource at the end of the step.

        References
        ----------
        crone_nielsen1989, hultborn1996
        """
        pace = 1.0 / self.recovery_time + self.use * rate
        left = (1.0 / self.recovery_time + self.use * rate * self.floor) / pace
        return left + (resource - left) * math.exp(-step_s * pace)

    def steady(self, rate: float) -> float:
        """Give the resource that a held rate ends in.

        Parameters
        ----------
        rate
            Discharge per fibre, imp/s.

        Returns
        -------
        float
            Resource.
        """
        used = self.use * rate * self.recovery_time
        return (1.0 + used * self.floor) / (1.0 + used)

    def after_volley(self, resource: float) -> float:
        """Give the resource of the fibres that a stimulus has just made discharge once.

        The volley itself acts with the resource that it meets. Fibres that it does not reach keep theirs.

        Parameters
        ----------
        resource
            Just before the volley.

        Returns
        -------
        float
            Just after.

        References
        ----------
        hultborn1996
        """
        return resource - self.use * (resource - self.floor)

    def primary_delay(self, nerve_length: float) -> float:
        """Give the time from primary ending, or from a stimulus on the nerve, to the motor neuron, s.

        Parameters
        ----------
        nerve_length
            From there to the cord, m.

        Returns
        -------
        float
            Delay, s.

        References
        ----------
        cisi_kohn2008
        """
        return nerve_length / self.primary_velocity + self.primary_central_delay

    def secondary_delay(self, nerve_length: float) -> float:
        """Give the same for secondary fibres, s.

        Parameters
        ----------
        nerve_length
            To the cord, m.

        Returns
        -------
        float
            Delay, s.

        References
        ----------
        simonetta_moreau1999
        """
        return nerve_length / (self.secondary_velocity_share * self.primary_velocity) + self.secondary_central_delay

    def tendon_organ_delay(self, nerve_length: float) -> float:
        """Give the same for tendon-organ fibres, s.

        Parameters
        ----------
        nerve_length
            To the cord, m.

        Returns
        -------
        float
            Delay, s.

        References
        ----------
        myogen
        """
        return nerve_length / self.tendon_organ_velocity + self.tendon_organ_central_delay

    def fibres(self, primary_fibres: float) -> tuple[float, float, float]:
        """Give how many fibres a muscle has.

        Parameters
        ----------
        primary_fibres
            Number of its primary spindle fibres.

        Returns
        -------
        tuple of float
            Primary, secondary and tendon-organ fibres.

        References
        ----------
        myogen
        """
        return (
            primary_fibres,
            self.secondary_per_primary * primary_fibres,
            self.tendon_organs_per_primary * primary_fibres,
        )

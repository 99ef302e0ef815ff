"""A medicine moves an ion, a volume or a gain; it says nothing of people who take none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from cramplab.core.parameters import parameter
from cramplab.core.theory import Coupling, Theory


@dataclass(frozen=True)
class Medication:
    """What takers' ions and volumes do to their axons, and what two kinds of medicine do besides.

    Diuretics act through the ions and the fluid that they take. An inhaled beta agonist hardly reaches the cord, and
    the tremor that it brings arises in the muscle; that its takers cramp more is known and the way is not, so a small
    gain stands for it. A blocker of sodium channels calms the ends of axons. Statins have no arrow: nothing that they
    are known to do is among the inputs.

    Taken for takers alone are all their changes of ions and fluid, whether the medicine made them or not.

    References
    ----------
    garrison2012 (medicines before cramps), burgess1989 and whyte1987 (potassium under beta agonists), ahrens1990
    (tremor), weiss2016 (a sodium-channel blocker), boucher2012 (channels of a damaged node).
    """

    name: ClassVar[str] = "medication"

    shift_of_all: float = parameter(
        "20 mV",
        "depolarisation of a taker's axons if all fluid between the cells were lost",
        source="boucher2012",
        origin="chosen",
        where="as in the theory of dehydration at strength 1",
        limits=("0 mV", "60 mV"),
    )
    free_magnesium: float = parameter(
        0.69,
        "share of the plasma's magnesium that is free",
        source="ionised_magnesium1998",
        origin="read",
        where="middle of 0.45 to 0.67 mmol/L free, of 0.67 to 0.96 mmol/L in all",
        population="75 adults without kidney disease",
        limits=("0.5", "0.8"),
    )
    by_beta_agonist: float = parameter(
        0.1,
        "relative gain of the persistent inward current at the usual dose of an inhaled beta agonist",
        source="garrison2012",
        origin="chosen",
        where="that takers cramp more was read; neither way nor size is known",
        limits=("0", "0.3"),
    )
    calming: float = parameter(
        "2 mV",
        "hyperpolarisation of the ends of axons that equals a sodium-channel blocker at its usual dose",
        source="weiss2016",
        origin="chosen",
        where="that mexiletine makes cramps fewer was read, in motor neuron disease; not by how many millivolts",
        limits=("0 mV", "10 mV"),
    )

    def of_takers(self, medicine: Any, change: Any) -> Any:
        r"""Give the change of an ion around a taker's axon, :math:`\Delta c_{axon} = m\, \Delta c`.

        Parameters
        ----------
        medicine : 1
            Any medicine at work, 0 or 1.
        change : mmol/L
            Between the muscle's cells, from rest; calcium as free ion.

        Returns
        -------
        mmol/L
            Exactly 0 in who takes nothing.

        References
        ----------
        garrison2012
        """
        return np.clip(medicine, 0.0, 1.0) * change

    def free_magnesium_of_takers(self, medicine: Any, change: Any) -> Any:
        r"""Give the change of free magnesium around a taker's axon, :math:`\Delta c_{axon} = m \phi\, \Delta c`.

        Parameters
        ----------
        medicine : 1
            Any medicine at work, 0 or 1.
        change : mmol/L
            Of all magnesium in plasma, from rest.

        Returns
        -------
        mmol/L
            Exactly 0 in who takes nothing.

        References
        ----------
        ionised_magnesium1998
        """
        return np.clip(medicine, 0.0, 1.0) * self.free_magnesium * change

    def squeeze_of_takers(self, medicine: Any, interstitial_volume_change: Any) -> Any:
        r"""Give the effective depolarisation of a taker's terminals by fluid that is lost.

        .. math:: \Delta V = m\, a \left[ -\frac{\Delta V_{if}}{V_{if}} \right]_0^1

        Parameters
        ----------
        medicine : 1
            Any medicine at work, 0 or 1.
        interstitial_volume_change : 1
            Share of the fluid between the muscle's cells that is gained or lost.

        Returns
        -------
        mV
            Exactly 0 in who takes nothing, never negative.

        References
        ----------
        boucher2012
        """
        return np.clip(medicine, 0.0, 1.0) * self.shift_of_all * np.clip(-interstitial_volume_change, 0.0, 1.0)

    def with_beta_agonist(self, beta_agonist: Any) -> Any:
        r"""Give the gain of the persistent inward current, :math:`g = 1 + a b`, with :math:`b` at most 2.

        Parameters
        ----------
        beta_agonist : 1
            Level, 1 at the usual dose.

        Returns
        -------
        1
            Exactly 1 without it.

        References
        ----------
        garrison2012, ahrens1990
        """
        return 1.0 + self.by_beta_agonist * np.clip(beta_agonist, 0.0, 2.0)

    def blocked_channels(self, sodium_channel_blocker: Any) -> Any:
        r"""Give the effective depolarisation of the terminals under a blocker, :math:`\Delta V = -a b`, a negative one.

        Parameters
        ----------
        sodium_channel_blocker : 1
            Level, 1 at the usual dose; more than 2 counts as 2.

        Returns
        -------
        mV
            Exactly 0 without it.

        References
        ----------
        weiss2016
        """
        return -self.calming * np.clip(sodium_channel_blocker, 0.0, 2.0)


LAWS = Medication()

THEORY = Theory(
    name=Medication.name,
    claim="Some medicines bring cramps, and one kind calms them: they move an ion, a volume or a gain.",
    couplings=(
        Coupling(
            sources=("medicine", "interstitial_sodium_change"),
            target="axon_surroundings.sodium",
            law=LAWS.of_takers,
            how="add",
            basis="garrison2012: cramps follow thiazides, which take sodium",
            equation="medicine * interstitial_sodium_change",
        ),
        Coupling(
            sources=("medicine", "interstitial_potassium_change"),
            target="axon_surroundings.potassium",
            law=LAWS.of_takers,
            how="add",
            basis="garrison2012: cramps follow potassium-sparing diuretics; burgess1989: beta agonists lower potassium",
            equation="medicine * interstitial_potassium_change",
        ),
        Coupling(
            sources=("medicine", "ionised_calcium_change"),
            target="axon_surroundings.calcium",
            law=LAWS.of_takers,
            how="add",
            basis="hille1975: with less calcium the gates of a taker's node open earlier",
            equation="medicine * ionised_calcium_change",
        ),
        Coupling(
            sources=("medicine", "magnesium_change"),
            target="axon_surroundings.magnesium",
            law=LAWS.free_magnesium_of_takers,
            how="add",
            basis="hille1975: in takers too magnesium acts as calcium does, and more weakly",
            equation="medicine * free_magnesium * magnesium_change",
        ),
        Coupling(
            sources=("medicine", "interstitial_volume_change"),
            target="motor_pool.terminal_shift",
            law=LAWS.squeeze_of_takers,
            how="add",
            basis="garrison2012: cramps follow diuretics, which take fluid",
            equation="medicine * shift_of_all * share of interstitial fluid lost, never negative",
        ),
        Coupling(
            sources=("beta_agonist",),
            target="motor_pool.persistent_gain",
            law=LAWS.with_beta_agonist,
            how="multiply",
            basis="garrison2012: cramps follow inhaled long-acting beta agonists; the way is not known",
            equation="1 + by_beta_agonist * beta_agonist",
        ),
        Coupling(
            sources=("sodium_channel_blocker",),
            target="motor_pool.terminal_shift",
            law=LAWS.blocked_channels,
            how="add",
            basis="weiss2016: mexiletine makes cramps of motor neuron disease fewer",
            equation="-calming * sodium_channel_blocker",
        ),
    ),
    predicts=(
        "Cramps become more frequent after an inhaled long-acting beta agonist is begun.",
        "They become more frequent after diuretics are begun, by as much as ions and fluid of the takers change.",
        "They become less frequent under a blocker of sodium channels, and the threshold frequency rises.",
        "Nothing changes in who takes no medicine.",
    ),
    sources=(
        "garrison2012",
        "burgess1989",
        "whyte1987",
        "ahrens1990",
        "weiss2016",
        "boucher2012",
        "hille1975",
        "ionised_magnesium1998",
    ),
    laws=LAWS,
    founding_words="None that fixes a strength: it stands at strength 1, by pharmacology alone.",
    strongest=1.0,
)

"""Ions off their normal make the nerve fire: low sodium first, and potassium, calcium and magnesium."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from cramplab.core.parameters import parameter
from cramplab.core.theory import Coupling, Theory


@dataclass(frozen=True)
class Electrolyte:
    """What changes around the muscle's cells changes around the ends of its axons.

    The theory adds no physics of its own. The ions go as they are to the laws of the axon's surroundings, which turn
    them into millivolts: potassium and sodium move the potential at rest, calcium, magnesium and ionic strength move
    the potential that the gates feel. Strength 1 is that physics; more than 1 says that ions do more than it allows.
    The law does not ask where an ion went: potassium that work itself sets free counts like any other.

    References
    ----------
    talbott1933 (heat cramps), bergeron2008 (the claim for athletes), hille1975 (what ions do to the gates),
    kuwabara2007 (potassium within the normal range already matters).
    """

    name: ClassVar[str] = "electrolyte"

    share_that_arrives: float = parameter(
        1.0,
        "share of a change between the muscle's cells that arrives at the ends of the axons",
        source="chosen",
        origin="chosen",
        where="the ends of motor axons lie between the cells, behind no barrier",
        limits=("0", "1"),
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

    def around_the_axon(self, change: Any) -> Any:
        r"""Give the change of an ion around the axon.

        .. math:: \Delta c_{axon} = \lambda\, \Delta c

        Parameters
        ----------
        change : mmol/L
            Between the muscle's cells, from rest; calcium as free ion.

        Returns
        -------
        mmol/L
            Exactly 0 at rest.

        References
        ----------
        talbott1933
        """
        return self.share_that_arrives * change

    def free_magnesium_around_the_axon(self, change: Any) -> Any:
        r"""Give the change of free magnesium around the axon.

        .. math:: \Delta c_{axon} = \lambda \phi\, \Delta c

        Parameters
        ----------
        change : mmol/L
            Of all magnesium in plasma, from rest.

        Returns
        -------
        mmol/L
            Exactly 0 at rest.

        References
        ----------
        ionised_magnesium1998
        """
        return self.share_that_arrives * self.free_magnesium * change


LAWS = Electrolyte()

THEORY = Theory(
    name=Electrolyte.name,
    claim="Low sodium around the nerve, or potassium, calcium or magnesium off their normal, makes it fire by itself.",
    couplings=(
        Coupling(
            sources=("interstitial_sodium_change",),
            target="axon_surroundings.sodium",
            law=LAWS.around_the_axon,
            how="add",
            basis="talbott1933: workers with heat cramps had lost serum base and chloride; saline by vein ended them",
            equation="share_that_arrives * interstitial_sodium_change",
        ),
        Coupling(
            sources=("interstitial_potassium_change",),
            target="axon_surroundings.potassium",
            law=LAWS.around_the_axon,
            how="add",
            basis="kuwabara2007: potassium of the serum moves the excitability of human motor axons",
            equation="share_that_arrives * interstitial_potassium_change",
        ),
        Coupling(
            sources=("ionised_calcium_change",),
            target="axon_surroundings.calcium",
            law=LAWS.around_the_axon,
            how="add",
            basis="hille1975: with less calcium the gates of the node open earlier",
            equation="share_that_arrives * ionised_calcium_change",
        ),
        Coupling(
            sources=("magnesium_change",),
            target="axon_surroundings.magnesium",
            law=LAWS.free_magnesium_around_the_axon,
            how="add",
            basis="hille1975: magnesium acts as calcium does, and more weakly",
            equation="share_that_arrives * free_magnesium * magnesium_change",
        ),
    ),
    predicts=(
        "A fall of plasma sodium by 10 to 15 mmol/L lowers the cramp threshold frequency; one by 2 to 3 hardly does.",
        "Saline by vein raises the threshold within the time that it takes to mix.",
        "Hypohydration by hypotonic sweat, which raises sodium, does not lower the threshold of a rested muscle.",
        "Magnesium by mouth changes nothing in people whose magnesium is normal.",
    ),
    sources=("talbott1933", "bergeron2008", "hille1975", "kuwabara2007", "ionised_magnesium1998"),
    laws=LAWS,
    founding=("talbott1933/base", "talbott1933/cl"),
    founding_words="In heat cramps of workers serum base had fallen by up to 15 and chloride by up to 10 mEq/L; the "
    "cramps of all five went with saline by vein.",
    strongest=5.0,
)

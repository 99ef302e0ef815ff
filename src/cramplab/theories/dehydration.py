"""Lost water: the shrinking space between the muscle's cells squeezes the ends of its nerves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from cramplab.core.parameters import parameter
from cramplab.core.theory import Coupling, Theory


@dataclass(frozen=True)
class Dehydration:
    """A terminal that is deformed opens its sodium channels earlier, in proportion to the fluid that is missing.

    How much a terminal is deformed by how little fluid was never measured. The one number is bounded from above: a
    membrane that is torn by stretch shifts its sodium channels by some 20 mV, and losing all the fluid around a
    terminal can hardly do more.

    References
    ----------
    layzer1994 and bergeron2008 (the claim), boucher2012 (channels of a damaged node).
    """

    name: ClassVar[str] = "dehydration"

    shift_of_all: float = parameter(
        "20 mV",
        "depolarisation if all fluid between the cells were lost",
        source="boucher2012",
        origin="chosen",
        where="left shifts up to 20 mV and a little more were modelled for damaged nodes; that a squeeze does as much "
        "is our choice",
        limits=("0 mV", "60 mV"),
    )

    def squeeze(self, interstitial_volume_change: Any) -> Any:
        r"""Give the effective depolarisation of the axons' terminals.

        .. math:: \Delta V = a \left[ -\frac{\Delta V_{if}}{V_{if}} \right]_0^1

        Parameters
        ----------
        interstitial_volume_change : 1
            Share of the fluid between the muscle's cells that is gained or lost.

        Returns
        -------
        mV
            Exactly 0 at rest and in a swollen muscle, never negative.

        References
        ----------
        layzer1994, boucher2012
        """
        return self.shift_of_all * np.clip(-interstitial_volume_change, 0.0, 1.0)


LAWS = Dehydration()

THEORY = Theory(
    name=Dehydration.name,
    claim="When water is lost, the space around the muscle's cells shrinks and deforms the ends of its nerves, which "
    "then fire by themselves.",
    couplings=(
        Coupling(
            sources=("interstitial_volume_change",),
            target="motor_pool.terminal_shift",
            law=LAWS.squeeze,
            how="add",
            basis="bergeron2008: a contracted space between the cells is held to make nerve endings hyperexcitable",
            equation="shift_of_all * share of interstitial fluid lost, never negative",
        ),
    ),
    predicts=(
        "Hypohydration lowers the cramp threshold frequency of a muscle that has rested.",
        "Crampers of a race have lost more body mass than the others.",
        "Water and a solution of salts move the threshold alike, as far as they refill the space between the cells.",
        "Muscle that swells with work is protected while it is swollen.",
    ),
    sources=("layzer1994", "bergeron2008", "boucher2012", "johnson2021"),
    laws=LAWS,
    founding=("kona2021/dehyd",),
    founding_words="Triathletes treated for cramps were called dehydrated more often than those treated without: odds "
    "ratio 1.63.",
    strongest=5.0,
)

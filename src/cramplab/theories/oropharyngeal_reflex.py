"""A strong taste in mouth and throat inhibits the motor pool within seconds, before anything is absorbed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from cramplab.core.parameters import parameter
from cramplab.core.theory import Coupling, Theory


@dataclass(frozen=True)
class OropharyngealReflex:
    """Endings in the mouth that feel sharp, sour and salty things send inhibition down to the motor neurons.

    Neither the path nor its size was measured. The size chosen is a tenth of what tendon organs can do at most in a
    strong contraction: enough to matter to a cramp that is held up by little, too little to let a hand drop a cup.

    References
    ----------
    miller2010pickle (the claim), craighead2017 (a mixture of such tastes), behringer2017 (hardly anything found).
    """

    name: ClassVar[str] = "oropharyngeal_reflex"

    inhibition: float = parameter(
        "0.03 uS",
        "inhibition of each motor neuron by the strongest taste",
        source="miller2010pickle",
        origin="chosen",
        where="that cramps end sooner was read; the theory's strength is calibrated on by how much",
        limits=("0 uS", "0.3 uS"),
    )

    def taste_inhibition(self, strong_taste: Any) -> Any:
        r"""Give the inhibitory conductance on each motor neuron.

        .. math:: G = G_0 s

        Parameters
        ----------
        strong_taste : 1
            Something sharp, sour or salty in the mouth, 0 to 1.

        Returns
        -------
        S
            Exactly 0 without it.

        References
        ----------
        miller2010pickle
        """
        return self.inhibition * np.clip(strong_taste, 0.0, 1.0)


LAWS = OropharyngealReflex()

THEORY = Theory(
    name=OropharyngealReflex.name,
    claim="A strong taste inhibits the motor neurons by a reflex within seconds, before any of it is absorbed.",
    couplings=(
        Coupling(
            sources=("strong_taste",),
            target="motor_pool.taste_inhibition",
            law=LAWS.taste_inhibition,
            how="add",
            basis="miller2010pickle: cramps ended sooner after pickle juice than after water, with plasma unchanged",
            equation="inhibition * strong_taste",
        ),
    ),
    predicts=(
        "A cramp ends sooner after a strong taste than after water, though plasma is the same.",
        "A mouthful that is spat out does as much as one that is swallowed.",
        "The reflex from the tendon or the H reflex is smaller for as long as the taste lasts.",
        "Under a nerve block the taste does nothing.",
    ),
    sources=("miller2010pickle", "craighead2017", "behringer2017"),
    laws=LAWS,
    founding=("miller_2010_picklejuice/pj10_dur",),
    founding_words="A cramp lasts 84.6 s after pickle juice and 133.7 s after water; plasma is the same after both.",
    strongest=10.0,
)

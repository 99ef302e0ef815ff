"""Tired muscle: spindles excite more, tendon organs inhibit less, and the motor pool latches on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from cramplab.core.parameters import parameter
from cramplab.core.theory import Coupling, Theory


@dataclass(frozen=True)
class NeuromuscularControl:
    """Fatigue tilts the balance of the two reflexes; a short muscle loses still more of its inhibition.

    The directions are the claim itself. No size is known for people, so all are chosen, and the theory's strength
    scales them together. That spindles of tired people discharge less (macefield1991) speaks against the claim; it is
    for the score to count and changes nothing here.

    References
    ----------
    schwellnus2009, nelson_churilla2016 (the claim), hutton_nelson1986 (tired muscle of cats), khan_burne2007 (length).
    """

    name: ClassVar[str] = "neuromuscular_control"

    spindle_rise: float = parameter(
        1.0,
        "rise of spindle excitation, relative to rest, when all force is lost",
        source="nelson_churilla2016",
        origin="chosen",
        where="the direction is the claim; doubling is our choice",
        limits=("0", "2"),
    )
    spindle_drive: float = parameter(
        "0.01 uS",
        "steady excitation of the motor neurons that spindles add when all force is lost",
        source="nelson_churilla2016",
        origin="chosen",
        where="the direction is the claim; so much do 10 imp/s more of all primary fibres leave in a synapse that is "
        "used to a third",
        limits=("0 uS", "0.05 uS"),
    )
    tendon_organ_loss: float = parameter(
        0.5,
        "share of tendon-organ inhibition that is lost when all force is lost",
        source="hutton_nelson1986",
        origin="chosen",
        where="the direction is recalled, the size is our choice",
        limits=("0", "1"),
    )
    short_loss: float = parameter(
        0.5,
        "share of tendon-organ inhibition that is lost besides in a muscle as short as can be",
        source="khan_burne2007",
        origin="chosen",
        where="that it is ineffective in the shortened muscle was read, not how it falls with length",
        limits=("0", "1"),
    )
    shortest: float = parameter(
        0.7,
        "fibre length, in optimal lengths, at which that much is lost",
        source="chosen",
        origin="chosen",
        limits=("0.4", "0.95"),
    )

    def spindle_gain(self, fatigue: Any) -> Any:
        r"""Give the gain of spindle volleys on the motor neurons.

        .. math:: g_{Ia} = 1 + a f

        Parameters
        ----------
        fatigue : 1
            Share of the muscle's force that is lost.

        Returns
        -------
        1
            Exactly 1 without fatigue.

        References
        ----------
        schwellnus2009, nelson_churilla2016
        """
        return 1.0 + self.spindle_rise * np.clip(fatigue, 0.0, 1.0)

    def spindle_excitation(self, fatigue: Any) -> Any:
        r"""Give the steady excitation of the motor neurons by spindles that discharge more.

        .. math:: G = G_0 f

        Volleys come from a stimulator or a tap. Spindles that discharge by themselves excite steadily, and the claim
        is about these first.

        Parameters
        ----------
        fatigue : 1
            Share of the muscle's force that is lost.

        Returns
        -------
        S
            Exactly 0 without fatigue.

        References
        ----------
        schwellnus2009, nelson_churilla2016
        """
        return self.spindle_drive * np.clip(fatigue, 0.0, 1.0)

    def tendon_organ_gain(self, fatigue: Any) -> Any:
        r"""Give the gain of tendon-organ inhibition in a tired muscle.

        .. math:: g_{Ib} = 1 - b f

        Parameters
        ----------
        fatigue : 1
            Share of the muscle's force that is lost.

        Returns
        -------
        1
            Exactly 1 without fatigue.

        References
        ----------
        hutton_nelson1986, nelson_churilla2016
        """
        return 1.0 - self.tendon_organ_loss * np.clip(fatigue, 0.0, 1.0)

    def short_muscle_gain(self, fibre_length: Any) -> Any:
        r"""Give what a short muscle leaves of tendon-organ inhibition, beyond what all theories share.

        .. math:: g_L = 1 - c \left[ \frac{1 - L}{1 - L_s} \right]_0^1

        Parameters
        ----------
        fibre_length : 1
            In optimal lengths.

        Returns
        -------
        1
            Exactly 1 at the optimal length and beyond.

        References
        ----------
        khan_burne2007
        """
        return 1.0 - self.short_loss * np.clip((1.0 - fibre_length) / (1.0 - self.shortest), 0.0, 1.0)


LAWS = NeuromuscularControl()

THEORY = Theory(
    name=NeuromuscularControl.name,
    claim="In a tired muscle spindles excite the motor neurons more and tendon organs inhibit them less, most of all "
    "where the muscle is short.",
    couplings=(
        Coupling(
            sources=("fatigue",),
            target="motor_pool.volley_gain",
            law=LAWS.spindle_gain,
            how="multiply",
            basis="nelson_churilla2016: reviewers see excitation by spindles win over inhibition by tendon organs in "
            "overloaded, tired muscle",
            equation="1 + spindle_rise * fatigue",
        ),
        Coupling(
            sources=("fatigue",),
            target="motor_pool.resting_drive",
            law=LAWS.spindle_excitation,
            how="add",
            basis="schwellnus2009: spindles are held to discharge more in tired muscle",
            equation="spindle_drive * fatigue",
        ),
        Coupling(
            sources=("fatigue",),
            target="motor_pool.tendon_organ_gain",
            law=LAWS.tendon_organ_gain,
            how="multiply",
            basis="hutton_nelson1986: tendon organs of tired cat muscle answer stretch less (recalled)",
            equation="1 - tendon_organ_loss * fatigue",
        ),
        Coupling(
            sources=("fibre_length",),
            target="motor_pool.tendon_organ_gain",
            law=LAWS.short_muscle_gain,
            how="multiply",
            basis="khan_burne2007: in a near-maximal contraction of the shortened muscle inhibition from the tendon is "
            "ineffective",
            equation="1 - short_loss * (1 - fibre_length) / (1 - shortest), nothing at or above the optimal length",
        ),
    ),
    predicts=(
        "Local fatigue lowers the cramp threshold frequency of the tired muscle, and of no other.",
        "A muscle cramps after a maximal contraction where it is short, and not where it is long.",
        "Water and salt, lost or given, do not move the threshold of a rested muscle.",
        "The reflex from the tendon is weaker in a tired muscle than in a rested one.",
    ),
    sources=(
        "schwellnus2009",
        "nelson_churilla2016",
        "hutton_nelson1986",
        "khan_burne2007",
        "bertolasi1993",
        "macefield1991",
    ),
    laws=LAWS,
    founding=("bertolasi_1993/be93_short",),
    founding_words="After a maximal contraction 7 of 10 people cramp in a shortened muscle, none in one not shortened.",
    strongest=3.0,
)

"""The motor neuron itself: a persistent inward current makes it go on, and neuromodulation sets how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from cramplab.core.parameters import parameter
from cramplab.core.theory import Coupling, Theory


@dataclass(frozen=True)
class MotorNeuronPlateau:
    """Who is prone, aroused, stimulated, in pain or has just cramped has more persistent inward current.

    That the current can latch is common ground; what moves its gain is the theory. Sizes are chosen within a third,
    which is all that lies between motor pools that never latch and motor pools that always do.

    References
    ----------
    udina2010 (amphetamine), walton2003 (caffeine), serrao2007 (pain), miller_long2017 (after a cramp),
    miller_knight2009 (history).
    """

    name: ClassVar[str] = "motor_neuron_plateau"

    by_history: float = parameter(
        0.1,
        "relative gain added in people prone to cramps, and taken away in those who never cramp",
        source="miller_knight2009",
        origin="chosen",
        where="that thresholds differ was read; the theory's strength is calibrated on by how much",
        limits=("0", "0.3"),
    )
    by_arousal: float = parameter(
        0.15,
        "relative gain added at the highest effort",
        source="udina2010",
        origin="chosen",
        where="half of a stimulant's",
        limits=("0", "0.5"),
    )
    by_pain: float = parameter(
        0.1,
        "relative gain added by the worst pain of the muscle, beyond what all theories share",
        source="serrao2007",
        origin="chosen",
        where="that pain lowers the threshold was read, not by which way",
        limits=("0", "0.5"),
    )
    by_recent_cramp: float = parameter(
        0.1,
        "relative gain added just after a cramp of the same muscle",
        source="miller_long2017",
        origin="chosen",
        where="that the threshold is lower for an hour was read; the size is that of a history of cramps",
        limits=("0", "0.5"),
    )
    by_stimulant: float = parameter(
        0.3,
        "relative gain added by a stimulant at the studied dose",
        source="udina2010",
        origin="chosen",
        where="the paired-unit measure rose by more than half; the gain that this asks for was not worked out",
        limits=("0", "1"),
    )

    def with_history(self, cramp_history: Any) -> Any:
        r"""Give the gain of the persistent inward current by a person's history.

        .. math:: g = 1 + a h

        Parameters
        ----------
        cramp_history : 1
            From -1 (never cramps) to 1 (prone); 0 is unknown or average.

        Returns
        -------
        1
            Exactly 1 where it is unknown.

        References
        ----------
        miller_knight2009
        """
        return 1.0 + self.by_history * np.clip(cramp_history, -1.0, 1.0)

    def with_arousal(self, arousal: Any) -> Any:
        r"""Give the gain by arousal, :math:`g = 1 + a A`.

        Parameters
        ----------
        arousal : 1
            Catecholamines, from 0 at rest to 1 at the highest effort.

        Returns
        -------
        1
            Exactly 1 at rest.

        References
        ----------
        udina2010
        """
        return 1.0 + self.by_arousal * np.clip(arousal, 0.0, 1.0)

    def with_pain(self, pain: Any) -> Any:
        r"""Give the gain by pain of the muscle, :math:`g = 1 + a p`.

        Parameters
        ----------
        pain : 1
            From 0 to 1.

        Returns
        -------
        1
            Exactly 1 without pain.

        References
        ----------
        serrao2007
        """
        return 1.0 + self.by_pain * np.clip(pain, 0.0, 1.0)

    def after_cramp(self, recent_cramp: Any) -> Any:
        r"""Give the gain after a cramp, :math:`g = 1 + a c`.

        Parameters
        ----------
        recent_cramp : 1
            1 just after a cramp of the same muscle, 0 if there was none for long.

        Returns
        -------
        1
            Exactly 1 if there was none.

        References
        ----------
        miller_long2017
        """
        return 1.0 + self.by_recent_cramp * np.clip(recent_cramp, 0.0, 1.0)

    def with_stimulant(self, stimulant: Any) -> Any:
        r"""Give the gain with a stimulant, :math:`g = 1 + a s`, with :math:`s` at most 2.

        Parameters
        ----------
        stimulant : 1
            Level of caffeine or amphetamine, 1 at the studied dose.

        Returns
        -------
        1
            Exactly 1 without it.

        References
        ----------
        udina2010, walton2003
        """
        return 1.0 + self.by_stimulant * np.clip(stimulant, 0.0, 2.0)


LAWS = MotorNeuronPlateau()
_GAIN = "motor_pool.persistent_gain"

THEORY = Theory(
    name=MotorNeuronPlateau.name,
    claim="Motor neurons that hold themselves on by a persistent inward current cramp; monoamines, pain and the person "
    "set how large it is.",
    couplings=(
        Coupling(
            sources=("cramp_history",),
            target=_GAIN,
            law=LAWS.with_history,
            how="multiply",
            basis="miller_knight2009: people with a history of cramps have a lower threshold frequency",
            equation="1 + by_history * cramp_history",
        ),
        Coupling(
            sources=("arousal",),
            target=_GAIN,
            law=LAWS.with_arousal,
            how="multiply",
            basis="udina2010: noradrenaline facilitates the current, as a drug that frees it shows",
            equation="1 + by_arousal * arousal",
        ),
        Coupling(
            sources=("pain",),
            target=_GAIN,
            law=LAWS.with_pain,
            how="multiply",
            basis="serrao2007: pain of the muscle lowers the threshold frequency",
            equation="1 + by_pain * pain",
        ),
        Coupling(
            sources=("recent_cramp",),
            target=_GAIN,
            law=LAWS.after_cramp,
            how="multiply",
            basis="miller_long2017: after a cramp the threshold frequency is lower for an hour",
            equation="1 + by_recent_cramp * recent_cramp",
        ),
        Coupling(
            sources=("stimulant",),
            target=_GAIN,
            law=LAWS.with_stimulant,
            how="multiply",
            basis="walton2003, udina2010: caffeine raises spinal excitability, amphetamine the paired-unit measure",
            equation="1 + by_stimulant * stimulant",
        ),
    ),
    predicts=(
        "People prone to cramps have a larger paired-unit measure of the persistent current than the others.",
        "A drug that lowers that measure raises the cramp threshold frequency.",
        "A cramp just before lowers the threshold though the H reflex is depressed.",
        "Caffeine lowers the threshold of a rested muscle.",
    ),
    sources=("miller_knight2009", "udina2010", "walton2003", "serrao2007", "miller_long2017"),
    laws=LAWS,
    founding=("miller_knight_2009/mk09_history",),
    founding_words="The cramp threshold frequency is 14.9 Hz in people with a history of cramps, 25.5 Hz in others.",
    strongest=6.0,
)

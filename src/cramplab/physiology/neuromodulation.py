"""How much persistent inward current motor neurons have: monoamines from the brain stem, warmth, and the person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cramplab.core.fast_submodel import FastSubmodel
from cramplab.core.parameters import parameter


@dataclass(frozen=True)
class Neuromodulation(FastSubmodel):
    """Serotonin and noradrenaline raise the conductance of the persistent inward current above its basic gain.

    People differ in the gain. How much is not known: the paired-unit measure of it differs by half of its mean between
    people, and the window between motor pools that never latch and motor pools that always do is about a third wide.

    References
    ----------
    udina2010 (amphetamine), cyproheptadine2023 (block of serotonin), pic_posture2019 (spread of the paired-unit
    measure).
    """

    name: ClassVar[str] = "neuromodulation"

    basic_gain: float = parameter(
        1.0,
        "gain of the persistent inward current at usual arousal",
        source="chosen",
        origin="chosen",
        where="the spread is assumed: with it the published spread of thresholds is met, and nothing else tells it",
        spread="normal 0.06",
        limits=("0.3", "2"),
    )
    per_serotonin: float = parameter(
        0.3, "gain added by full drive of serotonin above the usual", source="cyproheptadine2023", origin="chosen"
    )
    per_noradrenaline: float = parameter(
        0.3, "gain added by full drive of noradrenaline above the usual", source="udina2010", origin="chosen"
    )

    def gain(self, serotonin: float, noradrenaline: float) -> float:
        r"""Give the gain of the persistent inward current.

        .. math:: G = G_0 (1 + a_S D_S + a_N D_N)

        Parameters
        ----------
        serotonin, noradrenaline : 1
            Drive above the usual (-1 for a complete block, 1 for the highest); 0 changes nothing.
        """
        return self.basic_gain * (1.0 + self.per_serotonin * serotonin + self.per_noradrenaline * noradrenaline)

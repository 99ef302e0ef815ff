"""Too little blood: oxygen is short, potassium and acid stay in the muscle, and its small fibres fire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from cramplab.core.parameters import parameter
from cramplab.core.theory import Coupling, Theory


@dataclass(frozen=True)
class Vascular:
    """Where blood is short, the ends of axons depolarise and what work leaves behind is not carried away.

    Potassium and acid count by the share of the wanted oxygen that is missing: as much as the missing blood would have
    carried away. So they count for nothing in healthy runners, whose blood brings what they want. Slow relaxation has
    no arrow: a muscle without blood relaxes slowly in every theory, and slow relaxation lengthens the pull and not the
    discharge of motor neurons.

    References
    ----------
    abdulla1999 (disease of the arteries and cramps), han2008 (axons without blood), kaufman1987 (small fibres),
    street2005 (acid between the cells).
    """

    name: ClassVar[str] = "vascular"

    shift_without_oxygen: float = parameter(
        "4 mV",
        "depolarisation of the ends of axons when no oxygen arrives: their pumps stand still",
        source="han2008",
        origin="chosen",
        where="that axons without blood depolarise was read for sensory ones, not by how much",
        limits=("0 mV", "15 mV"),
    )
    drive_without_oxygen: float = parameter(
        "0.01 uS",
        "excitation of the motor neurons by small fibres when no oxygen arrives",
        source="kaufman1987",
        origin="chosen",
        where="that lack of blood excites the fibres was read; that they excite motor neurons is the claim",
        limits=("0 uS", "0.1 uS"),
    )
    hydrogen_at_rest: float = parameter(
        "40 nmol/L",
        "free acid between the cells at rest",
        source="chosen",
        origin="remembered",
        where="pH 7.4",
        limits=("30 nmol/L", "60 nmol/L"),
    )

    def starved_axon(self, oxygen_shortfall: Any) -> Any:
        r"""Give the effective depolarisation of the axons' terminals.

        .. math:: \Delta V = a q

        Parameters
        ----------
        oxygen_shortfall : 1
            Share of the wanted oxygen that the blood cannot bring.

        Returns
        -------
        mV
            Exactly 0 where blood suffices.

        References
        ----------
        han2008
        """
        return self.shift_without_oxygen * np.clip(oxygen_shortfall, 0.0, 1.0)

    def small_fibre_drive(self, oxygen_shortfall: Any) -> Any:
        r"""Give the excitation of the motor neurons by group III and IV fibres.

        .. math:: G = G_0 q

        Parameters
        ----------
        oxygen_shortfall : 1
            Share of the wanted oxygen that the blood cannot bring.

        Returns
        -------
        S
            Exactly 0 where blood suffices.

        References
        ----------
        kaufman1987
        """
        return self.drive_without_oxygen * np.clip(oxygen_shortfall, 0.0, 1.0)

    def potassium_left(self, oxygen_shortfall: Any, interstitial_potassium_change: Any) -> Any:
        r"""Give the potassium that the missing blood would have carried away.

        .. math:: \Delta K = q\, [\Delta K_{if}]_+

        Parameters
        ----------
        oxygen_shortfall : 1
            Share of the wanted oxygen that the blood cannot bring.
        interstitial_potassium_change : mmol/L
            Between the muscle's cells, from rest.

        Returns
        -------
        mmol/L
            Exactly 0 where blood suffices.

        References
        ----------
        mckenna2024
        """
        return np.clip(oxygen_shortfall, 0.0, 1.0) * np.maximum(interstitial_potassium_change, 0.0)

    def acid_left(self, oxygen_shortfall: Any, ph_change: Any) -> Any:
        r"""Give the free acid that the missing blood would have carried away.

        .. math:: \Delta H = q\, H_0 \left( 10^{[-\Delta pH]_0^1} - 1 \right)

        The fluid between the cells is taken to turn acid by as many units as the cells do.

        Parameters
        ----------
        oxygen_shortfall : 1
            Share of the wanted oxygen that the blood cannot bring.
        ph_change : 1
            Of the muscle's cells, from rest.

        Returns
        -------
        mmol/L
            Exactly 0 where blood suffices.

        References
        ----------
        street2005
        """
        risen = 10.0 ** np.clip(-ph_change, 0.0, 1.0) - 1.0
        return np.clip(oxygen_shortfall, 0.0, 1.0) * self.hydrogen_at_rest * risen


LAWS = Vascular()

THEORY = Theory(
    name=Vascular.name,
    claim="Narrowed vessels keep blood from the muscle: oxygen is short, potassium and acid stay, and nerve endings "
    "and small fibres fire.",
    couplings=(
        Coupling(
            sources=("oxygen_shortfall",),
            target="motor_pool.terminal_shift",
            law=LAWS.starved_axon,
            how="add",
            basis="han2008: human axons depolarise without blood",
            equation="shift_without_oxygen * oxygen_shortfall",
        ),
        Coupling(
            sources=("oxygen_shortfall",),
            target="motor_pool.resting_drive",
            law=LAWS.small_fibre_drive,
            how="add",
            basis="kaufman1987: small fibres of the muscle fire when it works without enough blood",
            equation="drive_without_oxygen * oxygen_shortfall",
        ),
        Coupling(
            sources=("oxygen_shortfall", "interstitial_potassium_change"),
            target="axon_surroundings.potassium",
            law=LAWS.potassium_left,
            how="add",
            basis="mckenna2024: work gathers potassium between the cells, and blood takes it away",
            equation="oxygen_shortfall * rise of interstitial potassium",
        ),
        Coupling(
            sources=("oxygen_shortfall", "interstitial_potassium_change"),
            target="motor_pool.potassium_excess",
            law=LAWS.potassium_left,
            how="add",
            basis="kaufman1987: potassium excites small fibres",
            equation="oxygen_shortfall * rise of interstitial potassium",
        ),
        Coupling(
            sources=("oxygen_shortfall", "ph_change"),
            target="motor_pool.hydrogen_excess",
            law=LAWS.acid_left,
            how="add",
            basis="kaufman1987: acid excites small fibres; street2005: how much of it there is",
            equation="oxygen_shortfall * hydrogen_at_rest * (10 ^ fall of pH - 1)",
        ),
    ),
    predicts=(
        "A cuff on the limb lowers the cramp threshold frequency below it.",
        "People with narrowed leg arteries cramp in the calf when they walk, before others do.",
        "In healthy runners the theory changes nothing.",
        "Cramps at rest go with narrowed arteries only where blood is short at rest too.",
    ),
    sources=("abdulla1999", "han2008", "kaufman1987", "mckenna2024", "street2005"),
    laws=LAWS,
    founding=("abdulla1999/pvd",),
    founding_words="Old people with disease of the leg arteries have cramps at rest more often: odds ratio 2.9.",
    strongest=5.0,
)

"""Vasopressin, aldosterone and catecholamines: what osmolality, volume and effort ask of them."""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp

from cramplab.core.parameters import parameter
from cramplab.core.submodel import AbstractSubmodel, People, Port, Values


class Hormones(AbstractSubmodel):
    """Vasopressin has an osmotic arm, a volume arm and, in long hard work, one that is neither.

    References
    ----------
    endotext_avp (osmotic line), hewbutler2008, hewbutler2011 (vasopressin rises in long races while sodium falls).
    """

    name: ClassVar[str] = "hormones"
    states: ClassVar[tuple[Port, ...]] = (
        Port("vasopressin", "pmol/L", "in plasma", typical=3e-9),
        Port("vasopressin_effect", "pmol/L", "as felt by the kidney", typical=3e-9),
        Port("aldosterone", "1", "over its resting level", typical=1.5),
        Port("catecholamines", "1", "0 at rest, 1 at the highest effort", typical=0.5),
        Port("work_so_far", "s", "time at work, weighted by intensity", typical=3600.0),
    )
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("plasma_osmolality_change", "mosmol/L", "from rest", typical=4.0),
        Port("plasma_volume_share", "1", "plasma volume over its resting value", typical=0.93),
        Port("plasma_potassium", "mmol/L", "in plasma", typical=4.5),
        Port("relative_intensity", "1", "of exercise", typical=0.6),
        Port("vasopressin_floor", "pmol/L", "least level forced by a medicine or illness", 0.0),
        Port("body_mass_at_start", "kg", "mass"),
        Port("potassium_at_rest", "mmol/L", "plasma and interstitial potassium at rest"),
    )
    place: str = ""

    osmotic_slope: float = parameter(
        "0.43 pmol/L/(mosmol/L)",
        "rise of vasopressin with osmolality",
        source="endotext_avp",
        origin="read",
        where="figure 6",
        spread="lognormal 25 %",
        limits=("0.05 pmol/L/(mosmol/L)", "2 pmol/L/(mosmol/L)"),
    )
    osmotic_margin: float = parameter(
        "4.4 mosmol/L",
        "resting osmolality above the threshold (284)",
        source="endotext_avp",
        origin="read",
        where="figure 6, resting 288.4",
    )
    volume_scale: float = parameter("0.6 pmol/L", "size of the volume arm", source="endotext_avp", origin="chosen")
    volume_steepness: float = parameter(25.0, "steepness of the volume arm", source="endotext_avp", origin="chosen")
    volume_share: float = parameter(
        0.08,
        "relative fall of plasma volume without effect",
        source="endotext_avp",
        origin="read",
        where="least volume stimulus",
    )
    effort_scale: float = parameter(
        "1.5 pmol/L",
        "vasopressin that neither osmolality nor volume explains, in long hard work",
        source="hewbutler2008",
        origin="chosen",
        spread="lognormal 80 %",
        limits=("0 pmol/L", "60 pmol/L"),
    )
    effort_time: float = parameter(
        "2 h", "work after which half of that shows", source="hewbutler2008", origin="chosen"
    )
    vasopressin_time: float = parameter(
        "20 min", "time constant of the plasma level", source="chosen", origin="remembered"
    )
    effect_time: float = parameter("8 min", "lag of the kidney's answer", source="chosen", origin="remembered")
    aldosterone_time: float = parameter("60 min", "time constant", source="chosen", origin="remembered")
    aldosterone_per_volume: float = parameter(
        10.0, "rise per relative fall of plasma volume", source="chosen", origin="chosen"
    )
    aldosterone_per_potassium: float = parameter(
        "0.6 L/mmol", "rise per rise of plasma potassium", source="chosen", origin="chosen"
    )
    aldosterone_most: float = parameter(5.0, "largest level over rest", source="chosen", origin="chosen")
    catecholamine_time: float = parameter("90 s", "time constant", source="chosen", origin="chosen")
    recovery_time: float = parameter(
        "2 h", "time constant in which past work is forgotten", source="chosen", origin="chosen"
    )

    def initial(self, inputs: Values) -> dict[str, People]:
        """Levels at rest."""
        level = self.osmotic_slope * self.osmotic_margin + 0.0 * inputs.body_mass_at_start
        one = jnp.ones_like(level)
        return {
            "vasopressin": level,
            "vasopressin_effect": level,
            "aldosterone": one,
            "catecholamines": 0.0 * one,
            "work_so_far": 0.0 * one,
        }

    def observe(self, state: Values, inputs: Values) -> dict[str, People]:
        """Only states leave."""
        return {}

    def rates(self, state: Values, inputs: Values) -> dict[str, People]:
        """Approach what the stimuli ask for."""
        osmotic = self.osmotic_slope * jnp.maximum(self.osmotic_margin + inputs.plasma_osmolality_change, 0.0)
        fall = jnp.maximum(1.0 - inputs.plasma_volume_share - self.volume_share, 0.0)
        volume = self.volume_scale * (jnp.exp(self.volume_steepness * jnp.minimum(fall, 0.2)) - 1.0)
        long_work = state.work_so_far**2 / (state.work_so_far**2 + self.effort_time**2)
        effort = self.effort_scale * long_work * jnp.clip(3.0 * inputs.relative_intensity, 0.0, 1.0)
        aimed = jnp.maximum(osmotic + volume + effort, inputs.vasopressin_floor)
        aldosterone = (
            1.0
            + self.aldosterone_per_volume * (1.0 - inputs.plasma_volume_share)
            + self.aldosterone_per_potassium * (inputs.plasma_potassium - inputs.potassium_at_rest)
        )
        aldosterone = jnp.clip(aldosterone, 0.2, self.aldosterone_most)
        return {
            "vasopressin": (aimed - state.vasopressin) / self.vasopressin_time,
            "vasopressin_effect": (state.vasopressin - state.vasopressin_effect) / self.effect_time,
            "aldosterone": (aldosterone - state.aldosterone) / self.aldosterone_time,
            "catecholamines": (inputs.relative_intensity**2 - state.catecholamines) / self.catecholamine_time,
            "work_so_far": inputs.relative_intensity
            - state.work_so_far / self.recovery_time * (1.0 - jnp.clip(4.0 * inputs.relative_intensity, 0.0, 1.0)),
        }

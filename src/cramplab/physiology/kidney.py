"""Urine: how much solute must leave, and in how much water vasopressin lets it leave."""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp

from cramplab.core.parameters import parameter
from cramplab.core.submodel import AbstractSubmodel, People, Port, Values


class Kidney(AbstractSubmodel):
    """Flow = excreted osmoles / urine osmolality, never above a share of filtration.

    Filtration falls with effort and with lost plasma; sodium excretion follows filtration, plasma volume, plasma
    sodium and aldosterone; urine osmolality rises with vasopressin by a Hill curve.

    References
    ----------
    iom2005 (urine at rest, most, least), renal_exercise (filtration in exercise and heat).
    """

    name: ClassVar[str] = "kidney"
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("relative_intensity", "1", "of exercise", typical=0.6),
        Port("plasma_volume_share", "1", "plasma volume over its resting value", typical=0.95),
        Port("plasma_sodium", "mmol/L", "in plasma", typical=141.0),
        Port("plasma_potassium", "mmol/L", "in plasma", typical=4.4),
        Port("vasopressin_effect", "pmol/L", "as felt by the kidney", typical=3e-9),
        Port("aldosterone", "1", "over its resting level", typical=1.4),
        Port("body_surface_area", "m^2", "skin"),
        Port("sodium_excretion_factor", "1", "sodium excretion over its usual, raised by a diuretic", 1.0),
        Port("potassium_excretion_factor", "1", "what a medicine makes of potassium excretion", 1.0),
        Port("sodium_at_rest", "mmol/L", "plasma and interstitial sodium at rest"),
        Port("potassium_at_rest", "mmol/L", "plasma and interstitial potassium at rest"),
        Port("osmoles_per_cation", "mosmol/mmol", "osmoles per cation with its anion"),
    )
    outputs: ClassVar[tuple[Port, ...]] = (
        Port("urine_flow", "L/s", "urine"),
        Port("filtration_share", "1", "glomerular filtration over its resting value"),
        Port("urine_osmolality", "mosmol/L", "of urine"),
        *(
            Port(f"urine_{ion}_flow", "mmol/s", "lost by urine")
            for ion in ("sodium", "potassium", "chloride", "calcium", "magnesium")
        ),
    )
    place: str = ""

    filtration: float = parameter(
        "65 mL/min/m^2", "glomerular filtration per surface", source="chosen", origin="remembered"
    )
    filtration_per_effort: float = parameter(
        0.30, "share of filtration lost from 40 to 100 % intensity", source="renal_exercise", origin="chosen"
    )
    filtration_per_plasma: float = parameter(
        1.5, "relative fall of filtration per relative fall of plasma", source="renal_exercise", origin="chosen"
    )
    sodium: float = parameter(
        "130 mmol/d",
        "sodium excreted at rest",
        source="chosen",
        origin="remembered",
        spread="lognormal 30 %",
        limits=("10 mmol/d", "400 mmol/d"),
    )
    potassium: float = parameter(
        "65 mmol/d",
        "potassium excreted at rest",
        source="chosen",
        origin="remembered",
        limits=("10 mmol/d", "200 mmol/d"),
    )
    urea: float = parameter(
        "470 mosmol/d", "urea and other solutes excreted at rest", source="chosen", origin="remembered"
    )
    urea_kept: float = parameter(
        0.35,
        "share of urea kept back in the most concentrated urine",
        source="iom2005",
        origin="fitted",
        where="least urine",
    )
    calcium: float = parameter("5 mmol/d", "calcium excreted at rest", source="chosen", origin="remembered")
    magnesium: float = parameter("4 mmol/d", "magnesium excreted at rest", source="chosen", origin="remembered")
    chloride_per_sodium: float = parameter(0.9, "chloride over sodium in urine", source="chosen", origin="chosen")
    chloride_per_potassium: float = parameter(0.3, "chloride over potassium in urine", source="chosen", origin="chosen")
    sodium_per_effort: float = parameter(
        0.6, "relative fall of sodium excretion at full intensity", source="chosen", origin="chosen"
    )
    sodium_per_plasma: float = parameter(
        8.0, "relative change of sodium excretion per relative change of plasma", source="chosen", origin="chosen"
    )
    sodium_per_concentration: float = parameter(
        "0.04 L/mmol", "relative rise of sodium excretion per rise of plasma sodium", source="chosen", origin="chosen"
    )
    sodium_per_aldosterone: float = parameter(
        0.5, "sodium excretion falls with aldosterone to this power", source="chosen", origin="chosen"
    )
    potassium_per_concentration: float = parameter(
        "0.6 L/mmol",
        "relative rise of potassium excretion per rise of plasma potassium",
        source="chosen",
        origin="chosen",
    )
    osmolality_least: float = parameter(
        "50 mosmol/L", "most dilute urine", source="iom2005", origin="fitted", where="largest urine"
    )
    osmolality_most: float = parameter(
        "1150 mosmol/L",
        "most concentrated urine",
        source="chosen",
        origin="remembered",
        spread="normal 100 mosmol/L",
        limits=("300 mosmol/L", "1500 mosmol/L"),
    )
    vasopressin_half: float = parameter(
        "1.55 pmol/L",
        "vasopressin of half the concentrating power",
        source="iom2005",
        origin="fitted",
        where="urine at rest",
    )
    flow_most: float = parameter(
        0.13, "largest urine flow as a share of filtration", source="chosen", origin="remembered"
    )

    def initial(self, inputs: Values) -> dict[str, People]:
        """No states."""
        return {}

    def observe(self, state: Values, inputs: Values) -> dict[str, People]:
        """Excretion and flow."""
        lost = 1.0 - inputs.plasma_volume_share
        effort = jnp.clip((inputs.relative_intensity - 0.4) / 0.6, 0.0, 1.0)
        filtered = (1.0 - self.filtration_per_effort * effort) * jnp.clip(
            1.0 - self.filtration_per_plasma * jnp.maximum(lost, 0.0), 0.3, 1.0
        )
        sodium = (
            self.sodium
            * filtered
            * jnp.clip(1.0 - self.sodium_per_effort * inputs.relative_intensity, 0.05, 1.0)
            * jnp.clip(1.0 - self.sodium_per_plasma * lost, 0.1, 4.0)
            * jnp.clip(1.0 + self.sodium_per_concentration * (inputs.plasma_sodium - inputs.sodium_at_rest), 0.2, 3.0)
            / jnp.maximum(inputs.aldosterone, 0.1) ** self.sodium_per_aldosterone
            * inputs.sodium_excretion_factor
        )
        potassium = (
            self.potassium
            * filtered
            * jnp.clip(
                1.0 + self.potassium_per_concentration * (inputs.plasma_potassium - inputs.potassium_at_rest), 0.2, 4.0
            )
            * inputs.potassium_excretion_factor
        )
        concentrating = inputs.vasopressin_effect**2 / (inputs.vasopressin_effect**2 + self.vasopressin_half**2)
        osmolality = self.osmolality_least + (self.osmolality_most - self.osmolality_least) * concentrating
        # Slow, concentrated urine gives urea time to return to the body.
        urea = self.urea * filtered * (1.0 - self.urea_kept * concentrating**2)
        solute = inputs.osmoles_per_cation * (sodium + potassium) + urea
        most = self.flow_most * self.filtration * inputs.body_surface_area * filtered
        return {
            "urine_flow": jnp.minimum(solute / osmolality, most),
            "filtration_share": filtered,
            "urine_osmolality": osmolality,
            "urine_sodium_flow": sodium,
            "urine_potassium_flow": potassium,
            "urine_chloride_flow": self.chloride_per_sodium * sodium + self.chloride_per_potassium * potassium,
            "urine_calcium_flow": self.calcium * filtered,
            "urine_magnesium_flow": self.magnesium * filtered,
        }

    def rates(self, state: Values, inputs: Values) -> dict[str, People]:
        """No states."""
        return {}

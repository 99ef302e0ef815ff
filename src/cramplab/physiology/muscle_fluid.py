"""Water, sodium and potassium of one muscle: what its interstitium, and so its nerve endings, are bathed in."""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp

from cramplab.core.parameters import parameter
from cramplab.core.submodel import AbstractSubmodel, People, Port, Values


class MuscleFluid(AbstractSubmodel):
    """Cells and interstitium in osmotic equilibrium; permeability-limited exchange with blood; a pump.

    Work sets potassium free in exchange for sodium, so cell osmoles do not change by it. The pump answers to potassium
    outside and to the sodium gained inside, with a largest rate. Exchange of an ion with blood at flow Q through a
    barrier of permeability-surface product PS is ``Q (1 - exp(-PS/Q)) (blood - interstitium)``.

    References
    ----------
    juel2000 (interstitial potassium), clausen2003 (pump capacity), nielsen2004 (venous potassium), pvonset1992
    (plasma volume at the start of work).
    """

    name: ClassVar[str] = "muscle_fluid"
    placed: ClassVar[bool] = True
    states: ClassVar[tuple[Port, ...]] = (
        Port("muscle_water", "L", "cells and interstitium", typical=7.5),
        Port("interstitial_sodium_amount", "mmol", "in the interstitium", typical=170.0),
        Port("interstitial_potassium_amount", "mmol", "in the interstitium", typical=6.0),
        Port("cell_potassium_lost", "mmol", "from cells, exchanged for sodium", typical=10.0),
    )
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("muscle_mass", "kg", "of this muscle"),
        Port("work_share", "1", "demand as a share of this much muscle's own peak uptake", typical=0.4),
        Port("metabolic_osmoles", "mosmol/kg", "solutes set free in the cells by work", typical=8.0),
        Port("glycogen_used", "mmol/kg", "glucose units burnt from the muscle's own store", typical=30.0),
        Port("muscle_blood_flow", "L/s", "reaching this muscle", typical=0.08),
        Port("plasma_sodium", "mmol/L", "in plasma", typical=141.0),
        Port("plasma_potassium", "mmol/L", "in plasma", typical=4.6),
        Port("plasma_osmolality", "mosmol/L", "of plasma", typical=292.0),
        Port("plasma_volume_share", "1", "plasma volume over its resting value", typical=0.95),
        Port("oncotic_pressure_change", "mmHg", "of plasma, from rest", typical=2.0),
        Port("catecholamines", "1", "0 at rest, 1 at the highest effort", typical=0.5),
        Port("relative_intensity", "1", "of exercise", typical=0.6),
        Port("constriction_of_work", "mmHg", "fall of capillary pressure in resting tissue at the aerobic limit"),
        Port("upright", "1", "1 when standing, 0 when lying", 0.0),
        Port("beta_drive", "1", "extra drive of the pump by a medicine", 0.0),
        Port("sodium_at_rest", "mmol/L", "plasma and interstitial sodium at rest"),
        Port("potassium_at_rest", "mmol/L", "plasma and interstitial potassium at rest"),
        Port("osmoles_per_cation", "mosmol/mmol", "osmoles per cation with its anion"),
        Port("osmolality_at_rest", "mosmol/L", "effective osmolality"),
        Port("muscle_water_per_mass", "L/kg", "water in muscle"),
        Port("muscle_interstitium_per_mass", "L/kg", "interstitial water in muscle"),
    )
    outputs: ClassVar[tuple[Port, ...]] = (
        Port("interstitial_potassium", "mmol/L", "outside the cells"),
        Port("interstitial_sodium", "mmol/L", "outside the cells"),
        Port("interstitial_osmolality", "mosmol/L", "outside the cells"),
        Port("interstitial_volume_change", "%", "from rest"),
        Port("muscle_water_change", "%", "from rest"),
        Port("muscle_volume_change", "%", "from rest"),
        Port("cell_volume_change", "%", "from rest"),
        Port("venous_potassium", "mmol/L", "in blood that leaves"),
        Port("water_to_muscle", "L/s", "from plasma"),
        Port("sodium_to_blood", "mmol/s", "into plasma"),
        Port("potassium_to_blood", "mmol/s", "into plasma"),
    )
    place: str = ""

    density: float = parameter("1.06 kg/L", "of muscle", source="chosen", origin="remembered")
    glycogen_volume: float = parameter(
        "0.108 mL/mmol",
        "volume that a glucose unit of glycogen takes up (162 g/mol, 1.5 kg/L)",
        source="chosen",
        origin="remembered",
    )
    release: float = parameter(
        "5.0 mmol/kg/min",
        "potassium set free when the muscle works at its own peak",
        source="clausen2003",
        origin="chosen",
        spread="lognormal 15 %",
        limits=("0.5 mmol/kg/min", "20 mmol/kg/min"),
    )
    release_power: float = parameter(
        0.75,
        "release rises with intensity to this power: more units and faster ones share the work",
        source="chosen",
        origin="chosen",
        limits=("0.3", "1.5"),
    )
    pump_per_potassium: float = parameter(
        "0.38 L/kg/min",
        "pump rate per rise of interstitial potassium",
        source="juel2000",
        origin="fitted",
        where="10 W",
    )
    pump_per_sodium: float = parameter(
        "0.20 1/min",
        "pump rate per sodium gained by the cells",
        source="chosen",
        origin="chosen",
        limits=("0.02 1/min", "3 1/min"),
    )
    pump_without_work: float = parameter(
        0.2,
        "share of that drive left when the muscle is not excited",
        source="clausen2003",
        origin="chosen",
        limits=("0", "1"),
    )
    pump_half_work: float = parameter(
        0.05, "work at which half of the drive is switched on", source="clausen2003", origin="chosen"
    )
    pump_reach: float = parameter(
        "10 s", "time in which the pump could take all potassium outside", source="chosen", origin="chosen"
    )
    potassium_scale: float = parameter(
        "0.001 mmol/L", "keeps an empty space from dividing by zero", source="chosen", origin="chosen"
    )
    pump_most: float = parameter(
        "6.0 mmol/kg/min",
        "largest extra pump rate",
        source="clausen2003",
        origin="remembered",
        spread="lognormal 15 %",
        limits=("1 mmol/kg/min", "30 mmol/kg/min"),
    )
    pump_per_catecholamines: float = parameter(
        1.5, "gain of the pump at the highest drive", source="chosen", origin="chosen"
    )
    permeability_at_rest: float = parameter(
        "0.05 L/kg/min", "of the capillary wall to small ions, at rest", source="chosen", origin="remembered"
    )
    permeability_of_work: float = parameter(
        "0.30 L/kg/min",
        "gained at the peak of an isolated muscle as capillaries open",
        source="chosen",
        origin="remembered",
    )
    filtration: float = parameter(
        "0.25 mL/min/mmHg/kg", "of the capillary wall in resting muscle", source="pvonset1992", origin="fitted"
    )
    filtration_of_work: float = parameter(
        3.0, "relative rise of filtration at the peak of an isolated muscle", source="pvonset1992", origin="fitted"
    )
    osmotic_reflection: float = parameter(
        0.15, "reflection of small solutes by the capillary wall", source="pvonset1992", origin="fitted"
    )
    water_channels: float = parameter(
        0.25,
        "share of the osmotic flow that goes through water channels, without salt",
        source="three_pore",
        origin="chosen",
        where="about a half in the peritoneum; less taken here",
        limits=("0", "1"),
    )
    gas_law: float = parameter(
        "19.3 mmHg/(mosmol/L)",
        "pressure per osmotic difference",
        source="chosen",
        origin="read",
        where="physics, 37 degC",
    )
    pressure_of_work: float = parameter(
        "20 mmHg",
        "rise of capillary pressure at the peak of an isolated muscle",
        source="pvonset1992",
        origin="fitted",
        limits=("0 mmHg", "25 mmHg"),
    )
    pressure_upright: float = parameter(
        "16 mmHg",
        "rise of capillary pressure in the legs by standing still",
        source="pvonset1992",
        origin="fitted",
        where="abstract: standing alone brings the whole loss of plasma that running shows",
        limits=("0 mmHg", "40 mmHg"),
    )
    pressure_per_plasma: float = parameter(
        "5 mmHg", "capillary pressure per relative plasma volume", source="chosen", origin="chosen"
    )
    stiffness: float = parameter(
        "30 mmHg",
        "interstitial pressure per relative volume",
        source="myhre1977",
        origin="fitted",
        where="plasma lost per mass lost in passive heat",
    )
    oncotic_in_tissue: float = parameter(
        "8 mmHg", "oncotic pressure of the interstitium", source="xie1995", origin="remembered"
    )
    smallest_flow: float = parameter(
        "0.1 mL/min/kg", "keeps a stopped flow from dividing by zero", source="chosen", origin="chosen"
    )

    def initial(self, inputs: Values) -> dict[str, People]:
        """Give the rested muscle."""
        mass = inputs.muscle_mass
        return {
            "muscle_water": inputs.muscle_water_per_mass * mass,
            "interstitial_sodium_amount": inputs.sodium_at_rest * inputs.muscle_interstitium_per_mass * mass,
            "interstitial_potassium_amount": inputs.potassium_at_rest * inputs.muscle_interstitium_per_mass * mass,
            "cell_potassium_lost": 0.0 * mass,
        }

    def _interstitium(self, state: Values, inputs: Values) -> tuple[People, People]:
        """Interstitial volume (L) and osmolality (mosmol/L) from osmotic equilibrium with the cells."""
        cells = (
            inputs.osmolality_at_rest
            * (inputs.muscle_water_per_mass - inputs.muscle_interstitium_per_mass)
            * inputs.muscle_mass
            + inputs.metabolic_osmoles * inputs.muscle_mass
        )
        outside = inputs.osmoles_per_cation * (state.interstitial_sodium_amount + state.interstitial_potassium_amount)
        osmolality = (outside + cells) / state.muscle_water
        return outside / osmolality, osmolality

    def observe(self, state: Values, inputs: Values) -> dict[str, People]:
        """Concentrations, volumes and exchange with blood."""
        mass = inputs.muscle_mass
        volume, osmolality = self._interstitium(state, inputs)
        sodium, potassium = state.interstitial_sodium_amount / volume, state.interstitial_potassium_amount / volume
        intensity = jnp.clip(inputs.work_share, 0.0, 1.3)
        flow = inputs.muscle_blood_flow + self.smallest_flow * mass
        permeability = mass * (self.permeability_at_rest + self.permeability_of_work * intensity)
        exchange = flow * (1.0 - jnp.exp(-permeability / flow))
        potassium_out = exchange * (potassium - inputs.plasma_potassium)

        swelling = self.stiffness * (volume / (inputs.muscle_interstitium_per_mass * mass) - 1.0)
        thinning = self.oncotic_in_tissue * (inputs.muscle_interstitium_per_mass * mass / volume - 1.0)
        hydraulic = (
            self.pressure_of_work * intensity
            # Moving legs pump the blood on that standing lets pool; the worked muscle is taken for the legs.
            + self.pressure_upright * self.share_of_work * inputs.upright * jnp.clip(1.0 - 10.0 * intensity, 0.0, 1.0)
            # Vessels of muscle at rest narrow while others work, and draw water back.
            - (1.0 - self.share_of_work) * inputs.constriction_of_work * inputs.relative_intensity
            + self.pressure_per_plasma * (inputs.plasma_volume_share - 1.0)
            - swelling
            - inputs.oncotic_pressure_change
            + thinning
        )
        osmotic = self.osmotic_reflection * self.gas_law * (osmolality - inputs.plasma_osmolality)
        conductance = self.filtration * mass * (1.0 + self.filtration_of_work * intensity)
        water_in = conductance * (hydraulic + osmotic)
        # Part of what osmosis drives goes through water channels, where no salt follows (three-pore theory).
        dragged = (1.0 - self.osmotic_reflection) * conductance * (hydraulic + (1.0 - self.water_channels) * osmotic)
        sodium_out = exchange * (sodium - inputs.plasma_sodium) - dragged * inputs.plasma_sodium
        relative_water = state.muscle_water / (inputs.muscle_water_per_mass * mass) - 1.0
        cells = (state.muscle_water - volume) / (
            (inputs.muscle_water_per_mass - inputs.muscle_interstitium_per_mass) * mass
        ) - 1.0
        return {
            "interstitial_potassium": potassium,
            "interstitial_sodium": sodium,
            "interstitial_osmolality": osmolality,
            "interstitial_volume_change": volume / (inputs.muscle_interstitium_per_mass * mass) - 1.0,
            "muscle_water_change": relative_water,
            "muscle_volume_change": self.density
            * (relative_water * inputs.muscle_water_per_mass - self.glycogen_volume * inputs.glycogen_used),
            "cell_volume_change": cells,
            "venous_potassium": inputs.plasma_potassium + potassium_out / flow,
            "water_to_muscle": water_in,
            "sodium_to_blood": sodium_out,
            "potassium_to_blood": potassium_out - dragged * inputs.plasma_potassium,
        }

    def rates(self, state: Values, inputs: Values) -> dict[str, People]:
        """Release, pump and exchange."""
        mass = inputs.muscle_mass
        intensity = jnp.clip(inputs.work_share, 0.0, 1.3)
        # u (u + d)^(n-1) is u^n with a finite slope at rest
        released = self.release * mass * intensity * (intensity + 0.02) ** (self.release_power - 1.0)
        asked = self.pump_per_potassium * (inputs.interstitial_potassium - inputs.potassium_at_rest)
        # Sodium in the cells drives the pump hard only while excitation keeps it switched on.
        switched_on = self.pump_without_work + (1.0 - self.pump_without_work) * intensity / (
            intensity + self.pump_half_work
        )
        asked = asked + self.pump_per_sodium * switched_on * state.cell_potassium_lost / mass
        asked = asked * (1.0 + self.pump_per_catecholamines * inputs.catecholamines)
        asked = asked + self.pump_per_potassium * inputs.potassium_at_rest * inputs.beta_drive
        # A smooth ceiling: nearly proportional when little is asked, never above the pump's capacity.
        pumped = mass * asked / jnp.sqrt(1.0 + (asked / self.pump_most) ** 2)
        # The pump can only take what lies outside: a smooth least of what it would take and what is at hand.
        at_hand = jnp.maximum(state.interstitial_potassium_amount, 0.0) / self.pump_reach
        taken = jnp.maximum(pumped, 0.0)
        least = at_hand * taken / ((at_hand**4 + taken**4) ** 0.25 + self.smallest_flow * self.potassium_scale * mass)
        pumped = jnp.minimum(pumped, 0.0) + least
        net = released - pumped
        return {
            "muscle_water": inputs.water_to_muscle,
            "interstitial_sodium_amount": -net - inputs.sodium_to_blood,
            "interstitial_potassium_amount": net - inputs.potassium_to_blood,
            "cell_potassium_lost": net,
        }

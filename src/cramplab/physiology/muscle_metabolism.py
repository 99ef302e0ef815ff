"""Oxygen uptake, phosphocreatine, lactate and acid of one muscle, from an energy balance."""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp

from cramplab.core.parameters import parameter
from cramplab.core.submodel import AbstractSubmodel, People, Port, Values


class MuscleMetabolism(AbstractSubmodel):
    """Who pays for the work: oxygen first, phosphocreatine while oxygen lags, then lactate.

    The oxygen uptake follows what is asked with one time constant, and cannot pass what the blood brings. What is then
    still missing of the energy is taken from phosphocreatine, which falls as uptake rises, and from glycolysis.

    References
    ----------
    jones2012 (uptake kinetics), mckenna2024 (ions), padpcr2010 (recovery when vessels are narrow).
    """

    name: ClassVar[str] = "muscle_metabolism"
    placed: ClassVar[bool] = True
    states: ClassVar[tuple[Port, ...]] = (
        Port("oxygen_uptake", "L/s", "above rest", typical=0.02),
        Port("phosphocreatine", "mmol/kg", "in wet muscle", typical=20.0),
        Port("lactate", "mmol/kg", "in wet muscle", typical=4.0),
        Port("glycogen_used", "mmol/kg", "glucose units burnt from the muscle's own store", typical=30.0),
    )
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("oxygen_demand", "L/s", "asked for above rest"),
        Port("oxygen_supply", "L/s", "most that the blood can give up"),
        Port("oxygen_reserve", "L/s", "largest uptake above rest"),
        Port("muscle_mass", "kg", "of this muscle"),
        Port("plasma_lactate", "mmol/L", "in arriving blood", typical=1.5),
        Port("plasma_lactate_at_rest", "mmol/L", "in plasma"),
        Port("muscle_lactate_at_rest", "mmol/kg", "in muscle"),
        Port("lactate_permeability", "L/kg/s", "exchange of lactate between muscle cell and blood"),
        Port("muscle_water_per_mass", "L/kg", "water in muscle"),
    )
    outputs: ClassVar[tuple[Port, ...]] = (
        Port("work_intensity", "1", "demand as a share of what this muscle can take up"),
        Port("work_share", "1", "demand as a share of this much muscle's own peak uptake"),
        Port("metabolic_osmoles", "mosmol/kg", "solutes set free in the cells by work"),
        Port("ph", "1", "acidity of the cells"),
        Port("lactate_release", "mmol/s", "to the blood"),
        Port("phosphocreatine_share", "%", "of the resting store"),
        Port("oxygen_wanted", "L/s", "for the work and for refilling phosphocreatine"),
    )
    place: str = ""

    uptake_time: float = parameter(
        "30 s",
        "time constant of oxygen uptake",
        source="jones2012",
        origin="remembered",
        where="text",
        spread="normal 4 s",
        limits=("10 s", "120 s"),
    )
    phosphocreatine_at_rest: float = parameter(
        "24 mmol/kg",
        "store in wet muscle (about 33 mmol per litre of cell water)",
        source="mckenna2024",
        origin="remembered",
    )
    osmoles_per_metabolite: float = parameter(
        "1 mosmol/mmol", "osmoles set free per lactate made or phosphocreatine split", source="chosen", origin="chosen"
    )
    phosphocreatine_used: float = parameter(
        0.70, "share split at maximal oxygen uptake", source="mckenna2024", origin="remembered"
    )
    phosphate_per_oxygen: float = parameter(
        "245 mmol/L", "ATP remade per litre of oxygen (5.5 mol per mol)", source="chosen", origin="chosen"
    )
    glycogen_per_oxygen: float = parameter(
        "7.4 mmol/L",
        "glucose units burnt per litre of oxygen when glycogen is the only fuel (6 mol of oxygen each)",
        source="chosen",
        origin="read",
        where="stoichiometry",
    )
    glycogen_share: float = parameter(
        0.65,
        "share of the energy of work that comes from the muscle's own glycogen at the aerobic limit",
        source="chosen",
        origin="remembered",
        limits=("0", "1"),
    )
    glycogen_at_rest: float = parameter(
        "90 mmol/kg", "glucose units stored", source="chosen", origin="remembered", limits=("20 mmol/kg", "250 mmol/kg")
    )
    phosphate_per_lactate: float = parameter(
        1.5, "ATP per lactate made from glycogen", source="chosen", origin="chosen"
    )
    lactate_threshold: float = parameter(
        0.72,
        "share of the aerobic reserve above which lactate builds up",
        source="chosen",
        origin="chosen",
        spread="normal 0.05",
        limits=("0.3", "0.95"),
    )
    lactate_above_threshold: float = parameter(
        "3 mmol/kg/min", "production at the whole reserve, oxygen enough", source="chosen", origin="chosen"
    )
    stored_oxygen: float = parameter(
        0.2,
        "share of the energy missing at the start that oxygen stored in muscle and veins pays for",
        source="chosen",
        origin="remembered",
        limits=("0", "0.5"),
    )
    lactate_limit: float = parameter(
        "35 mmol/kg", "store at which acid stops glycolysis", source="chosen", origin="chosen"
    )
    ph_at_rest: float = parameter(7.05, "of resting cells", source="chosen", origin="remembered")
    ph_per_lactate: float = parameter("0.0170 kg/mmol", "fall of pH per lactate", source="chosen", origin="remembered")
    uptake_per_mass_most: float = parameter(
        "0.36 L/min/kg",
        "largest uptake of this much muscle",
        source="radegran1999",
        origin="read",
        where="abstract: 35.2 mL/min/100 g, quadriceps at its peak",
    )

    def initial(self, inputs: Values) -> dict[str, People]:
        """Full stores, no extra uptake."""
        zero = jnp.zeros_like(inputs.body_mass_at_start)
        return {
            "oxygen_uptake": zero,
            "phosphocreatine": zero + self.phosphocreatine_at_rest,
            "lactate": zero + inputs.muscle_lactate_at_rest,
            "glycogen_used": zero,
        }

    def _capacity(self, inputs: Values) -> People:
        return jnp.minimum(inputs.oxygen_reserve, self.uptake_per_mass_most * inputs.muscle_mass)

    def _refill_wanted(self, state: Values, inputs: Values, demand: People) -> tuple[People, People]:
        """Give the wanted rate of change of phosphocreatine (mmol/kg/s) and the oxygen for refilling (L/kg/s)."""
        # What counts is how hard this muscle works for its size: in whole-body work the heart, not the muscle, sets
        # the limit.
        share = demand / (self.uptake_per_mass_most * inputs.muscle_mass)
        aimed = self.phosphocreatine_at_rest * (1.0 - self.phosphocreatine_used * jnp.minimum(share, 1.3))
        wanted = (aimed - state.phosphocreatine) / self.uptake_time
        return wanted, jnp.maximum(wanted, 0.0) / self.phosphate_per_oxygen

    def observe(self, state: Values, inputs: Values) -> dict[str, People]:
        """Tell what work does to the cells."""
        demand = self.share_of_work * inputs.oxygen_demand
        capacity = self._capacity(inputs)
        split = self.phosphocreatine_at_rest - state.phosphocreatine
        lactate_gained = state.lactate - inputs.muscle_lactate_at_rest
        _, refill = self._refill_wanted(state, inputs, demand)
        # Carried across the membrane along the difference between cell water and blood.
        gradient = state.lactate / inputs.muscle_water_per_mass - inputs.plasma_lactate
        return {
            "work_intensity": demand / capacity,
            "work_share": demand / (self.uptake_per_mass_most * inputs.muscle_mass),
            # Splitting phosphocreatine leaves creatine and phosphate, one osmole more; lactate adds one.
            "metabolic_osmoles": (split + lactate_gained) * self.osmoles_per_metabolite,
            "ph": self.ph_at_rest - self.ph_per_lactate * lactate_gained,
            "lactate_release": inputs.lactate_permeability * inputs.muscle_mass * gradient,
            "phosphocreatine_share": state.phosphocreatine / self.phosphocreatine_at_rest,
            "oxygen_wanted": jnp.minimum(demand, capacity) + refill * inputs.muscle_mass,
        }

    def rates(self, state: Values, inputs: Values) -> dict[str, People]:
        """Energy balance of the cells."""
        demand = self.share_of_work * inputs.oxygen_demand
        capacity = self._capacity(inputs)
        reachable = jnp.minimum(jnp.minimum(demand, capacity), inputs.oxygen_supply)
        wanted, _ = self._refill_wanted(state, inputs, demand)
        # Refilling takes oxygen: what the supply leaves over, as a share of what is needed.
        left_over = jnp.maximum(inputs.oxygen_supply - state.oxygen_uptake, 0.0) / inputs.muscle_mass
        refilled = jnp.minimum(jnp.maximum(wanted, 0.0), left_over * self.phosphate_per_oxygen)
        split = jnp.minimum(wanted, 0.0)
        missing = jnp.maximum(demand - state.oxygen_uptake, 0.0) * self.phosphate_per_oxygen / inputs.muscle_mass
        # Stores of oxygen help while uptake is on its way; what lies above the capacity they cannot pay for.
        above_capacity = jnp.maximum(demand - capacity, 0.0) * self.phosphate_per_oxygen / inputs.muscle_mass
        missing = above_capacity + (1.0 - self.stored_oxygen) * jnp.maximum(missing - above_capacity, 0.0)
        from_glycolysis = jnp.maximum(missing + split, 0.0) / self.phosphate_per_lactate
        above = jnp.clip((demand / capacity - self.lactate_threshold) / (1.0 - self.lactate_threshold), 0.0, 1.0)
        # Acid brakes glycolysis only near the store's limit.
        room = jnp.clip(4.0 * (1.0 - state.lactate / self.lactate_limit), 0.0, 1.0)
        made = (from_glycolysis + self.lactate_above_threshold * above**2) * room
        gradient = state.lactate / inputs.muscle_water_per_mass - inputs.plasma_lactate
        gradient_at_rest = inputs.muscle_lactate_at_rest / inputs.muscle_water_per_mass - inputs.plasma_lactate_at_rest
        # The store gives less as it empties; harder work leans on it more.
        left = jnp.clip(1.0 - state.glycogen_used / self.glycogen_at_rest, 0.0, 1.0)
        burnt = self.glycogen_share * jnp.minimum(demand / capacity, 1.0) * left * self.glycogen_per_oxygen
        return {
            "glycogen_used": burnt * state.oxygen_uptake / inputs.muscle_mass + 0.5 * from_glycolysis * left,
            "oxygen_uptake": (reachable - state.oxygen_uptake) / self.uptake_time,
            "phosphocreatine": refilled + split,
            "lactate": made + inputs.lactate_permeability * (gradient_at_rest - gradient),
        }

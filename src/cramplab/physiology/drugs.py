"""Medicines as hooks: how much of one is at work, and which gains of the body it moves. Research only; no advice."""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp

from cramplab.core.parameters import parameter
from cramplab.core.submodel import AbstractSubmodel, People, Port, Values


class Drugs(AbstractSubmodel):
    """Levels from 0 (not taken) to 1 (usual dose at work); an inhaled beta agonist follows its dose in time.

    The share at work of a dose taken at time 0 is the Bateman curve ``exp(-e t) - exp(-a t)`` over its own peak.
    With no medicine every gain is exactly neutral.

    References
    ----------
    burgess1989, whyte1987 (beta agonists and plasma potassium).
    """

    name: ClassVar[str] = "drugs"
    inputs: ClassVar[tuple[Port, ...]] = (Port("drug_time", "s", "since the dose", 0.0, typical=3600.0),)
    outputs: ClassVar[tuple[Port, ...]] = (
        Port("gland_factor", "1", "what is left of the sweat glands' answer"),
        Port("beta_drive", "1", "extra drive of potassium uptake"),
        Port("beta_blockade", "1", "share of beta receptors blocked"),
        Port("vasopressin_floor", "pmol/L", "least vasopressin"),
        Port("sodium_excretion_factor", "1", "sodium excretion over its usual"),
        Port("potassium_excretion_factor", "1", "potassium excretion over its usual"),
    )
    place: str = ""

    anticholinergic: float = parameter(
        0.0, "level of a medicine that dries the glands", source="chosen", origin="chosen", limits=("0", "2")
    )
    gland_loss: float = parameter(
        0.45, "share of the glands' answer lost at level 1", source="chosen", origin="remembered"
    )
    beta_agonist: float = parameter(0.0, "level of a beta agonist", source="chosen", origin="chosen", limits=("0", "2"))
    beta_size: float = parameter(0.085, "drive of potassium uptake at level 1", source="burgess1989", origin="chosen")
    absorption: float = parameter("0.05 1/min", "uptake of the dose", source="chosen", origin="chosen")
    elimination: float = parameter("0.004 1/min", "loss of the dose", source="chosen", origin="chosen")
    beta_blocker: float = parameter(0.0, "level of a beta blocker", source="chosen", origin="chosen", limits=("0", "1"))
    antidiuretic: float = parameter(
        0.0, "level of a medicine that keeps vasopressin up", source="chosen", origin="chosen", limits=("0", "2")
    )
    antidiuretic_floor: float = parameter(
        "3 pmol/L", "least vasopressin at level 1", source="chosen", origin="remembered"
    )
    thiazide: float = parameter(
        0.0, "level of a thiazide in the first days", source="chosen", origin="chosen", limits=("0", "2")
    )
    thiazide_sodium: float = parameter(
        1.0, "relative rise of sodium excretion at level 1", source="chosen", origin="chosen"
    )
    thiazide_potassium: float = parameter(
        0.5, "relative rise of potassium excretion at level 1", source="chosen", origin="chosen"
    )
    loop_diuretic: float = parameter(
        0.0, "level of a loop diuretic", source="chosen", origin="chosen", limits=("0", "2")
    )
    loop_sodium: float = parameter(
        4.0, "relative rise of sodium excretion at level 1", source="chosen", origin="chosen"
    )
    loop_potassium: float = parameter(
        1.0, "relative rise of potassium excretion at level 1", source="chosen", origin="chosen"
    )

    def initial(self, inputs: Values) -> dict[str, People]:
        """No states."""
        return {}

    def observe(self, state: Values, inputs: Values) -> dict[str, People]:
        """Gains at the present levels."""
        peak_time = jnp.log(self.absorption / self.elimination) / (self.absorption - self.elimination)
        peak = jnp.exp(-self.elimination * peak_time) - jnp.exp(-self.absorption * peak_time)
        at_work = (jnp.exp(-self.elimination * inputs.drug_time) - jnp.exp(-self.absorption * inputs.drug_time)) / peak
        return {
            "gland_factor": jnp.maximum(1.0 - self.gland_loss * self.anticholinergic, 0.1),
            "beta_drive": self.beta_agonist * self.beta_size * at_work,
            "beta_blockade": jnp.asarray(self.beta_blocker),
            "vasopressin_floor": jnp.asarray(self.antidiuretic * self.antidiuretic_floor),
            "sodium_excretion_factor": jnp.asarray(1.0)
            + self.thiazide * self.thiazide_sodium
            + self.loop_diuretic * self.loop_sodium,
            "potassium_excretion_factor": jnp.asarray(1.0)
            + self.thiazide * self.thiazide_potassium
            + self.loop_diuretic * self.loop_potassium,
        }

    def rates(self, state: Values, inputs: Values) -> dict[str, People]:
        """No states."""
        return {}

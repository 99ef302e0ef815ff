"""How much the sweat glands give: driven by core and skin temperature, held back by osmolality, trained by heat."""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp

from cramplab.core.parameters import parameter
from cramplab.core.submodel import AbstractSubmodel, People, Port, Values


class Sweating(AbstractSubmodel):
    """Rate = gain x (weighted rise of core and skin temperature above threshold) x local effect of the skin.

    Lost plasma lowers the gain, osmolality raises the threshold; the glands follow with a lag.

    References
    ----------
    gagge1986 (form), fortney1984 (osmolality shifts the threshold), barnes2019 (between people), buono2007 (heat).
    """

    name: ClassVar[str] = "sweating"
    states: ClassVar[tuple[Port, ...]] = (Port("sweat_rate", "L/s", "whole body", typical=0.0003),)
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("core_temperature_change", "K", "core above its own rest", typical=1.2),
        Port("skin_temperature", "degC", "mean skin", typical=33.0),
        Port("plasma_osmolality_change", "mosmol/L", "from rest", typical=4.0),
        Port("plasma_volume_share", "1", "plasma volume over its resting value", typical=0.95),
        Port("plasma_shift_of_work", "1", "share of plasma that work at the aerobic limit moves into muscle at once"),
        Port("relative_intensity", "1", "of exercise", typical=0.6),
        Port("body_surface_area", "m^2", "skin surface"),
        Port("gland_factor", "1", "what a medicine leaves of the glands' answer", 1.0),
        Port("acclimated", "1", "0 not, 1 fully acclimated to heat"),
        Port("skin_neutral", "degC", "neutral skin temperature"),
        Port(
            "threshold_per_osmolality",
            "K/(mosmol/L)",
            "shift of the thresholds of skin flow and sweating with osmolality",
        ),
    )
    place: str = ""

    gain: float = parameter(
        "480 mL/h/m^2/K",
        "rise of sweat rate per rise of weighted temperature; trained people",
        source="barnes2019",
        origin="fitted",
        where="sweat rate of endurance athletes",
        spread="lognormal 38 %",
        limits=("20 mL/h/m^2/K", "1500 mL/h/m^2/K"),
    )
    core_weight: float = parameter(
        0.9, "weight of the core in the weighted temperature", source="gagge1986", origin="read", where="two-node model"
    )
    skin_scale: float = parameter(
        "10.7 K",
        "scale of the local effect of skin temperature",
        source="gagge1986",
        origin="read",
        where="two-node model",
    )
    threshold: float = parameter(
        "0.0 K",
        "core temperature above rest at which sweating starts",
        source="chosen",
        origin="chosen",
        spread="normal 0.1 K",
        limits=("-0.6 K", "1.0 K"),
    )
    gain_per_plasma: float = parameter(
        2.5,
        "relative fall of the gain per relative fall of plasma volume, as for skin flow",
        source="autonomic2016",
        origin="chosen",
        where="abstract: volume loss reduces the sensitivity of sweating; the size is taken from skin flow",
        limits=("0", "8"),
    )
    acclimated_threshold: float = parameter(
        "-0.15 K",
        "shift of the threshold with full acclimation",
        source="acclimation6d",
        origin="read",
        where="abstract: six days",
    )
    most: float = parameter(
        "1.4 L/h/m^2",
        "largest sweat rate of the glands",
        source="chosen",
        origin="chosen",
        limits=("0.2 L/h/m^2", "3 L/h/m^2"),
    )
    lag: float = parameter(
        "4 min", "time constant of the glands", source="chosen", origin="chosen", limits=("1 min", "20 min")
    )

    def initial(self, inputs: Values) -> dict[str, People]:
        """Start dry: a rested person does not sweat."""
        return {"sweat_rate": jnp.zeros_like(inputs.body_surface_area)}

    def observe(self, state: Values, inputs: Values) -> dict[str, People]:
        """Only the state leaves."""
        return {}

    def rates(self, state: Values, inputs: Values) -> dict[str, People]:
        """Approach what the temperatures ask for."""
        osmotic = inputs.threshold_per_osmolality * jnp.maximum(inputs.plasma_osmolality_change, 0.0)
        # The acclimated half-way is the reference, so that the published spread of athletes needs no correction.
        start = self.threshold + self.acclimated_threshold * (inputs.acclimated - 0.5) + osmotic
        skin = inputs.skin_temperature - inputs.skin_neutral
        weighted = self.core_weight * (inputs.core_temperature_change - start) + (1.0 - self.core_weight) * skin
        expected = inputs.plasma_shift_of_work * inputs.relative_intensity
        lost = jnp.maximum(1.0 - inputs.plasma_volume_share - expected, 0.0)
        gain = self.gain * jnp.clip(1.0 - self.gain_per_plasma * lost, 0.3, 1.0)
        asked = gain * jnp.maximum(weighted, 0.0) * jnp.exp(skin / self.skin_scale)
        asked = jnp.minimum(asked, self.most) * inputs.body_surface_area * inputs.gland_factor
        return {"sweat_rate": (asked - state.sweat_rate) / self.lag}

"""Thirst, and drinking as a behaviour: by schedule, by thirst, or not at all."""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp

from cramplab.core.parameters import parameter
from cramplab.core.submodel import AbstractSubmodel, People, Port, Values


class Drinking(AbstractSubmodel):
    """Thirst rises in a straight line with osmolality; those who drink by it also sip from habit, and stop when full.

    References
    ----------
    endotext_avp (thirst line), nolte2010 and coyle1994 (how much people drink who drink as they like).
    """

    name: ClassVar[str] = "drinking"
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("plasma_osmolality_change", "mosmol/L", "from rest", typical=4.0),
        Port("plasma_volume_share", "1", "plasma volume over its resting value", typical=0.95),
        Port("stomach_volume", "L", "in the stomach", typical=0.2),
        Port("relative_intensity", "1", "of exercise", typical=0.6),
        Port("drink_rate_planned", "L/s", "by schedule", 0.0),
        Port("drink_by_thirst", "1", "1 while thirst decides", 0.0),
        Port("drink_ceiling", "L/s", "of drinking by thirst", 1.0, typical=3e-4),
        Port("drink_share_of_sweat", "1", "drinking that keeps up with this share of the sweat", 0.0),
        Port("drink_share_of_loss", "1", "drinking that keeps up with this share of all losses", 0.0),
        Port("sweat_rate", "L/s", "lost", typical=0.0003),
        Port("respiratory_water_loss", "L/s", "lost", typical=3e-5),
        Port("skin_diffusion", "L/s", "lost", typical=3e-6),
        Port("urine_flow", "L/s", "lost", typical=1e-5),
        Port("drink_sodium", "mmol/L", "of the drink", 0.0),
        Port("drink_potassium", "mmol/L", "of the drink", 0.0),
        Port("drink_carbohydrate", "mmol/L", "of the drink, as glucose", 0.0),
        Port("sodium_tablets", "mmol/s", "swallowed apart", 0.0),
    )
    outputs: ClassVar[tuple[Port, ...]] = (
        Port("thirst", "cm", "on a 10 cm scale"),
        Port("drink_flow", "L/s", "swallowed"),
        Port("drunk_sodium", "mmol/s", "swallowed"),
        Port("drunk_potassium", "mmol/s", "swallowed"),
        Port("drunk_carbohydrate", "mmol/s", "swallowed, as glucose"),
    )
    place: str = ""

    thirst_slope: float = parameter(
        "0.30 cm/(mosmol/L)",
        "rise of thirst with osmolality",
        source="endotext_avp",
        origin="read",
        where="regression line",
    )
    thirst_margin: float = parameter(
        "7.4 mosmol/L",
        "resting osmolality above the one at which thirst is nil (281)",
        source="endotext_avp",
        origin="read",
        where="regression line, resting 288.4",
    )
    volume_thirst: float = parameter(
        "20 cm",
        "thirst per relative fall of plasma volume beyond the first share",
        source="endotext_avp",
        origin="chosen",
    )
    volume_share: float = parameter(
        0.08,
        "relative fall of plasma volume that thirst does not notice",
        source="endotext_avp",
        origin="read",
        where="least volume stimulus",
    )
    scale: float = parameter(
        "10 cm", "length of the scale on which thirst is marked", source="endotext_avp", origin="remembered"
    )
    rate_per_thirst: float = parameter(
        "0.20 L/h/cm",
        "drinking per thirst above that of rest",
        source="chosen",
        origin="chosen",
        spread="lognormal 40 %",
        limits=("0 L/h/cm", "2 L/h/cm"),
    )
    habit: float = parameter(
        "0.25 L/h",
        "sipped during work without more thirst than at rest",
        source="nolte2010",
        origin="chosen",
        spread="lognormal 35 %",
        limits=("0 L/h", "1.5 L/h"),
    )
    fullness: float = parameter(
        "0.5 L",
        "stomach volume at which the wish to drink has halved",
        source="chosen",
        origin="chosen",
        limits=("0.1 L", "2 L"),
    )
    rate_most: float = parameter(
        "1.5 L/h", "fastest drinking by thirst", source="chosen", origin="chosen", limits=("0.1 L/h", "3 L/h")
    )

    def initial(self, inputs: Values) -> dict[str, People]:
        """No states."""
        return {}

    def observe(self, state: Values, inputs: Values) -> dict[str, People]:
        """Thirst and what follows from it."""
        osmotic = self.thirst_slope * (self.thirst_margin + inputs.plasma_osmolality_change)
        hypovolaemic = self.volume_thirst * jnp.maximum(1.0 - inputs.plasma_volume_share - self.volume_share, 0.0)
        thirst = jnp.minimum(jnp.maximum(osmotic, 0.0) + hypovolaemic, self.scale)
        more = jnp.maximum(thirst - self.thirst_slope * self.thirst_margin, 0.0)
        at_work = jnp.clip(4.0 * inputs.relative_intensity, 0.0, 1.0)
        wish = self.rate_per_thirst * more + self.habit * at_work
        room = 1.0 / (1.0 + (inputs.stomach_volume / self.fullness) ** 4)
        by_thirst = inputs.drink_by_thirst * jnp.minimum(jnp.minimum(wish * room, self.rate_most), inputs.drink_ceiling)
        lost = inputs.sweat_rate + inputs.respiratory_water_loss + inputs.skin_diffusion + inputs.urine_flow
        keeping_up = inputs.drink_share_of_sweat * inputs.sweat_rate + inputs.drink_share_of_loss * lost
        flow = inputs.drink_rate_planned + by_thirst + keeping_up
        return {
            "thirst": thirst,
            "drink_flow": flow,
            "drunk_sodium": flow * inputs.drink_sodium + inputs.sodium_tablets,
            "drunk_potassium": flow * inputs.drink_potassium,
            "drunk_carbohydrate": flow * inputs.drink_carbohydrate,
        }

    def rates(self, state: Values, inputs: Values) -> dict[str, People]:
        """No states."""
        return {}

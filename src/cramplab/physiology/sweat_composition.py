"""What is in the sweat: sodium rises with the rate, falls with acclimation, and differs from person to person."""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp

from cramplab.core.parameters import parameter
from cramplab.core.submodel import AbstractSubmodel, People, Port, Values


class SweatComposition(AbstractSubmodel):
    """Sodium = personal factor x (intercept + slope x rate per area), never under a floor.

    Acclimation lowers the intercept.

    References
    ----------
    buono2007 (straight line, acclimation moves the intercept only), baker2016 (level and spread), montain2007 (other
    minerals), chinevere2008 (calcium and magnesium with acclimation), holmes2016 (potassium does not follow the rate).
    """

    name: ClassVar[str] = "sweat_composition"
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("sweat_rate", "L/s", "whole body", typical=0.0003),
        Port("body_surface_area", "m^2", "skin surface"),
        Port("aldosterone", "1", "over its resting level", 1.0, typical=1.5),
        Port("acclimated", "1", "0 not, 1 fully acclimated to heat"),
    )
    outputs: ClassVar[tuple[Port, ...]] = tuple(
        port
        for ion in ("sodium", "potassium", "chloride", "calcium", "magnesium")
        for port in (
            Port(f"sweat_{ion}", "mmol/L", f"{ion} in sweat"),
            Port(f"sweat_{ion}_flow", "mmol/s", f"{ion} lost by sweat"),
        )
    )
    place: str = ""

    sodium_intercept: float = parameter(
        "13 mmol/L",
        "sodium at no rate, half acclimated",
        source="baker2016",
        origin="fitted",
        where="whole-body sodium of athletes",
    )
    sodium_slope: float = parameter(
        "45 mmol/L/(L/h/m^2)",
        "rise of sodium with the rate per area",
        source="baker2016",
        origin="fitted",
        where="whole-body sodium of athletes",
    )
    sodium_factor: float = parameter(
        1.0,
        "personal level of sweat sodium",
        source="baker2016",
        origin="read",
        where="SD over mean of predicted whole-body sodium",
        spread="lognormal 29 %",
        limits=("0.2", "5"),
    )
    sodium_floor: float = parameter("8 mmol/L", "least sodium that the duct leaves", source="chosen", origin="chosen")
    acclimated_sodium: float = parameter(
        "-17 mmol/L",
        "shift of the intercept with full acclimation",
        source="chinevere2008",
        origin="fitted",
        where="with buono2007",
    )
    sodium_per_aldosterone: float = parameter(
        "-2 mmol/L", "shift per doubling of aldosterone; weak over days", source="allsopp1998", origin="chosen"
    )
    potassium: float = parameter(
        "5.2 mmol/L",
        "potassium in sweat",
        source="montain2007",
        origin="fitted",
        where="with knochel1993: 4 to 6",
        spread="lognormal 20 %",
        limits=("2 mmol/L", "14 mmol/L"),
    )
    chloride_per_sodium: float = parameter(
        0.9, "chloride over sodium", source="chosen", origin="remembered", limits=("0.7", "1.1")
    )
    calcium: float = parameter(
        "0.40 mmol/L",
        "calcium in sweat",
        source="montain2007",
        origin="fitted",
        spread="lognormal 40 %",
        limits=("0.05 mmol/L", "2 mmol/L"),
    )
    magnesium: float = parameter(
        "0.052 mmol/L",
        "magnesium in sweat",
        source="montain2007",
        origin="fitted",
        spread="lognormal 40 %",
        limits=("0.005 mmol/L", "0.5 mmol/L"),
    )
    acclimated_calcium: float = parameter(
        -0.29,
        "relative change of calcium with full acclimation",
        source="chinevere2008",
        origin="read",
        where="abstract",
    )
    acclimated_magnesium: float = parameter(
        -0.43,
        "relative change of magnesium with full acclimation",
        source="chinevere2008",
        origin="read",
        where="abstract",
    )

    def initial(self, inputs: Values) -> dict[str, People]:
        """No states."""
        return {}

    def observe(self, state: Values, inputs: Values) -> dict[str, People]:
        """Concentrations and losses."""
        per_area = inputs.sweat_rate / inputs.body_surface_area
        trained = inputs.acclimated - 0.5
        # log2 by a bounded line, so that an extreme hormone level cannot leave the measured range
        hormone = jnp.clip(inputs.aldosterone - 1.0, -1.0, 2.0)
        intercept = self.sodium_intercept + self.acclimated_sodium * trained + self.sodium_per_aldosterone * hormone
        sodium = jnp.maximum(self.sodium_factor * (intercept + self.sodium_slope * per_area), self.sodium_floor)
        still = jnp.ones_like(sodium)
        content = {
            "sodium": sodium,
            "potassium": self.potassium * still,
            "chloride": self.chloride_per_sodium * sodium,
            "calcium": self.calcium * (1.0 + self.acclimated_calcium * trained) * still,
            "magnesium": self.magnesium * (1.0 + self.acclimated_magnesium * trained) * still,
        }
        outputs = {f"sweat_{ion}": value for ion, value in content.items()}
        outputs |= {f"sweat_{ion}_flow": value * inputs.sweat_rate for ion, value in content.items()}
        return outputs

    def rates(self, state: Values, inputs: Values) -> dict[str, People]:
        """No states."""
        return {}

"""Absorption in the small intestine: water follows solutes that are carried, and osmosis both ways."""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp

from cramplab.core.parameters import parameter
from cramplab.core.submodel import AbstractSubmodel, People, Port, Values


class Intestine(AbstractSubmodel):
    """One law per length of gut, used for the whole gut and for a perfused segment.

    Per length: carbohydrate by a saturable carrier; sodium by a carrier and by diffusion from and to the plasma; water with
    the solutes that are taken up (isotonic), plus osmosis along the difference between plasma and lumen. Fluid in the gut
    occupies a length in proportion to its volume, so a fuller gut absorbs more.

    References
    ----------
    gisolfi1990 (water, carbohydrate-electrolyte, 10 % glucose), palma1981 (saline), duchman1997.
    """

    name: ClassVar[str] = "intestine"
    states: ClassVar[tuple[Port, ...]] = (
        Port("gut_volume", "L", "fluid in the small intestine", typical=0.15),
        Port("gut_sodium", "mmol", "dissolved", typical=10.0),
        Port("gut_potassium", "mmol", "dissolved", typical=0.6),
        Port("gut_carbohydrate", "mmol", "as glucose", typical=15.0),
    )
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("emptied_water", "L/s", "from the stomach"),
        Port("emptied_sodium", "mmol/s", "from the stomach"),
        Port("emptied_potassium", "mmol/s", "from the stomach"),
        Port("emptied_carbohydrate", "mmol/s", "from the stomach"),
        Port("plasma_osmolality", "mosmol/L", "of the blood that drains the gut", typical=290.0),
        Port("plasma_sodium", "mmol/L", "of that blood", typical=140.0),
    )
    outputs: ClassVar[tuple[Port, ...]] = (
        Port("absorbed_water", "L/s", "into the plasma"),
        Port("absorbed_sodium", "mmol/s", "into the plasma"),
        Port("absorbed_potassium", "mmol/s", "into the plasma"),
        Port("absorbed_carbohydrate", "mmol/s", "into the plasma, as glucose"),
    )
    place: str = ""

    osmotic_flow: float = parameter("0.105 mL/h/cm/(mosmol/L)", "water per length and osmotic difference", source="gisolfi1990",
                                    origin="fitted", where="distilled water, carbohydrate-electrolyte")  # fmt: skip
    carbohydrate_most: float = parameter("4.3 mmol/h/cm", "largest carbohydrate uptake per length", source="gisolfi1990", origin="fitted",
                                         where="carbohydrate-electrolyte; duchman1997 gives 4.3 to 5.6", limits=("1 mmol/h/cm", "9 mmol/h/cm"))  # fmt: skip
    carbohydrate_half: float = parameter("20 mmol/L", "concentration of half that uptake", source="chosen", origin="remembered")
    sodium_carried: float = parameter("1.95 mL/h/cm", "sodium carried per length and concentration", source="palma1981", origin="fitted",
                                      where="isotonic saline")  # fmt: skip
    sodium_leak: float = parameter("7 mL/h/cm", "sodium that diffuses from the plasma per length and difference", source="gisolfi1990",
                                   origin="fitted", where="distilled water")  # fmt: skip
    potassium_taken: float = parameter("5 mL/h/cm", "potassium taken up per length and concentration", source="chosen", origin="chosen")
    osmoles_per_cation: float = parameter("2 mosmol/mmol", "osmoles per cation with its anion", source="chosen", origin="read", where="definition")
    osmoles_per_glucose: float = parameter("1 mosmol/mmol", "osmoles per glucose", source="chosen", origin="read", where="definition")
    volume_per_length: float = parameter("2 mL/cm", "fluid per length of gut that holds fluid", source="chosen", origin="chosen",
                                         limits=("0.3 mL/cm", "10 mL/cm"))  # fmt: skip
    longest: float = parameter("300 cm", "length of the small intestine", source="chosen", origin="remembered")
    smallest: float = parameter("1 mL", "volume below which concentrations are not asked", source="chosen", origin="chosen")

    def initial(self, inputs: Values) -> dict[str, People]:
        """Empty."""
        zero = jnp.zeros_like(inputs.body_mass_at_start)
        return {port.name: zero for port in self.states}

    def uptake_per_length(
        self, sodium: People, potassium: People, carbohydrate: People, plasma_osmolality: People, plasma_sodium: People
    ) -> tuple[People, People, People, People]:
        """Give the uptake per length of gut at lumen concentrations (mmol/L).

        Returns
        -------
        water (L/s/m), sodium, potassium, carbohydrate (mmol/s/m)
            Positive into the blood.
        """
        glucose_flow = self.carbohydrate_most * carbohydrate / (carbohydrate + self.carbohydrate_half)
        sodium_flow = self.sodium_carried * sodium + self.sodium_leak * (sodium - plasma_sodium)
        potassium_flow = self.potassium_taken * potassium
        inside = self.osmoles_per_cation * (sodium + potassium) + self.osmoles_per_glucose * carbohydrate
        # Carried solutes bring isotonic water; sodium that leaks by diffusion does not.
        carried = self.osmoles_per_glucose * glucose_flow + self.osmoles_per_cation * (self.sodium_carried * sodium + potassium_flow)
        water_flow = carried / plasma_osmolality + self.osmotic_flow * (plasma_osmolality - inside)
        return water_flow, sodium_flow, potassium_flow, glucose_flow

    def observe(self, state: Values, inputs: Values) -> dict[str, People]:
        """Uptake over the length that holds fluid."""
        volume = state.gut_volume + self.smallest
        length = jnp.minimum(state.gut_volume / self.volume_per_length, self.longest)
        water, sodium, potassium, glucose = self.uptake_per_length(
            jnp.maximum(state.gut_sodium, 0.0) / volume,
            jnp.maximum(state.gut_potassium, 0.0) / volume,
            jnp.maximum(state.gut_carbohydrate, 0.0) / volume,
            inputs.plasma_osmolality,
            inputs.plasma_sodium,
        )
        return {
            "absorbed_water": water * length,
            "absorbed_sodium": sodium * length,
            "absorbed_potassium": potassium * length,
            "absorbed_carbohydrate": glucose * length,
        }

    def rates(self, state: Values, inputs: Values) -> dict[str, People]:
        """In minus out."""
        return {
            "gut_volume": inputs.emptied_water - inputs.absorbed_water,
            "gut_sodium": inputs.emptied_sodium - inputs.absorbed_sodium,
            "gut_potassium": inputs.emptied_potassium - inputs.absorbed_potassium,
            "gut_carbohydrate": inputs.emptied_carbohydrate - inputs.absorbed_carbohydrate,
        }

    def perfused_segment(
        self, rate: float, length: float, sodium: float, potassium: float, carbohydrate: float,
        plasma_osmolality: float, plasma_sodium: float, pieces: int = 50,
    ) -> People:  # fmt: skip
        """Follow a perfusate along a segment and give its mean water uptake per length.

        Parameters
        ----------
        rate : L/s
            Of perfusion at the upper end.
        length : m
            Of the test segment.
        sodium, potassium, carbohydrate : mmol/L
            Of the perfusate.
        plasma_osmolality, plasma_sodium
            Of the blood.
        pieces
            The segment is walked in this many equal steps.

        Returns
        -------
        L/s/m
            Positive is absorption, negative secretion.
        """
        step = length / pieces
        flow, ions, kalium, sugar = (jnp.asarray(each) for each in (rate, rate * sodium, rate * potassium, rate * carbohydrate))
        for _ in range(pieces):
            water, sodium_flow, potassium_flow, glucose = self.uptake_per_length(
                ions / flow, kalium / flow, sugar / flow, plasma_osmolality, plasma_sodium
            )
            flow, ions = jnp.maximum(flow - water * step, 0.02 * rate), jnp.maximum(ions - sodium_flow * step, 0.0)
            kalium, sugar = jnp.maximum(kalium - potassium_flow * step, 0.0), jnp.maximum(sugar - glucose * step, 0.0)
        return (rate - flow) / length

"""Absorption in the small intestine: water follows solutes that are carried, and osmosis both ways."""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp

from cramplab.core.parameters import parameter
from cramplab.core.submodel import AbstractSubmodel, People, Port, Values


class Intestine(AbstractSubmodel):
    """One law per length of gut, used for the whole gut and for a perfused segment.

    Per length: carbohydrate by a saturable carrier; sodium by a carrier and by diffusion from and to the plasma;
    water with the solutes that are taken up (isotonic to the lumen), plus osmosis along the difference between plasma
    and lumen. Fluid in the gut occupies a length in proportion to its volume, so a fuller gut absorbs more.

    References
    ----------
    diamond1964 (local osmosis), gisolfi1990 (water, carbohydrate-electrolyte, 10 % glucose), palma1981 (saline),
    duchman1997.
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

    osmotic_flow: float = parameter(
        "0.0433 mL/h/cm/(mosmol/L)",
        "water per length and osmotic difference",
        source="gisolfi1990",
        origin="fitted",
        where="distilled water, carbohydrate-electrolyte",
    )
    glucose_most: float = parameter(
        "4.06 mmol/h/cm",
        "largest uptake by the carrier of glucose per length",
        source="gisolfi1990",
        origin="fitted",
        where="carbohydrate-electrolyte",
        limits=("1 mmol/h/cm", "9 mmol/h/cm"),
    )
    fructose_most: float = parameter(
        0.6, "largest uptake by the carrier of fructose over that of glucose", source="chosen", origin="remembered"
    )
    fructose_share: float = parameter(
        0.33,
        "fructose as a share of the carbohydrate of drinks (sucrose and glucose mixed)",
        source="gisolfi1990",
        origin="chosen",
        limits=("0", "1"),
    )
    carbohydrate_half: float = parameter(
        "20 mmol/L", "concentration of half that uptake", source="chosen", origin="remembered"
    )
    sodium_carried: float = parameter(
        "1.97 mL/h/cm",
        "sodium carried per length and concentration",
        source="palma1981",
        origin="fitted",
        where="isotonic saline",
    )
    sodium_leak: float = parameter(
        "12 mL/h/cm",
        "sodium that diffuses from plasma water per length and difference; the calibrating figures do not tell it",
        source="chosen",
        origin="chosen",
        limits=("0 mL/h/cm", "100 mL/h/cm"),
    )
    dilute_limit: float = parameter(
        0.3,
        "least osmolality of the absorbate over that of plasma, in a lumen that is nearly water",
        source="diamond1964",
        origin="chosen",
        where="abstract: the absorbate follows the bathing solution over an eightfold range",
        limits=("0.05", "1"),
    )
    potassium_taken: float = parameter(
        "5 mL/h/cm", "potassium taken up per length and concentration", source="chosen", origin="chosen"
    )
    osmoles_per_cation: float = parameter(
        "1.86 mosmol/mmol",
        "osmoles per cation with its anion in solution (osmotic coefficient 0.93)",
        source="chosen",
        origin="remembered",
    )
    plasma_water: float = parameter(0.93, "water as a share of plasma", source="chosen", origin="remembered")
    osmoles_per_glucose: float = parameter(
        "1 mosmol/mmol", "osmoles per glucose carried", source="chosen", origin="read", where="definition"
    )
    osmoles_per_sugar: float = parameter(
        "0.70 mosmol/mmol",
        "osmoles in the lumen per glucose of a drink (sucrose and longer sugars count less)",
        source="gisolfi1990",
        origin="chosen",
        where="recipe of the carbohydrate-electrolyte drink",
        limits=("0.05 mosmol/mmol", "1 mosmol/mmol"),
    )
    volume_per_length: float = parameter(
        "1.5 mL/cm",
        "fluid per length of gut that holds fluid",
        source="chosen",
        origin="chosen",
        limits=("0.3 mL/cm", "10 mL/cm"),
    )
    longest: float = parameter("300 cm", "length of the small intestine", source="chosen", origin="remembered")
    smallest: float = parameter(
        "1 mL", "volume below which concentrations are not asked", source="chosen", origin="chosen"
    )

    def initial(self, inputs: Values) -> dict[str, People]:
        """Empty."""
        zero = jnp.zeros_like(inputs.body_mass_at_start)
        return {port.name: zero for port in self.states}

    def uptake_per_length(
        self,
        sodium: People,
        potassium: People,
        carbohydrate: People,
        plasma_osmolality: People | float,
        plasma_sodium: People | float,
        osmoles_per_sugar: People | float | None = None,
        fructose_share: People | float | None = None,
    ) -> tuple[People, People, People, People]:
        """Give the uptake per length of gut at lumen concentrations (mmol/L).

        Parameters
        ----------
        sodium, potassium, carbohydrate : mmol/L
            In the lumen, carbohydrate as glucose.
        plasma_osmolality, plasma_sodium : mosmol/L, mmol/L
            Of the blood.
        osmoles_per_sugar, fructose_share : mosmol/mmol, 1
            Of a recipe, where it differs from a usual drink.

        Returns
        -------
        water (L/s/m), sodium, potassium, carbohydrate (mmol/s/m)
            Positive into the blood.
        """
        osmoles = self.osmoles_per_sugar if osmoles_per_sugar is None else osmoles_per_sugar
        second = self.fructose_share if fructose_share is None else fructose_share
        fructose, glucose = second * carbohydrate, (1.0 - second) * carbohydrate
        sugar_flow = self.glucose_most * (
            glucose / (glucose + self.carbohydrate_half)
            + self.fructose_most * fructose / (fructose + self.carbohydrate_half)
        )
        sodium_flow = self.sodium_carried * sodium + self.sodium_leak * (sodium - plasma_sodium / self.plasma_water)
        potassium_flow = self.potassium_taken * potassium
        inside = self.osmoles_per_cation * (sodium + potassium) + osmoles * carbohydrate
        # Carried solutes take along water so that the absorbate is isotonic to the lumen (local osmosis); sodium that
        # leaks by diffusion takes none.
        carried = self.osmoles_per_glucose * sugar_flow + self.osmoles_per_cation * (
            self.sodium_carried * sodium + potassium_flow
        )
        absorbate = jnp.maximum(inside, self.dilute_limit * plasma_osmolality)
        water_flow = carried / absorbate + self.osmotic_flow * (plasma_osmolality - inside)
        return water_flow, sodium_flow, potassium_flow, sugar_flow

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
        self,
        rate: float,
        length: float,
        sodium: float,
        potassium: float,
        carbohydrate: float,
        plasma_osmolality: float,
        plasma_sodium: float,
        osmoles_per_sugar: float | None = None,
        fructose_share: float | None = None,
        pieces: int = 50,
    ) -> People:
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
        osmoles_per_sugar, fructose_share
            Of the recipe.
        pieces
            The segment is walked in this many equal steps.

        Returns
        -------
        L/s/m
            Positive is absorption, negative secretion.
        """
        step = length / pieces
        flow, ions, kalium, sugar = (
            jnp.asarray(each) for each in (rate, rate * sodium, rate * potassium, rate * carbohydrate)
        )
        for _ in range(pieces):
            water, sodium_flow, potassium_flow, glucose = self.uptake_per_length(
                ions / flow,
                kalium / flow,
                sugar / flow,
                plasma_osmolality,
                plasma_sodium,
                osmoles_per_sugar,
                fructose_share,
            )
            flow, ions = jnp.maximum(flow - water * step, 0.02 * rate), jnp.maximum(ions - sodium_flow * step, 0.0)
            kalium, sugar = jnp.maximum(kalium - potassium_flow * step, 0.0), jnp.maximum(sugar - glucose * step, 0.0)
        return (rate - flow) / length

"""What passes between the skin and its surroundings: dry heat, evaporation, sun; and what breathing takes."""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp

from cramplab.core.parameters import parameter
from cramplab.core.submodel import AbstractSubmodel, People, Port, Values


class SkinExchange(AbstractSubmodel):
    """Convection by own motion and wind, radiation, clothing that movement pumps, and wetted skin.

    With S the cooling that all sweat would give if it evaporated, and M the most that the air can take up, the wetted
    share of the skin is ``-k + sqrt(k^2 + 2)`` with ``k = M/S`` (1 below k = 0.5), so evaporation is ``2 S M / (M +
    sqrt(M^2 + 2 S^2))``.

    References
    ----------
    gagge1986 (convection, moist skin), iso7933_2023 (clothing under motion, wetted share).
    """

    name: ClassVar[str] = "skin_exchange"
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("skin_temperature", "degC", "mean skin", typical=33.0),
        Port("sweat_rate", "L/s", "whole body", typical=0.0003),
        Port("metabolic_rate", "W", "whole body", typical=800.0),
        Port("body_surface_area", "m^2", "skin surface"),
        Port("air_temperature", "degC", "air", 22.0),
        Port("relative_humidity", "1", "air", 0.5),
        Port("wind", "m/s", "air movement", 0.15, typical=2.0),
        Port("ground_speed", "m/s", "own motion", 0.0, typical=3.0),
        Port("walking_speed", "m/s", "walking", 0.0),
        Port("running_speed", "m/s", "running", 0.0),
        Port("solar", "W/m^2", "global horizontal", 0.0, typical=500.0),
        Port("clothing_insulation", "clo", "intrinsic", 0.5 * 0.155, typical=0.05),
        Port("acclimated", "1", "0 not, 1 fully acclimated to heat"),
    )
    outputs: ClassVar[tuple[Port, ...]] = (
        Port("dry_heat_loss", "W", "from the skin"),
        Port("evaporative_heat_loss", "W", "from the skin"),
        Port("largest_evaporation", "W", "that the air can take up from wet skin"),
        Port("respiratory_heat_loss", "W", "by breathing"),
        Port("respiratory_water_loss", "L/s", "by breathing"),
        Port("skin_diffusion", "L/s", "water that passes the skin without sweating"),
        Port("solar_heat_gain", "W", "absorbed"),
        Port("skin_wettedness", "1", "share of the skin that is wet"),
    )
    place: str = ""

    still_air: float = parameter(
        "3.0 W/m^2/K", "convection in still air", source="gagge1986", origin="read", where="two-node model"
    )
    moving_air: float = parameter(
        "8.6 W/m^2/K", "convection at 1 m/s", source="gagge1986", origin="read", where="two-node model"
    )
    moving_body: float = parameter(
        "5.66 W/m^2/K",
        "convection of a body that moves in still air",
        source="gagge1986",
        origin="read",
        where="two-node model",
    )
    metabolic_unit: float = parameter("58.15 W/m^2", "one met", source="gagge1986", origin="read", where="definition")
    radiation: float = parameter(
        "4.7 W/m^2/K",
        "linear radiation coefficient times radiating share",
        source="gagge1986",
        origin="chosen",
        limits=("2 W/m^2/K", "7 W/m^2/K"),
    )
    clothing_area: float = parameter(
        0.28, "growth of the surface per clo", source="iso7933_2023", origin="read", where="equations"
    )
    one_clo: float = parameter("1 clo", "unit of insulation", source="iso7933_2023", origin="read", where="definition")
    vapour_ratio: float = parameter(
        "16.5 K/kPa",
        "evaporative over convective coefficient",
        source="gagge1986",
        origin="read",
        where="two-node model",
    )
    permeability: float = parameter(
        0.38, "moisture permeability of clothing", source="iso7933_2023", origin="chosen", limits=("0.1", "1")
    )
    permeability_most: float = parameter(
        0.9,
        "largest moisture permeability under motion",
        source="iso7933_2023",
        origin="read",
        where="dynamic insulation",
    )
    pumping_wind: float = parameter(
        "0.398 s/m", "fall of insulation with wind", source="iso7933_2023", origin="read", where="dynamic insulation"
    )
    pumping_wind_squared: float = parameter(
        "0.066 s^2/m^2", "curvature of that fall", source="iso7933_2023", origin="read", where="dynamic insulation"
    )
    pumping_walk: float = parameter(
        "0.378 s/m", "fall of insulation with walking", source="iso7933_2023", origin="read", where="dynamic insulation"
    )
    pumping_walk_squared: float = parameter(
        "0.094 s^2/m^2", "curvature of that fall", source="iso7933_2023", origin="read", where="dynamic insulation"
    )
    fastest_wind: float = parameter(
        "3 m/s",
        "above this the clothing law stays flat",
        source="iso7933_2023",
        origin="read",
        where="dynamic insulation",
    )
    fastest_walk: float = parameter(
        "1.5 m/s",
        "above this the clothing law stays flat",
        source="iso7933_2023",
        origin="read",
        where="dynamic insulation",
    )
    one_metre_per_second: float = parameter(
        "1 m/s", "unit of air speed", source="gagge1986", origin="read", where="definition"
    )
    saturation: float = parameter(
        "0.6105 kPa", "vapour pressure of water at 0 degC", source="iso7933_2023", origin="read", where="equations"
    )
    saturation_slope: float = parameter(
        17.27, "exponent of the vapour pressure curve", source="iso7933_2023", origin="read", where="equations"
    )
    saturation_offset: float = parameter(
        "237.3 K", "offset of the vapour pressure curve", source="iso7933_2023", origin="read", where="equations"
    )
    latent_heat: float = parameter(
        "2430 kJ/L", "heat taken by a litre of sweat", source="iom2005", origin="read", where="p. 83, 30 degC"
    )
    evaporable: float = parameter(
        0.92,
        "share of the sweat that stays on the skin long enough to cool it; differs with clothes and skin",
        source="barnes2019",
        origin="fitted",
        where="sweat rate of endurance athletes",
        spread="normal 0.06",
        limits=("0.5", "1"),
    )
    wet_most: float = parameter(
        0.85, "largest wetted share, not acclimated", source="iso7933_2023", origin="read", where="limits"
    )
    diffusion: float = parameter(
        0.06,
        "share of the largest evaporation that passes dry skin",
        source="gagge1986",
        origin="read",
        where="two-node model",
    )
    breath_dry: float = parameter(
        "0.0014 1/K",
        "dry heat breathed out per metabolic rate",
        source="gagge1986",
        origin="read",
        where="two-node model",
    )
    breath_wet: float = parameter(
        "0.0173 1/kPa",
        "latent heat breathed out per metabolic rate",
        source="gagge1986",
        origin="read",
        where="two-node model",
    )
    breath_temperature: float = parameter(
        "34 degC", "of breathed-out air", source="gagge1986", origin="read", where="two-node model"
    )
    breath_pressure: float = parameter(
        "5.87 kPa", "vapour pressure of breathed-out air", source="gagge1986", origin="read", where="two-node model"
    )
    sun_absorbed: float = parameter(
        0.67, "share of sunlight that skin and clothes absorb", source="chosen", origin="remembered"
    )
    sun_area: float = parameter(
        0.25,
        "area that the sun meets as a share of the skin surface",
        source="chosen",
        origin="chosen",
        spread="normal 0.04",
        limits=("0.1", "0.5"),
    )

    def initial(self, inputs: Values) -> dict[str, People]:
        """No states."""
        return {}

    def _vapour_pressure(self, temperature: People) -> People:
        return self.saturation * jnp.exp(self.saturation_slope * temperature / (temperature + self.saturation_offset))

    def observe(self, state: Values, inputs: Values) -> dict[str, People]:
        """Solve the exchange at the present skin temperature."""
        area = inputs.body_surface_area
        air_speed = jnp.sqrt(inputs.ground_speed**2 + inputs.wind**2 + (0.05 * self.one_metre_per_second) ** 2)
        metabolic = jnp.maximum(inputs.metabolic_rate / area / self.metabolic_unit - 0.85, 0.01)
        windy = self.moving_air * (air_speed / self.one_metre_per_second) ** 0.53
        convection = jnp.maximum(jnp.maximum(self.still_air, windy), self.moving_body * metabolic**0.39)
        pumped_wind = jnp.minimum(air_speed, self.fastest_wind)
        pumped_walk = jnp.minimum(inputs.walking_speed + inputs.running_speed, self.fastest_walk)
        pumping = 1.044 * jnp.exp(
            (self.pumping_wind_squared * pumped_wind - self.pumping_wind) * pumped_wind
            + (self.pumping_walk_squared * pumped_walk - self.pumping_walk) * pumped_walk
        )
        insulation = inputs.clothing_insulation * jnp.minimum(pumping, 1.0)
        larger = 1.0 + self.clothing_area * inputs.clothing_insulation / self.one_clo
        dry_resistance = insulation + 1.0 / (larger * (convection + self.radiation))
        dry = area * (inputs.skin_temperature - inputs.air_temperature) / dry_resistance

        ambient = inputs.relative_humidity * self._vapour_pressure(inputs.air_temperature)
        # Motion that pumps clothing opens it to vapour more than to heat.
        pumped = jnp.minimum(pumping, 1.0)
        permeability = jnp.minimum(self.permeability * (2.6 * pumped**2 - 6.5 * pumped + 4.9), self.permeability_most)
        moist_resistance = (insulation / permeability + 1.0 / (larger * convection)) / self.vapour_ratio
        most = jnp.maximum(area * (self._vapour_pressure(inputs.skin_temperature) - ambient) / moist_resistance, 0.0)
        sweat = self.latent_heat * inputs.sweat_rate * self.evaporable
        # A watt added under the root keeps the gradient finite without sweat and without vapour difference.
        tiny = 1e-3 * self.metabolic_unit * area
        evaporated = 2.0 * sweat * most / (most + jnp.sqrt(most**2 + 2.0 * sweat**2 + tiny**2))
        wet_most = self.wet_most + inputs.acclimated * (1.0 - self.wet_most)
        evaporated = jnp.minimum(evaporated, wet_most * most)
        wet = evaporated / (most + tiny)
        diffused = self.diffusion * most * (1.0 - jnp.minimum(wet, 1.0))

        breathing_dry = self.breath_dry * inputs.metabolic_rate * (self.breath_temperature - inputs.air_temperature)
        breathing_wet = self.breath_wet * inputs.metabolic_rate * jnp.maximum(self.breath_pressure - ambient, 0.0)
        return {
            "dry_heat_loss": dry,
            "evaporative_heat_loss": evaporated + diffused,
            "largest_evaporation": most,
            "respiratory_heat_loss": breathing_dry + breathing_wet,
            "respiratory_water_loss": breathing_wet / self.latent_heat,
            "skin_diffusion": diffused / self.latent_heat,
            "solar_heat_gain": self.sun_absorbed * self.sun_area * area * inputs.solar,
            "skin_wettedness": wet,
        }

    def rates(self, state: Values, inputs: Values) -> dict[str, People]:
        """No states."""
        return {}

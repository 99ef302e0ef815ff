"""What a laboratory's own readings of blood, sweat and scale add to what a body did.

Thresholds of cramps have their own: `cramplab.cohort.laboratory_people.ThresholdTest`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cramplab.core.parameters import parameter

FloatArray = NDArray[np.float64]
_REMEMBERED = "usual scatter of repeated samples and analyses of one person within an hour"


@dataclass(frozen=True)
class MeasurementNoise:
    """Standard deviation of one reading of one person on whom nothing was done in between, by measure.

    The fields have the names of measures. A measure without a field is taken to be read without error: what was drunk
    and passed is weighed, and totals of sweat are those of the body.
    """

    name: ClassVar[str] = "measurement_noise"

    plasma_sodium: float = parameter(
        "0.8 mmol/L", "of sodium in plasma", source="chosen", origin="remembered", where=_REMEMBERED
    )
    plasma_chloride: float = parameter(
        "0.8 mmol/L", "of chloride in plasma", source="chosen", origin="remembered", where=_REMEMBERED
    )
    plasma_potassium: float = parameter(
        "0.1 mmol/L", "of potassium in plasma", source="chosen", origin="remembered", where=_REMEMBERED
    )
    plasma_magnesium: float = parameter(
        "0.02 mmol/L", "of magnesium in plasma", source="chosen", origin="remembered", where=_REMEMBERED
    )
    ionised_calcium: float = parameter(
        "0.02 mmol/L", "of free calcium in plasma", source="chosen", origin="remembered", where=_REMEMBERED
    )
    plasma_osmolality: float = parameter(
        "2 mosmol/kg", "of osmolality of plasma", source="chosen", origin="remembered", where=_REMEMBERED
    )
    plasma_volume: float = parameter(
        "1.5 %", "of plasma volume from haemoglobin and haematocrit", source="chosen", origin="remembered",
        where=_REMEMBERED,
    )  # fmt: skip
    body_mass_change: float = parameter(
        "0.1 %", "of body mass on a scale", source="chosen", origin="remembered", where=_REMEMBERED
    )
    core_temperature: float = parameter(
        "0.1 K", "of core temperature", source="chosen", origin="remembered", where=_REMEMBERED
    )
    sweat_sodium: float = parameter(
        "4 mmol/L", "of sodium in a sample of sweat", source="chosen", origin="remembered", where=_REMEMBERED
    )
    sweat_potassium: float = parameter(
        "0.4 mmol/L", "of potassium in a sample of sweat", source="chosen", origin="remembered", where=_REMEMBERED
    )

    def added(self, measure: str, values: FloatArray, chance: np.random.Generator, *, readings: int) -> FloatArray:
        """Give what a laboratory reads of every person, internal units.

        Parameters
        ----------
        measure
            Base name, such as ``plasma_sodium``.
        values
            What the body did; shape [people].
        chance
            From which the errors are drawn.
        readings
            How many readings the figure is made of: two for a change.
        """
        if measure not in {each.name for each in fields(self)}:
            return values
        error = chance.standard_normal(values.shape) * np.sqrt(readings)
        return np.asarray(values + getattr(self, measure) * error)

"""Numbers in the planner's own sentences, in the units that the scenario asks for."""

from __future__ import annotations

from cramplab.core.reader_units import LITRE_PER_FLUID_OUNCE
from cramplab.importers.scenario import Scenario


def rate_words(litres_per_hour: float, scenario: Scenario) -> str:
    """Say a drinking or sweating rate."""
    if scenario.preferences.units == "us":
        return f"{litres_per_hour / LITRE_PER_FLUID_OUNCE:.0f} fl oz/h"
    return f"{litres_per_hour:.2f} L/h"


def difference_words(kelvin: float, scenario: Scenario) -> str:
    """Say a difference of temperatures."""
    if scenario.preferences.units == "us":
        return f"{1.8 * kelvin:+.0f} °F"
    return f"{kelvin:+.1f} °C"

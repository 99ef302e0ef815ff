"""Which figures a report can show: the series of each, its words, and the levels that a reader should see beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """A horizontal line with its words; the value is in the unit of the series and always kept in view."""

    value: float
    words: str


@dataclass(frozen=True)
class Panel:
    """One figure.

    Parameters
    ----------
    series
        Drawn in this order; ``short`` names them in the legend.
    words
        What the figure shows, in a sentence.
    axis
        Name of the vertical axis; the title if empty.
    gain_zone
        Hatch everything above zero as a gain of body mass.
    signed
        Write a plus before what is above zero.
    floor
        Begin the axis here.
    error
        Name of the assumption that tells the error of what is shown; the caption says it.
    """

    name: str
    title: str
    series: Sequence[str]
    words: str
    axis: str = ""
    short: Sequence[str] = ()
    marks: Sequence[Mark] = ()
    gain_zone: bool = False
    signed: bool = False
    floor: float | None = None
    error: str = ""


def _two_muscles(
    name: str,
    title: str,
    quantity: str,
    words: str,
    axis: str = "Change",
    marks: Sequence[Mark] = (),
    floor: float | None = None,
) -> Panel:
    series, signed = (f"worked_{quantity}", f"rested_{quantity}"), quantity.endswith("_change")
    return Panel(name, title, series, words, axis, ("worked", "rested"), marks, signed=signed, floor=floor)


COURSE: tuple[Panel, ...] = (
    Panel("effort", "Effort", ("intensity",), "Effort as a share of what the person can do at most.", floor=0.0),
    Panel("speed", "Speed", ("speed",), "Speed along the course.", floor=0.0),
    Panel("grade", "Hills", ("grade",), "Grade of the course; above zero is uphill.", axis="Grade", signed=True),
    Panel("power", "Power", ("power",), "Mechanical power.", floor=0.0),
    Panel("heart_rate", "Heart rate", ("heart_rate",), "Heart rate."),
    Panel("air", "Air temperature", ("air_temperature",), "Temperature of the air on the way."),
)

BODY: tuple[Panel, ...] = (
    Panel(
        "water",
        "Sweat, drink and urine",
        ("sweat_loss", "fluid_intake", "urine_volume"),
        "Running totals of sweat lost, fluid drunk and urine.",
        axis="Total",
        short=("sweat", "drunk", "urine"),
        floor=0.0,
    ),
    Panel(
        "body_mass",
        "Body mass",
        ("body_mass_change",),
        "Change of body mass against the start. The hatched zone is a gain.",
        axis="Change",
        marks=(Mark(-2.0, "2 % lost"), Mark(0.0, "no change")),
        gain_zone=True,
        signed=True,
    ),
    Panel(
        "plasma_sodium",
        "Plasma sodium",
        ("plasma_sodium",),
        "Sodium in plasma. Below 135 mmol/L it is low; below 130 mmol/L signs of illness are usual.",
        marks=(Mark(135.0, "135: low below"), Mark(130.0, "130: illness usual below")),
    ),
    Panel(
        "core_temperature",
        "Core temperature",
        ("core_temperature",),
        "Temperature of the body core. With confusion or collapse, above 40 °C is treated as heat stroke.",
        marks=(Mark(40.0, "40: heat-stroke range begins"),),
    ),
)

MUSCLE: tuple[Panel, ...] = (
    _two_muscles(
        "potassium",
        "Potassium around the muscle's cells",
        "interstitial_potassium",
        "Potassium around the cells of a worked and of a rested muscle.",
        axis="Potassium",
    ),
    _two_muscles(
        "fatigue",
        "Fatigue",
        "fatigue",
        "Share of the force capacity lost in a worked and in a rested muscle.",
        axis="Force capacity lost",
        floor=0.0,
    ),
    _two_muscles(
        "oxygen",
        "Oxygen supply to demand",
        "oxygen_supply_to_demand",
        "Oxygen delivered to the muscle over oxygen needed. Below 1 the supply is short.",
        axis="Supply / demand",
        marks=(Mark(1.0, "1: just enough"),),
    ),
    _two_muscles(
        "interstitial_volume",
        "Fluid around the muscle's cells",
        "interstitial_volume_change",
        "Change of the fluid around the cells of a worked and of a rested muscle.",
    ),
    _two_muscles(
        "muscle_water",
        "Water in the muscle",
        "muscle_water_change",
        "Change of all water in a worked and in a rested muscle.",
    ),
    Panel(
        "cramp_margin",
        "Cramp margin",
        ("worked_cramp_margin", "rested_cramp_margin"),
        "Frequency of the trains on the nerve that would just leave a cramp; at 0 it would come by itself. Under the "
        "common ground: in an event only fatigue moves it. Rests on an emulator of the motor pool.",
        axis="Cramp margin",
        short=("worked", "rested"),
        floor=0.0,
        error="cramp_margin.emulator",
    ),
    Panel(
        "osmolality", "Plasma osmolality", ("plasma_osmolality",), "Osmolality of plasma, the same for both muscles."
    ),
)

"""Reads quantities such as "58 mmol/L" and converts them once to internal units.

Inside the engine every number is in one coherent system, so no equation holds a conversion factor: second, litre,
metre, kilogram, millimole, milliosmole, kelvin (temperatures as degrees Celsius), joule (hence watt) and millimetre of
mercury. Litre, metre, joule and mmHg are base units of their own on purpose: a flow in L/s and a speed in m/s then
cannot be mixed up.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from cramplab.core.errors import UserError, did_you_mean

if TYPE_CHECKING:
    from pint import UnitRegistry

# Lines in pint's definition language; a bare unit name in brackets declares an independent base dimension.
_DEFINITIONS = """
milli- = 1e-3 = m-
micro- = 1e-6 = u-
nano- = 1e-9 = n-
pico- = 1e-12 = p-
centi- = 1e-2 = c-
deci- = 1e-1 = d-
kilo- = 1e3 = k-
second = [time] = s
minute = 60 * second = min
hour = 60 * minute = h
day = 24 * hour = d
week = 7 * day
year = 365.25 * day = yr = y
metre = [length] = m = meter
kilometre_per_hour = 1000 * metre / hour = kph
mile_per_hour = 1609.344 * metre / hour = mph
litre = [volume] = L = l = liter
gram = [mass] = g
millimole = [substance] = mmol
mole = 1000 * millimole = mol
micromole = 1e-3 * millimole = umol
nanomole = 1e-6 * millimole = nmol
picomole = 1e-9 * millimole = pmol
milliequivalent = 1 * millimole = mEq
milliosmole = [osmoles] = mosmol = mOsm
osmole = 1000 * milliosmole = osmol = Osm
kelvin = [temperature] = K
joule = [energy] = J
calorie = 4.184 * joule = cal
watt = joule / second = W
watt_hour = 3600 * joule = Wh
mmHg = [pressure]
kilopascal = 7.50062 * mmHg = kPa
centimetre_of_water = 0.735559 * mmHg = cmH2O
atmosphere = 760 * mmHg = atm
clo = 0.155 * kelvin * metre ** 2 / watt
beat = [beats] = beats
bpm = beat / minute
hertz = 1 / second = Hz
percent = 0.01
fraction = 1
point = [points] = points
metabolic_unit = 58.15 * watt / metre ** 2 = met
mile = 1609.344 * metre = mi
degree = [angle] = deg
revolution = [angle_of_turning] = rev
rpm = revolution / minute
impulse = [impulses] = imp = pulse = pulses
pps = impulse / second
newton = joule / metre = N
newton_metre = joule = Nm
millivolt = [voltage] = mV
volt = 1000 * millivolt = V
milliampere = [current] = mA
ampere = 1000 * milliampere = A
siemens = ampere / volt = S
ohm = volt / ampere
farad = ampere * second / volt = F
coulomb = ampere * second = C
enzyme_unit = [enzyme_activity] = U = IU
fold = 1
ratio = 1
"""
_BASE_OF_DIMENSION = {
    "[time]": "second", "[length]": "metre", "[volume]": "litre", "[mass]": "kilogram", "[substance]": "millimole",
    "[osmoles]": "milliosmole", "[temperature]": "kelvin", "[energy]": "joule", "[pressure]": "mmHg", "[beats]": "beat",
    "[points]": "point", "[angle]": "degree", "[angle_of_turning]": "revolution", "[impulses]": "impulse",
    "[voltage]": "millivolt", "[current]": "milliampere", "[enzyme_activity]": "enzyme_unit",
}  # fmt: skip
# A per cent of something is not a pure number: the name of what it is a share of travels with the unit.
SHARES = (
    "VO2max", "VO2peak", "VO2reserve", "MVC", "HRmax", "HRreserve", "Wmax", "mass_loss", "sweat_loss", "body_mass",
    "TBW",
)  # fmt: skip
# What a unit may be made of. The check stands before pint because pint would happily work out 9**9**9.
_UNIT_LETTERS = re.compile(r"[A-Za-z%°µ0-9_ ./*^()-]{0,60}")
# A number below the stroke belongs to the unit behind it: mL/min/100 g is per hundred grams.
_NUMBER_BELOW = re.compile(r"/\s*(\d{1,6}(?:\.\d{1,3})?)\s*([A-Za-z]\w*)")
_POWER = re.compile(r"(?:\^|\*\*)\s*(-?[1-4])(?![\d.])")
_NUMBER = re.compile(r"^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*?)\s*$")


@cache
def _registry() -> UnitRegistry[Any]:
    import pint

    registry: UnitRegistry[Any] = pint.UnitRegistry(None, cache_folder=None)
    registry.load_definitions([line for line in _DEFINITIONS.splitlines() if line.strip()])
    for share in SHARES:
        registry.define(f"percent_{share} = 0.01 * whole_{share}")
        registry.define(f"whole_{share} = [share_of_{share}]")
    return registry


@dataclass(frozen=True)
class Unit:
    """A unit, its factor to internal units, and its dimensions.

    No unit has an offset: temperatures are held in degrees Celsius, so ``degC`` and ``K`` both have factor 1.
    """

    name: str
    factor: float
    dimensions: tuple[tuple[str, float], ...]


def _in_pint_language(written: str) -> str:
    """Rewrite a unit as people write it into one that pint reads the same way."""
    if not _UNIT_LETTERS.fullmatch(written):
        raise UserError(_unknown_unit(written))
    text = written.replace("°C", "kelvin").replace("degC", "kelvin").replace("µ", "u")
    text = re.sub(r"%([A-Za-z]\w*)", lambda found: f"percent_{found.group(1)}", text).replace("%", "percent")
    text = re.sub(r"\b(c?m)([23])\b", r"\1**\2", text)
    text = _NUMBER_BELOW.sub(lambda found: f"/({found.group(1)}*{found.group(2)})", text)
    text, powers = _POWER.subn(lambda found: f"**{found.group(1)}", text)
    if text.count("**") != powers or "^" in text or re.match(r"\s*\d+\s*[A-Za-z]", text):
        raise UserError(_unknown_unit(written))
    return re.sub(r"(?<=[\w)])\s+(?=[A-Za-z(])", "*", text)


def _unknown_unit(written: str) -> str:
    shares = re.findall(r"%\s*(?:of\s+)?([A-Za-z]\w*)", written)
    if shares and shares[0] not in SHARES:
        return f"No unit named '{written}'. {did_you_mean(shares[0], SHARES)} Shares: " + ", ".join(
            f"%{share}" for share in SHARES
        )
    return f"No unit named '{written}'. Write for example mmol/L, L/h, mL/min, degC, W/m^2."


@cache
def unit(name: str) -> Unit:
    """Look up a unit by its written name, for example ``mL/min/mmHg`` or ``%VO2max``.

    Raises
    ------
    UserError
        If the name cannot be read.
    """
    written = name.strip()
    if written in ("", "1"):
        return Unit(written or "1", 1.0, ())
    registry = _registry()
    try:
        quantity = 1.0 * registry.parse_expression(_in_pint_language(written))
    except Exception as problem:
        raise UserError(_unknown_unit(written)) from problem
    dimensions = tuple(sorted((key, float(power)) for key, power in quantity.dimensionality.items()))
    target = registry.parse_units("")
    for dimension, power in dimensions:
        base = _BASE_OF_DIMENSION.get(dimension, dimension.strip("[]").replace("share_of_", "whole_"))
        target = target * registry.parse_units(base) ** power
    return Unit(written, float(quantity.to(1.0 * target).magnitude), dimensions)


@dataclass(frozen=True)
class Quantity:
    """A number read from a file, in internal units, with the unit it was written in."""

    value: float
    unit: Unit

    @property
    def as_written(self) -> float:
        """The number in the unit it was written in."""
        return self.value / self.unit.factor


def read_quantity(text: object, expect: str | None = None) -> Quantity:
    """Read a string with unit and convert it to internal units.

    Parameters
    ----------
    text
        For example ``"58 mmol/L"``. A bare number is refused unless ``expect`` is the pure unit ``"1"``.
    expect
        A unit whose dimensions the answer must have.

    Raises
    ------
    UserError
        If there is no finite number, no unit where one is needed, an unknown unit, or another dimension than expected.
    """
    if isinstance(text, (int, float)) and not isinstance(text, bool):
        if math.isfinite(text) and (expect is None or not unit(expect).dimensions):
            return Quantity(float(text), unit("1"))
        raise UserError(f"'{text}' has no unit. Write the unit too, for example \"{text} {expect}\".")
    match = _NUMBER.match(str(text))
    if not match:
        raise UserError(f"'{text}' is not a quantity. Write a number and its unit, for example \"58 mmol/L\".")
    number, name = float(match.group(1)), match.group(2)
    if not math.isfinite(number):
        raise UserError(f"'{text}' is too large a number.")
    if name.startswith(","):
        raise UserError(f"'{text}' has a decimal comma. Write a decimal point.")
    found = unit(name)
    if expect is not None:
        wanted = unit(expect)
        if not name and wanted.dimensions:
            raise UserError(f"'{text}' has no unit. Write the unit too, for example \"{text} {expect}\".")
        if found.dimensions != wanted.dimensions:
            raise UserError(f"'{text}' cannot be a quantity in {expect}: the unit '{name}' measures something else.")
    return Quantity(number * found.factor, found)


def to_internal(value: float, name: str) -> float:
    """Convert a number in a named unit to internal units."""
    return value * unit(name).factor


def from_internal(value: Any, name: str) -> Any:
    """Convert a number or array from internal units to a named unit."""
    return value / unit(name).factor

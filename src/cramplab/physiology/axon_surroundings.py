"""Surroundings of a motor axon: what ions, warmth and length around it do to its excitability."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from cramplab.core.fast_submodel import FastSubmodel
from cramplab.core.parameters import parameter


@dataclass(frozen=True)
class AxonSurroundings(FastSubmodel):
    """Ions move the resting potential and the potential that the gates feel; heat and stretch open a potassium leak.

    Every answer is an effective depolarisation against the reference, in mV: positive is more excitable, and at the
    reference it is zero to the last bit. All equations are written with operators and a logarithm, so they take plain
    numbers, NumPy or JAX arrays (give ``log=numpy.log`` or ``jax.numpy.log``), and they compile.

    References
    ----------
    hille1975 (surface charge), brohawn2019, kanda2019 and kanda2023 (leak that stretch opens), howells2013 (heat),
    kuwabara2007 (potassium within the normal range already matters).
    """

    name: ClassVar[str] = "axon_surroundings"

    potassium_at_rest: float = parameter("4.2 mmol/L", "around the axon, reference", source="chosen", origin="chosen")
    sodium_at_rest: float = parameter(
        "142 mmol/L", "around the axon, reference; also stands for ionic strength", source="chosen", origin="chosen"
    )
    calcium_at_rest: float = parameter("1.2 mmol/L", "ionised, reference", source="chosen", origin="remembered")
    magnesium_at_rest: float = parameter("0.55 mmol/L", "ionised, reference", source="chosen", origin="remembered")
    reference_temperature: float = parameter(
        "37 degC",
        "at which nothing is shifted: the constants of axons are given for it, and the body's muscle rests near it",
        source="chosen",
        origin="chosen",
    )
    potassium_inside: float = parameter("140 mmol/L", "in the axon", source="chosen", origin="remembered")
    sodium_inside: float = parameter("12 mmol/L", "in the axon", source="chosen", origin="remembered")
    sodium_permeability: float = parameter(
        0.02, "of the resting membrane, relative to potassium", source="chosen", origin="remembered"
    )
    thermal_voltage_per_kelvin: float = parameter(
        "0.086173 mV/K", "gas constant over Faraday's", source="chosen", origin="read", where="physics"
    )
    divalent_shift: float = parameter(
        "22.5 mV",
        "of the gates, per tenfold change of calcium and its like",
        source="hille1975",
        origin="read",
        where="20 to 25 mV, frog node",
        limits=("20 mV", "25 mV"),
    )
    magnesium_potency: float = parameter(
        0.4,
        "magnesium against calcium in that law",
        source="hille1975",
        origin="chosen",
        where="that it is weaker was read, not by how much",
        limits=("0.2", "0.8"),
    )
    monovalent_shift: float = parameter(
        "30 mV",
        "of the gates, per tenfold change of ionic strength with divalents present",
        source="chosen",
        origin="chosen",
        where="double-layer theory gives 24 to 39 mV for membranes with 0.02 to 0.1 C/m^2",
        limits=("20 mV", "40 mV"),
    )
    leak_per_kelvin: float = parameter(
        "0.008 1/K",
        "relative rise of the potassium leak with warmth",
        source="howells2013",
        origin="chosen",
        where="set so that 6 K hyperpolarise by the 2 mV modelled there",
        limits=("0 1/K", "0.05 1/K"),
    )
    leak_per_length: float = parameter(
        3.0,
        "relative rise of the potassium leak per optimal fibre length",
        source="kanda2023",
        origin="chosen",
        where="direction read, size not",
        limits=("0", "10"),
    )
    slack_length: float = parameter(
        0.97,
        "fibre length, in optimal lengths, below which the axon hangs slack and feels no more change",
        source="chosen",
        origin="chosen",
        limits=("0.7", "1"),
    )
    resting_weight: float = parameter(
        0.68,
        "what a depolarisation at rest counts against an equal shift of the gates",
        source="chosen",
        origin="chosen",
        where="measured on the node by scripts/fit_motor_terminal.py",
        limits=("0", "1.5"),
    )

    def leak_opening(self, temperature: Any, length: Any) -> Any:
        r"""Give the potassium leak (TREK-1, TRAAK) relative to the reference.

        .. math:: o = \left( 1 + a_T (T - T_0) \right) \left( 1 + a_L \left( \max(L, L_s) - 1 \right) \right)

        Parameters
        ----------
        temperature
            Of the muscle, degC.
        length
            Muscle fibre length, optimal lengths.

        Returns
        -------
        float or array
            1 at the reference.

        References
        ----------
        brohawn2019, kanda2019, kanda2023
        """
        # The larger of two, written so that it takes arrays and is exact at length 1.
        taut = length - self.slack_length
        taut = 0.5 * (taut + abs(taut))
        stretched = 1.0 + self.leak_per_length * (taut - (1.0 - self.slack_length))
        return (1.0 + self.leak_per_kelvin * (temperature - self.reference_temperature)) * stretched

    def resting_shift(
        self,
        potassium: Any,
        sodium: Any,
        temperature: Any,
        leak_opening: Any,
        log: Callable[[Any], Any] = math.log,
    ) -> Any:
        r"""Give how much the resting potential is depolarised against the reference, mV (Goldman-Hodgkin-Katz).

        .. math::
            V = \frac{RT}{F} \ln \frac{[\mathrm K]_o + \alpha [\mathrm{Na}]_o / o}
                                      {[\mathrm K]_i + \alpha [\mathrm{Na}]_i / o}

        Parameters
        ----------
        potassium, sodium
            Around the axon, mmol/L.
        temperature
            Of the muscle, degC.
        leak_opening
            Of :meth:`leak_opening`. Whoever hands the answer to the motor terminal takes the opening at length 1: the
            terminal counts the length itself.
        log
            Natural logarithm for the kind of number given.

        Returns
        -------
        float or array
            Depolarisation, mV.

        References
        ----------
        brohawn2019
        """
        kelvin = temperature + 273.15
        kelvin_at_rest = self.reference_temperature + 273.15
        ratio = self.sodium_permeability / leak_opening
        outside = (potassium + ratio * sodium) / (self.potassium_inside + ratio * self.sodium_inside)
        outside_at_rest = (self.potassium_at_rest + self.sodium_permeability * self.sodium_at_rest) / (
            self.potassium_inside + self.sodium_permeability * self.sodium_inside
        )
        return self.thermal_voltage_per_kelvin * (kelvin * log(outside) - kelvin_at_rest * log(outside_at_rest))

    def gate_shift(self, calcium: Any, magnesium: Any, sodium: Any, log: Callable[[Any], Any] = math.log) -> Any:
        r"""Give how much earlier the gates open because less positive charge screens the membrane, mV.

        .. math::
            -\frac{s_d}{\ln 10} \ln \frac{[\mathrm{Ca}] + \kappa [\mathrm{Mg}]}
                                         {[\mathrm{Ca}]_0 + \kappa [\mathrm{Mg}]_0}
            - \frac{s_m}{\ln 10} \ln \frac{[\mathrm{Na}]}{[\mathrm{Na}]_0}

        Parameters
        ----------
        calcium, magnesium
            Ionised, around the axon, mmol/L.
        sodium
            Around the axon, mmol/L; stands for ionic strength.
        log
            Natural logarithm for the kind of number given.

        Returns
        -------
        float or array
            Effective depolarisation, mV: positive where calcium, magnesium or sodium is low.

        References
        ----------
        hille1975
        """
        divalent = (calcium + self.magnesium_potency * magnesium) / (
            self.calcium_at_rest + self.magnesium_potency * self.magnesium_at_rest
        )
        per_decade = 1.0 / 2.302585092994046  # one over the natural logarithm of ten
        return -per_decade * (
            self.divalent_shift * log(divalent) + self.monovalent_shift * log(sodium / self.sodium_at_rest)
        )

    def terminal_shift(
        self,
        potassium: Any,
        sodium: Any,
        calcium: Any,
        magnesium: Any,
        temperature: Any,
        length: Any = 1.0,
        log: Callable[[Any], Any] = math.log,
    ) -> Any:
        """Give the effective depolarisation from all surroundings together, mV.

        A depolarisation at rest counts a little less than an equal shift of the gates, because slow potassium channels
        answer it. For whoever couples the slow body to the nerve; the compiled loop is handed the answer.

        Parameters
        ----------
        potassium, sodium, calcium, magnesium
            Around the axon, mmol/L, calcium and magnesium ionised.
        temperature
            Of the muscle, degC.
        length
            Muscle fibre length, optimal lengths; leave it out when the answer goes to the motor terminal.
        log
            Natural logarithm for the kind of number given.

        Returns
        -------
        float or array
            Effective depolarisation, mV, positive is more excitable.
        """
        opening = self.leak_opening(temperature, length)
        at_rest = self.resting_shift(potassium, sodium, temperature, opening, log)
        return self.resting_weight * at_rest + self.gate_shift(calcium, magnesium, sodium, log)

"""Motor axon terminal: what its own impulses leave behind, and when it goes on discharging by itself."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from cramplab.core.fast_submodel import FastSubmodel
from cramplab.core.parameters import parameter

_FITTED = "scripts/fit_motor_terminal.py: law fitted to the axon node"


@dataclass(frozen=True)
class MotorTerminal(FastSubmodel):
    """Impulses leave potassium around a terminal for seconds and sodium in it for minutes; the one excites, one calms.

    This is what the big loop carries in place of a node with its millisecond gates: two slow states for each axon, and
    laws that say how excitable the axon is, whether an impulse starts a discharge of its own, and how fast that runs.
    A discharge ends when sodium has driven the pump far enough, or at once when the muscle is stretched.

    References
    ----------
    clausen2003 and connors1982 (potassium around active fibres and axons), vagg1998 and kiernan2004 (pump),
    mogyoros1996 (how much axons differ), bertolasi1993 (no contraction leaves a discharge at the usual length; stretch
    ends one), kanda2023 (stretch).
    """

    name: ClassVar[str] = "motor_terminal"

    potassium_per_impulse: float = parameter(
        "0.03 mmol/L",
        "left around the terminal by one impulse of the axon and of the muscle fibres beside it",
        source="clausen2003",
        origin="remembered",
        where="2 to 10 nmol per gram of muscle and impulse, in 0.10 to 0.15 mL of interstitium; the axon adds little",
        limits=("0 mmol/L", "0.2 mmol/L"),
    )
    potassium_ceiling: float = parameter(
        "6.8 mmol/L",
        "excess that impulses cannot exceed",
        source="connors1982",
        origin="read",
        where="9.8 mmol/L in the adult rat's optic nerve, less 3 mmol/L at rest",
    )
    potassium_clearance: float = parameter(
        "5 s",
        "time constant with which the excess is cleared: by pumps nearby at first, by the blood later",
        source="chosen",
        origin="chosen",
        limits=("0.5 s", "60 s"),
    )
    potassium_at_rest: float = parameter(
        "4.2 mmol/L", "around the terminal, reference", source="chosen", origin="chosen"
    )
    sodium_per_impulse: float = parameter(
        "0.0073 mmol/L", "let into the axon by one impulse", source="chosen", origin="chosen", where=_FITTED
    )
    pump_time: float = parameter(
        "100 s",
        "time constant with which entered sodium is pumped out",
        source="vagg1998",
        origin="chosen",
        where="as in the axon node",
        limits=("20 s", "400 s"),
    )
    potassium_effect: float = parameter(
        "12.2 mV",
        "effective depolarisation per e-fold of potassium",
        source="chosen",
        origin="chosen",
        where=_FITTED,
    )
    sodium_effect: float = parameter(
        "0.43 mV/(mmol/L)",
        "effective hyperpolarisation per sodium entered, through the pump",
        source="chosen",
        origin="chosen",
        where=_FITTED,
    )
    stretch_effect: float = parameter(
        "42 mV",
        "effective hyperpolarisation per optimal fibre length",
        source="chosen",
        origin="chosen",
        where=_FITTED,
        limits=("0 mV", "200 mV"),
    )
    slack_length: float = parameter(
        0.97,
        "fibre length, in optimal lengths, below which the axon hangs slack and feels no more change",
        source="chosen",
        origin="chosen",
        limits=("0.7", "1"),
    )
    persistent_sodium_median: float = parameter(
        0.63,
        "density of persistent sodium channels of the middle axon, relative to that of the axon node",
        source="bertolasi1993",
        origin="fitted",
        where="so that one muscle in twelve goes on after a maximal contraction of 3 s at its usual length, the "
        "expectation after 0 of 10",
        limits=("0", "3"),
    )
    persistent_sodium_spread: float = parameter(
        "20 %",
        "coefficient of variation of that density over the axons of a pool",
        source="mogyoros1996",
        origin="chosen",
        where="strength-duration times, which follow it, differ by 27 % between people",
        limits=("0 %", "60 %"),
    )
    start: float = parameter(
        "6.7 mV",
        "effective depolarisation at which one impulse starts a discharge in an axon of density 1",
        source="chosen",
        origin="chosen",
        where=_FITTED,
    )
    start_per_density: float = parameter(
        "10.4 mV",
        "by which an axon of twice that density starts earlier",
        source="chosen",
        origin="chosen",
        where=_FITTED,
    )
    start_after_impulse: float = parameter(
        "1.0 mV",
        "more that it takes right after another impulse, while slow potassium channels are open",
        source="chosen",
        origin="chosen",
        where=_FITTED,
    )
    slow_channel_time: float = parameter(
        "51 ms", "with which slow potassium channels close at rest", source="chosen", origin="chosen", where=_FITTED
    )
    hysteresis: float = parameter(
        "0.33 mV",
        "by which excitability may fall below the start before the discharge stops",
        source="chosen",
        origin="chosen",
        where=_FITTED,
    )
    lowest_rate: float = parameter(
        "25 imp/s", "of a discharge that just goes on", source="chosen", origin="chosen", where=_FITTED
    )
    rate_range: float = parameter(
        "109 imp/s", "by which the rate can rise", source="chosen", origin="chosen", where=_FITTED
    )
    rate_scale: float = parameter(
        "3 mV", "excitability above the start over which it rises", source="chosen", origin="chosen", where=_FITTED
    )

    def persistent_sodium(self, standard_normal: float) -> float:
        r"""Give the density of persistent sodium channels of an axon, relative to the axon node.

        .. math:: p = p_{50} \exp \left( z \sqrt{\ln (1 + c^2)} \right)

        Parameters
        ----------
        standard_normal
            Where the axon stands in its pool, :math:`z`; drawn once for each axon.

        Returns
        -------
        float
            Relative density.

        References
        ----------
        mogyoros1996
        """
        width = math.sqrt(math.log(1.0 + self.persistent_sodium_spread * self.persistent_sodium_spread))
        return self.persistent_sodium_median * math.exp(width * standard_normal)

    def step(self, potassium_excess: float, sodium_load: float, spikes: float, step_s: float) -> tuple[float, float]:
        r"""Move the two slow states by one step; stable for steps of any length.

        .. math::
            \dot k = -\frac{k}{\tau_k} + a_k \left( 1 - \frac{k}{k_{max}} \right) r, \qquad
            \dot n = -\frac{n}{\tau_n} + a_n r

        Parameters
        ----------
        potassium_excess
            Around the terminal, mmol/L.
        sodium_load
            Entered and not yet pumped out, mmol/L.
        spikes
            Impulses in this step.
        step_s
            Length of the step, s.

        Returns
        -------
        tuple of float
            Both states at the end of the step.

        References
        ----------
        connors1982, ransom2000, vagg1998
        """
        room = max(1.0 - potassium_excess / self.potassium_ceiling, 0.0)
        return (
            (potassium_excess + self.potassium_per_impulse * spikes * room) / (1.0 + step_s / self.potassium_clearance),
            (sodium_load + self.sodium_per_impulse * spikes) / (1.0 + step_s / self.pump_time),
        )

    def excitability(
        self, potassium_excess: float, sodium_load: float, surroundings_shift: float, length: float
    ) -> float:
        r"""Give the effective depolarisation of the terminal, mV; zero at rest, positive is more excitable.

        .. math::
            e = s + b_k \ln \left( 1 + \frac{k}{[\mathrm K]_0} \right) - b_n n
                - b_L \left( \max(L, L_s) - 1 \right)

        Parameters
        ----------
        potassium_excess, sodium_load
            The two slow states, mmol/L.
        surroundings_shift
            What ions and warmth around the axon do, mV, at length 1: the length is counted here.
        length
            Muscle fibre length, optimal lengths.

        Returns
        -------
        float
            Effective depolarisation, mV.

        References
        ----------
        kanda2023, bertolasi1993
        """
        lengthened = max(length, self.slack_length) - 1.0
        return (
            surroundings_shift
            + self.potassium_effect * math.log(1.0 + potassium_excess / self.potassium_at_rest)
            - self.sodium_effect * sodium_load
            - self.stretch_effect * lengthened
        )

    def starts(self, excitability: float, persistent_sodium: float, interval: float) -> bool:
        r"""Say whether an impulse that has just passed starts a discharge of the axon's own.

        .. math:: e > e_1 - b_p (p - 1) + b_s\, e^{-\Delta / \tau_s}

        Parameters
        ----------
        excitability
            Effective depolarisation, mV.
        persistent_sodium
            Relative density of this axon.
        interval
            Time since the impulse before, s.

        Returns
        -------
        bool
            True if it starts.

        References
        ----------
        coggan2011
        """
        needed = (
            self.start
            - self.start_per_density * (persistent_sodium - 1.0)
            + self.start_after_impulse * math.exp(-interval / self.slow_channel_time)
        )
        return excitability > needed

    def discharge_rate(self, excitability: float, persistent_sodium: float) -> float:
        r"""Give the rate of an axon that is already discharging by itself, imp/s; zero if the discharge stops.

        .. math:: r = r_0 + r_1 \left( 1 - e^{-u / u_1} \right), \qquad u = e - e_1 + b_p (p - 1) + h \ge 0

        Parameters
        ----------
        excitability
            Effective depolarisation, mV.
        persistent_sodium
            Relative density of this axon.

        Returns
        -------
        float
            Discharge, imp/s.

        References
        ----------
        maddison2006, kleine2008
        """
        above = excitability - self.start + self.start_per_density * (persistent_sodium - 1.0) + self.hysteresis
        if above < 0.0:
            return 0.0
        return self.lowest_rate + self.rate_range * (1.0 - math.exp(-above / self.rate_scale))

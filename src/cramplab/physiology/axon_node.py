"""One node of a motor axon: when an impulse is followed by more impulses of its own."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from cramplab.core.fast_submodel import FastSubmodel
from cramplab.core.parameters import parameter


@dataclass(frozen=True)
class AxonNode(FastSubmodel):
    """A reduced node with persistent sodium current, slow potassium current, and a pump that remembers work.

    Persistent sodium current keeps a discharge going that one impulse started; the slow potassium current (KCNQ)
    slows it, as intervals in the bursts of neuromyotonia lengthen; and the pump, which carries one charge out for
    three sodium ions, hyperpolarises for minutes and ends it. Without the slow potassium current and the pump this is
    the published reduced axon, which never stops: an axon whose slow channels are blocked.

    The big loop does not step this node: it is what the laws of the motor terminal are fitted to.

    References
    ----------
    coggan2011 (reduced axon), battefeld2014 (slow potassium channels of the node), schwarz1995 (what they do in human
    nodes), kleine2008, maddison2006 (rates to be met), vagg1998, kiernan2004 (pump).
    """

    name: ClassVar[str] = "axon_node"

    capacitance: float = parameter("2 uF/cm^2", "of the membrane", source="coggan2011", origin="read")
    sodium_conductance: float = parameter("30 mS/cm^2", "transient sodium", source="coggan2011", origin="read")
    potassium_conductance: float = parameter("20 mS/cm^2", "fast potassium", source="coggan2011", origin="read")
    leak_conductance: float = parameter("2 mS/cm^2", "all leaks together", source="coggan2011", origin="read")
    leak_reversal: float = parameter("-70 mV", "of all leaks together", source="coggan2011", origin="read")
    leak_potassium_share: float = parameter(
        0.5,
        "of the leak, carried by potassium channels that heat and stretch open",
        source="kanda2019",
        origin="chosen",
        where="that they are the main potassium channels of a node was read",
        limits=("0", "0.9"),
    )
    potassium_reversal: float = parameter("-100 mV", "of all potassium currents", source="coggan2011", origin="read")
    persistent_conductance: float = parameter(
        "0.52 mS/cm^2",
        "persistent sodium of the middle axon of a pool",
        source="harrison2007",
        origin="chosen",
        where="so low that one shock starts no discharge in three of four muscles of 43 axons, as without the syndrome",
        limits=("0 mS/cm^2", "2 mS/cm^2"),
    )
    slow_conductance: float = parameter(
        "0.8 mS/cm^2",
        "slow potassium (KCNQ)",
        source="mcintyre2002",
        origin="chosen",
        where="the share of the transient sodium conductance that it has there, 2.7 %",
        limits=("0 mS/cm^2", "3 mS/cm^2"),
    )
    sodium_half: float = parameter("-1.2 mV", "half activation, transient sodium", source="coggan2011", origin="read")
    sodium_width: float = parameter("18 mV", "width of that activation", source="coggan2011", origin="read")
    potassium_half: float = parameter("-10 mV", "half activation, fast potassium", source="coggan2011", origin="read")
    potassium_width: float = parameter("10 mV", "width of that activation", source="coggan2011", origin="read")
    potassium_rate: float = parameter("0.15 1/ms", "of the fast potassium gate", source="coggan2011", origin="read")
    persistent_half: float = parameter(
        "-45 mV", "half activation, persistent sodium", source="coggan2011", origin="read"
    )
    persistent_width: float = parameter("10 mV", "width of that activation", source="coggan2011", origin="read")
    persistent_rate: float = parameter("0.05 1/ms", "of the persistent sodium gate", source="coggan2011", origin="read")
    slow_half: float = parameter(
        "-35 mV",
        "half activation, slow potassium",
        source="battefeld2014",
        origin="chosen",
        where="with the width: 4 % open at rest was read",
    )
    slow_width: float = parameter(
        "22 mV", "width of that activation", source="battefeld2014", origin="chosen", where="with the half activation"
    )
    slow_rate: float = parameter(
        "7.6 1/s",
        "of the slow potassium gate",
        source="battefeld2014",
        origin="chosen",
        where="gives the 15 ms at 28 mV that were read",
    )
    sodium_outside: float = parameter("138 mmol/L", "around the node", source="coggan2011", origin="read")
    sodium_at_rest: float = parameter("18.67 mmol/L", "inside, at rest", source="coggan2011", origin="read")
    sodium_without_entry: float = parameter(
        "17.5 mmol/L", "inside, if none entered", source="coggan2011", origin="read"
    )
    thermal_voltage: float = parameter(
        "25 mV", "per e-fold of sodium, in its reversal potential", source="coggan2011", origin="read"
    )
    faraday: float = parameter("96485 C/mol", "charge per amount", source="chosen", origin="read", where="physics")
    volume_per_membrane: float = parameter(
        "19.5 mL/m^2",
        "axoplasm that the sodium of one area of node spreads into",
        source="coggan2011",
        origin="chosen",
        where="so that rest stays at the two sodium levels given there with the slow pump used here",
    )
    pump_time: float = parameter(
        "100 s",
        "time constant with which entered sodium is pumped out",
        source="vagg1998",
        origin="chosen",
        where="between its 15 min of recovery and its ratio to kiernan2004",
        limits=("20 s", "400 s"),
    )
    pump_charge: float = parameter(
        1.0 / 3.0, "net charge out per sodium ion pumped", source="chosen", origin="read", where="3 Na for 2 K"
    )

    def at_rest(self) -> tuple[float, float, float, float, float]:
        """Give a state near rest to start from.

        Returns
        -------
        tuple of float
            Potential (mV), gates of fast potassium, persistent sodium and slow potassium, and sodium inside (mmol/L).
        """
        potential = self.leak_reversal
        return (
            potential,
            0.5 * (1.0 + math.tanh((potential - self.potassium_half) / self.potassium_width)),
            0.5 * (1.0 + math.tanh((potential - self.persistent_half) / self.persistent_width)),
            0.5 * (1.0 + math.tanh((potential - self.slow_half) / self.slow_width)),
            self.sodium_at_rest,
        )

    def step(
        self,
        potential: float,
        fast_gate: float,
        persistent_gate: float,
        slow_gate: float,
        sodium: float,
        current: float,
        persistent_sodium: float,
        gate_shift: float,
        potassium_shift: float,
        leak_opening: float,
        step_s: float,
    ) -> tuple[float, float, float, float, float]:
        r"""Move the node by one step of 0.02 to 0.05 ms, each gate and the potential exactly for frozen partners.

        .. math::
            C \dot V = I - (g_{Na} m_\infty + g_P z)(V - E_{Na}) - (g_K w + g_S s + g_L f o)(V - E_K)
                       - g_L (1 - f)(V - E_o) - I_{pump}

            \dot x = r_x \cosh \tfrac{V + \Delta - a_x}{c_x b_x} (x_\infty - x), \qquad
            x_\infty = \tfrac12 \left( 1 + \tanh \tfrac{V + \Delta - a_x}{b_x} \right)

            \dot{[\mathrm{Na}]} = -\frac{I_{Na} + I_P}{F \lambda} - \frac{[\mathrm{Na}] - N_0}{\tau}, \qquad
            I_{pump} = \tfrac13 F \lambda \frac{[\mathrm{Na}] - N_{rest}}{\tau}

        with :math:`c_x` 2 for the two published gates and 1 (opening and closing equally steep) for the slow one.

        Parameters
        ----------
        potential
            Of the membrane, mV.
        fast_gate, persistent_gate, slow_gate
            Open shares of fast potassium, persistent sodium and slow potassium channels.
        sodium
            Inside, mmol/L.
        current
            Injected, mA/m^2.
        persistent_sodium
            Density of this axon relative to the middle one of its pool.
        gate_shift
            How much earlier all gates open, mV.
        potassium_shift
            How much less negative the reversal potential of potassium is, mV.
        leak_opening
            Potassium leak relative to the reference.
        step_s
            Length of the step, s.

        Returns
        -------
        tuple of float
            The five states at the end of the step.

        References
        ----------
        coggan2011
        """
        felt = potential + gate_shift
        activation = 0.5 * (1.0 + math.tanh((felt - self.sodium_half) / self.sodium_width))

        away = (felt - self.potassium_half) / self.potassium_width
        aim = 0.5 * (1.0 + math.tanh(away))
        fast_gate = aim + (fast_gate - aim) * math.exp(-self.potassium_rate * math.cosh(0.5 * away) * step_s)
        away = (felt - self.persistent_half) / self.persistent_width
        aim = 0.5 * (1.0 + math.tanh(away))
        persistent_gate = aim + (persistent_gate - aim) * math.exp(
            -self.persistent_rate * math.cosh(0.5 * away) * step_s
        )
        away = (felt - self.slow_half) / self.slow_width
        aim = 0.5 * (1.0 + math.tanh(away))
        slow_gate = aim + (slow_gate - aim) * math.exp(-self.slow_rate * math.cosh(away) * step_s)

        by_sodium = self.sodium_conductance * activation + (
            self.persistent_conductance * persistent_sodium * persistent_gate
        )
        potassium_leak = self.leak_conductance * self.leak_potassium_share
        by_potassium = (
            self.potassium_conductance * fast_gate + self.slow_conductance * slow_gate + potassium_leak * leak_opening
        )
        by_others = self.leak_conductance - potassium_leak
        sodium_reversal = self.thermal_voltage * math.log(self.sodium_outside / sodium)
        # What is not potassium of the leak keeps the reversal potential of the whole at the declared one.
        others_charge = self.leak_conductance * self.leak_reversal - potassium_leak * self.potassium_reversal
        pool = self.faraday * self.volume_per_membrane
        pump = self.pump_charge * pool * (sodium - self.sodium_at_rest) / self.pump_time
        charge = (
            current
            - pump
            + by_sodium * sodium_reversal
            + by_potassium * (self.potassium_reversal + potassium_shift)
            + others_charge
        )
        conductance = by_sodium + by_potassium + by_others
        entry = by_sodium * (sodium_reversal - potential) / pool
        settled = charge / conductance
        potential = settled + (potential - settled) * math.exp(-conductance * step_s / self.capacitance)
        cleared = self.sodium_without_entry + entry * self.pump_time
        sodium = cleared + (sodium - cleared) * math.exp(-step_s / self.pump_time)
        return potential, fast_gate, persistent_gate, slow_gate, sodium

"""What theories speak about: the named states that a coupling may read, and the named inputs that it may move.

A *situation* is what nerve and muscle find themselves in at the moment of a test, a minute of a race, or a night: one
number for each person and each state below. Every state is written so that a rested person in a cool room has the value
``at_rest`` exactly; so a theory whose states are at rest changes nothing, to the last bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cramplab.core.errors import Fault, did_you_mean
from cramplab.core.theory import Theory


@dataclass(frozen=True)
class State:
    """A named state of body, muscle, bench or person.

    Parameters
    ----------
    unit
        In which laws receive it.
    words
        What it is.
    at_rest
        Its value in a rested person on whom nothing was done.
    low, high
        Between which every law must give a finite answer.
    """

    unit: str
    words: str
    at_rest: float = 0.0
    low: float = -1.0
    high: float = 1.0


@dataclass(frozen=True)
class PoolPort:
    """A named input of nerve or muscle that a coupling may move.

    Parameters
    ----------
    unit
        Of the input.
    neutral
        What changes nothing.
    low, high
        Beyond which it is not taken.
    words
        What it is.
    """

    unit: str
    neutral: float
    low: float
    high: float
    words: str


STATES: Mapping[str, State] = {
    # From the body, in the muscle that is tested or that works.
    "fatigue": State("1", "share of the muscle's force that is lost", low=0.0),
    "interstitial_sodium_change": State(
        "mmol/L", "sodium around the muscle's cells and nerve endings, from rest", 0.0, -50, 50
    ),
    "interstitial_potassium_change": State("mmol/L", "potassium there, from rest", 0.0, -3, 10),
    "ionised_calcium_change": State("mmol/L", "free calcium in plasma and interstitium, from rest"),
    "magnesium_change": State("mmol/L", "magnesium in plasma and interstitium, from rest"),
    "plasma_sodium_change": State("mmol/L", "sodium in plasma, from rest", 0.0, -50, 50),
    "osmolality_change": State("mosmol/L", "effective osmolality of plasma, from rest", 0.0, -100, 100),
    "interstitial_volume_change": State("1", "fluid around the muscle's cells, share gained or lost"),
    "body_mass_change": State("1", "share of the body mass gained or lost"),
    "ph_change": State("1", "acidity of the muscle's cells, from rest (negative: more acid)"),
    "oxygen_shortfall": State("1", "share of the wanted oxygen that the blood cannot bring", low=0.0),
    "arousal": State("1", "catecholamines, from 0 at rest to 1 at the highest effort", low=0.0),
    "muscle_temperature_change": State("K", "of the muscle, from rest", 0.0, -25, 10),
    # From what is done on the bench.
    "fibre_length": State("1", "length of the muscle's fibres in optimal lengths", 1.0, 0.3, 2.0),
    "pain": State("1", "pain from the muscle, 0 to 1", low=0.0),
    "strong_taste": State("1", "something sharp, sour or salty in the mouth, 0 to 1", low=0.0),
    "recent_cramp": State("1", "1 just after a cramp of the same muscle, 0 if there was none for long", low=0.0),
    # From the person.
    "cramp_history": State("1", "-1 never cramps, 0 unknown or average, 1 prone to cramps"),
    "medicine": State("1", "any medicine at work, 0 or 1: lets a coupling speak of takers alone", low=0.0),
    "beta_agonist": State("1", "level of an inhaled beta agonist, 1 at the usual dose", 0.0, 0.0, 5.0),
    "stimulant": State("1", "level of caffeine or amphetamine, 1 at the studied dose", 0.0, 0.0, 5.0),
    "sodium_channel_blocker": State(
        "1", "level of a blocker of sodium channels (mexiletine), 1 at the usual dose", 0.0, 0.0, 5.0
    ),
}
"""All that a law may read."""

PORTS: Mapping[str, PoolPort] = {
    "motor_pool.persistent_gain": PoolPort("1", 1.0, 0.3, 2.0, "gain of the persistent inward current"),
    "motor_pool.volley_gain": PoolPort("1", 1.0, 0.0, 3.0, "gain of spindle (Ia) volleys on the motor neurons"),
    "motor_pool.tendon_organ_gain": PoolPort("1", 1.0, 0.0, 2.0, "gain of tendon-organ (Ib) inhibition"),
    "motor_pool.terminal_shift": PoolPort("mV", 0.0, -10.0, 20.0, "effective depolarisation of the axons' terminals"),
    "motor_pool.resting_drive": PoolPort("S", 0.0, 0.0, 1e-7, "steady excitation of the motor neurons"),
    "motor_pool.taste_inhibition": PoolPort("S", 0.0, 0.0, 1e-6, "inhibition of the motor neurons by a strong taste"),
    "motor_pool.potassium_excess": PoolPort("mmol/L", 0.0, 0.0, 12.0, "potassium above rest that small fibres feel"),
    "motor_pool.hydrogen_excess": PoolPort("mmol/L", 0.0, 0.0, 4e-4, "free acid above rest that small fibres feel"),
    "axon_surroundings.potassium": PoolPort("mmol/L", 4.2, 1.5, 15.0, "potassium around the axon"),
    "axon_surroundings.sodium": PoolPort("mmol/L", 142.0, 90.0, 190.0, "sodium around the axon, and ionic strength"),
    "axon_surroundings.calcium": PoolPort("mmol/L", 1.2, 0.4, 3.0, "free calcium around the axon"),
    "axon_surroundings.magnesium": PoolPort("mmol/L", 0.55, 0.1, 3.0, "free magnesium around the axon"),
}
"""All that a coupling may move. What theories do to the axon's surroundings becomes a shift of its terminal by the laws
of `cramplab.physiology.axon_surroundings`."""

WAYS = ("multiply", "add", "set")
"""How a coupling may act on its input."""


def faults_of_theory(theory: Theory, place: str = "") -> list[Fault]:
    """Give every coupling that leads from or to a name that does not exist, with the nearest names.

    And every one whose way of acting is not known, and every input that two couplings would set.
    """
    faults: list[Fault] = []
    setters: dict[str, str] = {}
    for coupling in theory.couplings:
        told = f"theory '{theory.name}', coupling to '{coupling.target}'"
        if coupling.target not in PORTS:
            remedy = did_you_mean(coupling.target, PORTS)
            faults.append(Fault(f"{told}: there is no such input", place, "an input of nerve or muscle", remedy))
        if coupling.how not in WAYS:
            faults.append(Fault(f"{told}: it cannot '{coupling.how}' an input", place, ", ".join(WAYS)))
        if coupling.how == "set" and coupling.target in setters:
            both = f"'{setters[coupling.target]}' and '{coupling.basis}'"
            faults.append(Fault(f"{told}: two couplings set it, {both}", place, remedy="Leave one of them out"))
        if coupling.how == "set":
            setters[coupling.target] = coupling.basis
        for source in coupling.sources:
            if source not in STATES:
                remedy = did_you_mean(source, STATES)
                faults.append(Fault(f"{told}: no state named '{source}'", place, "a state of the situation", remedy))
    return faults

"""What is measured on single motor neurons, on a motor pool and on a muscle in the laboratory: names, units, meanings.

Behind each of these names may stand ``_change`` (last less first), ``_relative_change`` or ``_relative`` (both to the
first).
"""

from __future__ import annotations

from dataclasses import dataclass

from cramplab.core.errors import UserError, did_you_mean
from cramplab.core.laboratory_run import MEASURES as OF_A_RUN

LABORATORY_MEASURES: dict[str, tuple[str, str]] = {
    **OF_A_RUN,
    "cramp_incidence": ("%", "people who cramped, of all"),
    "peak_cramp_emg": ("uV", "highest root mean square of the EMG in the cramp"),
    "cramp_time_left": ("s", "how long a cramp went on after something was done to it"),
    "active_motor_units": ("%", "motor units that took part in the cramp, of all"),
    "voluntary_rate": ("imp/s", "discharge rate of a motor unit at the end of a voluntary contraction, mean"),
}
POOL_MEASURES: dict[str, tuple[str, str]] = {
    "input_resistance": ("mV/nA", "voltage over current at the soma of a motor neuron, mean over the pool"),
    "lowest_input_resistance": ("mV/nA", "the same, of the motor neuron in which it is lowest"),
    "highest_input_resistance": ("mV/nA", "the same, of the motor neuron in which it is highest"),
    "rheobase": ("nA", "current into the soma at the first spike, mean over the pool"),
    "lowest_rheobase": ("nA", "the same, of the motor neuron in which it is lowest"),
    "highest_rheobase": ("nA", "the same, of the motor neuron in which it is highest"),
    "rate_at_recruitment": ("imp/s", "rate over the first intervals of a motor unit, mean over the pool"),
    "frequency_current_gain": ("imp/s/nA", "rise of the rate with current, mean over the pool"),
    "afterhyperpolarisation_half_decay": ("ms", "time from rest through the trough to half its depth, mean"),
    "delta_f": ("imp/s", "paired-unit measure of the persistent inward current, mean over pairs"),
    "f_wave": ("%", "mean F wave over the largest M wave"),
    "largest_f_wave": ("%", "largest of the F waves over the largest M wave"),
    "h_reflex": ("%", "motor units that one volley discharges, of the pool"),
    "relaxation_rate_per_ten_degrees": ("1", "relaxation rate over that at ten degrees less"),
    "relaxation_rate": ("%", "relaxation rate over the rested one"),
    "relaxation_recovery_half_time": ("s", "in which half of the slowing of relaxation is undone"),
    "motor_strength_duration_time": ("us", "of motor axons, by the law of Weiss"),
    "sensory_strength_duration_time": ("us", "of sensory axons, by the law of Weiss"),
    "unit_twitch_force": ("mN", "peak force of a motor unit's twitch at the instrument, mean over the pool"),
    "unit_contraction_time": ("ms", "of a motor unit's twitch, mean over the pool"),
    "unit_half_relaxation_time": ("ms", "of a motor unit's twitch, mean over the pool"),
    "half_force_frequency": ("Hz", "stimulation frequency at half of a motor unit's tetanus, mean over the pool"),
    "muscle_contraction_time": ("ms", "of the twitch of the whole muscle"),
    "muscle_half_relaxation_time": ("ms", "of the twitch of the whole muscle"),
}
_RELATIONS = ("relative_change", "relative")


@dataclass(frozen=True)
class BenchReading:
    """A measure's name taken apart."""

    base: str
    change: bool
    relation: str

    @property
    def unit(self) -> str:
        """In which it is printed."""
        if self.relation:
            return "%" if self.relation == "relative_change" else "1"
        return (LABORATORY_MEASURES | POOL_MEASURES)[self.base][0]


def read_bench_measure(name: str, known: dict[str, tuple[str, str]]) -> BenchReading:
    """Take a measure's name apart.

    Raises
    ------
    UserError
        With the nearest name, if there is no such measure on the bench.
    """
    rest, relation = name, ""
    for each in _RELATIONS:
        if rest.endswith(f"_{each}") and rest not in known:
            relation, rest = each, rest.removesuffix(f"_{each}")
            break
    if rest in known:
        return BenchReading(rest, False, relation)
    base = rest.removesuffix("_change")
    if base in known and rest != base:
        return BenchReading(base, True, relation)
    raise UserError(f"No measure named '{name}' on the bench. {did_you_mean(base, known)}")

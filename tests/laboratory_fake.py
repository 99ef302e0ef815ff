"""A plausible laboratory run without the engine: a train, a cramp that goes on after it, a stretch that ends it.

The curves are drawn by hand formulas; nothing in them is a model of anything.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from cramplab.core.laboratory_run import (
    ECTOPIC,
    MEASURES,
    SERIES,
    SPINAL,
    STIMULUS,
    Event,
    LaboratoryRun,
    Measured,
    Trial,
)  # fmt: skip
from cramplab.core.results import Assumption

VALUES = {
    "cramp_threshold_frequency": 18.0, "cramp_duration": 15.0, "cramp_emg": 41.0, "motor_unit_discharge_rate": 14.5,
    "motor_unit_minimum_rate": 6.0, "motor_unit_maximum_rate": 25.0, "motor_unit_active_time": 11.0, "mvc_force": 28.7,
    "cramp_time_left": 4.0, "h_reflex_amplitude": 1.2, "h_reflex_share": 31.0, "m_wave_amplitude": 3.9,
    "f_wave_share": 1.1,
}  # fmt: skip


def make_laboratory_run(
    unit_count: int = 12, seed: int = 1, trains: int = 3, rate: float = 14.5, **changes: Any
) -> LaboratoryRun:
    """Give an invented ladder of a few trains, 20 s apart; the last one leaves a cramp."""
    random = np.random.default_rng(seed)
    trials = [
        Trial(14.0 + 2 * at, 5.0 + 20 * at, 7.0 + 20 * at, 15.0 if at == trains - 1 else 0.2, at == trains - 1)
        for at in range(trains)
    ]
    off = trials[-1].end_s
    end = off + 15.0
    duration = end + 10.0
    spikes: list[tuple[float, int, int]] = []
    for unit in range(unit_count):
        for trial in trials:
            pulses = np.arange(trial.start_s, trial.end_s, 1 / trial.frequency_hz)
            spikes += [(float(time), unit, STIMULUS) for time in pulses]
        own = np.cumsum(np.maximum(random.normal(1 / rate, 0.01, int(16 * rate)), 0.004)) + off
        spikes += [(float(time), unit, ECTOPIC if unit % 4 == 3 else SPINAL) for time in own[own < end]]
    spikes.sort()
    time_s = np.arange(0.05, duration, 0.1)
    train = sum((time_s >= each.start_s) & (time_s < each.end_s) for each in trials) * 1.0
    cramping = ((time_s >= off) & (time_s < end)) * 1.0
    active = np.maximum(train, cramping)
    shapes = {
        "force": 28 * active, "force_share": 0.8 * active, "emg": 0.4 * active + 0.002, "emg_share": 41 * active,
        "fibre_length": 0.75 + 0.5 * ((time_s >= end) & (time_s < end + 5)), "stimulation": 18 * train,
        "primary_afferent_rate": 20 - 15 * active, "spinal_tone": 0.2 + 0.5 * cramping, "renshaw": 0.1 * active,
        "tendon_organ_rate": 60 * active, "motor_unit_rate": rate * active, "active_units": active,
        "cramping": cramping, "voluntary_drive": 0 * time_s, "secondary_afferent_rate": 12 - 5 * active,
    }  # fmt: skip
    assert set(shapes) == set(SERIES)
    ranks = np.arange(unit_count) / max(unit_count - 1, 1)
    given: dict[str, Any] = {
        "protocol": "threshold_2_s_trains", "muscle": "flexor_hallucis_brevis", "person": "reference", "seed": seed,
        "step_s": 0.0001, "duration_s": duration, "time_s": time_s, "series": shapes,
        "spike_time_s": [each[0] for each in spikes], "spike_unit": [each[1] for each in spikes],
        "spike_origin": [each[2] for each in spikes],
        "units": {"twitch_force": 0.01 * 30**ranks, "contraction_time": 0.09 * 0.4**ranks,
                  "emg_amplitude": 0.02 * 20**ranks, "stands_for": np.ones(unit_count)},
        "trials": tuple(trials),
        "events": (Event(off, end, "cramp", "the muscle goes on by itself"),
                   Event(end, end + 5.0, "stretch", "stretched to 1.25 optimal lengths")),
        "measures": {name: Measured(VALUES[name], unit, words) for name, (unit, words) in MEASURES.items()},
        "assumptions": (
            Assumption("motor_terminal.gain", "gain of nothing", 2.0, "mV", origin="chosen"),
            Assumption("motor_neuron.size", "size <of> a neuron", 1.5, "nF", origin="read", source="somebody2026"),
            Assumption("spindle.rate", "rate at rest", 9.0, "imp/s", origin="remembered", source="somebody2026"),
        ),
        "notes": ("An invented record.",), "versions": {"cramplab": "0.1.0", "numpy": "2.2.0"},
    }  # fmt: skip
    return LaboratoryRun(**(given | changes))


PROTOCOL = {
    "key": "threshold_2_s_trains",
    "about": "A ladder, invented for a test.",
    "muscle": "flexor_hallucis_brevis",
    "sources": {"somebody2026": "Somebody A. A Journal 2026."},
    "steps": ["length: short", "threshold ladder: start 14 Hz, step 2 Hz"],
}
SOURCES = {"somebody2026": "Somebody A. A Journal 2026."}

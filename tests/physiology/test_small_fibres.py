"""Groups III and IV: neutral at rest, and each effect with its sign."""

from __future__ import annotations

import dataclasses

import numba
import numpy as np
import pytest

from cramplab.physiology.small_fibres import SmallFibres

FIBRES = SmallFibres()
RECORD = SmallFibres.records(1)[0]
CALLS = {
    "step": (0.2, 3.0, 4e-5, 0.3, 0.002),
    "presynaptic_inhibition": (0.4, 0.3),
    "facilitation": (0.4,),
    "voluntary_inhibition": (0.4,),
    "stretch_inhibition": (0.5 * (FIBRES.stretch_begins + FIBRES.stretch_full), 0.1),
}


def settled(potassium=0.0, hydrogen=0.0, pain=0.0):
    return FIBRES.step(0.0, potassium, hydrogen, pain, 1000.0)


def test_at_rest_everything_is_exactly_neutral():
    activity = FIBRES.step(0.0, 0.0, 0.0, 0.0, 0.002)
    assert activity == 0.0
    assert FIBRES.presynaptic_inhibition(activity, 0.0) == 0.0
    assert FIBRES.facilitation(activity) == 0.0
    assert FIBRES.voluntary_inhibition(activity) == 0.0


def test_a_stretch_inhibits_from_its_threshold_on_and_for_as_long_as_it_is_held():
    begins, full = FIBRES.stretch_begins, FIBRES.stretch_full
    by_length = [FIBRES.stretch_inhibition(length, 0.0) for length in np.linspace(0.7, begins, 5)]
    assert by_length == [0.0] * 5
    within = [FIBRES.stretch_inhibition(length, 0.0) for length in np.linspace(begins, full, 5)]
    assert np.all(np.diff(within) > 0)
    assert within[2] == pytest.approx(FIBRES.stretch_conductance / 2)
    assert FIBRES.stretch_inhibition(full, 0.0) == FIBRES.stretch_inhibition(1.5, 0.0) == FIBRES.stretch_conductance


def test_less_potassium_or_acid_than_at_rest_excites_nothing():
    assert settled(potassium=-2.0, hydrogen=-1e-5) == 0.0


@pytest.mark.parametrize(
    "alone",
    [{"potassium": FIBRES.half_potassium}, {"hydrogen": FIBRES.half_hydrogen}, {"pain": FIBRES.half_pain}],
)
def test_each_stimulus_alone_excites_by_half_at_its_half(alone):
    assert settled(**alone) == pytest.approx(0.5)


def test_stimuli_add_up_before_they_excite():
    both = settled(potassium=FIBRES.half_potassium / 2, hydrogen=FIBRES.half_hydrogen / 2)
    assert both == pytest.approx(0.5)
    assert both > 2 * settled(potassium=FIBRES.half_potassium / 2)


def test_the_potassium_of_hard_work_alone_excites_few_fibres():
    # Four millimoles per litre above rest is what a graded knee extension brings.
    assert settled(potassium=4.0) < 0.15


def test_the_step_is_exact_at_any_length():
    activity = 0.0
    for _ in range(2500):
        activity = FIBRES.step(activity, 0.0, 0.0, 1.0, 0.002)
    assert activity == pytest.approx(FIBRES.step(0.0, 0.0, 0.0, 1.0, 5.0), rel=1e-9)
    assert 0.0 < activity < settled(pain=1.0) < 1.0


def test_pain_facilitates_and_takes_primary_input_and_voluntary_drive_away():
    activity = settled(pain=1.0)
    assert FIBRES.facilitation(activity) > 0.0
    assert 0.0 < FIBRES.presynaptic_inhibition(activity, 0.0) < 1.0
    assert 0.0 < FIBRES.voluntary_inhibition(activity) < 1.0


def test_force_alone_acts_before_the_synapse():
    assert FIBRES.presynaptic_inhibition(0.0, 1.0) == pytest.approx(FIBRES.presynaptic_by_force)
    assert FIBRES.presynaptic_inhibition(0.0, 3.0) == FIBRES.presynaptic_inhibition(0.0, 1.0)
    assert FIBRES.presynaptic_inhibition(0.0, -1.0) == 0.0


@pytest.mark.parametrize("method", CALLS)
def test_compiled_is_as_plain(method):
    compiled = numba.njit(getattr(SmallFibres, method))
    assert compiled(RECORD, *CALLS[method]) == pytest.approx(getattr(FIBRES, method)(*CALLS[method]), rel=1e-12)


@pytest.mark.parametrize("field", [each.name for each in dataclasses.fields(SmallFibres)])
def test_every_parameter_moves_an_answer(field):
    def answers(fibres):
        return [*np.hstack([getattr(fibres, method)(*arguments) for method, arguments in CALLS.items()])]

    changed = dataclasses.replace(FIBRES, **{field: getattr(FIBRES, field) * 1.05})
    assert answers(changed) != answers(FIBRES)

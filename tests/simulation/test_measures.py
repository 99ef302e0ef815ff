"""Measures on traces made by hand, with answers that can be told in the head."""

from __future__ import annotations

import numpy as np
import pytest

from cramplab.core.errors import UserError
from cramplab.core.protocol import Segment
from cramplab.core.quantities import unit
from cramplab.simulation.assembly import quantity_ports
from cramplab.simulation.measures import (
    BEYOND_TRACE,
    MEASURES,
    Window,
    combine,
    loss_of,
    nguyen_kurtz,
    quantities_needed,
    read_measure,
    take,
    window_of,
)
from cramplab.simulation.timeline import Trace

HOUR = 3600.0
SEGMENTS = (
    Segment("before", "rest", HOUR),
    Segment("run", "exercise", 2 * HOUR),
    Segment("drink", "drink", HOUR),
    Segment("late", "rest", HOUR),
)


def trace(**series) -> Trace:
    """Two people, five hourly rows after the start; the second person is still in the last hour of the run."""
    seconds = np.full((6, 2), HOUR)
    seconds[0] = 0.0
    seconds[3, 1] = 0.0
    wide = {
        name: np.stack([np.asarray(each, dtype=float)] * 2, axis=1) if np.ndim(each) == 1 else np.asarray(each)
        for name, each in series.items()
    }
    return Trace(wide, seconds, ((1, 1), (2, 3), (4, 4), (5, 5)), SEGMENTS, np.zeros(2, bool), {})


def value(name, made, begin="", end=""):
    reading = read_measure(name)
    return take(made, reading, window_of(made, reading, begin, end))


@pytest.mark.parametrize(
    ("name", "base", "peak", "change", "relation"),
    [
        ("core_temperature", "core_temperature", False, False, ""),
        ("peak_core_temperature", "core_temperature", True, False, ""),
        ("plasma_sodium_change", "plasma_sodium", False, True, ""),
        ("peak_plasma_lactate_change", "plasma_lactate", True, True, ""),
        ("body_mass_change", "body_mass_change", False, False, ""),
        ("sweat_rate_relative", "sweat_rate", False, False, "relative"),
        ("sweat_rate_relative_change", "sweat_rate", False, False, "relative_change"),
        ("plasma_volume_change_per_mass_loss", "plasma_volume", False, True, "per_mass_loss"),
        ("core_temperature_per_litre_lost", "core_temperature", False, False, "per_litre_lost"),
        ("rectal_temperature_change", "core_temperature", False, True, ""),
        ("serum_sodium", "plasma_sodium", False, False, ""),
    ],
)
def test_a_name_is_taken_apart(name, base, peak, change, relation):
    reading = read_measure(name)
    assert (reading.base, reading.peak, reading.change, reading.relation) == (base, peak, change, relation)


def test_a_misspelt_measure_is_answered_with_the_nearest_name():
    with pytest.raises(UserError, match=r"No measure named 'core_temperatur_change'.*core_temperature"):
        read_measure("core_temperatur_change")


def test_every_measure_reads_quantities_that_exist_in_their_unit():
    ports = quantity_ports()
    for name, measure in MEASURES.items():
        assert set(measure.quantities) <= set(ports), name
        unit(measure.unit)
        if measure.how in ("level", "rise"):
            own, made = unit(measure.unit).dimensions, unit(ports[measure.quantities[0]].unit).dimensions
            # Osmolality per kilogram and per litre of water are taken as one.
            assert own == made or name.endswith("osmolality"), name
    for written, _ in BEYOND_TRACE.values():
        unit(written)


def test_a_level_is_the_value_at_the_end():
    made = trace(core_temperature=[37.0, 37.0, 38.0, 39.5, 38.5, 37.5])
    assert value("core_temperature", made).tolist() == [37.5, 37.5]
    assert value("core_temperature", made, end="run").tolist() == [39.5, 39.5]


def test_a_change_counts_from_the_row_before_the_window():
    made = trace(core_temperature=[36.0, 37.0, 38.0, 39.5, 38.5, 37.5])
    assert value("core_temperature_change", made).tolist() == [1.5, 1.5]
    assert value("core_temperature_change", made, begin="run", end="run").tolist() == [2.5, 2.5]
    assert value("core_temperature_change", made, begin="drink").tolist() == [-2.0, -2.0]


def test_a_peak_is_the_highest_in_the_window():
    made = trace(core_temperature=[40.0, 37.0, 38.0, 39.5, 38.5, 37.5])
    assert value("peak_core_temperature", made).tolist() == [39.5, 39.5]
    assert value("peak_core_temperature", made, begin="late").tolist() == [37.5, 37.5]
    assert value("peak_core_temperature_change", made, begin="run", end="run").tolist() == [2.5, 2.5]


def test_a_change_of_plasma_volume_is_relative_to_its_start():
    made = trace(plasma_volume_share=[1.0, 0.8, 0.6, 0.4, 0.6, 0.6])
    np.testing.assert_allclose(value("plasma_volume_change", made, begin="run", end="run"), -0.5)


def test_sweat_rate_is_taken_over_work_and_by_the_time_spent_in_it():
    made = trace(sweat_loss=[0.0, 0.1, 1.1, 2.1, 2.2, 2.3])
    # Two litres in two hours; the second person was still for one of them.
    np.testing.assert_allclose(value("sweat_rate", made) * HOUR, [1.0, 2.0])


def test_urine_flow_is_taken_over_the_last_segment():
    made = trace(urine_volume=[0.0, 0.1, 0.2, 0.3, 0.5, 0.9])
    np.testing.assert_allclose(value("urine_flow", made) * HOUR, 0.4)


def test_urine_volume_counts_since_the_last_drink_began():
    made = trace(urine_volume=[0.0, 0.1, 0.2, 0.3, 0.5, 0.9])
    np.testing.assert_allclose(value("urine_volume", made), 0.6)
    np.testing.assert_allclose(value("urine_volume", made, begin="before", end="run"), 0.3)


def test_sweat_sodium_is_what_was_lost_over_what_was_sweated():
    made = trace(sweat_loss=[0.0, 0.5, 1.5, 2.5, 2.5, 2.5], sweat_sodium_total=[0.0, 9.0, 59.0, 89.0, 89.0, 89.0])
    np.testing.assert_allclose(value("sweat_sodium", made), 40.0)


def test_a_peak_content_is_the_highest_of_any_record():
    made = trace(sweat_loss=[0.0, 0.0, 1.0, 2.0, 2.0, 2.0], sweat_sodium_total=[0.0, 0.0, 50.0, 80.0, 80.0, 80.0])
    np.testing.assert_allclose(value("peak_sweat_sodium", made), 50.0)


def test_perfusion_is_a_mean_over_time_per_mass():
    made = trace(worked_muscle_blood_flow=[0, 0, 1.0, 3.0, 0, 0], worked_muscle_mass=[2.0] * 6)
    np.testing.assert_allclose(value("muscle_perfusion", made, begin="run", end="run"), [1.0, 0.5])


def test_emptying_is_what_was_drunk_and_is_no_longer_in_the_stomach():
    made = trace(fluid_intake=[0, 0, 0, 0, 0.6, 0.6], stomach_volume=[0, 0, 0, 0, 0.4, 0.1])
    np.testing.assert_allclose(value("gastric_emptying_rate", made) * HOUR, 0.3)
    np.testing.assert_allclose(value("gastric_emptying_rate", made, begin="drink", end="drink") * HOUR, 0.2)


def test_restored_plasma_is_the_share_of_the_loss_that_came_back():
    made = trace(plasma_volume_share=[1.0, 1.0, 0.95, 0.9, 0.92, 0.96])
    np.testing.assert_allclose(value("plasma_volume_restoration", made, begin="run"), 0.6)


def test_phosphocreatine_recovers_by_63_per_cent_at_the_time_between_two_records():
    made = trace(worked_phosphocreatine=[20.0, 20.0, 10.0, 10.0, 15.26, 20.0])
    # 63.2 % of the lost 10 is 6.32: 1.06 of the 4.74 of the second hour.
    np.testing.assert_allclose(value("phosphocreatine_recovery_time", made), HOUR * (1.0 + 1.06 / 4.74), rtol=1e-9)


def test_phosphocreatine_that_does_not_recover_has_no_time():
    made = trace(worked_phosphocreatine=[20.0, 20.0, 10.0, 10.0, 11.0, 12.0])
    assert np.isnan(value("phosphocreatine_recovery_time", made)).all()


def test_mass_lost_is_told_as_a_share_and_in_litres():
    made = trace(
        body_mass_change=[0, -0.01, -0.02, -0.04, -0.03, -0.02],
        body_mass_loss=[0, 0.7, 1.4, 2.8, 2.1, 1.4],
        core_temperature=[37.0] * 6,
    )
    for name, wanted in (
        ("core_temperature_change_per_mass_loss", 0.04),
        ("core_temperature_change_per_litre_lost", 2.8),
    ):
        reading = read_measure(name)
        np.testing.assert_allclose(loss_of(made, reading, window_of(made, reading, "", "run")), wanted)
        assert set(quantities_needed(reading)) <= set(made.series)


def test_windows_span_from_the_row_before_the_first_to_the_last():
    made = trace(core_temperature=[37.0] * 6)
    reading = read_measure("core_temperature")
    assert window_of(made, reading, "", "") == Window(0, 5)
    assert window_of(made, reading, "run", "drink") == Window(1, 4)
    assert window_of(made, read_measure("sweat_rate"), "", "") == Window(1, 3)
    assert window_of(made, read_measure("urine_flow"), "", "") == Window(4, 5)
    assert window_of(made, read_measure("fluid_intake"), "", "") == Window(3, 5)


@pytest.mark.parametrize(("begin", "end"), [("nowhere", ""), ("", "nowhere")])
def test_a_window_of_a_segment_that_is_not_there_is_refused(begin, end):
    with pytest.raises(UserError, match="No segment named 'nowhere'"):
        window_of(trace(core_temperature=[37.0] * 6), read_measure("core_temperature"), begin, end)


def test_groups_are_combined_as_a_paper_does():
    one, two = np.array([1.0, 3.0]), np.array([4.0, np.nan])
    assert combine(read_measure("core_temperature"), [one], []) == 2.0
    assert combine(read_measure("core_temperature"), [one, two], []) == 2.0
    assert combine(read_measure("sweat_rate_relative"), [one, two], []) == 2.0
    assert combine(read_measure("sweat_rate_relative_change"), [one, two], []) == 1.0
    per_loss = read_measure("core_temperature_per_mass_loss")
    assert combine(per_loss, [one], [np.array([0.02, 0.02])]) == 100.0
    # Between two arms: difference over difference of losses.
    np.testing.assert_allclose(combine(per_loss, [one, two], [np.array([0.02]), np.array([0.06])]), 2.0 / 0.04)


def test_nguyen_and_kurtz_agrees_with_its_published_arrangement():
    """Sodium is 1.03 (Na + K) / water - 23.8 before and after, so exchangeable cations follow from the first."""
    sodium, water, cations, gained = 140.0, 40.0, -150.0, -2.5
    exchangeable = (sodium + 23.8) * water / 1.03
    after = 1.03 * (exchangeable + cations) / (water + gained) - 23.8
    np.testing.assert_allclose(nguyen_kurtz(sodium, water, cations, gained), after, rtol=1e-14)


def test_nguyen_and_kurtz_leaves_sodium_where_it_is_when_gain_is_isonatric():
    """Gained water with (sodium + 23.8) / 1.03 of cations per litre changes nothing."""
    np.testing.assert_allclose(nguyen_kurtz(140.0, 40.0, 2.0 * (140.0 + 23.8) / 1.03, 2.0), 140.0, rtol=1e-14)


def test_a_litre_of_water_dilutes_a_small_body_more():
    # 163.8 x (1/51 - 1/50) x 50 and x 25/26, by hand.
    np.testing.assert_allclose(nguyen_kurtz(140.0, 50.0, 0.0, 1.0) - 140.0, -163.8 / 51.0, rtol=1e-12)
    np.testing.assert_allclose(nguyen_kurtz(140.0, 25.0, 0.0, 1.0) - 140.0, -163.8 / 26.0, rtol=1e-12)

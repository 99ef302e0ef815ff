"""Limits as data: all there, each with its source, and a user's file may tighten them and never loosen them."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cramplab.core.errors import FaultsFoundError
from cramplab.safety import limits as module
from cramplab.safety.limits import ACTIONS, ORIGINS, load_limits

PACKAGED = load_limits()
VALUES = {
    "no_mass_gain": (0.0, "kg", "refuse"),
    "share_of_sweat": (0.80, "1", "cap"),
    "low_end_of_sweat": (0.05, "1", "cap"),
    "hourly_default": (0.8, "L/h", "cap"),
    "hourly_absolute": (1.42, "L/h", "refuse"),
    "daily_absolute": (11.4, "L", "refuse"),
    "drink_sodium": (50.0, "mmol/L", "cap"),
    "plasma_sodium_line": (135.0, "mmol/L", "refuse"),
    "plasma_sodium": (0.01, "1", "refuse"),
    "chance_of_mass_gain": (0.05, "1", "refuse"),
    "long_event": (4.0, "h", "switch_to_thirst"),
    "longest_known": (6.0, "h", "unknown"),
    "hottest_known": (40.0, "degC", "unknown"),
    "youngest_known": (18.0, "y", "unknown"),
    "wbgt_stop": (33.3, "degC WBGT", "refuse"),
}


def written(tmp_path, text: str):
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def one(name: str, value: object, more: str = "") -> str:
    return f'[[limit]]\nid = "{name}"\nvalue = {value}\n{more}\n'


def faults_of(tmp_path, text: str) -> tuple[str, ...]:
    with pytest.raises(FaultsFoundError) as found:
        load_limits(written(tmp_path, text))
    assert found.value.exit_code == 2
    return tuple(str(fault) for fault in found.value.faults)


@pytest.mark.parametrize("name", VALUES)
def test_the_numbers_that_plans_are_held_to(name):
    limit = PACKAGED[name]
    assert (limit.value, limit.unit, limit.action) == VALUES[name]
    assert not limit.tightened


@pytest.mark.parametrize("limit", PACKAGED.values(), ids=lambda limit: limit.id)
def test_every_limit_is_whole(limit):
    assert math.isfinite(limit.value)
    assert limit.action in ACTIONS
    assert limit.origin in ORIGINS
    assert limit.rule.endswith(".")
    assert limit.source
    assert limit.status
    assert limit.tighter in ("lower", "higher")
    assert not limit.is_looser(limit.furthest), "the far end has to be on the strict side"
    assert limit.within == "" or not PACKAGED[limit.within].is_looser(limit.value)
    # What was read has a place where anybody can read it; what was chosen says so.
    assert limit.url or limit.origin != "read"
    assert ("choice" in limit.status) or limit.origin != "chosen"


def test_fluid_limits_stand_in_order():
    assert PACKAGED["hourly_default"].value < PACKAGED["hourly_absolute"].value < PACKAGED["daily_absolute"].value
    losses = [PACKAGED[name].value for name in ("mass_loss_target", "mass_loss_warn", "mass_loss_severe")]
    assert losses == sorted(losses)


def test_limits_that_were_rounded_up_say_so():
    fluid_ounce_L, quart_L = 0.0295735296, 0.946352946
    for name, exact in (("hourly_absolute", 48 * fluid_ounce_L), ("daily_absolute", 12 * quart_L)):
        assert PACKAGED[name].value == pytest.approx(exact, rel=0.005)
        assert PACKAGED[name].value <= exact or "rounded up" in PACKAGED[name].status


@pytest.mark.parametrize(
    ("degrees_F", "words"),
    [(75.0, "usual"), (82.1, "caution"), (87.1, "2 h"), (90.1, "1 h"), (92.0, "no activity"), (110.0, "no activity")],
)
def test_the_heat_bands_are_those_of_the_policy(degrees_F, words):
    assert words in PACKAGED.band((degrees_F - 32.0) / 1.8).words


def test_a_band_is_found_for_any_cold():
    assert PACKAGED.band(-80.0) is PACKAGED.bands[0]
    assert [each.from_C for each in PACKAGED.bands] == sorted(each.from_C for each in PACKAGED.bands)


@given(data=st.data())
def test_a_users_file_tightens_and_never_loosens(tmp_path_factory, data):
    limit = data.draw(st.sampled_from(list(PACKAGED.values())))
    low, high = sorted((limit.value, limit.furthest))
    value = data.draw(st.floats(low - 1.0 - abs(low), high + 1.0 + abs(high)))
    path = written(tmp_path_factory.mktemp("own"), one(limit.id, repr(value)))
    if low <= value <= high:
        found = load_limits(path)
        assert found[limit.id].value == value
        assert found[limit.id].tightened == (value != limit.value)
        assert found[limit.id].shipped == limit.value
        for name, other in PACKAGED.items():
            assert not other.is_looser(found[name].value)
    else:
        with pytest.raises(FaultsFoundError):
            load_limits(path)


def test_all_faults_are_told_at_once_with_line_range_and_nearest_name(tmp_path):
    text = (
        one("hourly_absolut", 1.0)
        + one("hourly_default", 0.9)
        + one("youngest_known", '"old"')
        + one("long_event", 3.0, 'unit = "min"')
        + one("single_drink", "nan")
        + one("hottest_known", "true")
        + one("wbgt_stop", 30.0, "colour = 1")
    )
    told = faults_of(tmp_path, text)
    joined = "\n".join(told)
    assert "own.toml, line 2" in told[0]
    assert "'hourly_absolute'" in told[0]
    assert "looser than the 0.8" in joined
    assert "0 to 0.8 L/h" in joined
    assert "18 to 100 y" in joined
    assert "higher" in joined
    assert "'h', the unit of this limit" in joined
    for name in ("hourly_absolut", "hourly_default", "youngest_known", "long_event", "single_drink", "hottest_known"):
        assert f"limit '{name}'" in joined
    assert "Unknown key 'colour'" in joined


@pytest.mark.parametrize(
    "text",
    ["", "schema = 2\n", "[limit]\nid = 'long_event'\n", "limits = 3\n", "[[limit]]\nvalue = 3\n",
     one("long_event", 3.0) + one("long_event", 2.0), '[[limit]]\nid = "long_event"\n', "[[limit\n",
     one("long_event", "-1.0"), one("plasma_sodium_line", 200.0), one("long_event", "inf")],
)  # fmt: skip
def test_a_file_that_says_nothing_sound_is_refused(tmp_path, text):
    assert faults_of(tmp_path, text)


def test_a_missing_file_is_the_users_fault(tmp_path):
    with pytest.raises(FaultsFoundError):
        load_limits(tmp_path / "nowhere.toml")


def test_a_stricter_absolute_limit_takes_the_default_along(tmp_path):
    found = load_limits(written(tmp_path, one("hourly_absolute", 0.5)))
    assert found["hourly_default"].value == 0.5
    assert found["hourly_default"].tightened
    assert found["hourly_default"].reason == "follows hourly_absolute"
    assert load_limits()["hourly_default"].value == 0.8


def test_unit_and_reason_of_a_users_file(tmp_path):
    found = load_limits(written(tmp_path, "schema = 1\n" + one("long_event", 3, 'unit = "h"\nreason = "club rule"')))
    assert (found["long_event"].value, found["long_event"].reason) == (3.0, "club rule")
    assert list(found) == list(PACKAGED)
    assert found.bands == PACKAGED.bands


def test_reading_changes_nothing_that_is_shared(tmp_path):
    before = dict(PACKAGED)
    load_limits(written(tmp_path, one("long_event", 1.0)))
    assert dict(load_limits()) == before


def test_a_slip_in_the_packaged_file_does_not_pass(tmp_path, monkeypatch):
    text = module._PACKAGED.read_text(encoding="utf-8").replace('action = "refuse"', 'action = "refused"', 1)
    monkeypatch.setattr(module, "_PACKAGED", written(tmp_path, text))
    with pytest.raises(ValueError, match="no_mass_gain"):
        module._packaged.__wrapped__()


def test_looser_is_the_other_way_where_higher_is_stricter():
    age, hours = PACKAGED["youngest_known"], PACKAGED["long_event"]
    assert age.is_looser(17.0)
    assert not age.is_looser(21.0)
    assert hours.is_looser(5.0)
    assert not replace(hours, value=5.0).is_looser(5.0)

"""The compiled loop over motor neurons: its noise, its judge in JAX, its step, and that nobody's neighbours matter."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import jax
import jax.numpy as jnp
import numba
import numpy as np
import pytest

from cramplab.physiology.motor_neuron import MotorNeuron
from cramplab.simulation.counter_noise import threefry
from cramplab.simulation.pool_oracle import make_runner, ready_properties, threefry_words
from cramplab.simulation.pool_run import run_pools
from cramplab.simulation.pool_step import (
    LANES,
    STATES,
    draw_noise,
    fast_exp,
    flush,
    groups_of,
    lay_out_properties,
    resting_state,
    shared_factors,
    step_block,
)

ROOT = Path(__file__).resolve().parents[2]
UNITS, INPUT_MS = 43, 0.4
MASK = 0xFFFFFFFF


@cache
def pool(people: int = 1, units: int = UNITS) -> dict[str, np.ndarray]:
    made = MotorNeuron().of_pool(np.linspace(0.0, 1.0, units), slow_share=0.5, resistant_share=0.375)
    return {name: np.tile(values, (people, 1)) for name, values in made.items()}


def ramp(seconds: float, excitation: float = 0.0, current: float = 0.0, input_ms: float = INPUT_MS):
    rising = np.linspace(0.0, 1.0, round(1e3 * seconds / input_ms))
    return rising * excitation, rising * current


def judged(people: int, seconds: float, number, **course) -> np.ndarray:
    excitation, current = ramp(seconds, **course)
    spikes = make_runner(MotorNeuron(), 0.1, 4, number)(
        ready_properties(pool(people), 0.1, number), jnp.arange(people, dtype=jnp.uint32), jnp.uint32(1),
        jnp.asarray(excitation, number), jnp.asarray(current, number),
    )  # fmt: skip
    return np.asarray(spikes).transpose(1, 0, 2)


# ----------------------------------------------------------------------------------------------------------- the noise
def threefry_by_hand(key: tuple[int, int], counter: tuple[int, int], rounds: int) -> tuple[int, int]:
    """Salmon and others (2011), in Python's own integers."""
    left = (13, 15, 26, 6, 17, 29, 16, 24)
    keys = (*key, key[0] ^ key[1] ^ 0x1BD11BDA)
    x, y = (counter[0] + keys[0]) & MASK, (counter[1] + keys[1]) & MASK
    for k in range(rounds):
        x = (x + y) & MASK
        y = ((y << left[k % 8]) | (y >> (32 - left[k % 8]))) & MASK
        y ^= x
        if k % 4 == 3:
            x = (x + keys[(k // 4 + 1) % 3]) & MASK
            y = (y + keys[(k // 4 + 2) % 3] + k // 4 + 1) & MASK
    return x, y


def test_threefry_by_hand_gives_the_published_words():
    # The known answers that its authors give for the variant with 20 rounds.
    assert threefry_by_hand((0, 0), (0, 0), 20) == (0x6B200159, 0x99BA4EFE)
    assert threefry_by_hand((MASK, MASK), (MASK, MASK), 20) == (0x1CB996FC, 0xBB002BE7)
    assert threefry_by_hand((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), 20) == (0xC4923A9C, 0x483DF7A0)


@pytest.mark.parametrize("words", [(0, 0, 0, 0), (MASK,) * 4, (7, 31, 400, 12), (0x13198A2E, 0x03707344, 5, 1)])
def test_threefry_is_that_of_its_authors_with_13_rounds(words):
    wanted = threefry_by_hand(words[:2], words[2:], 13)
    assert tuple(int(word) for word in threefry(*map(np.uint32, words))) == wanted
    assert tuple(int(word) for word in threefry_words(*map(jnp.uint32, words))) == wanted


def drawn(people: int, quartets: int, groups: int = 3) -> np.ndarray:
    noise = np.zeros((people, quartets, 4, groups * LANES), np.float32)
    for person in range(people):
        for quartet in range(quartets):
            draw_noise(noise[person, quartet].reshape(-1), groups, np.uint32(person), np.uint32(5), np.uint32(quartet))
    return noise


def test_noise_has_mean_zero_and_variance_one_and_no_memory():
    noise = drawn(8, 500).astype(float)
    few = 5.0 / np.sqrt(noise.size)
    assert abs(noise.mean()) < few
    assert abs(noise.var() - 1.0) < few
    assert np.abs(noise).max() < np.sqrt(3.0)
    course = noise.reshape(8, -1, noise.shape[-1])
    others = np.roll(noise, 1, axis=-1), np.roll(noise, 1, axis=0), np.roll(noise, 1, axis=1), np.roll(noise, 1, axis=2)
    for other in others:  # the neuron beside, the person before, the draw before
        assert abs((noise * other).mean()) < few
    assert abs((course[:, 1:] * course[:, :-1]).mean()) < few


def test_another_seed_or_key_is_another_noise():
    one = run_pools(MotorNeuron(), pool(), *ramp(0.5, excitation=0.4), seed=1)[0]
    assert (one == run_pools(MotorNeuron(), pool(), *ramp(0.5, excitation=0.4), seed=1)[0]).all()
    assert (one != run_pools(MotorNeuron(), pool(), *ramp(0.5, excitation=0.4), seed=2)[0]).any()
    keys = np.array([1], np.uint32)
    assert (one != run_pools(MotorNeuron(), pool(), *ramp(0.5, excitation=0.4), keys=keys)[0]).any()


# ---------------------------------------------------------------------------------------------------- no neighbours
def test_a_person_alone_and_in_a_crowd_fires_the_same_spikes_on_one_thread_or_two():
    course = ramp(1.0, excitation=0.5)
    crowd = run_pools(MotorNeuron(), pool(7), *course)
    assert crowd[0].sum() > 500
    for k in (0, 3, 6):
        alone = run_pools(MotorNeuron(), pool(), *course, keys=np.array([k], np.uint32))
        assert (alone[0][0] == crowd[0][k]).all()
        assert (alone[1][0] == crowd[1][k]).all()
    if numba.config.NUMBA_NUM_THREADS > 1:
        both = run_pools(MotorNeuron(), pool(7), *course, threads=2)
        assert (both[0] == crowd[0]).all()
        assert (both[1] == crowd[1]).all()


def test_the_length_of_an_input_changes_nothing_while_it_is_held():
    excitation = np.full(250, 0.3)
    by_four = run_pools(MotorNeuron(), pool(), excitation, 0.0 * excitation)[0].sum(axis=1)
    by_twenty = run_pools(MotorNeuron(), pool(), excitation[:50], 0.0 * excitation[:50], steps_per_input=20)[0].sum(
        axis=1
    )
    assert by_four.sum() > 20
    assert (by_four == by_twenty).all()


@pytest.mark.parametrize("units", [1, 15, 16, 17])
def test_places_behind_the_last_neuron_never_fire(units):
    raster, _ = run_pools(MotorNeuron(), pool(1, units), *ramp(0.3, current=60.0))  # raises if one did
    assert raster.shape[-1] == units
    assert raster.sum() > units


def test_what_has_all_but_died_away_is_set_to_zero():
    state = np.array([1e-20, -1e-19, 1e-17, -3.0, 0.0, 1e-40], np.float32)
    flush(state)
    assert (state == np.array([0.0, 0.0, 1e-17, -3.0, 0.0, 0.0], np.float32)).all()
    quiet = np.zeros(5 * 2500)
    _, rows = run_pools(MotorNeuron(), pool(), quiet, quiet)
    tiny = np.finfo(np.float32).tiny
    assert not ((rows != 0.0) & (np.abs(rows) < tiny)).any()


def test_an_antidromic_spike_makes_a_resting_neuron_fire_once():
    groups = groups_of(3)
    state, properties = resting_state(1, 3)[0], lay_out_properties(pool(1, 3), 0.1)[0]
    back, returned = np.zeros(LANES, np.float32), np.ones(LANES, np.float32)
    back[1] = 1.0
    none = np.float32(0.0)
    fired = step_block(
        state, properties, np.zeros(4 * LANES, np.float32), groups, shared_factors(MotorNeuron(), 0.1), np.uint32(0),
        np.uint32(1), np.uint32(0), 20, none, none, none, np.float32(1.0), none, none, back, returned,
    )  # fmt: skip
    assert fired == 1.0
    assert returned.tolist() == back.tolist()
    since = state.reshape(len(STATES), LANES)[STATES.index("since_spike")]
    assert since[1] == pytest.approx(1.9, abs=1e-4)
    assert (since[[0, 2]] > 1e3).all()


# ------------------------------------------------------------------------------------------------------------ the judge
def test_the_exponential_is_good_to_single_precision():
    x = np.linspace(-60.0, 60.0, 4001)
    given = np.array([fast_exp(np.float32(each)) for each in x])
    # The argument itself is known to single precision alone, which counts in proportion to it.
    wrong = np.abs(given / np.exp(x.astype(np.float32).astype(float)) - 1.0)
    assert (wrong < 3e-7 * np.maximum(np.abs(x), 1.0)).all()


@pytest.mark.parametrize("course", [{"excitation": 0.6}, {"current": 40.0}])
def test_the_loop_fires_as_the_same_equations_do_in_jax(course):
    ours = run_pools(MotorNeuron(), pool(6), *ramp(1.5, **course))[0]
    single = judged(6, 1.5, jnp.float32, **course)
    with jax.enable_x64(True):
        double = judged(6, 1.5, jnp.float64, **course)
    assert ours.sum() > 2000
    for other in (single, double):
        assert abs(int(other.sum()) / int(ours.sum()) - 1.0) < 0.01
        by_unit, wanted = ours.sum(axis=(0, 1)).astype(float), other.sum(axis=(0, 1))
        assert np.abs(by_unit - wanted).max() <= np.maximum(0.01 * wanted, 2.0).max()
        # Up to some first rounding that matters, every spike is the same.
        moved = np.flatnonzero((ours != other).any(axis=(0, 2)))
        first = moved[0] if moved.size else ours.shape[1]
        assert ours[:, :first].sum() > 20


def test_half_the_step_changes_counts_of_spikes_by_less_than_a_per_cent():
    people = 24
    # The noise of another step is another noise: the cohort is large enough for the mean.
    whole = run_pools(MotorNeuron(), pool(people), *ramp(2.0, current=40.0))[0]
    half = run_pools(MotorNeuron(), pool(people), *ramp(2.0, current=40.0), step_ms=0.05, steps_per_input=8)[0]
    assert abs(half.sum() / whole.sum() - 1.0) < 0.01
    by_unit = half.sum(axis=(0, 1)) / np.maximum(whole.sum(axis=(0, 1)), 1)
    assert np.abs(by_unit[whole.sum(axis=(0, 1)) > 200] - 1.0).max() < 0.02


def test_brian2_agrees():
    record = json.loads((ROOT / "docs" / "results" / "brian2_check.json").read_text(encoding="utf-8"))
    assert record["neurons"] >= 40
    assert abs(record["brian2_rate"] / record["rate"] - 1.0) < 0.01
    assert record["date"]
    assert record["commit"]

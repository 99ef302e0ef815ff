"""Random numbers that are a function of who and when: Threefry 2x32 with 13 rounds, after Salmon and others (2011).

A draw depends on person, neuron and time step alone. So it does not matter how many people are run together, on how
many threads, or in which order: each neuron meets the same noise.
"""

from __future__ import annotations

import numba
import numpy as np

_PARITY = np.uint32(0x1BD11BDA)
_U1, _U2, _U3 = np.uint32(1), np.uint32(2), np.uint32(3)
_LOW, _SIXTEEN = np.uint32(0xFFFF), np.uint32(16)
# A uniform number with mean 0 and variance 1 from 16 bits; increments of an Ornstein-Uhlenbeck process need no more.
_SCALE, _SHIFT = np.float32(2.0 * np.sqrt(3.0) / 65536.0), np.float32(np.sqrt(3.0) * (1.0 - 1.0 / 65536.0))


@numba.njit(inline="never")
def _mix(x0, x1, left):
    x0 = np.uint32(x0 + x1)
    right = np.uint32(32) - left
    return x0, np.uint32(np.uint32(np.uint32(x1 << left) | np.uint32(x1 >> right)) ^ x0)


@numba.njit
def threefry(key0, key1, counter0, counter1):
    """Give two words of 32 random bits for a key and a counter of two words each."""
    key2 = np.uint32(key0 ^ key1 ^ _PARITY)
    x0, x1 = np.uint32(counter0 + key0), np.uint32(counter1 + key1)
    x0, x1 = _mix(x0, x1, np.uint32(13))
    x0, x1 = _mix(x0, x1, np.uint32(15))
    x0, x1 = _mix(x0, x1, np.uint32(26))
    x0, x1 = _mix(x0, x1, np.uint32(6))
    x0, x1 = np.uint32(x0 + key1), np.uint32(x1 + key2 + _U1)
    x0, x1 = _mix(x0, x1, np.uint32(17))
    x0, x1 = _mix(x0, x1, np.uint32(29))
    x0, x1 = _mix(x0, x1, np.uint32(16))
    x0, x1 = _mix(x0, x1, np.uint32(24))
    x0, x1 = np.uint32(x0 + key2), np.uint32(x1 + key0 + _U2)
    x0, x1 = _mix(x0, x1, np.uint32(13))
    x0, x1 = _mix(x0, x1, np.uint32(15))
    x0, x1 = _mix(x0, x1, np.uint32(26))
    x0, x1 = _mix(x0, x1, np.uint32(6))
    x0, x1 = np.uint32(x0 + key0), np.uint32(x1 + key1 + _U3)
    x0, x1 = _mix(x0, x1, np.uint32(17))
    return x0, x1


@numba.njit
def two_uniforms(word):
    """Give two uniform numbers of mean 0 and variance 1 from one word (float32)."""
    first = np.float32(np.int32(word & _LOW)) * _SCALE - _SHIFT
    return first, np.float32(np.int32(word >> _SIXTEEN)) * _SCALE - _SHIFT

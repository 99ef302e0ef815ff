"""How speed and power go together on a bicycle and on foot: for one's own wind, and where power is unknown."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
AIR_DENSITY = 1.2  # kg/m^3
DRAG_AREA = 0.32  # m^2, upright rider with hands on the hoods
ROLLING = 0.005  # rolling resistance over weight
BICYCLE_MASS = 9.0  # kg
GRAVITY = 9.81  # m/s^2
WALK_TO_RUN = 1.9
"""Speed (m/s) above which people of usual size run rather than walk."""
RUNNING_POWER_PER_SPEED = 1.04  # W per kg and m/s, as foot pods and watches print it


def riding_power(speed: FloatArray, grade: FloatArray, mass: float) -> FloatArray:
    """Give the pedal power (W) that a speed on a slope takes without wind: air, rolling and climbing; never below 0.

    Parameters
    ----------
    speed : m/s
    grade : 1
    mass : kg
        Of the rider.
    """
    weight = (mass + BICYCLE_MASS) * GRAVITY
    return np.maximum((0.5 * AIR_DENSITY * DRAG_AREA * speed**2 + weight * (ROLLING + grade)) * speed, 0.0)


def riding_speed(power: FloatArray, mass: Any) -> FloatArray:
    """Give the speed (m/s) on the level that a pedal power (W) gives; Newton's method on the law of `riding_power`."""
    asked = np.maximum(power, 20.0)
    weight = (mass + BICYCLE_MASS) * GRAVITY
    drag = 0.5 * AIR_DENSITY * DRAG_AREA
    speed = np.full(np.broadcast_shapes(np.shape(asked), np.shape(weight)), 8.0)
    for _ in range(20):
        speed = speed - (drag * speed**3 + weight * ROLLING * speed - asked) / (3 * drag * speed**2 + weight * ROLLING)
    return speed


def running_speed_for_power(power: FloatArray, mass: float) -> FloatArray:
    """Give the speed on the level (m/s) whose power a running watch would print (W)."""
    return np.asarray(np.maximum(power, 0.0) / (RUNNING_POWER_PER_SPEED * mass))

"""Works out what a scenario's event demands over time: speed and grade, power, or heart rate on an even grid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from cramplab.core.errors import Fault, UserError
from cramplab.importers.activity import Activity, effort_on_grid, read_activity
from cramplab.importers.scenario import Scenario, scenario_place
from cramplab.importers.scenario_checks import LONGEST_EVENT_S
from cramplab.importers.track import FloatArray, duration_text
from cramplab.importers.weather import Weather, constant_weather, read_weather

EffortKind = Literal["pace", "power", "heart_rate"]
_SPORT_OF_FILE = {"running": "run", "cycling": "cycle", "biking": "cycle", "walking": "walk", "hiking": "walk"}
_SAME_EFFORT = 0.03  # a pace that differs by less leaves the recorded heart rate and power as good as before
_COLUMN = {"pace": "distance_m", "power": "power_W", "heart_rate": "heart_rate_bpm"}


@dataclass(frozen=True, eq=False)
class EventEffort:
    """The effort of an event; arrays have the shape (intervals,), dtype float64.

    Parameters
    ----------
    kind
        Which of the columns sets the effort; it has no NaN. The others are for show and may be NaN.
    time_s : s
        Start of each interval, from 0; the last one may be shorter than the step.
    duration_s : s
    speed_m_per_s : m/s
    grade : 1
        0 where the course tells no altitude.
    power_W : W
    heart_rate_bpm : 1/min
    distance_m : m
        At the end of each interval; NaN if unknown.
    bearing_deg : degrees
    altitude_m : m
    latitude_deg, longitude_deg : degrees
        Middle of the course, or None.
    notices : tuple of str
    source : str
    """

    kind: EffortKind
    time_s: FloatArray
    duration_s: float
    speed_m_per_s: FloatArray
    grade: FloatArray
    power_W: FloatArray
    heart_rate_bpm: FloatArray
    distance_m: FloatArray
    bearing_deg: FloatArray
    altitude_m: FloatArray
    latitude_deg: float | None
    longitude_deg: float | None
    notices: tuple[str, ...]
    source: str


def event_effort(scenario: Scenario, step_s: float = 10.0) -> EventEffort:
    """Give the effort of a scenario's event.

    Parameters
    ----------
    scenario
        As read.
    step_s : s
        Length of an interval.

    Returns
    -------
    EventEffort
        From the course, its pace changed evenly to reach ``goal_time`` if one is given; or constant.

    Raises
    ------
    UserError
        If the course cannot be read, or lacks what ``effort_from`` asks for.
    """
    if scenario.course_path is None:
        return _constant_effort(scenario, step_s)
    event = scenario.event
    zone = event.start.tzinfo if event.start else None
    activity = read_activity(scenario.course_path, sport=event.sport, mend=event.course_mend, zone=zone)
    kind = _kind_of_effort(scenario, activity)
    notices = list(activity.notices)
    recorded = _SPORT_OF_FILE.get((activity.sport or "").lower())
    if recorded is not None and event.sport in ("run", "walk", "cycle") and recorded != event.sport:
        notices.append(f'{activity.source} was recorded as {activity.sport}, but the event is sport = "{event.sport}".')
    if scenario.goal_time_s is not None:
        activity, told = _to_goal_time(scenario, activity, kind)
        notices += told
    grid = effort_on_grid(activity, step_s)
    grid[_driving(kind)] = _without_holes(activity, grid, kind, notices)
    if kind == "pace" and not activity.has("altitude_m"):
        notices.append(f"{activity.source} tells no altitude; the course is taken as flat.")
    grid["grade"] = np.nan_to_num(grid["grade"], nan=0.0)
    _check_stations(scenario, activity)
    known = np.isfinite(activity.latitude_deg)
    return EventEffort(
        kind=kind,
        duration_s=activity.duration_s,
        latitude_deg=float(np.median(activity.latitude_deg[known])) if known.any() else None,
        longitude_deg=float(np.median(activity.longitude_deg[known])) if known.any() else None,
        notices=tuple(notices),
        source=activity.source,
        **grid,
    )


def _driving(kind: EffortKind) -> str:
    return {"pace": "speed_m_per_s", "power": "power_W", "heart_rate": "heart_rate_bpm"}[kind]


def _kind_of_effort(scenario: Scenario, activity: Activity) -> EffortKind:
    wanted = scenario.event.effort_from
    order: tuple[EffortKind, ...] = ("pace", "power", "heart_rate")
    if scenario.event.sport in ("cycle", "triathlon"):
        # Speed on a bicycle says little about the work: wind, drafting and gravity decide it.
        order = ("power", "heart_rate", "pace")
    elif scenario.event.sport in ("team_sport", "other"):
        order = ("heart_rate", "power", "pace")
    has = [kind for kind in order if activity.has(_COLUMN[kind])]
    if wanted == "auto" and has:
        return has[0]
    if wanted in has:
        return wanted
    found = ", ".join(kind.replace("_", " ") for kind in has) or "nothing that tells the effort"
    raise UserError(
        str(Fault(f"{activity.source} does not tell {wanted.replace('_', ' ')} for at least half of the time",
                  scenario_place(scenario, "event"), f"one of what it tells: {found}", "Change effort_from"))
    )  # fmt: skip


def _to_goal_time(scenario: Scenario, activity: Activity, kind: EffortKind) -> tuple[Activity, list[str]]:
    goal = scenario.goal_time_s
    assert goal is not None
    factor = goal / activity.duration_s
    if abs(factor - 1.0) < 1e-3:
        return activity, []
    recorded = duration_text(activity.duration_s)
    if kind != "pace":
        raise UserError(
            str(Fault(f"goal_time is {duration_text(goal)}, but {activity.source} took {recorded} and gives the effort "
                      f"by {kind.replace('_', ' ')}, which cannot be stretched", scenario_place(scenario, "event"),
                      remedy='Leave goal_time out, or write effort_from = "pace"'))
        )  # fmt: skip
    fastest = 8.0 if scenario.event.sport in ("run", "walk", "team_sport") else 28.0
    speed = activity.total_distance_m / goal
    if speed > fastest:
        raise UserError(
            str(Fault(f"{activity.total_distance_m / 1000:.1f} km in {duration_text(goal)} is {3.6 * speed:.0f} km/h",
                      scenario_place(scenario, "event"), f"at most {3.6 * fastest:.0f} km/h", "Check goal_time"))
        )  # fmt: skip
    told = f"{activity.source} took {recorded}; its pace was changed evenly to finish in {duration_text(goal)}."
    stretched = replace(activity, time_s=activity.time_s * factor, speed_m_per_s=activity.speed_m_per_s / factor)
    if abs(factor - 1.0) > _SAME_EFFORT:
        unknown = np.full_like(activity.time_s, np.nan)
        stretched = replace(stretched, power_W=unknown, heart_rate_bpm=unknown)
        told = told[:-1] + ", so its power and heart rate no longer hold."
    return stretched, [told]


def _without_holes(activity: Activity, grid: dict[str, FloatArray], kind: EffortKind, notices: list[str]) -> FloatArray:
    values = grid[_driving(kind)]
    missing = ~np.isfinite(values)
    if not missing.any():
        return values
    still = missing & ~(grid["speed_m_per_s"] > 0.3) & np.isfinite(grid["speed_m_per_s"])
    usual = float(np.nanmedian(values))
    step = _step_of(grid["time_s"])
    if kind == "power":
        filled = np.where(still, 0.0, np.interp(grid["time_s"], grid["time_s"][~missing], values[~missing]))
        how = "taken from the values around them; standing still counts as 0"
    else:
        filled = np.interp(grid["time_s"], grid["time_s"][~missing], values[~missing])
        how = "taken from the values around them"
    notices.append(
        f"{activity.source}: {duration_text(step * missing.sum())} without {kind.replace('_', ' ')} were {how} "
        f"(usual value {usual:.0f})."
    )
    return np.where(missing, filled, values)


def _step_of(time_s: FloatArray) -> float:
    """Give the step of an even grid (s)."""
    return float(time_s[1] - time_s[0]) if time_s.size > 1 else 0.0


def _check_stations(scenario: Scenario, activity: Activity) -> None:
    stations = scenario.event.drink_stations_km
    if stations and 1000.0 * stations[-1] > 1.05 * activity.total_distance_m:
        raise UserError(
            str(Fault(f"The last station, {stations[-1]:g} km, is after the end of {activity.source}",
                      scenario_place(scenario, "event"), f"at most {activity.total_distance_m / 1000:.1f} km"))
        )  # fmt: skip
    if scenario.drink.behaviour != "schedule" or scenario.drink.each_station_mL is None:
        return
    if not np.isfinite(activity.total_distance_m):
        raise UserError(
            str(Fault(f"{activity.source} tells no distance, so drink stations in km have no time",
                      scenario_place(scenario, "event"), remedy="Use rate_L_per_h in [drink]"))
        )  # fmt: skip


def _constant_effort(scenario: Scenario, step_s: float) -> EventEffort:
    event = scenario.event
    duration_s = scenario.goal_time_s
    speed = event.speed_km_per_h / 3.6 if event.speed_km_per_h is not None else np.nan
    if duration_s is None:
        assert event.distance_km is not None  # the scenario was checked
        duration_s = 1000.0 * event.distance_km / speed
    elif event.distance_km is not None and not np.isfinite(speed):
        speed = 1000.0 * event.distance_km / duration_s
    duration_s = min(duration_s, LONGEST_EVENT_S)
    count = max(1, int(np.ceil(duration_s / step_s - 1e-9)))
    nothing = np.full(count, np.nan)
    kind: EffortKind = "pace"
    if event.power_W is not None:
        kind = "power"
    elif event.heart_rate_bpm is not None:
        kind = "heart_rate"
    ends = np.minimum(np.arange(1, count + 1) * step_s, duration_s)
    return EventEffort(
        kind=kind,
        time_s=np.arange(count, dtype=np.float64) * step_s,
        duration_s=duration_s,
        speed_m_per_s=np.diff(np.concatenate(([0.0], ends))) * speed / step_s,
        grade=np.zeros(count),
        power_W=nothing if event.power_W is None else np.full(count, event.power_W),
        heart_rate_bpm=nothing if event.heart_rate_bpm is None else np.full(count, event.heart_rate_bpm),
        distance_m=ends * speed,
        bearing_deg=nothing,
        altitude_m=nothing,
        latitude_deg=None,
        longitude_deg=None,
        notices=(),
        source="constant effort",
    )


def event_weather(scenario: Scenario, effort: EventEffort) -> Weather:
    """Give the weather during a scenario's event and the rest after it.

    Raises
    ------
    UserError
        If the weather file is damaged or does not cover the event.
    """
    section = scenario.weather
    if scenario.weather_path is None or scenario.event.start is None:
        assert section.air_C is not None and section.humidity_pct is not None  # noqa: PT018
        return constant_weather(
            section.air_C, section.humidity_pct, section.wind_m_per_s, section.solar_W_per_m2, section.wind_from_deg
        )
    where = None
    if effort.latitude_deg is not None and effort.longitude_deg is not None:
        where = (effort.latitude_deg, effort.longitude_deg)
    return read_weather(scenario.weather_path, scenario.event.start, effort.duration_s + scenario.recovery_s, where)

"""What may stand in a scenario file, schema 1: sections, keys, ranges. Units are in the key names.

Every optional key that is left out stays None, which means unknown; the engine then draws it from published spreads.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

Sex = Literal["female", "male", "unspecified"]
Sport = Literal["run", "cycle", "triathlon", "team_sport", "walk", "other"]
EffortSource = Literal["auto", "pace", "power", "heart_rate"]
Mend = Literal["gap_as_rest", "gap_cut", "jump", "speed", "clock", "time_zone", "damage"]
Flag = Literal[
    "pregnant", "kidney_disease", "dialysis", "liver_disease", "heart_disease", "thyroid_disease", "diabetes",
    "peripheral_artery_disease", "low_salt_order", "sickle_cell_trait", "diuretic", "statin", "nsaid",
    "long_acting_beta_agonist", "raloxifene", "oestrogen", "teriparatide", "iv_iron", "lithium", "ssri",
    "past_hyponatremia", "past_heat_stroke",
]  # fmt: skip
FLAGS: tuple[str, ...] = get_args(Flag)
_RED_FLAG_ID = re.compile(r"[a-z][a-z0-9_]{0,59}")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class SweatTest(_Section):
    """One weigh-in and weigh-out."""

    mass_before_kg: Annotated[float, Field(ge=25, le=250)]
    mass_after_kg: Annotated[float, Field(ge=25, le=250)]
    drank_L: Annotated[float, Field(ge=0, le=20)]
    urine_L: Annotated[float, Field(ge=0, le=5)] | None = None
    duration_min: Annotated[float, Field(ge=10, le=1440)]
    air_C: Annotated[float, Field(ge=-30, le=55)] | None = None
    humidity_pct: Annotated[float, Field(ge=0, le=100)] | None = None
    intensity: Literal["easy", "moderate", "race_pace", "hard"] | None = None
    scale_sd_kg: Annotated[float, Field(ge=0, le=2)] | None = None
    # "date" would hide the type of that name in this class, so the field has another name in Python.
    day: Annotated[date | None, Field(alias="date")] = None


class SweatSodium(_Section):
    """A measured sodium concentration of sweat."""

    value_mmol_per_L: Annotated[float, Field(ge=5, le=150)]
    method: Literal["lab_washdown", "patch_forearm", "wearable", "guess"]


class Person(_Section):
    """What somebody can tell about themselves; a code, never a name.

    ``red_flags`` holds the ids of the warning signs that were answered with yes; empty if "none", None if not asked.
    """

    id: Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    sex: Sex
    age_y: Annotated[float, Field(ge=10, le=100)]
    mass_kg: Annotated[float, Field(ge=25, le=250)]
    height_cm: Annotated[float, Field(ge=120, le=230)] | None = None
    vo2max_mL_per_kg_min: Annotated[float, Field(ge=10, le=95)] | None = None
    resting_heart_rate_bpm: Annotated[float, Field(ge=25, le=120)] | None = None
    max_heart_rate_bpm: Annotated[float, Field(ge=90, le=230)] | None = None
    body_fat_pct: Annotated[float, Field(ge=2, le=65)] | None = None
    heat_acclimated: Literal["no", "partly", "yes"] | None = None
    cramp_history: Literal["never", "sometimes", "most_events"] | None = None
    flags: Annotated[tuple[Flag, ...], Field(strict=False)] = ()
    red_flags: Annotated[tuple[str, ...], Field(strict=False)] | None = None
    sweat_test: Annotated[tuple[SweatTest, ...], Field(strict=False)] = ()
    sweat_sodium: SweatSodium | None = None

    @field_validator("red_flags", mode="before")
    @classmethod
    def _read_answer(cls, answer: Any) -> Any:
        if answer == "none":
            return ()
        # An empty list may be an answer or a question left open; safety does not guess which.
        ids = answer if isinstance(answer, (list, tuple)) else ()
        if not ids or not all(isinstance(each, str) and _RED_FLAG_ID.fullmatch(each) for each in ids):
            raise PydanticCustomError("answer", '"none", or a list of ids in quotes, as cramplab redflags shows them')
        return answer


class Event(_Section):
    """What is done, for how long, and how hard."""

    sport: Sport
    start: datetime | None = None
    goal_time: str | None = None
    duration: str | None = None
    distance_km: Annotated[float, Field(gt=0, le=1000)] | None = None
    course: Annotated[str, Field(min_length=1)] | None = None
    course_mend: Annotated[tuple[Mend, ...], Field(strict=False)] = ()
    effort_from: EffortSource = "auto"
    speed_km_per_h: Annotated[float, Field(gt=0, le=80)] | None = None
    power_W: Annotated[float, Field(gt=0, le=1000)] | None = None
    heart_rate_bpm: Annotated[float, Field(ge=40, le=220)] | None = None
    drink_stations_km: Annotated[tuple[Annotated[float, Field(ge=0, le=1000)], ...], Field(strict=False)] = ()
    recovery_min: Annotated[float, Field(ge=0, le=720)] = 0.0
    clothing_clo: Annotated[float, Field(ge=0, le=4)] | None = None
    warm_up_min: Annotated[float, Field(ge=0, le=60)] | None = None


class WeatherSection(_Section):
    """Constants, or the name of a file, and what may stand beside either.

    ``wbgt_C`` is what an instrument at the place shows; ``air_sd_C`` is the standard deviation of the forecast's error.
    """

    air_C: Annotated[float, Field(ge=-30, le=55)] | None = None
    humidity_pct: Annotated[float, Field(ge=0, le=100)] | None = None
    wind_m_per_s: Annotated[float, Field(ge=0, le=40)] | None = None
    wind_from_deg: Annotated[float, Field(ge=0, le=360)] | None = None
    solar_W_per_m2: Annotated[float, Field(ge=0, le=1400)] | None = None
    file: Annotated[str, Field(min_length=1)] | None = None
    wbgt_C: Annotated[float, Field(ge=-10, le=50)] | None = None
    air_sd_C: Annotated[float, Field(ge=0, le=10)] | None = None


class Drink(_Section):
    """What is drunk, and what decides how much."""

    behaviour: Literal["schedule", "thirst", "none"] = "thirst"
    name: str | None = None
    sodium_mmol_per_L: Annotated[float, Field(ge=0, le=300)] | None = None
    potassium_mmol_per_L: Annotated[float, Field(ge=0, le=100)] | None = None
    chloride_mmol_per_L: Annotated[float, Field(ge=0, le=300)] | None = None
    carbohydrate_g_per_L: Annotated[float, Field(ge=0, le=300)] | None = None
    each_station_mL: Annotated[float, Field(gt=0, le=1500)] | None = None
    rate_L_per_h: Annotated[float, Field(ge=0, le=4)] | None = None


class Preferences(_Section):
    """Limits and habits of the person who reads the report."""

    max_drink_L_per_h: Annotated[float, Field(gt=0, le=4)] | None = None
    min_drink_step_mL: Annotated[float, Field(gt=0, le=1000)] | None = None
    units: Literal["metric", "us"] = "metric"
    limits: Annotated[str, Field(min_length=1)] | None = None


class ScenarioFile(_Section):
    """The whole file."""

    schema_: Annotated[Literal[1], Field(alias="schema")]
    title: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    person: Annotated[tuple[Person, ...], Field(strict=False)]
    event: Event
    weather: WeatherSection
    drink: Drink = Drink()
    preferences: Preferences = Preferences()

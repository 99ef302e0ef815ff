"""What the data interface takes and gives: fields with their ranges, which are those of a scenario and of a roster."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from cramplab.core.team import CODE_PATTERN, Sex
from cramplab.importers.roster import LONGEST_TEXT
from cramplab.importers.scenario_schema import Flag, Person, Sport, SweatSodium, SweatTest
from cramplab.physiology.weighing import OTHER_READINGS, PATCHES, constant
from cramplab.safety.red_flags import load_red_flags
from cramplab.web.storage.jobs import State

LARGEST_NUMBER = 2**53
"""Of a count or an id: what JSON, JavaScript and SQLite all hold."""
_LONGEST_SCENARIO, _LONGEST_FILE = 200_000, 30_000_000
_FILE_NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,40}\.[A-Za-z0-9]{1,8}$"


def _range(model: type[BaseModel], name: str) -> Any:
    """Give the range of a number as the files of users have it, so that it is written once."""
    found = model.model_json_schema(by_alias=False)["properties"][name]
    found = next(each for each in found.get("anyOf", (found,)) if "minimum" in each)
    return Field(ge=found["minimum"], le=found["maximum"])


def _day(text: str) -> str:
    # Python reads other forms of a day too, which neither tables nor pages do.
    if date.fromisoformat(text).isoformat() != text:
        raise ValueError("a day is written as 2026-08-14")
    return text


def _whole(value: Any) -> Any:
    """Take 3.0 as 3: JSON does not tell them apart."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _red_flags(ids: list[str]) -> list[str]:
    unknown = sorted(set(ids) - {each.id for each in load_red_flags()})
    if unknown:
        raise ValueError(f"no red flag is called {unknown[0]}; GET /api/redflags lists them")
    return ids


Code = Annotated[str, Field(pattern=CODE_PATTERN, description="A code, never a name.", examples=["FB54"])]
Count = Annotated[int, Field(ge=1, le=LARGEST_NUMBER), BeforeValidator(_whole)]
Line = Annotated[str, Field(max_length=LONGEST_TEXT, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]


class _Told(BaseModel):
    """What is sent: nothing beside the fields that are named, and numbers as numbers."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class AthleteFields(_Told):
    """What can be told of an athlete beside the code; what is left out or null is not known."""

    position: Line = ""
    sex: Sex = "unspecified"
    age_y: Annotated[float, _range(Person, "age_y")] | None = None
    mass_kg: Annotated[float, _range(Person, "mass_kg")] | None = Field(None, description="Usual body mass.")
    height_cm: Annotated[float, _range(Person, "height_cm")] | None = None
    sweat_rate_L_per_h: float | None = Field(None, gt=0.0, le=constant("sweat_beyond_belief"))
    sweat_sodium_mmol_per_L: Annotated[float, _range(SweatSodium, "value_mmol_per_L")] | None = None
    heat_acclimated: Literal["no", "partly", "yes"] | None = None
    sickle_cell_trait: bool | None = Field(None, description="null if not told: many do not know.")
    cramp_history: Literal["never", "sometimes", "most_events"] | None = None
    flags: list[Flag] = Field([], max_length=40)


class NewAthlete(AthleteFields):
    """An athlete to be added."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": "FB54", "position": "back", "mass_kg": 78.5}]})
    id: Code


class ChangedAthlete(AthleteFields):
    """An athlete as it is to stand; ``version`` is that of the one that was read."""

    version: Count


class KnownAthlete(BaseModel):
    """An athlete as kept."""

    id: str
    position: str
    sex: str
    age_y: float | None
    mass_kg: float | None
    height_cm: float | None
    sweat_rate_L_per_h: float | None
    sweat_sodium_mmol_per_L: float | None
    heat_acclimated: str | None
    sickle_cell_trait: bool | None
    cramp_history: str | None
    flags: list[str]
    version: int = Field(description="Counts the changes; whoever wants to change has to send it.")
    changed_at: str


class _Session(_Told):
    duration_min: float | None = Field(None, gt=0.0, le=1440.0)
    urine_L: Annotated[float, _range(SweatTest, "urine_L")] | None = None
    air_C: Annotated[float, _range(SweatTest, "air_C")] | None = None
    humidity_pct: Annotated[float, _range(SweatTest, "humidity_pct")] | None = None
    intensity: Literal["easy", "moderate", "race_pace", "hard"] | None = None
    scale_sd_kg: Annotated[float, _range(SweatTest, "scale_sd_kg")] | None = None


class NewWeighing(_Session):
    """A weighing before a session, and after it if that was done."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"athlete": "FB54", "date": "2026-08-14", "mass_before_kg": 78.5, "mass_after_kg": 77.1,
                 "drank_L": 1.2, "duration_min": 90.0}
            ]
        }
    )  # fmt: skip
    athlete: Code
    date: Annotated[str, AfterValidator(_day), Field(json_schema_extra={"format": "date"})] | None = None
    session: Line = ""
    mass_before_kg: Annotated[float, _range(SweatTest, "mass_before_kg")]
    mass_after_kg: Annotated[float, _range(SweatTest, "mass_after_kg")] | None = None
    drank_L: Annotated[float, _range(SweatTest, "drank_L")] | None = None
    replaces: Count | None = Field(None, description="Number of the weighing that this corrects or completes.")
    token: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{16,64}$")] | None = Field(
        None, description="Yours, at random: what is sent twice with the same one is kept once."
    )


class KnownWeighing(BaseModel):
    """A weighing as kept, with what it shows."""

    id: int
    athlete: str
    date: str
    session: str
    mass_before_kg: float | None
    mass_after_kg: float | None
    drank_L: float | None
    urine_L: float | None
    duration_min: float | None
    air_C: float | None
    humidity_pct: float | None
    intensity: str | None
    scale_sd_kg: float | None
    entered_at: str
    replaces: int | None
    gain: bool = Field(description="True if the scale showed more after than before, by however little.")
    change_kg: float | None = Field(description="After minus before; a loss is negative.")
    change_pct: float | None
    do_first: list[str] = Field(description="What to do at once; empty without a gain.")


class SweatWeighing(_Session):
    """One sweat test: a weighing with all that it takes."""

    mass_before_kg: Annotated[float, _range(SweatTest, "mass_before_kg")]
    mass_after_kg: Annotated[float, _range(SweatTest, "mass_after_kg")]
    drank_L: Annotated[float, _range(SweatTest, "drank_L")]
    duration_min: Annotated[float, _range(SweatTest, "duration_min")]


class SweatQuestion(_Told):
    """One person's sweat tests, in their order."""

    tests: list[SweatWeighing] = Field(max_length=20)
    sport: Sport | None = Field(None, description="Which published athletes to compare with.")
    mass_kg: Annotated[float, _range(Person, "mass_kg")] | None = None
    sodium_mmol_per_L: Annotated[float, _range(SweatSodium, "value_mmol_per_L")] | None = None
    sodium_read_by: str | None = Field(
        None,
        pattern=f"^(?:{'|'.join(map(re.escape, (*PATCHES, *OTHER_READINGS)))})$",
        description="Where the patch was, or how sodium was read otherwise.",
    )


class NotCounted(BaseModel):
    """A weighing that is no sweat test."""

    number: int = Field(description="Place among the tests, from 1.")
    why: str


class SweatAnswer(BaseModel):
    """What the tests say; nothing but what to do after a gain of weight."""

    gain: bool
    do_first: list[str]
    not_counted: list[NotCounted]
    answer: dict[str, Any] | None


class NewPlan(_Told):
    """A scenario of one person, and the red flags, which have to be answered before any plan."""

    scenario: str = Field(max_length=_LONGEST_SCENARIO, description="Content of a scenario file (TOML, schema 1).")
    red_flags: Annotated[list[str], AfterValidator(_red_flags)] = Field(
        max_length=60, description="Ids of those that are true; empty if none is.",
        json_schema_extra={"items": {"type": "string", "enum": [each.id for each in load_red_flags()]}},
    )  # fmt: skip
    files: dict[Annotated[str, Field(pattern=_FILE_NAME)], Annotated[str, Field(max_length=_LONGEST_FILE)]] = Field(
        {}, max_length=2, description="Course and weather file that the scenario names: content as base64, by name."
    )
    seed: Annotated[int, Field(ge=0, le=2**31 - 1), BeforeValidator(_whole)] = 1


class Nothing(_Told):
    """An empty object."""


class Job(BaseModel):
    """A long run."""

    id: str
    kind: str
    title: str
    state: State
    message: str
    result: str = Field(description="Where its result is, as a path of the app; empty until it is done.")
    made_at: str
    share: float = Field(ge=0.0, le=1.0, description="How far it is.")


class PlanInList(BaseModel):
    """A plan as a list shows it."""

    id: str
    title: str
    person: str
    outcome: str
    parent: str | None
    change: str
    made_at: str


class KnownPlan(PlanInList):
    """A plan with all that it holds."""

    plan: dict[str, Any] = Field(description="The content of a plan.json.")
    scenario: str
    notes: list[str]


class Problem(BaseModel):
    """Why something was not done."""

    detail: str
    faults: list[str] = []
    gain: bool = Field(False, description="True if what was refused shows a gain of weight all the same.")
    do_first: list[str] = Field([], description="What to do about that gain, at once.")

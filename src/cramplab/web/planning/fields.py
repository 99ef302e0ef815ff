"""The questions of a plan: which field fills which key of a scenario, in which unit, and the words of each choice."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from cramplab.importers.scenario_faults import section_model

STEPS = {"you": "You", "sweat": "Sweat test", "event": "Event and weather", "drink": "Drink"}
TESTS = (1, 2, 3)
"""Sweat tests that the form has room for."""
SHORT = {"sweat": "Sweat", "event": "Event", "check": "Check"}
"""Steps whose name is too long for a list of all of them on a phone."""

# Written in metric units, written in US units, factor and offset from the latter to the former; all by definition.
UNITS: dict[str, tuple[str, str, float, float]] = {
    "kg": ("kg", "lb", 0.45359237, 0.0), "cm": ("cm", "in", 2.54, 0.0), "L": ("L", "fl oz", 0.0295735296, 0.0),
    "mL": ("mL", "fl oz", 29.5735296, 0.0), "L/h": ("L/h", "fl oz/h", 0.0295735296, 0.0),
    "C": ("°C", "°F", 1 / 1.8, -32 / 1.8), "km": ("km", "miles", 1.609344, 0.0),
    "km/h": ("km/h", "mph", 1.609344, 0.0), "m/s": ("m/s", "mph", 0.44704, 0.0),
}  # fmt: skip


@dataclass(frozen=True)
class Number:
    """One number of the form.

    Parameters
    ----------
    name
        Of the field in the form.
    label
        What is asked, in plain words.
    place
        Section and key in a scenario; its range holds here too.
    unit
        Of `UNITS`, or as it is written in both systems.
    """

    name: str
    label: str
    place: tuple[str, ...]
    unit: str = ""
    hint: str = ""

    @property
    def bounds(self) -> tuple[float, float]:
        """Smallest and largest number that a scenario takes, in its own unit."""
        return _bounds(self.place)


@cache
def _bounds(place: tuple[str, ...]) -> tuple[float, float]:
    model = section_model(place[:-1])
    if model is None:
        raise ValueError(place)
    told = model.model_json_schema()["properties"][place[-1]]
    told = told.get("items") or next((each for each in told.get("anyOf", ()) if each.get("type") == "number"), told)
    low = told.get("minimum", told.get("exclusiveMinimum"))
    return float(low), float(told["maximum"])


def _test_numbers(number: int) -> tuple[Number, ...]:
    section = ("person", "sweat_test")
    return (
        Number(f"before_{number}", "Weight before", (*section, "mass_before_kg"), "kg"),
        Number(f"after_{number}", "Weight after", (*section, "mass_after_kg"), "kg"),
        Number(f"drank_{number}", "Fluid taken in between", (*section, "drank_L"), "L", "0 if none."),
        Number(f"urine_{number}", "Urine between", (*section, "urine_L"), "L", "0 if none."),
        Number(f"minutes_{number}", "How long", (*section, "duration_min"), "min"),
        Number(f"test_air_{number}", "Air temperature", (*section, "air_C"), "C"),
        Number(f"test_humidity_{number}", "Relative humidity", (*section, "humidity_pct"), "%"),
    )


NUMBERS: dict[str, tuple[Number, ...]] = {
    "you": (
        Number("age", "Age", ("person", "age_y"), "years"),
        Number("mass", "Weight", ("person", "mass_kg"), "kg"),
        Number("height", "Height", ("person", "height_cm"), "cm"),
        Number("vo2max", "VO2max", ("person", "vo2max_mL_per_kg_min"), "mL/kg/min"),
        Number("max_heart_rate", "Highest heart rate", ("person", "max_heart_rate_bpm"), "beats/min"),
    ),
    "sweat": (
        *(each for number in TESTS for each in _test_numbers(number)),
        Number("sweat_sodium", "Sodium in sweat", ("person", "sweat_sodium", "value_mmol_per_L")),
    ),
    "event": (
        Number("distance", "Distance", ("event", "distance_km"), "km"),
        Number("speed", "Speed", ("event", "speed_km_per_h"), "km/h"),
        Number("power", "Power", ("event", "power_W"), "W"),
        Number("heart_rate", "Heart rate", ("event", "heart_rate_bpm"), "beats/min"),
        Number("air", "Air temperature", ("weather", "air_C"), "C", "In the shade, in the middle of the event."),
        Number("humidity", "Relative humidity", ("weather", "humidity_pct"), "%"),
        Number("wind", "Wind", ("weather", "wind_m_per_s"), "m/s"),
        Number("wbgt", "WBGT, read from an instrument at the place", ("weather", "wbgt_C"), "C",
               "Wet-bulb globe temperature. Not from a phone app: leave it out then."),
    ),
    "drink": (
        Number("sodium", "Sodium", ("drink", "sodium_mmol_per_L")),
        Number("potassium", "Potassium", ("drink", "potassium_mmol_per_L")),
        Number("carbohydrate", "Carbohydrate", ("drink", "carbohydrate_g_per_L"), "g"),
        Number("most", "The most that your stomach takes in an hour", ("preferences", "max_drink_L_per_h"), "L/h"),
        Number("cup", "Size of a cup or of your usual mouthfuls", ("preferences", "min_drink_step_mL"), "mL",
               "Amounts in the plan are multiples of it."),
    ),
}  # fmt: skip
NUMBER = {each.name: each for several in NUMBERS.values() for each in several}
_LABELS = {
    "course_goal": "Time to reach", "goal": "Time", "duration": "How long", "stations": "Drink stations",
    "start": "Start", "serving": "Serving", "drink_name": "Name", "title": "Name", "course": "Activity file",
    "weather_file": "Weather file", "code": "Code", "sex": "Sex", "heat": "Used to heat", "cramps": "Cramps so far",
    "flags": "Conditions and medicines", "red_flags": "Red flags", "sport": "Sport", "effort": "How long and how hard",
    "mends": "What happened to the recording", "start_offset": "The clock there", "weather": "What is known of the day",
    "sun": "Sun", "drink": "What is in the bottle", "label": "The label tells", "sweat_sodium_unit": "Unit of sodium",
    "sweat_sodium_method": "How sodium was read",
    **{f"intensity_{number}": f"Test {number}, effort" for number in TESTS},
}  # fmt: skip

SEXES = (("female", "Female"), ("male", "Male"))
ACCLIMATISED = (("no", "No"), ("partly", "Partly"), ("yes", "Yes, ten days or more in such heat"))
CRAMPS = (("never", "Never"), ("sometimes", "Sometimes"), ("most_events", "In most events"))
INTENSITIES = (("easy", "Easy"), ("moderate", "Moderate"), ("race_pace", "Race pace"), ("hard", "Harder than a race"))
SODIUM_METHODS = (
    ("patch_forearm", "Patch on the forearm"), ("lab_washdown", "Whole-body wash-down in a laboratory"),
    ("wearable", "A device that is worn"), ("guess", "A guess"),
)  # fmt: skip
SPORTS = (
    ("run", "Run"), ("cycle", "Cycle"), ("triathlon", "Triathlon"), ("team_sport", "Team sport"), ("walk", "Walk"),
    ("other", "Another one"),
)  # fmt: skip
EFFORTS = (
    ("file", "A recording of the course, or of a session like it (FIT, GPX or TCX)"),
    ("distance", "A distance and a time"), ("duration", "A time, and speed, power or heart rate"),
    ("", "I don’t know"),
)  # fmt: skip
WEATHERS = (("typed", "Numbers of a forecast or of a station"), ("file", "A weather file"), ("", "I don’t know"))
MENDS = (
    ("gap_as_rest", "In long gaps I stood still"), ("gap_cut", "Long gaps are to be taken out"),
    ("jump", "Leave out places that jump impossibly far"), ("speed", "Bring down speeds that nobody reaches"),
    ("clock", "Put right a clock that was changed on the way"),
    ("time_zone", "Its times have no zone: they are those of the start"), ("damage", "Use what can be read of it"),
)  # fmt: skip
SUNS = (
    ("full", "Full sun near midday"), ("partly", "Sun and clouds"), ("cloudy", "Overcast"),
    ("none", "No sun: night or indoors"),
)  # fmt: skip
DRINKS = (("own", "A drink with a label: I tell what it says"), ("water", "Plain water"))
LABELS = (
    ("mmol_per_L", "mmol in a litre"), ("mg_per_L", "mg in a litre"), ("mg_per_100mL", "mg in 100 mL"),
    ("per_serving", "mg in a serving"),
)  # fmt: skip
CONDITIONS = {
    "pregnant": "Pregnant", "kidney_disease": "A disease of the kidneys", "dialysis": "Dialysis",
    "liver_disease": "A disease of the liver", "heart_disease": "A disease of the heart",
    "thyroid_disease": "A disease of the thyroid", "diabetes": "Diabetes",
    "peripheral_artery_disease": "Narrowed arteries of the legs",
    "low_salt_order": "Told by a clinician to eat little salt",
    "sickle_cell_trait": "Sickle cell trait", "past_hyponatremia": "Once a low blood sodium from exercise",
    "past_heat_stroke": "Once a heat stroke from exercise",
}  # fmt: skip
MEDICINES = {
    "diuretic": "A diuretic (“water tablet”)", "statin": "A statin (against cholesterol)",
    "nsaid": "A painkiller such as ibuprofen or naproxen (NSAID)",
    "long_acting_beta_agonist": "A long-acting asthma spray (beta-agonist)", "raloxifene": "Raloxifene",
    "oestrogen": "Oestrogen", "teriparatide": "Teriparatide", "iv_iron": "Iron into a vein", "lithium": "Lithium",
    "ssri": "An antidepressant of the SSRI kind",
}  # fmt: skip
OFFSETS = tuple(
    f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    for minutes in (*range(-720, -240, 60), -240, -210, *range(-180, 210, 60), 210, 240, 270, 300, 330, 345, 360, 390,
                    420, 480, 525, 540, 570, 600, 630, 660, 720, 765, 780, 840)
)  # fmt: skip
"""Offsets from UTC that clocks are set to somewhere."""


def unit_words(number: Number, *, us: bool) -> str:
    """Write the unit of a number as the reader sees it."""
    if number.unit not in UNITS:
        return number.unit
    metric, other, _, _ = UNITS[number.unit]
    return other if us else metric


def to_metric(value: float, unit: str, *, us: bool) -> float:
    """Give a number of the form in the unit of a scenario."""
    if not us or unit not in UNITS:
        return value
    _, _, factor, offset = UNITS[unit]
    return round(value * factor + offset, 5)


def from_metric(value: float, unit: str, *, us: bool) -> float:
    """Give a number of a scenario in the unit of the form."""
    if not us or unit not in UNITS:
        return value
    _, _, factor, offset = UNITS[unit]
    return (value - offset) / factor


def named(field: str) -> str:
    """Say which field of the form is meant; empty for what is no field of it."""
    asked = NUMBER.get(field)
    if asked is None:
        return _LABELS.get(field, "")
    base, _, number = field.rpartition("_")
    return f"Test {number}, {asked.label.lower()}" if base and number.isdecimal() else asked.label

"""What people call the columns of a roster and of a table of weighings, in English; `other_languages` has the rest."""

from __future__ import annotations

from cramplab.importers.other_languages import with_other_languages
from cramplab.importers.scenario_schema import FLAGS
from cramplab.importers.table_columns import Column

_YES_NO = {"yes": "yes", "y": "yes", "true": "yes", "no": "no", "n": "no", "false": "no"}
ATHLETE = Column(
    "athlete_id", "code",
    ("athlete", "id", "code", "athlete code", "player", "player id", "player code", "number", "no", "nr", "jersey",
     "jersey no", "jersey number", "name"),
    weaker=("name",),
)  # fmt: skip
ROSTER: tuple[Column, ...] = with_other_languages((
    ATHLETE,
    Column("position", "text", ("pos", "group", "squad", "role", "event"), weaker=("group", "squad", "role", "event")),
    Column("sex", "word", ("gender", "m f", "f m"), words={
        "female": "female", "f": "female", "w": "female", "woman": "female", "women": "female", "male": "male",
        "m": "male", "man": "male", "men": "male", "unspecified": "unspecified", "other": "unspecified",
        "x": "unspecified"}),
    Column("age_y", "number", ("age",), "y", usual="y"),
    Column("mass_kg", "number", ("mass", "weight", "body mass", "body weight", "bodyweight", "usual mass",
                                 "usual weight", "wt", "bw", "bm"), "kg"),
    Column("height_cm", "number", ("height", "ht", "stature"), "cm"),
    Column("sweat_rate_L_per_h", "number", ("sweat rate", "sweating rate", "sr"), "L_per_h"),
    Column("sweat_sodium_mmol_per_L", "number", ("sweat sodium", "sweat na", "sodium", "na",
                                                 "sweat sodium concentration",
                                                 "sweat na concentration"), "mmol_per_L"),
    Column("heat_acclimated", "word", ("heat acclimatised", "heat acclimatized", "acclimated", "acclimatised",
                                       "acclimatized", "acclimation", "heat acclimation"),
           words=_YES_NO | {"partly": "partly", "partial": "partly", "partially": "partly", "some": "partly"}),
    Column("sickle_cell_trait", "yes_no", ("sickle cell", "sickle cell trait status", "sct", "sickle trait",
                                           "sickling trait")),
    Column("cramp_history", "word", ("cramps", "cramp", "cramping", "history of cramps", "cramping history"), words={
        "never": "never", "no": "never", "none": "never", "sometimes": "sometimes", "occasionally": "sometimes",
        "rarely": "sometimes", "seldom": "sometimes", "most events": "most_events", "often": "most_events",
        "frequently": "most_events", "always": "most_events"}),
    Column("flags", "words", ("conditions", "condition", "medicines", "medication", "medications", "medical",
                              "medical flags"), words={each.replace("_", " "): each for each in FLAGS}),
    # Each condition and medicine may have a column of its own, with yes or no.
    *(Column(each, "yes_no", (each.replace("_", " "),)) for each in FLAGS if each != "sickle_cell_trait"),
))  # fmt: skip
WEIGHINGS: tuple[Column, ...] = with_other_languages((
    ATHLETE,
    Column("date", "date", ("day", "session date", "practice date"), weaker=("day",)),
    Column("session", "text", ("practice", "am pm", "training", "time of day", "session name"),
           weaker=("practice", "training", "time of day")),
    Column("mass_before_kg", "number", ("mass before", "weight before", "before", "pre", "pre weight", "pre mass",
                                        "weight pre", "mass pre", "weight in", "weigh in", "in weight", "mass in",
                                        "before mass", "before weight", "body mass before", "body weight before",
                                        "pre body mass", "pre body weight", "pre practice weight"), "kg"),
    Column("mass_after_kg", "number", ("mass after", "weight after", "after", "post", "post weight", "post mass",
                                       "weight post", "mass post", "weight out", "weigh out", "out weight", "mass out",
                                       "after mass", "after weight", "body mass after", "body weight after",
                                       "post body mass", "post body weight", "post practice weight"), "kg"),
    Column("drank_L", "number", ("drank", "drink", "drunk", "fluid", "fluids", "fluid intake", "fluids consumed",
                                 "fluid consumed", "intake", "fluid in", "drink volume", "water"), "L"),
    Column("urine_L", "number", ("urine", "urine output", "urine volume", "urine out", "voided"), "L"),
    Column("duration_min", "duration", ("duration", "time", "length", "session length", "practice time",
                                        "session duration", "practice length"), "min",
           telling={"minutes": "min", "mins": "min", "min": "min", "hours": "h", "hrs": "h", "h": "h"},
           weaker=("time",)),
    Column("air_C", "number", ("air", "air temperature", "air temp", "temperature", "temp",
                                "ambient temperature"), "C"),
    Column("humidity_pct", "number", ("humidity", "relative humidity", "rh"), "pct", usual="%"),
    Column("intensity", "word", ("effort", "how hard"), words={
        "easy": "easy", "light": "easy", "low": "easy", "moderate": "moderate", "medium": "moderate",
        "race pace": "race_pace", "race": "race_pace", "hard": "hard", "high": "hard", "heavy": "hard"}),
    Column("scale_sd_kg", "number", ("scale sd", "scale error", "scale standard deviation"), "kg"),
))  # fmt: skip

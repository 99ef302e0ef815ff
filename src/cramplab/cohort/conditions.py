"""States that a file names in words, such as a medicine taken: what they are in the body model and for the theories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cramplab.cohort.participants import NotSimulatedError
from cramplab.core.errors import did_you_mean
from cramplab.core.experiment import Step


@dataclass(frozen=True)
class Condition:
    """What a word means.

    Parameters
    ----------
    states
        States of the situation (`cramplab.core.situation.STATES`) that it sets.
    parameters
        Parameters of the body, by dotted name, that it sets; internal units.
    words
        What is assumed.
    source
        Key of the source of a number that is not merely a level of 1.
    """

    states: Mapping[str, float] = field(default_factory=dict)
    parameters: Mapping[str, float] = field(default_factory=dict)
    words: str = ""
    source: str = ""


_TAKEN = {"medicine": 1.0}
CONDITIONS: Mapping[str, Condition] = {
    "healthy": Condition(),
    "placebo": Condition(),
    "control": Condition(),
    "none": Condition(),
    "rest": Condition(),
    "usual": Condition(),
    "trained_by_cramps": Condition(words="no theory here says what training does: each predicts no change"),
    "caffeine": Condition({"stimulant": 1.0}, words="usual study dose"),
    "amphetamine": Condition({"stimulant": 1.0}, words="usual study dose"),
    "mexiletine": Condition(_TAKEN | {"sodium_channel_blocker": 1.0}, words="usual dose"),
    "beta_agonist": Condition(_TAKEN | {"beta_agonist": 1.0}, {"drugs.beta_agonist": 1.0}, "one usual dose"),
    "thiazide": Condition(_TAKEN, {"drugs.thiazide": 1.0}, "first days"),
    "loop_diuretic": Condition(_TAKEN, {"drugs.loop_diuretic": 1.0}, "first days"),
    "oral_magnesium": Condition(
        {"magnesium_change": 0.04},
        words="circulating magnesium 0.04 mmol/L higher, mean of 48 trials",
        source="zhang2016",
    ),
    "anticholinergic": Condition(_TAKEN, {"drugs.anticholinergic": 1.0}, "usual dose"),
    "beta_blocker": Condition(_TAKEN, {"drugs.beta_blocker": 1.0}, "usual dose"),
}
"""By word, as files write it with underscores."""
_ALIASES = {
    "magnesium_by_mouth": "oral_magnesium", "magnesium_supplement": "oral_magnesium",
    "inhaled_beta_agonist": "beta_agonist", "long_acting_beta_agonist": "beta_agonist", "laba": "beta_agonist",
    "thiazide_diuretic": "thiazide", "no_medicine": "none", "no_drug": "none", "vehicle": "placebo",
    "cramp_training": "trained_by_cramps", "dexamphetamine": "amphetamine", "untreated": "none", "normal": "healthy",
}  # fmt: skip
OUTCOME_CRAMP, OUTCOME_NONE = "cramp", "no_cramp"


def condition_of(step: Step) -> Condition:
    """Give what a step of kind ``body_state`` means.

    Raises
    ------
    NotSimulatedError
        If nothing here knows the word, or the step sets something that nothing here can set.
    """
    known = ("condition", "duration", "outcome", "muscle_temperature", "cramp_history")
    others = sorted(key for key in step.values if key not in known)
    if others:
        raise NotSimulatedError(f"a body state with {', '.join(others)}")
    word = word_in(step, "condition")
    if not word:
        return Condition()
    word = _ALIASES.get(word, word)
    if word not in CONDITIONS:
        near = did_you_mean(word, CONDITIONS)
        near = f" {near}" if near.startswith("Did") else ""
        raise NotSimulatedError(f"the state '{word.replace('_', ' ')}' is not in the model.{near}")
    return CONDITIONS[word]


def outcome_of(steps: tuple[Step, ...]) -> str:
    """Give which outcome the people of an arm were picked by: ``cramp``, ``no_cramp``, or empty."""
    for step in steps:
        word = word_in(step, "outcome") if step.kind == "body_state" else ""
        if word:
            against = any(each in word.split("_") for each in ("no", "non", "not", "without", "never", "none"))
            return OUTCOME_NONE if against else OUTCOME_CRAMP
    return ""


def word_in(step: Step, key: str) -> str:
    """Give a word of a step, in small letters with underscores; empty if there is none."""
    value = step.values.get(key)
    return str(getattr(value, "value", value) or "").strip().lower().replace(" ", "_").replace("-", "_")

"""Draws the participants of a published experiment, with every assumed range drawn.

A published group is one group: what the paper does not say of the room or the work was some one value for all of them,
so it is drawn once for each *possible study*; what differs between people is drawn for each person. A property of the
people that is itself assumed is drawn half-and-half: the group's middle for each possible study, the person around it.
So are the places and sessions of a cohort, since its people were not all seen on one day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.cohort.known_traits import centres_by_sex
from cramplab.cohort.population import draw_people
from cramplab.cohort.random_streams import stream
from cramplab.core.errors import UserError
from cramplab.core.experiment import Arm, Choice, Experiment, Participants, Step, Uncertain
from cramplab.core.quantities import to_internal
from cramplab.simulation.assembly import body_parameters

FloatArray = NDArray[np.float64]
_TEST_MUSCLE = {
    # mode or limb: mass of the worked muscle (kg), arteries that feed it; None leaves the usual share of all muscle
    "one_leg_knee_extension": (2.48, 1.0),
    "two_leg_knee_extension": (4.96, 2.0),
    "calf_raise": (1.2, 1.0),
    "one_leg_cycling": (7.0, 1.0),
    "arm_crank": (4.0, 2.0),
    "thigh": (3.5, 1.0),
    "calf": (1.2, 1.0),
}
_LEG_FLOW = to_internal(0.35, "L/min")  # of one leg at rest, all tissues (chosen)


class NotSimulatedError(UserError):
    """Something in an experiment that this version cannot do; the message is the reason."""


@dataclass(frozen=True)
class Draws:
    """Shares (0 to 1) behind every draw of an experiment, so that all arms see the same people and the same room.

    Parameters
    ----------
    studies, people
        How many possible studies, and how many people in each.
    cohort
        True where each person was seen in a place and session of their own.
    """

    studies: int
    people: int
    seed: int
    key: str
    cohort: bool = False
    _memory: dict[str, FloatArray] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All people together."""
        return self.studies * self.people

    def _shares(self, name: str, count: int) -> FloatArray:
        label = f"{name}/{count}"
        if label not in self._memory:
            order = stream(self.seed, self.key, label, "order").permutation(count)
            # Evenly spread shares in random order: the ranges are covered even by few draws.
            self._memory[label] = (order + stream(self.seed, self.key, label, "within").random(count)) / count
        return self._memory[label]

    def of_study(self, name: str) -> FloatArray:
        """Give a share for each possible study, repeated for its people."""
        return np.repeat(self._shares(name, self.studies), self.people)

    def of_person(self, name: str) -> FloatArray:
        """Give a share for each person."""
        return self._shares(name, self.total)

    def condition(self, name: str, value: Uncertain) -> FloatArray:
        """Draw a condition of the experiment: once for each possible study; a printed spread, for each person.

        In a cohort people were seen each in their own place and session, so there it is drawn as their properties are.
        """
        if self.cohort:
            return self.trait(name, value)
        shares = self.of_person(name) if value.kind == "normal" else self.of_study(name)
        return np.array([value.at(float(share)) for share in shares])

    def trait(self, name: str, value: Uncertain) -> FloatArray:
        """Draw a property of people."""
        person = self.of_person(name)
        shares = 0.5 * (person + self.of_study(name)) if value.kind == "range" and value.assumed else person
        return np.array([value.at(float(share)) for share in shares])

    def word(self, name: str, value: Choice) -> list[str]:
        """Draw a word for each person."""
        return [value.at(float(share)) for share in self.of_person(name)]


def participants_of(experiment: Experiment, arm: Arm, draws: Draws) -> dict[str, FloatArray]:
    """Draw the parameters of an arm's people; shape [people], internal units."""
    who = arm.participants
    sexes = _words(who, "sex", draws, ("male", "female") if who.sex is None else None)
    female = np.array(
        [_share_of(word, {"female": 1.0, "male": 0.0}, draws.of_person("sex2")[i]) for i, word in enumerate(sexes)]
    )
    given: dict[str, FloatArray] = {"body_size.female": female}
    for name, key in (
        ("mass", "mass"),
        ("height", "height"),
        ("age", "age"),
        ("body_fat", "body_fat"),
        ("fitness", "fitness"),
    ):
        value = getattr(who, name)
        if value is not None:
            given[f"body_size.{key}"] = draws.trait(name, value)
    centres: dict[str, Any] = dict(centres_by_sex(female))
    if who.acclimated is not None:
        words = draws.word("acclimated", who.acclimated)
        values = {"yes": 1.0, "no": 0.0, "partly": 0.5}
        given["resting_state.heat_acclimation"] = np.array(
            [_share_of(word, values, draws.of_person("acclimated2")[i]) for i, word in enumerate(words)]
        )
    index = who.ankle_brachial_index
    if index is not None and who.condition is not None and who.condition.value == "peripheral_artery_disease":
        # The index was measured, the narrowing was not: an artery all but closed, with a collateral whose resistance
        # gives this fall of pressure at the resting flow of the leg.
        pressure_left = np.minimum(draws.trait("ankle_brachial_index", index), 0.97)
        given["muscle_perfusion.narrowing"] = np.full(draws.total, 0.97)
        given["muscle_perfusion.collateral"] = (
            (1.0 - pressure_left) * _reference("circulation.pressure_at_rest") / _LEG_FLOW
        )
    elif who.artery_narrowing is not None:
        # Published patients differ among themselves over the whole range, and so do possible studies.
        given["muscle_perfusion.narrowing"] = draws.trait("artery_narrowing", who.artery_narrowing)
    elif who.condition is not None and who.condition.value == "peripheral_artery_disease":
        raise NotSimulatedError(
            "a narrowed artery needs artery_narrowing: the ankle-brachial index alone does not tell it"
        )
    drawn = draw_people(draws.total, draws.seed, experiment.key, given, centres)
    for name in ("body_size.mass", "body_size.height", "body_size.age", "muscle_perfusion.narrowing"):
        drawn.setdefault(name, np.broadcast_to(centres.get(name, _reference(name)), (draws.total,)).astype(float))
    return drawn | _test_muscle(arm, drawn, draws.total)


def _words(who: Participants, name: str, draws: Draws, default: tuple[str, ...] | None) -> list[str]:
    choice = getattr(who, name)
    return draws.word(name, choice if choice is not None else Choice(default or ("unknown",)))


def _share_of(word: str, values: Mapping[str, float], share: float) -> float:
    if word in values:
        return values[word]
    return float(share) if "yes" in values else float(share > 0.5)


def _reference(name: str) -> float:
    return body_parameters()[name].value


def _test_muscle(arm: Arm, drawn: Mapping[str, FloatArray], total: int) -> dict[str, FloatArray]:
    """Take the muscle that the first exercise or cuff of the arm names for the worked one."""
    for step in arm.steps:
        word = str(word_of(step, "mode") or word_of(step, "limb") or "")
        if word in _TEST_MUSCLE and step.kind in ("exercise", "cuff", "heat_exposure"):
            mass, arteries = _TEST_MUSCLE[word]
            fat = drawn.get("body_size.body_fat", np.full(total, _reference("body_size.body_fat")))
            muscle = 0.5 * drawn["body_size.mass"] * (1.0 - fat)
            return {"body_size.worked_share": mass / muscle, "muscle_perfusion.arteries": np.full(total, arteries)}
    return {
        "body_size.worked_share": np.full(total, _reference("body_size.worked_share")),
        "muscle_perfusion.arteries": np.full(total, _reference("muscle_perfusion.arteries")),
    }


def word_of(step: Step, key: str) -> str | None:
    """Give the word of a key of a step, or None."""
    value = step.values.get(key)
    return value.value if isinstance(value, Choice) else (str(value) if value is not None else None)
